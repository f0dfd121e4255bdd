"""Situations drawn from news reports, answered from the text of the provisions.

Each case says what happened, whom it was asked of, on which day, and the answer that the cited provisions give; `by`
names the instruments that decide, all of them and no other. The answers were worked out from the texts, by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pytest

from comity.decide import Law
from comity.findings import Finding

POLICE = "us/il/chicago/police"
OFFICE = "us/il/chicago/city-office"
LIBRARY = "us/il/chicago/library"
JAIL = "us/il/cook-county/sheriff"

DETAINERS = "us/8-cfr-287-7"
DELEGATION = "us/8-usc-1357-g"
TRUST = "us/il/trust-act"
CITY = "us/il/chicago/welcoming-city"
CUT_OFF = "us/il/chicago/database-cut-off-2019"
GUIDELINES = "us/il/chicago/facility-guidelines"
JOINT_PATROLS = "us/il/chicago/eo-2025-6"
CITY_LOTS = "us/il/chicago/eo-2025-8"
PROPOSAL = "us/il/chicago/o2023-0004222"
COUNTY = "us/il/cook-county/code-46-37"
NAMED_LAW = "a law that the asker names"

NO_RECORD: Mapping[str, object] = {
    "outstanding_criminal_warrant": False,
    "convictions": [],
    "charges": [],
    "gang_database_match": False,
}
NO_PAPER: Mapping[str, object] = {"instruments": []}
ICE_ASKS: Mapping[str, object] = {"requester": ["ice_ero"], "unsolicited": False}
CIVIL: Mapping[str, object] = {**ICE_ASKS, "purpose": "civil_immigration"}


class Case(NamedTuple):
    says: str
    agency: str
    on: str
    action: str
    facts: Mapping[str, object]
    answer: str
    by: set[str]
    cite: str
    as_if: tuple[str, ...] = ()


def instruments(found: Finding) -> set[str]:
    """The instruments that decide a finding."""
    named = "#required_by_law"
    return {NAMED_LAW if named in norm.norm else norm.norm.partition("#")[0] for norm in found.because}


def finding(law: Law, case: Case) -> Finding:
    decision = law.decide(agency=case.agency, on=case.on, actions=[case.action], facts=case.facts, as_if=case.as_if)
    return decision.findings[0]


STATUS_ALONE = {**CIVIL, **NO_PAPER, **NO_RECORD, "other_lawful_ground": False, "record_check_under_way": False}
UNASKED = {
    **STATUS_ALONE,
    "requester": [],
    "unsolicited": True,
    "agreement_287g": "none",
    "reentered_after_removal": False,
}
WANTED = {
    "purpose": "other_crime",
    "other_lawful_ground": True,
    "outstanding_criminal_warrant": True,
    "instruments": ["state_criminal_warrant"],
}

ARREST = [
    Case("Status alone, before any city or state law; ICE asks",
         POLICE, "2005-06-01", "arrest", STATUS_ALONE,
         "unregulated", set(), "nothing encoded; a federal request commands nothing"),
    Case("The same under the ordinance of 2006",
         POLICE, "2010-06-01", "arrest", STATUS_ALONE,
         "unregulated", set(), "former MCC 2-173-020, -030: status questions and disclosure only"),
    Case("An officer's own idea, the summer after Arizona v. United States",
         POLICE, "2012-07-02", "arrest", UNASKED,
         "prohibited", {DELEGATION}, "567 U.S. 387 (2012-06-25)"),
    Case("Status alone under the ordinance of 2012",
         POLICE, "2013-06-03", "arrest", STATUS_ALONE,
         "prohibited", {CITY}, "former MCC 2-173-042(a)(1)"),
    Case("An officer's own idea, under the ordinance of 2012",
         POLICE, "2013-06-03", "arrest", UNASKED,
         "prohibited", {CITY, DELEGATION}, "former MCC 2-173-042(a)(1); 567 U.S. 387"),
    Case("Status alone under the TRUST Act",
         POLICE, "2018-06-01", "arrest", STATUS_ALONE,
         "prohibited", {CITY, TRUST}, "former MCC 2-173-042(a)(1); 5 ILCS 805/15(b)"),
    Case("Status alone under the ordinance of 2021",
         POLICE, "2022-06-01", "arrest", STATUS_ALONE,
         "prohibited", {CITY, TRUST}, "MCC 2-173-020(a)(1)(A); 5 ILCS 805/15(b)"),
    Case("Status alone in 2025",
         POLICE, "2025-01-21", "arrest", STATUS_ALONE,
         "prohibited", {CITY, TRUST}, "MCC 2-173-020(a)(1)(A); 5 ILCS 805/15(b)"),
    Case("The same person wanted on a criminal warrant, 2013",
         POLICE, "2013-06-03", "arrest", WANTED,
         "unregulated", set(), "former MCC 2-173-042(a)(1): solely; (c)(1)"),
    Case("The same person wanted on a criminal warrant, 2018",
         POLICE, "2018-06-01", "arrest", WANTED,
         "unregulated", set(), "5 ILCS 805/15(b): solely"),
    Case("The same person wanted on a criminal warrant, 2025",
         POLICE, "2025-01-21", "arrest", WANTED,
         "unregulated", set(), "MCC 2-173-020(a)(1)(A): solely"),
]  # fmt: skip


def held_six_hours(day: str, paper: str, record: Mapping[str, object]) -> Mapping[str, object]:
    """A person kept on a detainer alone, six hours past release, at noon of the day."""
    asked = {**CIVIL, "instruments": [paper], "in_custody": True, "record_check_under_way": False}
    return {**NO_RECORD, **asked, "release_due_at": f"{day}T06:00", **record}


FELONY = {"convictions": [{"grade": "felony_2"}]}
CRIMINAL_WARRANT_OUT = {"outstanding_criminal_warrant": True}
PAID = {"reimbursement_agreement": True}

HOLD = [
    Case("A detainer on a person with no record, 2013",
         POLICE, "2013-06-05T12:00", "hold", held_six_hours("2013-06-05", "i247_2013", {}),
         "prohibited", {CITY}, "former MCC 2-173-042(a)(3)"),
    Case("A felony conviction, 2013: the section falls away, and federal law leaves room for 48 hours",
         POLICE, "2013-06-05T12:00", "hold", held_six_hours("2013-06-05", "i247_2013", FELONY),
         "permitted", {DETAINERS}, "former MCC 2-173-042(c)(2); 8 CFR 287.7(d)"),
    Case("A criminal warrant out for the person, 2013",
         POLICE, "2013-06-05T12:00", "hold", held_six_hours("2013-06-05", "i247_2013", CRIMINAL_WARRANT_OUT),
         "permitted", {DETAINERS}, "former MCC 2-173-042(c)(1); 8 CFR 287.7(d)"),
    Case("A felony conviction, 2018: the city's carve-out does not reach state law",
         POLICE, "2018-06-05T12:00", "hold", held_six_hours("2018-06-05", "i247a", FELONY),
         "prohibited", {TRUST}, "5 ILCS 805/15(a)"),
    Case("A criminal warrant out for the person, 2018, not presented",
         POLICE, "2018-06-05T12:00", "hold", held_six_hours("2018-06-05", "i247a", CRIMINAL_WARRANT_OUT),
         "prohibited", {TRUST}, "5 ILCS 805/15(a); former 15(c) wants a federal warrant presented"),
    Case("A felony conviction, 2022: no carve-out is left",
         POLICE, "2022-06-07T12:00", "hold", held_six_hours("2022-06-07", "i247a", FELONY),
         "prohibited", {CITY, TRUST}, "MCC 2-173-020(a)(1)(C); 5 ILCS 805/15(a)"),
    Case("Cook County jail before its ordinance",
         JAIL, "2010-06-16T12:00", "hold", held_six_hours("2010-06-16", "i247", {}),
         "permitted", {DETAINERS}, "8 CFR 287.7(d)"),
    Case("Cook County jail, 2012, no agreement on costs",
         JAIL, "2012-06-13T12:00", "hold", held_six_hours("2012-06-13", "i247", {}),
         "prohibited", {COUNTY}, "Cook County Code 46-37(a)"),
    Case("Cook County jail, 2012, had the costs been paid",
         JAIL, "2012-06-13T12:00", "hold", held_six_hours("2012-06-13", "i247", PAID),
         "permitted", {DETAINERS}, "Cook County Code 46-37(a), exception"),
    Case("Cook County jail, 2018",
         JAIL, "2018-06-05T12:00", "hold", held_six_hours("2018-06-05", "i247a", {}),
         "prohibited", {COUNTY, TRUST}, "Cook County Code 46-37(a); 5 ILCS 805/15(a)"),
    Case("Cook County jail, 2018, had the costs been paid",
         JAIL, "2018-06-05T12:00", "hold", held_six_hours("2018-06-05", "i247a", PAID),
         "prohibited", {TRUST}, "5 ILCS 805/15(a) has no such exception"),
    Case("Cook County jail, 2025",
         JAIL, "2025-06-03T12:00", "hold", held_six_hours("2025-06-03", "i247a", {}),
         "prohibited", {COUNTY, TRUST}, "Cook County Code 46-37(a); 5 ILCS 805/15(a)"),
]  # fmt: skip


def database(requester: str, purpose: str = "") -> Mapping[str, object]:
    """A standing account on the police records; without a purpose, one that nobody told."""
    told = {"purpose": purpose} if purpose else {}
    asked = {"requester": [requester], "unsolicited": False, "system": "police_records", "access": "standing_account"}
    return {**NO_PAPER, **asked, "open_to_public": False, "required_by_law": False, **told}


DATABASE = [
    Case("ICE, early June 2019",
         POLICE, "2019-06-03", "database_access", database("ice_ero", "civil_immigration"),
         "unregulated", set(), "no rule yet"),
    Case("ICE, August 2019",
         POLICE, "2019-08-15", "database_access", database("ice_ero", "civil_immigration"),
         "prohibited", {CUT_OFF}, "instruction of July 2019: ICE by name"),
    Case("ICE, August 2019, purpose not told: the cut-off asks for none",
         POLICE, "2019-08-15", "database_access", database("ice_hsi"),
         "prohibited", {CUT_OFF}, "instruction of July 2019: ICE by name"),
    Case("The FBI for civil enforcement, August 2019: another agency keeps access",
         POLICE, "2019-08-15", "database_access", database("fbi", "civil_immigration"),
         "unregulated", set(), "instruction of July 2019: all other federal agencies keep access"),
    Case("The FBI, August 2019, purpose not told",
         POLICE, "2019-08-15", "database_access", database("fbi"),
         "unregulated", set(), "instruction of July 2019"),
    Case("ICE for civil enforcement, 2022",
         POLICE, "2022-03-15", "database_access", database("ice_ero", "civil_immigration"),
         "prohibited", {CITY, TRUST}, "MCC 2-173-030(b); 5 ILCS 805/15(h)(4)-(5)"),
    Case("The FBI for civil enforcement, 2022: the purpose decides",
         POLICE, "2022-03-15", "database_access", database("fbi", "civil_immigration"),
         "prohibited", {CITY, TRUST}, "MCC 2-173-030(b); 5 ILCS 805/15(h)(5)"),
    Case("The FBI for another crime, 2022",
         POLICE, "2022-03-15", "database_access", database("fbi", "other_crime"),
         "unregulated", set(), "MCC 2-173-030(b): civil purpose only; 5 ILCS 805/15(i)"),
    Case("HSI for another crime, 2022",
         POLICE, "2022-03-15", "database_access", database("ice_hsi", "other_crime"),
         "unregulated", set(), "5 ILCS 805/15(i)"),
]  # fmt: skip

RAID = {**CIVIL, **NO_PAPER, **NO_RECORD, "place": "street"}

PERIMETER = [
    Case("A traffic perimeter for a raid, before the instruction",
         POLICE, "2019-07-01", "assist_operation", RAID,
         "unregulated", set(), "former MCC 2-173-042 does not speak of it"),
    Case("A traffic perimeter for a raid, after the instruction",
         POLICE, "2019-07-20", "assist_operation", RAID,
         "prohibited", {CUT_OFF}, "instruction and police memorandum of July 2019"),
    Case("A traffic perimeter for a raid, 2025",
         POLICE, "2025-06-02", "assist_operation", RAID,
         "prohibited", {CITY, TRUST}, "MCC 2-173-020(a)(6); 5 ILCS 805/15(h)(1)"),
    Case("A traffic perimeter for a raid, after the order on joint patrols",
         POLICE, "2025-10-01", "assist_operation", RAID,
         "prohibited", {CITY, TRUST, JOINT_PATROLS}, "MCC 2-173-020(a)(6); 5 ILCS 805/15(h)(1); EO 2025-6"),
]  # fmt: skip


def visit(area: str, *papers: str) -> Mapping[str, object]:
    """An ICE officer who comes for civil enforcement, with these papers, none of which commands the agency."""
    return {**CIVIL, "instruments": list(papers), "paper_commands_this_agency": False, "area": area, "exigent": False}


SEARCH_WARRANT = "federal_search_warrant"
VISIT = [
    *(
        Case(f"A library's counter, papers: {paper or 'none'}",
             LIBRARY, "2025-06-02", "admit_to_area", visit("public", *filter(None, [paper])),
             "unregulated", set(), "no provision closes a public area")
        for paper in ("", "i200", "i205", SEARCH_WARRANT)
    ),
    *(
        Case(f"A library's staff room, papers: {paper or 'none'}",
             LIBRARY, "2025-06-02", "admit_to_area", visit("nonpublic", *filter(None, [paper])),
             "prohibited", {CITY, GUIDELINES}, "MCC 2-173-020(a); guidelines I.C")
        for paper in ("", "i200", "i205")
    ),
    Case("A library's staff room, a judge's search warrant",
         LIBRARY, "2025-06-02", "admit_to_area", visit("nonpublic", SEARCH_WARRANT),
         "unregulated", set(), "guidelines I.C, E; a judge's warrant needs no consent"),
    Case("A field house of the Park District, which the ordinance does not bind",
         "us/il/chicago/park-district", "2026-03-02", "admit_to_area", visit("nonpublic", "i200"),
         "unregulated", set(), "MCC 2-173-010: agencies of the city; guidelines: only made available"),
    Case("To block the way is never open",
         LIBRARY, "2025-06-02", "obstruct", visit("nonpublic", SEARCH_WARRANT),
         "prohibited", {"us/obstruction", GUIDELINES}, "18 USC 111, 1505, 1519; 8 USC 1324; guidelines I.C"),
]  # fmt: skip

FORM = {"on_form": True, "consent": "none", **NO_PAPER}

STATUS_QUESTION = [
    Case("A question about status on a city benefits form, 2018",
         OFFICE, "2018-06-01", "inquire_status", {**FORM, "required_by_law": False},
         "prohibited", {CITY}, "former MCC 2-173-020"),
    Case("The same, where a federal regulation requires it",
         OFFICE, "2018-06-01", "inquire_status", {**FORM, "required_by_law": True},
         "required", {NAMED_LAW}, "former MCC 2-173-020: unless required"),
    Case("A question about status on a city benefits form, 2025",
         OFFICE, "2025-06-02", "inquire_status", {**FORM, "required_by_law": False},
         "prohibited", {CITY}, "MCC 2-173-030(a)(1), (2)"),
    Case("The same, where a statute requires it",
         OFFICE, "2025-06-02", "inquire_status", {**FORM, "required_by_law": True},
         "required", {NAMED_LAW}, "MCC 2-173-030(a): unless required"),
]  # fmt: skip

STATUS_TOLD = {
    **ICE_ASKS,
    **NO_PAPER,
    "information": "citizenship_or_immigration_status",
    "in_custody": False,
    "consent": "none",
    "required_by_law": False,
    "open_to_public": False,
}

TOLD_TO_ICE_2025 = {**STATUS_TOLD, "purpose": "civil_immigration"}

STATUS_RELEASE = [
    Case("A person's status told to ICE, 2010: the ordinance gave way to federal law",
         POLICE, "2010-06-01", "disclose_information", STATUS_TOLD,
         "permitted", {DELEGATION}, "former MCC 2-173-030, except as federal law provides; 8 USC 1357(g)(10)(A)"),
    Case("A person's status told to ICE, 2018",
         POLICE, "2018-06-01", "disclose_information", STATUS_TOLD,
         "permitted", {DELEGATION, TRUST}, "former MCC 2-173-030; 5 ILCS 805/5"),
    Case("A person's status told to ICE, 2025: the words on federal law are gone",
         POLICE, "2025-01-21", "disclose_information", {**STATUS_TOLD, "purpose": "none_of_these"},
         "prohibited", {CITY}, "MCC 2-173-030(a)(1); 5 ILCS 805/5 lifts that Act only"),
    Case("A person's status told to ICE by an office of Evanston, 2025",
         "us/il/evanston/city-office", "2025-06-02", "disclose_information", TOLD_TO_ICE_2025,
         "prohibited", {"us/il/evanston/welcoming-city"}, "Evanston City Code ch. 1-22 (17-O-25)"),
]  # fmt: skip

DRUG_ARREST = {**CIVIL, **NO_PAPER, **NO_RECORD, "arrested_for": ["drug_sale"]}

PROPOSED = [
    Case("Help for ICE about a person arrested for selling drugs: the law",
         OFFICE, "2025-02-03", "assist_operation", DRUG_ARREST,
         "prohibited", {CITY}, "MCC 2-173-020(a)"),
    Case("The same had O2023-0004222 passed",
         OFFICE, "2025-02-03", "assist_operation", DRUG_ARREST,
         "permitted", {PROPOSAL}, "O2023-0004222", (PROPOSAL,)),
    Case("The police, had it passed: state law still binds them",
         POLICE, "2025-02-03", "assist_operation", DRUG_ARREST,
         "prohibited", {TRUST}, "5 ILCS 805/15(h)(1)", (PROPOSAL,)),
]  # fmt: skip

NCIC_HIT = {**ICE_ASKS, "instruments": ["ncic_immigration_violator_entry"]}

CLARIFY = [
    Case("Is the NCIC hit civil or criminal? before the ordinance of 2012",
         POLICE, "2010-06-01", "clarify_record", NCIC_HIT,
         "unregulated", set(), "nothing speaks of it"),
    Case("Is the NCIC hit civil or criminal? 2013",
         POLICE, "2013-06-03", "clarify_record", NCIC_HIT,
         "permitted", {CITY}, "former MCC 2-173-042(b)(2)"),
    Case("Is the NCIC hit civil or criminal? 2018",
         POLICE, "2018-06-01", "clarify_record", NCIC_HIT,
         "permitted", {CITY, TRUST}, "former MCC 2-173-042(b)(2); former 5 ILCS 805/5"),
    Case("Is the NCIC hit civil or criminal? 2025",
         POLICE, "2025-01-21", "clarify_record", NCIC_HIT,
         "permitted", {CITY, TRUST}, "MCC 2-173-020(a)(3); 5 ILCS 805/5"),
]  # fmt: skip

STAGING = {**CIVIL, **NO_PAPER, "place": "city_lot"}

LOTS = [
    Case("A city lot as a staging area, September 2025",
         OFFICE, "2025-09-15", "lend_facility", STAGING,
         "prohibited", {CITY}, "MCC 2-173-020(a), opening sentence"),
    Case("A city lot as a staging area, November 2025",
         OFFICE, "2025-11-03", "lend_facility", STAGING,
         "prohibited", {CITY, CITY_LOTS}, "MCC 2-173-020(a); EO 2025-8"),
    Case("A lot of the Park District, November 2025",
         "us/il/chicago/park-district", "2025-11-03", "lend_facility", STAGING,
         "unregulated", set(), "neither binds another government"),
]  # fmt: skip

CASES = [
    *ARREST,
    *HOLD,
    *DATABASE,
    *PERIMETER,
    *VISIT,
    *STATUS_QUESTION,
    *STATUS_RELEASE,
    *PROPOSED,
    *CLARIFY,
    *LOTS,
]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.on[:10]} {case.action}: {case.says}" for case in CASES])
def test_situation(law: Law, case: Case) -> None:
    found = finding(law, case)
    assert (found.status, instruments(found)) == (case.answer, case.by), case.cite


@pytest.mark.parametrize("requester", ["ice_hsi", "fbi"])
def test_database_access_turns_on_a_purpose_not_told(law: Law, requester: str) -> None:
    """MCC 2-173-030(b) wants a civil purpose; 5 ILCS 805/15(i) frees criminal investigations (2022)."""
    facts = database(requester)
    found = law.decide(agency=POLICE, on="2022-03-15", actions=["database_access"], facts=facts).findings[0]
    assert found.status == "depends"
    assert set(found.possible) == {"prohibited", "unregulated"}
    assert "purpose" in found.missing
