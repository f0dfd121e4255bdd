"""A bulk decision: rows → signatures → answers, each signature decided once → findings.

The log is a relation with the columns `row`, `agency` (a number of the agencies given; NULL where none is known),
`kind`, `day`, `moment_local` if moments are told, and those of the facts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from comity.audit.layouts.form import FactColumn, RowKind
from comity.audit.signing.aged import age_records
from comity.audit.signing.answers import Answer, Answering, Asked, Row
from comity.audit.signing.clocks import Act
from comity.audit.signing.dialect import literal
from comity.audit.signing.engine import Engine
from comity.audit.signing.plan import Plan, Planner, epoch_list
from comity.audit.signing.query import epoch_sql, keys_of, signed_sql, unit_of_key
from comity.audit.signing.units import Calendar
from comity.decide import Law
from comity.request import expand_actions

MOST_AT_ONCE = 50_000
"""Representative rows that are fetched together."""

ANSWER_COLUMNS: dict[str, str] = {
    "answer": "BIGINT",
    "agency": "VARCHAR",
    "law_from": "DATE",
    "law_until": "DATE",
    "kind": "BIGINT",
    "action": "VARCHAR",
    "facts": "VARCHAR",
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
"""The table `answers`: one line for each distinct signature of each unit. `facts` are those of a representative."""

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


class Signer:
    """Decides a log in bulk, in whichever engine it lies."""

    def __init__(
        self, engine: Engine, law: Law, log: Log, *, as_of: date | None = None, as_if: tuple[str, ...] = ()
    ) -> None:
        self.engine = engine
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
        relation, aged = age_records(engine, self.law, log.kinds, log.facts, log.relation, self.act.day, _told)
        source = relation + (f", {engine.lists}" if engine.lists else "")
        present = engine.rows(
            f"SELECT agency, epoch, kind FROM (SELECT agency, {epoch} AS epoch, kind FROM {source} "
            "WHERE agency IS NOT NULL) AS placed GROUP BY agency, epoch, kind"
        )
        planner = Planner(self.law, engine.dialect, self.calendar, log.kinds, log.facts, self.act, aged)
        plan = planner.plan([(int(a), int(e), int(k)) for a, e, k in present if e is not None])
        engine.register(plan.lists)
        size = len(self.calendar.epochs) + 1
        sql = signed_sql(plan, engine.dialect, relation, engine.lists, epoch, size, ["row", *log.carried])
        engine.view("signed", sql)
        return plan

    def signatures(self, plan: Plan, place: int, relation: str = "signed") -> list[tuple[Any, ...]]:
        """The distinct keys of a slot: the parts of the key, the least row, the number of rows."""
        keys = ", ".join(keys_of(plan, place))
        first = keys_of(plan, place)[0]
        chosen = f"SELECT {keys}, min(row), count(*) FROM {relation} WHERE {first} IS NOT NULL"
        return self.engine.rows(f"{chosen} GROUP BY {keys} ORDER BY {keys}")

    def decide(self, plan: Plan, signatures: Sequence[Sequence[tuple[Any, ...]]], tell: Told | None = None) -> int:
        """Decides the signatures of each slot. Writes `answers`, and for each slot `keyed_<slot>`: key → answer.

        Returns the number of decisions made.
        """
        classes = [self._classes(plan, place, found) for place, found in enumerate(signatures)]
        total = sum(map(len, classes))
        decided = self._decided(plan, classes, tell or _tell_nobody)
        numbers: dict[tuple[object, ...], int] = {}
        lines: list[tuple[object, ...]] = []
        for place, found in enumerate(signatures):
            slot = plan.slots[place]
            keyed: list[tuple[int, ...]] = []
            for signature in found:
                unit, rest = unit_of_key(plan, place, signature[:-2])
                answer, facts = decided[place][slot.classes[unit], rest]
                line = (place, unit, id(answer))
                number = numbers.get(line)
                if number is None:
                    number = numbers[line] = len(lines)
                    stretch = plan.stretches[unit // plan.kinds]
                    head = (stretch.agency, stretch.law_from, stretch.law_until, unit % plan.kinds, slot.action)
                    told = json.dumps(facts, sort_keys=True, default=str)
                    lines.append((number, *head, told, *_cells(answer)))
                keyed.append((*signature[:-2], number))
            columns = dict.fromkeys((*keys_of(plan, place), "answer"), "BIGINT")
            self.engine.table(f"keyed_{place}", columns, keyed)
        self.engine.table("answers", ANSWER_COLUMNS, lines)
        return total

    def _decided(
        self, plan: Plan, classes: Sequence[Mapping[object, int]], tell: Told
    ) -> list[dict[object, tuple[Answer, Mapping[str, object]]]]:
        """For each slot and signature of each class, its answer, and the facts of the first row with that answer."""
        answering = Answering(self.law, self.as_if)
        leaves = [expand_actions(self.law.vocabulary, kind.actions) if kind.actions else () for kind in self.log.kinds]
        by_row: dict[int, list[tuple[int, object]]] = {}
        for place, found in enumerate(classes):
            for key, row in found.items():
                by_row.setdefault(row, []).append((place, key))
        decided: list[dict[object, tuple[Answer, Mapping[str, object]]]] = [{} for _ in classes]
        shown: dict[tuple[object, ...], Mapping[str, object]] = {}
        done, total = 0, sum(map(len, classes))
        wanted = sorted(by_row)
        for start in range(0, len(wanted), MOST_AT_ONCE):
            rows = self._representatives(wanted[start : start + MOST_AT_ONCE])
            for place, slot in enumerate(plan.slots):
                keys = [(key, number) for number in sorted(rows) for at, key in by_row[number] if at == place]
                asked = [Asked(agency, leaves[kind], row) for kind, agency, row in (rows[at] for _, at in keys)]
                for (key, _), each, answer in zip(keys, asked, answering.answers(slot.action, asked), strict=True):
                    facts = shown.setdefault((place, each.agency, id(answer)), each.row.facts)
                    decided[place][key] = answer, facts
                done += len(keys)
                tell(done, total)
        return decided

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

    def _classes(self, plan: Plan, place: int, signatures: Sequence[tuple[Any, ...]]) -> dict[object, int]:
        """For each signature of each class, its first row."""
        first: dict[object, int] = {}
        for signature in signatures:
            unit, rest = unit_of_key(plan, place, signature[:-2])
            key = (plan.slots[place].classes[unit], rest)
            if key not in first or signature[-2] < first[key]:
                first[key] = signature[-2]
        return first

    def _representatives(self, wanted: Sequence[int]) -> dict[int, tuple[int, str, Row]]:
        """These rows, each with its kind and agency."""
        facts = self.log.facts
        moment = "moment_local" if self.log.has_moments else "CAST(NULL AS TIMESTAMP)"
        columns = ", ".join(["row", "kind", "agency", "day", moment, *(column.column for column in facts)])
        found: dict[int, tuple[int, str, Row]] = {}
        for start in range(0, len(wanted), MOST_AT_ONCE):
            some = wanted[start : start + MOST_AT_ONCE]
            self.engine.table("wanted", {"wanted_row": "BIGINT"}, [(row,) for row in some])
            for number, kind, agency, day, at, *cells in self.engine.rows(
                f"SELECT {columns} FROM {self.log.relation} WHERE row IN (SELECT wanted_row FROM wanted)"
            ):
                found[int(number)] = int(kind), self.log.agencies[int(agency)], self._row(int(kind), day, at, cells)
        return found

    def _row(self, kind: int, day: date | None, moment: datetime | None, cells: Sequence[object]) -> Row:
        row = self.log.kinds[kind]
        told: dict[str, object] = dict(row.facts)
        for column, cell in zip(self.log.facts, cells, strict=True):
            value = _told(column, cell)
            if value is not None:
                told[column.fact] = value
        law_day = self.as_of or day
        assert law_day is not None
        return Row(day or law_day, moment, law_day, told, row.alone, row.note)


def _tell_nobody(done: int, of: int) -> None:
    """Says nothing."""


def _told(column: FactColumn, cell: object) -> object:
    """A cell in the form of requests."""
    if cell is None:
        return None
    if column.form == "coded":
        return column.values[int(str(cell))]
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None).isoformat()
    return cell.isoformat() if isinstance(cell, date) else float(str(cell))


def _cells(answer: Answer) -> list[object]:
    values: Mapping[str, object] = msgspec.structs.asdict(answer)
    return [list(value) if isinstance(value, tuple) else value for value in values.values()]  # pyright: ignore
