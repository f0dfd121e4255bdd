"""Each row of a log decided by itself through `Law.decide`, beside what the bulk decision says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import duckdb
import msgspec

from comity.audit.layouts.form import FactColumn, RowKind
from comity.audit.signing.answers import IMPOSSIBLE, missing_word
from comity.audit.signing.engine import Engine, Local
from comity.audit.signing.sign import Log, Signer
from comity.decide import Law
from comity.errors import RequestError


class Line(msgspec.Struct, frozen=True):
    """A row of a log: its agency (None: not known), kind, day, moment, and a cell for each fact column."""

    agency: int | None
    kind: int
    day: date | None
    cells: tuple[object, ...]
    moment: datetime | None = None


class Said(msgspec.Struct, frozen=True):
    """What is said of one action of a row."""

    status: str
    possible: tuple[str, ...] = ()
    norms: tuple[str, ...] = ()
    possibly: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    known_used: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    alone: str | None = None


class Prepared(msgspec.Struct, frozen=True):
    """What the columns of a log mean."""

    kinds: tuple[RowKind, ...]
    facts: tuple[FactColumn, ...]


TYPES = {"coded": "INTEGER", "date": "DATE", "datetime": "TIMESTAMP", "quantity": "DOUBLE"}


def fill(database: duckdb.DuckDBPyConnection, lines: Sequence[Line], facts: Sequence[FactColumn]) -> None:
    """Writes the table `log`."""
    columns: dict[str, tuple[str, list[object]]] = {
        "row": ("BIGINT", list(range(1, len(lines) + 1))),
        "agency": ("INTEGER", [line.agency for line in lines]),
        "kind": ("INTEGER", [line.kind for line in lines]),
        "day": ("DATE", [line.day for line in lines]),
        "moment_local": ("TIMESTAMP", [line.moment for line in lines]),
    }
    for place, fact in enumerate(facts):
        columns[fact.column] = (TYPES[fact.form], [line.cells[place] for line in lines])
    selected = ", ".join(f"unnest(CAST(? AS {kind}[])) AS {name}" for name, (kind, _) in columns.items())
    database.execute(f"CREATE OR REPLACE TABLE log AS SELECT {selected}", [cells for _, cells in columns.values()])


def in_bulk(
    engine: Engine,
    law: Law,
    prepared: Prepared,
    agencies: Sequence[str],
    as_if: tuple[str, ...] = (),
    has_moments: bool = True,
) -> dict[tuple[int, str], Said]:
    """What the bulk decision says of each row and action."""
    signer = Signer(engine, law, Log("log", prepared.kinds, prepared.facts, tuple(agencies), has_moments), as_if=as_if)
    plan = signer.sign()
    signer.decide(plan, [signer.signatures(plan, place) for place in range(len(plan.slots))])
    columns = "status, possible, norms, possibly_norms, missing, known_used, notes, alone"
    said: dict[tuple[int, str], Said] = {}
    answers = {line[0]: line[1:] for line in engine.rows(f"SELECT answer, action, {columns} FROM answers")}
    for row, *found in engine.rows(signer.findings_sql(plan)):
        for place, answer in enumerate(found):
            if answer is not None:
                action, status, *rest, alone = answers[answer]
                assert action == plan.slots[place].action
                said[int(row), action] = Said(status, *(tuple(cell) for cell in rest), alone)
    return said


def one_by_one(
    law: Law, prepared: Prepared, agencies: Sequence[str], lines: Sequence[Line], as_if: tuple[str, ...] = ()
) -> dict[tuple[int, str], Said]:
    """What `Law.decide` says of each row's own facts, for each action that it asks."""
    said: dict[tuple[int, str], Said] = {}
    for number, line in enumerate(lines, 1):
        if line.agency is None or line.day is None:
            continue
        if not law.agency_law(law.agency(agencies[line.agency]), as_if).period(line.day):
            continue
        kind = prepared.kinds[line.kind]
        facts = dict(kind.facts)
        for column, cell in zip(prepared.facts, line.cells, strict=True):
            value = told(column, cell)
            if value is not None:
                facts[column.fact] = value
        agency, on = agencies[line.agency], (line.moment.isoformat() if line.moment else line.day)
        for action, found in one(law, agency, on, kind.actions, facts, as_if).items():
            alone: str | None = found.status
            if kind.alone and found.status != IMPOSSIBLE:
                bare = one(law, agency, on, kind.actions, {**facts, **kind.alone}, as_if)
                alone = None if bare[action].status == IMPOSSIBLE else bare[action].status
            notes = (kind.note, *found.notes) if kind.note else found.notes
            said[number, action] = msgspec.structs.replace(
                found, alone=None if found.status == IMPOSSIBLE else alone, notes=notes
            )
    return said


def one(
    law: Law,
    agency: str,
    on: str | date,
    actions: Sequence[str],
    facts: Mapping[str, object],
    as_if: tuple[str, ...],
) -> dict[str, Said]:
    """What `Law.decide` says, action by action: one action may turn out to be impossible where another is not."""
    try:
        decision = law.decide(agency=agency, on=on, actions=actions, facts=facts, as_if=as_if)
    except RequestError as error:
        if error.code != "impossible":
            raise
        from comity.request import expand_actions

        leaves = expand_actions(law.vocabulary, actions)
        if len(leaves) == 1:
            return {leaves[0]: Said(IMPOSSIBLE)}
        asked = {"asked": list(leaves)} if "asked" in law.vocabulary.facts and "asked" not in facts else {}
        return {
            name: said
            for leaf in leaves
            for name, said in one(law, agency, on, [leaf], {**facts, **asked}, as_if).items()
        }
    return {
        finding.action: Said(
            finding.status,
            finding.possible,
            tuple(note.norm for note in finding.because),
            tuple(note.norm for note in finding.possibly),
            tuple(missing_word(fact) for fact in finding.missing),
            tuple(known.fact for known in finding.known_used),
            finding.notes,
        )
        for finding in decision.findings
    }


def told(column: FactColumn, cell: object) -> object:
    """A cell in the form of requests."""
    if cell is None:
        return None
    if column.form == "coded":
        assert isinstance(cell, int)
        return column.values[cell]
    return cell.isoformat() if isinstance(cell, date) else cell


def plain(said: dict[tuple[int, str], Said]) -> dict[tuple[int, str], Said]:
    """Without the wording of what is impossible."""
    return {key: Said(IMPOSSIBLE) if one.status == IMPOSSIBLE else one for key, one in said.items()}


def local(lines: Sequence[Line], prepared: Prepared) -> Local:
    database = duckdb.connect(":memory:", config={"threads": 2})
    fill(database, lines, prepared.facts)
    return Local(database)


Answers = dict[tuple[int, str], Said]
"""What is said of each row and action."""


def compared(
    law: Law, prepared: Prepared, agencies: Sequence[str], lines: Sequence[Line], as_if: tuple[str, ...] = ()
) -> tuple[Answers, list[Any]]:
    """What `Law.decide` says, and the rows and actions on which the bulk decision says something else."""
    bulk = plain(in_bulk(local(lines, prepared), law, prepared, agencies, as_if))
    single = plain(one_by_one(law, prepared, agencies, lines, as_if))
    return single, [
        (key, lines[key[0] - 1], bulk.get(key), single.get(key))
        for key in sorted({*bulk, *single})
        if bulk.get(key) != single.get(key)
    ]


def differences(law: Law, prepared: Prepared, agencies: Sequence[str], lines: Sequence[Line]) -> list[Any]:
    """The rows and actions on which the bulk decision and `Law.decide` differ."""
    return compared(law, prepared, agencies, lines)[1]
