"""What is owed on either side: duties that begin, end or change, as their provisions say it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from comity.cli import main
from comity.compare.diff import Diff
from comity.compare.ledger import norms_at_hand
from comity.compare.owed import Owed, owed
from comity.compare.sides import Side
from comity.decide import Law
from comity.norms import AtOnce, By, Norm

CORRECTION, CA_POLICE = "us/ny/new-york-city/correction", "us/ca/local/police"


@pytest.fixture(scope="module")
def law() -> Law:
    return Law.load()


def between(law: Law, before: Side, after: Side) -> Owed:
    actions = law.vocabulary.asked_actions()
    sides = (list(norms_at_hand(law, side, actions).values()) for side in (before, after))
    return owed(law, *sides)


def test_a_duty_that_a_later_text_quickens_changes_in_its_deadline_alone(law: Law) -> None:
    """AB 917 cut the time to answer a request for certification from 90 days to 30, and from 14 days to 7."""
    found = between(law, Side(CA_POLICE, date(2019, 6, 1)), Side(CA_POLICE, date(2020, 6, 1)))
    assert (found.before, found.after) == ((), ())
    assert [change.differs for change in found.changed] == [("due",), ("due",)]
    assert [(change.before.due[:14], change.after.due[:13]) for change in found.changed] == [
        ("within 90 days", "within 30 day"),
        ("within 14 days", "within 7 days"),
    ]


def test_a_report_of_a_later_text_changes_in_its_day_and_its_fields(law: Law) -> None:
    """The report of NYC Admin. Code 9-131(f): by 30 September under Local Law 22 of 2013, by 15 October since 2014."""
    found = between(law, Side(CORRECTION, date(2014, 1, 1)), Side(CORRECTION, date(2015, 1, 1)))
    [change] = found.changed
    assert change.differs == ("due", "contents")
    assert "30 September" in change.before.due
    assert "15 October" in change.after.due
    assert set(change.before.contents) - set(change.after.contents)


def test_a_duty_that_begins_says_to_whom_by_when_and_with_which_fields(law: Law) -> None:
    """5 ILCS 805/25: by 1 March each year, to the Attorney General."""
    jail = "us/il/local/jail"
    found = between(law, Side(jail, date(2018, 1, 1)), Side(jail, date(2023, 1, 1)))
    [report] = [duty for duty in found.after if duty.cite == "5 ILCS 805/25"]
    assert report.actions == ("report",)
    assert report.owed_to == "us/il/attorney-general"
    assert "1 March" in report.due
    assert "date_received" in report.contents
    assert report.cite not in {duty.cite for duty in found.before}


def test_the_same_law_owes_the_same(law: Law) -> None:
    side = Side("us/il/chicago/police", date(2022, 1, 1))
    found = between(law, side, side)
    assert (found.before, found.after, found.changed) == ((), (), ())
    assert found.both > 10


def duty(name: str, instrument: str, **terms: object) -> Norm:
    fields = {
        "id": f"{instrument}#{name}",
        "instrument": instrument,
        "cite": name,
        "modality": "requires",
        "intervals": (),
        "says": name,
        "evidence": "text",
        "source": "",
        "read": date(2026, 1, 1),
        "line": 1,
        "actions": ("report",),
    }
    return Norm(**{**fields, **terms})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class TestWhichDutiesAreOne:
    def test_the_same_terms_are_one_duty_whatever_the_norm(self, law: Law) -> None:
        found = owed(law, [duty("old", "us/aa/act")], [duty("new", "us/aa/code", line=7)])
        assert found == Owed((), (), (), 1)

    def test_editions_of_an_instrument_go_before_other_instruments(self, law: Law) -> None:
        left = [duty("a", "us/aa/act@v2012", owed_to="the council")]
        right = [
            duty("b", "us/aa/other", owed_to="the mayor"),
            duty("c", "us/aa/act@v2020", owed_to="the council", due=By(date(2027, 1, 1))),
        ]
        found = owed(law, left, right)
        [change] = found.changed
        assert (change.before.cite, change.after.cite, change.differs) == ("a", "c", ("due",))
        assert [each.cite for each in found.after] == ["b"]

    def test_duties_of_several_instruments_are_matched_only_where_no_other_could_be_meant(self, law: Law) -> None:
        one, two, three = (
            duty(name, f"us/{name}/act", owed_to=f"the council of {name}", due=AtOnce()) for name in ("aa", "bb", "cc")
        )
        assert len(owed(law, [one], [two]).changed) == 1
        found = owed(law, [one], [two, three])
        assert found.changed == ()
        assert (len(found.before), len(found.after)) == (1, 2)

    def test_other_acts_are_another_duty(self, law: Law) -> None:
        found = owed(law, [duty("a", "us/aa/act")], [duty("a", "us/aa/act", id="x#b", actions=("train_staff",))])
        assert (len(found.before), len(found.after), found.changed) == (1, 1, ())


class TestCommand:
    def run(self, *arguments: str) -> str:
        done = CliRunner().invoke(main, ["diff", *arguments])
        assert done.exit_code == 0, done.output
        return done.output

    def test_people_are_told_what_is_owed_before_the_answers(self) -> None:
        output = " ".join(self.run(CA_POLICE, "--between", "2019-06-01", "2020-06-01").split())
        assert "Owed on both sides, but otherwise: 2." in output
        assert "due: 1 June 2019: within 90 days of received; 1 June 2020: within 30 days of received" in output
        assert output.index("What differs in the law itself") < output.index("What is owed")

    def test_nothing_is_said_where_all_is_owed_alike(self) -> None:
        assert "What is owed" not in self.run("us/tx/local/jail", "--between", "2015-01-01", "2015-02-01")

    def test_programs_get_the_terms(self) -> None:
        told = msgspec.json.decode(self.run(CORRECTION, "--between", "2014-01-01", "2015-01-01", "--json"), type=Diff)
        [change] = told.duties.changed
        assert change.differs == ("due", "contents")

    def test_the_page_and_markdown_say_the_same(self, tmp_path: Path) -> None:
        page = tmp_path / "diff.html"
        asked = ("us/il/local/jail", "us/tx/local/jail", "--on", "2025-06-01")
        markdown = self.run(*asked, "--markdown")
        self.run(*asked, "-o", str(page))
        for text in (markdown, page.read_text("utf-8")):
            assert "What is owed" in text
            assert "Owed only us/il/local/jail" in text
            assert "to: us/il/attorney-general" in text
