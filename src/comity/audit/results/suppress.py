"""Small cells, taken together before anything is counted for a public report.

Public numbers must not lead back to a small group of rows, neither one by one nor by subtraction. So the counted rows
themselves are made coarse, and every public number is a sum of what then stands. The rows fall into classes (standing,
and for each action asked its ruling); each class is divided into months and, apart from that, into holders
and outcomes. A part that is too small is taken together with parts beside it, and nothing finer is told of any of them.

Rows, not findings, are what is grouped: the rows that ask for notice, less those that ask for a hold too, must not give
away the few that ask for notice only.

All of it is done in the database, where the lines are: a log may have as many different ones as rows. Lines of several
reports may stand in one table (`report`), each with its own `salt`; each report is made coarse by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.audit.placing import DECIDED
from comity.audit.reading.database import quoted

if TYPE_CHECKING:
    import duckdb

OTHER_STANDING = "set apart, for reasons with too few rows to show each"

LINES = "row_lines"
"""The rows, counted as they are alike in all of this: `report BIGINT, salt VARCHAR, month DATE, holder, agency, class,
outcome, standing VARCHAR, said BIGINT[], rows BIGINT`. `said` are the numbers of the rulings on the actions that such a
row asks, in their order, and none for a row that is not decided."""

BY_MONTH, BY_HOLDER = "public_by_month", "public_by_holder"
"""The same rows twice, divided by months, and by holders and outcomes: columns of `LINES`. No line has fewer rows than
allowed. `said` is null where it is not told what the rows asked."""

_KEYS = ("month", "holder", "agency", "class", "outcome", "standing", "said")
_CLASS = ("report", "salt", "standing", "said")
_HOLDER = ("holder", "agency", "class")


BY_DUTY = "public_by_duty"
"""The same rows divided by what is told of their duties, where the lines have that: `report`, `standing`, `said`,
`duties` (null where it is not told, empty where there are none) and `rows`."""


def publish(database: duckdb.DuckDBPyConnection, smallest: int, *, duties: bool = False) -> None:
    """Writes the tables `BY_MONTH` and `BY_HOLDER` of the lines of `LINES`; and `BY_DUTY`, if these have the column
    `duties VARCHAR` too. Rows so few that even all together they are too small to show are in no line."""
    steps = _Coarser(database, smallest, ("duties",) if duties else ())
    steps.hide_small_classes()
    steps.join_small_standings()
    steps.divide_by_month()
    steps.divide_by_holder()
    if duties:
        steps.divide_by_duty()


def pooled_sql(relation: str, beside: tuple[str, ...], cell: tuple[str, ...], smallest: int) -> str:
    """SQL for the cells of a relation with their `rows`, and whether each is `pooled` with others `beside` it: all that
    are too small, and, if need be, the smallest of the larger ones, so that no small one can be told from the sum.

    A reader who knows this rule must still hold several sizes possible for each small cell. So the pool holds at least
    two cells and as many rows as the smallest cell allowed; where small cells alone would be nearly as full or as empty
    as small cells can be, a larger one joins them; and which of equally large cells joins, the salt decides, which no
    reader knows. `beside` holds `salt`.
    """
    keys = ", ".join((*beside, *cell))
    salted = _salted(cell)
    # Cases, not FILTER: beside the numbers by size the database would look at all cells anew for each.
    over = f"OVER (PARTITION BY {', '.join(beside)})"
    return f"""
        SELECT {keys}, rows, few OR (place = 1 AND few_cells > 0 AND (few_cells < 2 OR few_rows < {smallest}
            OR few_rows <= few_cells OR few_rows > (few_cells - 1) * {smallest - 1} + 1)) AS pooled
        FROM (
            SELECT *, count(CASE WHEN few THEN 1 END) {over} AS few_cells,
                coalesce(sum(CASE WHEN few THEN rows END) {over}, 0) AS few_rows,
                row_number() OVER (PARTITION BY {", ".join(beside)} ORDER BY few, rows, {salted}, {", ".join(cell)})
                    AS place
            FROM (
                SELECT {keys}, sum(rows)::BIGINT AS rows, sum(rows) < {smallest} AS few FROM {relation} GROUP BY {keys})
        )"""


def salt_sql(table: str) -> str:
    """SQL for a digest of all lines of a table, whatever their order: the same log gives the same report."""
    line = f"concat_ws('|', {_texts(_KEYS)}, rows)"
    return f"SELECT sha256(concat(bit_xor(md5_number({line})), '|', sum(rows))) FROM {table}"


def _salted(columns: tuple[str, ...]) -> str:
    return f"sha256(concat_ws('|', salt, {_texts(columns)}))"


def _texts(columns: tuple[str, ...]) -> str:
    return ", ".join(f"coalesce(CAST({name} AS VARCHAR), '')" for name in columns)


class _Coarser:
    """Takes small cells together with cells beside them, step by step, each into a table."""

    def __init__(self, database: duckdb.DuckDBPyConnection, smallest: int, further: tuple[str, ...]) -> None:
        self.database = database
        self.smallest = smallest
        self.further = further

    def _write(self, table: str, sql: str) -> None:
        self.database.execute(f"CREATE OR REPLACE TABLE {table} AS {sql}")

    def hide_small_classes(self) -> None:
        """Of small classes it is not told what they asked. Where there are any, of rows of the largest class it is not
        told either, until all of these reach a multiple of the smallest count, at least one more than the small ones
        fill: so the number of them all is as likely for any number of small ones, and no whole class is lost for them.
        Where the largest class has too few rows for that, classes are taken together as cells are.
        """
        least = self.smallest
        self._write(
            "said_classes",
            f"SELECT *, max(rows) OVER same AS most, first_value(said) OVER (PARTITION BY report "
            f"ORDER BY rows DESC, said DESC) AS largest, bool_or(rows < {least}) OVER same AS some_few, "
            f"{least} * (ceil(few_rows / {least}) + 1)::BIGINT - few_rows AS wanted FROM (SELECT *, "
            f"coalesce(sum(rows) FILTER (rows < {least}) OVER (PARTITION BY report), 0) AS few_rows FROM "
            f"(SELECT report, salt, said, sum(rows)::BIGINT AS rows FROM {LINES} WHERE standing = {quoted(DECIDED)} "
            "GROUP BY report, salt, said)) WINDOW same AS (PARTITION BY report)",
        )
        salted = _salted(tuple(key for key in _KEYS if key not in ("standing", "said")))
        self._write(
            "beside_small",
            "SELECT report, line, sum(rows) OVER (PARTITION BY report) >= wanted AS enough FROM ("
            "SELECT report, line, wanted, rows, sum(rows) OVER (PARTITION BY report ORDER BY place) - rows AS before "
            "FROM (SELECT l.report, l.line, c.wanted, l.rows, "
            f"row_number() OVER (PARTITION BY l.report ORDER BY {salted}) AS place "
            f"FROM (SELECT rowid AS line, * FROM {LINES}) l JOIN (SELECT report, said, wanted FROM said_classes "
            f"WHERE some_few AND said = largest AND rows >= {5 * least}) c ON c.report = l.report AND c.said = l.said "
            f"WHERE l.standing = {quoted(DECIDED)} AND l.rows <= {2 * least}) WHERE place <= {2 * least}) "
            "WHERE before < wanted",
        )
        pooled = pooled_sql("(SELECT * FROM said_classes WHERE some_few)", ("report", "salt"), ("said",), least)
        self._write(
            "hidden_classes",
            f"SELECT p.report, p.said, CASE WHEN coalesce(b.enough, false) THEN p.rows < {least} ELSE p.pooled "
            f"END AS hidden FROM ({pooled}) p LEFT JOIN (SELECT DISTINCT report, enough FROM beside_small) b "
            "ON b.report = p.report",
        )
        decided = f"l.standing = {quoted(DECIDED)}"
        kept = ", ".join(f"l.{key}" for key in (*_KEYS[:-1], *self.further))
        self._write(
            "classed",
            f"SELECT l.report, l.salt, {kept}, CASE WHEN {decided} AND (h.hidden OR b.line IS NOT NULL) THEN NULL "
            f"ELSE l.said END AS said, l.rows FROM (SELECT rowid AS line, * FROM {LINES}) l "
            f"LEFT JOIN (SELECT * FROM hidden_classes WHERE hidden) h ON h.report = l.report AND h.said = l.said "
            "LEFT JOIN beside_small b ON b.line = l.line AND b.enough",
        )

    def join_small_standings(self) -> None:
        """Small reasons for standing apart are taken together."""
        apart = f"(SELECT * FROM classed WHERE standing <> {quoted(DECIDED)})"
        pooled = pooled_sql(apart, ("report", "salt"), ("standing",), self.smallest)
        self._write(
            "classed",
            f"SELECT c.* REPLACE (CASE WHEN p.standing IS NULL THEN c.standing ELSE {quoted(OTHER_STANDING)} END "
            f"AS standing) FROM classed c LEFT JOIN (SELECT * FROM ({pooled}) WHERE pooled) p "
            "ON p.report = c.report AND p.standing = c.standing",
        )
        kept = f"sum(rows) OVER (PARTITION BY {', '.join(_CLASS)}) >= {self.smallest}"
        self._write("classed", f"SELECT * FROM classed QUALIFY {kept}")

    def divide_by_month(self) -> None:
        self._write(
            BY_MONTH,
            self._summed(
                "SELECT * REPLACE (CASE WHEN pooled THEN NULL ELSE month END AS month) FROM "
                f"({pooled_sql('classed', _CLASS, ('month',), self.smallest)})",
                ("month",),
            ),
        )

    def divide_by_holder(self) -> None:
        """First small outcomes of one holder are taken together, then small holders."""
        cell = (*_HOLDER, "outcome")
        outcomes = pooled_sql("classed", (*_CLASS, *_HOLDER), ("outcome",), self.smallest)
        joined = f"(SELECT * REPLACE (CASE WHEN pooled THEN NULL ELSE outcome END AS outcome) FROM ({outcomes}))"
        nobody = ", ".join(f"CASE WHEN pooled THEN NULL ELSE {name} END AS {name}" for name in cell)
        holders = pooled_sql(joined, _CLASS, cell, self.smallest)
        self._write(BY_HOLDER, self._summed(f"SELECT * REPLACE ({nobody}) FROM ({holders})", cell))

    def divide_by_duty(self) -> None:
        pooled = pooled_sql("classed", _CLASS, ("duties",), self.smallest)
        told = "CASE WHEN pooled THEN NULL ELSE duties END"
        self._write(
            BY_DUTY,
            f"SELECT report, standing, said, {told} AS duties, sum(rows)::BIGINT AS rows FROM ({pooled}) GROUP BY ALL",
        )

    def _summed(self, relation: str, cell: tuple[str, ...]) -> str:
        keys = (*_CLASS, *cell)
        columns = ", ".join(name if name in keys else f"NULL::VARCHAR AS {name}" for name in _KEYS[1:])
        month = "month" if "month" in cell else "NULL::DATE AS month"
        return (
            f"SELECT report, {month}, {columns}, sum(rows)::BIGINT AS rows FROM ({relation}) GROUP BY {', '.join(keys)}"
        )
