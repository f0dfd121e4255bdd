"""The command beside each ruling: run as it stands, it says what the ruling says."""

from __future__ import annotations

import json
import shlex
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser

from comity.audit.opening import Opening
from comity.audit.results.summary import Summary
from comity.audit.run import audit_log
from comity.cli import main
from comity.decide import Law
from tests.audit.conftest import REAL
from tests.audit.results.test_audit_report_page import open_page

REQUESTS = """\
received,custody,paper,due,grade,out
2019-03-04,Y,I-247A,2019-03-05 14:00,felony,kept
2019-03-04,N,none,2019-03-02 09:30,,let go
2022-05-06,Y,"I-247A, warrant",,murder,
2022-05-06,,,2022-05-09,unclear,kept
"""

MAPPING = """\
layout: requests-with-everything
says: Requests made up for a test
columns: {received: {}, custody: {}, paper: {}, due: {}, grade: {}, out: {}}
day: {column: received}
holder: {agency: us/il/cook-county/sheriff}
facts: {requester: [dhs]}
tells:
  in_custody: {column: custody, values: {Y: yes, N: no}}
  release_due_at: {column: due}
  instruments:
    - {when: {paper: {is: [none]}}, is: []}
    - {when: {paper: {matches: warrant}}, is: [i247a, i200]}
    - {when: {paper: {matches: 'I-?247A'}}, is: {at_least: [i247a], not: [i247d]}}
  convictions:
    - {when: {grade: {is: [felony]}}, is: {at_least: [{grade: felony}]}}
    - {when: {grade: {is: [murder]}}, is: [{offence: murder, grade: felony_1}]}
    - {when: {grade: {empty: yes}}, is: []}
  other_lawful_ground:
    - {when: {grade: {is: [unclear]}}, is: {one_of: [yes, no]}}
kinds: [{name: request, asks: [hold, notify_release, transfer_custody]}]
outcome:
  column: out
  silent: {name: silent, head: silent, says: The record is silent.}
  classes: [{name: kept, head: kept, words: [kept], shows: {hold: done}, says: The person was kept.}]
  other: {name: other, head: other, says: Other words.}
"""


def run(command: str) -> dict[str, Any]:
    """What the program prints, as JSON."""
    [program, *words] = shlex.split(command)
    assert program == "comity"
    ran = CliRunner().invoke(main, [*words, "--json"], catch_exceptions=False)
    assert ran.exit_code == 0, f"{command}: {ran.output}"
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def check(summary: Summary, most: int = 12) -> None:
    """Each of some rulings, spread over them all, is what its command says."""
    assert summary.rulings
    assert all(each.command for each in summary.rulings)
    for each in summary.rulings[:: -(-len(summary.rulings) // most)]:
        [finding] = run(each.command)["findings"]
        ruling = each.ruling
        assert (finding["action"], finding["status"]) == (ruling.action, ruling.status), each.command
        assert tuple(note["norm"] for note in finding["because"]) == ruling.norms, each.command
        assert tuple(finding["missing"]) == ruling.missing, each.command


@pytest.fixture
def requests(tmp_path: Path) -> tuple[Path, Opening]:
    """A log whose columns tell days and times, records, and facts that are known in part."""
    log, mapping = tmp_path / "requests.csv", tmp_path / "mapping.yaml"
    log.write_text(REQUESTS)
    mapping.write_text(MAPPING)
    return log, Opening(mapping=mapping)


def test_of_every_form_of_facts(requests: tuple[Path, Opening], tmp_path: Path, law: Law) -> None:
    log, opening = requests
    summary = audit_log([str(log)], tmp_path / "out", law=law, opening=opening).summary
    check(summary)
    told = " ".join(each.command for each in summary.rulings)
    for words in ("release_due_at=2019-03-0", "instruments=i247a,...,-i247d", "convictions=none", "asked=hold,"):
        assert words in told


def test_under_the_law_of_another_day(requests: tuple[Path, Opening], tmp_path: Path, law: Law) -> None:
    """A command tells the day of the law as that of the act: where it then says otherwise, there is none."""
    log, opening = requests
    summary = audit_log([str(log)], tmp_path / "out", law=law, opening=opening, as_of=date(2025, 6, 1)).summary
    with_command = [each for each in summary.rulings if each.command]
    assert with_command
    for each in with_command:
        assert "--on 2025-06-01" in each.command
        assert run(each.command)["findings"][0]["status"] == each.ruling.status


def test_it_stands_on_the_page_and_in_the_summary(report: tuple[Path, Summary], browser: Browser) -> None:
    folder, summary = report
    check(summary)
    written = json.loads((folder / "summary.json").read_bytes())
    assert [each["command"] for each in written["rulings"]] == [each.command for each in summary.rulings]
    with open_page(browser, folder) as page:
        for each in summary.rulings:
            assert page.inner_text(f"#ruling-{each.ruling.ruling} pre") == each.command


def test_public_results_have_none(public_report: tuple[Path, Summary]) -> None:
    folder, summary = public_report
    assert summary.rulings
    assert all(each.command == "" for each in summary.rulings)
    assert "comity decide us/" not in (folder / "report.html").read_text()


@pytest.mark.parametrize(
    ("name", "place", "opening"),
    [
        ("detainers_us_fy2015ytd.parquet", "us", Opening()),
        ("flock_org_audit_okaloosa_fl_2025.parquet", "us/fl", Opening()),
        ("flock_search_eugene_or_2025.parquet", "us/or", Opening(agency="us/or/local/police")),
        ("agreements_287g_2021_2026.parquet", "us", Opening()),
    ],
)
def test_of_real_logs(name: str, place: str, opening: Opening, tmp_path: Path, law: Law) -> None:
    if not REAL.exists():
        pytest.skip("the real files are not at ../shared/data")
    log = REAL.with_name(name)
    check(audit_log([str(log)], tmp_path / "out", law=law, place=place, opening=opening).summary)
