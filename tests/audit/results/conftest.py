"""Reports to look at."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from comity.audit.results.files import Wanted
from comity.audit.results.summary import Summary
from comity.audit.run import audit_log
from comity.decide import Law
from tests.audit.conftest import COLUMNS, COOK, DUPAGE, I247N, MCC, Row, row

HOSTILE = [
    "<img src=x onerror=window.hit=1>",
    "</script><script>window.hit=2</script>",
    '"><svg onload=window.hit=3>',
    "{{ 7 * 7 }}",
    "javascript:window.hit=4",
]


def rows_of_a_year() -> list[Row]:
    """Two jails over a change of law (28 August 2017), a federal prison, and places whose names attack."""
    rows = [
        row(f"2017-{month:02}-{day:02}", place=place, outcome=outcome)
        for month in range(3, 12)
        for day, place, outcome in ((3, COOK, ""), (9, COOK, "Detainer Declined by LEA"), (20, DUPAGE, "Lifted"))
    ]
    rows += [row("2017-05-05", place=MCC), row("2017-06-06", form=I247N, outcome="Detainer Declined by LEA")]
    rows += [row("2017-07-07", place=(name, "ILLINOIS", name), outcome=name) for name in HOSTILE]
    return rows + [row("2017-07-08", place=COOK, outcome=name) for name in HOSTILE]


def write_log(path: Path, rows: list[Row]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    return path


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory, law: Law) -> tuple[Path, Summary]:
    folder = tmp_path_factory.mktemp("report")
    log = write_log(folder / "<b>log & co.csv", rows_of_a_year())
    return folder / "out", audit_log([str(log)], folder / "out", law=law, place="us/il").summary


@pytest.fixture(scope="session")
def public_report(tmp_path_factory: pytest.TempPathFactory, law: Law) -> tuple[Path, Summary]:
    folder = tmp_path_factory.mktemp("public")
    log = write_log(folder / "log.csv", rows_of_a_year() * 2)
    wanted = Wanted(smallest_cell=5)
    return folder / "out", audit_log([str(log)], folder / "out", law=law, place="us/il", wanted=wanted).summary
