"""A log opened and placed: what every way of deciding one begins with."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from comity.audit.holders import Resolver, resolve
from comity.audit.layouts.form import Prepared
from comity.audit.opening import Opening, prepare_log, read_log
from comity.audit.placing import place_rows
from comity.audit.reading.quality import Quality, assess
from comity.audit.reading.source import Staged
from comity.audit.sharing.searches import Searches, tell_searches, tells_searches
from comity.audit.watch import Progress
from comity.errors import ComityError

if TYPE_CHECKING:
    import duckdb

    from comity.library import Library


DISK_PER_ROW = 60
"""Bytes of disk that a row takes, at most, while it is worked on and in the results."""


class Taking(msgspec.Struct, frozen=True):
    """How a log is to be taken: how it is opened, of what place, with which holders, under which law.

    `resolver` knows what names of holders mean; if left out, as comes with the program. `searches` is what is known of
    searches of plate readers besides the log. Without `as_of`, each row is put to the law of its own day; with the
    proposals `as_if` as if they were law.
    """

    opening: Opening = Opening()
    place: str = "us"
    resolver: Resolver | None = None
    searches: Searches | None = None
    as_of: date | None = None
    as_if: tuple[str, ...] = ()


class Placed(msgspec.Struct, frozen=True):
    """A log whose view `placed` stands in the database: what was read, what it means, the agencies that its rows
    number, and what it is worth, if that was asked."""

    staged: Staged
    prepared: Prepared
    agencies: tuple[str, ...]
    quality: Quality | None


def place_log(
    database: duckdb.DuckDBPyConnection,
    sources: Sequence[str],
    library: Library,
    taking: Taking,
    work: Path,
    tell: Progress,
    *,
    assessed: bool,
) -> Placed:
    """Reads a log, gives it its layout, reads its reasons if it has any, and looks its holders up.

    `work` is a folder for what is converted, beside the output.

    Raises ComityError as `read_log`, `prepare_log`, `resolve` and `tells_searches` do, and `disk` where the disk of
    the output is surely too full.
    """
    tell("reading", 0, 1)
    staged = read_log(database, sources, taking.opening, work, lambda name, done, of: tell(f"reading {name}", done, of))
    _check_disk(work, staged.rows)
    staged, prepared = prepare_log(database, staged, taking.opening, library)
    quality: Quality | None = None
    if assessed:
        tell("looking at what the log is worth", 0, 1)
        quality = assess(database, staged, prepared)
    if tells_searches(prepared, taking.searches):
        tell("reading reasons", 0, 1)
        prepared = tell_searches(database, prepared, taking.opening.agency, taking.searches)
    tell("matching holders", 0, 1)
    resolve(database, taking.resolver or Resolver(library))
    agencies = place_rows(database, library, prepared, taking.place, taking.as_of)
    return Placed(staged, prepared, agencies, quality)


def _check_disk(work: Path, rows: int) -> None:
    """Raises ComityError (`disk`) where the disk of the output is surely too full for the rows."""
    free, wanted = shutil.disk_usage(work).free, rows * DISK_PER_ROW
    if free < wanted:
        says = f"{rows:,} rows may take {wanted // 1_000_000:,} MB; {free // 1_000_000:,} MB are left on the disk"
        raise ComityError("disk", f"{says}: make room, or name a folder on another disk with --out", str(work.parent))
