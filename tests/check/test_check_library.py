"""The law that comes with the program: every finding is fixed or acknowledged, in every place."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

from click.testing import CliRunner
from smallworld import HEAD, ONE_NORM, small_law

from comity.check.report import check_law
from comity.check.values import CheckReport
from comity.cli import main
from comity.decide import Law
from comity.loading import law_folder, load_library


@cache
def report() -> CheckReport:
    return check_law(Law.load())


def test_every_finding_is_fixed_or_acknowledged() -> None:
    told = [
        f"{finding.finding} {', '.join(finding.norms) or finding.place}: {finding.says}"
        for finding in report().findings
        if finding.state == "open"
    ]
    assert told == []


def test_every_acknowledgement_fits_a_finding() -> None:
    assert [f"{unused.path}:{unused.line}: {unused.reason}" for unused in report().unused] == []


def test_all_that_can_be_looked_at_was() -> None:
    """Every agency of every place that has law, in every period; and every kind of finding was looked for."""
    law = Law.load()
    governed = [agency for agency in law.agencies if law.periods(agency)]
    assert report().agencies == len(governed)
    assert report().periods == sum(len(law.periods(agency)) for agency in governed)
    assert {"conflict", "gap", "exception", "permission", "no_deadline", "band", "dispute", "reading"} <= {
        finding.finding for finding in report().findings
    }


def test_a_conflict_that_nobody_acknowledged_is_shown_by_a_request(tmp_path: Path) -> None:
    """With the entry on court subpoenas taken to another norm, each conflict that it covered shows an example."""
    folder = tmp_path / "law"
    shutil.copytree(law_folder(), folder)
    file = folder / "us/judicial-process.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("norms: [subpoena]", "norms: [act]"), encoding="utf-8")
    law = Law(load_library(folder, cache=False))
    conflicts = [finding for finding in check_law(law, "us/wi").findings if finding.example is not None]
    assert len(conflicts) > 3
    for finding in conflicts:
        example = finding.example
        assert example is not None
        if not example.texts:
            decision = law.decide(agency=example.agency, on=example.on, actions=[example.action], facts=example.facts)
            assert decision.findings[0].status == "conflict", finding
            assert set(finding.norms) <= {note.norm for note in decision.findings[0].because}, finding


class TestCommand:
    def run(self, *arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["check", *arguments])
        return done.exit_code, done.output

    def test_a_clean_place_exits_0(self) -> None:
        code, output = self.run("us/wi/milwaukee-county", "--all", "--examples")
        assert code == 0
        assert "counsel decides" in output

    def test_an_open_finding_exits_1(self, tmp_path: Path) -> None:
        folder = small_law(tmp_path, act=HEAD + "norms:\n" + ONE_NORM + "}\n")
        done = CliRunner().invoke(main, ["--law", str(folder), "check"])
        assert done.exit_code == 1
        assert "Gaps: actions on which nothing speaks" in done.output

    def test_an_unknown_place_exits_2(self) -> None:
        code, output = self.run("us/ill")
        assert code == 2
        assert 'did you mean "us/il"?' in output

    def test_json(self) -> None:
        code, output = self.run("us/il/chicago", "--json")
        assert code == 0
        assert '"findings": [' in output
