"""Searches by others of an agency's plate readers: who searched and why, as facts of each row of a log.

Who searched follows from the organisation's name, the stated purpose from the triage of the reason, and a declaration
from the register. The purpose itself stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from comity.audit.layouts.form import FactColumn, Prepared
from comity.audit.reading.database import add_lines, lines_of
from comity.audit.sharing.check import ACTION
from comity.audit.sharing.declarations import Register, others_words
from comity.audit.sharing.requesters import home_of, requester_of
from comity.audit.triage.classify import classify
from comity.audit.triage.purpose import tell_stated_purpose
from comity.audit.triage.verdicts import Verdict, apply_verdicts
from comity.errors import ComityError

if TYPE_CHECKING:
    import duckdb


class Searches(msgspec.Struct, frozen=True):
    """What is known besides the log: the register of declarations, and a person's verdicts on reason texts."""

    register: Register | None = None
    verdicts: tuple[Verdict, ...] = ()


REQUESTER, DECLARED = "fact_requester", "fact_declaration_on"
NEVER = date.max
"""A register is whole: who does not stand in it declared on no day, which is after all others."""


def tells_searches(prepared: Prepared, known: Searches | None = None) -> bool:
    """Whether the rows are searches of plate readers, whose reasons and searchers tell facts.

    Raises ComityError (`usage`) for what is `known` of searches beside a log that has none.
    """
    tells = any(ACTION in kind.actions for kind in prepared.kinds)
    if known is not None and not tells:
        for option, told in (("--declarations", known.register), ("--reasons", known.verdicts)):
            if told:
                says = f"has no meaning for the layout {prepared.layout.name}: its rows are no plate-reader searches"
                raise ComityError("usage", says, option)
    return tells


def reads_reasons(prepared: Prepared) -> bool:
    """Whether the reasons of searches are read for the purpose stated: the layout itself tells none."""
    return bool(prepared.layout.reason) and all(fact.fact != "stated_purpose" for fact in prepared.facts)


def tell_searches(
    database: duckdb.DuckDBPyConnection, prepared: Prepared, agency: str, known: Searches | None = None
) -> Prepared:
    """Gives the view `log` what its reasons and searchers tell: columns, and what they mean.

    `agency` is the one whose readers were searched: another state than its own is elsewhere. What the layout itself
    tells of a fact counts first. Leaves the tables `reasons` and `searchers`.
    """
    known = known or Searches()
    facts = {fact.fact: fact for fact in prepared.facts}
    if reads_reasons(prepared):
        classify(database, marks=prepared.layout.marks)
        apply_verdicts(database, known.verdicts)
        facts["stated_purpose"] = tell_stated_purpose(database)
    home = home_of(agency)
    if prepared.layout.searcher and home:
        told = _tell_searchers(database, facts.get("requester"), home, known.register)
        facts |= {fact.fact: fact for fact in told}
    notes = (*prepared.notes, *_others(database, known.register))
    return msgspec.structs.replace(prepared, facts=tuple(facts.values()), notes=notes)


def _others(database: duckdb.DuckDBPyConnection, register: Register | None) -> Iterator[str]:
    """A note on declarations of organisations that searched nothing."""
    if register is None:
        return
    searched = database.execute("SELECT DISTINCT searcher FROM log WHERE searcher IS NOT NULL").fetchall()
    if others := register.others(name for (name,) in searched):
        yield others_words(others)


def _tell_searchers(
    database: duckdb.DuckDBPyConnection, told: FactColumn | None, home: str, register: Register | None
) -> list[FactColumn]:
    values = list(told.values) if told else []
    _write_searchers(database, values, home, register)
    code = f"coalesce(l.{told.column}, s.requester)" if told else "s.requester"
    column = told.column if told else REQUESTER
    kept = f"l.* REPLACE ({code} AS {column})" if told else f"l.*, {code} AS {column}"
    declared = f", s.declared_on AS {DECLARED}" if register else ""
    database.execute("ALTER VIEW log RENAME TO log_of_anyone")
    database.execute(
        f"CREATE VIEW log AS SELECT {kept}{declared} FROM log_of_anyone l "
        "LEFT JOIN searchers s ON s.searcher IS NOT DISTINCT FROM l.searcher"
    )
    facts = [FactColumn("requester", column, "coded", tuple(values))]
    return [*facts, FactColumn("declaration_on", DECLARED, "date")] if register else facts


def _write_searchers(
    database: duckdb.DuckDBPyConnection, values: list[object], home: str, register: Register | None
) -> None:
    """Writes the table `searchers`, one line for each organisation; values not told before are added to `values`."""
    texts = dict.fromkeys(("searcher", "class", "why"), "VARCHAR")
    columns = texts | {"requester": "INTEGER", "declared_on": "DATE"}
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    database.execute(f"CREATE OR REPLACE TABLE searchers ({typed})")
    database.execute(
        "CREATE OR REPLACE TEMP TABLE searchers_told AS SELECT row_number() OVER (ORDER BY searcher) AS number, "
        "searcher FROM (SELECT DISTINCT searcher FROM log)"
    )
    lines = (_searcher(name, values, home, register) for (name,) in lines_of(database, "searchers_told"))
    add_lines(database, "searchers", tuple(columns.values()), lines)
    database.execute("DROP TABLE searchers_told")


def _searcher(
    name: str | None, values: list[object], home: str, register: Register | None
) -> tuple[str | None, str, str, int | None, date | None]:
    if name is None:
        return None, "unknown", "no organisation is told", None, None
    found = requester_of(name, home)
    code: int | None = None
    if found.fact is not None:
        value = list(found.fact)
        if value not in values:
            values.append(value)
        code = values.index(value)
    declared = (register.of(name) or NEVER) if register else None
    return name, found.kind, found.why, code, declared
