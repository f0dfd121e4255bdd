"""What a command would not read is refused in one line, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from comity.cli import main

LOG = (
    "prepare_date,detainer_type,facility,state,city,lift_reason\n"
    "2015-01-21,I247N - Immigration Advisal - Request for Notification,SANGAMON COUNTY JAIL,ILLINOIS,SPRINGFIELD,\n"
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    (tmp_path / "declared.csv").write_text("organisation,received_on,document,note\n", encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize(
    ("line", "option", "words"),
    [
        ("audit log.csv --out o --seed 3", "--seed", "without --sample"),
        ("audit log.csv --out o --smallest-cell 5", "--smallest-cell", "without --public"),
        ("audit log.csv --out o --number id", "--number", "without --engine postgres"),
        ("audit log.csv --out o --master local", "--master", "without --engine spark"),
        ("audit log.csv --out o --engine spark --number id", "--number", "--engine spark"),
        ("audit log.csv --out o --engine postgres --encoding utf-8", "--encoding", "--engine postgres"),
        ("audit log.csv --out o --on 2020-01-01", "--on", "--as-of"),
        ("audit log.csv --out o --texts log.csv", "--texts", "without --measure-triage"),
        ("audit log.csv --out o --declarations declared.csv", "--declarations", "plate-reader searches"),
        ("audit log.csv --out o --agency us/il/local/jail --state IL", "--state", "beside --agency"),
        ("audit log.csv --draft-map --agency us/il/local/jail", "--agency", "beside --draft-map"),
        ("audit log.csv --review a.csv --out o", "--out", "beside --review"),
        ("audit log.csv --reasons r.csv --sample 3", "--sample", "beside --reasons"),
        ("audit --sharing log.csv --place us/il/local/police --public", "--public", "beside --sharing"),
        ("audit log.csv --sharing log.csv --place us/il/local/police", "LOG", "beside --sharing"),
        ("audit --measure-triage --out o", "--out", "beside --measure-triage"),
        ("audit --made-up 3 --out o.csv --public", "--public", "beside --made-up"),
        ("law --agency us/il/local/jail", "--agency", "without --diagram"),
        ("law us/il/trust-act --kind jail", "--kind", "without --compare"),
        ("law us/il -o page.svg", "--out", "without --diagram"),
        ("law us/il --given in_custody=yes", "--given", "without --compare"),
        ("law --on 2020-01-01", "--on", "a path"),
        ("law us/il --search detainer", "PATH", "beside --search"),
        ("law us/il --facts us/il/local/jail", "PATH", "beside --facts"),
        ("law --reports us/il --on 2020-01-01", "--on", "beside --reports"),
        ("law --verify --year 2026", "--year", "beside --verify"),
        ("law us/il --timeline --kind jail", "--kind", "beside --timeline"),
        ("law --book book --on 2020-01-01", "--on", "beside --book"),
        ("law --new us/xx --as Somebody", "--as", "beside --new"),
        ("decide --replay log.csv --action hold", "--action", "beside --replay"),
    ],
)
def test_what_would_not_be_read_is_refused(line: str, option: str, words: str, folder: Path) -> None:
    before = sorted(folder.iterdir())
    result = run(*line.split())
    assert result.exit_code == 2, result.output
    [message] = result.stderr.splitlines()
    assert message.startswith(f"comity: {option}: ")
    assert words in message
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    "line",
    [
        "audit log.csv --out o --layout=",
        "audit log.csv --out o --state=",
        "law --search=",
        "decide --on= us/il/local/jail",
    ],
)
def test_an_option_told_as_an_empty_text_is_not_one_left_out(line: str, folder: Path) -> None:
    result = run(*line.split())
    assert result.exit_code == 2
    assert "is empty" in result.stderr
    assert not (folder / "o").exists()


def test_a_search_for_blanks_is_refused() -> None:
    result = run("law", "--search", "  ")
    assert result.exit_code == 2
    assert "says no word to look for" in result.stderr


@pytest.mark.parametrize(
    ("state", "likely"), [("Ilinois", 'did you mean "Illinois"?'), ("Narnia", "write Illinois, or IL")]
)
def test_an_unknown_state_names_the_likely_one(state: str, likely: str, folder: Path) -> None:
    result = run("audit", "log.csv", "--state", state, "--out", "o")
    assert result.exit_code == 2
    assert f'no state is called "{state}"' in result.stderr
    assert likely in result.stderr
    assert not (folder / "o").exists()


def test_an_agency_told_for_a_log_that_names_holders_is_said_to_stand_for_all_of_them() -> None:
    result = run("audit", "log.csv", "--agency", "us/il/cook-county/sheriff", "--out", "o")
    assert result.exit_code == 0, result.output
    words = " ".join(result.stdout.split())
    assert 'every row is taken to be of us/il/cook-county/sheriff, as was told, whatever its column "facility"' in words


@pytest.mark.parametrize("days", [("2022-01-01", "2018-01-01"), ("2022-01-01", "2022-01-01")])
def test_days_compared_stand_in_their_order(days: tuple[str, str]) -> None:
    result = run("diff", "us/il/local/jail", "--between", *days)
    assert result.exit_code == 2
    assert f"the second day, {days[1]}, is not after the first, {days[0]}" in result.stderr


def test_a_comparison_is_printed_in_one_form() -> None:
    result = run("diff", "us/il/local/jail", "--between", "2018-01-01", "2022-01-01", "--json", "--markdown")
    assert result.exit_code == 2
    assert "--markdown or --json" in result.stdout


def test_what_is_no_receipt_is_told_how_receipts_are_made() -> None:
    result = run("decide", "--replay", "log.csv")
    assert result.exit_code == 2
    assert "log.csv: is no receipt" in result.stderr
    assert "--receipt FILE" in result.stderr
