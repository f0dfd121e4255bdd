"""Tries mutations: asks each mutated law the questions whose right answers are known, until one is answered wrongly."""

from __future__ import annotations

import csv
import multiprocessing
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from comity.bound import concerns, reaches
from comity.decide import Law
from comity.library import Library
from comity.norms import Dispute, Instrument, Norm
from tests.law.edges import Edges, edges_of
from tests.law.mutated import MutatedLaw
from tests.law.mutations import EDGE, Mutation
from tests.law.questions import Question, Reach, questions

EQUIVALENT = Path(__file__).with_name("equivalent_mutations.csv")


class Result(msgspec.Struct, frozen=True):
    """What became of one mutation. `noticed_by` names the first question answered wrongly; empty: none was."""

    kind: str
    place: str
    subject: str
    change: str
    noticed_by: str
    equivalent: str = ""
    """Why no question could notice it, where that was shown and reviewed."""


class Trial:
    """The law, its questions, and the work of asking them of a mutation, the likeliest first."""

    def __init__(self, law: Law) -> None:
        self.law = law
        self.questions = questions(law.library)
        self._right_now: dict[str, bool] = {}

    def noticed_by(self, mutation: Mutation) -> str:
        """The name of a question that the mutated law answers wrongly; empty if it answers all of them rightly."""
        library = mutation.apply(self.law.library)
        before, after = self.law.library.instruments[mutation.instrument.id], mutation.instrument
        changed = _changed(before, after, library)
        law = MutatedLaw(library, self.law, changed)
        touched = [Reach(library, norm) for norm in changed]
        asked = [question for question in self.questions if any(reach.holds(question) for reach in touched)]
        asked.sort(key=lambda question: (mutation.subject not in question.names, question.instrument != after.id))
        wrong = (question.name for question in asked if not question.right(law) and self._tells(question))
        return next(wrong, "")

    def _tells(self, question: Question) -> bool:
        """Whether the law as it stands answers rightly: else the question cannot tell wrong law from right."""
        if question.name not in self._right_now:
            self._right_now[question.name] = question.right(self.law)
        return self._right_now[question.name]

    def proof_of_equivalence(self, mutation: Mutation) -> str:
        """Why a mutation changes no answer, where that is plain: it only changes what a court's ruling says of, or
        where it reaches to, places of which no agency is encoded; or only an edge of defeat, and no norm that is
        encoded is at its other end (a state's rule that prevails over local ones, where no local one is encoded)."""
        before, after = self.law.library.instruments[mutation.instrument.id], mutation.instrument
        if before.norms == after.norms and self._rulings(before) == self._rulings(after):
            return "No agency that is encoded is reached otherwise."
        if mutation.kind == EDGE and self._edges(before, mutation) == self._edges(after, mutation):
            return "No norm that is encoded is defeated otherwise."
        return ""

    def _edges(self, instrument: Instrument, mutation: Mutation) -> list[Edges]:
        changed = [norm for norm in instrument.norms if norm.id == mutation.subject]
        return [edges_of(norm, self.law.library) for norm in changed]

    def _rulings(self, instrument: Instrument) -> list[tuple[Dispute, list[str]]]:
        """The disputes that reach any agency, each with those it reaches in place of its reach as written."""
        agencies = self.law.library.agencies().values()
        reached = [
            (dispute, [agency.id for agency in agencies if reaches(dispute, agency)]) for dispute in instrument.disputes
        ]
        return [(msgspec.structs.replace(dispute, places=(), agencies=()), ids) for dispute, ids in reached if ids]


def _changed(before: Instrument, after: Instrument, library: Library) -> list[Norm]:
    """The norms that stand in one of the two only, as they stand there, or of which a changed dispute speaks."""
    disputes = set(before.disputes) ^ set(after.disputes)
    disputed = [norm for norm in library.norms().values() if any(concerns(dispute, norm) for dispute in disputes)]
    gone = [norm for norm in before.norms if norm not in after.norms]
    return [*disputed, *gone, *(norm for norm in after.norms if norm not in before.norms)]


_trial: Trial | None = None
_chosen: list[Mutation] = []
"""What the workers share: they are forked, so that nothing is sent but numbers and names."""


def _try_one(number: int) -> tuple[int, str]:
    assert _trial is not None
    return number, _trial.noticed_by(_chosen[number])


Tried = Iterable[tuple[int, str]]
"""The numbers of mutations, in the order in which they are done, each with what noticed it."""


def try_mutations(
    law: Law,
    chosen: Iterable[Mutation],
    *,
    workers: int = os.cpu_count() or 1,
    progress: Callable[[Tried, int], Tried] = lambda tried, _: tried,
) -> list[Result]:
    """What becomes of each mutation, in their order."""
    global _trial, _chosen
    trial = _trial = Trial(law)
    _chosen = list(chosen)
    reasons = equivalent_mutations()
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        tried = pool.imap_unordered(_try_one, range(len(_chosen)), chunksize=8)
        noticed = dict(progress(tried, len(_chosen)))
    return [
        Result(
            kind=mutation.kind,
            place=mutation.instrument.place,
            subject=mutation.subject,
            change=mutation.change,
            noticed_by=noticed[number],
            equivalent=reasons.get(mutation.key, "")
            or ("" if noticed[number] else trial.proof_of_equivalence(mutation)),
        )
        for number, mutation in enumerate(_chosen)
    ]


def equivalent_mutations() -> dict[tuple[str, str], str]:
    """The mutations that were shown to change no answer, by subject and change, with the reason."""
    with EQUIVALENT.open(encoding="utf-8", newline="") as rows:
        return {(row["subject"], row["change"]): row["reason"] for row in csv.DictReader(rows)}


def survivors(results: Iterable[Result]) -> list[Result]:
    """The mutations that none noticed, though an answer changes."""
    return [result for result in results if not result.noticed_by and not result.equivalent]


def share(results: Sequence[Result]) -> float:
    """The share noticed of the mutations that change an answer."""
    counted = [result for result in results if result.noticed_by or not result.equivalent]
    return sum(bool(result.noticed_by) for result in counted) / len(counted) if counted else 1.0
