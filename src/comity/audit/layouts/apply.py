"""A layout put on the view `staged`: the view `log`, all in SQL and nothing written out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from comity.audit.layouts.days import (
    NO_DATE,
    NO_MOMENT,
    TEXT,
    DaySql,
    day_faults,
    day_sql,
    first_faults,
    set_shifted_apart,
    time_of_place,
    zone_fault,
    zone_notes,
)
from comity.audit.layouts.form import (
    FACT_TYPES,
    DutyColumn,
    FactColumn,
    FactForm,
    FactSource,
    HolderForm,
    Layout,
    LayoutColumn,
    Prepared,
    Test,
    When,
)
from comity.audit.layouts.holder import holder_sql
from comity.audit.layouts.shortcuts import WHOLE_NUMBERS, Shortcuts
from comity.audit.layouts.sql import holds, is_placeholder, moment_of, trimmed, value_of
from comity.audit.reading.database import named, quoted
from comity.audit.reading.source import Staged, plain_name
from comity.errors import ComityError, nearest
from comity.words import listed

if TYPE_CHECKING:
    import duckdb


NO_TEXT = "CAST(NULL AS VARCHAR)"


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
    given: HolderGiven,
    chosen: str = "",
) -> Prepared:
    """Makes the view `log` of `staged` by the layout (its columns: see `Prepared`).

    Rows whose cells have moved go to `quarantine`; days that are none, or impossible, are set apart with a null `day`.

    Raises ComityError: `columns` (one is missing, or told twice), `date` (no day of the whole column can be read),
    `holder` (the log names no holder, and no agency is given; or one is, and the log is of several states), `zone`
    (there is no such time zone).
    """
    if given.zone and (fault := zone_fault(given.zone)):
        raise ComityError("zone", f"{fault}: write America/Chicago", "--zone")
    found = found_columns(layout, staged)
    check_columns(layout, staged, found)
    types = {
        name: next(column.type for column in staged.columns if column.name == here) for name, here in found.items()
    }
    day = day_sql(layout.day, layout.marks, found, types, given.zone)
    cells = _Cells(database, layout, found, types)
    _check_one_state(database, layout, cells, given)
    facts = [_fact(source, cells) for source in layout.facts]
    duties = tuple(duty for duty in layout.duties if duty.column in found)
    selected = [
        *_told(layout, cells, day, given),
        *(f"{sql} AS {named(column.column)}" for column, sql in facts),
        *(_duties(layout, duties, cells, given.zone) if duties else ()),
        *([f"{cells.text('made_up')} AS made_up"] if "made_up" in found else ()),
    ]
    view = (
        f"CREATE OR REPLACE VIEW log AS SELECT {', '.join(selected)} FROM (SELECT *, {day.inner} FROM staged) AS told"
    )
    database.execute(view)
    faults = day_faults(database)
    shifted = set_shifted_apart(database, staged, day) if NO_DATE in faults else 0
    if shifted:
        database.execute(f"{view} ANTI JOIN shifted USING (row)")
        faults = day_faults(database)
    return Prepared(
        layout=layout,
        chosen=chosen,
        kinds=tuple(kind for _, kind in layout.kinds),
        facts=tuple(column for column, _ in facts),
        outcomes=layout.outcomes.classes,
        holder_form=_holder_form(layout, given),
        columns=found,
        rows=staged.rows - shifted,
        quarantined=shifted,
        has_moments=day.moment_local != NO_MOMENT,
        first_faults=first_faults(database, staged, day, faults),
        notes=(*zone_notes(day, faults), *_holder_notes(layout, found, given)),
        duties=duties,
    )


def check_columns(layout: Layout, staged: Staged, found: dict[str, str]) -> None:
    """Raises ComityError (`columns`) for a column that the layout wants and the log lacks, or has twice."""
    missing = [column for column in layout.columns if column.name not in found and not column.optional]
    if missing:
        here = [plain_name(column.name) for column in staged.columns]
        words = [f"{_called(column)}{nearest(plain_name(column.names[-1]), here)}" for column in missing]
        says = f"has no column{'s' if len(missing) > 1 else ''} {', '.join(words)}, as the layout {layout.name} wants"
        raise ComityError("columns", says, staged.sources[0].place)
    here = {plain_name(column.name): column.name for column in staged.columns}
    for name in found.values():
        second = here.get(f"{plain_name(name)} (2)")
        if second is not None:
            says = f'several columns are called "{name}", so which one the layout means is not told: rename one'
            raise ComityError("columns", says, staged.sources[0].place)


def _called(column: LayoutColumn) -> str:
    """A column by the name that a file may give it, and our name where that is another."""
    own = f'"{column.name}"'
    names = [f'"{name}"' for name in column.names[:2]]
    return own if names == [own] else f"{' or '.join(names)} (here {own})"


def _holder_form(layout: Layout, given: HolderGiven) -> HolderForm:
    """Whether rows tell the id of an agency, or only a name."""
    return "agency" if layout.holder.agency_column or _agency(layout, given) else "name"


def _agency(layout: Layout, given: HolderGiven) -> str:
    return given.agency or layout.holder.agency


class _Cells:
    """SQL over `staged` for what the layout's columns hold and mean; shortened where a column has few texts."""

    def __init__(
        self, database: duckdb.DuckDBPyConnection, layout: Layout, found: dict[str, str], types: dict[str, str]
    ) -> None:
        self.marks = layout.marks
        self.found = found
        self.types = types
        self._shortcuts = Shortcuts(database)

    def plain(self, name: str) -> str:
        """A column's trimmed text; null where the log has no such column."""
        return trimmed(named(self.found[name])) if name in self.found else NO_TEXT

    def text(self, name: str) -> str:
        sql = self.plain(name)
        return self._shortcuts.text(self.found[name], sql) if self._is_text(name) else sql

    def value(self, name: str) -> str:
        """A column's text; null where it is a placeholder or withheld."""
        sql = value_of(self.plain(name), self.marks)
        return self._shortcuts.text(self.found[name], sql) if self._is_text(name) else sql

    def holds(self, when: When) -> str:
        return holds(when, {test.column: self.plain(test.column) for test in when}, self.marks)

    def chosen(self, rules: Sequence[tuple[When, str]], last: str, kind: str, besides: str = "") -> str:
        """SQL of the first rule that holds, else `last`, of the type `kind`; `last` looks at the column `besides`."""
        cases = " ".join(f"WHEN {self.holds(when)} THEN {sql}" for when, sql in rules)
        whole = f"CAST({f'CASE {cases} ELSE {last} END' if cases else last} AS {kind})"
        columns = {test.column for when, _ in rules for test in when} | ({besides} - {""})
        only = next(iter(columns)) if len(columns) == 1 else ""
        shortened = self._is_text(only) or self.types.get(only) in WHOLE_NUMBERS
        return self._shortcuts.meaning(self.found[only], whole) if shortened else whole

    def _is_text(self, name: str) -> bool:
        return self.types.get(name) == "VARCHAR"


def _told(layout: Layout, cells: _Cells, day: DaySql, given: HolderGiven) -> list[str]:
    """The columns that every log has."""
    return [
        "row", "source", "source_row",
        f"{day.date} AS day", f"{day.moment} AS moment", f"{day.moment_local} AS moment_local",
        f"{TEXT} AS day_told", f"{day.fault} AS day_fault",
        *_holder(layout, cells, given),
        f"{_kind(layout, cells)} AS kind",
        *_outcome(layout, cells),
        f"{cells.text(layout.reason)} AS reason", f"{NO_TEXT} AS reason_class", f"{NO_TEXT} AS reason_rule",
        f"{cells.text(layout.searcher)} AS searcher",
    ]  # fmt: skip


def _holder(layout: Layout, cells: _Cells, given: HolderGiven) -> list[str]:
    holder = layout.holder
    agency = _agency(layout, given)
    if agency:
        return [f"{quoted(agency)} AS holder_name", f"{NO_TEXT} AS holder_state", f"{NO_TEXT} AS holder_city"]
    if holder.asked:
        says = f"the layout {layout.name} does not say whose log it is: name the agency, as --agency us/il/local/police"
        raise ComityError("holder", says, "--agency")
    name, state, city = holder_sql(holder, cells.value, given.state)
    return [f"{name} AS holder_name", f"{state} AS holder_state", f"{city} AS holder_city"]


def _check_one_state(database: duckdb.DuckDBPyConnection, layout: Layout, cells: _Cells, given: HolderGiven) -> None:
    """Raises ComityError (`holder`) where one agency is told of a log whose column of states tells of several."""
    from comity.audit.holders.gazetteer import STATES, state_code

    if not given.agency or not layout.holder.state:
        return
    _, state, _ = holder_sql(layout.holder, cells.value, "")
    told = database.execute(f"SELECT DISTINCT {state} AS state FROM staged").fetchall()
    states = sorted({STATES[code] for (name,) in told if (code := state_code(name))})
    if len(states) > 1:
        some = listed([*states[:2], *([f"{len(states) - 2} more"] if states[2:] else [])], "and")
        says = f"its rows are of {some}, so that it is no log of one agency: leave --agency out"
        raise ComityError("holder", says, "--agency")


def _holder_notes(layout: Layout, found: dict[str, str], given: HolderGiven) -> tuple[str, ...]:
    from comity.audit.holders.gazetteer import STATES, state_code

    notes: list[str] = []
    column = layout.holder.agency_column or layout.holder.name
    if given.agency and column in found:
        says = f'every row is taken to be of {given.agency}, as was told, whatever its column "{found[column]}" says'
        notes.append(says)
    # An agency that is named by its id is where it is.
    if _holder_form(layout, given) == "name" and (code := state_code(given.state)) is not None:
        rows = "a row without a state" if layout.holder.state in found else "every row"
        notes.append(f"{rows} is taken to be of {STATES[code]}, as was told")
    return tuple(notes)


def _kind(layout: Layout, cells: _Cells) -> str:
    return cells.chosen([(when, str(place)) for place, (when, _) in enumerate(layout.kinds)], "NULL", "INTEGER")


def _outcome(layout: Layout, cells: _Cells) -> list[str]:
    outcomes = layout.outcomes
    words = cells.plain(outcomes.column)
    rules = [(when, quoted(name)) for when, name in outcomes.rules]
    last = quoted(outcomes.silent)
    if outcomes.column:
        untold = f"coalesce({is_placeholder(words, layout.marks)}, true)"
        last = f"CASE WHEN {untold} THEN {last} ELSE {quoted(outcomes.other)} END"
    outcome = cells.chosen(rules, last, "VARCHAR", outcomes.column)
    return [f"{outcome} AS outcome", f"{cells.text(outcomes.column)} AS outcome_words"]


def _duties(layout: Layout, duties: Sequence[DutyColumn], cells: _Cells, local: str) -> list[str]:
    """When or whether each duty was done, as its column says; and the times from which duties may run."""

    def time(column: str, formats: Sequence[str]) -> str:
        cell, kind = named(cells.found[column]), cells.types[column]
        return time_of_place(cell, kind, formats, layout.day.zone, local)

    selected: list[str] = []
    for place, duty in enumerate(duties):
        words = [(Test(duty.column, "is", told), sql) for told, sql in ((duty.not_done, "false"), (duty.done, "true"))]
        by_words = cells.chosen([((test,), sql) for test, sql in words if test.words], "NULL", "BOOLEAN")
        cell, kind = named(cells.found[duty.column]), cells.types[duty.column]
        said = f"CASE WHEN {moment_of(cell, kind, duty.formats)} IS NOT NULL THEN true ELSE {by_words} END"
        selected += [f"{time(duty.column, duty.formats)} AS done_{place}", f"CAST({said} AS BOOLEAN) AS said_{place}"]
    for source in layout.facts:
        if source.kind == "datetime" and source.column in cells.found:
            selected.append(f"{time(source.column, source.formats)} AS start_{source.fact}")
    return selected


def _fact(source: FactSource, cells: _Cells) -> tuple[FactColumn, str]:
    column = f"fact_{source.fact}"
    if source.column:
        return _fact_of_column(source, column, cells)
    values: list[object] = []
    rules: list[tuple[When, str]] = []
    for when, value in source.rules:
        if value not in values:
            values.append(value)
        rules.append((when, str(values.index(value))))
    return FactColumn(source.fact, column, "coded", tuple(values)), cells.chosen(rules, "NULL", "INTEGER")


def _fact_of_column(source: FactSource, column: str, cells: _Cells) -> tuple[FactColumn, str]:
    form: FactForm = "quantity" if source.kind == "quantity" else "datetime" if source.kind == "datetime" else "date"
    if source.column not in cells.found:
        sql = f"CAST(NULL AS {FACT_TYPES[form]})"
    elif form == "quantity":
        sql = f"try_cast(replace({cells.plain(source.column)}, ',', '') AS DOUBLE)"
    else:
        clock = moment_of(named(cells.found[source.column]), cells.types[source.column], source.formats)
        # A time of exactly midnight is how a day is written: as a moment it is unknown.
        moment = f"nullif({clock}, date_trunc('day', {clock}))"
        sql = moment if form == "datetime" else f"CAST({clock} AS DATE)"
    return FactColumn(source.fact, column, form), sql
