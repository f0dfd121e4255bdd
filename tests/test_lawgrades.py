"""How well the law of each place was read: counted by hand on a small law, and on the whole law against its files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from smallworld import small_law
from surfaces import ACT, PROPOSAL, error_of, run, run_json

from comity.decide import Law
from comity.lawgrades import PlaceGrades, place_grades

RULES = """
instrument: us/aa/rules
title: Rules on Copies
cite: AA R 1
kind: regulation
source: https://example.org/rules
read: 2024-03-04
versions:
  v1: {from: 2020-01-01, by: R. 1}
norms:
  - id: tell
    cite: AA R 1(a)
    in_force: v1..
    requires: [explain]
    says: Told, with no time named.
    evidence: unverified
  - id: hold
    cite: AA R 1(b)
    in_force: v1..
    requires: [hold]
    when: {in_custody: yes}
    says: An act that is asked, no duty owed.
    evidence: text
    read: 2023-01-01
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_law(tmp_path, act=ACT, bill=PROPOSAL, rules=RULES)


def test_norms_are_counted_by_grade_with_days_examples_and_gaps(folder: Path) -> None:
    # The act: six norms read in the text, one in a secondary source; the bill one; the rules two.
    # Of the duties, the act's copy has a deadline; the rules' report has none.
    assert place_grades(Law.load(folder).library, "us/aa") == (
        PlaceGrades(
            place="us/aa",
            name="Aa",
            norms=10,
            text=8,
            secondary=1,
            unverified=1,
            oldest_read=date(2023, 1, 1),
            newest_read=date(2025, 1, 2),
            examples=1,
            not_encoded=1,
            disputes=1,
            without_deadline=("us/aa/rules#tell",),
            files=4,
            signed=0,
            lapsed=0,
            broken_references=(),
        ),
    )


def test_a_place_without_norms_has_no_day_of_reading(folder: Path) -> None:
    country = place_grades(Law.load(folder).library)[0]
    assert (country.place, country.norms, country.oldest_read, country.newest_read) == ("us", 0, None, None)


def test_a_place_brings_the_places_below_it_and_no_others() -> None:
    library = Law.load().library
    illinois = [each.place for each in place_grades(library, "us/il")]
    assert illinois[0] == "us/il"
    assert {"us/il/chicago", "us/il/cook-county"} < set(illinois)
    assert all(each.startswith("us/il") for each in illinois)


def test_the_grades_of_all_places_add_up_to_the_whole_law() -> None:
    library = Law.load().library
    grades = place_grades(library)
    assert [each.place for each in grades] == sorted(library.jurisdictions)
    assert sum(each.norms for each in grades) == len(library.norms())
    assert all(each.text + each.secondary + each.unverified == each.norms for each in grades)
    assert sum(each.examples for each in grades) == sum(map(len, library.examples().values()))


def test_people_and_programs_are_told_the_same(folder: Path) -> None:
    (grades,) = run_json(folder, "law", "--verify", "us/aa")
    assert (grades["text"], grades["oldest_read"], grades["without_deadline"]) == (
        8,
        "2023-01-01",
        ["us/aa/rules#tell"],
    )
    told = run(folder, "law", "--verify", "us/aa").stdout
    row = next(line for line in told.splitlines() if line.startswith("us/aa"))
    assert row.split() == ["us/aa", "10", "8", "1", "1", "1", "1", "1", "1", "0/4", "2023-01-01"]
    assert "Duties without a deadline: Aa" in told
    assert "us/aa/rules#tell" in told


def test_an_unknown_place_is_named_with_the_nearest(folder: Path) -> None:
    error = error_of(folder, "law", "--verify", "us/ab")
    assert (error["code"], error["at"]) == ("unknown_place", "path")
    assert 'did you mean "us/aa"?' in error["message"]


def test_names_in_words_that_stand_for_nothing_are_listed(tmp_path: Path) -> None:
    act = ACT.replace(
        "cite: AA 1\n", "cite: AA 1\nnote: See us/aa/rules#tel and us/aa/act, not https://us/aa/x or its/own.\n", 1
    )
    folder = small_law(tmp_path, act=act, rules=RULES)
    (grades,) = place_grades(Law.load(folder).library, "us/aa")
    assert [(each.at, each.name) for each in grades.broken_references] == [("us/aa/act.yaml", "us/aa/rules#tel")]
    assert "us/aa/rules#tel" in run(folder, "law", "--verify", "us/aa").stdout


def test_no_name_in_the_words_of_the_law_stands_for_nothing() -> None:
    broken = [each for grades in place_grades(Law.load().library) for each in grades.broken_references]
    assert broken == []
