"""The command that decides by itself what a ruling says: that of the first row with it, told as the log tells it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from comity.audit.results.summary import Summary
from comity.audit.signing.representatives import told_of
from comity.audit.signing.units import asked_of
from comity.errors import RequestError
from comity.telling import command_line

if TYPE_CHECKING:
    import duckdb

    from comity.audit.layouts.form import Prepared, RowKind
    from comity.decide import Law


class Asking(msgspec.Struct, frozen=True):
    """A request in which a row asks one action."""

    agency: str
    on: str
    action: str
    facts: dict[str, object]


class Retelling(msgspec.Struct, frozen=True):
    """How the rows of a log are told one by one: what their columns mean, and under which law."""

    law: Law
    prepared: Prepared
    as_of: date | None = None
    as_if: tuple[str, ...] = ()


def with_commands(
    database: duckdb.DuckDBPyConnection, summary: Summary, findings: str, retelling: Retelling
) -> Summary:
    """The summary, each of its rulings with the command that says the same. `findings` is the relation of them all."""
    commands = dict(_commands(database, summary, findings, retelling))
    rulings = tuple(
        msgspec.structs.replace(each, command=commands.get(each.ruling.ruling, "")) for each in summary.rulings
    )
    return msgspec.structs.replace(summary, rulings=rulings)


def _commands(
    database: duckdb.DuckDBPyConnection, summary: Summary, findings: str, retelling: Retelling
) -> Iterator[tuple[int, str]]:
    law, prepared = retelling.law, retelling.prepared
    asked = asked_of(law, prepared.kinds)
    rulings = {each.ruling.ruling: each.ruling for each in summary.rulings}
    for number, line in _first_rows(database, prepared, findings, list(rulings)):
        ruling, kind = rulings[number], int(line["kind"])
        asking = _asking(line, prepared.kinds[kind], asked[kind], ruling.action, retelling)
        told = command_line(asking.agency, asking.on, asking.action, asking.facts, retelling.as_if)
        # Of another day than its own a row may be as old as it is not: then no command says the same.
        if retelling.as_of is None or _status(asking, retelling) == ruling.status:
            yield number, told


def _first_rows(
    database: duckdb.DuckDBPyConnection, prepared: Prepared, findings: str, rulings: list[int]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The first row with each of these rulings."""
    moment = "s.moment_local" if prepared.has_moments else "NULL"
    facts = "".join(f", s.{column.column}" for column in prepared.facts)
    found = database.execute(
        f"SELECT f.ruling, s.agency_id AS agency, s.day, {moment} AS moment, s.kind{facts} FROM signed_rows s JOIN ("
        f"SELECT ruling, min(row) AS row FROM {findings} WHERE list_contains(CAST(? AS BIGINT[]), ruling) "
        "GROUP BY ruling) f ON s.row = f.row ORDER BY f.ruling",
        [rulings],
    )
    names = [str(column[0]) for column in found.description or ()]
    for line in found.fetchall():
        cells = dict(zip(names, line, strict=True))
        yield cells.pop("ruling"), cells


def _asking(line: dict[str, Any], kind: RowKind, asked: tuple[str, ...], action: str, retelling: Retelling) -> Asking:
    facts = dict(kind.facts)
    for column in retelling.prepared.facts:
        value = told_of(column, line[column.column])
        if value is not None:
            facts[column.fact] = value
    if len(asked) > 1 and "asked" in retelling.law.vocabulary.facts:
        facts.setdefault("asked", list(asked))
    act: datetime | date = retelling.as_of or line["moment"] or line["day"]
    return Asking(line["agency"], act.isoformat(), action, facts)


def _status(asking: Asking, retelling: Retelling) -> str:
    """What the command would say."""
    try:
        decision = retelling.law.decide(
            agency=asking.agency, on=asking.on, actions=[asking.action], facts=asking.facts, as_if=retelling.as_if
        )
    except RequestError:
        return ""
    return decision.findings[0].status
