"""Opening a log: it is read, and then given its layout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from comity.audit.layouts.apply import HolderGiven, apply
from comity.audit.layouts.choose import choose_layout
from comity.audit.layouts.form import Prepared
from comity.audit.reading.source import ReadingOptions, Staged
from comity.audit.reading.stage import stage
from comity.errors import ComityError, nearest_agency

if TYPE_CHECKING:
    import duckdb

    from comity.library import Library


class Opening(msgspec.Struct, frozen=True):
    """How a log is to be opened, as far as it is told."""

    layout: str | None = None
    mapping: Path | None = None
    query: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    agency: str = ""
    state: str = ""
    zone: str = ""


def read_log(
    database: duckdb.DuckDBPyConnection,
    sources: Sequence[str],
    opening: Opening,
    work: Path,
    on_progress: Callable[[str, int, int], None] | None = None,
) -> Staged:
    """Makes the view `staged`; `work` is a folder for what is converted.

    Raises ComityError naming what cannot be read.
    """
    options = ReadingOptions(
        work, opening.sheet, opening.query, opening.encoding, opening.delimiter, opening.header_row
    )
    return stage(database, sources, options, on_progress)


def prepare_log(
    database: duckdb.DuckDBPyConnection, staged: Staged, opening: Opening, library: Library
) -> tuple[Staged, Prepared]:
    """Makes the view `log` of `staged`, by the layout told or chosen; gives the log as it is read by that.

    Raises ComityError for a log that no layout fits, or different ones, an unknown agency or zone, and days that cannot
    be read.
    """
    given = given_of(opening, library)
    choice = choose_layout(database, staged, library.vocabulary, opening.layout, opening.mapping)
    return choice.staged, apply(database, choice.layout, choice.staged, given, choice.why)


def given_of(opening: Opening, library: Library) -> HolderGiven:
    """What is told of the holder. Raises ComityError for an agency that no law file has, and for what is no state."""
    from comity.audit.holders.gazetteer import STATES, nearest_state, state_code

    if opening.agency and opening.agency not in library.agencies():
        hint = nearest_agency(opening.agency, list(library.agencies()))
        raise ComityError("agency", f'no law file has the agency "{opening.agency}"{hint}', "--agency")
    if opening.state and state_code(opening.state) is None:
        likely = nearest_state(opening.state)
        hint = f' (did you mean "{STATES[likely]}"?)' if likely else ": write Illinois, or IL"
        raise ComityError("state", f'no state is called "{opening.state}"{hint}', "--state")
    return HolderGiven(opening.agency, opening.state, opening.zone)
