"""A layout put on the view `staged`: the view `log`, all in SQL and nothing written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from comity.audit.layouts.days import NO_DATE, NO_MOMENT, TEXT, day_faults, day_notes, day_sql, set_shifted_apart
from comity.audit.layouts.form import FactColumn, FactForm, FactSource, Layout, Prepared
from comity.audit.layouts.sql import holds, is_placeholder, moment_of, trimmed, value_of
from comity.audit.reading.database import named, quoted
from comity.audit.reading.source import Staged, plain_name
from comity.errors import ComityError, nearest

if TYPE_CHECKING:
    import duckdb


class HolderGiven(msgspec.Struct, frozen=True):
    """What the one who audits says of the holder: an agency, where the log names none; a state, where it names none;
    the time zone of the place, where the log's times are UTC."""

    agency: str = ""
    state: str = ""
    zone: str = ""


def found_columns(layout: Layout, staged: Staged) -> dict[str, str]:
    """The layout's columns and the columns of `staged` that they are, by name whatever the case, blanks and `_`."""
    here: dict[str, str] = {}
    for column in staged.columns:
        here.setdefault(_key(column.name), column.name)
    found: dict[str, str] = {}
    for column in layout.columns:
        match = next((here[_key(name)] for name in column.names if _key(name) in here), None)
        if match is not None:
            found[column.name] = match
    return found


def _key(name: str) -> str:
    return plain_name(name.replace("_", " "))


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
    `holder` (the log names no holder, and no agency is given), `zone` (there is no such time zone).
    """
    given = given or HolderGiven()
    _check_zone(given.zone)
    found = found_columns(layout, staged)
    _check_columns(layout, staged, found)
    cells = {column.name: trimmed(named(found[column.name])) if column.name in found else "CAST(NULL AS VARCHAR)"
             for column in layout.columns}  # fmt: skip
    types = {
        name: next(column.type for column in staged.columns if column.name == here) for name, here in found.items()
    }
    day = day_sql(layout.day, layout.marks, found, types, given.zone)
    facts = [_fact(source, layout, cells, found, types) for source in layout.facts]
    selected = [
        "row", "source", "source_row",
        f"{day.date} AS day", f"{day.moment} AS moment", f"{day.moment_local} AS moment_local",
        f"{TEXT} AS day_told", f"{day.fault} AS day_fault",
        *_holder(layout, cells, given),
        f"{_kind(layout, cells)} AS kind",
        *_outcome(layout, cells),
        f"{cells[layout.reason] if layout.reason else 'CAST(NULL AS VARCHAR)'} AS reason",
        *(f"{sql} AS {named(column.column)}" for column, sql in facts),
    ]  # fmt: skip
    if layout.searcher:
        selected.append(f"{cells[layout.searcher]} AS searcher")
    if "made_up" in found:
        selected.append(f"{cells['made_up']} AS made_up")
    view = (
        f"CREATE OR REPLACE VIEW log AS SELECT {', '.join(selected)} FROM (SELECT *, {day.inner} FROM staged) AS told"
    )
    database.execute(view)
    faults = day_faults(database)
    shifted = set_shifted_apart(database, staged, day) if NO_DATE in faults else 0
    if shifted:
        database.execute(f"{view} ANTI JOIN shifted USING (row)")
        faults = day_faults(database)
    notes = day_notes(database, staged, day, faults)
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
        has_moments=day.moment_local != NO_MOMENT,
        notes=notes,
    )


def _check_zone(zone: str) -> None:
    from zoneinfo import available_timezones

    if zone and zone not in available_timezones():
        hint = nearest(zone, sorted(available_timezones()))
        raise ComityError("zone", f'"{zone}" is no time zone{hint}: write America/Chicago', "--zone")


def _check_columns(layout: Layout, staged: Staged, found: dict[str, str]) -> None:
    missing = [column for column in layout.columns if column.name not in found and not column.optional]
    if missing:
        here = [plain_name(column.name) for column in staged.columns]
        words = [f'"{column.name}"{nearest(plain_name(column.names[-1]), here)}' for column in missing]
        says = f"has no column{'s' if len(missing) > 1 else ''} {', '.join(words)}, as the layout {layout.name} wants"
        raise ComityError("columns", says, staged.sources[0].name)
    here = {plain_name(column.name): column.name for column in staged.columns}
    for name in found.values():
        second = here.get(f"{plain_name(name)} (2)")
        if second is not None:
            says = f'several columns are called "{name}", so which one the layout means is not told: rename one'
            raise ComityError("columns", says, staged.sources[0].name)


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
            # A time of exactly midnight is how a day is written: as a moment it is unknown.
            moment = f"nullif({clock}, date_trunc('day', {clock}))"
            sql = moment if form == "datetime" else f"CAST({clock} AS DATE)"
        return FactColumn(source.fact, column, form), sql
    values: list[object] = []
    cases: list[str] = []
    for when, value in source.rules:
        if value not in values:
            values.append(value)
        cases.append(f"WHEN {holds(when, cells, layout.marks)} THEN {values.index(value)}")
    return FactColumn(source.fact, column, "coded", tuple(values)), f"CAST(CASE {' '.join(cases)} END AS INTEGER)"


_SQL_TYPE: dict[FactForm, str] = {"quantity": "DOUBLE", "datetime": "TIMESTAMP", "date": "DATE", "coded": "INTEGER"}
