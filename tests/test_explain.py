"""Explanations: why, why not otherwise, what would change it, and words for conditions and deadlines."""

from __future__ import annotations

from datetime import date

import pytest
from surfaces import load

from comity.conditions import All, AtLeast, Contains, OneOf, Opposite, Records, Some, Term
from comity.decide import Law
from comity.explain import Explanation, WhatIf, explain_decision
from comity.norms import AtOnce, By, Every, Within
from comity.words import condition_words, cover, due_words, plain, values_words


@pytest.fixture(scope="module")
def law(tmp_path_factory: pytest.TempPathFactory) -> Law:
    return load(tmp_path_factory.mktemp("explain"))


def explained(law: Law, action: str, on: str = "2023-05-01", **facts: object) -> Explanation:
    decision = law.decide(agency="us/aa/jail", on=on, actions=[action], facts=facts)
    (explanation,) = explain_decision(law, decision)
    assert explanation.status == decision.findings[0].status
    return explanation


def test_what_would_change_an_answer_is_found_by_adding_and_taking_away(law: Law) -> None:
    changes = explained(law, "hold", instruments=["new_form"]).what_if
    assert set(changes) == {
        WhatIf("instruments", "adding", "warrant", "unregulated", ("unregulated",), ("AA 1(b)",)),
        WhatIf("instruments", "without", "detainer", "unregulated", ("unregulated",), ("AA 1(a)",)),
    }


def test_every_what_if_is_what_the_engine_decides(law: Law) -> None:
    """Each change, made and decided, gives the status that the explanation names."""
    given = {"instruments": ["new_form"], "in_custody": "yes", "place": "home"}
    changes = explained(law, "transfer_custody", **given).what_if
    made = {
        ("in_custody", "instead", "no"): {**given, "in_custody": "no"},
        ("place", "instead", "jail"): {**given, "place": "jail"},
    }
    told = {(each.fact, each.change, each.value): each.possible for each in changes if each.fact != "convictions"}
    assert told.keys() == made.keys()
    for key, facts in made.items():
        decision = law.decide(agency="us/aa/jail", on="2023-05-01", actions=["transfer_custody"], facts=facts)
        assert decision.findings[0].possible == told[key]


def test_records_are_changed_by_as_little_as_makes_the_difference(law: Law) -> None:
    none = explained(law, "transfer_custody", in_custody="no", convictions=[])
    (more,) = [each for each in none.what_if if each.fact == "convictions"]
    assert (more.change, more.status, more.cites) == ("instead", "required", ("AA 1(c)",))
    assert more.value == "convictions: at least one with offence: homicide; and grade: felony"
    one = explained(law, "transfer_custody", in_custody="no", convictions=[{"offence": "murder", "grade": "felony"}])
    (less,) = [each for each in one.what_if if each.fact == "convictions"]
    assert (less.change, less.status) == ("opposite", "unregulated")


def test_a_defeated_norm_is_told_with_what_it_gives_way_to(law: Law) -> None:
    explanation = explained(law, "hold", instruments=["new_form", "warrant"])
    (gone,) = explanation.why_not
    assert (gone.norm, gone.by) == ("us/aa/act#hold", ("AA 1(b)",))
    assert "AA 1(a) (which prohibits it) gives way to AA 1(b)." in explanation.sentences


def test_a_near_miss_names_the_fact_that_failed(law: Law) -> None:
    misses = explained(law, "hold", instruments=["new_form"]).near_misses
    assert [(each.norm, each.fact, each.change, each.value) for each in misses] == [
        ("us/aa/act#warrant", "instruments", "adding", "warrant")
    ]


def test_the_walk_tells_each_question_with_its_answer(law: Law) -> None:
    walk = explained(law, "hold", instruments=["new_form"]).walk
    assert [(step.question, step.answer) for step in walk] == [
        ("Papers shown: detainer among them?", "yes"),
        ("Papers shown: warrant among them?", "no"),
    ]
    (step,) = explained(law, "hold").walk
    assert step.answer == "not told: the answer turns on it"


def test_a_fact_that_cannot_matter_is_not_said_to(law: Law) -> None:
    walk = explained(law, "transfer_custody", convictions=[], place="jail").walk
    assert all("turns on" not in step.answer for step in walk)


def test_what_is_told_apart_as_no_such_act_says_so(law: Law) -> None:
    explanation = explained(law, "hold", other_ground="yes")
    assert explanation.why == ("That is no hold.",)
    assert explanation.sentences[1] == "Because That is no hold."


def test_one_explanation_stands_for_each_finding_in_order(law: Law) -> None:
    decision = law.decide(agency="us/aa/jail", on="2023-05-01", facts={"instruments": ["new_form"]})
    explanations = explain_decision(law, decision)
    assert [each.action for each in explanations] == [finding.action for finding in decision.findings]


def test_settled_answers_stay_settled_along_the_walk(law: Law) -> None:
    """Where the status is one, no step of the walk claims that it still turns on something."""
    for facts in ({"instruments": []}, {"instruments": ["old_form"]}, {"instruments": ["warrant"]}):
        explanation = explained(law, "hold", **facts)
        assert explanation.status != "depends"
        assert all("turns on" not in step.answer for step in explanation.walk)


def test_taxonomies_are_named_by_their_widest_fitting_name(law: Law) -> None:
    tree = law.vocabulary.facts["instruments"].tree
    assert tree is not None
    assert cover(tree, ["old_form", "new_form"]) == ["detainer"]
    assert values_words(tree, ["new_form"]) == "new form"
    assert values_words(tree, ["old_form", "new_form", "warrant"]) == "anything"


def test_conditions_are_read_out(law: Law) -> None:
    facts = law.vocabulary.facts
    home = OneOf("place", frozenset({"home"}))
    paper = Contains("instruments", frozenset({"old_form", "new_form"}))
    held = OneOf("in_custody", frozenset({"yes"}))
    assert condition_words(All((held, paper)), facts) == "in custody: yes; and papers shown include detainer"
    assert condition_words(Some((held, home)), facts) == "either in custody: yes, or place: home"
    assert condition_words(Opposite(home), facts) == "place: street or jail"
    assert condition_words(Opposite(paper), facts) == "papers shown include no detainer"
    assert condition_words(Opposite(All((held, home))), facts) == "either in custody: no, or place: street or jail"
    assert condition_words(Term("paper", "AA 0", paper), facts) == "paper (papers shown include detainer)"
    assert condition_words(AtLeast("hours_held", 48, strict=True), facts) == "hours held: more than 48 hours"
    murder = Records("convictions", 2, OneOf("offence", frozenset({"murder"})))
    assert condition_words(murder, facts) == "convictions: at least 2 with offence: murder"
    assert condition_words(Opposite(murder), facts) == "convictions: fewer than 2 with offence: murder"


def test_deadlines_are_read_out() -> None:
    within = Within(48, "hour", "received_at", ("saturdays", "sundays", "holidays"))
    assert due_words(within) == "within 48 hours of received, not counting Saturdays, Sundays and Holidays"
    assert due_words(Every("year", "03-01", "previous_calendar_year", "certify")) == (
        "each year by 1 March for the calendar year before; if there is nothing to report, that is certified"
    )
    assert due_words(Every("year", "09-01", ending="06-30")) == (
        "each year by 1 September for the year that ends on 30 June"
    )
    assert due_words(By(date(2018, 1, 1))) == "by 1 January 2018"
    assert due_words(AtOnce("the act")) == "before the act"
    assert due_words(None) == ""


def test_names_are_read_out_with_their_abbreviations() -> None:
    assert plain("federal_arrest_warrant") == "federal arrest warrant"
    assert plain("fbi") == "FBI"
    assert plain("i247a") == "form I-247A"


def test_what_ifs_agree_with_the_real_law_where_it_can_be_read() -> None:
    """5 ILCS 805/15(a): a detainer alone never holds; each change named is checked against the engine's own outcome."""
    law = Law.load()
    facts: dict[str, object] = {"instruments": ["i247a"]}
    decision = law.decide(agency="us/il/local/jail", on="2025-01-21", actions=["hold"], facts=facts)
    assert decision.findings[0].status == "prohibited"
    (explanation,) = explain_decision(law, decision)
    adding = [
        each for each in explanation.what_if if each.change == "adding" and "federal arrest warrant" in each.value
    ]
    assert adding, "a federal arrest warrant changes the answer"
    more = law.decide(
        agency="us/il/local/jail",
        on="2025-01-21",
        actions=["hold"],
        facts={"instruments": ["i247a", "federal_arrest_warrant"]},
    )
    assert adding[0].possible == more.findings[0].possible
