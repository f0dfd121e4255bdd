"""The command's modes: review holders, triage reasons, measure, check a sharing list."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from comity.cli import main

DETAINERS = "prepare_date,detainer_type,facility,state,city,lift_reason\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["audit", *arguments])


@pytest.fixture
def detainers(tmp_path: Path) -> Path:
    path = tmp_path / "detainers.csv"
    place = "2015-01-21,I247N - Immigration Advisal - Request for Notification,{},ILLINOIS,SPRINGFIELD,\n"
    names = ["SANGAMMON COUNTY JAIL", "SANGAMMON COUNTY JAIL", "SANGAMON COUNTY JAIL", "=cmd"]
    path.write_text(DETAINERS + "".join(place.format(name) for name in names), encoding="utf-8")
    return path


@pytest.fixture
def searches(tmp_path: Path) -> Path:
    path = tmp_path / "searches.csv"
    reasons = ["ICE+ERO", "theft", "HSI", "HSI", "25-123456", ""]
    lines = "".join(f"{place},u,2025-07-0{place} 10:00:00,12,{reason}\n" for place, reason in enumerate(reasons, 1))
    path.write_text("id,userId,searchDate,cameraCount,reason\n" + lines, encoding="utf-8")
    return path


def test_review_there_and_back(detainers: Path, tmp_path: Path) -> None:
    agencies = tmp_path / "agencies.csv"
    first = run(str(detainers), "--review", str(agencies), "--json")
    assert first.exit_code == 0, first.output
    assert json.loads(first.stdout)["to_decide"] == 2
    with agencies.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert lines[0]["name"] == "SANGAMMON COUNTY JAIL"
    assert lines[0]["rows"] == "2"
    lines[0] |= {"decision": "accept", "decided_on": "2026-11-29"}
    with agencies.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, list(lines[0]))
        rows.writeheader()
        rows.writerows(lines)
    again = json.loads(run(str(detainers), "--review", str(agencies), "--json").stdout)
    assert (again["accepted"], again["to_decide"]) == (1, 1)
    assert again["by_match"]["accepted by a person"] == 1


def test_an_error_in_the_reviewed_file_names_its_line_and_changes_nothing(detainers: Path, tmp_path: Path) -> None:
    agencies = tmp_path / "agencies.csv"
    run(str(detainers), "--review", str(agencies))
    broken = agencies.read_text(encoding="utf-8").replace(",,,\n", ",perhaps,,\n", 1)
    agencies.write_text(broken, encoding="utf-8")
    found = run(str(detainers), "--review", str(agencies))
    assert found.exit_code == 2
    assert 'agencies.csv:2: decision "perhaps"' in found.stderr
    assert agencies.read_text(encoding="utf-8") == broken


def test_reasons(searches: Path, tmp_path: Path) -> None:
    found = run(str(searches), "--reasons", str(tmp_path / "reasons.csv"), "--json")
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout)
    assert told["by_class"] == {
        "states civil immigration": [1, 1], "states a crime": [1, 1], "unclear: ask": [2, 1],
        "case number only": [1, 1], "empty": [1, 1],
    }  # fmt: skip
    assert told["flagged"] == 2
    assert "ero" not in found.stdout.lower().replace("numero", "")


def test_reasons_are_not_published(searches: Path, tmp_path: Path) -> None:
    found = run(str(searches), "--reasons", str(tmp_path / "reasons.csv"), "--public")
    assert found.exit_code == 2
    assert "personal data" in found.stderr
    assert not (tmp_path / "reasons.csv").exists()


def test_measure() -> None:
    told = json.loads(run("--measure-triage", "--json").stdout)
    assert [half["half"] for half in told["halves"]] == ["development", "test"]
    assert "precision" in run("--measure-triage").stdout


def test_sharing(tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text("organization\nJesup GA PD\nPeoria IL PD\n", encoding="utf-8")
    arguments = ["--sharing", str(listed), "--place", "us/il/local/police", "--on", "2025-01-21"]
    told = json.loads(run(*arguments, "--json").stdout)
    assert told["counts"] == {"federal": 0, "out of state": 1, "in state": 1, "private": 0, "unknown": 0}
    shown = run(*arguments, "--out", str(tmp_path / "out"))
    assert "1 out of state, 1 in state" in shown.stdout
    assert sorted(entry.name for entry in (tmp_path / "out").iterdir()) == [
        "partners.csv", "sharing.html", "sharing.json",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--review", "agencies.csv"], "name the log to read"),
        (["--sharing", "none.csv", "--place", "us/il/local/police"], "none.csv"),
        (["--sharing", "none.csv", "--place", "us/il/local/polise"], 'did you mean "us/il/local/police"'),
        (["--sharing", "none.csv", "--place", "us/il/local/police", "--on", "soon"], '"soon" is not a date'),
        (["none.csv", "--reasons", "r.csv"], "none.csv"),
        (
            ["log.csv", "--place", "us/il", "--reasons", "r.csv", "--out", "o"],
            "r.csv: there is no such file of verdicts",
        ),
    ],
)
def test_bad_input(arguments: list[str], says: str) -> None:
    found = run(*arguments)
    assert found.exit_code == 2
    assert says in found.stderr


def test_a_network_audit_is_decided_with_register_and_verdicts(tmp_path: Path) -> None:
    log = tmp_path / "network.csv"
    log.write_text(
        "ID,Org Name,Total Networks Searched,Reason,Search Time\n"
        '1,Jesup GA PD,12,HSI,"01/21/2025, 03:00:00 PM UTC"\n2,Macon GA PD,12,theft,"01/21/2025, 04:00:00 PM UTC"\n',
        encoding="utf-8",
    )
    register = tmp_path / "declarations.csv"
    register.write_text("organisation,received_on,document,note\nJesup GA PD,2024-05-01,,\n", encoding="utf-8")
    reasons = tmp_path / "reasons.csv"
    assert run(str(log), "--reasons", str(reasons)).exit_code == 0
    reasons.write_text(
        reasons.read_text(encoding="utf-8").replace(",1,,,\n", ",1,states a crime,2026-11-29,\n"), encoding="utf-8"
    )
    common = [str(log), "--place", "us/il", "--agency", "us/il/local/police", "--zone", "America/Chicago"]
    without = run(*common, "--out", str(tmp_path / "without"))
    assert without.exit_code == 0, without.output
    assert "declaration_on" in without.stdout
    known = ["--declarations", str(register), "--reasons", str(reasons)]
    found = run(*common, *known, "--out", str(tmp_path / "with"))
    assert found.exit_code == 0, found.output
    assert "declaration_on" not in found.stdout
    assert "2 rows of us/il decided" in found.stdout
    html = (tmp_path / "with" / "report.html").read_text(encoding="utf-8")
    assert "declaration_on=never" in html
    assert "9999-12-31" not in html


def test_an_organisation_that_tells_its_state_is_placed(tmp_path: Path) -> None:
    log = tmp_path / "own.csv"
    log.write_text(
        "ID,Org Name,Total Networks Searched,Reason,Search Time\n"
        '1,Okaloosa County FL SO,1,theft,"11/02/2025, 03:00:00 PM UTC"\n'
        '2,Okaloosa County FL SO,1,,"11/03/2025, 03:00:00 PM UTC"\n',
        encoding="utf-8",
    )
    found = run(str(log), "--place", "us/fl", "--out", str(tmp_path / "out"))
    assert found.exit_code == 0, found.output
    assert "2 rows of us/fl decided" in found.stdout
    away = run(str(log), "--place", "us/il", "--out", str(tmp_path / "away"))
    assert "2 apart: another state" in away.stdout


ARRESTS = "apprehension_date,apprehension_method,landmark,place_raw\n"


def arrests(folder: Path, *places: str) -> Path:
    path = folder / "arrests.csv"
    lines = "".join(f'2023-03-02,CAP Local Incarceration,GRANT CO. JAIL,"{place}"\n' for place in places)
    path.write_text(ARRESTS + lines, encoding="utf-8")
    return path


def apart_of(log: Path, folder: Path, *options: str) -> dict[str, int]:
    """The rows set apart, by reason."""
    found = run(str(log), "--out", str(folder), "--json", *options)
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)["rows"]["apart"]


def test_a_state_that_is_given_is_that_of_rows_that_tell_none(tmp_path: Path) -> None:
    """There is a Grant County in Washington, in Oregon, and in others."""
    log = arrests(tmp_path, "EPHRATA, WA", "CANYON CITY, OREGON", "")
    assert apart_of(log, tmp_path / "plain") == {"no place recorded": 1}
    assert apart_of(log, tmp_path / "given", "--state", "WA") == {}
    assert apart_of(log, tmp_path / "wa", "--state", "WA", "--place", "us/wa") == {"another state": 1}


@pytest.mark.parametrize("way", ["option", "mapping"])
def test_what_was_accepted_under_a_given_state_is_used_under_it(way: str, tmp_path: Path) -> None:
    log, agencies, mapping = tmp_path / "log.csv", tmp_path / "agencies.csv", tmp_path / "mapping.yaml"
    log.write_text("day,jail\n2023-03-02,SANGAMMON COUNTY JAIL\n", encoding="utf-8")
    state = "" if way == "option" else ", in_state: ILLINOIS"
    mapping.write_text(
        f"layout: own\ncolumns: {{day: {{}}, jail: {{}}}}\nday: {{column: day}}\nholder: {{name: jail{state}}}\n"
        "kinds: [{name: hold, when: {jail: {told: yes}}, asks: [hold]}]\n"
        "outcome: {every: {name: none, head: none, says: Nothing is recorded.}}\n",
        encoding="utf-8",
    )
    options = (str(log), "--map", str(mapping), *(("--state", "ILLINOIS") if way == "option" else ()))
    reviewed = run(*options, "--review", str(agencies))
    assert reviewed.exit_code == 0, reviewed.output
    with agencies.open(encoding="utf-8", newline="") as file:
        (line,) = csv.DictReader(file)
    assert (line["state"], line["agency"]) == ("ILLINOIS", "us/il/local/jail")
    line |= {"decision": "accept", "decided_on": "2026-11-29"}
    with agencies.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, list(line))
        rows.writeheader()
        rows.writerow(line)
    found = run(*options, "--agencies", str(agencies), "--out", str(tmp_path / "out"), "--json")
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["rows"]["decided"] == 1


@pytest.mark.parametrize(
    ("agency", "hint"),
    [
        ("us/il/sangamon/sheriff", 'its agencies are decided as "us/il/local/sheriff"'),
        ("us/il/local/jial", 'did you mean "us/il/local/jail"?'),
        ("us/il/chicago/polise", 'did you mean "us/il/chicago/police"?'),
        ("us/il/cook-conty/sheriff", 'did you mean "us/il/cook-county/sheriff"?'),
    ],
)
def test_an_agency_that_no_law_file_has(agency: str, hint: str) -> None:
    """A town or county of whose own law nothing is encoded is no misspelling of another that has some."""
    error = CliRunner().invoke(main, ["decide", agency, "--on", "2025-01-21", "--action", "hold"])
    assert (error.exit_code, hint in error.stderr) == (2, True), error.stderr
