"""Every answer that leaves room to refuse says what a refusal may not become."""

from __future__ import annotations

import pytest

from comity.decide import Law

OBSTRUCTION = {"18 USC 111(a)(1)", "18 USC 1505", "8 USC 1324(a)(1)(A)(iii)", "18 USC 1519"}


@pytest.mark.parametrize("action", ["hold", "notify_release", "admit_to_area", "disclose_information", "share_alpr"])
def test_an_answer_on_a_request_carries_the_limit_of_a_refusal(law: Law, action: str) -> None:
    decision = law.decide(agency="us/il/local/police", on="2025-01-21", actions=[action], facts={})
    assert {note.cite for note in decision.refusal_limits} == OBSTRUCTION


def test_the_limit_is_that_of_the_day(law: Law) -> None:
    """18 USC 1519 was enacted on 2002-07-30 by P.L. 107-204."""
    decision = law.decide(agency="us/il/local/library", on="2002-07-29", actions=["admit_to_area"], facts={})
    assert {note.cite for note in decision.refusal_limits} == OBSTRUCTION - {"18 USC 1519"}


def test_where_the_act_is_required_there_is_no_refusal_to_limit(law: Law) -> None:
    facts = {"instruments": ["court_order"], "paper_commands_this_agency": True}
    decision = law.decide(agency="us/il/local/jail", on="2025-01-21", actions=["transfer_custody"], facts=facts)
    assert decision.finding("transfer_custody").status == "required"
    assert decision.refusal_limits == ()


def test_what_an_agency_does_of_its_own_accord_is_no_refusal(law: Law) -> None:
    decision = law.decide(agency="us/il/local/police", on="2025-01-21", actions=["inquire_status"], facts={})
    assert decision.refusal_limits == ()


def test_a_remembered_decision_carries_it_too(law: Law) -> None:
    request = {
        "agency": "us/il/local/jail",
        "on": "2025-02-03",
        "actions": ["hold"],
        "facts": {"instruments": ["i247a"]},
    }
    assert law.decide(**request).to_json() == law.decide(**request).to_json()  # type: ignore[arg-type]
    assert law.decide(**request).refusal_limits  # type: ignore[arg-type]
