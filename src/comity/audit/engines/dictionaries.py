"""Dictionaries of a log's texts: which columns each is of, what its texts mean, and the SQL that joins rows to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from comity.audit.layouts.apply import found_columns
from comity.audit.layouts.form import FACT_TYPES, Layout, Prepared, When
from comity.audit.reading.source import Staged
from comity.audit.signing.engine import ArrowTable

if TYPE_CHECKING:
    import duckdb


class Texts(Protocol):
    """What the SQL needs of an engine: a column of `raw` as text."""

    def text(self, column: str) -> str: ...


class Dictionary(msgspec.Struct, frozen=True):
    """The different texts of a group of columns, in order: `texts` (holder, form, outcome and most facts), `days`, or
    one for each fact that is read as a date, a time or a number (its name), and for each column that tells of a duty.
    `apart`: the names of all of them."""

    name: str
    columns: tuple[str, ...]
    texts: ArrowTable

    def outputs(self, prepared: Prepared, apart: frozenset[str]) -> dict[str, str]:
        """The columns of the log that follow from the texts, with their types."""
        if self.name == "texts":
            facts = {column.column: FACT_TYPES[column.form] for column in prepared.facts if column.fact not in apart}
            return {"agency": "BIGINT", "kind": "BIGINT", **facts}
        if self.name == "days":
            return {"day": "DATE", "moment_local": "TIMESTAMP"}
        return {column.column: FACT_TYPES[column.form] for column in prepared.facts if column.fact == self.name}

    def meanings(
        self, database: duckdb.DuckDBPyConnection, prepared: Prepared, apart: frozenset[str]
    ) -> tuple[dict[str, str], ArrowTable]:
        """The table to send back: its columns with their types, and a line for each text, from `log` or `placed`.

        Needs the table `far_texts` of these texts.
        """
        outputs = self.outputs(prepared, apart)
        relation = "placed" if self.name == "texts" else "log"
        keys = {name: kind for place in range(len(self.columns)) for name, kind in _key_columns(place)}
        cells = [
            f"CAST(t.text_{place} IS NULL AS BIGINT) AS absent_{place}, coalesce(t.text_{place}, '') AS text_{place}"
            for place in range(len(self.columns))
        ]
        cells.append(f"t.place AS number_of_{self.name}")
        cells += [f"CAST(r.{name} AS {kind}) AS {name}" for name, kind in outputs.items()]
        sql = f"SELECT {', '.join(cells)} FROM far_texts t LEFT JOIN {relation} r ON r.row = t.place ORDER BY t.place"
        table: Any = database.sql(sql).to_arrow_table()
        return {**keys, f"number_of_{self.name}": "BIGINT", **outputs}, table


def _key_columns(place: int) -> tuple[tuple[str, str], tuple[str, str]]:
    return (f"absent_{place}", "BIGINT"), (f"text_{place}", "VARCHAR")


def groups_of(layout: Layout, staged: Staged) -> dict[str, tuple[str, ...]]:
    """The columns of each dictionary, by the names that they have in the log."""
    found = found_columns(layout, staged)
    days = (layout.day.column, layout.day.otherwise, layout.day.time)
    groups = {"texts": _named(found, _texts(layout)), "days": _named(found, days)}
    for source in layout.facts:
        if source.column in found:
            groups[source.fact] = (found[source.column],)
    # What a column tells of a duty is looked at here alone.
    for duty in layout.duties:
        if duty.column in found:
            groups[f"{duty.column}_of_duty"] = (found[duty.column],)
    return groups


def _named(found: dict[str, str], columns: Sequence[str] | Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found[column] for column in columns if column in found))


def _texts(layout: Layout) -> Iterator[str]:
    """The layout's columns that tell the holder, the kind, the outcome, the reason and coded facts."""
    holder, outcomes = layout.holder, layout.outcomes
    yield from (holder.name, holder.state, holder.city, holder.agency_column, outcomes.column, layout.reason)
    yield from (layout.searcher, "made_up")
    for when, *_ in (*layout.kinds, *outcomes.rules):
        yield from _tested(when)
    for source in layout.facts:
        for when, _ in source.rules:
            yield from _tested(when)


def _tested(when: When) -> Iterator[str]:
    return (test.column for test in when)


def far_columns(
    far: Texts, dictionaries: Sequence[Dictionary], prepared: Prepared, apart: frozenset[str], *, has_law_day: bool
) -> str:
    """SQL for the log where it lies: each row of `raw` with the numbers of its texts and what follows from them.

    Texts are compared with their absence told apart, by equalities alone, so that engines may join by hashing.
    """
    columns = ["r.row"]
    joins: list[str] = []
    for place, dictionary in enumerate(dictionaries):
        alias = f"d{place}"
        columns.append(f"{alias}.number_of_{dictionary.name}")
        for name in dictionary.outputs(prepared, apart):
            if name == "agency" and not has_law_day:
                # A row without a day is put to no law.
                day = next(f"d{other}.day" for other, each in enumerate(dictionaries) if each.name == "days")
                columns.append(f"CASE WHEN {day} IS NOT NULL THEN {alias}.agency END AS agency")
            else:
                columns.append(f"{alias}.{name}")
        pairs = [
            f"{alias}.absent_{at} = CASE WHEN {far.text(column)} IS NULL THEN 1 ELSE 0 END "
            f"AND {alias}.text_{at} = coalesce({far.text(column)}, '')"
            for at, column in enumerate(dictionary.columns)
        ]
        joins.append(f"JOIN dictionary_{dictionary.name} {alias} ON {' AND '.join(pairs) or '1 = 1'}")
    return f"SELECT {', '.join(columns)} FROM raw r {' '.join(joins)}"
