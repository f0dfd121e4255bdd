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
_STATE_NOT_ENCODED, _AGENCY_NOT_ENCODED = "state not encoded", "agency not encoded"

APART: dict[str, str] = {
    _AWAY: "recorded under a state that was not asked about",
    NOTHING_ASKED: "rows of its kind are not known to ask anything of an agency",
    _NO_PLACE: "no name or no state stands in the row",
    "place elsewhere": "recorded under a state in which the place is not",
    "federal holder": "a federal agency, which state and local law does not bind",
    "private holder": "a private body, which is no agency",
    _STATE_NOT_ENCODED: "no law of its state is encoded",
    "holder not established": "which agency it was is not established",
    "name not known": "no agency is known by this name; --review lists such names for a person to decide",
    _AGENCY_NOT_ENCODED: "who it is is known, but no agency of its kind is encoded for its state",
    "form not known": "the row is of no kind that the layout knows",
    "no date": "no date stands in the row",
    "date out of range": "the date in the row cannot be one of this log",
    BEFORE_LAW: "the day lies before the first encoded law",
    CONTRADICTING: "the facts that the row tells cannot all be so",
}
"""Why a row is not decided, in the order in which the reasons are looked at: the first one counts. Where a state is
asked about, a row of no place is that before all else, since it may lie elsewhere."""

_NO_AGENCY = {"elsewhere": "place elsewhere", "federal": "federal holder", "private": "private holder"}
_NOT_FOUND = {"other": "holder not established", "unmapped": "name not known"}
"""Reasons by the class of the holder: such as no law binds, wherever they are, and such as were not found."""


def state_of(library: Library, place: str) -> str | None:
    """The state, as two capitals, whose rows are those of the place; None where it is the whole country.

    Raises ComityError (`place`) if it is no country or state with law encoded.
    """
    from comity.audit.holders.gazetteer import state_code

    wide = {name: found for name, found in library.jurisdictions.items() if found.kind in ("country", "state")}
    if place not in wide:
        code = state_code(place)
        likely = f"us/{code.lower()}" if code else place
        around = next((name for name in wide if place.startswith(f"{name}/") and "/" in name), "")
        hint = f": its rows are among those of {around}" if around else nearest(likely, list(wide))
        hint = hint or f" (known: {', '.join(sorted(wide))})"
        raise ComityError("place", f'"{place}" is no state or country with law encoded{hint}', "--place")
    return None if wide[place].kind == "country" else place.rpartition("/")[2].upper()


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
    of_state = state_of(library, place) is not None
    same = " AND ".join(
        f"l.{key} IS NOT DISTINCT FROM h.{key}" for key in ("holder_name", "holder_state", "holder_city")
    )
    database.execute(
        f"""
        CREATE OR REPLACE VIEW placed AS
        SELECT * EXCLUDE (number), CASE WHEN reason_apart IS NULL THEN number END AS agency FROM (
            SELECT l.*, h.agency_id, h.holder, h.class, h.matched, h.number,
                {_reason_apart(prepared, of_state=of_state, by_day=as_of is None)} AS reason_apart
            FROM log l JOIN placed_holders h ON {same})
        """
    )
    elsewhere = [_AWAY, _NO_PLACE] if of_state else [_AWAY]
    database.execute(
        "CREATE OR REPLACE TEMP TABLE outside AS SELECT unnest(CAST(? AS VARCHAR[])) AS reason", [elsewhere]
    )
    return agencies


def _reason_apart(prepared: Prepared, *, of_state: bool, by_day: bool) -> str:
    """SQL for the first reason in `APART` why a row is not decided; null for one that is. `of_state`: a state is asked
    about; `by_day`: each row is put to the law of its own day."""
    # A name may tell its state itself, as organisations of plate-reader logs do.
    by_name = " OR (h.holder_state IS NULL AND h.class = 'unmapped')" if prepared.holder_form == "name" else ""
    no_place = f"WHEN h.holder_name IS NULL{by_name} THEN {quoted(_NO_PLACE)}"
    no_agency, not_found = (
        " ".join(f"WHEN h.class = {quoted(kind)} THEN {quoted(why)}" for kind, why in reasons.items())
        for reasons in (_NO_AGENCY, _NOT_FOUND)
    )
    first, then = (no_place, "") if of_state else ("", no_place)
    no_day = "WHEN l.day_fault = 'out of range' THEN 'date out of range' WHEN l.day IS NULL THEN 'no date'"
    return (
        f"CASE {first} WHEN h.away THEN {quoted(_AWAY)} {_asks_nothing(prepared)} {then} {no_agency} "
        f"WHEN NOT h.encoded THEN {quoted(_STATE_NOT_ENCODED)} {not_found} "
        f"WHEN h.number IS NULL THEN {quoted(_AGENCY_NOT_ENCODED)} "
        f"WHEN l.kind IS NULL THEN 'form not known' {no_day if by_day else ''} END"
    )


def _asks_nothing(prepared: Prepared) -> str:
    """SQL for the rows of which nothing is asked, whoever they are about, and which bring no duty that is tested."""
    kinds = [str(place) for place, kind in enumerate(prepared.kinds) if not kind.actions]
    return f"WHEN l.kind IN ({', '.join(kinds)}) THEN {quoted(NOTHING_ASKED)}" if kinds and not prepared.duties else ""


def _name_states(database: duckdb.DuckDBPyConnection, library: Library, place: str) -> None:
    """Writes the table `told_states`: the holders, whether each lies away from the place asked about, and whether law
    of its state is encoded."""
    from comity.audit.holders.gazetteer import state_code

    asked = state_of(library, place)
    told = database.execute("SELECT DISTINCT holder_state FROM holders WHERE holder_state IS NOT NULL").fetchall()
    away = [state for (state,) in told if asked and state_code(state) != asked]
    unencoded = [
        state for (state,) in told if (code := state_code(state)) and f"us/{code.lower()}" not in library.jurisdictions
    ]
    under = quoted(f"{place}/")
    database.execute(
        "CREATE OR REPLACE TEMP TABLE told_states AS SELECT * EXCLUDE (agency), agency AS agency_id, "
        "CASE WHEN holder_state IS NOT NULL THEN list_contains(CAST(? AS VARCHAR[]), holder_state) "
        f"ELSE agency IS NOT NULL AND NOT starts_with(agency, {under}) END AS away, "
        "NOT list_contains(CAST(? AS VARCHAR[]), coalesce(holder_state, '')) AS encoded FROM holders",
        [away, unencoded],
    )
