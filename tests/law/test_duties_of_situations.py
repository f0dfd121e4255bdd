"""Duties in situations drawn from news reports: visits to schools and hospitals, requests for certification, raids."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from comity.decide import Law
from comity.findings import Decision, Duty

VISIT: Mapping[str, object] = {
    "requester": ["ice_ero"],
    "unsolicited": False,
    "purpose": "civil_immigration",
    "paper_commands_this_agency": False,
    "area": "nonpublic",
}
CERTIFICATION: Mapping[str, object] = {
    "crime_victim_or_witness": True,
    "victim_of_qualifying_crime": True,
    "investigated_crime": True,
    "appeal_against_refusal": False,
    "in_removal_proceedings": False,
    "family_member_ages_out": False,
    "received_at": "2025-03-04T09:00",
}


def owed(decision: Decision, instrument: str) -> set[str]:
    """The duties that are owed under an instrument; none of these has a way out."""
    return {
        duty.action
        for duty in decision.duties
        if isinstance(duty.action, str) and duty.state == "owed" and duty.because[0].norm.startswith(instrument + "#")
    }


def duty_named(decision: Decision, action: str) -> Duty:
    return next(duty for duty in decision.duties if duty.action == action)


@pytest.mark.parametrize("paper", ["", "i200", "i205", "federal_search_warrant"])
def test_a_public_school_has_every_request_to_enter_reviewed_and_recorded(law: Law, paper: str) -> None:
    """105 ILCS 5/22-105(c)(4), from 2026-01-01; the city's ordinance and guidelines do not bind the schools."""
    facts = {**VISIT, "instruments": [paper] if paper else [], "place": "school"}
    school = "us/il/chicago/public-schools"
    decision = law.decide(agency=school, on="2026-03-02", actions=["admit_to_area"], facts=facts)
    assert {"legal_review", "identify_officer", "record_request", "record_in_file"} <= owed(
        decision, "us/il/safe-schools-act"
    )
    assert decision.findings[0].status == "unregulated"
    before = law.decide(agency=school, on="2025-12-31", actions=["admit_to_area"], facts=facts)
    assert before.duties == ()


@pytest.mark.parametrize(
    ("day", "general", "expected"),
    [
        ("2025-12-31", True, set[str]()),
        ("2026-01-01", True, {"legal_review", "identify_officer"}),
        ("2026-02-28", False, set[str]()),
        ("2026-03-01", False, {"legal_review", "identify_officer"}),
    ],
)
def test_a_hospital_tells_counsel_and_records_the_officer(
    law: Law, day: str, general: bool, expected: set[str]
) -> None:
    """210 ILCS 85/6.14h(c): general acute care hospitals from 2026-01-01, all others from 2026-03-01."""
    facts = {**VISIT, "instruments": ["i200"], "place": "hospital", "general_acute_care_hospital": general}
    decision = law.decide(agency="us/il/cook-county/hospital", on=day, actions=["admit_to_area"], facts=facts)
    assert owed(decision, "us/il/hospital-act") - {"adopt_policy"} == expected


@pytest.mark.parametrize(
    ("area", "paper", "status"),
    [
        ("public", "", "permitted"),
        ("nonpublic", "", "prohibited"),
        ("nonpublic", "i200", "prohibited"),
        ("nonpublic", "i205", "prohibited"),
        ("nonpublic", "federal_search_warrant", "unregulated"),
    ],
)
def test_what_an_officer_may_do_at_a_hospital_that_does_not_agree(law: Law, area: str, paper: str, status: str) -> None:
    """8 CFR 287.8(f)(2), (4): it binds the officer, and an administrative warrant opens no non-public area."""
    facts = {**VISIT, "area": area, "instruments": [paper] if paper else [], "place": "hospital"}
    decision = law.decide(
        agency="us/il/cook-county/hospital", on="2026-03-02", actions=["enter_without_consent"], facts=facts
    )
    found = decision.findings[0]
    assert found.status == status
    assert all(norm.who == "the immigration officer" for norm in found.because)


@pytest.mark.parametrize(
    ("day", "status", "instrument"),
    [
        ("2010-06-01", "permitted", "us/8-usc-1184-p"),
        ("2018-12-31", "permitted", "us/8-usc-1184-p"),
        ("2019-01-01", "required", "us/il/voices-act"),
        ("2025-03-10", "required", "us/il/voices-act"),
    ],
)
def test_a_victims_certification(law: Law, day: str, status: str, instrument: str) -> None:
    """Federal law leaves the signature to the agency; 5 ILCS 825/10 requires it from 2019-01-01."""
    decision = law.decide(
        agency="us/il/chicago/police", on=day, actions=["certify_victim"], facts={**CERTIFICATION, "instruments": []}
    )
    found = decision.findings[0]
    assert found.status == status
    assert {norm.norm.partition("#")[0] for norm in found.because} == {instrument}


@pytest.mark.parametrize(("removal", "day"), [(False, "2025-07-11"), (True, "2025-04-02")])
def test_the_deadline_of_a_certification(law: Law, removal: bool, day: str) -> None:
    """90 business days from Tuesday 2025-03-04 leave out Memorial Day, Juneteenth and 4 July; 21 leave out none."""
    facts: Mapping[str, object] = {**CERTIFICATION, "instruments": [], "in_removal_proceedings": removal}
    decision = law.decide(agency="us/il/chicago/police", on="2025-03-10", actions=["certify_victim"], facts=facts)
    due = duty_named(decision, "answer_certification").due
    assert due is not None
    assert due.at is not None
    assert due.at.startswith(day)


def test_a_request_for_a_perimeter_is_declined_by_a_supervisor_and_reported(law: Law) -> None:
    """MCC 2-173-020(b), -069 (2025): reviewed, declined, told to the dispatch centre, and in the quarterly report."""
    facts: Mapping[str, object] = {**VISIT, "instruments": [], "place": "street"}
    decision = law.decide(agency="us/il/chicago/police", on="2025-06-02", actions=["assist_operation"], facts=facts)
    city = "us/il/chicago/welcoming-city"
    assert {"supervisor_review", "decline_and_report", "notify_dispatch"} <= owed(decision, city)
    reports = {report.because[0].norm for report in decision.reports}
    assert {f"{city}#069-a", "us/il/trust-act#25-report"} <= reports


def test_a_city_library_asks_counsel_and_the_highest_official(law: Law) -> None:
    """Guidelines of 2025-01-10, I.A-E."""
    facts: Mapping[str, object] = {**VISIT, "instruments": ["i200"], "place": "library"}
    guidelines = "us/il/chicago/facility-guidelines"
    library = "us/il/chicago/library"
    decision = law.decide(agency=library, on="2025-01-10", actions=["admit_to_area"], facts=facts)
    assert owed(decision, guidelines) == {"legal_review", "supervisor_review", "identify_officer", "record_request"}
    before = law.decide(agency=library, on="2025-01-09", actions=["admit_to_area"], facts=facts)
    assert owed(before, guidelines) == set()
