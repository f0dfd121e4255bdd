"""Law files: what a well-formed one means, and what is said of a malformed one."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from smallworld import HEAD, MALFORMED, ONE_NORM, malformed_law, read_act, small_law

from comity.conditions import (
    ALWAYS,
    All,
    AtLeast,
    Condition,
    Contains,
    ForbiddenBelow,
    OneOf,
    Opposite,
    Records,
    RequiredAbove,
    Some,
    Term,
)
from comity.errors import LawError
from comity.loading import load_library
from comity.norms import AtOnce, Binds, Boundary, By, Every, Interval, Limit, Norm, Target, Within
from comity.regularfile import LARGEST_YAML


def expected_messages() -> dict[str, list[str]]:
    """The exact messages of every malformed case: its name, then its messages, indented."""
    messages: dict[str, list[str]] = {}
    for line in (MALFORMED / "messages.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            messages[list(messages)[-1]].append(line.strip())
        else:
            messages[line] = []
    return messages


EXPECTED = expected_messages()


def problems_of(law: Path) -> list[str]:
    with pytest.raises(LawError) as caught:
        load_library(law, cache=False).examples()
    return [str(problem) for problem in caught.value.problems]


class TestMalformedFiles:
    @pytest.mark.parametrize("case", EXPECTED)
    def test_each_problem_is_named_with_file_line_norm_and_likely_word(self, case: str, tmp_path: Path) -> None:
        assert problems_of(malformed_law(tmp_path, MALFORMED / case)) == EXPECTED[case]

    def test_every_case_has_its_messages(self) -> None:
        cases = {path.name for path in MALFORMED.iterdir()} - {"messages.txt"}
        assert cases == EXPECTED.keys()
        assert all(EXPECTED.values())

    def test_the_small_world_itself_is_well_formed(self, tmp_path: Path) -> None:
        assert load_library(small_law(tmp_path), cache=False).jurisdictions.keys() == {"us", "us/aa"}

    def test_a_problem_carries_a_stable_code_and_its_place(self, tmp_path: Path) -> None:
        with pytest.raises(LawError) as caught:
            load_library(malformed_law(tmp_path, MALFORMED / "unknown-fact.yaml"), cache=False)
        (problem,) = caught.value.problems
        assert (problem.code, problem.at) == ("unknown", "us/aa/act.yaml:18")
        assert "1 problem in the law files" in str(caught.value)

    def test_a_file_above_the_limit_is_not_parsed(self, tmp_path: Path) -> None:
        law = small_law(tmp_path, act=HEAD + "#" * LARGEST_YAML)
        assert problems_of(law) == ["us/aa/act.yaml:1: the file is larger than 2,000,000 bytes"]

    def test_a_folder_without_a_vocabulary_is_named(self, tmp_path: Path) -> None:
        assert problems_of(tmp_path) == ["vocabulary.yaml:1: the file is missing: facts and actions stand in it"]

    def test_no_defeat_in_a_circle_is_seen_where_no_agency_is_bound_by_all(self, tmp_path: Path) -> None:
        norms = """
norms:
  - {id: a, cite: A, in_force: v1.., prohibits: [hold], binds: {any: [jail]}, overrides: [b], says: N, evidence: text}
  - {id: b, cite: B, in_force: v1.., permits: [hold], binds: {any: [police]}, overrides: [a], says: Y, evidence: text}
"""
        _, act = read_act(tmp_path, norms)
        assert len(act.norms) == 2


def norm_with(folder: Path, keys: str, rest: str = "") -> Norm:
    """The one norm of an act, with some keys more."""
    return read_act(folder, f"norms:\n  {ONE_NORM}, {keys}}}\n{rest}")[1].norms[0]


def condition(folder: Path, text: str, terms: str = "") -> Condition:
    return norm_with(folder, f"when: {text}", terms).when


FELONY = OneOf("grade", frozenset({"felony"}))
OLD, NEW, WARRANT = "old_form", "new_form", "warrant"


def held(*papers: str) -> Contains:
    return Contains("instruments", frozenset(papers))


class TestConditions:
    @pytest.mark.parametrize(
        ("text", "meaning"),
        [
            ("{in_custody: yes}", OneOf("in_custody", frozenset({"yes"}))),
            ("{in_custody: {not: yes}}", Opposite(OneOf("in_custody", frozenset({"yes"})))),
            ("{place: home}", OneOf("place", frozenset({"home"}))),
            ("{place: [home, street]}", OneOf("place", frozenset({"home", "street"}))),
            ("{place: any_place}", OneOf("place", frozenset({"home", "street", "jail"}))),
            ("{earlier_place: any_place}", OneOf("earlier_place", frozenset({"home", "street", "jail"}))),
            ("{place: {not: [home, jail]}}", Opposite(OneOf("place", frozenset({"home", "jail"})))),
            ("{instruments: {any: [detainer]}}", held(OLD, NEW)),
            ("{instruments: {all: [detainer, warrant]}}", All((held(OLD, NEW), held(WARRANT)))),
            ("{instruments: {none: [detainer]}}", Opposite(held(OLD, NEW))),
            ("{instruments: {only: [new_form]}}", All((held(NEW), Opposite(held(OLD, WARRANT))))),
            ("{instruments: {only: [any_instruments]}}", held(OLD, NEW, WARRANT)),
            ("{instruments: {empty: yes}}", Opposite(held(OLD, NEW, WARRANT))),
            ("{instruments: {any: [warrant], none: [detainer]}}", All((held(WARRANT), Opposite(held(OLD, NEW))))),
            ("{done: {any: [comply]}}", Contains("done", frozenset({"hold", "transfer_custody"}))),
            ("{done: {any: [give_copy]}}", Contains("done", frozenset({"give_copy"}))),
            ("{hours_held: {at_least: 48}}", AtLeast("hours_held", 48.0)),
            ("{hours_held: {above: 48}}", AtLeast("hours_held", 48.0, strict=True)),
            ("{hours_held: {below: 0.5}}", Opposite(AtLeast("hours_held", 0.5))),
            ("{hours_held: {at_most: 48}}", Opposite(AtLeast("hours_held", 48.0, strict=True))),
            ("{arrested_on: {on_or_after: 2020-01-01}}", AtLeast("arrested_on", date(2020, 1, 1))),
            ("{arrested_on: {after: 2020-01-01}}", AtLeast("arrested_on", date(2020, 1, 1), strict=True)),
            ("{arrested_on: {before: 2020-01-01}}", Opposite(AtLeast("arrested_on", date(2020, 1, 1)))),
            (
                "{arrested_on: {at_least: 2020-01-01, on_or_before: 2020-12-31}}",
                All(
                    (
                        AtLeast("arrested_on", date(2020, 1, 1)),
                        Opposite(AtLeast("arrested_on", date(2020, 12, 31), strict=True)),
                    )
                ),
            ),
            ("{release_due_at: {after: 2020-01-01}}", AtLeast("release_due_at", datetime(2020, 1, 2))),
            ("{release_due_at: {on_or_before: 2020-01-01}}", Opposite(AtLeast("release_due_at", datetime(2020, 1, 2)))),
            ("{release_due_at: {before: 2020-01-01}}", Opposite(AtLeast("release_due_at", datetime(2020, 1, 1)))),
            (
                '{release_due_at: {above: "2020-01-01T12:30"}}',
                AtLeast("release_due_at", datetime(2020, 1, 1, 12, 30), strict=True),
            ),
            ("{convictions: {any: {grade: felony}}}", Records("convictions", 1, FELONY)),
            ("{convictions: {none: {grade: felony}}}", Opposite(Records("convictions", 1, FELONY))),
            (
                "{convictions: {all: {grade: felony}}}",
                All((Records("convictions", 1, ALWAYS), Opposite(Records("convictions", 1, Opposite(FELONY))))),
            ),
            (
                "{charges: {at_least_records: 2, such_that: {grade: felony, pending: yes}}}",
                Records("charges", 2, All((FELONY, OneOf("pending", frozenset({"yes"}))))),
            ),
            (
                "{convictions: {any: {offence: homicide, years_since: {at_most: 15}}}}",
                Records(
                    "convictions",
                    1,
                    All(
                        (
                            OneOf("offence", frozenset({"murder", "manslaughter"})),
                            Opposite(AtLeast("years_since", 15.0, strict=True)),
                        )
                    ),
                ),
            ),
            ("{not: {in_custody: no}}", Opposite(OneOf("in_custody", frozenset({"no"})))),
            (
                "[{place: home}, {in_custody: no}]",
                Some((OneOf("place", frozenset({"home"})), OneOf("in_custody", frozenset({"no"})))),
            ),
            (
                "{any: [{place: home}, {in_custody: no}], other_ground: no}",
                All(
                    (
                        Some((OneOf("place", frozenset({"home"})), OneOf("in_custody", frozenset({"no"})))),
                        OneOf("other_ground", frozenset({"no"})),
                    )
                ),
            ),
            ("{forbidden_below: yes}", ForbiddenBelow()),
            ("{required_above: no}", Opposite(RequiredAbove())),
        ],
    )
    def test_each_form_of_test(self, text: str, meaning: Condition, tmp_path: Path) -> None:
        assert condition(tmp_path, text) == meaning

    def test_terms_are_named_and_may_use_one_another(self, tmp_path: Path) -> None:
        terms = """
terms:
  paper: {cite: AA 0(1), is: {not: other}}
  other: {cite: AA 0(2), is: {instruments: {any: [warrant]}}}
"""
        paper = Term("paper", "AA 0(1)", Opposite(Term("other", "AA 0(2)", held(WARRANT))))
        assert condition(tmp_path, "paper", terms) == paper
        assert condition(tmp_path, "{paper: no, in_custody: yes}", terms) == All(
            (Opposite(paper), OneOf("in_custody", frozenset({"yes"})))
        )


V1 = Boundary("us/aa/act@v1", date(2020, 1, 1))
V2 = Boundary("us/aa/act@v2", date(2022, 1, 1))


class TestDaysInForce:
    @pytest.mark.parametrize(
        ("written", "intervals"),
        [
            ("v1", (Interval(V1, V2),)),
            ("v1..", (Interval(V1),)),
            ("v1..v2", (Interval(V1),)),
            ("[v1, v2]", (Interval(V1, V2), Interval(V2))),
            (
                "{from: 2021-05-01, to: 2021-06-30}",
                (
                    Interval(
                        Boundary("us/aa/act#a@from", date(2021, 5, 1)), Boundary("us/aa/act#a@to", date(2021, 7, 1))
                    ),
                ),
            ),
            (
                "[v1, {from: {between: [2023-01-01, 2023-02-01]}}]",
                (Interval(V1, V2), Interval(Boundary("us/aa/act#a@from2", date(2023, 1, 1), date(2023, 2, 1)))),
            ),
        ],
    )
    def test_each_form(self, written: str, intervals: tuple[Interval, ...], tmp_path: Path) -> None:
        norm = f"norms:\n  {ONE_NORM.replace('in_force: v1..', 'in_force: ' + written)}}}\n"
        assert read_act(tmp_path, norm)[1].norms[0].intervals == intervals

    def test_an_old_text_ends_at_the_band_in_which_the_new_one_starts(self, tmp_path: Path) -> None:
        head = HEAD.replace("from: 2022-01-01", "from: {between: [2022-01-01, 2022-03-01]}")
        _, act = read_act(tmp_path, f"norms:\n  {ONE_NORM.replace('v1..', 'v1')}}}\n", head)
        old, new = act.versions
        assert new.interval == Interval(Boundary("us/aa/act@v2", date(2022, 1, 1), date(2022, 3, 1)))
        assert old.interval.until == new.interval.start
        assert act.norms[0].intervals == (old.interval,)

    def test_a_version_with_a_last_day_leaves_a_gap(self, tmp_path: Path) -> None:
        head = HEAD.replace("from: 2020-01-01", "from: 2020-01-01, to: 2020-12-31")
        _, act = read_act(tmp_path, f"norms:\n  {ONE_NORM}}}\n", head)
        ended = Boundary("us/aa/act@v1.to", date(2021, 1, 1))
        assert act.norms[0].intervals == (Interval(V1, ended), Interval(V2))


class TestNorms:
    def test_what_the_file_says_holds_unless_the_norm_says_otherwise(self, tmp_path: Path) -> None:
        norms = f"""
binds: {{any: [law_enforcement], none: [jail]}}
norms:
  {ONE_NORM}}}
  {ONE_NORM.replace("id: a", "id: b")}, binds: {{agencies: [us/aa/jail]}}, source: "https://o", read: 2024-03-04}}
"""
        _, act = read_act(tmp_path, norms)
        first, second = act.norms
        assert (first.binds, first.source, first.read) == (
            Binds(any=("law_enforcement",), none=("jail",)),
            "https://example.org/act",
            date(2025, 1, 2),
        )
        assert (second.binds.agencies, second.source, second.read) == (("us/aa/jail",), "https://o", date(2024, 3, 4))
        assert (first.id, first.line, act.path) == ("us/aa/act#a", 14, "us/aa/act.yaml")

    def test_targets_become_full_ids_and_patterns(self, tmp_path: Path) -> None:
        norm = norm_with(
            tmp_path,
            "overrides: [us/aa/act, {below: yes, modality: permits, actions: [comply], instrument_kinds: [order]}],"
            " yields_to: [{in: us, modality: requires}]",
        )
        assert norm.overrides == (
            Target(ref="us/aa/act"),
            Target(below=True, modality="permits", actions=("comply",), instrument_kinds=("order",)),
        )
        assert norm.yields_to == (Target(place="us", modality="requires"),)

    def test_lifts_name_norms_of_the_file_and_grant_nothing(self, tmp_path: Path) -> None:
        lift = (
            "- {id: b, cite: B, in_force: v2, lifts: [a], also: requires, actions: [hold], says: Off., evidence: text}"
        )
        _, act = read_act(tmp_path, f"norms:\n  {ONE_NORM}}}\n  {lift}\n")
        norm = act.norms[1]
        assert (norm.modality, norm.actions, norm.lifts) == ("lifts", (), (Target(ref="us/aa/act#a"),))
        assert (norm.lifts_requires, norm.only_actions) == (True, ("hold",))

    @pytest.mark.parametrize(
        ("written", "due"),
        [
            ("at_once", AtOnce()),
            ("{at_once: yes, before: the act}", AtOnce("the act")),
            ("{by: 2018-01-01}", By(date(2018, 1, 1))),
            (
                "{within: 48, unit: hour, after: release_due_at, excluding: [sundays, holidays]}",
                Within(48.0, "hour", "release_due_at", ("sundays", "holidays")),
            ),
            (
                "{every: year, by: 03-01, covering: previous_calendar_year, nil: certify}",
                Every("year", "03-01", "previous_calendar_year", "certify"),
            ),
            ("{every: year, by: 09-01, ending: 06-30}", Every("year", "09-01", ending="06-30")),
        ],
    )
    def test_due(self, written: str, due: object, tmp_path: Path) -> None:
        duty = ONE_NORM.replace("prohibits: [hold]", "requires: {one_of: [give_copy, explain]}")
        norm = read_act(tmp_path, f"norms:\n  {duty}, owed_to: us/aa/police, due: {written}}}\n")[1].norms[0]
        assert (norm.actions, norm.one_of, norm.owed_to, norm.due) == (
            ("give_copy", "explain"),
            True,
            "us/aa/police",
            due,
        )

    def test_limit_and_the_rest(self, tmp_path: Path) -> None:
        norm = norm_with(tmp_path, "limit: {hours_held: 48}, who: the officer, unless: {in_custody: no}, note: Words.")
        assert (norm.limit, norm.who, norm.note) == (Limit("hours_held", 48.0), "the officer", "Words.")
        assert norm.unless == OneOf("in_custody", frozenset({"no"}))


class TestTheRestOfAFile:
    def test_disputes_gaps_and_examples(self, tmp_path: Path) -> None:
        rest = f"""
norms:
  {ONE_NORM}}}
disputes:
  - id: stay
    court: A court
    cite: A v. B
    effect: suspends
    norms: [a]
    from: 2021-01-01
    to: 2021-01-31
    reach: {{in: [us/aa, us/bb], agencies: [us/aa/jail]}}
    says: Stayed.
    evidence: secondary
    source: https://example.org/stay
not_encoded:
  - {{cite: AA 2, says: "Forms, not read.", actions: [comply], to: 2021-12-31}}
examples:
  - given: {{agency: us/aa/jail, on: 2021-02-01, facts: {{instruments: {{at_least: [detainer], not: [warrant]}}}}}}
    expect: {{hold: prohibited}}
    because: [a]
    disputes: [stay]
    missing: []
"""
        library, act = read_act(tmp_path, rest)
        (dispute,), (gap,), (example,) = act.disputes, act.not_encoded, library.examples_of(act.id)
        assert (dispute.id, dispute.norms, dispute.until) == ("us/aa/act#stay", ("us/aa/act#a",), date(2021, 2, 1))
        assert (dispute.places, dispute.agencies) == (("us/aa", "us/bb"), ("us/aa/jail",))
        assert (gap.says, gap.actions, gap.start, gap.until) == (
            "Forms, not read.",
            ("comply",),
            None,
            date(2022, 1, 1),
        )
        assert (example.because, example.disputes) == (("us/aa/act#a",), ("us/aa/act#stay",))
        assert (example.missing, example.defeated) == ((), None)
        assert example.facts == {"instruments": {"at_least": ["detainer"], "not": ["warrant"]}}

    def test_a_jurisdiction_with_agencies_and_known_facts(self, tmp_path: Path) -> None:
        place = load_library(small_law(tmp_path), cache=False).jurisdictions["us/aa"]
        assert [agency.id for agency in place.agencies] == ["us/aa/jail", "us/aa/police", "us/aa/library"]
        assert [agency.own_government for agency in place.agencies] == [False, False, True]
        (known,) = place.known
        assert (known.fact, known.value, known.agencies) == ("place", "jail", ("us/aa/jail",))
        assert (known.start, known.until) == (date(2020, 1, 1), date(2022, 1, 1))
        assert place.complete_for == ("comply",)
