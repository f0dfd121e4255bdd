"""Answers: what the law says to each of many signatures, in words; signatures that are answered alike share one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import msgspec
import numpy as np

from comity.audit.reading.arrow import arrow
from comity.audit.signing.batch import Batch
from comity.audit.signing.columns import knowledge_of
from comity.audit.signing.engine import ArrowTable
from comity.audit.signing.representatives import Row
from comity.audit.signing.sets import Numbers, firsts, numbered, numbered_with
from comity.audit.signing.together import Together
from comity.compile import ActionDiagrams
from comity.decide import CONTRADICTING, Law
from comity.findings import Missing
from comity.knowledge import Knowledge
from comity.norms import STATUSES, Norm
from comity.notes import FindingNotes, missing_names
from comity.outcome import Outcome
from comity.request import Request, cannot_all_be, parse_on
from comity.scope import Scope

EVIDENCE = ("text", "secondary", "unverified")
"""How well a norm was read, best first: an answer rests on the worst of its deciding norms."""

IMPOSSIBLE = "facts contradict"
"""The status of a row whose facts cannot all be so: it is not decided."""


class Said(msgspec.Struct, frozen=True):
    """What the law says of an action to all rows that are answered alike, but for what is missing or kept."""

    action: str
    status: str
    possible: tuple[str, ...] = ()
    norms: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    possibly_norms: tuple[str, ...] = ()
    possibly: tuple[str, ...] = ()
    evidence: str | None = None
    disputes: tuple[str, ...] = ()
    not_encoded: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Answer(msgspec.Struct, frozen=True):
    """What is answered to all rows of one signature. `alone`: the status had no other paper been shown."""

    said: Said
    alone: str | None
    missing: tuple[str, ...] = ()
    known_used: tuple[str, ...] = ()


ANSWER_COLUMNS: dict[str, str] = {
    "answer": "BIGINT",
    **{name: "VARCHAR" if name in ("action", "status", "evidence") else "VARCHAR[]" for name in Said.__struct_fields__},
    "alone": "VARCHAR",
    "missing": "VARCHAR[]",
    "known_used": "VARCHAR[]",
}
"""The table `answers`: one line for each different answer, numbered from 0."""


class Asked(msgspec.Struct, frozen=True):
    """Signatures of one batch: the class of each, and for each class the law and a day on which it is worded.

    `row` gives some facts of the representative of a signature; `note` is that of the kind of row.
    """

    batch: Batch
    classes: Numbers
    scopes: Mapping[int, tuple[Scope, date]]
    row: Callable[[int, Sequence[str]], Row]
    note: str


class Answering:
    """Words the answers of batches, for one law and the proposals taken as law, and keeps them."""

    def __init__(self, law: Law, as_if: tuple[str, ...] = ()) -> None:
        self.law = law
        self.as_if = as_if
        self._said: dict[Said, int] = {}
        self._lists: dict[tuple[str, ...], int] = {}
        self._answers: dict[tuple[int, str | None, int, int], int] = {}

    def answer(self, asked: Asked) -> Numbers:
        """For each signature the number of its answer. Those that say the same have one number."""
        return _Wording(self, asked).answers()

    def number(self, answer: Answer) -> int:
        """The number of an answer, which is kept if it is new."""
        key = (
            self._said.setdefault(answer.said, len(self._said)),
            answer.alone,
            self._lists.setdefault(answer.missing, len(self._lists)),
            self._lists.setdefault(answer.known_used, len(self._lists)),
        )
        return self._answers.setdefault(key, len(self._answers))

    def table(self) -> ArrowTable:
        """The table `answers`."""
        text = arrow().string()
        types = {"BIGINT": arrow().int64(), "VARCHAR": text, "VARCHAR[]": arrow().list_(text)}
        said, alone, missing, kept = zip(*self._answers, strict=True) if self._answers else ((), (), (), ())
        lists = arrow().array(list(self._lists), type=types["VARCHAR[]"])
        columns = {"answer": np.arange(len(said), dtype=np.int64), "alone": arrow().array(alone, type=text)}
        columns |= {"missing": lists.take(_places(missing)), "known_used": lists.take(_places(kept))}
        for name in Said.__struct_fields__:
            cells = arrow().array([getattr(one, name) for one in self._said], type=types[ANSWER_COLUMNS[name]])
            columns[name] = cells.take(_places(said))
        return arrow().table({name: columns[name] for name in ANSWER_COLUMNS})


class _Wording:
    """Words the answers of one batch: what depends on little is worded once for all that depend on it alike."""

    def __init__(self, answering: Answering, asked: Asked) -> None:
        self.answering = answering
        self.law = answering.law
        self.asked = asked
        self.batch = asked.batch
        self.unit: ActionDiagrams = asked.batch.unit
        self._named: dict[object, tuple[str, ...]] = {}

    def answers(self) -> Numbers:
        batch = self.batch
        undecided_of, undecided = numbered_with(self._undecided(batch.ground.worlds[0], batch.together), batch.size)
        outcome_of, read = batch.outcomes(self._is_shown)
        disputed_of, disputed = numbered_with(batch.disputed(), batch.size)
        missing_of, missing = batch.together.missing()
        kept_of, kept = numbered_with(batch.kept_used(), batch.size)
        alone_of, alone = self._alone()
        said_of = numbered([self.asked.classes, outcome_of, disputed_of], batch.size)
        group_of = numbered(
            [self.asked.classes, undecided_of, said_of, missing_of, kept_of, alone_of, *batch.derived()], batch.size
        )
        at_said = firsts(said_of)
        outcomes = read(at_said)
        said: dict[int, Said] = {}
        found: list[int] = []
        for at in firsts(group_of).tolist():
            if undecided[undecided_of[at]]:
                answer = undecided[undecided_of[at]][0]
            else:
                place = int(said_of[at])
                if place not in said:
                    said[place] = self._word(int(at_said[place]), outcomes[place], disputed[disputed_of[at]])
                words = self._missing(at, missing[missing_of[at]])
                answer = Answer(said[place], said[place].status, words, kept[kept_of[at]])
            if alone is not None and answer.said.status != IMPOSSIBLE:
                answer = msgspec.structs.replace(answer, alone=alone[alone_of[at]])
            found.append(self.answering.number(answer))
        return np.array(found, dtype=np.int64)[group_of]

    def _is_shown(self, norm: Norm) -> bool:
        """Whether findings say something of a norm that is shown without deciding."""
        return bool(norm.who) or any(scope.disputes_of(norm) for scope, _ in self.asked.scopes.values())

    def _undecided(self, world: Mapping[str, Knowledge], together: Together) -> list[tuple[Answer, int]]:
        """The answers to what is not decided, each with its signatures, which no earlier one holds."""
        batch = self.batch
        found = [(self._cannot_be(cannot_all_be(facts)), members) for facts, members in batch.contradictions(world)]
        no_such_act = batch.no_such_act(world)
        if no_such_act:
            why = self.law.vocabulary.action_rules[self.unit.action].otherwise
            notes = tuple(filter(None, (self.asked.note, why)))
            said = Said(self.unit.action, "unregulated", ("unregulated",), notes=notes)
            found.append((Answer(said, said.status), no_such_act))
        decided = 0
        for members in together.possible:
            decided |= members
        found.append((self._cannot_be(CONTRADICTING), batch.all & ~decided))
        apart: list[tuple[Answer, int]] = []
        before = 0
        for answer, members in found:
            apart.append((answer, members & ~before))
            before |= members
        return apart

    def _alone(self) -> tuple[Numbers, list[str | None] | None]:
        """For each signature a number, and by number the status had no other paper been shown; None if it cannot be.

        No list where that is not looked at.
        """
        batch = self.batch
        if batch.alone is None:
            return np.zeros(batch.size, dtype=np.int64), None
        undecided = self._undecided(batch.ground.worlds[1], batch.alone)
        parts: list[tuple[str | None, int]] = [
            (None if answer.said.status == IMPOSSIBLE else answer.said.status, members) for answer, members in undecided
        ]
        apart = 0
        for _, members in parts:
            apart |= members
        possible = [(status, members & ~apart) for status, members in zip(STATUSES, batch.alone.possible, strict=True)]
        numbers, found = numbered_with([*parts, *possible], batch.size)
        return numbers, [statuses[0] if len(statuses) == 1 else "depends" for statuses in found]

    def _cannot_be(self, why: str) -> Answer:
        return Answer(Said(self.unit.action, IMPOSSIBLE, notes=(why,)), None)

    def _word(self, at: int, result: Outcome, disputed: tuple[str, ...]) -> Said:
        """What is said to a signature."""
        scope, request = self._request(at, disputed)
        action = self.unit.action
        notes = FindingNotes(self.law.library, scope, request)
        return Said(
            action=action,
            status=result.status,
            possible=result.possible,
            norms=tuple(norm.id for norm in result.because),
            cites=tuple(dict.fromkeys(norm.cite for norm in result.because)),
            possibly_norms=tuple(norm.id for norm in result.possibly),
            possibly=tuple(dict.fromkeys(norm.cite for norm in result.possibly)),
            evidence=max((norm.evidence for norm in result.because), key=EVIDENCE.index, default=None),
            disputes=tuple(dispute.id for dispute in notes.disputes(action, result)),
            not_encoded=tuple(gap.cite for gap in scope.surroundings(action).not_encoded),
            notes=tuple(text for text in (self.asked.note, *notes.to_mind(action, result)) if text),
        )

    def _missing(self, at: int, variables: tuple[int, ...]) -> tuple[str, ...]:
        """What is missing, in words. What follows from other facts is named by those that the row does not tell."""
        told = self.unit.space.variables
        facts = [told[variable].fact for variable in variables if variable < len(told)]
        inputs = dict.fromkeys(name for fact in facts for name in fact.derived_from)
        row = self.asked.row(at, tuple(inputs)) if inputs else None
        key = (variables, None if row is None else repr(row.facts))
        found = self._named.get(key)
        if found is None:
            found = self._named[key] = self._words(variables, {} if row is None else self._known(at, row))
        return found

    def _known(self, at: int, row: Row) -> Mapping[str, Knowledge]:
        """What is known of the facts that a row tells."""
        scope, request = self._request(at, ())
        day, moment = parse_on(row.moment or row.day)
        known = knowledge_of(self.law.vocabulary, dict(row.facts))
        return self.law.knowledge(msgspec.structs.replace(request, on=day, moment=moment, known=known), scope)

    def _words(self, variables: tuple[int, ...], known: Mapping[str, Knowledge]) -> tuple[str, ...]:
        return tuple(missing_word(fact) for fact in missing_names(self.unit.space, variables, known))

    def _request(self, at: int, disputed: tuple[str, ...]) -> tuple[Scope, Request]:
        """What a signature stands for, as notes look at it: the law, the agency, the day of the law and what is
        disputed."""
        scope, day = self.asked.scopes[int(self.asked.classes[at])]
        return scope, Request(scope.law.agency, day, None, (self.unit.action,), False, {}, disputed, {})


def _places(numbers: Sequence[int]) -> Numbers:
    return np.array(numbers, dtype=np.int64)


def missing_word(fact: Missing) -> str:
    """A missing fact as one word or phrase."""
    return fact if isinstance(fact, str) else f"text_in_force: {fact['text_in_force']}"
