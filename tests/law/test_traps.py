"""What news reports got wrong about this law, and the answers that avoid it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from comity.decide import Law

POLICE = "us/il/chicago/police"
STATUS_ALONE: Mapping[str, object] = {
    "instruments": [],
    "purpose": "civil_immigration",
    "other_lawful_ground": False,
    "requester": ["ice_ero"],
    "unsolicited": False,
    "record_check_under_way": False,
    "outstanding_criminal_warrant": False,
    "convictions": [],
    "charges": [],
    "gang_database_match": False,
}


def deciding(law: Law, agency: str, on: str, action: str, facts: Mapping[str, object]) -> tuple[str, set[str]]:
    """The status and the norms that decide it."""
    found = law.decide(agency=agency, on=on, actions=[action], facts=facts).findings[0]
    return found.status, {norm.norm for norm in found.because}


def test_a_quotation_of_law_needs_the_day(law: Law) -> None:
    """A report of January 2025 quoted the section of 2006 on requesting information, replaced in 2021."""
    facts: Mapping[str, object] = {"instruments": [], "on_form": False, "consent": "none", "required_by_law": False}
    office = "us/il/chicago/city-office"
    city = "us/il/chicago/welcoming-city"
    assert deciding(law, office, "2018-06-01", "inquire_status", facts) == ("prohibited", {f"{city}#020-2006-ask"})
    assert deciding(law, office, "2025-01-22", "inquire_status", facts) == ("prohibited", {f"{city}#030-a-1-request"})


@pytest.mark.parametrize("action", ["arrest", "assist_operation", "interview_access"])
def test_tabled_is_not_enacted(law: Law, action: str) -> None:
    """O2023-0004222 was tabled on 2025-01-15: the same answers, by the same norms, the day before and after."""
    facts = {**STATUS_ALONE, "in_custody": True, "arrested_for": ["drug_sale"]}
    before = deciding(law, POLICE, "2025-01-14", action, facts)
    assert before == deciding(law, POLICE, "2025-01-16", action, facts)
    assert before[0] == "prohibited"
    assert not any("o2023-0004222" in norm for norm in before[1])


def test_an_ordinance_binds_its_own_city_only(law: Law) -> None:
    """A report had the city's ordinance bind "local and state law enforcement"; the State has a law of its own."""
    state_police = "us/il/state-police"
    assert deciding(law, POLICE, "2013-06-03", "arrest", STATUS_ALONE)[0] == "prohibited"
    assert deciding(law, state_police, "2013-06-03", "arrest", STATUS_ALONE) == ("unregulated", set())
    status, norms = deciding(law, state_police, "2025-01-22", "arrest", STATUS_ALONE)
    assert status == "prohibited"
    assert {norm.partition("#")[0] for norm in norms} == {"us/il/trust-act"}


def test_a_cut_off_by_name_differs_from_one_by_purpose(law: Law) -> None:
    """In 2019 ICE lost the police databases, whatever for; since 2021 any federal agency, for civil enforcement."""
    asked: Mapping[str, object] = {
        "instruments": [],
        "access": "standing_account",
        "open_to_public": False,
        "required_by_law": False,
    }
    statuses = {
        (day, requester, purpose): deciding(
            law, POLICE, day, "database_access", {**asked, "requester": [requester], "purpose": purpose}
        )[0]
        for day in ("2019-08-15", "2022-03-15")
        for requester in ("ice_hsi", "fbi")
        for purpose in ("civil_immigration", "other_crime")
    }
    prohibited = {asked for asked, status in statuses.items() if status == "prohibited"}
    assert prohibited == {
        ("2019-08-15", "ice_hsi", "civil_immigration"),
        ("2019-08-15", "ice_hsi", "other_crime"),
        ("2022-03-15", "ice_hsi", "civil_immigration"),
        ("2022-03-15", "fbi", "civil_immigration"),
    }


def test_announced_is_not_enacted(law: Law) -> None:
    """The cut-off of July 2019 was announced, not enacted: it is shown as policy, the ordinance of 2021 as law."""
    facts: Mapping[str, object] = {
        "instruments": [],
        "access": "standing_account",
        "open_to_public": False,
        "requester": ["ice_ero"],
        "purpose": "civil_immigration",
        "required_by_law": False,
    }

    def kinds(on: str) -> set[str]:
        found = law.decide(agency=POLICE, on=on, actions=["database_access"], facts=facts).findings[0]
        assert found.status == "prohibited"
        return {norm.by for norm in found.because}

    assert kinds("2019-08-15") == {"policy"}
    assert kinds("2022-03-15") == {"law"}


@pytest.mark.parametrize(
    ("limited", "status"),
    [
        ("status_information", "prohibited"),
        ("detainers", "unregulated"),
        ("release_information", "unregulated"),
        ("interviews", "unregulated"),
        ("assistance", "unregulated"),
    ],
)
def test_the_federal_section_is_about_information_not_custody(law: Law, limited: str, status: str) -> None:
    """Letters of 2017-04-21 were reported as demanding that people be handed over; they asked about 8 USC 1373."""
    council = "us/il/chicago/city-council"
    found = deciding(law, council, "2017-04-21", "restrict_cooperation", {"policy_limits": [limited]})
    sections = {"us/8-usc-1373#a", "us/8-usc-1373#b", "us/8-usc-1644#1644"}
    assert found == (status, sections if status == "prohibited" else set())


def test_the_federal_section_requires_no_hold_and_no_notice(law: Law) -> None:
    """8 USC 1373 decides nothing about a hold, a notice of release or a transfer."""
    facts = {"instruments": ["i247a"], "in_custody": True, "release_due_at": "2017-04-21T00:00", "purpose": "mixed"}
    actions = ["hold", "notify_release", "transfer_custody"]
    decision = law.decide(agency="us/il/local/jail", on="2017-04-21T10:00", actions=actions, facts=facts)
    assert [found.status for found in decision.findings] == ["permitted", "permitted", "unregulated"]
    norms = {norm.norm for found in decision.findings for norm in (*found.because, *found.also)}
    assert not any(norm.startswith("us/8-usc-1373") for norm in norms)


def test_the_date_on_a_page_is_no_effective_date(law: Law) -> None:
    """A report of December 2016 carried the date 2016-01-01: the day of the act decides, not the page's."""
    held = {**STATUS_ALONE, "instruments": ["i247d"], "in_custody": True}
    police = "us/il/evanston/police"

    def hold(day: str) -> str:
        facts = {**held, "release_due_at": f"{day}T06:00"}
        return deciding(law, police, f"{day}T12:00", "hold", facts)[0]

    assert hold("2016-01-01") == "permitted"
    assert hold("2016-12-30") == "prohibited"
