"""A place's answers to standard situations through time: what they are, what changed them, and how it is drawn."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from comity.cli import main
from comity.decide import Law
from comity.errors import RequestError
from comity.timeline import Row, Timeline, standard_situations, timeline
from comity.timelinepicture import draw_timeline

LAST = date(2026, 11, 21)


@pytest.fixture(scope="module")
def law() -> Law:
    return Law.load()


@pytest.fixture(scope="module")
def chicago(law: Law) -> Timeline:
    return timeline(law, "us/il/chicago", LAST)


def row(told: Timeline, name: str) -> Row:
    return next(each for each in told.rows if each.situation == name)


def answers(told: Timeline, name: str) -> list[tuple[str, str]]:
    return [(span.start, span.status) for span in row(told, name).spans]


def test_there_are_ten_standard_situations_and_each_can_be_asked(law: Law) -> None:
    situations = standard_situations()
    assert len(situations) == 10
    for situation in situations:
        assert situation.action in law.vocabulary.asked_actions()
        assert set(situation.kinds) <= set(law.vocabulary.agency_kinds.leaves)


def test_in_chicago_the_ordinance_of_2012_ended_holds_on_a_detainer(chicago: Timeline) -> None:
    """MCC 2-173-042, passed on 12 September 2012; before it 8 CFR 287.7(d) permitted 48 hours."""
    assert answers(chicago, "hold_on_detainer") == [("2006-01-01", "permitted"), ("2012-09-12", "prohibited")]
    [turn] = row(chicago, "hold_on_detainer").turns
    assert [cause.title for cause in turn.causes] == ["Welcoming City Ordinance"]


def test_in_chicago_the_state_act_of_2017_ended_transfers(chicago: Timeline) -> None:
    [turn] = row(chicago, "transfer_on_administrative_warrant").turns
    assert (turn.on, turn.after) == ("2017-08-28", "prohibited")
    assert [(cause.title, cause.began) for cause in turn.causes] == [("Illinois TRUST Act", ("5 ILCS 805/15(a)",))]


def test_in_texas_holds_became_required_when_the_injunction_was_stayed(law: Law) -> None:
    """SB 4 of 2017: enjoined on 30 August, the stay of 25 September let the detainer article count."""
    told = timeline(law, "us/tx/local", LAST)
    assert answers(told, "hold_on_detainer") == [("2006-01-01", "permitted"), ("2017-09-25", "required")]
    [turn] = row(told, "hold_on_detainer").turns
    assert turn.causes


def test_an_uncertain_first_day_is_a_stretch_that_depends(chicago: Timeline) -> None:
    spans = row(chicago, "status_information").spans
    assert [(span.start, span.status) for span in spans] == [
        ("2006-01-01", "permitted"),
        ("2021-01-27", "depends"),
        ("2021-03-05", "prohibited"),
    ]
    assert spans[1].possible == ("prohibited", "permitted")


@pytest.mark.parametrize("place", ["us/il/chicago", "us/la/new-orleans", "us/ca/local"])
def test_each_stretch_is_answered_so_on_its_days(law: Law, place: str) -> None:
    """The last day of a stretch and the first of the next, asked anew."""
    situations = {each.name: each for each in standard_situations()}
    for each in timeline(law, place, LAST).rows:
        situation = situations[each.situation]
        assert [span.until for span in each.spans] == [*(span.start for span in each.spans[1:]), None]
        for span in each.spans:
            last = date.fromisoformat(span.until).toordinal() - 1 if span.until else LAST.toordinal()
            for day in {span.start, date.fromordinal(last).isoformat()}:
                facts = situation.facts | {name: f"{day}T{hour}" for name, hour in situation.times.items()}
                on = f"{day}T{situation.at}" if situation.at else day
                decision = law.decide(agency=each.agency, on=on, actions=[each.action], facts=facts)
                assert decision.findings[0].status == span.status


def test_a_place_without_such_an_agency_says_so(law: Law) -> None:
    told = timeline(law, "us/il/kankakee-county", LAST)
    assert any("non-public" in words for words in told.without)


def test_a_place_not_known_is_named_with_the_nearest(law: Law) -> None:
    with pytest.raises(RequestError, match="us/il/chicago"):
        timeline(law, "us/il/chicgo", LAST)


def test_the_picture_tells_every_answer_without_colour(chicago: Timeline) -> None:
    svg = draw_timeline(chicago)
    root = ElementTree.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    description = root.find(f"{space}desc")
    assert description is not None
    for each in chicago.rows:
        assert each.says in (description.text or "")
    for status in ("prohibited", "permitted"):
        bands = [each for each in root.iter(f"{space}g") if each.get("class") == status]
        assert bands
        assert all(any(path.get("class") == "hatch" for path in each.iter(f"{space}path")) for each in bands)
    words = [each.text for each in root.iter(f"{space}text")]
    assert words.count("prohibited") >= 9


class TestCommand:
    def run(self, *arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["law", *arguments])
        return done.exit_code, done.output

    @pytest.mark.parametrize("name", ["chicago.html", "chicago.svg"])
    def test_a_page_or_a_picture_is_complete_in_itself(self, tmp_path: Path, name: str) -> None:
        out = tmp_path / name
        code, _ = self.run("us/il/chicago", "--timeline", "--on", "2026-11-21", "-o", str(out))
        assert code == 0
        text = out.read_text("utf-8")
        assert "<svg" in text
        assert "<script" not in text
        assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")

    def test_json(self) -> None:
        code, output = self.run("us/il/chicago", "--timeline", "--on", "2026-11-21", "--json")
        assert code == 0
        assert len(json.loads(output)["rows"]) == 10

    def test_printed(self) -> None:
        code, output = self.run("us/il/chicago", "--timeline", "--on", "2026-11-21")
        assert code == 0
        assert "from 12 September 2012: prohibited" in output

    @pytest.mark.parametrize(
        "arguments",
        [
            ("--timeline",),
            ("us/il/chicgo", "--timeline"),
            ("us/il/chicago", "--timeline", "--on", "2005-01-01"),
            ("us/il/chicago", "--timeline", "-o", "chicago.pdf"),
            ("us/il/chicago", "--timeline", "in_custody=yes"),
        ],
    )
    def test_what_cannot_be_read_exits_2(self, arguments: tuple[str, ...]) -> None:
        code, output = self.run(*arguments)
        assert code == 2
        assert "Traceback" not in output
