"""An audit from end to end: read, place, decide, count, write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from comity.audit.bulk import decide_groups, place_rows
from comity.audit.holders.facilities import Holder, add_holders, load_holders
from comity.audit.layout import Layout
from comity.audit.output import check_folder, whole_folder
from comity.audit.results.files import Wanted, write_report
from comity.audit.results.from_bulk import add_told, ground_of
from comity.audit.results.summary import Summary
from comity.audit.source import connect, read_log
from comity.errors import ComityError, nearest

if TYPE_CHECKING:
    from comity.decide import Law
    from comity.library import Library

Progress = Callable[[str, int, int], None]
"""Told of each step: what is being done, how much of it is done, and how much there is."""


def states_of(library: Library, place: str) -> list[str]:
    """The states, as a log names them, whose rows are those of the place.

    Raises ComityError (`place`) if it is no country or state with law encoded.
    """
    wide = {name: found for name, found in library.jurisdictions.items() if found.kind in ("country", "state")}
    if place not in wide:
        hint = nearest(place, list(wide)) or f" (known: {', '.join(sorted(wide))})"
        raise ComityError("place", f'"{place}" is no state or country with law encoded{hint}', "--place")
    inside = [found for name, found in wide.items() if f"{name}/".startswith(f"{place}/") and found.kind == "state"]
    return sorted(found.name.upper() for found in inside)


def audit_file(
    path: Path,
    layout: Layout,
    place: str,
    folder: Path,
    *,
    law: Law,
    as_of: date | None = None,
    force: bool = False,
    holders: list[Holder] | None = None,
    wanted: Wanted | None = None,
    on_progress: Progress | None = None,
) -> Summary:
    """Decides every row of the place and writes the results into the folder: all of them, or nothing.

    Each row is decided under the law of its own day, or of `as_of`. `holders` defaults to the map that comes with
    the program.

    Raises ComityError naming the row and column of whatever cannot be read, and for a folder that stands already.
    """
    tell = on_progress or _tell_nobody
    check_folder(folder, force)
    states = states_of(law.library, place)
    database = connect()
    try:
        tell("reading", 0, 1)
        source = read_log(database, path, layout)
        tell("matching holders", 0, 1)
        add_holders(database, load_holders() if holders is None else holders)
        place_rows(database, layout, states, law, as_of)
        notes = decide_groups(database, layout, law, lambda done, of: tell("deciding", done, of))
        tell("counting", 0, 1)
        add_told(database)
        ground = ground_of(database, layout, source, place, as_of, law, notes)
        with whole_folder(folder, force) as made:
            summary = write_report(database, ground, law.library, made, wanted or Wanted())
        tell("done", 1, 1)
        return summary
    finally:
        database.close()


def _tell_nobody(step: str, done: int, of: int) -> None:
    """Progress that nobody watches."""
