"""A layout put on the view `staged`: the view `log`, all in SQL and nothing written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from comity.audit.layouts.form import FactColumn, FactForm, FactSource, Layout, Prepared
from comity.audit.layouts.sql import holds, is_placeholder, is_withheld, moment_of, trimmed, value_of
from comity.audit.reading.database import count, named, quoted
from comity.audit.reading.source import Staged, plain_name
from comity.audit.reading.stage import source_of
from comity.errors import ComityError, nearest

if TYPE_CHECKING:
    import duckdb

SHIFTED = "its cells have moved: the day stands in another column"
NO_DAY, NO_DATE, OUT_OF_RANGE = "not told", "no date", "out of range"


class HolderGiven(msgspec.Struct, frozen=True):
    """What the one who audits says of the holder: an agency, where the log names none; a state, where it names none;
    the time zone of the place, where the log's times are UTC."""

    agency: str = ""
    state: str = ""
    zone: str = ""


def found_columns(layout: Layout, staged: Staged) -> dict[str, str]:
    """The layout's columns and the columns of `staged` that they are, by name whatever the case and blanks."""
    here = {plain_name(column.name): column.name for column in staged.columns}
    found: dict[str, str] = {}
    for column in layout.columns:
        match = next((here[plain_name(name)] for name in column.names if plain_name(name) in here), None)
        if match is not None:
            found[column.name] = match
    return found


def apply(
    database: duckdb.DuckDBPyConnection,
    layout: Layout,
    staged: Staged,
    given: HolderGiven | None = None,
    chosen: str = "",
) -> Prepared:
    """Makes the view `log` of `staged` by the layout (its columns: see `Prepared`).

    Rows whose cells have moved go to `quarantine`; days that are none, or impossible, are set apart with a null `day`.

    Raises ComityError: `columns` (one is missing, or told twice), `date` (no day of the whole column can be read),
    `holder` (the log names no holder, and no agency is given).
    """
    given = given or HolderGiven()
    found = found_columns(layout, staged)
    _check_columns(layout, staged, found)
    cells = {column.name: trimmed(named(found[column.name])) if column.name in found else "CAST(NULL AS VARCHAR)"
             for column in layout.columns}  # fmt: skip
    types = {
        name: next(column.type for column in staged.columns if column.name == here) for name, here in found.items()
    }
    day = _Day(layout, found, types, given)
    facts = [_fact(source, layout, cells, found, types) for source in layout.facts]
    selected = [
        "row", "source", "source_row",
        f"{day.date} AS day", f"{day.moment} AS moment", f"{day.text} AS day_told", f"{day.fault} AS day_fault",
        *_holder(layout, cells, given),
        f"{_kind(layout, cells)} AS kind",
        *_outcome(layout, cells),
        f"{cells[layout.reason] if layout.reason else 'CAST(NULL AS VARCHAR)'} AS reason",
        *(f"{sql} AS {named(column.column)}" for column, sql in facts),
    ]  # fmt: skip
    if "made_up" in found:
        selected.append(f"{cells['made_up']} AS made_up")
    shifted = _set_shifted_apart(database, staged, day, found[layout.day.column])
    where = "" if not shifted else " ANTI JOIN shifted USING (row)"
    database.execute(f"CREATE OR REPLACE VIEW log AS SELECT {', '.join(selected)} FROM staged{where}")
    notes = _check_days(database, staged, layout, found)
    return Prepared(
        layout=layout,
        chosen=chosen,
        kinds=tuple(kind for _, kind in layout.kinds),
        facts=tuple(column for column, _ in facts),
        outcomes=layout.outcomes.classes,
        holder_form="agency" if layout.holder.agency_column or _agency(layout, given) else "name",
        columns=found,
        rows=staged.rows - shifted,
        quarantined=shifted,
        notes=(*day.notes, *notes),
    )


def _check_columns(layout: Layout, staged: Staged, found: dict[str, str]) -> None:
    missing = [column for column in layout.columns if column.name not in found and not column.optional]
    if missing:
        here = [plain_name(column.name) for column in staged.columns]
        words = [f'"{column.name}"{nearest(plain_name(column.names[-1]), here)}' for column in missing]
        says = f"has no column{'s' if len(missing) > 1 else ''} {', '.join(words)}, as the layout {layout.name} wants"
        raise ComityError("columns", says, staged.sources[0].name)
    twice = [note for source in staged.sources for note in source.notes if note.startswith("several columns")]
    for name in found.values():
        clash = next((note for note in twice if f'"{name}":' in note), None)
        if clash is not None:
            raise ComityError("columns", f"{clash}, so which one the layout means is not told", staged.sources[0].name)


class _Day:
    """SQL for the day, the moment and what is wrong with them."""

    def __init__(self, layout: Layout, found: dict[str, str], types: dict[str, str], given: HolderGiven) -> None:
        told = layout.day
        column = named(found[told.column])
        kind = types[told.column]
        self.text = trimmed(column)
        if told.time:
            time = named(found[told.time])
            # A date that Parquet holds as one is written as ISO before its time of day is put behind it.
            column, kind = f"concat_ws(' ', {trimmed(column)}, {trimmed(time)})", "VARCHAR"
        self.clock = moment_of(column, kind, told.formats)
        within = f"BETWEEN DATE {quoted(told.earliest.isoformat())} AND DATE {quoted(told.latest.isoformat())}"
        zone = told.zone
        zoned = kind.endswith("WITH TIME ZONE")
        if zoned:
            zone = "UTC"
        local = self._local(zone, given)
        self.date = f"CASE WHEN CAST({local} AS DATE) {within} THEN CAST({local} AS DATE) END"
        self.moment = self._moment(zone, kind, within)
        placeholder = is_placeholder(self.text, layout.marks)
        withheld = is_withheld(self.text, layout.marks)
        self.fault = (
            f"CASE WHEN coalesce({placeholder} OR {withheld}, true) THEN {quoted(NO_DAY)} "
            f"WHEN {self.clock} IS NULL THEN {quoted(NO_DATE)} "
            f"WHEN CAST({local} AS DATE) {within} THEN NULL ELSE {quoted(OUT_OF_RANGE)} END"
        )
        self.notes = self._notes(zone, kind, given)

    def _local(self, zone: str, given: HolderGiven) -> str:
        """The clock at the place, as far as it is known: law runs on local days."""
        if zone and given.zone and given.zone != zone:
            return f"(({self.clock} AT TIME ZONE {quoted(zone)}) AT TIME ZONE {quoted(given.zone)})"
        return self.clock

    def _moment(self, zone: str, kind: str, within: str) -> str:
        if kind == "DATE" or not zone:
            return "CAST(NULL AS TIMESTAMP)"
        utc = self.clock if zone == "UTC" else f"(({self.clock} AT TIME ZONE {quoted(zone)}) AT TIME ZONE 'UTC')"
        return f"CASE WHEN CAST({self.clock} AS DATE) {within} THEN {utc} END"

    def _notes(self, zone: str, kind: str, given: HolderGiven) -> tuple[str, ...]:
        if zone and not given.zone and zone == "UTC":
            return ("times are UTC, and so are the days: for the days of the place, give its time zone (--zone)",)
        if zone:
            return (f"times are of {zone}{f', and days those of {given.zone}' if given.zone else ''}",)
        if kind.startswith("TIMESTAMP") or any("%H" in form or "%I" in form for form in (kind,)):
            return ("of which time zone the times are is not told: days are taken as they are written",)
        return ()


def _agency(layout: Layout, given: HolderGiven) -> str:
    return given.agency or layout.holder.agency


def _holder(layout: Layout, cells: dict[str, str], given: HolderGiven) -> list[str]:
    holder, marks = layout.holder, layout.marks
    agency = _agency(layout, given)
    none = "CAST(NULL AS VARCHAR)"
    if agency:
        return [f"{quoted(agency)} AS holder_name", f"{none} AS holder_state", f"{none} AS holder_city"]
    if holder.asked:
        says = f"the layout {layout.name} does not say whose log it is: name the agency, as --agency us/il/local/police"
        raise ComityError("holder", says, "--agency")
    name = value_of(cells[holder.agency_column or holder.name], marks)
    told_state = value_of(cells[holder.state], marks) if holder.state else none
    fixed = given.state or holder.fixed_state
    state = f"coalesce({told_state}, {quoted(fixed)})" if fixed else told_state
    city = value_of(cells[holder.city], marks) if holder.city else none
    return [f"{name} AS holder_name", f"{state} AS holder_state", f"{city} AS holder_city"]


def _kind(layout: Layout, cells: dict[str, str]) -> str:
    cases = " ".join(
        f"WHEN {holds(when, cells, layout.marks)} THEN {place}" for place, (when, _) in enumerate(layout.kinds)
    )
    return f"CAST(CASE {cases} END AS INTEGER)"


def _outcome(layout: Layout, cells: dict[str, str]) -> list[str]:
    outcomes = layout.outcomes
    words = cells[outcomes.column] if outcomes.column else "CAST(NULL AS VARCHAR)"
    cases = " ".join(f"WHEN {holds(when, cells, layout.marks)} THEN {quoted(name)}" for when, name in outcomes.rules)
    silent = f"coalesce({is_placeholder(words, layout.marks)}, true)"
    if not outcomes.column and not cases:
        return [f"{quoted(outcomes.silent)} AS outcome", f"{words} AS outcome_words"]
    rest = f"WHEN {silent} THEN {quoted(outcomes.silent)}" if outcomes.column else ""
    last = quoted(outcomes.other if outcomes.column else outcomes.silent)
    return [f"CASE {cases} {rest} ELSE {last} END AS outcome", f"{words} AS outcome_words"]


def _fact(
    source: FactSource, layout: Layout, cells: dict[str, str], found: dict[str, str], types: dict[str, str]
) -> tuple[FactColumn, str]:
    column = f"fact_{source.fact}"
    if source.column:
        form: FactForm = (
            "quantity" if source.kind == "quantity" else "datetime" if source.kind == "datetime" else "date"
        )
        if source.column not in found:
            sql = f"CAST(NULL AS {_SQL_TYPE[form]})"
        elif form == "quantity":
            sql = f"try_cast(replace({cells[source.column]}, ',', '') AS DOUBLE)"
        else:
            clock = moment_of(named(found[source.column]), types[source.column], source.formats)
            sql = f"CAST({clock} AS {_SQL_TYPE[form]})"
        return FactColumn(source.fact, column, form), sql
    values: list[object] = []
    cases: list[str] = []
    for when, value in source.rules:
        if value not in values:
            values.append(value)
        cases.append(f"WHEN {holds(when, cells, layout.marks)} THEN {values.index(value)}")
    return FactColumn(source.fact, column, "coded", tuple(values)), f"CAST(CASE {' '.join(cases)} END AS INTEGER)"


_SQL_TYPE: dict[FactForm, str] = {"quantity": "DOUBLE", "datetime": "TIMESTAMP", "date": "DATE", "coded": "INTEGER"}


def _set_shifted_apart(database: duckdb.DuckDBPyConnection, staged: Staged, day: _Day, column: str) -> int:
    """Puts rows in quarantine whose day is no date while another column's text has the form of the days.

    Returns how many.
    """
    others = [other.name for other in staged.columns if other.name != column and other.type == "VARCHAR"]
    if not others or next(told.type for told in staged.columns if told.name == column) != "VARCHAR":
        return 0
    shape = database.execute(
        f"SELECT regexp_replace({day.text}, '\\d', '9', 'g') AS shape FROM staged WHERE {day.clock} IS NOT NULL "
        "GROUP BY shape ORDER BY count(*) DESC, shape LIMIT 1"
    ).fetchone()
    if shape is None:
        return 0
    pattern = quoted("".join("\\d" if sign == "9" else _literal(sign) for sign in str(shape[0])))
    moved = " OR ".join(f"regexp_full_match({trimmed(named(other))}, {pattern})" for other in others)
    database.execute(
        f"CREATE OR REPLACE TABLE shifted AS SELECT row FROM staged WHERE {day.text} IS NOT NULL "
        f"AND {day.clock} IS NULL AND ({moved})"
    )
    shifted = count(database, "SELECT count(*) FROM shifted")
    if shifted:
        cells = ", ".join(f"coalesce(CAST({named(told.name)} AS VARCHAR), '')" for told in staged.columns)
        database.execute(
            f"INSERT INTO quarantine SELECT source, source_row, {quoted(SHIFTED)}, concat_ws(' | ', {cells}) "
            "FROM staged SEMI JOIN shifted USING (row)"
        )
    return shifted


def _literal(sign: str) -> str:
    return sign if sign.isalnum() or sign in " _" else "\\" + sign


def _check_days(
    database: duckdb.DuckDBPyConnection, staged: Staged, layout: Layout, found: dict[str, str]
) -> tuple[str, ...]:
    """Notes on days that were set apart; an error if the column has text and none of it is a date."""
    rows = database.execute(
        "SELECT day_fault, count(*), min(row), arg_min(day_told, row) FROM log GROUP BY day_fault ORDER BY day_fault"
    ).fetchall()
    faults = {row[0]: (int(row[1]), int(row[2]), str(row[3])) for row in rows}
    column = found[layout.day.column]
    if NO_DATE in faults and None not in faults and OUT_OF_RANGE not in faults:
        number, row, text = faults[NO_DATE]
        more = f" (and {number - 1} more rows)" if number > 1 else ""
        says = f'"{text}" is no date{more}, nor is any other cell of the column: write 2015-07-19, or give its format'
        raise ComityError("date", says, f"{source_of(staged, database, row)}, column {column}")
    notes: list[str] = []
    for fault, what in ((NO_DATE, "is no date"), (OUT_OF_RANGE, "lies outside the possible days")):
        if fault in faults:
            number, row, text = faults[fault]
            where = source_of(staged, database, row)
            notes.append(
                f'{number:,} rows are set apart, as their day {what}: first "{text}" ({where}, column {column})'
            )
    return tuple(notes)
