"""PostgreSQL: rows signed where they lie are answered as they are here, and what is told wrongly is said."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from comity.audit.command import audit
from comity.audit.engines.postgres import Postgres, connect_postgres
from comity.audit.madeup import write_made_up
from comity.audit.opening import Opening
from comity.audit.results.files import Wanted
from comity.audit.run import Elsewhere, audit_log
from comity.decide import Law
from comity.errors import ComityError
from tests.audit.engines.conftest import RowByRow

ROWS = 4_000


def test_every_row_is_answered_as_it_would_be_alone(postgres: Postgres, encoded_law: Law) -> None:
    assert RowByRow(encoded_law, rows=300, kinds=3).differences(postgres) == []


@pytest.fixture
def log(server: str, tmp_path: Path) -> Path:
    """A made-up log as a file, and as the table `detainers`, whose column `id` numbers the rows as in the file."""
    path = tmp_path / "made-up.csv"
    write_made_up(path, ROWS)
    with duckdb.connect() as database:
        numbered = f"SELECT row_number() OVER () AS id, * FROM read_csv('{path}', all_varchar=true)"
        rows = database.sql(numbered).to_arrow_table()
    session = connect_postgres(server)
    with session.connection.cursor() as cursor:
        cursor.adbc_ingest("detainers", rows, mode="replace")
    session.connection.close()
    return path


def test_findings_are_those_of_the_same_rows_read_here(
    server: str, log: Path, tmp_path: Path, encoded_law: Law
) -> None:
    audit_log([str(log)], tmp_path / "here", law=encoded_law)
    audit_log(
        [server],
        tmp_path / "there",
        law=encoded_law,
        opening=Opening(query="SELECT * FROM detainers"),
        elsewhere=Elsewhere("postgres", number="id"),
    )
    for name in ("findings.parquet", "groups.csv"):
        with duckdb.connect() as database:
            here, there = (
                database.execute(f"SELECT * FROM '{tmp_path / side / name}'").fetchall() for side in ("here", "there")
            )
        assert here == there
        assert len(here) > 10


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("smallest", [None, 5])
def test_rows_may_have_any_numbers(server: str, tmp_path: Path, encoded_law: Law, smallest: int | None) -> None:
    query = "SELECT {} AS id, prepare_date, detainer_type, facility, state, city, lift_reason FROM detainers"
    for folder, number in (("plain", "id"), ("sparse", "(id - 2000) * 3000000000000")):
        audit_log(
            [server],
            tmp_path / folder,
            law=encoded_law,
            opening=Opening(query=query.format(number)),
            elsewhere=Elsewhere("postgres", number="id"),
            wanted=Wanted(smallest_cell=smallest),
        )
    groups = [(tmp_path / folder / "groups.csv").read_bytes() for folder in ("plain", "sparse")]
    assert groups[0] == groups[1]
    if smallest is None:
        rows = f"SELECT row, source_row, holder, action, ruling, verdict FROM '{tmp_path}/sparse/findings.parquet'"
        again = (
            "SELECT (row - 2000) * 3000000000000 AS row, (row - 2000) * 3000000000000, holder, action, ruling, verdict "
            f"FROM '{tmp_path}/plain/findings.parquet'"
        )
        with duckdb.connect() as database:
            found = database.execute(rows).fetchall()
            assert found == database.execute(again).fetchall()
        assert found[0][0] < 0 < found[-1][0]


@pytest.mark.usefixtures("log")
def test_the_command(server: str, tmp_path: Path) -> None:
    query = "SELECT * FROM detainers WHERE id <= 1000"
    words = [server, "--engine", "postgres", "--query", query, "--number", "id", "--place", "us/il", "--json"]
    done = CliRunner().invoke(audit, [*words, "--out", str(tmp_path / "report")])
    assert done.exit_code == 0, done.output
    summary = json.loads(done.stdout)
    assert summary["rows"]["decided"] + sum(summary["rows"]["apart"].values()) == summary["input"]["rows"] == 1_000
    assert (tmp_path / "report" / "report.html").exists()


@pytest.mark.parametrize(
    ("query", "number", "code", "says"),
    [
        ("SELECT * FROM detainees", "id", "query", "does not accept the query"),
        ("SELECT * FROM detainers", "idd", "number", 'the query gives no column "idd" (did you mean "id"?)'),
        ("SELECT * FROM detainers", "state", "number", "holds no whole numbers"),
        ("SELECT id % 10 AS id, facility FROM detainers", "id", "number", "of 4,000 rows only 10 have a number"),
        ("SELECT * FROM detainers WHERE false", "id", "query", "gives no rows"),
        ("SELECT id, facility FROM detainers", "id", "layout", ""),
    ],
)
@pytest.mark.usefixtures("log")
def test_what_is_told_wrongly_is_said(
    server: str, tmp_path: Path, encoded_law: Law, query: str, number: str, code: str, says: str
) -> None:
    with pytest.raises(ComityError, match=r".*") as caught:
        audit_log(
            [server],
            tmp_path / "out",
            law=encoded_law,
            opening=Opening(query=query),
            elsewhere=Elsewhere("postgres", number=number),
        )
    assert caught.value.code == code
    assert says in caught.value.message
    assert not (tmp_path / "out").exists()


def test_a_server_that_is_not_there(tmp_path: Path, encoded_law: Law) -> None:
    with pytest.raises(ComityError, match="cannot connect") as caught:
        audit_log(
            [f"postgresql://secret:word@/none?host={tmp_path}"],
            tmp_path / "out",
            law=encoded_law,
            opening=Opening(query="SELECT 1"),
            elsewhere=Elsewhere("postgres", number="id"),
        )
    assert caught.value.code == "connection"
    assert "word" not in str(caught.value)
