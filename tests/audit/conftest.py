"""What the tests of the audit share: the encoded law, the real file where it is at hand, small files made up here."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from comity.audit.results.summary import Summary
from comity.audit.run import audit_log
from comity.decide import Law
from tests.postgresserver import postgres_server

REAL = Path(__file__).parents[3] / "shared" / "data" / "detainers_us_fy2015ytd.parquet"

COLUMNS = ("source_row", "prepare_date", "detainer_type", "facility", "state", "city", "lift_reason")
I247_2013 = "I247 - Immigration Detainer - Notice of Action (as of March 2013)"
I247N = "I247N - Immigration Advisal - Request for Notification"
COOK = ("COOK COUNTY JAIL", "ILLINOIS", "CHICAGO")
DUPAGE = ("DUPAGE COUNTY JAIL", "ILLINOIS", "WHEATON")
MCC = ("CHICAGO MCC", "ILLINOIS", "CHICAGO")

Row = tuple[str, str, str, str, str, str, str]


def row(
    day: str = "2015-01-21",
    form: str = I247_2013,
    place: tuple[str, str, str] = DUPAGE,
    outcome: str = "",
    number: int = 2,
) -> Row:
    return (str(number), day, form, *place, outcome)


@pytest.fixture(scope="session")
def law() -> Law:
    return Law.load()


@pytest.fixture(scope="session")
def real_file() -> Path:
    if not REAL.exists():
        pytest.skip("the real file is not at ../shared/data")
    return REAL


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server."""
    with postgres_server() as address:
        yield address


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: Row, columns: tuple[str, ...] = COLUMNS) -> Path:
        path = tmp_path / "log.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(rows)
        return path

    return write


def audit(path: Path, folder: Path, law: Law, **options: Any) -> Summary:
    """The figures of an audit of a detainer file of Illinois."""
    return audit_log([str(path)], folder, law=law, **{"place": "us/il", **options}).summary


def query(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Asks a file of results; `{}` in the query stands for the file, findings with what their rulings rest on."""
    told = f"'{path}'"
    if path.name == "findings.parquet":
        ruled = f"SELECT * EXCLUDE (action, status, alone) FROM '{path.with_name('rulings.parquet')}'"
        told = f"(SELECT * FROM '{path}' LEFT JOIN ({ruled}) USING (ruling))"
    with duckdb.connect(":memory:") as database:
        return database.execute(sql.format(told)).fetchall()
