"""Partners classed, and sharing answered, as worked out by hand from their names and from the provisions."""

from __future__ import annotations

from datetime import date

import pytest

from comity.audit.sharing.check import check_sharing
from comity.audit.sharing.declarations import Register, key_of
from comity.audit.sharing.partners import Partner
from comity.audit.sharing.requesters import requester_of
from comity.decide import Law

HERE, ELSEWHERE = "in_state_agency", "out_of_state_law_enforcement"

CLASSES = [
    ("Greenville County SC SD", "IL", "out of state", ELSEWHERE),
    ("Minnehaha County SD SO", "IL", "out of state", ELSEWHERE),
    ("Sioux Falls SD PD", "SD", "in state", HERE),
    ("ADAMS CO SO", "IL", "unknown", None),
    ("Arapahoe County CO SO", "CO", "in state", HERE),
    ("Aurora CO PD", "CO", "in state", HERE),
    ("CSX Railroad PD", "IL", "private", None),
    ("BNSF Railway Police", "IL", "private", None),
    ("Amtrak Police", "IL", "private", None),
    ("ALPINE APARTMENT HOMES LLC (GA)", "CA", "private", "private_party"),
    ("Navajo Nation Police", "AZ", "unknown", None),
    ("Seminole Tribe FL PD", "FL", "unknown", None),
    ("Muckleshoot Tribal PD WA", "WA", "unknown", None),
    ("Pueblo CO PD", "IL", "out of state", ELSEWHERE),
    ("Indian River County FL SO", "FL", "in state", HERE),
    ("Indiana University PD", "IL", "unknown", None),
    ("Northwestern University IL PD", "IL", "in state", None),
    ("Illinois State University IL PD", "IL", "in state", HERE),
    ("Illinois State University PD", "IL", "in state", HERE),
    ("University of Illinois PD", "IL", "in state", HERE),
    ("University of Illinois PD", "WI", "out of state", ELSEWHERE),
    ("University of North FL PD", "FL", "in state", HERE),
    ("University of South Florida FL PD", "FL", "in state", HERE),
    ("University of Southern California CA PD", "CA", "in state", None),
    ("University of Pennsylvania PA PD", "PA", "in state", None),
    ("AL - Troy University - Insight", "IL", "out of state", None),
    ("Washington University PD (MO)", "MO", "in state", None),
    ("Stanford University CA PD", "CA", "in state", None),
    ("Plano ISD TX PD", "TX", "in state", HERE),
    ("Cook County IL SO", "IL", "in state", HERE),
    ("Cook County GA SO", "IL", "out of state", ELSEWHERE),
    ("Cook County SO", "IL", "unknown", None),
    ("Springfield PD", "IL", "unknown", None),
    ("Springfield MO PD", "IL", "out of state", ELSEWHERE),
    ("Springfield IL PD", "IL", "in state", HERE),
    ("Kansas City Task Force", "KS", "unknown", None),
    ("Kansas City MO PD", "KS", "out of state", ELSEWHERE),
    ("Delaware OH PD", "DE", "out of state", ELSEWHERE),
    ("Washington IL PD", "WA", "out of state", ELSEWHERE),
    ("Washington County Drug Task Force", "WA", "unknown", None),
    ("Virginia Beach VA PD", "VA", "in state", HERE),
    ("West Virginia State Police", "VA", "out of state", ELSEWHERE),
    ("Virginia State Police", "VA", "in state", HERE),
    ("Alabama Drug Enforcement Task Force Region G", "AL", "in state", None),
    ("Alabama Drug Enforcement Task Force Region G", "FL", "out of state", None),
    ("Florida Office of Agriculture Law Enforcement", "FL", "in state", HERE),
    ("Missouri Information Analysis Center", "IL", "out of state", None),
    ("Texas Financial Crimes Intelligence Center", "IL", "out of state", ELSEWHERE),
    ("Georgia Southwestern State University Campus PD", "FL", "out of state", ELSEWHERE),
    ("TN ROCIC", "TN", "unknown", None),
    ("ROCIC TN", "IL", "unknown", None),
    ("Gulf Coast HIDTA LA", "LA", "unknown", None),
    ("MOCIC", "IL", "unknown", None),
    ("Arkansas DHS PD (AR)", "IL", "out of state", ELSEWHERE),
    ("FBI (TX)", "TX", "federal", "fbi"),
    ("FBI Safe Streets Task Force IL", "IL", "federal", "fbi"),
    ("[Federal] ICE", "IL", "federal", "ice"),
    ("Hines VA Medical Center Police IL", "IL", "federal", "other_federal"),
    ("Fairfax VA Police", "IL", "out of state", ELSEWHERE),
    ("Harris County Const TX Pct 4", "IL", "out of state", ELSEWHERE),
    ("Peachtree Corners GA Marshal's Office", "IL", "out of state", ELSEWHERE),
    ("US Marshals Great Lakes Regional Fugitive Task Force", "IL", "federal", "us_marshals"),
    ("Chicago PD [Inactive]", "IL", "unknown", None),
    ("Metropolitan Police Department (DC)", "IL", "out of state", ELSEWHERE),
    ("[Federal] DHS", "IL", "federal", "dhs"),
    ("US DHS Federal Protective Service", "IL", "federal", "dhs"),
    ("Indiana State Police", "IL", "out of state", ELSEWHERE),
    ("Illinois State Police", "IL", "in state", HERE),
    ("Illinois Secretary of State Police IL", "IL", "in state", HERE),
    ("Cherokee County GA DA", "IL", "out of state", None),
    ("Town of Hildebran (NC)", "NC", "in state", None),
    ("Cook County State's Attorney IL", "IL", "in state", HERE),
    ("Metropolitan Enforcement Group IL", "IL", "in state", None),
    ("GA - Macon PD", "IL", "out of state", ELSEWHERE),
    ("Ancient City Capital", "FL", "unknown", None),
    ("Customs and Border Protection", "IL", "federal", "cbp"),
    ("Bureau of Alcohol, Tobacco, Firearms and Explosives", "IL", "federal", "atf"),
    ("Marshals Service of Gary IN", "IL", "out of state", ELSEWHERE),
    ("New Jersey Office of Homeland Security and Preparedness NJ", "IL", "out of state", ELSEWHERE),
    ("Zero PD GA", "IL", "out of state", ELSEWHERE),
]
"""Name, home state, class, and the fact `requester` (None: the name does not tell it)."""


@pytest.mark.parametrize(("name", "home", "kind", "fact"), CLASSES)
def test_classes(name: str, home: str, kind: str, fact: str | None) -> None:
    found = requester_of(name, home)
    assert (found.kind, found.fact) == (kind, (fact,) if fact else None), found.why


IL, WA, CA = "us/il/local/police", "us/wa/local/police", "us/ca/local/police"
NO_REGISTER, NEVER = "no register", "never"
STATUS = {"P": "prohibited", "U": "unregulated", "D": "depends"}

ANSWERS = [
    (IL, "2021-08-01", "[Federal] ICE", NO_REGISTER, "UUUUU"),
    (IL, "2021-08-02", "[Federal] ICE", NO_REGISTER, "PUUPD"),
    (IL, "2023-12-31", "Jesup GA PD", NO_REGISTER, "..UU."),
    (IL, "2024-01-01", "Jesup GA PD", NEVER, "PPPPP"),
    (IL, "2024-01-01", "Jesup GA PD", "2023-12-31", "PPUPD"),
    (IL, "2024-01-01", "Jesup GA PD", "2024-01-01", "PPUPD"),
    (IL, "2024-01-01", "Jesup GA PD", "2024-01-02", "PPPPP"),
    (IL, "2026-06-01", "Jesup GA PD", "2020-05-01", "PPUPD"),
    (IL, "2025-01-21", "Jesup GA PD", NO_REGISTER, "PPDPD"),
    (IL, "2025-01-21", "Peoria IL PD", NEVER, "PPUPD"),
    (IL, "2025-01-21", "[Federal] FBI", NEVER, "P.UUD"),
    (IL, "2025-01-21", "[Federal] Homeland Security Investigations", NEVER, "PUUPD"),
    (IL, "2025-01-21", "Navajo Nation Police", NEVER, "PDDDD"),
    (IL, "2025-01-21", "BNSF Railway Police", NEVER, "PDDDD"),
    (IL, "2025-01-21", "MOCIC", NEVER, "PDDDD"),
    (IL, "2025-01-21", "Northwestern University IL PD", NEVER, "PDDDD"),
    (IL, "2025-01-21", "Springfield MO PD", NEVER, "PPPPP"),
    (IL, "2025-01-21", "Springfield IL PD", NEVER, "PPUPD"),
    (IL, "2025-01-21", "Springfield PD", NEVER, "PDDDD"),
    (IL, "2025-01-21", "ALPINE APARTMENT HOMES LLC (GA)", NEVER, ".UUU."),
    (WA, "2026-03-29", "Jesup GA PD", NO_REGISTER, "..UU."),
    (WA, "2026-03-30", "Jesup GA PD", NO_REGISTER, "PPPPP"),
    (WA, "2026-03-30", "Jesup GA PD", "2026-01-01", "PPPPP"),
    (WA, "2026-06-01", "Spokane WA PD", NO_REGISTER, "PPUPD"),
    (WA, "2026-06-01", "Muckleshoot Tribal PD WA", NO_REGISTER, "PPDPD"),
    (WA, "2026-06-01", "University of Washington WA PD", NO_REGISTER, "PPUPD"),
    (WA, "2026-06-01", "Seattle University WA PD", NO_REGISTER, "PPDPD"),
    (WA, "2026-06-01", "[Federal] FBI", NO_REGISTER, "PPPPP"),
    (WA, "2025-06-01", "[Federal] ICE", NO_REGISTER, "PUUPD"),
    (WA, "2026-06-01", "MOCIC", NO_REGISTER, "PPDPD"),
    (WA, "2026-06-01", "CSX Railroad PD", NO_REGISTER, "PPDPD"),
    (WA, "2026-06-01", "Washington IL PD", NO_REGISTER, "PPPPP"),
    (CA, "2015-12-31", "Pasadena TX PD", NO_REGISTER, "UUUUU"),
    (CA, "2016-01-01", "Pasadena TX PD", NO_REGISTER, "PPPPP"),
    (CA, "2025-06-01", "Pasadena CA PD", NO_REGISTER, "PDDDD"),
    (CA, "2017-06-01", "Pasadena CA PD", NO_REGISTER, "UUUUU"),
    (CA, "2025-06-01", "[Federal] DEA", NO_REGISTER, "PPPPP"),
    (CA, "2025-06-01", "Stanford University CA PD", NO_REGISTER, "P.DDD"),
    (CA, "2025-06-01", "Navajo Nation Police", NO_REGISTER, "P.DDD"),
    (CA, "2025-06-01", "BNSF Railway Police", NO_REGISTER, "P.DDD"),
    (CA, "2025-06-01", "ALPINE APARTMENT HOMES LLC (GA)", NO_REGISTER, "PPPPP"),
    (CA, "2025-06-01", "California PA PD", NO_REGISTER, "PPPPP"),
]
"""Agency, day, partner, its declaration, and the answers for civil immigration, an immigration crime, another crime,
protected health care, and a purpose not told (`.`: left open here).

Illinois: 625 ILCS 5/2-130 from 2024-01-01, (b) for agencies of states and their places, (c) for those of other states
until they declare; 5 ILCS 805/15(h)(4) for immigration agents and whatever they investigate but crime, from 2021-08-02.
Washington: SSB 6002 (2026), sec. 5, from 2026-03-30, for all but agencies of the State and its places; sec. 3(3); RCW
10.93.160(5) before. California: Civ. Code 1798.90.55(b) from 2016-01-01, likewise; Gov. Code 7284.6(a)(1)(D) from
2018-01-04, which leaves local rules to be asked about.
"""


@pytest.mark.parametrize(("agency", "day", "name", "declared", "answers"), ANSWERS)
def test_answers(law: Law, agency: str, day: str, name: str, declared: str, answers: str) -> None:
    known = {} if declared in (NO_REGISTER, NEVER) else {key_of(name): date.fromisoformat(declared)}
    register = None if declared == NO_REGISTER else Register("declarations.csv", known, {})
    report = check_sharing(law, agency, date.fromisoformat(day), (Partner(name, True, True),), "list", register)
    told = [answer.status for answer in report.partners[0].answers]
    assert all(want == "." or status == STATUS[want] for want, status in zip(answers, told, strict=True)), told


@pytest.mark.parametrize(
    "name", ["Navajo Nation Police", "BNSF Railway Police", "MOCIC", "Northwestern University IL PD"]
)
def test_whom_no_name_tells_may_be_who_the_law_forbids(law: Law, name: str) -> None:
    """An unknown requester makes no answer look better: what the law says of another state's agency stays possible."""
    report = check_sharing(law, IL, date(2025, 1, 21), (Partner(name, True, True),), "list")
    other = report.partners[0].answers[2]
    assert "prohibited" in other.possible
    assert any("Who asks" in question for question in other.missing)
