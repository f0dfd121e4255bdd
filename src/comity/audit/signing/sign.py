"""A bulk decision: rows → signatures → answers, each signature decided once → findings.

The log is a relation with the columns `row`, `agency` (a number of the agencies given; NULL where none is known),
`kind`, `day`, `moment_local` if moments are told, and those of the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

import msgspec
import numpy as np

from comity.audit.layouts.form import FactColumn, RowKind
from comity.audit.reading.arrow import arrow
from comity.audit.signing.aged import age_records
from comity.audit.signing.answers import Answering, Asked
from comity.audit.signing.batch import Batch
from comity.audit.signing.clocks import Act
from comity.audit.signing.dialect import literal
from comity.audit.signing.engine import ArrowTable, Engine
from comity.audit.signing.plan import Plan, Planner, epoch_list
from comity.audit.signing.query import codes_sql, epoch_sql, keys_of, packs, signed_sql
from comity.audit.signing.representatives import Representatives, numbers_of, told_of
from comity.audit.signing.sets import Numbers, firsts, numbered
from comity.audit.signing.units import Calendar
from comity.decide import Law
from comity.request import check_proposal
from comity.scope import Scope

MOST_AT_ONCE = 1 << 18
"""Representative rows that are fetched together."""

MOST_TOGETHER = 1 << 15
"""Signatures that are decided together: what is kept for each node of a diagram stays small."""

ANSWER_COLUMNS: dict[str, str] = {
    "answer": "BIGINT",
    "agency": "VARCHAR",
    "law_from": "DATE",
    "law_until": "DATE",
    "kind": "BIGINT",
    "action": "VARCHAR",
    "status": "VARCHAR",
    "alone": "VARCHAR",
    "possible": "VARCHAR[]",
    "norms": "VARCHAR[]",
    "cites": "VARCHAR[]",
    "possibly_norms": "VARCHAR[]",
    "possibly": "VARCHAR[]",
    "missing": "VARCHAR[]",
    "evidence": "VARCHAR",
    "known_used": "VARCHAR[]",
    "disputes": "VARCHAR[]",
    "not_encoded": "VARCHAR[]",
    "notes": "VARCHAR[]",
}
"""The table `answers`: one line for each different answer of each unit."""

Told = Callable[[int, int], None]
"""Told how many signatures of how many are decided."""


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
    hands_on_facts: bool = False
    """Whether all that the codes of a row are read from is handed on too: the log need not be read for it again."""


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

    def sign(self) -> Plan:
        """Makes the view `signed`: every row with its keys."""
        engine, log = self.engine, self.log
        first, epochs = epoch_list(self.calendar)
        engine.register({"epochs": epochs})
        epoch = epoch_sql(engine.dialect, self.law_day, first, len(epochs))
        self.relation, aged = age_records(engine, self.law, log.kinds, log.facts, log.relation, self.act.day, told_of)
        lists = f", {engine.lists}" if engine.lists else ""
        different = f"(SELECT DISTINCT agency, kind, day FROM {self.relation}) AS different{lists}"
        present = engine.arrow(
            f"SELECT agency, epoch, kind FROM (SELECT agency, {epoch} AS epoch, kind FROM {different}) AS placed "
            "GROUP BY agency, epoch, kind"
        )
        self.planner = Planner(self.law, engine.dialect, self.calendar, log.kinds, log.facts, self.act, aged)
        plan = self.planner.plan(*(numbers_of(present[name]) for name in ("agency", "epoch", "kind")))
        engine.register(plan.lists)
        size = len(self.calendar.epochs) + 1
        told = ("kind", "day", *(["moment_local"] if log.has_moments else ()), *(f.column for f in log.facts))
        handed_on = (*told, *(f"aged_{fact}" for fact in aged)) if log.hands_on_facts else ()
        carried = dict.fromkeys(("row", *log.carried, *handed_on))
        sql = signed_sql(plan, engine.dialect, self.relation, engine.lists, epoch, size, list(carried))
        engine.view("signed", sql)
        return plan

    def signatures(self, plan: Plan, place: int, relation: str = "signed") -> ArrowTable:
        """The distinct keys of a slot, in order: the parts of the key, `row`, the least row, and `rows`, how many."""
        keys = ", ".join(keys_of(plan, place))
        first = keys_of(plan, place)[0]
        chosen = f"SELECT {keys}, min(row) AS row, count(*) AS rows FROM {relation} WHERE {first} IS NOT NULL"
        return self.engine.arrow(f"{chosen} GROUP BY {keys} ORDER BY {keys}")

    def decide(
        self, plan: Plan, signatures: Sequence[ArrowTable], tell: Told | None = None, rows: str | None = None
    ) -> Decided:
        """Decides the signatures of each slot. Writes `answers`, and for each slot `keyed_<slot>`: key → answer.

        `rows`: the relation that holds the rows with their facts, if these were handed on.
        """
        slots = [_Slot(plan, place, found) for place, found in enumerate(signatures)]
        answering = Answering(self.law, self.as_if)
        self._answer(plan, slots, answering, tell or _tell_nobody, rows or self.relation)
        lines: list[tuple[object, ...]] = []
        answer_of: list[Numbers] = []
        for slot in slots:
            pairs = numbered([slot.unit, slot.answer[slot.class_of]], len(slot.unit))
            at = firsts(pairs)
            order = np.argsort(np.argsort(at))
            for place in np.sort(at).tolist():
                unit, answer = int(slot.unit[place]), answering.answers[int(slot.answer[slot.class_of[place]])]
                stretch = plan.stretches[unit // plan.kinds]
                head = (len(lines), stretch.agency, stretch.law_from, stretch.law_until, unit % plan.kinds, slot.action)
                lines.append((*head, *msgspec.structs.astuple(answer)))
            answer_of.append(order[pairs] + len(lines) - len(order))
            keyed = {name: slot.keys[name] for name in keys_of(plan, slot.place)} | {"answer": answer_of[-1]}
            self.engine.fill(f"keyed_{slot.place}", dict.fromkeys(keyed, "BIGINT"), arrow().table(keyed))
        self.engine.fill("answers", ANSWER_COLUMNS, _table(ANSWER_COLUMNS, lines))
        return Decided(sum(len(slot.row) for slot in slots), tuple(answer_of))

    def _answer(self, plan: Plan, slots: Sequence[_Slot], answering: Answering, tell: Told, relation: str) -> None:
        """Finds the answers of the slots."""
        wanted = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *(slot.row for slot in slots)]))
        done, total = 0, sum(len(slot.row) for slot in slots)
        for start in range(0, len(wanted), MOST_AT_ONCE):
            some = wanted[start : start + MOST_AT_ONCE]
            found = self._representatives(plan, some, relation)
            for slot in slots:
                inside = np.flatnonzero((slot.row >= some[0]) & (slot.row <= some[-1]))
                for numbers in self._batches(plan, slot, inside):
                    slot.answer[numbers] = answering.answer(self._asked(plan, slot, numbers, found))
                    done += len(numbers)
                    tell(done, total)

    def _batches(self, plan: Plan, slot: _Slot, inside: Numbers) -> Iterator[Numbers]:
        """Signatures of a slot that can be decided together: of one unit of law, one kind, and facts kept alike."""
        alike: dict[tuple[object, ...], list[int]] = {}
        units: list[int] = np.unique(slot.first_unit[inside]).tolist()
        for unit in units:
            scope = plan.scopes[unit // plan.kinds]
            kept = tuple((name, repr(known)) for name, known in scope.kept_values.items())
            key = (id(scope.unit(slot.action)), unit % plan.kinds, kept)
            alike.setdefault(key, []).append(unit)
        for units in alike.values():
            chosen = inside[np.isin(slot.first_unit[inside], units)]
            for start in range(0, len(chosen), MOST_TOGETHER):
                yield chosen[start : start + MOST_TOGETHER]

    def _asked(self, plan: Plan, slot: _Slot, numbers: Numbers, found: Representatives) -> Asked:
        """What is asked of some signatures of a slot."""
        places = found.places(slot.row[numbers])
        unit = int(slot.first_unit[numbers[0]])
        scope, kind = plan.scopes[unit // plan.kinds], unit % plan.kinds
        ground = self.planner.ground(scope, kind, plan.encodings)
        codes = {encoding.fact: found.codes[number][places] for number, encoding in enumerate(plan.encodings)}
        batch = Batch(self.law.vocabulary, scope.unit(slot.action), ground, codes, len(numbers))
        _, at = np.unique(slot.class_number[numbers], return_index=True)
        scopes: dict[int, tuple[Scope, date]] = {}
        for place in numbers[at].tolist():
            day = found.law_day(int(found.places(slot.row[[place]])[0]))
            scopes[int(slot.class_number[place])] = plan.scopes[int(slot.first_unit[place]) // plan.kinds], day
        return Asked(
            batch, slot.class_number[numbers], scopes, lambda at: found.row(int(places[at])), self.log.kinds[kind].note
        )

    def findings_sql(self, plan: Plan, columns: Sequence[str], relation: str = "signed") -> str:
        """SQL for each row with, for each slot, the number of its answer: `answer_<slot>`."""
        answers = [f"keyed_{place}.answer AS answer_{place}" for place in range(len(plan.slots))]
        joins = [
            f"LEFT JOIN keyed_{place} ON "
            + " AND ".join(f"s.{key} = keyed_{place}.{key}" for key in keys_of(plan, place))
            for place in range(len(plan.slots))
        ]
        named = [f"s.{column}" for column in columns]
        return f"SELECT {', '.join([*named, *answers])} FROM {relation} AS s {' '.join(joins)}"

    def _representatives(self, plan: Plan, wanted: Numbers, relation: str) -> Representatives:
        """These rows, with the codes of their facts."""
        moment = "moment_local" if self.log.has_moments else "CAST(NULL AS TIMESTAMP)"
        columns = ["row", "kind", "day", f"{moment} AS moment", *(fact.column for fact in self.log.facts)]
        self.engine.fill("wanted", {"wanted_row": "BIGINT"}, arrow().table({"wanted_row": wanted}))
        chosen = codes_sql(plan, relation, self.engine.lists, columns, "SELECT wanted_row FROM wanted")
        found = self.engine.arrow(f"{chosen} ORDER BY row")
        return Representatives(found, self.log.kinds, self.log.facts, self.as_of)


class Decided(msgspec.Struct, frozen=True):
    """How many decisions were made; and for each slot the answer of each of its signatures, by its number."""

    decisions: int
    answers: tuple[Numbers, ...]


class _Slot:
    """The signatures of one slot as arrays. Those of units of one class are decided once, by their first row.

    `class_of` gives for each signature the number of what is decided. By that number: `row`, `first_unit` and
    `class_number` of the first row, and the number of its `answer` once that is found.
    """

    def __init__(self, plan: Plan, place: int, found: ArrowTable) -> None:
        slot = plan.slots[place]
        self.place = place
        self.action = slot.action
        self.keys = found
        keys = [numbers_of(found[name]) for name in keys_of(plan, place)]
        rows = numbers_of(found["row"])
        below = slot.width + slot.open_width if packs(plan, slot) else 0
        self.unit = keys[0] >> below
        rest = [keys[0] & ((1 << below) - 1), *keys[1:]]
        classes = np.array([-1 if number is None else number for number in slot.classes], dtype=np.int64)
        order = np.argsort(rows, kind="stable")
        numbers = numbered([classes[self.unit], *rest], len(rows))[order]
        first = order[firsts(numbers)] if len(order) else order
        self.class_of = np.empty(len(rows), dtype=np.int64)
        self.class_of[order] = numbers
        self.row = rows[first]
        self.first_unit = self.unit[first]
        self.class_number = classes[self.first_unit]
        self.answer = np.full(len(first), -1, dtype=np.int64)


def _tell_nobody(done: int, of: int) -> None:
    """Says nothing."""


def _table(columns: Mapping[str, str], lines: Sequence[Sequence[object]]) -> ArrowTable:
    """Lines as a table of columns of these types."""
    text = arrow().string()
    types = {"BIGINT": arrow().int64(), "DATE": arrow().date32(), "VARCHAR": text, "VARCHAR[]": arrow().list_(text)}
    turned = zip(*lines, strict=True) if lines else [()] * len(columns)
    return arrow().table(
        {
            name: arrow().array(cells, type=types[kind])
            for (name, kind), cells in zip(columns.items(), turned, strict=True)
        }
    )
