"""Public results attacked as a whole: logs that differ only in the size of small cells give the same files.

A reader who holds one public folder cannot tell which of the two logs it is of, whatever numbers he adds or subtracts;
so there is nothing in any file of it that tells a small cell. Only the digest of the log differs.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.audit.results.files import Wanted
from comity.audit.run import audit_log
from comity.decide import Law
from tests.audit.conftest import COOK, DUPAGE, I247N, MCC, Row, query, row
from tests.audit.results.conftest import write_log

DECLINED, LIFTED = "Detainer Declined by LEA", "Lifted"
KANE, KENDALL = ("KANE COUNTY JAIL", "ILLINOIS", "ST CHARLES"), ("KENDALL COUNTY JAIL", "ILLINOIS", "YORKVILLE")
UNKNOWN = ("NO SUCH PLACE", "ILLINOIS", "NOWHERE")


def rows(number: int, day: str = "2015-01-21", place: tuple[str, str, str] = DUPAGE, outcome: str = "") -> list[Row]:
    return [row(day, place=place, outcome=outcome)] * number


def several(*counts: int) -> list[Row]:
    """So many rows of each of four kinds, that differ in whether anything is recorded, and in what."""
    outcomes = ("", DECLINED, LIFTED, "Booked into Detention")
    return [each for number, outcome in zip(counts, outcomes, strict=False) for each in rows(number, outcome=outcome)]


TWINS: dict[str, tuple[list[Row], list[Row]]] = {
    "what the record says": (several(12, 3), several(11, 4)),
    "what the record says, beside others": (several(30, 2, 4, 20), several(30, 4, 2, 20)),
    "months": (
        rows(30) + rows(3, "2015-02-03") + rows(4, "2015-03-03"),
        rows(30) + rows(4, "2015-02-03") + rows(3, "2015-03-03"),
    ),
    "days of one month": (rows(3) + rows(37, "2015-01-22"), rows(4) + rows(36, "2015-01-22")),
    "agencies": (
        rows(30) + rows(3, place=KANE) + rows(4, place=KENDALL),
        rows(30) + rows(4, place=KANE) + rows(3, place=KENDALL),
    ),
    "what was asked": (
        [*rows(40), *[row("2015-02-02", form=I247N)] * 3, *rows(4, "2015-02-02", COOK)],
        [*rows(40), *[row("2015-02-02", form=I247N)] * 4, *rows(3, "2015-02-02", COOK)],
    ),
    "reasons for being set apart": (
        rows(30) + rows(3, place=MCC) + rows(4, place=UNKNOWN),
        rows(30) + rows(4, place=MCC) + rows(3, place=UNKNOWN),
    ),
    "rows without a place": (
        rows(30) + rows(3, place=("", "", "")) + rows(4, place=UNKNOWN),
        rows(30) + rows(4, place=("", "", "")) + rows(3, place=UNKNOWN),
    ),
    "rows that are in no line": (rows(997) + rows(3, place=MCC), rows(997) + rows(4, place=MCC)),
    "running numbers": (
        [row(number=number) for number in range(30)] + [row(number=3)] * 2,
        [row(number=number) for number in range(28)] + [row(number=3)] * 4,
    ),
    "days far off": (rows(30) + rows(3, "2010-01-21"), rows(31) + rows(2, "2010-01-21")),
    "days that cannot be": (
        rows(30) + rows(3, "2015-02-30") + rows(4, place=MCC),
        rows(30) + rows(4, "2015-02-30") + rows(3, place=MCC),
    ),
}


def published(folder: Path, log: list[Row], law: Law) -> dict[str, object]:
    """All that stands in the public files of a log, but its digest."""
    folder.mkdir()
    written = write_log(folder / "log.csv", log)
    audit_log([str(written)], folder / "out", law=law, place="us/il", wanted=Wanted(smallest_cell=5))
    digest = audit_digest(folder / "out")
    told: dict[str, object] = {}
    for file in sorted((folder / "out").iterdir()):
        if file.suffix == ".parquet":
            told[file.name] = query(file, "SELECT * FROM {}")
        else:
            told[file.name] = file.read_text().replace(digest, "")
    return told


def audit_digest(folder: Path) -> str:
    [(digest,)] = query(folder / "summary.json", "SELECT input.sha256 FROM read_json({})")
    return digest


@pytest.mark.parametrize("which", list(TWINS))
def test_twins_are_published_alike(which: str, tmp_path: Path, law: Law) -> None:
    one, other = TWINS[which]
    first, second = published(tmp_path / "one", one, law), published(tmp_path / "other", other, law)
    assert {name: told for name, told in first.items() if told != second[name]} == {}
    assert "findings.parquet" not in first
