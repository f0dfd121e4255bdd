"""Makes the law wrong in every small way and counts how many of the wrongs the tests of the law notice.

`python -m tests.law.mutate [PLACE…]` mutates the instruments of the places named (or an instrument by its name; without
any, of Illinois, Chicago, Cook County, Evanston and the United States), and lists each mutation that none noticed.
"""

from __future__ import annotations

import csv
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.progress import track
from rich.table import Table

from comity.bound import concerns, reaches
from comity.decide import Law
from comity.library import Library
from comity.norms import Dispute, Instrument, Norm
from tests.law.mutated import MutatedLaw
from tests.law.mutations import KINDS, Mutation, mutations
from tests.law.questions import Reach, questions

PLACES = ("us/il", "us/il/chicago", "us/il/cook-county", "us/il/evanston", "us")
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
        self.questions = questions(law)

    def noticed_by(self, mutation: Mutation) -> str:
        """The name of a question that the mutated law answers wrongly; empty if it answers all of them rightly."""
        library = mutation.apply(self.law.library)
        before, after = self.law.library.instruments[mutation.instrument.id], mutation.instrument
        changed = _changed(before, after, library)
        law = MutatedLaw(library, self.law, changed)
        reaches = [Reach(library, norm) for norm in changed]
        asked = [question for question in self.questions if any(reach.holds(question) for reach in reaches)]
        asked.sort(key=lambda question: (mutation.subject not in question.names, question.instrument != after.id))
        return next((question.name for question in asked if not question.right(law)), "")

    def proof_of_equivalence(self, mutation: Mutation) -> str:
        """Why a mutation changes no answer, where that can be seen without asking: it moves a court's reach between
        places of which no agency is encoded, or changes a ruling that reaches none."""
        agencies = self.law.library.agencies().values()
        before, after = self.law.library.instruments[mutation.instrument.id], mutation.instrument

        def reached(disputes: Sequence[Dispute]) -> list[tuple[Dispute, list[str]]]:
            everywhere = [msgspec.structs.replace(dispute, places=(), agencies=()) for dispute in disputes]
            return [
                (same, ids)
                for same, dispute in zip(everywhere, disputes, strict=True)
                if (ids := [agency.id for agency in agencies if reaches(dispute, agency)])
            ]

        same = before.norms == after.norms and reached(before.disputes) == reached(after.disputes)
        return "No agency that is encoded is reached otherwise." if same else ""


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


def try_mutations(
    law: Law,
    chosen: Iterable[Mutation],
    *,
    workers: int = os.cpu_count() or 1,
    progress: Callable[[Iterable[tuple[int, str]], int], Iterable[tuple[int, str]]] = lambda results, _: results,
) -> list[Result]:
    """What becomes of each mutation, in their order."""
    global _trial, _chosen
    _trial, _chosen = Trial(law), list(chosen)
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
            equivalent=reasons.get(mutation.key, "") or _trial.proof_of_equivalence(mutation),
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


def _table(title: str, key: Callable[[Result], str], rows: Iterable[str], results: Sequence[Result]) -> Table:
    table = Table(title=title)
    table.add_column("")
    for column in ("made", "equivalent", "noticed", "share"):
        table.add_column(column, justify="right")
    made = Counter(map(key, results))
    for name in (*(row for row in rows if made[row]), "all"):
        some = [result for result in results if name in ("all", key(result))]
        same = sum(bool(result.equivalent) and not result.noticed_by for result in some)
        noticed = sum(bool(result.noticed_by) for result in some)
        table.add_row(name, str(len(some)), str(same), str(noticed), f"{share(some):.1%}")
    return table


def _show(console: Console, results: Sequence[Result], passed_over: int) -> None:
    console.print(_table("By kind", lambda result: result.kind, KINDS, results))
    places = dict.fromkeys(result.place for result in results)
    console.print(_table("By place", lambda result: result.place, places, results))
    if passed_over:
        console.print(f"{passed_over} questions are answered wrongly by the law as it stands and were not asked.")
    for result in survivors(results):
        console.print(f"not noticed: {result.subject}: {result.kind}: {result.change}", soft_wrap=True, markup=False)


@click.command(help=__doc__)
@click.argument("places", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print every mutation with the question that noticed it.")
@click.option("--law", "folder", type=click.Path(exists=True, path_type=Path), help="A folder of law files.")
@click.option("--every", default=1, show_default=True, help="Try only every so many-th mutation.")
def main(places: tuple[str, ...], as_json: bool, folder: Path | None, every: int) -> None:
    law = Law.load(folder)
    console = Console(stderr=as_json)
    chosen = list(mutations(law.library, places or PLACES))[::every]

    def progress(results: Iterable[tuple[int, str]], total: int) -> Iterable[tuple[int, str]]:
        return track(results, "Trying mutations", total, console=console)

    results = try_mutations(law, chosen, progress=progress)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(results)))
    else:
        assert _trial is not None
        written = sum(len(instrument.examples) for instrument in law.library.instruments.values())
        asked = sum(bool(question.instrument) for question in _trial.questions)
        _show(console, results, written - asked)


if __name__ == "__main__":
    main()
