"""Rows placed with their holders: which can be decided, and for each of the rest the one reason why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.audit.reading.database import quoted
from comity.errors import ComityError, nearest

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from comity.audit.layouts.form import Prepared
    from comity.library import Library

DECIDED = "decided"
BEFORE_LAW = "before any encoded law"
CONTRADICTING = "facts contradict"
NOTHING_ASKED = "nothing asked"
_NO_PLACE, _AWAY = "no place recorded", "another state"

APART: dict[str, str] = {
    _NO_PLACE: "no facility or no state stands in the row",
    _AWAY: "recorded under a state that was not asked about",
    "facility not mapped": "no encoded agency is known to hold at this facility",
    "place elsewhere": "recorded under a state in which the place is not",
    "federal holder": "held by a federal agency, which state and local law does not bind",
    "private holder": "held by a private body, which is no agency",
    "holder not established": "which agency held the person was not established",
    "form not known": "the row is of no kind that the layout knows",
    "no date": "no date stands in the row",
    "date out of range": "the date in the row cannot be one of this log",
    BEFORE_LAW: "the day lies before the first encoded law",
    NOTHING_ASKED: "rows of its kind ask nothing of the agency",
    CONTRADICTING: "the facts that the row tells cannot all be so",
}
"""Why a row is not decided, in the order in which the reasons are looked at: the first one counts."""

_CLASS_REASON = {
    "elsewhere": "place elsewhere",
    "federal": "federal holder",
    "private": "private holder",
    "other": "holder not established",
    "unmapped": "facility not mapped",
}


def states_of(library: Library, place: str) -> list[str]:
    """The states, as two capitals, whose rows are those of the place; none where it is the whole country.

    Raises ComityError (`place`) if it is no country or state with law encoded.
    """
    from comity.audit.holders.gazetteer import state_code

    wide = {name: found for name, found in library.jurisdictions.items() if found.kind in ("country", "state")}
    if place not in wide:
        code = state_code(place)
        likely = f"us/{code.lower()}" if code else place
        hint = nearest(likely, list(wide)) or f" (known: {', '.join(sorted(wide))})"
        raise ComityError("place", f'"{place}" is no state or country with law encoded{hint}', "--place")
    return [] if wide[place].kind == "country" else [place.rpartition("/")[2].upper()]


def reasons_outside(database: duckdb.DuckDBPyConnection) -> str:
    """SQL for the list of reasons of rows that lie, or may lie, elsewhere than in the place asked about: they are
    counted, and have no finding. Needs the table that `place_rows` writes."""
    reasons = database.execute("SELECT reason FROM outside ORDER BY 1").fetchall()
    return f"({', '.join(quoted(reason) for (reason,) in reasons)})"


def place_rows(
    database: duckdb.DuckDBPyConnection, library: Library, prepared: Prepared, place: str, as_of: date | None
) -> tuple[str, ...]:
    """Makes the view `placed`: each row of `log` with its holder, and the reason why it is not decided, if any; and the
    table `outside`, of the reasons of rows that may lie elsewhere.

    `agency` numbers the agencies returned, and is null where a row is not to be decided. Needs the table `holders`.
    """
    found = database.execute("SELECT DISTINCT agency FROM holders WHERE agency IS NOT NULL ORDER BY 1").fetchall()
    agencies = tuple(str(agency) for (agency,) in found)
    _name_states(database, library, place)
    database.execute(
        "CREATE OR REPLACE TEMP TABLE placed_holders AS SELECT h.*, a.number FROM told_states h "
        "LEFT JOIN (SELECT unnest(CAST(? AS VARCHAR[])) AS id, unnest(range(?)) AS number) a ON a.id = h.agency_id",
        [list(agencies), len(agencies)],
    )
    by_name = prepared.holder_form == "name"
    # A name may tell its state itself, as organisations of plate-reader logs do.
    nowhere = "h.holder_name IS NULL" + (" OR (h.holder_state IS NULL AND h.class = 'unmapped')" if by_name else "")
    reasons = " ".join(f"WHEN h.class = {quoted(kind)} THEN {quoted(why)}" for kind, why in _CLASS_REASON.items())
    no_day = (
        ""
        if as_of is not None
        else "WHEN l.day_fault = 'out of range' THEN 'date out of range' WHEN l.day IS NULL THEN 'no date'"
    )
    standing = (
        f"CASE WHEN {nowhere} THEN {quoted(_NO_PLACE)} WHEN h.away THEN {quoted(_AWAY)} {reasons} "
        f"WHEN h.number IS NULL THEN 'facility not mapped' WHEN l.kind IS NULL THEN 'form not known' {no_day} END"
    )
    same = " AND ".join(
        f"l.{key} IS NOT DISTINCT FROM h.{key}" for key in ("holder_name", "holder_state", "holder_city")
    )
    database.execute(
        f"""
        CREATE OR REPLACE VIEW placed AS
        SELECT * EXCLUDE (number), CASE WHEN reason_apart IS NULL THEN number END AS agency FROM (
            SELECT l.*, h.agency_id, h.holder, h.class, h.matched, h.number, {standing} AS reason_apart
            FROM log l JOIN placed_holders h ON {same})
        """
    )
    elsewhere = [_AWAY, _NO_PLACE] if states_of(library, place) else [_AWAY]
    database.execute(
        "CREATE OR REPLACE TEMP TABLE outside AS SELECT unnest(CAST(? AS VARCHAR[])) AS reason", [elsewhere]
    )
    return agencies


def _name_states(database: duckdb.DuckDBPyConnection, library: Library, place: str) -> None:
    """Writes the table `told_states`: the holders, and whether each lies away from the place asked about."""
    from comity.audit.holders.gazetteer import state_code

    asked = states_of(library, place)
    told = database.execute("SELECT DISTINCT holder_state FROM holders WHERE holder_state IS NOT NULL").fetchall()
    away = [state for (state,) in told if asked and state_code(state) not in asked]
    under = quoted(f"{place}/")
    database.execute(
        "CREATE OR REPLACE TEMP TABLE told_states AS SELECT * EXCLUDE (agency), agency AS agency_id, "
        "CASE WHEN holder_state IS NOT NULL THEN list_contains(CAST(? AS VARCHAR[]), holder_state) "
        f"ELSE agency IS NOT NULL AND NOT starts_with(agency, {under}) END AS away FROM holders",
        [away],
    )
