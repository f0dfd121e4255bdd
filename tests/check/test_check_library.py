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
        "us",
        "us/al",
        "us/al/local",
        "us/ar",
        "us/ar/local",
        "us/az",
        "us/az/local",
        "us/ca",
        "us/ca/local",
        "us/ca/los-angeles",
        "us/ca/los-angeles-county",
        "us/ca/san-diego-county",
        "us/ca/san-francisco",
        "us/co",
        "us/co/denver",
        "us/co/local",
        "us/ct",
        "us/ct/local",
        "us/dc",
        "us/de",
        "us/de/camden",
        "us/de/local",
        "us/fl",
        "us/fl/local",
        "us/fl/miami-dade",
        "us/ga",
        "us/ga/local",
        "us/hi",
        "us/hi/local",
        "us/ia",
        "us/ia/local",
        "us/id",
        "us/id/local",
        "us/il",
        "us/il/chicago",
        "us/il/cook-county",
        "us/il/evanston",
        "us/in",
        "us/in/local",
        "us/ks",
        "us/ks/local",
        "us/la",
        "us/la/orleans-parish",
        "us/ma",
        "us/ma/local",
        "us/md",
        "us/md/local",
        "us/me",
        "us/me/local",
        "us/me/wells",
        "us/mn",
        "us/mn/cass-county",
        "us/mn/crow-wing-county",
        "us/mn/freeborn-county",
        "us/mn/international-falls",
        "us/mn/isle",
        "us/mn/itasca-county",
        "us/mn/jackson-county",
        "us/mn/kandiyohi-county",
        "us/mn/local",
        "us/mn/mille-lacs-county",
        "us/mn/nobles-county",
        "us/mn/sherburne-county",
        "us/mo",
        "us/mo/local",
        "us/ms",
        "us/ms/local",
        "us/mt",
        "us/mt/local",
        "us/nc",
        "us/nc/local",
        "us/nh",
        "us/nh/local",
        "us/nj",
        "us/nj/local",
        "us/nm",
        "us/nm/curry-county",
        "us/nm/local",
        "us/nm/torrance-county",
        "us/nv",
        "us/nv/clark-county",
        "us/nv/local",
        "us/ny",
        "us/ny/broome-county",
        "us/ny/local",
        "us/ny/madison-county",
        "us/ny/nassau-county",
        "us/ny/new-york-city",
        "us/ny/otsego-county",
        "us/ny/rensselaer-county",
        "us/ok",
        "us/ok/local",
        "us/or",
        "us/pa",
        "us/pa/local",
        "us/pa/philadelphia",
        "us/ri",
        "us/ri/local",
        "us/sc",
        "us/sc/local",
        "us/tn",
        "us/tn/local",
        "us/tx",
        "us/tx/local",
        "us/ut",
        "us/ut/local",
        "us/va",
        "us/va/local",
        "us/vt",
        "us/vt/local",
        "us/wa",
        "us/wa/local",
        "us/wi",
        "us/wi/local",
        "us/wi/milwaukee",
        "us/wi/milwaukee-county",
        "us/wv",
        "us/wv/local",
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
