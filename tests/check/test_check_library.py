"""The law that comes with the program: every finding is fixed or acknowledged, in every place but those listed."""

from __future__ import annotations

from functools import cache

from click.testing import CliRunner

from comity.check.report import check_law
from comity.check.values import CheckReport
from comity.cli import main
from comity.decide import Law

STILL_OPEN: frozenset[str] = frozenset(
    {
        "us/ca",
        "us/ca/local",
        "us/ca/los-angeles",
        "us/ca/los-angeles-county",
        "us/ca/san-diego-county",
        "us/ca/san-francisco",
        "us/il",
        "us/il/chicago",
        "us/il/cook-county",
        "us/il/kankakee-county",
        "us/il/local",
        "us/il/mchenry-county",
    }
)
"""Places with findings that nobody has fixed or acknowledged yet. A place leaves this list and never comes back."""


@cache
def report() -> CheckReport:
    return check_law(Law.load())


def test_every_finding_is_fixed_or_acknowledged() -> None:
    told = [
        f"{finding.finding} {', '.join(finding.norms) or finding.place}: {finding.says}"
        for finding in report().findings
        if finding.state == "open" and finding.place not in STILL_OPEN
    ]
    assert told == []


def test_the_places_still_open_are() -> None:
    assert {finding.place for finding in report().findings if finding.state == "open"} == STILL_OPEN


def test_every_acknowledgement_fits_a_finding() -> None:
    assert [f"{unused.path}:{unused.line}: {unused.reason}" for unused in report().unused] == []


def test_every_conflict_shown_is_one() -> None:
    law = Law.load()
    for finding in report().findings:
        example = finding.example
        if example is not None and not example.texts:
            decision = law.decide(agency=example.agency, on=example.on, actions=[example.action], facts=example.facts)
            assert decision.findings[0].status == "conflict", finding
            assert set(finding.norms) <= {note.norm for note in decision.findings[0].because}, finding


class TestCommand:
    def run(self, *arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["check", *arguments])
        return done.exit_code, done.output

    def test_a_clean_place_exits_0(self) -> None:
        code, output = self.run("us/wi/milwaukee-county", "--all")
        assert "agencies" in output
        assert code in (0, 1)

    def test_an_unknown_place_exits_2(self) -> None:
        code, output = self.run("us/ill")
        assert code == 2
        assert 'did you mean "us/il"?' in output

    def test_json(self) -> None:
        code, output = self.run("us/il/chicago", "--json")
        assert code in (0, 1)
        assert '"findings": [' in output
