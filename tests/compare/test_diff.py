"""What differs between two laws: the ledger of norms, the changed answers, and requests that show them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from comity.cli import main
from comity.compare.diff import Conditions, Diff, diff
from comity.compare.sides import Side
from comity.decide import Law

JAIL_TX, JAIL_IL = "us/tx/local/jail", "us/il/local/jail"
POLICE, SHELTER = "us/il/chicago/police", "us/il/chicago/shelter"
PROPOSAL = "us/il/chicago/o2023-0004222"


@pytest.fixture(scope="module")
def law() -> Law:
    return Law.load()


@pytest.fixture(scope="module")
def texas(law: Law) -> Diff:
    return diff(law, Side(JAIL_TX, date(2015, 1, 1)), Side(JAIL_TX, date(2026, 1, 1)))


def test_the_norms_in_force_on_one_day_only_stand_in_the_ledger(texas: Diff) -> None:
    """Tex. Code Crim. Proc. art. 2.251 came with SB 4, in force from 1 September 2017; SB 8 from 2026."""
    began = {norm.cite for norm in texas.ledger.after}
    assert "Tex. Gov. Code 753.051(a)" in began
    assert any(cite.startswith("Tex. Code Crim. Proc. art. 2A.060(a)(1)") for cite in began)
    assert texas.ledger.before == ()


def test_in_texas_a_hold_became_required_where_an_ice_detainer_asks_it_and_no_proof_is_shown(texas: Diff) -> None:
    [hold] = [each for each in texas.actions if each.action == "hold"]
    [change] = hold.changes
    assert (change.before, change.after) == ("permitted", "required")
    [case] = change.cases
    assert {"ICE detainer asking custody", "not proof shown", "hours held past release: at most 48 hours"} <= set(
        case.when.all
    )
    assert "proof of US citizenship" in hold.terms["proof shown"]
    assert [norm.cite for norm in case.decided_before] == ["8 CFR 287.7(d)"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Side(POLICE, date(2018, 1, 1)), Side(POLICE, date(2022, 1, 1))),
        (Side(JAIL_IL, date(2025, 6, 1)), Side(JAIL_TX, date(2025, 6, 1))),
        (Side(SHELTER, date(2025, 1, 21)), Side(SHELTER, date(2025, 1, 21), (PROPOSAL,))),
        (Side("us/ca/local/sheriff", date(2014, 6, 1)), Side("us/ca/local/sheriff", date(2026, 1, 2))),
    ],
)
def test_each_example_is_a_request_that_is_answered_so(law: Law, before: Side, after: Side) -> None:
    result = diff(law, before, after)
    assert result.actions
    for action in result.actions:
        for change in action.changes:
            for case in change.cases:
                asked = (case.example.before, case.example.after)
                if not case.example.texts:
                    found = [
                        law.decide(
                            agency=each.agency, on=each.on, actions=[each.action], facts=each.facts, as_if=each.as_if
                        )
                        for each in asked
                    ]
                    statuses = tuple(decision.finding(action.action).status for decision in found)
                    assert statuses == (change.before, change.after), asked


def test_the_situations_counted_are_those_that_the_laws_tell_apart(law: Law) -> None:
    result = diff(law, Side(JAIL_TX, date(2015, 1, 1)), Side(JAIL_TX, date(2026, 1, 1)), ["agree_287g"])
    [action] = result.actions
    assert action.situations == 2
    assert [change.situations for change in action.changes] == [1, 1]


def test_the_same_law_does_not_differ(law: Law) -> None:
    result = diff(law, Side(POLICE, date(2025, 1, 1)), Side(POLICE, date(2025, 1, 1)))
    assert result.actions == ()
    assert (result.ledger.before, result.ledger.after) == ((), ())
    assert set(result.unchanged) == set(law.vocabulary.asked_actions())


def test_facts_given_narrow_what_is_compared(law: Law) -> None:
    """On a detainer alone, 5 ILCS 805/15(a) has prohibited what 8 CFR 287.7(d) permitted for 48 hours."""
    sides = Side(JAIL_IL, date(2017, 8, 1)), Side(JAIL_IL, date(2018, 1, 1))
    result = diff(law, *sides, ["hold"], {"instruments": ["i247a"], "in_custody": True})
    [action] = result.actions
    shown = {(change.before, change.after) for change in action.changes}
    assert ("permitted", "prohibited") in shown
    lines = [line for change in action.changes for case in change.cases for line in case.when.all]
    assert not any(line.startswith("papers shown") for line in lines)
    assert all(
        case.example.before.facts["instruments"] == ["i247a"] for change in action.changes for case in change.cases
    )


def test_a_fact_that_makes_it_no_such_act_is_told(law: Law) -> None:
    sides = Side(JAIL_IL, date(2017, 1, 1)), Side(JAIL_IL, date(2018, 1, 1))
    result = diff(law, *sides, ["hold"], {"other_lawful_ground": True})
    assert result.actions == ()
    assert "That is no hold" in result.notes[0]


def test_a_fact_kept_by_one_place_only_is_put_in_and_told(law: Law) -> None:
    """Cook County's board has resolved that no agreement reimburses it; a request need not tell so."""
    day = date(2015, 1, 5)
    result = diff(law, Side("us/il/cook-county/sheriff", day), Side("us/il/local/sheriff", day), ["hold"])
    assert [fact.fact for fact in result.ledger.kept_before] == ["reimbursement_agreement"]
    assert ("prohibited", "permitted") in {(change.before, change.after) for change in result.actions[0].changes}


class TestCommand:
    def run(self, *arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["diff", *arguments])
        return done.exit_code, done.output

    def test_the_law_itself_stands_before_the_answers(self) -> None:
        code, output = self.run(JAIL_TX, "--between", "2015-01-01", "2026-01-01", "--action", "hold")
        assert code == 0
        assert output.index("What differs in the law itself") < output.index("permitted → required")
        assert f"comity decide {JAIL_TX} --on 2015-01-01" in output

    def test_json_holds_conditions_for_people_and_for_programs(self) -> None:
        code, output = self.run(JAIL_IL, JAIL_TX, "--on", "2025-06-01", "--action", "hold", "--json")
        assert code == 0
        told = json.loads(output)
        case = told["actions"][0]["changes"][0]["cases"][0]
        assert case["condition"]["type"] == "all"
        assert case["when"]["all"]
        assert output == self.run(JAIL_IL, JAIL_TX, "--on", "2025-06-01", "--action", "hold", "--json")[1]

    def test_a_place_stands_for_who_holds_people_there(self) -> None:
        code, output = self.run("us/il/chicago", "--as-if", PROPOSAL, "--on", "2025-01-21", "--json")
        assert code == 0
        assert json.loads(output)["before"]["agency"] == POLICE

    def test_markdown_escapes_what_could_be_markup(self) -> None:
        code, output = self.run(JAIL_TX, "--between", "2015-01-01", "2026-01-01", "--action", "hold", "--markdown")
        assert code == 0
        assert output.startswith("# ")
        assert "### permitted → required" in output
        assert "\\_" in output or "_" not in output.split("\n    comity")[0].split("\n## ")[1]

    def test_a_page_is_complete_in_itself(self, tmp_path: Path) -> None:
        out = tmp_path / "diff.html"
        code, _ = self.run(JAIL_TX, "--between", "2015-01-01", "2026-01-01", "-o", str(out))
        assert code == 0
        page = out.read_text("utf-8")
        assert page.count("<h1>") == 1
        assert "<script" not in page
        assert 'src="' not in page

    def test_exceptions_without_end_are_cut_where_nobody_asks_for_all(self) -> None:
        asked = (POLICE, "--between", "2018-01-01", "2022-01-01", "--action", "disclose_information")
        short, full = self.run(*asked)[1], self.run(*asked, "--full")[1]
        assert "more lines of exceptions" in short
        assert "more lines of exceptions" not in full
        assert len(full) > len(short)

    @pytest.mark.parametrize(
        "arguments",
        [
            (JAIL_TX,),
            (JAIL_TX, JAIL_IL, "--between", "2015-01-01", "2016-01-01"),
            (JAIL_TX, "--between", "2015-01-01", "soon"),
            (JAIL_TX, "--between", "2015-01-01", "2016-01-01", "--on", "2015-01-01"),
            (JAIL_TX, "--as-if", "us/tx/nothing"),
            ("us/tx/local/jial", "--between", "2015-01-01", "2016-01-01"),
            (JAIL_TX, "--between", "2015-01-01", "2016-01-01", "--given", "instrumnts=i247a"),
            (JAIL_TX, "--between", "2015-01-01", "2016-01-01", "--action", "hodl"),
            (JAIL_TX, "--between", "2015-01-01", "2016-01-01", "-o", "diff.pdf"),
        ],
    )
    def test_what_cannot_be_read_exits_2(self, arguments: tuple[str, ...]) -> None:
        code, output = self.run(*arguments)
        assert code == 2
        assert "Traceback" not in output


def test_conditions_say_always_by_saying_nothing() -> None:
    assert Conditions(()).any == ()


def test_a_text_whose_first_day_is_uncertain_stands_in_the_ledger_and_in_the_conditions(law: Law) -> None:
    """Chapter 2-173 was passed on 27 January 2021 and certainly in force on 5 March."""
    library = "us/il/chicago/library"
    result = diff(law, Side(library, date(2021, 2, 1)), Side(library, date(2022, 1, 1)), ["record_status"])
    assert [(norm.cite, norm.uncertain_there) for norm in result.ledger.after] == [("MCC 2-173-030(a)(1)", True)]
    [change] = result.actions[0].changes
    [case] = change.cases
    assert any("welcoming-city@v2021" in line and "not yet in force" in line for line in case.when.all)
    assert case.example.texts == {"us/il/chicago/welcoming-city@v2021": False}
