"""agencies.csv: proposals that a person accepts or refuses, read back on the next run."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import msgspec
import pytest

from comity.audit.holders.match import Told
from comity.audit.holders.review import (
    COLUMNS,
    Line,
    Reviewed,
    read_reviewed,
    resolver_with,
    with_proposals,
    write_reviewed,
)
from comity.decide import Law
from comity.errors import ComityError

MISSPELT = Told("SANGAMMON COUNTY JAIL", "ILLINOIS", "SPRINGFIELD")
DAY = date(2026, 11, 29)


def proposed(law: Law, *told: Told) -> Reviewed:
    return with_proposals(Reviewed(), [(holder, 3) for holder in told], resolver_with(law.library, Reviewed()))


def decided(lines: Reviewed, decision: str) -> Reviewed:
    return Reviewed(tuple(msgspec.structs.replace(line, decision=decision, decided_on=DAY) for line in lines.lines))


def test_a_line_says_what_is_proposed_and_why_and_decides_nothing(law: Law, tmp_path: Path) -> None:
    write_reviewed(tmp_path / "agencies.csv", proposed(law, MISSPELT))
    with (tmp_path / "agencies.csv").open(encoding="utf-8", newline="") as file:
        (line,) = csv.DictReader(file)
    assert line["agency"] == "us/il/local/jail"
    assert int(line["score"]) >= 80
    assert "alike with" in line["why"]
    assert line["rows"] == "3"
    assert (line["decision"], line["decided_on"]) == ("", "")
    kept = resolver_with(law.library, read_reviewed(tmp_path / "agencies.csv", law.library))
    assert kept.match(MISSPELT).kind == "unmapped"


def test_a_name_as_long_as_a_log_may_tell_is_read_back(law: Law, tmp_path: Path) -> None:
    # What the csv module takes is the same for a whole process: here as in one that has read no log yet.
    csv.field_size_limit(131_072)
    long = proposed(law, Told("A JAIL " * 30_000, "ILLINOIS", "SPRINGFIELD"))
    write_reviewed(tmp_path / "agencies.csv", long)
    assert read_reviewed(tmp_path / "agencies.csv", law.library).lines[0].key == long.lines[0].key


def test_an_accepted_line_is_used_and_says_so(law: Law, tmp_path: Path) -> None:
    write_reviewed(tmp_path / "agencies.csv", decided(proposed(law, MISSPELT), "accept"))
    again = read_reviewed(tmp_path / "agencies.csv", law.library)
    found = resolver_with(law.library, again).match(MISSPELT)
    assert (found.agency, found.kind) == ("us/il/local/jail", "county")
    assert found.matched == "accepted by a person on 2026-11-29"
    assert (
        resolver_with(law.library, again).match(Told("SANGAMMON COUNTY JAIL", "IOWA", "SPRINGFIELD")).kind == "unmapped"
    )


def test_a_refused_line_is_remembered_and_not_proposed_again(law: Law, tmp_path: Path) -> None:
    first = decided(proposed(law, MISSPELT), "reject")
    write_reviewed(tmp_path / "agencies.csv", first)
    again = read_reviewed(tmp_path / "agencies.csv", law.library)
    resolver = resolver_with(law.library, again)
    found = resolver.match(MISSPELT)
    assert found.kind == "unmapped"
    assert found.proposal is None or found.proposal.agency != first.lines[0].agency
    third = with_proposals(again, [(MISSPELT, 3)], resolver)
    assert third.lines[0] == first.lines[0]
    write_reviewed(tmp_path / "agencies.csv", third)
    assert read_reviewed(tmp_path / "agencies.csv", law.library).lines == third.lines


@pytest.mark.parametrize(
    ("name", "state", "holder"),
    [
        ("Dimmit Couny Sheriff's Office", "TEXAS", "Dimmit County Sheriff"),
        ("Spaulding County Sheriff's Office", "GEORGIA", "Spalding County Sheriff"),
        ("Metropolitan Moore County Sheriff's Office", "TENNESSEE", "Moore County Sheriff"),
        # The words that it shares with another are many, and the county is another all the same.
        ("Waria-labelon County Sheriff's Office", "FLORIDA", None),
    ],
)
def test_a_sheriff_misspelt_is_proposed(law: Law, name: str, state: str, holder: str | None) -> None:
    (line,) = proposed(law, Told(name, state)).lines
    assert (line.holder or None) == holder


def test_of_a_state_without_law_a_line_says_so(law: Law) -> None:
    (line,) = proposed(law, Told("THE OLD MILL", "OHIO", "TROY")).lines
    assert line.why == "No law of Ohio is encoded, so that nothing turns on who this is."


def test_what_is_known_asks_for_no_decision(law: Law) -> None:
    lines = proposed(law, Told("COOK COUNTY JAIL", "ILLINOIS", "CHICAGO"), Told(None), MISSPELT).lines
    assert [line.name for line in lines] == ["SANGAMMON COUNTY JAIL"]


def test_no_cell_runs_as_a_formula_and_all_come_back(law: Law, tmp_path: Path) -> None:
    path = tmp_path / "agencies.csv"
    names = ["=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "-2", "'quoted", "'=quoted", 'a,b\n"c"', "＝1"]
    lines = Reviewed(tuple(Line(name, "ILLINOIS", "", 1, "", "", "", "", "=why") for name in names))
    write_reviewed(path, lines)
    with path.open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@＝")]
    assert [line.name for line in read_reviewed(path, law.library).lines] == names


GOOD = [
    "SANGAMMON COUNTY JAIL",
    "ILLINOIS",
    "SPRINGFIELD",
    "3",
    "us/il/local/jail",
    "Sangamon County Sheriff",
    "county",
]


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ([*GOOD, "90", "", "perhaps", "2026-11-29", ""], ':2: decision "perhaps": write accept, reject or nothing'),
        ([*GOOD, "90", "", "accept", "", ""], ":2: decided_on is empty"),
        ([*GOOD, "90", "", "accept", "29.11.2026", ""], ':2: decided_on "29.11.2026" is no date'),
        ([*GOOD[:4], "us/il/local/jial", *GOOD[5:], "90", "", "", "", ""], 'did you mean "us/il/local/jail"'),
        ([*GOOD[:6], "town", "90", "", "accept", "2026-11-29", ""], ':2: class "town": write one of'),
        ([*GOOD[:3], "many", *GOOD[4:], "90", "", "", "", ""], ':2: rows "many" is no number'),
        ([*GOOD[:4], "", "", "county", "", "", "accept", "2026-11-29", ""], "names an agency or a holder"),
        (["", *GOOD[1:], "90", "", "", "", ""], ":2: no name"),
        (GOOD, ":2: 12 cells are wanted"),
        ([*GOOD, "90", "", "", "", "", "more"], ":2: 12 cells are wanted"),
    ],
)
def test_errors_name_the_line(law: Law, tmp_path: Path, cells: list[str], says: str) -> None:
    path = tmp_path / "agencies.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, cells])
    with pytest.raises(ComityError) as error:
        read_reviewed(path, law.library)
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"name,state\n", "the columns must be"),
        (b"", "the columns must be"),
        (b"\xff\xfe\x00", "not UTF-8 text"),
        ((",".join(COLUMNS) + '\n"SANG').encode(), "no CSV file"),
    ],
)
def test_files_that_are_something_else(law: Law, tmp_path: Path, raw: bytes, says: str) -> None:
    path = tmp_path / "agencies.csv"
    path.write_bytes(raw)
    with pytest.raises(ComityError, match=says):
        read_reviewed(path, law.library)


def test_a_name_decided_twice(law: Law, tmp_path: Path) -> None:
    path = tmp_path / "agencies.csv"
    line = decided(proposed(law, MISSPELT), "accept").lines[0]
    write_reviewed(path, Reviewed((line, line)))
    with pytest.raises(ComityError, match=r":3: .*decided twice"):
        read_reviewed(path, law.library)


def test_nothing_is_left_where_the_folder_cannot_be_written(law: Law, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ComityError, match="cannot be written"):
        write_reviewed(tmp_path / "file" / "agencies.csv", proposed(law, MISSPELT))
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
