"""An audit from end to end: read, placed, signed, decided, judged, written."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from comity.audit.decided import Decided, decide_rows, decide_signed
from comity.audit.holders import Resolver, resolve
from comity.audit.layouts.form import OutcomeClass, Prepared
from comity.audit.opening import Opening, prepare_log, read_log
from comity.audit.output import check_folder, whole_folder
from comity.audit.placing import place_rows, states_of
from comity.audit.reading.database import connect, first_line
from comity.audit.reading.quality import Quality, assess
from comity.audit.reading.queries import is_connection
from comity.audit.reading.source import Staged
from comity.audit.results.files import Wanted, write_report
from comity.audit.results.from_signed import ground_of
from comity.audit.results.summary import Summary
from comity.audit.sharing.searches import Searches, tell_searches, tells_searches
from comity.audit.watch import Progress, tell_nobody
from comity.errors import ComityError

if TYPE_CHECKING:
    import duckdb

    from comity.audit.engines.far import FarEngine
    from comity.decide import Law

DISK_PER_ROW = 60
"""Bytes of disk that a row takes, at most, while it is worked on and in the results."""


class Elsewhere(msgspec.Struct, frozen=True):
    """Where the rows are signed, if not here: `postgres`, whose query gives their numbers in the column `number`, or
    `spark`, on the cluster `master` (that of spark-submit, or this machine, if left out)."""

    engine: Literal["postgres", "spark"]
    number: str = ""
    master: str | None = None


class Audit(msgspec.Struct, frozen=True):
    """The figures of an audit, and the classes of outcomes in which they are counted."""

    summary: Summary
    outcomes: tuple[OutcomeClass, ...]


def audit_log(
    sources: Sequence[str],
    folder: Path,
    *,
    law: Law,
    place: str = "us",
    opening: Opening | None = None,
    resolver: Resolver | None = None,
    searches: Searches | None = None,
    as_of: date | None = None,
    as_if: tuple[str, ...] = (),
    force: bool = False,
    wanted: Wanted | None = None,
    on_progress: Progress | None = None,
    elsewhere: Elsewhere | None = None,
) -> Audit:
    """Decides every row of the place and writes the results into the folder: all of them, or nothing.

    Each row is decided under the law of its own day, or of `as_of`; with the proposals `as_if` as if they were law.
    `resolver` knows what names of holders mean; if left out, as comes with the program. `searches` is what is known of
    searches of plate readers besides the log. `elsewhere`: the rows are signed where they lie.

    Raises ComityError naming the row and column of whatever cannot be read, for a folder that stands already, and for
    a disk that is too full.
    """
    tell = on_progress or tell_nobody
    how = opening or Opening()
    check_folder(folder, force)
    states_of(law.library, place)
    with work_beside(folder) as work, faults_named(sources), connect(work) as database:
        steps = _Steps(database, law, place, how, resolver or Resolver(law.library), searches, as_of, as_if, work, tell)
        signed = steps.here(sources) if elsewhere is None else steps.elsewhere(sources, elsewhere)
        staged, prepared, quality, decided = signed
        tell("counting", 0, 1)
        ground = ground_of(database, law, staged, prepared, quality, decided, place, as_of, as_if)
        with whole_folder(folder, force) as made:
            summary = write_report(database, ground, law.library, made, wanted or Wanted())
        tell("done", 1, 1)
        return Audit(summary, prepared.outcomes)


class _Steps(msgspec.Struct, frozen=True):
    """The way from the sources to the decided rows, here or elsewhere."""

    database: duckdb.DuckDBPyConnection
    law: Law
    place: str
    how: Opening
    resolver: Resolver
    searches: Searches | None
    as_of: date | None
    as_if: tuple[str, ...]
    work: Path
    tell: Progress

    def here(self, sources: Sequence[str]) -> tuple[Staged, Prepared, Quality, Decided]:
        database, library, tell = self.database, self.law.library, self.tell
        tell("reading", 0, 1)
        staged = read_log(
            database, sources, self.how, self.work, lambda name, done, of: tell(f"reading {name}", done, of)
        )
        _check_disk(self.work, staged.rows)
        prepared = prepare_log(database, staged, self.how, library)
        tell("looking at what the log is worth", 0, 1)
        quality = assess(database, staged, prepared)
        if tells_searches(prepared, self.searches):
            tell("reading reasons", 0, 1)
            prepared = tell_searches(database, prepared, self.how.agency, self.searches)
        tell("matching holders", 0, 1)
        resolve(database, self.resolver)
        agencies = place_rows(database, library, prepared, self.place, self.as_of)
        decided = decide_rows(
            database, self.law, prepared, agencies, self.work, as_of=self.as_of, as_if=self.as_if, tell=tell
        )
        return staged, prepared, quality, decided

    def elsewhere(self, sources: Sequence[str], where: Elsewhere) -> tuple[Staged, Prepared, Quality, Decided]:
        from comity.audit.engines.far import FarReading, sign_far

        reading = FarReading(self.how, self.place, self.resolver, self.searches, self.as_of, self.as_if)
        with _far_engine(sources, where, self.how.query) as far:
            signed = sign_far(self.database, far, self.law, reading, self.work, lambda step: self.tell(step, 0, 1))
            decided = decide_signed(self.database, signed.signer, signed.plan, signed.prepared, self.tell)
        self.tell("looking at what the log is worth", 0, 1)
        return signed.staged, signed.prepared, assess(self.database, signed.staged, signed.prepared), decided


@contextmanager
def _far_engine(sources: Sequence[str], where: Elsewhere, query: str | None) -> Generator[FarEngine]:
    """The engine, with the log's rows in its view `raw`. Raises ComityError for what it is told wrongly."""
    if where.engine == "postgres":
        from comity.audit.engines.postgres import connect_postgres

        if len(sources) != 1 or not is_connection(sources[0]):
            raise ComityError("connection", "name one database, as postgresql://host/name", "LOG")
        if not query or not where.number:
            says = "say which rows with --query 'SELECT …', and which of its columns numbers them with --number COLUMN"
            raise ComityError("query", says, "--engine postgres")
        postgres = connect_postgres(sources[0])
        with closing(postgres.connection):
            postgres.read(query, where.number)
            yield postgres
        return
    from comity.audit.engines.spark import start_spark

    spark = start_spark(where.master)
    spark.read(sources)
    yield spark


@contextmanager
def work_beside(folder: Path) -> Generator[Path]:
    """A folder for work, beside the output, gone afterwards whatever happens.

    Raises ComityError (`output`) if none can be made there.
    """
    parent = folder.parent
    while not parent.exists():
        parent = parent.parent
    try:
        work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-work-", dir=parent))
    except OSError as error:
        raise ComityError("output", f"cannot be written: {error.strerror}", str(folder)) from error
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def faults_named(sources: Sequence[str]) -> Generator[None]:
    """Raises ComityError for what the database finds at fault in a file while it reads it, or with the disk."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        first = first_line(error)
        full = "disk" if "No space left" in str(error) else "file"
        raise ComityError(full, f"cannot be read or worked on: {first}", Path(sources[0]).name) from error


def _check_disk(work: Path, rows: int) -> None:
    """Raises ComityError (`disk`) where the disk of the output is surely too full for the rows."""
    free, wanted = shutil.disk_usage(work).free, rows * DISK_PER_ROW
    if free < wanted:
        says = f"{rows:,} rows may take {wanted // 1_000_000:,} MB; {free // 1_000_000:,} MB are left on the disk"
        raise ComityError("disk", f"{says}: make room, or name a folder on another disk with --out", str(work.parent))
