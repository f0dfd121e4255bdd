"""Answers: what the law says to each of many signatures, in words; signatures that are answered alike share one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

import msgspec
import numpy as np

from comity.audit.reading.arrow import arrow
from comity.audit.signing.batch import Batch
from comity.audit.signing.columns import knowledge_of
from comity.audit.signing.engine import ArrowTable
from comity.audit.signing.sets import Numbers, Parted, firsts, listed, members_of, numbered, numbered_with
from comity.audit.signing.together import Together
from comity.compile import ActionDiagrams
from comity.decide import CONTRADICTING, Law
from comity.findings import Missing
from comity.knowledge import Knowledge
from comity.norms import STATUSES, Norm, worst_evidence
from comity.notes import FindingNotes, missing_names
from comity.outcome import status_of
from comity.request import Request, cannot_all_be
from comity.scope import Scope

IMPOSSIBLE = "facts contradict"
"""The status of a row whose facts cannot all be so: it is not decided."""


PARTS: dict[str, tuple[str, ...]] = {
    "action": ("action",),
    "statuses": ("status", "possible"),
    "deciding": ("norms", "cites", "evidence"),
    "perhaps": ("possibly_norms", "possibly"),
    "around": ("disputes", "not_encoded", "notes"),
    "alone": ("alone",),
    "missing": ("missing",),
    "kept": ("known_used",),
}
"""The parts of an answer, and the columns of each. Few are different, whatever the number of their combinations.

`alone`: the status had no other paper been shown."""

_WORDS = ("action", "status", "evidence", "alone")

ANSWER_COLUMNS: dict[str, str] = {
    "answer": "BIGINT",
    **{name: "VARCHAR" if name in _WORDS else "VARCHAR[]" for names in PARTS.values() for name in names},
}
"""The table `answers`: one line for each different answer, numbered from 0."""

Cells = tuple[object, ...]
"""A part of an answer: a cell for each of its columns."""


class Asked(msgspec.Struct, frozen=True):
    """Signatures of one batch: the class of each, and for each class the law and a day on which it is worded.

    `told` gives what a row of a signature tells of some facts; `note` is that of the kind of row.
    """

    batch: Batch
    classes: Numbers
    scopes: Mapping[int, tuple[Scope, date]]
    told: Callable[[int, Collection[str]], Mapping[str, object]]
    note: str


class Answering:
    """Words the answers of batches, and keeps them."""

    def __init__(self, law: Law) -> None:
        self.law = law
        self._parts: dict[str, dict[Cells, int]] = {name: {} for name in PARTS}
        self._answers: dict[tuple[int, ...], int] = {}

    def answer(self, asked: Asked) -> Numbers:
        """For each signature the number of its answer. Those that say the same have one number."""
        return _Wording(self, asked).answers()

    def part(self, name: str, cells: Cells) -> int:
        """The number of a part of an answer, which is kept if it is new."""
        known = self._parts[name]
        return known.setdefault(cells, len(known))

    def numbers(self, parts: Sequence[Numbers], size: int) -> Numbers:
        """The number of the answer that has these parts, for each of some signatures."""
        alike = numbered(parts, size)
        keys = zip(*(part[firsts(alike)].tolist() for part in parts), strict=True)
        return listed(self._answers.setdefault(key, len(self._answers)) for key in keys)[alike]

    def table(self) -> ArrowTable:
        """The table `answers`."""
        text = arrow().string()
        types = {"VARCHAR": text, "VARCHAR[]": arrow().list_(text)}
        columns = {"answer": np.arange(len(self._answers), dtype=np.int64)}
        for place, (part, names) in enumerate(PARTS.items()):
            places = listed(key[place] for key in self._answers)
            for column, name in enumerate(names):
                cells = [known[column] for known in self._parts[part]]
                columns[name] = arrow().array(cells, type=types[ANSWER_COLUMNS[name]]).take(places)
        return arrow().table(columns)


class _Wording:
    """Words the answers of one batch, part by part: each is worded once for all signatures that have it alike."""

    def __init__(self, answering: Answering, asked: Asked) -> None:
        self.answering = answering
        self.law = answering.law
        self.asked = asked
        self.batch = asked.batch
        self.unit: ActionDiagrams = asked.batch.unit
        self._named: dict[object, tuple[str, ...]] = {}

    def answers(self) -> Numbers:
        batch = self.batch
        statuses = batch.statuses()
        certain, perhaps = batch.deciding()
        kept_of, kept = numbered_with(batch.kept_used(), batch.size)
        parts = {
            "action": self._numbers("action", (np.zeros(batch.size, dtype=np.int64), [(self.unit.action,)])),
            "statuses": self._numbers("statuses", (statuses[0], [(status_of(each), each) for each in statuses[1]])),
            "deciding": self._numbers("deciding", (certain[0], [_deciding(norms) for norms in certain[1]])),
            "perhaps": self._numbers("perhaps", (perhaps[0], [_perhaps(norms) for norms in perhaps[1]])),
            "around": self._numbers("around", self._around()),
            "alone": self._numbers("alone", self._alone(statuses)),
            "missing": self._numbers("missing", self._missing()),
            "kept": self._numbers("kept", (kept_of, [(names,) for names in kept])),
        }
        for undecided, members in self._undecided(batch.ground.worlds[0], batch.together):
            places = members_of(members, batch.size)
            for name, cells in undecided.items():
                parts[name][places] = self.answering.part(name, cells)
        return self.answering.numbers([parts[name] for name in PARTS], batch.size)

    def _numbers(self, name: str, parted: tuple[Numbers, Sequence[Cells]]) -> Numbers:
        """The number of a part of the answer to each signature."""
        numbers, cells = parted
        return listed(self.answering.part(name, each) for each in cells)[numbers]

    def _is_told_of(self, norm: Norm) -> bool:
        """Whether findings tell more of a norm than its name."""
        weak = norm.evidence != "text"
        return weak or bool(norm.who) or any(scope.disputes_of(norm) for scope, _ in self.asked.scopes.values())

    def _around(self) -> tuple[Numbers, list[Cells]]:
        """Disputes, what is not encoded, and what is to be minded."""
        standing_of, read = self.batch.standing(self._is_told_of)
        disputed_of, disputed = numbered_with(self.batch.disputed(), self.batch.size)
        around_of = numbered([self.asked.classes, standing_of, disputed_of], self.batch.size)
        at = firsts(around_of)
        found: list[Cells] = []
        for place, result in zip(at.tolist(), read(at), strict=True):
            scope, request = self._request(place, disputed[disputed_of[place]])
            notes = FindingNotes(self.law.library, scope, request)
            found.append(
                (
                    tuple(dispute.id for dispute in notes.disputes(self.unit.action, result)),
                    tuple(gap.cite for gap in scope.surroundings(self.unit.action).not_encoded),
                    tuple(text for text in (self.asked.note, *notes.to_mind(self.unit.action, result)) if text),
                )
            )
        return around_of, found

    def _undecided(self, world: Mapping[str, Knowledge], together: Together) -> list[tuple[dict[str, Cells], int]]:
        """What is said where nothing is decided, each with its signatures, which no earlier one holds."""
        batch = self.batch
        found = [(self._impossible(cannot_all_be(facts)), members) for facts, members in batch.contradictions(world)]
        no_such_act = batch.no_such_act(world)
        if no_such_act:
            why = self.law.vocabulary.action_rules[self.unit.action].otherwise
            found.append((self._without_law(self.asked.note, why), no_such_act))
        decided = 0
        for members in together.possible:
            decided |= members
        found.append((self._impossible(CONTRADICTING), batch.all & ~decided))
        apart: list[tuple[dict[str, Cells], int]] = []
        before = 0
        for said, members in found:
            apart.append((said, members & ~before))
            before |= members
        return apart

    def _without_law(self, *notes: str | None) -> dict[str, Cells]:
        """The parts of what is said where the facts say that this is no act that the law speaks of."""
        said: dict[str, Cells] = {
            "statuses": ("unregulated", ("unregulated",)),
            "deciding": _deciding(()),
            "perhaps": _perhaps(()),
            "around": ((), (), tuple(text for text in notes if text)),
            "missing": ((),),
            "kept": ((),),
        }
        return said if self.batch.alone else {**said, "alone": ("unregulated",)}

    def _impossible(self, why: str) -> dict[str, Cells]:
        return {**self._without_law(why), "statuses": (IMPOSSIBLE, ()), "alone": (None,)}

    def _alone(self, statuses: Parted[str]) -> tuple[Numbers, Sequence[Cells]]:
        """The status had no other paper been shown: of itself where that is not looked at, none if it cannot be."""
        batch = self.batch
        own = (statuses[0], [(status_of(each),) for each in statuses[1]])
        if batch.alone is None:
            return own
        undecided = self._undecided(batch.ground.worlds[1], batch.alone)
        parts = [(said["statuses"][0], members) for said, members in undecided]
        apart = 0
        for _, members in parts:
            apart |= members
        possible = [(status, members & ~apart) for status, members in zip(STATUSES, batch.alone.possible, strict=True)]
        numbers, found = numbered_with([*parts, *possible], batch.size)
        return numbers, [(None if names[0] == IMPOSSIBLE else status_of(tuple(map(str, names))),) for names in found]

    def _missing(self) -> tuple[Numbers, list[Cells]]:
        """What is missing, in words. What follows from other facts is named by those that the row does not tell."""
        missing_of, missing = self.batch.together.missing()
        named_of = numbered([missing_of, *self.batch.derived()], self.batch.size)
        return named_of, [(self._name(at, missing[missing_of[at]]),) for at in firsts(named_of).tolist()]

    def _name(self, at: int, variables: tuple[int, ...]) -> tuple[str, ...]:
        told = self.unit.space.variables
        facts = [told[variable].fact for variable in variables if variable < len(told)]
        inputs = dict.fromkeys(name for fact in facts for name in fact.derived_from)
        row: Mapping[str, object] = self.asked.told(at, inputs) if inputs else {}
        key = (variables, repr(row))
        found = self._named.get(key)
        if found is None:
            known = {**self.batch.ground.kept, **knowledge_of(self.law.vocabulary, row)}
            names = missing_names(self.unit.space, variables, known)
            found = self._named[key] = tuple(map(missing_word, names))
        return found

    def _request(self, at: int, disputed: tuple[str, ...]) -> tuple[Scope, Request]:
        """What a signature stands for, as notes look at it: the law, the agency, the day of the law and what is
        disputed."""
        scope, day = self.asked.scopes[int(self.asked.classes[at])]
        return scope, Request(scope.law.agency, day, None, (self.unit.action,), False, {}, disputed, {})


def _deciding(norms: Sequence[Norm]) -> Cells:
    return (*_perhaps(norms), worst_evidence(norm.evidence for norm in norms))


def _perhaps(norms: Sequence[Norm]) -> Cells:
    return tuple(norm.id for norm in norms), tuple(dict.fromkeys(norm.cite for norm in norms))


def missing_word(fact: Missing) -> str:
    """A missing fact as one word or phrase."""
    return fact if isinstance(fact, str) else f"text_in_force: {fact['text_in_force']}"
