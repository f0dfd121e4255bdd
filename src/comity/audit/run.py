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
from comity.audit.holders import Resolver
from comity.audit.layouts.form import OutcomeClass, Prepared
from comity.audit.opening import Opening
from comity.audit.output import check_folder, whole_folder
from comity.audit.placed import Taking, place_log
from comity.audit.placing import state_of
from comity.audit.reading.database import faults_named, open_database
from comity.audit.reading.quality import Quality, assess
from comity.audit.reading.queries import is_connection
from comity.audit.reading.source import Staged
from comity.audit.results.commands import Retelling
from comity.audit.results.files import Wanted, write_report
from comity.audit.results.from_signed import ground_of
from comity.audit.results.summary import Summary
from comity.audit.sharing.searches import Searches
from comity.audit.watch import Progress, tell_nobody
from comity.errors import ComityError

if TYPE_CHECKING:
    import duckdb

    from comity.audit.engines.far import FarEngine
    from comity.decide import Law


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
    taking = Taking(opening or Opening(), place, resolver, searches, as_of, as_if)
    check_folder(folder, force)
    state_of(law.library, place)
    with work_beside(folder) as work, faults_named(sources[0], folder), open_database(work) as database:
        if elsewhere is None:
            signed = _decide_here(database, sources, law, taking, work, tell)
        else:
            signed = _decide_elsewhere(database, sources, law, taking, work, elsewhere, tell)
        staged, prepared, quality, decided = signed
        ground = ground_of(database, law, staged, prepared, quality, decided, place, as_of, as_if)
        with whole_folder(folder, force) as made:
            retelling = Retelling(law, prepared, as_of, as_if)
            summary = write_report(database, ground, retelling, decided.rows, made, wanted or Wanted(), tell)
        tell("done", 1, 1)
        return Audit(summary, prepared.outcomes)


Signed = tuple[Staged, Prepared, Quality, Decided]
"""A decided log: what was read, what it means, what it is worth, and how its rows were decided."""


def _decide_here(
    database: duckdb.DuckDBPyConnection, sources: Sequence[str], law: Law, taking: Taking, work: Path, tell: Progress
) -> Signed:
    log = place_log(database, sources, law.library, taking, work, tell, assessed=True)
    assert log.quality is not None, "it was asked for"
    decided = decide_rows(
        database,
        law,
        log.prepared,
        log.agencies,
        work,
        as_of=taking.as_of,
        as_if=taking.as_if,
        tell=tell,
        duties=True,
    )
    return log.staged, log.prepared, log.quality, decided


def _decide_elsewhere(
    database: duckdb.DuckDBPyConnection,
    sources: Sequence[str],
    law: Law,
    taking: Taking,
    work: Path,
    where: Elsewhere,
    tell: Progress,
) -> Signed:
    from comity.audit.engines.far import sign_far

    with _far_engine(sources, where, taking.opening.query) as far:
        signed = sign_far(database, far, law, taking, work, lambda step: tell(step, 0, 1))
        decided = decide_signed(database, signed.signer, signed.plan, signed.prepared, signed.rows, tell, duties=True)
    tell("looking at what the log is worth", 0, 1)
    return signed.staged, signed.prepared, assess(database, signed.staged, signed.prepared), decided


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
    from comity.audit.reading.columnar import is_columnar
    from comity.audit.reading.piped import PIPED

    for source in sources:
        if source == PIPED or (Path(source).is_file() and not is_columnar(Path(source))):
            says = "is no Parquet file, as Spark is to read: save it as Parquet, or leave --engine out"
            raise ComityError("file", says, source)
    spark = start_spark(where.master)
    spark.read(sources)
    yield spark


@contextmanager
def work_beside(folder: Path) -> Generator[Path]:
    """A folder for work, beside the output, gone afterwards whatever happens.

    Raises ComityError (`cannot_write`) if none can be made there.
    """
    parent = folder.parent
    while not parent.exists():
        parent = parent.parent
    try:
        work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-work-", dir=parent))
    except OSError as error:
        raise ComityError("cannot_write", f"cannot be written: {error.strerror}", str(folder)) from error
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
