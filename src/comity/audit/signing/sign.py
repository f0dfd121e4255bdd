"""A bulk decision: rows → signatures → answers, each signature decided once → findings.

The log is a relation with the columns `row`, `agency` (a number of the agencies given; NULL where none is known),
`kind`, `day`, `moment_local` if moments are told, and those of the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

import msgspec
import numpy as np

from comity.audit.layouts.form import FactColumn, RowKind
from comity.audit.reading.arrow import arrow
from comity.audit.signing.aged import age_records
from comity.audit.signing.answers import ANSWER_COLUMNS, Answering, Asked
from comity.audit.signing.batch import Batch
from comity.audit.signing.clocks import Act
from comity.audit.signing.dialect import literal
from comity.audit.signing.engine import ArrowTable, Engine
from comity.audit.signing.masks import settled
from comity.audit.signing.packing import codes_in, facts_of
from comity.audit.signing.plan import Plan, Planner
from comity.audit.signing.query import keys_of, signed_sql
from comity.audit.signing.representatives import Representatives, numbers_of, told_of
from comity.audit.signing.sets import Numbers, firsts, numbered
from comity.audit.signing.units import Calendar
from comity.decide import Law
from comity.request import check_proposal

MOST_TOGETHER = 1 << 15
"""Signatures that are decided together: what is kept for each node of a diagram stays small."""

PERIOD_COLUMNS = {"stretch": "BIGINT", "law_from": "DATE", "law_until": "DATE"}
"""The table `periods`: one line for each stretch of law that some row is of."""

Told = Callable[[int, int], None]
"""Told how many signatures of how many are decided."""


def _tell_nobody(done: int, of: int) -> None:
    """Says nothing."""


class Log(msgspec.Struct, frozen=True):
    """The relation to decide, what its columns mean, and the agencies that its column `agency` numbers.

    `kind` numbers the kinds, and each of the facts has a column.
    """

    relation: str
    kinds: tuple[RowKind, ...]
    facts: tuple[FactColumn, ...]
    agencies: tuple[str, ...]
    has_moments: bool = False
    carried: tuple[str, ...] = ()
    """Columns that are handed on to the relation `signed`, besides `row`."""


class Signer:
    """Decides a log in bulk, in whichever engine it lies."""

    def __init__(
        self, engine: Engine, law: Law, log: Log, *, as_of: date | None = None, as_if: tuple[str, ...] = ()
    ) -> None:
        self.engine = engine
        for proposal in as_if:
            check_proposal(law.library, proposal)
        self.law = law
        self.log = log
        self.as_of = as_of
        self.as_if = as_if
        day = "day" if as_of is None else f"coalesce(day, {literal(as_of)})"
        self.act = Act(day, "moment_local" if log.has_moments else None)
        self.law_day = Act("day" if as_of is None else literal(as_of))
        self.calendar = Calendar(law, log.agencies, as_if)
        inputs = {name for fact in law.vocabulary.facts.values() for name in fact.derived_from}
        self._inputs = [column for column in log.facts if column.fact in inputs]
        """The columns of facts from which others follow: what is missing is named by those that a row does not tell."""

    def sign(self) -> Plan:
        """Makes the view `signed`: every row with its stretch of law, the codes of its facts, and its keys. Writes
        `periods`: when the law of each stretch came to stand as it does, and until when it stood so."""
        engine, log = self.engine, self.log
        self.relation, aged = age_records(engine, self.law, log.kinds, log.facts, log.relation, self.act.day, told_of)
        self.planner = Planner(
            self.law, engine.dialect, self.calendar, self.as_if, log.kinds, log.facts, self.act, aged
        )
        plan = self.planner.plan(*self._present())
        engine.register(plan.lists)
        carried = dict.fromkeys(("row", *log.carried, *(column.column for column in self._inputs)))
        signed = signed_sql(plan, engine.dialect, self.relation, self.law_day.day, list(carried))
        engine.view("signed", signed)
        engine.fill("periods", PERIOD_COLUMNS, _periods(self.calendar, plan))
        return plan

    def _present(self) -> tuple[list[tuple[int, int]], bool, int, int]:
        """The pairs of a stretch and a kind that rows may be of, and whether every row is of one of them; and the first
        and the last day of all rows, as days since 1970.

        Of each agency these are the stretches from its first day to its last: to find those of single days would take
        longer than to make a plan for some that no row is of.
        """
        day = self.law_day.day
        number = self.engine.dialect.day_number
        told = self.engine.arrow(
            f"SELECT agency, kind, CAST({number(f'min({day})')} AS BIGINT) AS first_day, "
            f"CAST({number(f'max({day})')} AS BIGINT) AS last_day, "
            f"min(CASE WHEN {day} IS NULL THEN 0 ELSE 1 END) AS dated FROM {self.relation} GROUP BY agency, kind"
        )
        found: set[tuple[int, int]] = set()
        lines = told.to_pylist()
        for line in lines:
            if line["agency"] is not None and line["kind"] is not None and line["first_day"] is not None:
                days = (line["first_day"], line["last_day"])
                found.update((stretch, line["kind"]) for stretch in self.calendar.between(line["agency"], *days))
            if line["agency"] is None or line["kind"] is None or not line["dated"]:
                found.add((-1, -1))
        known = sorted(pair for pair in found if min(pair) >= 0)
        days = [(line["first_day"], line["last_day"]) for line in lines if line["first_day"] is not None]
        first, last = min((first for first, _ in days), default=0), max((last for _, last in days), default=0)
        return known, len(known) == len(found), first, last

    def signatures(self, plan: Plan, place: int, relation: str = "signed") -> ArrowTable:
        """The distinct keys of a slot, in order: the parts of the key; `rows`, how many rows hold it; and of one of
        these the codes of its facts, and those facts from which others follow."""
        keys = keys_of(plan, place)
        told = [*facts_of(plan, place), *(column.column for column in self._inputs)]
        # The least value of one column is told by some row; several columns have to be those of one and the same row.
        first = told[0] if len(told) == 1 else "row"
        found = self.engine.arrow(
            f"SELECT {', '.join(keys)}, count(*) AS rows, min({first}) AS {first} FROM {relation} "
            f"WHERE {keys[0]} IS NOT NULL GROUP BY {', '.join(keys)}"
        )
        if first == "row":
            found = self._with_told(found, told, relation)
        return found.take(np.lexsort([numbers_of(found[key]) for key in reversed(keys)]))

    def _with_told(self, found: ArrowTable, told: Sequence[str], relation: str) -> ArrowTable:
        """Signatures with what one row of each tells."""
        found = found.take(np.argsort(numbers_of(found["row"])))
        self.engine.fill("wanted", {"wanted_row": "BIGINT"}, arrow().table({"wanted_row": found["row"]}))
        rows = self.engine.arrow(
            f"SELECT {', '.join(told)} FROM {relation} WHERE row IN (SELECT wanted_row FROM wanted) ORDER BY row"
        )
        for name in told:
            found = found.append_column(name, rows[name])
        return found.drop_columns(["row"])

    def decide(self, plan: Plan, signatures: Sequence[ArrowTable], tell: Told = _tell_nobody) -> Decided:
        """Decides the signatures of each slot. Writes `answers`, and for each slot `keyed_<slot>`: key → answer."""
        slots = [_Slot(plan, place, found) for place, found in enumerate(signatures)]
        answering = Answering(self.law)
        decided, done, total = 0, 0, sum(len(slot.answer) for slot in slots)
        for slot in slots:
            for members in self._alike(plan, slot):
                numbers = slot.numbered(members)
                one_of_each = members[firsts(numbers)]
                answers = np.empty_like(one_of_each)
                for start in range(0, len(one_of_each), MOST_TOGETHER):
                    together = slice(start, start + MOST_TOGETHER)
                    answers[together] = answering.answer(self._asked(plan, slot, one_of_each[together]))
                    tell(done + int(np.count_nonzero(numbers < together.stop)), total)
                slot.answer[members] = answers[numbers]
                decided += len(one_of_each)
                done += len(members)
            keyed = {name: slot.keys[name] for name in keys_of(plan, slot.place)} | {"answer": slot.answer}
            self.engine.fill(f"keyed_{slot.place}", dict.fromkeys(keyed, "BIGINT"), arrow().table(keyed))
        self.engine.fill("answers", ANSWER_COLUMNS, answering.table())
        return Decided(decided, tuple(slot.answer for slot in slots))

    def _alike(self, plan: Plan, slot: _Slot) -> Iterator[Numbers]:
        """Signatures of a slot that can be decided together: of one unit of law, one kind, and facts kept alike."""
        alike: dict[tuple[object, ...], list[int]] = {}
        classes: list[int] = np.unique(slot.class_of).tolist()
        for number in classes:
            stretch, kind, program = slot.slot.classes[number]
            scope = plan.scopes[stretch]
            kept = tuple((name, repr(known)) for name, known in scope.kept_values.items())
            alike.setdefault((id(scope.unit(slot.action)), kind, kept, program), []).append(number)
        for numbers in alike.values():
            yield np.flatnonzero(np.isin(slot.class_of, numbers)).astype(np.int64)

    def _asked(self, plan: Plan, slot: _Slot, numbers: Numbers) -> Asked:
        """What is asked of some signatures of a slot."""
        classes = slot.slot.classes
        present: list[int] = np.unique(slot.class_of[numbers]).tolist()
        stretch, kind, _ = classes[present[0]]
        scope = plan.scopes[stretch]
        ground = self.planner.ground(scope, kind, plan.encodings)
        codes = codes_in(plan, slot.place, [words[numbers] for words in slot.facts], len(numbers))
        batch = Batch(self.law.vocabulary, scope.unit(slot.action), ground, codes, len(numbers))
        laws = {
            number: (plan.scopes[classes[number][0]], self.calendar.stretches[classes[number][0]].day)
            for number in present
        }
        asking = self.log.kinds[kind]
        rows = Representatives(slot.keys, self._inputs)
        return Asked(
            batch,
            slot.class_of[numbers],
            laws,
            lambda at, facts: rows.told(int(numbers[at]), asking, facts),
            asking.note,
        )

    def findings_sql(self, plan: Plan, relation: str = "signed") -> str:
        """SQL for the number of each `row` with, for each slot, that of its answer: `answer_<slot>`."""
        answers = [f"keyed_{place}.answer AS answer_{place}" for place in range(len(plan.slots))]
        joins = [
            f"LEFT JOIN keyed_{place} ON "
            + " AND ".join(f"s.{key} = keyed_{place}.{key}" for key in keys_of(plan, place))
            for place in range(len(plan.slots))
        ]
        return f"SELECT {', '.join(['s.row', *answers])} FROM {relation} AS s {' '.join(joins)}"


class Decided(msgspec.Struct, frozen=True):
    """How many decisions were made, one for all signatures that differ in nothing relevant; and for each slot the
    answer of each of its signatures, by its number."""

    decisions: int
    answers: tuple[Numbers, ...]


class _Slot:
    """The signatures of one slot as arrays: the class of each, the codes of its facts, packed, and the number of its
    answer once that is found."""

    def __init__(self, plan: Plan, place: int, found: ArrowTable) -> None:
        self.slot = slot = plan.slots[place]
        self.place = place
        self.action = slot.action
        self.keys = found
        self.facts = [numbers_of(found[name]) for name in facts_of(plan, place)]
        self.words = [numbers_of(found[key]) for key in keys_of(plan, place)]
        self.class_of = np.zeros(len(found), dtype=np.int64)
        if not slot.alike and slot.packs:
            [key], width = self.words, slot.width + slot.open_width
            self.class_of, self.words = key >> width, [key & ((1 << width) - 1)]
        elif not slot.alike:
            self.class_of, *self.words = self.words
        self.answer = np.full(len(found), -1, dtype=np.int64)

    def numbered(self, members: Numbers) -> Numbers:
        """A number for each of some signatures of one program: equal for those that differ in nothing relevant."""
        classes = self.class_of[members]
        *_, program = self.slot.classes[int(classes[0])]
        words = [word[members] for word in self.words]
        return numbered([classes, *settled(self.slot, self.slot.programs[program], words)], len(members))


def _periods(known: Calendar, plan: Plan) -> ArrowTable:
    """The table `periods`, of the stretches that some row is of."""
    held = [known.stretches[number] for number in plan.stretches]
    days = arrow().date32()
    return arrow().table(
        {
            "stretch": arrow().array(plan.stretches, type=arrow().int64()),
            "law_from": arrow().array([stretch.law_from for stretch in held], type=days),
            "law_until": arrow().array([stretch.law_until for stretch in held], type=days),
        }
    )
