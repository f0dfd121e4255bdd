"""A sharing list under the law: partners classed by name, answers of the law alone, papers that would settle them."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from comity.audit.sharing.check import (
    PURPOSES,
    STANDING,
    Answer,
    SharingReport,
    alike,
    check_sharing,
    groups_of,
    heading_of,
    settling_words,
)
from comity.audit.sharing.declarations import read_declarations
from comity.audit.sharing.partners import Partner, read_partners
from comity.audit.sharing.requesters import requester_of
from comity.audit.sharing.write import page, write_report
from comity.cli import main
from comity.decide import Law
from comity.errors import ComityError

LIST = Path(__file__).parents[4] / "shared" / "data" / "flock_sharing_list_okaloosa_fl.csv"
IL, WA, CA, FL = "us/il/local/police", "us/wa/local/police", "us/ca/local/police", "us/fl/local/jail"
CIVIL, CRIME, OTHER, HEALTH, NOT_TOLD = (purpose.name for purpose in PURPOSES)
DECLARATION = "a written declaration, received on or before the day"
ORDER = "a court order that commands this agency"


def checked(law: Law, agency: str, day: str, organisation: str, register: Path | None = None) -> dict[str, Answer]:
    known = read_declarations(register) if register else None
    report = check_sharing(law, agency, date.fromisoformat(day), (Partner(organisation, True, True),), "list", known)
    return {answer.purpose: answer for answer in report.partners[0].answers}


@pytest.mark.parametrize(
    ("name", "home", "kind", "fact"),
    [
        ("Hanover Park IL PD", "IL", "in state", ("in_state_agency",)),
        ("Hanover Park IL PD", "FL", "out of state", ("out_of_state_law_enforcement",)),
        ("Jesup PD (GA)", "IL", "out of state", ("out_of_state_law_enforcement",)),
        ("AL - Daphne PD", "IL", "out of state", ("out_of_state_law_enforcement",)),
        ("[Federal] Homeland Security Investigations", "IL", "federal", ("ice_hsi",)),
        ("US Border Patrol [Inactive]", "CA", "federal", ("border_patrol",)),
        ("[Federal] Federal Bureau of Investigation (FBI)", "CA", "federal", ("fbi",)),
        ("(Federal) US Postal Inspection Service", "CA", "federal", ("other_federal",)),
        ("[Federal] Something Else", "CA", "federal", ("federal",)),
        ("ALPINE APARTMENT HOMES LLC (GA)", "CA", "private", ("private_party",)),
        ("TN ROCIC", "IL", "unknown", None),
        ("Ancient City Capital", "FL", "unknown", None),
        ("Town of Hildebran (NC)", "IL", "out of state", None),
        ("Pasadena TX PD", "CA", "out of state", ("out_of_state_law_enforcement",)),
        # Marshals of cities, counties and wards, as lists of partners and of agreements name them.
        ("Peachtree Corners GA Marshal's Office", "IL", "out of state", ("out_of_state_law_enforcement",)),
        ("Ward 5 LA Marshal's Office", "IL", "out of state", ("out_of_state_law_enforcement",)),
        ("New Berlin TX Marshal's Office", "TX", "in state", ("in_state_agency",)),
        ("Louisiana Office of the State Fire Marshal", "IL", "out of state", ("out_of_state_law_enforcement",)),
        ("Marshall County AL SO", "IL", "out of state", ("out_of_state_law_enforcement",)),
        ("U.S. Marshals Service", "IL", "federal", ("us_marshals",)),
        ("United States Marshals - Gulf Coast", "IL", "federal", ("us_marshals",)),
        ("Maryland Alcohol, Tobacco and Cannabis Commission", "IL", "unknown", None),
        ("Bureau of Alcohol, Tobacco, Firearms and Explosives", "IL", "federal", ("atf",)),
        ("Ice Harbor WA PD", "IL", "out of state", ("out_of_state_law_enforcement",)),
    ],
)
def test_classes_by_name(name: str, home: str, kind: str, fact: tuple[str, ...] | None) -> None:
    found = requester_of(name, home)
    assert (found.kind, found.fact) == (kind, fact)


def test_illinois_needs_a_declaration_of_another_state(law: Law) -> None:
    """625 ILCS 5/2-130(c): none is shared with another state's agency until it has declared in writing."""
    answers = checked(law, IL, "2025-01-21", "Jesup GA PD")
    assert answers[OTHER].status == "depends"
    assert answers[OTHER].possibly == ("625 ILCS 5/2-130(c)",)
    assert any("declaration" in question for question in answers[OTHER].missing)
    assert (DECLARATION, "unregulated") in answers[OTHER].settled_by
    assert answers[CIVIL].status == "prohibited"
    assert "625 ILCS 5/2-130(b)(2)" in answers[CIVIL].because
    assert answers[HEALTH].because == ("625 ILCS 5/2-130(b)(1)",)


@pytest.mark.parametrize(
    ("received", "status"),
    [("2025-01-20", "unregulated"), ("2025-01-21", "unregulated"), ("2025-01-22", "prohibited"), (None, "prohibited")],
)
def test_a_declaration_counts_from_its_day(law: Law, tmp_path: Path, received: str | None, status: str) -> None:
    register = tmp_path / "declarations.csv"
    line = f"Jesup PD (GA) (Flex),{received},letter,\n" if received else "Macon PD (GA),2024-01-01,letter,\n"
    register.write_text(f"organisation,received_on,document,note\n{line}", encoding="utf-8")
    answers = checked(law, IL, "2025-01-21", "Jesup GA PD", register)
    assert answers[OTHER].status == status
    if status == "prohibited":
        assert answers[OTHER].because == ("625 ILCS 5/2-130(c)",)


def test_a_declaration_is_told_as_what_it_is(law: Law, tmp_path: Path) -> None:
    """Later than the day asked about, of nobody on the list, or none: each is said."""
    register = tmp_path / "declarations.csv"
    lines = ["Jesup PD (GA),2025-01-21,,", "Macon GA PD,2025-01-22,,", "Gary IL PD,2024-01-01,,"]
    register.write_text("\n".join(["organisation,received_on,document,note", *lines]), encoding="utf-8")
    partners = tuple(Partner(name, True, True) for name in ("Jesup GA PD", "Macon GA PD", "Gary IN PD"))
    report = check_sharing(law, IL, date(2025, 1, 21), partners, "list", read_declarations(register))
    assert [partner.declared for partner in report.partners] == ["yes", "later", "no"]
    assert report.declared_by_others == ("Gary IL PD",)
    assert "Gary IL PD" in page(report).decode()


def test_the_day_before_the_illinois_section(law: Law) -> None:
    assert checked(law, IL, "2023-12-31", "Jesup GA PD")[OTHER].status == "unregulated"


def test_washington_shares_within_the_state_alone(law: Law) -> None:
    """SSB 6002 (2026), sec. 5: nobody but another authorised agency of Washington, except as a court requires."""
    away = checked(law, WA, "2026-06-01", "Jesup GA PD")
    assert away[OTHER].status == "prohibited"
    assert away[OTHER].settled_by == ((ORDER, "required"),)
    home = checked(law, WA, "2026-06-01", "Spokane WA PD")
    assert home[OTHER].status == "unregulated"
    assert home[CIVIL].status == "prohibited"
    assert checked(law, WA, "2026-03-29", "Jesup GA PD")[OTHER].status != "prohibited"


def test_california_shares_with_no_federal_agency(law: Law) -> None:
    """Cal. Civ. Code 1798.90.55(b), whatever the purpose."""
    answers = checked(law, CA, "2025-06-01", "[Federal] Federal Bureau of Investigation")
    assert {answer.status for answer in answers.values()} == {"prohibited"}
    assert all("Cal. Civ. Code 1798.90.55(b), 1798.90.5(f)" in answer.because for answer in answers.values())


def test_an_unknown_partner_stays_unknown(law: Law) -> None:
    answers = checked(law, IL, "2025-01-21", "TN ROCIC")
    assert answers[OTHER].status == "depends"
    assert any("Who asks" in question for question in answers[OTHER].missing)


@pytest.mark.parametrize("agency", [IL, WA, CA, FL, "us/il/chicago/police"])
def test_every_answer_is_the_laws_own(law: Law, agency: str) -> None:
    partners = tuple(Partner(name, None, None) for name in ("Jesup GA PD", "TN ROCIC", "[Federal] DEA", "Peoria IL PD"))
    report = check_sharing(law, agency, date(2026, 6, 1), partners, "list")
    for partner in report.partners:
        fact = requester_of(partner.organisation, agency.split("/")[1].upper()).fact
        for purpose, answer in zip(PURPOSES, partner.answers, strict=True):
            facts: dict[str, object] = {**STANDING, **purpose.facts}
            if fact is not None:
                facts["requester"] = list(fact)
            decision = law.decide(agency=agency, on="2026-06-01", actions=["share_alpr"], facts=facts)
            assert answer.status == decision.finding("share_alpr").status


def sample(law: Law) -> SharingReport:
    partners = (Partner("<script>alert(1)</script> GA PD", True, None), Partner("=cmd TX PD", False, True))
    return check_sharing(law, IL, date(2025, 1, 21), partners, "list.csv")


def test_files(law: Law, tmp_path: Path) -> None:
    report = sample(law)
    write_report(tmp_path / "out", report)
    with (tmp_path / "out" / "partners.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == len(report.partners) * len(PURPOSES)
    assert {line["organisation"] for line in lines} == {"<script>alert(1)</script> GA PD", "'=cmd TX PD"}
    told = json.loads((tmp_path / "out" / "sharing.json").read_bytes())
    assert told["counts"]["out of state"] == 2
    with pytest.raises(ComityError, match="already"):
        write_report(tmp_path / "out", report)
    write_report(tmp_path / "out", report, force=True)


def test_the_page_needs_nothing_and_runs_nothing(law: Law) -> None:
    html = page(sample(law)).decode()
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "http://" not in html
    assert "src=" not in html
    assert '<th scope="row">' in html
    assert "<caption>" in html
    assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html


def test_the_page_tells_what_a_group_has_in_common_once(law: Law) -> None:
    names = (
        "Jesup GA PD",
        "Macon GA PD",
        "Town of Hildebran (NC)",
        "Peoria IL PD",
        *(f"Gary {at} IN PD" for at in range(30)),
    )
    report = check_sharing(law, IL, date(2025, 1, 21), tuple(Partner(name, True, None) for name in names), "list.csv")
    html = page(report).decode()
    headings = [
        "out of state, declaration not known: 32 organisations",
        "in state, declaration not known: 1 organisation",
        "out of state, who asks not told by the name, declaration not known: 1 organisation",
    ]
    assert [heading_of(group) for group in groups_of(report)] == headings
    assert all(f'<h2 id="group-{at}">{heading}</h2>' in html for at, heading in enumerate(headings, 1))
    assert html.count('<td data-head="answer">') == len(headings) * len(PURPOSES)
    assert html.count("<details open>") == 2, "a long list is folded up"
    assert "<summary>Jesup GA PD and 31 more</summary>" in html, "each says which it folds up"
    assert all(name in html for name in names)


def test_the_same_twice_is_the_same(law: Law, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_report(tmp_path / name, sample(law))
    for file in ("partners.csv", "sharing.html", "sharing.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_neutral_words(law: Law) -> None:
    html = page(sample(law)).decode().lower()
    assert "violation" not in html
    assert "illegal" not in html.replace("illegal alien", "")


def test_the_released_list(law: Law) -> None:
    if not LIST.exists():
        pytest.skip("the released list is not beside the checkout")
    partners = read_partners(LIST)
    assert len(partners) == 857, "858 lines, one organisation twice"
    report = check_sharing(law, FL, date(2025, 12, 1), partners, LIST.name)
    assert sum(report.counts.values()) == 857
    assert report.lines == 858
    assert "857 organisations on 858 lines" in page(report).decode()
    assert report.counts["federal"] == 4
    assert report.counts["unknown"] <= 10
    assert report.counts["in state"] >= 190
    assert any(partner.we_share for partner in partners)
    assert any(partner.they_share and not partner.we_share for partner in partners)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("page,who\n1,A\n", "no column of organisations"),
        ("organization\n\n", "names no organisation|no rows|empty"),
    ],
)
def test_lists_that_are_something_else(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ComityError, match=says):
        read_partners(path)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Jesup GA PD,yesterday,,", ':2: received_on "yesterday" is no date'),
        ("Jesup GA PD,,,", ":2: received_on is empty"),
        (",2025-01-01,,", ":2: no organisation"),
        ("Jesup GA PD,2025-01-01", ":2: 4 cells are wanted"),
    ],
)
def test_registers_with_errors_name_the_line(tmp_path: Path, line: str, says: str) -> None:
    path = tmp_path / "declarations.csv"
    path.write_text(f"organisation,received_on,document,note\n{line}\n", encoding="utf-8")
    with pytest.raises(ComityError) as error:
        read_declarations(path)
    assert says in str(error.value)


def test_an_agency_of_no_state(law: Law) -> None:
    with pytest.raises(ComityError, match="unknown agency"):
        check_sharing(law, "us/xx/police", date(2025, 1, 1), (), "list")


def test_the_terminal_tells_with_how_many_the_agency_shares(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(
        "organization,networks_shared_with_us,networks_us_shares\nJesup\033[31m PD (GA),a,b\nPeoria IL PD,a,\n",
        encoding="utf-8",
    )
    args = ["audit", "--sharing", str(tmp_path / "list.csv"), "--place", FL, "--on", "2025-12-01"]
    output = " ".join(CliRunner().invoke(main, args).output.split())
    assert "shares with 1 of them" in output
    # A name from the list moves no cursor and sets no colour.
    assert "Jesup�[31m PD (GA)" in output


def test_every_answer_says_what_would_settle_it_or_why_nothing_would(law: Law) -> None:
    checks = checked(law, IL, "2025-01-21", "[Federal] FBI")
    assert settling_words(checks[OTHER]) == ("no encoded law speaks",)
    assert settling_words(checks[CIVIL]) == (f"{ORDER}: required",)
    for agency in (IL, WA, CA, FL):
        for answer in checked(law, agency, "2026-06-01", "MOCIC").values():
            assert all(settling_words(answer))


def test_a_sharing_list_given_as_a_log_is_told_its_option(tmp_path: Path) -> None:
    path = tmp_path / "partners.csv"
    path.write_text("page,organization,networks_shared_with_aa,networks_aa_shares\n1,Peoria IL PD,x,\n", "utf-8")
    result = CliRunner().invoke(main, ["audit", str(path), "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert "is a list of sharing partners, and no log: comity audit --sharing FILE --place AGENCY" in result.stderr


def test_a_sharing_list_is_checked_for_an_agency_not_a_place(tmp_path: Path) -> None:
    path = tmp_path / "partners.csv"
    path.write_text("organization\nPeoria IL PD\n", "utf-8")
    result = CliRunner().invoke(main, ["audit", "--sharing", str(path)])
    assert result.exit_code == 2
    assert "--place: a list is checked for the agency that shares" in result.stderr


def test_purposes_answered_alike_are_told_as_one(law: Law) -> None:
    """Under Illinois law a federal searcher is told the same for three purposes; under Florida's for all."""
    federal = alike(list(checked(law, IL, "2025-01-21", "[Federal] FBI").values()))
    assert [answer.purpose for answer in federal] == [CIVIL, f"{CRIME}; {OTHER}; {HEALTH}", NOT_TOLD]
    [florida] = alike(list(checked(law, FL, "2025-12-01", "AL - Andalusia PD").values()))
    assert (florida.purpose, florida.status) == ("any purpose, told or not", "unregulated")
