"""From files to decided rows: reading, layout, holders, signatures, and the relation `told`."""

from __future__ import annotations

from pathlib import Path

import duckdb

from comity.audit.decided import Decided, decide_rows
from comity.audit.holders import Resolver, resolve
from comity.audit.layouts.apply import HolderGiven, apply
from comity.audit.layouts.choose import choose_layout
from comity.audit.placing import place_rows
from comity.audit.reading.database import connect
from comity.audit.reading.source import ReadingOptions
from comity.audit.reading.stage import stage
from comity.decide import Law

ROW_GROUP = 122_880
COOK = "us/il/cook-county/sheriff"


def decided(
    file: Path, law: Law, work: Path, place: str = "us/il", given: HolderGiven | None = None
) -> tuple[Decided, duckdb.DuckDBPyConnection]:
    """The file's rows decided, and the database in which they stand."""
    work.mkdir(exist_ok=True)
    database = connect(work)
    staged = stage(database, [str(file)], ReadingOptions(work))
    prepared = apply(database, choose_layout(database, staged, law.vocabulary).layout, staged, given or HolderGiven())
    resolve(database, Resolver(law.library))
    agencies = place_rows(database, law.library, prepared, place, None)
    return decide_rows(database, law, prepared, agencies, work), database


def test_the_real_file_is_decided_as_worked_out_by_hand(real_file: Path, law: Law, tmp_path: Path) -> None:
    """The numbers of tests/audit/test_audit_real_file.py, there worked out by hand."""
    found, database = decided(real_file, law, tmp_path)
    assert found.standings == {
        "decided": 1_112,
        "no place recorded": 9_020,
        "another state": 79_053 - 9_020 - 1_213,
        "agency not encoded": 4,
        "place elsewhere": 14,
        "federal holder": 70,
        "private holder": 10,
        "holder not established": 3,
    }
    counts = database.execute(
        f"SELECT t.action, t.agency = '{COOK}', status, count(*) FROM told t JOIN answers a USING (answer) "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    assert counts == [
        ("hold", False, "depends", 922),
        ("hold", True, "prohibited", 186),
        ("notify_release", False, "permitted", 926),
        ("notify_release", True, "depends", 186),
    ]
    assert found.decisions < 30


def test_every_row_has_a_line_and_its_own_in_a_long_file(law: Law, tmp_path: Path) -> None:
    """Above one row group, DuckDB hands rows on in another order: every row must still be told by its own number."""
    rows = 2 * ROW_GROUP + 10
    file = tmp_path / "long.parquet"
    with duckdb.connect(":memory:") as database:
        database.execute(
            f"""COPY (SELECT i + 2 AS source_row, DATE '2018-01-01' + CAST(i % 900 AS INTEGER) AS prepare_date,
            CASE WHEN i % 3 = 0 THEN 'I247A' ELSE 'I247N' END AS detainer_type,
            CASE WHEN i % 2 = 0 THEN 'COOK COUNTY JAIL' ELSE 'DUPAGE COUNTY JAIL' END AS facility, 'ILLINOIS' AS state,
            CASE WHEN i % 2 = 0 THEN 'CHICAGO' ELSE 'WHEATON' END AS city, 'Lifted' AS lift_reason
            FROM range({rows}) t(i)) TO '{file}' (FORMAT parquet)"""
        )
    found, database = decided(file, law, tmp_path / "work")
    assert found.standings == {"decided": rows}
    lines = database.execute(
        "SELECT count(*), count(DISTINCT row), count(*) FILTER (agency = 'us/il/cook-county/sheriff' "
        "AND row % 2 = 1), count(*) FILTER (action = 'hold' AND (row - 1) % 3 <> 0), "
        "count(*) FILTER (day <> DATE '2018-01-01' + CAST((row - 1) % 900 AS INTEGER)) FROM told"
    ).fetchall()
    holds = -(-rows // 3)
    cook = (rows + 1) // 2 + sum(1 for i in range(0, rows, 6))
    assert lines == [(rows + holds, rows, cook, 0, 0)]
