"""What a stranger types wrongly, and what is then said and left behind."""

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
    (tmp_path / "dir").mkdir()
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("decide us/il --action hold", '"us/il" is a place: name an agency, as us/il/local/'),
        ("decide us/il/chicago --action hold", '"us/il/chicago" is a place: name an agency, as us/il/chicago/police'),
        ("law us/il --diagram hold", '"us/il" is a place'),
        ("diff us/il us/tx", '"us/il" is a place'),
        ("law us/il/local/jail --diagram hold -o hold.png", "out: a diagram is .svg, not .png"),
        ("decide us/il/local/jail --action hold --receipt dir", "dir: cannot write the file"),
        ("audit log.csv --agencies none.csv --out o", "none.csv: there is no such file: --review AGENCIES begins one"),
        ("audit log.csv --place Illinois --out o", 'did you mean "us/il"?'),
        ("audit --made-up 5 --out made.xlsx", "made.xlsx: made-up rows are a .csv or .parquet file"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_left(line: str, words: str, folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    result = run(*line.split())
    assert result.exit_code == 2, result.output
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert sorted(folder.rglob("*")) == before
