"""Verdicts of a person on reason texts: written for a person, read back on the next run."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from comity.audit.reading.database import connect
from comity.audit.triage import classify
from comity.audit.triage.verdicts import COLUMNS, Verdict, apply_verdicts, possible, read_verdicts, write_flagged
from comity.errors import ComityError


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect() as made:
        made.execute(
            "CREATE VIEW log AS "
            "SELECT unnest(['HSI', 'hsi', 'HSI ', 'theft', 'ICE ERO', '=cmd|calc', 'warrant']) AS reason"
        )
        classify(made)
        yield made


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rewrite(path: Path, rows: list[dict[str, str]]) -> None:
    """As a spreadsheet saves: every cell quoted, lines ended by two signs, a mark before the first."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, quoting=csv.QUOTE_ALL)
        out.writeheader()
        out.writerows(rows)


def test_flagged_texts_once_each_with_rule_and_room_for_a_verdict(
    database: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    assert write_flagged(database, tmp_path / "reasons.csv") == 4
    found = lines(tmp_path / "reasons.csv")
    assert (found[0]["text"], found[0]["rows"]) == ("hsi", "3")
    assert {line["text"] for line in found} == {"hsi", "ice ero", "'=cmd|calc", "warrant"}
    assert all(line["verdict"] == "" for line in found)
    assert all(line["rule"] and line["says"] for line in found)
    civil = next(line for line in found if line["text"] == "ice ero")
    assert civil["says"].startswith('possible: the reason text says "ice ero"')


def test_a_verdict_is_read_back_and_used(database: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "reasons.csv"
    write_flagged(database, path)
    found = lines(path)
    found[0] |= {"verdict": "states a crime", "decided_on": "2026-11-29", "note": "asked the agency"}
    rewrite(path, found)
    verdicts = read_verdicts(path)
    assert verdicts == (Verdict(found[0]["digest"], "hsi", "states a crime", date(2026, 11, 29), "asked the agency"),)
    assert apply_verdicts(database, verdicts) == 1, "three spellings are one text"
    told = database.execute("SELECT DISTINCT class, rule FROM reasons WHERE normalised = 'hsi'").fetchall()
    assert told == [("states a crime", "verdict of a person on 2026-11-29")]
    write_flagged(database, path, verdicts)
    assert read_verdicts(path) == verdicts, "a decided text stays in the file"


HOSTILE = [
    'ICE "hold", says\nthe jail', "=HYPERLINK(\"x\")", "+1 555", "-hold", "@warrant", "'=already", "''", "a,b;c",
    "İCE wärrant", "\thold\r\nfor 'DPS'", "hold \x00 null", "=warrant\u2028second", "1e5 hold", "11-6-25",
    "\u2003hold\u2003",
]  # fmt: skip


def test_verdicts_on_hostile_texts_in_another_order(tmp_path: Path) -> None:
    path = tmp_path / "reasons.csv"
    with connect() as database:
        database.execute("CREATE TABLE log AS SELECT unnest(CAST(? AS VARCHAR[])) AS reason", [HOSTILE])
        classify(database)
        flagged = write_flagged(database, path)
        assert flagged >= len(HOSTILE) - 1
        rows = [
            row | {"verdict": "states a crime", "decided_on": "2026-11-29", "note": f'=note "{at}"\nsecond line'}
            for at, row in enumerate(reversed(lines(path)))
        ]
        rewrite(path, rows)
        verdicts = read_verdicts(path)
        assert apply_verdicts(database, verdicts) == flagged
        assert {verdict.note for verdict in verdicts} == {f'=note "{at}"\nsecond line' for at in range(flagged)}
        write_flagged(database, path, verdicts)
        again = read_verdicts(path)
        assert {verdict.digest: verdict for verdict in again} == {verdict.digest: verdict for verdict in verdicts}


def test_notes_and_verdicts_on_texts_of_another_log_are_kept(
    database: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "reasons.csv"
    write_flagged(database, path)
    rows = lines(path)
    rows[0] |= {"verdict": "both", "decided_on": "2026-11-29"}
    rows[1] |= {"note": "asked on the 3rd, no answer yet"}
    rewrite(path, rows)
    given = read_verdicts(path)
    assert [(verdict.kind, verdict.note) for verdict in given] == [("both", ""), (None, rows[1]["note"])]
    with connect() as other:
        other.execute("CREATE TABLE log AS SELECT 'fugitive' AS reason")
        classify(other)
        assert apply_verdicts(other, given) == 0
        assert write_flagged(other, path, given) == 1
    assert [row["text"] for row in lines(path)] == ["fugitive", rows[0]["text"], rows[1]["text"]]
    assert read_verdicts(path) == given
    assert write_flagged(database, path, given) == 4
    assert lines(path)[0]["verdict"] == "both"


def test_a_column_sorted_without_the_others(database: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "reasons.csv"
    write_flagged(database, path)
    rows = lines(path)
    for row, digest in zip(rows, sorted(row["digest"] for row in rows), strict=True):
        row["digest"] = digest
    rewrite(path, rows)
    with pytest.raises(ComityError, match=r"reasons.csv:\d: the digest is that of another text"):
        read_verdicts(path)


def test_never_with_public(database: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(ComityError, match="personal data"):
        write_flagged(database, tmp_path / "reasons.csv", public=True)
    assert list(tmp_path.iterdir()) == []


def test_no_file_no_verdicts(tmp_path: Path) -> None:
    assert read_verdicts(tmp_path / "reasons.csv") == ()


DIGEST = "0123456789abcdef0123"


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ([DIGEST, "t", "", "", "", "1", "violation", "2026-11-29", ""], ':2: verdict "violation" is no class'),
        ([DIGEST, "t", "", "", "", "1", "states crime", "2026-11-29", ""], 'did you mean "states a crime"'),
        ([DIGEST, "t", "", "", "", "1", "both", "", ""], ":2: decided_on is empty"),
        ([DIGEST, "t", "", "", "", "1", "both", "today", ""], ':2: decided_on "today" is no date'),
        (["12", "t", "", "", "", "1", "both", "2026-11-29", ""], ':2: digest "12" is none'),
        (["1.2E+19", "hsi", "", "", "", "1", "both", "2026-11-29", ""], "write a8101bbb57c8e47a5ebf, that of the text"),
        ([DIGEST, "t", "", "", "", "1", "", "2026-11-29", ""], ":2: decided_on 2026-11-29, and no verdict"),
        ([DIGEST, "t", "", "", "", "1", "States A Crime", "2026-11-29", ""], 'did you mean "states a crime"'),
        ([DIGEST, "t"], ":2: 9 cells are wanted"),
    ],
)
def test_errors_name_the_line(tmp_path: Path, cells: list[str], says: str) -> None:
    path = tmp_path / "reasons.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, cells])
    with pytest.raises(ComityError) as error:
        read_verdicts(path)
    assert says in str(error.value)


def test_the_wording() -> None:
    assert possible("ice ero") == 'possible: the reason text says "ice ero"'
