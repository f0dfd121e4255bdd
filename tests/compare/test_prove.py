"""Claims about the law: read from words, proved for every combination of facts, or refuted by a request one can run."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner

from comity.cli import main
from comity.compare.claims import parse_claim
from comity.compare.instance import Instance
from comity.compare.prove import Refutations, prove
from comity.conditions import ALWAYS
from comity.decide import Law
from comity.errors import ComityError

POLICE, JAIL = "us/il/chicago/police", "us/il/local/jail"
ON_A_DETAINER_ALONE = "hold is never required or permitted when instruments only immigration_detainer"
LAST = date(2026, 11, 21)


@pytest.fixture(scope="module")
def law() -> Law:
    return Law.load()


def test_no_path_holds_on_a_detainer_alone_in_chicago_since_the_text_of_2021(law: Law) -> None:
    """MCC 2-173-020(a)(1)(C) and 5 ILCS 805/15(a): no exception reaches a hold on a detainer alone."""
    proof = prove(law, POLICE, parse_claim(ON_A_DETAINER_ALONE, law.vocabulary), date(2021, 3, 5), LAST)
    assert proof.proved
    assert proof.periods[0] == "2021-03-05"
    assert len(proof.periods) > 5
    assert proof.vacuous == ()


def test_before_the_state_act_the_claim_is_refuted(law: Law) -> None:
    """Before 2017-08-28 the carve-outs of the text of 2012 left such a hold to 8 CFR 287.7(d), for 48 hours."""
    proof = prove(law, POLICE, parse_claim(ON_A_DETAINER_ALONE, law.vocabulary), date(2014, 1, 1), date(2014, 12, 31))
    assert not proof.proved
    assert proof.counterexamples[0].status == "permitted"


@pytest.mark.parametrize(
    "words",
    [
        "hold is always prohibited when instruments any i247a",
        "transfer_custody is always prohibited",
        "disclose_information is never permitted when requester only ice_ero and in_custody yes",
        "arrest is always unregulated",
    ],
)
def test_a_counterexample_is_a_request_that_is_answered_so(law: Law, words: str) -> None:
    claim = parse_claim(words, law.vocabulary)
    proof = prove(law, JAIL, claim, date(2022, 6, 1), date(2022, 6, 1))
    assert not proof.proved
    for example in proof.counterexamples:
        assert status_of(law, example) == example.status
        assert example.status not in claim.statuses


def status_of(law: Law, example: Instance) -> str:
    decision = law.decide(agency=example.agency, on=example.on, actions=[example.action], facts=example.facts)
    return decision.finding(example.action).status


@pytest.mark.parametrize("statuses", ["prohibited", "prohibited or unregulated", "permitted", "required or conflict"])
def test_a_proof_agrees_with_trying_every_combination(law: Law, statuses: str) -> None:
    """What Illinois law says of a transfer turns on these facts: every combination is decided, one by one."""
    without_orders = "in_custody yes and instruments none court_order, judicial_subpoena"
    claim = parse_claim(f"transfer_custody is always {statuses} when {without_orders}", law.vocabulary)
    found: set[str] = set()
    choices = {
        "instruments": [
            *[[], ["i247a"], ["i200"], ["federal_arrest_warrant"], ["state_criminal_warrant"], ["i247a", "i200"]],
            *[
                ["i247a", "federal_arrest_warrant"],
                ["i247a", "state_criminal_warrant"],
                ["judicial_immigration_warrant"],
            ],
        ],
        "purpose": ["civil_immigration", "immigration_crime", "other_crime", "mixed", "none_of_these"],
        "acting_for_immigration_enforcement": [True, False],
        "requester": [["ice_ero"], ["fbi"], []],
        "paper_commands_this_agency": [True, False],
    }
    for values in product(*choices.values()):
        facts = dict(zip(choices, values, strict=True)) | {"in_custody": True}
        if facts["purpose"] in ("civil_immigration", "immigration_crime", "mixed"):
            facts["acting_for_immigration_enforcement"] = True
        decision = law.decide(agency=JAIL, on=date(2022, 6, 1), actions=["transfer_custody"], facts=facts)
        found.add(decision.findings[0].status)
    assert "depends" not in found
    assert prove(law, JAIL, claim, date(2022, 6, 1), date(2022, 6, 1)).proved == (found <= claim.statuses)


def test_a_condition_that_nothing_satisfies_is_told(law: Law) -> None:
    claim = parse_claim("hold is always permitted when other_lawful_ground yes", law.vocabulary)
    proof = prove(law, JAIL, claim, date(2022, 6, 1), date(2022, 6, 1))
    assert proof.proved
    assert proof.vacuous == ("2022-06-01",)


def test_a_text_whose_first_day_is_uncertain_must_hold_either_way(law: Law) -> None:
    """From 2021-01-27 to 2021-03-04 it is not known which text of chapter 2-173 counted; only the new one speaks of
    keeping a record of status."""
    claim = parse_claim("record_status is always unregulated when required_by_law no and consent none", law.vocabulary)
    proof = prove(law, "us/il/chicago/library", claim, date(2021, 2, 1), date(2021, 2, 1))
    assert not proof.proved
    assert proof.counterexamples[0].texts == {"us/il/chicago/welcoming-city@v2021": True}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("hold is bad", "not a claim"),
        ("hodl is never permitted", 'did you mean "hold"'),
        ("take_into_custody is never permitted", "not a single action"),
        ("hold is never permited", 'did you mean "permitted"'),
        ("hold is never permitted when instrumnts any i247a", 'did you mean "instruments"'),
        ("hold is never permitted when instruments any i247b", "i247b"),
        ("hold is never permitted when in_custody", "no test"),
        ("hold is never permitted when in_custody perhaps", "perhaps"),
        ("hold is never permitted when received_at before tomorrow", "tomorrow"),
    ],
)
def test_a_claim_that_cannot_be_read_is_refused(law: Law, words: str, message: str) -> None:
    with pytest.raises(ComityError) as refused:
        parse_claim(words, law.vocabulary)
    assert message in str(refused.value)


def test_a_claim_without_a_condition_is_on_every_situation(law: Law) -> None:
    claim = parse_claim("obstruct is always prohibited", law.vocabulary)
    assert claim.when == ALWAYS
    assert prove(law, JAIL, claim, date(2022, 6, 1), date(2022, 6, 1)).proved


class TestCommand:
    def run(self, *arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["prove", *arguments])
        return done.exit_code, done.output

    def test_a_proof_exits_0(self) -> None:
        code, output = self.run(POLICE, ON_A_DETAINER_ALONE, "--from", "2025-01-01", "--until", "2025-02-01")
        assert code == 0
        assert "Proved" in output

    def test_a_refutation_exits_1_with_a_command_that_shows_it(self) -> None:
        code, output = self.run(JAIL, "arrest is always unregulated", "--from", "2022-06-01", "--until", "2022-06-01")
        assert code == 1
        assert f"comity decide {JAIL} --on 2022-06-01" in output

    def test_json(self) -> None:
        code, output = self.run(JAIL, "obstruct is always prohibited", "--from", "2022-06-01", "--json")
        assert code == 0
        assert '"proved": true' in output

    @pytest.mark.parametrize(
        "arguments",
        [
            (JAIL, "hold is bad", "--from", "2022-06-01"),
            ("us/il/local/jial", "obstruct is always prohibited", "--from", "2022-06-01"),
            (JAIL, "obstruct is always prohibited", "--from", "1800-01-01"),
            (JAIL, "obstruct is always prohibited", "--from", "soon"),
            (JAIL, "obstruct is always prohibited", "--from", "2022-06-01", "--until", "2021-06-01"),
        ],
    )
    def test_what_cannot_be_read_exits_2(self, arguments: tuple[str, ...]) -> None:
        code, output = self.run(*arguments)
        assert code == 2
        assert "Traceback" not in output


def test_law_of_another_folder_is_proved_too(tmp_path: Path) -> None:
    code = CliRunner().invoke(main, ["--law", str(tmp_path), "prove", JAIL, "hold is bad", "--from", "2022-06-01"])
    assert code.exit_code == 2


def test_what_is_found_for_one_agency_serves_all_that_the_same_norms_bind(law: Law) -> None:
    """Most changes of law leave most actions alone, and a state binds its sheriffs alike."""
    claim = parse_claim(ON_A_DETAINER_ALONE, law.vocabulary)
    found: Refutations = {}
    first, last = date(2014, 1, 1), date(2026, 6, 1)
    jail = prove(law, "us/il/local/jail", claim, first, last, found)
    assert 1 < len(found) < len(jail.periods)
    known = len(found)
    sheriff = prove(law, "us/il/local/sheriff", claim, first, last, found)
    assert len(found) == known
    assert [each.on for each in sheriff.counterexamples] == [each.on for each in jail.counterexamples]
    assert sheriff == prove(law, "us/il/local/sheriff", claim, first, last)


def test_a_fact_that_one_place_keeps_is_not_lent_to_another(law: Law) -> None:
    """Cook County's board has resolved that no agreement reimburses it: 46-37(a) then allows no hold on a detainer."""
    claim = parse_claim("hold is never permitted when instruments only i247a and in_custody yes", law.vocabulary)
    found: Refutations = {}
    day = date(2015, 1, 5)
    agencies = ("us/il/cook-county/sheriff", "us/il/local/sheriff", "us/il/cook-county/sheriff")
    assert [prove(law, agency, claim, day, day, found).proved for agency in agencies] == [True, False, True]
