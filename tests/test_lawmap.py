"""One situation put to every place: the rows are those of `Law.decide`, in order of place, and none is left out."""

import json
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from comity.cli import main
from comity.decide import Law
from comity.errors import RequestError
from comity.lawmap import NO_LAW, LawMap, MapRow, agencies_asked, law_map, place_name
from comity.words import STATUS_MARK
from tests.documented import run

DETAINER = {"instruments": ["i247a"], "in_custody": "yes"}
WITH_WARRANT = {
    "instruments": ["i247a", "i200"],
    "in_custody": "yes",
    "requester": ["ice_ero"],
    "release_due_at": "2025-06-02T09:00",
    "paper_facially_complete": "yes",
    "proof_of_us_citizenship": "no",
    "proof_of_lawful_status": "no",
}


@cache
def law() -> Law:
    return Law.load()


@cache
def holds() -> LawMap:
    return law_map(law(), on="2025-06-01", actions=["hold"], facts=DETAINER)


def row_of(found: LawMap, agency: str) -> MapRow:
    return next(row for row in found.rows if row.agency == agency)


@pytest.mark.parametrize(
    ("agency", "status", "cite"),
    [
        ("us/il/local/jail", "prohibited", "5 ILCS 805/15(a)"),
        ("us/il/cook-county/sheriff", "prohibited", "5 ILCS 805/15(a)"),
        ("us/il/chicago/police", "prohibited", "MCC 2-173-020(a)(1)(C)"),
        ("us/ca/local/jail", "prohibited", "Cal. Gov. Code 7284.6(a)(1)(B)"),
        ("us/wa/local/jail", "prohibited", "RCW 10.93.160(8)"),
    ],
)
def test_a_detainer_alone_is_not_held_on_where_the_law_restricts(agency: str, status: str, cite: str) -> None:
    (cell,) = row_of(holds(), agency).cells
    assert (cell.action, cell.status, cell.missing) == ("hold", status, ())
    assert cite in cell.cites


def test_in_texas_a_hold_depends_on_the_requester_proof_of_status_and_time() -> None:
    # Art. 2A.060 requires it where ICE asks and no proof of citizenship or status was shown; 8 CFR 287.7(d) ends it.
    (cell,) = row_of(holds(), "us/tx/local/jail").cells
    assert (cell.status, set(cell.possible)) == ("depends", {"required", "permitted", "prohibited"})
    assert set(cell.missing) == {"release_due_at", "requester", "proof_of_us_citizenship", "proof_of_lawful_status"}
    assert any("2A.060(a)(1)" in cite for cite in cell.possibly)
    assert cell.disputes == ("City of El Cenizo v. Texas, 890 F.3d 164",)


def test_in_florida_a_detainer_without_a_warrant_is_not_required_to_be_honoured() -> None:
    # F.S. 908.105(1)(c) requires it only with a warrant; what is left turns on the 48 hours of the federal rule.
    (cell,) = row_of(holds(), "us/fl/local/jail").cells
    assert (cell.status, set(cell.possible), cell.missing) == (
        "depends",
        {"permitted", "prohibited"},
        ("release_due_at",),
    )


@pytest.mark.parametrize(
    ("agency", "status", "cite"),
    [
        ("us/fl/local/jail", "required", "F.S. 908.105(1)(c); Form I-247A"),
        ("us/tx/local/jail", "required", "Tex. Code Crim. Proc. art. 2A.060(a)(1) (former art. 2.251(a)(1))"),
        ("us/il/local/jail", "prohibited", "5 ILCS 805/15(a)"),
    ],
)
def test_requiring_and_restricting_states_stand_side_by_side(agency: str, status: str, cite: str) -> None:
    found = law_map(law(), on="2025-06-02T10:00", actions=["hold"], facts=WITH_WARRANT)
    (cell,) = row_of(found, agency).cells
    assert cell.status == status
    assert cite in cell.cites
    assert found.on == "2025-06-02T10:00:00"


def test_every_cell_is_what_the_law_decides() -> None:
    found = law_map(law(), on="2025-06-01", actions=["hold", "notify_release"], facts=DETAINER)
    for row in found.rows:
        decision = law().decide(
            agency=row.agency, on="2025-06-01", actions=["hold", "notify_release"], facts=dict(DETAINER)
        )
        assert [(cell.action, cell.status, cell.missing) for cell in row.cells] == [
            (finding.action, finding.status, finding.missing) for finding in decision.findings
        ]
        for cell, finding in zip(row.cells, decision.findings, strict=True):
            assert set(cell.cites) == {note.cite for note in finding.because}
            assert set(cell.cites) | set(cell.possibly) == {note.cite for note in (*finding.because, *finding.possibly)}
            assert set(cell.disputes) == {dispute.cite for dispute in finding.disputes}


def test_every_place_with_an_agency_has_a_row_or_is_named_as_without() -> None:
    with_agencies = {place.id for place in law().library.jurisdictions.values() if place.agencies}
    shown = {row.place for row in holds().rows}
    assert shown | set(holds().without) == with_agencies
    assert not shown & set(holds().without)
    names = [row.name.casefold() for row in holds().rows]
    assert names == sorted(names)


def test_custody_is_asked_first_and_a_kind_where_it_is_named() -> None:
    places = law().library.jurisdictions
    chicago, clark = places["us/il/chicago"], places["us/nv/clark-county"]
    assert [each.id for each in agencies_asked(law().library, chicago)] == ["us/il/chicago/police"]
    jails = ["us/nv/clark-county/metropolitan-police", "us/nv/clark-county/las-vegas-jail"]
    assert [each.id for each in agencies_asked(law().library, clark)] == jails
    assert [each.id for each in agencies_asked(law().library, places["us/il/local"])] == ["us/il/local/jail"]
    assert {each.id for each in agencies_asked(law().library, places["us/wa/local"])} == {
        "us/wa/local/jail",
        "us/wa/local/county-corrections",
    }
    found = law_map(law(), on="2025-06-01", actions=["hold"], facts=DETAINER, kind="police", within="us/il")
    assert [row.agency for row in found.rows] == [
        "us/il/chicago/police", "us/il/evanston/police", "us/il/local/police",
    ]  # fmt: skip
    assert "us/il/cook-county" in found.without


def test_a_place_stands_under_its_state() -> None:
    places = law().library.jurisdictions
    named = {each: place_name(law().library, places[each]) for each in ("us/il", "us/il/chicago", "us/il/local")}
    assert named == {"us/il": "Illinois", "us/il/chicago": "Illinois: Chicago", "us/il/local": "Illinois: local"}


def test_a_reading_that_is_not_of_the_text_is_marked() -> None:
    # The Clark County decision of 2019 was read in reports; the Illinois act in its text.
    (clark,) = row_of(holds(), "us/nv/clark-county/metropolitan-police").cells
    (illinois,) = row_of(holds(), "us/il/local/jail").cells
    assert clark.not_text == ("Decision of 2019-10-22",)
    assert illinois.not_text == ()


def test_a_day_before_any_law_fails_no_row() -> None:
    found = law_map(law(), on="1940-06-01", actions=["hold"], facts=DETAINER)
    assert found.rows
    assert {(row.undecided, row.cells) for row in found.rows} == {(NO_LAW, ())}


def test_a_day_before_the_law_of_the_state_says_that_only_the_countrys_law_answers() -> None:
    # RCW 10.93.160 began on 2019-05-21.
    before = law_map(law(), on="2005-06-01", actions=["hold"], facts=DETAINER, within="us/wa")
    assert {(row.own_law, row.undecided) for row in before.rows} == {(False, "")}
    after = law_map(law(), on="2025-06-01", actions=["hold"], facts=DETAINER, within="us/wa")
    assert {row.own_law for row in after.rows} == {True}


def test_one_fact_told_several_times_is_answered_for_each() -> None:
    found = law_map(
        law(), on="2025-06-01", actions=["disclose_information"], within="us/il/chicago",
        facts={"information": ["court_dates", "home_address"]},
    )  # fmt: skip
    (row,) = found.rows
    assert [cell.given for cell in row.cells] == [{"information": "court_dates"}, {"information": "home_address"}]


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        ({"actions": ["hodl"]}, "unknown_action", '"hold"'),
        ({"facts": {"in_custdy": "yes"}}, "unknown_fact", '"in_custody"'),
        ({"kind": "polise"}, "unknown_kind", '"police"'),
        ({"within": "us/ill"}, "unknown_path", '"us/il"'),
        ({"on": "June"}, "bad_date", "2025-01-21"),
        ({"kind": "prison", "within": "us/il/chicago"}, "no_agency", "no place"),
    ],
)
def test_what_is_not_known_is_an_error_with_the_nearest_word(
    arguments: dict[str, object], code: str, word: str
) -> None:
    asked: dict[str, object] = {"on": "2025-06-01", "actions": ["hold"], "facts": DETAINER, **arguments}
    with pytest.raises(RequestError) as raised:
        law_map(law(), **asked)  # type: ignore[arg-type]  # pyright: ignore
    assert raised.value.code == code
    assert word in raised.value.message


def test_facts_that_contradict_one_another_are_an_error_not_a_row() -> None:
    impossible = law().vocabulary.impossible
    told = {name: sorted(values)[0] for name, values in impossible[0].parts.items()}
    facts = {name: [value] if law().vocabulary.facts[name].kind == "set_of" else value for name, value in told.items()}
    with pytest.raises(RequestError) as raised:
        law_map(law(), on="2025-06-01", actions=["hold"], facts=facts)
    assert raised.value.code == "impossible"


def test_the_command_prints_the_agency_asked_the_status_and_the_marks() -> None:
    told = "--on 2025-06-01 instruments=i247a in_custody=yes"
    printed = run(f"comity law us/il --compare hold --compare agree_287g {told}")
    assert "Agency asked: jail, else sheriff, else police." in printed
    assert "us/il/chicago/police" in printed
    assert "prohibited: must not ‡" in printed
    assert "5 ILCS 805/15(a)" in printed
    texas = run(f"comity law us/tx --compare hold {told}")
    assert "depends: required, prohibited or permitted ‡†" in texas
    assert "turns on release_due_at" in texas
    assert NO_LAW in run("comity law us/tx --compare hold --on 1940-06-01")


def test_the_command_tells_programs_the_same_and_takes_a_first_fact_for_a_fact() -> None:
    told = json.loads(run("comity law --compare hold --kind police --on 2025-06-01 --json instruments=i247a"))
    assert told["facts"] == {"instruments": ["i247a"]}
    assert told["kind"] == "police"
    assert {"us/il/chicago/police", "us/tx/local/police"} <= {row["agency"] for row in told["rows"]}


def test_the_command_refuses_a_kind_without_a_comparison_and_an_unknown_word() -> None:
    assert "did you mean" in run("comity law --compare hodl --on 2025-06-01")
    assert run("comity law --compare hodl >/dev/null 2>&1; echo $?") == "2\n"
    assert "--kind: has no meaning without --compare" in run("comity law --kind police")


def test_what_has_no_meaning_beside_a_comparison_is_refused() -> None:
    assert "--search: has no meaning beside --compare" in run("comity law --compare hold --search warrant")


class TestPage:
    def test_the_map_as_a_page_names_every_place_and_answer(self, tmp_path: Path) -> None:
        out = tmp_path / "map.html"
        told = ["--compare", "hold", "--on", "2025-06-01", "--given", "instruments=i247a", "--given", "in_custody=yes"]
        done = CliRunner().invoke(main, ["law", *told, "-o", str(out)])
        assert done.exit_code == 0
        page = out.read_text("utf-8")
        assert "<script" not in page
        assert "Texas: local" in page
        assert "prohibited: must not" in page
        assert "5 ILCS 805/15(a)" in page

    def test_the_map_as_a_picture_says_in_words_what_its_colours_say(self, tmp_path: Path) -> None:
        told = ["us/il", "--compare", "hold", "--on", "2025-06-01", "in_custody=yes", "instruments=i247a"]
        out = tmp_path / "map.svg"
        assert CliRunner().invoke(main, ["law", *told, "-o", str(out)]).exit_code == 0
        picture = ElementTree.fromstring(out.read_text("utf-8"))
        name = "{http://www.w3.org/2000/svg}"
        [words] = picture.findall(f"{name}desc")
        rows = json.loads(CliRunner().invoke(main, ["law", *told, "--json"]).output)["rows"]
        cells = picture.findall(f"{name}g")
        assert len(cells) == sum(len(row["cells"]) for row in rows) > 3
        for row in rows:
            assert f"{row['name']} ({row['agency_name']}): hold: {STATUS_MARK[row['cells'][0]['status']]}" in str(
                words.text
            )
        shown = [text.text for text in picture.iter(f"{name}text")]
        assert "Told: in custody: yes; papers shown: form I-247A." in shown
        assert "Illinois: Chicago" in shown

    def test_facts_given_are_told_as_facts_after_the_path(self) -> None:
        asked = ["law", "us/il", "--compare", "hold", "--on", "2025-06-01", "--json"]
        given = CliRunner().invoke(main, [*asked, "--given", "instruments=i247a", "in_custody=yes"])
        told = CliRunner().invoke(main, [*asked, "in_custody=yes", "instruments=i247a"])
        assert given.exit_code == told.exit_code == 0
        assert json.loads(given.output)["rows"] == json.loads(told.output)["rows"]

    def test_a_map_is_no_pdf(self) -> None:
        done = CliRunner().invoke(main, ["law", "--compare", "hold", "--on", "2025-06-01", "-o", "map.pdf"])
        assert done.exit_code == 2
