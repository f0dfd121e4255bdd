"""Spark: signatures worked out by the workers of a cluster, in Spark SQL alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.audit.reading.database import first_line
from comity.audit.reading.source import Source
from comity.audit.signing.dialect import Dialect
from comity.audit.signing.engine import ArrowTable, Rows
from comity.audit.signing.plan import Lists
from comity.errors import ComityError
from comity.words import listed

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

TYPES = {"DOUBLE PRECISION": "DOUBLE", "VARCHAR[]": "ARRAY<STRING>", "VARCHAR": "STRING", "TIMESTAMP": "TIMESTAMP_NTZ"}
"""Spark's names of types; the others are called alike."""

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.caseSensitive": "true",
    # The plan holds the lists of numbers: written out as text, it would fill the logs.
    "spark.sql.maxPlanStringLength": "1000",
    "spark.sql.debug.maxToStringFields": "50",
}


FILE, INDEX = "`the file of a row`", "`the place of a row in its file`"

QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
"""Settings of a session that this process starts: no page of its own, and nothing drawn on the terminal."""


class SparkDialect:
    """Spark SQL: lists stand in one row of the view `lists`, which every worker is sent once."""

    name = "spark"
    apart = ""

    def pick(self, table: str, index: str, alias: str) -> tuple[str, str]:  # noqa: ARG002
        return f"get(lists.{table}, CAST({index} AS INT))", " CROSS JOIN lists"

    def day_number(self, day: str) -> str:
        return f"unix_date({day})"

    def microseconds(self, moment: str) -> str:
        return f"unix_micros(CAST({moment} AS TIMESTAMP_LTZ))"

    def shifted(self, number: str, places: int) -> str:
        return f"shiftright({number}, {places})"


class Spark:
    """A session of Spark. Its views are temporary; only distinct signatures and their representatives leave it."""

    dialect: Dialect = SparkDialect()

    def __init__(self, session: SparkSession) -> None:
        self.session = session
        self._lists: Lists = {}
        self.name = ""
        self._columns: tuple[str, ...] = ()
        self.rows_read = 0
        for name, value in SETTINGS.items():
            session.conf.set(name, value)

    def read(self, paths: Sequence[str]) -> None:
        """Makes the view `raw` of Parquet files, folders or patterns; rows are numbered as when they are read here: by
        the names of the files, and by their place in each.

        Raises ComityError: `file` if they cannot be read, or hold no rows, `columns` if one of the names leads to other
        columns than the first.
        """
        from pyspark.errors import PySparkException

        try:
            self._check_alike(paths)
            rows = self.session.read.parquet(*paths)
            self._columns = tuple(rows.columns)
            # A view does not hand on where its rows come from.
            rows.selectExpr(
                "*", f"_metadata.file_path AS {FILE}", f"_metadata.row_index AS {INDEX}"
            ).createOrReplaceTempView("files")
            counted = self.rows(f"SELECT {FILE}, count(*) FROM files GROUP BY {FILE} ORDER BY {FILE}")
        except PySparkException as error:
            raise ComityError("file", f"Spark cannot read it: {first_line(error)}", ", ".join(paths)) from error
        if not counted:
            raise ComityError("file", "holds no rows", ", ".join(paths))
        before, starts = 0, list[tuple[str, int]]()
        for file, rows in counted:
            starts.append((str(file), before))
            before += int(rows)
        self.name, self.rows_read = ", ".join(paths), before
        self.table("starts", {"starting_file": "VARCHAR", "start": "BIGINT"}, starts)
        self.view(
            "raw",
            f"SELECT start + {INDEX} + 1 AS row, files.* FROM files JOIN starts ON {FILE} = starting_file",
        )

    def _check_alike(self, paths: Sequence[str]) -> None:
        """Spark reads all by the columns of one, and takes what the others lack for empty."""
        first, *others = paths
        wanted = dict(self.session.read.parquet(first).dtypes) if others else {}
        for path in others:
            columns = dict(self.session.read.parquet(path).dtypes)
            unlike = sorted({name for name, _ in columns.items() ^ wanted.items()})
            if unlike:
                says = (
                    f"has not the columns of {first}, or not of the same types ({listed(unlike, 'and')}): "
                    "audit each by itself, or leave --engine out"
                )
                raise ComityError("columns", says, path)

    def columns(self) -> tuple[str, ...]:
        return self._columns

    def text(self, column: str) -> str:
        return f"CAST(`{column.replace('`', '``')}` AS STRING)"

    def write_signed(self, target: Path) -> None:
        self.session.table("signed").write.parquet(target.resolve().as_uri())
        self.session.read.parquet(target.resolve().as_uri()).createOrReplaceTempView("signed_rows")

    def source(self) -> Source:
        says = "the rows were read by the workers of the cluster, and no digest of them is kept"
        return Source(self.name, "parquet", "", 0, self.rows_read, notes=(says,))

    def register(self, lists: Lists) -> None:
        self._lists |= lists
        told = tuple([None if number < 0 else number for number in each.tolist()] for each in self._lists.values())
        self.table("lists", dict.fromkeys(self._lists, "ARRAY<BIGINT>"), [told])

    def rows(self, sql: str) -> Rows:
        return [tuple(row) for row in self._query(sql).collect()]

    def arrow(self, sql: str) -> ArrowTable:
        frame: Any = self._query(sql)
        return frame.toArrow()

    def view(self, name: str, sql: str) -> None:
        self._query(sql).createOrReplaceTempView(name)

    def table(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]]) -> None:
        schema = ", ".join(f"{column} {TYPES.get(kind, kind)}" for column, kind in columns.items())
        typed = [tuple(_typed(cell, kind) for cell, kind in zip(row, columns.values(), strict=True)) for row in rows]
        session: Any = self.session
        _keep(session.createDataFrame(typed, schema), name)

    def fill(self, name: str, columns: Mapping[str, str], cells: ArrowTable) -> None:
        session: Any = self.session
        typed = [f"CAST({column} AS {TYPES.get(kind, kind)}) AS {column}" for column, kind in columns.items()]
        _keep(session.createDataFrame(cells).selectExpr(*typed), name)

    def _query(self, sql: str) -> DataFrame:
        return self.session.sql(sql.replace("DOUBLE PRECISION", "DOUBLE"))


def _keep(frame: Any, name: str) -> None:
    """Names a table. In one part, sent whole to every worker: Spark cannot know how few rows come from this process."""
    frame.coalesce(1).hint("broadcast").createOrReplaceTempView(name)


def _typed(cell: object, kind: str) -> object:
    """A cell as Spark takes it: it makes no day of a text, and no number with a fraction of a whole one."""
    if isinstance(cell, str) and kind == "DATE":
        return date.fromisoformat(cell)
    if isinstance(cell, str) and kind == "TIMESTAMP":
        return datetime.fromisoformat(cell)
    return float(cell) if isinstance(cell, int) and kind == "DOUBLE PRECISION" else cell


def start_spark(master: str | None) -> Spark:
    """The session of this process: on the cluster `master`, else that which spark-submit has set up, else one here.

    Raises ComityError (`engine`) if Spark is not installed, or cannot be started.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise ComityError("engine", "needs Spark: pip install 'comity[spark]'", "--engine spark") from error
    builder = SparkSession.builder.appName("comity")
    for name, value in QUIET.items():
        builder = builder.config(name, value)
    if master is not None:
        builder = builder.master(master)
    try:
        return Spark(builder.getOrCreate())
    except (PySparkException, RuntimeError, OSError) as error:
        raise ComityError("engine", f"Spark cannot be started: {first_line(error)}", "--engine spark") from error
