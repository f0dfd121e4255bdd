"""A reviewer's signature: written into a law file, lapsing with any change, and shown by answers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from smallworld import small_law
from surfaces import ACT, error_of, run, run_json

from comity.lawfiles.signing import sign
from comity.loading import load_library
from comity.norms import Review

HOLD = ("us/aa/jail", "--on", "2023-05-01", "--action", "hold")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_law(tmp_path, act=ACT)


def signed(folder: Path, name: str = "us/aa/act") -> Path:
    run(folder, "law", "--sign", name, "--as", "A. Counsel, City of Aa", "--on", "2026-11-30")
    return folder / "us" / "aa" / "act.yaml"


def review_of(folder: Path) -> Review | None:
    return load_library(folder, cache=False).instruments["us/aa/act"].review


def test_a_signature_stands_until_the_file_changes(folder: Path) -> None:
    assert review_of(folder) is None
    act = signed(folder)
    assert review_of(folder) == Review("A. Counsel, City of Aa", date(2026, 11, 30), stands=True)
    act.write_text(act.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    assert review_of(folder) == Review("A. Counsel, City of Aa", date(2026, 11, 30), stands=False)
    signed(folder)
    review = review_of(folder)
    assert review is not None
    assert review.stands


def test_signing_changes_nothing_else(folder: Path) -> None:
    before = (folder / "us" / "aa" / "act.yaml").read_text(encoding="utf-8").splitlines()
    after = signed(folder).read_text(encoding="utf-8").splitlines()
    assert [line for line in after if not line.startswith("reviewed_")] == before
    assert len(after) == len(before) + 3


def test_a_place_can_be_signed_too(folder: Path) -> None:
    signed(folder, "us/aa")
    review = load_library(folder, cache=False).jurisdictions["us/aa"].review
    assert review is not None
    assert review.stands


def test_answers_show_whether_the_files_that_decide_are_signed(folder: Path) -> None:
    def told() -> tuple[str, str]:
        finding = run_json(folder, "decide", *HOLD, "instruments=new_form")["findings"][0]
        printed = run(folder, "decide", *HOLD, "instruments=new_form").stdout
        return finding["because"][0]["review"], next(x for x in printed.splitlines() if x.startswith("Law files"))

    assert told() == ("unsigned", "Law files that decide here: 1, signed by a reviewer: 0.")
    act = signed(folder)
    assert told() == ("signed", "Law files that decide here: 1, signed by a reviewer: 1.")
    act.write_text(act.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    state, line = told()
    assert state == "lapsed"
    assert "the signature has lapsed of us/aa/act" in line


def test_the_grades_count_signatures(folder: Path) -> None:
    act = signed(folder)
    (grades,) = run_json(folder, "law", "--verify", "us/aa")
    assert (grades["signed"], grades["lapsed"]) == (1, 0)
    act.write_text(act.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    (grades,) = run_json(folder, "law", "--verify", "us/aa")
    assert (grades["signed"], grades["lapsed"]) == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "code", "at"),
    [
        (("--sign", "us/aa/act"), "missing_key", "as"),
        (("--sign", "us/aa/acts", "--as", "A"), "unknown_path", "sign"),
        (("--sign", "us/aa/act", "--as", "A\nreviewed_by: B"), "bad_name", "as"),
        (("--sign", "us/aa/act", "--as", 'A "B"'), "bad_name", "as"),
        (("--sign", "us/aa/act", "--as", " "), "bad_name", "as"),
        (("us/aa", "--sign", "us/aa/act", "--as", "A"), "usage", "PATH"),
    ],
)
def test_a_signature_that_cannot_be_written_is_refused(
    folder: Path, arguments: tuple[str, ...], code: str, at: str
) -> None:
    before = (folder / "us" / "aa" / "act.yaml").read_bytes()
    error = error_of(folder, "law", *arguments)
    assert (error["code"], error["at"]) == (code, at)
    assert (folder / "us" / "aa" / "act.yaml").read_bytes() == before


def test_windows_line_ends_are_signed_as_they_are(folder: Path) -> None:
    act = folder / "us" / "aa" / "act.yaml"
    act.write_bytes(sign(act.read_bytes().replace(b"\n", b"\r\n"), "A. Counsel", date(2026, 11, 30)))
    review = review_of(folder)
    assert review is not None
    assert review.stands
