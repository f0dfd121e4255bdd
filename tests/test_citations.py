"""Offences named by their code sections: on a statutory list, off it, barred, and what names no one offence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner

from comity import lawbook
from comity.cli import main
from comity.decide import Law
from comity.errors import RequestError
from comity.findings import Decision
from comity.interview import Prompt, read_answer
from comity.lawpages import FactLine
from comity.request import parse_facts
from comity.telling import as_told, facts_from
from comity.vocabulary import Tree

# Cal. Gov. Code 7282.5(a): a felony of the list within 15 years opens an answer on release; (a)(6) bars some.
JAIL = "us/ca/local/jail"
CONVICTION = {
    "serious_or_violent_felony": False, "state_prison_felony": False, "federal_aggravated_felony": False,
    "of_listed_kind": False, "proposition_47": False, "grade": "felony", "judgment_on": "2010-06-01",
}  # fmt: skip
FACTS = {
    "instruments": [], "requester": ["ice_ero"], "unsolicited": False, "purpose": "civil_immigration",
    "in_custody": True, "open_to_public": False, "charges": [],
    "on_sex_or_arson_registry": False, "federal_felony_warrant_named": False,
    "local_rule_forbids": False,
}  # fmt: skip


@dataclass
class Asked:
    law: Law

    def conviction(self, offence: object, **told: object) -> Decision:
        facts = {**FACTS, "convictions": [{**CONVICTION, "offence": offence, **told}]}
        return self.law.decide(agency=JAIL, on="2018-06-01", actions=["notify_release"], facts=facts)

    def refused(self, offence: str) -> RequestError:
        with pytest.raises(RequestError) as caught:
            self.conviction(offence)
        assert caught.value.at == "facts.convictions[0].offence"
        return caught.value


@pytest.fixture(scope="module")
def asked() -> Asked:
    return Asked(Law.load())


@pytest.fixture(scope="module")
def offences(asked: Asked) -> Tree:
    return cast(Tree, asked.law.vocabulary.facts["arrested_for"].tree)


def test_every_citation_of_the_vocabulary_names_its_one_offence(asked: Asked, offences: Tree) -> None:
    assert len(offences.citations) > 300
    for name, citation in offences.citations.items():
        for told in (citation, citation.upper(), f"  {citation.replace(' ', '  ')} ", citation.replace(",", "")):
            by_citation = parse_facts(asked.law.vocabulary, {"arrested_for": [told]})
            assert by_citation == parse_facts(asked.law.vocabulary, {"arrested_for": [name]}), told


@pytest.mark.parametrize("told", ["Cal. Penal Code 245", "cal. penal code § 245", "Cal Penal Code §245"])
def test_a_section_on_the_list_is_answered_as_the_offence_it_names(asked: Asked, told: str) -> None:
    by_citation, by_name = asked.conviction(told), asked.conviction("ca_pen_245")
    assert [finding.status for finding in by_citation.findings] == ["permitted"]
    assert by_citation.findings == by_name.findings
    assert by_citation.facts["convictions"] != by_name.facts["convictions"], "facts are kept as they were told"


def test_a_section_off_the_list_opens_nothing(asked: Asked) -> None:
    """New York's second-degree assault is on New York City's list, not on California's."""
    finding = asked.conviction("N.Y. Penal Law 120.05").findings[0]
    assert (finding.status, finding.missing) == ("prohibited", ())


def test_the_bar_of_proposition_47_holds_for_a_section_on_the_list(asked: Asked) -> None:
    """Forgery, Penal Code 470, was among the crimes that Proposition 47 made misdemeanors below an amount."""
    assert asked.conviction("Cal. Penal Code 470").findings[0].status == "permitted"
    barred = asked.conviction("Cal. Penal Code 470", proposition_47=True, grade="misdemeanor").findings[0]
    assert barred.status == "prohibited"
    assert "us/ca/trust-act#a-6-notify" in [norm.norm for norm in barred.because]


def test_sections_are_told_in_part_like_names(asked: Asked) -> None:
    either = {"one_of": ["Cal. Penal Code 245", "Cal. Penal Code 459"]}
    assert asked.conviction(either).findings[0].status == "permitted"
    assert (
        asked.conviction({"one_of": ["Cal. Penal Code 245", "N.Y. Penal Law 120.05"]}).findings[0].status != "permitted"
    )


def test_a_citation_that_stands_for_several_offences_is_refused(asked: Asked) -> None:
    error = asked.refused("N.C.G.S. ch. 14, art. 8")
    assert error.code == "ambiguous_value"
    assert 'nc_article_8_felony ("N.C.G.S. ch. 14, art. 8 (felony)")' in error.message
    assert "nc_article_8_a1" in error.message
    assert "and 16 more" in asked.refused("D.C. Code 23-1331(4)").message


@pytest.mark.parametrize(
    ("told", "near"),
    [
        ("Penal Code 245", "Cal. Penal Code 245"),
        ("245", "Cal. Penal Code 245"),
        ("Cal. Penal Code § 245(a)(1)", "Cal. Penal Code 245"),
        ("Cal. Penal Code 602", "Cal. Penal Code 601"),
        ("Cal. Penal Code 261", "Cal. Penal Code 261(a)(2), (6)"),
        ("Penal Law 120.04-a(4)", "N.Y. Penal Law 120.04-a(4)"),
    ],
)
def test_what_no_record_cites_names_the_nearest(asked: Asked, told: str, near: str) -> None:
    error = asked.refused(told)
    assert error.code == "unknown_value"
    assert f'no statutory list has the value "{told}" for offence' in error.message
    assert f'(did you mean "{near}"?)' in error.message


def test_a_misspelt_name_is_no_citation(asked: Asked) -> None:
    assert asked.refused("burgalry").message == 'unknown value "burgalry" for offence (did you mean "burglary"?)'
    assert asked.refused("ca_pen_2455").message.startswith('unknown value "ca_pen_2455" for offence (did you')


def test_a_citation_with_a_comma_goes_through_the_command_line(asked: Asked) -> None:
    vocabulary = asked.law.vocabulary
    convictions = {"convictions": [{"offence": "Cal. Penal Code 261(a)(2), (6)", "grade": "felony"}]}
    shown = [f"{name}={as_told(value)}" for name, value in convictions.items()]
    assert shown == ["convictions=offence=Cal. Penal Code 261(a)(2) (6);grade=felony"]
    assert parse_facts(vocabulary, facts_from(shown, vocabulary)) == parse_facts(vocabulary, convictions)


def test_an_interview_takes_a_citation(asked: Asked) -> None:
    fact = asked.law.vocabulary.facts["arrested_for"]
    prompt = Prompt(fact.name, fact.ask, "", fact.kind, (), many=True)
    told = read_answer(prompt, "Cal. Penal Code 245,dui,...", fact)
    assert told == {"at_least": ["Cal. Penal Code 245", "dui"]}
    with pytest.raises(RequestError, match="did you mean"):
        read_answer(prompt, "Penal Code 245", fact)


def test_a_receipt_with_a_citation_replays_byte_for_byte(tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.json"
    told = "convictions=offence=Cal. Penal Code 245;grade=felony"
    decided = comity(
        "decide", JAIL, "--on", "2018-06-01", "--action", "notify_release", told, "--receipt", str(receipt)
    )
    assert "Cal. Penal Code 245" in receipt.read_text("utf-8"), decided
    assert comity("decide", "--replay", str(receipt)).startswith("The same, byte for byte")


def comity(*words: str) -> str:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == 0, result.output
    return result.output


def test_the_book_shows_the_list_that_an_agency_s_law_tests(asked: Asked) -> None:
    lines = facts_told(asked, JAIL)
    assert lines["convictions"].lists.keys() == {"ca_7282_5_list"}
    assert lines["convictions"].lists["ca_7282_5_list"]["ca_veh_20001_c"] == "Cal. Veh. Code 20001(c)"
    assert lines["in_custody"].lists == {}
    assert all(line.lists == {} for line in facts_told(asked, "us/il/local/jail").values())
    assert "On the statutory list ca_7282_5_list" in comity("law", "--facts", JAIL)


def facts_told(asked: Asked, agency: str) -> dict[str, FactLine]:
    return {line.fact: line for line in lawbook.facts_told(asked.law.library, asked.law.agency(agency))}


@pytest.mark.parametrize("words", ["245", "Penal Code § 245", "penal 245"])
def test_the_book_finds_offences_by_citation(asked: Asked, words: str) -> None:
    hits = {hit.id: hit for hit in lawbook.search(asked.law.library, words) if hit.kind == "offence"}
    assert {"ca_pen_245", "ca_pen_245_2", "ca_pen_245_6_d"} <= hits.keys()
    assert hits["ca_pen_245"].cite == "Cal. Penal Code 245"
    assert hits["ca_pen_245"].text == "an offence on ca_7282_5_list > ca_assault"
    assert "ca_pen_459" not in hits
