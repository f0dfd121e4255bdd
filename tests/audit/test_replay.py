"""A log under other law: counts and rows of what would be answered otherwise, checked request by request."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from comity.audit.replay import COLUMNS, Replay, replay_log
from comity.cli import main
from comity.decide import Law
from comity.errors import ComityError

REAL = Path(__file__).resolve().parents[3] / "shared/data/detainers_us_fy2015ytd.parquet"
PROPOSAL = "us/il/chicago/o2023-0004222"
POLICE = "us/il/chicago/police"

LOG = """Date Received,Type,Transferred,Federal Agency
01/20/2025 10:00,Immigration detainer (I-247A),N,
02/03/2025 09:00,Administrative warrant (I-200),Y,ICE
06/01/2016 08:30,Immigration detainer (I-247A),N,
"""


@pytest.fixture(scope="module")
def law() -> Law:
    return Law.load()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text(LOG, "utf-8")
    return path


def told(paper: str) -> dict[str, object]:
    """What the layout of the log supposes and tells of a row."""
    return {
        "requester": ["dhs"],
        "purpose": "civil_immigration",
        "stated_purpose": "civil_immigration",
        "paper_commands_this_agency": False,
        "unsolicited": False,
        "in_custody": True,
        "instruments": {"at_least": [paper]},
    }


ROWS: tuple[tuple[str, tuple[str, ...], Mapping[str, object]], ...] = (
    ("2025-01-20", ("hold", "notify_release", "transfer_custody"), told("immigration_detainer")),
    ("2025-02-03", ("hold", "transfer_custody"), told("administrative_warrant")),
    ("2016-06-01", ("hold", "notify_release", "transfer_custody"), told("immigration_detainer")),
)


def one_by_one(law: Law, as_of: str | None, as_if: tuple[str, ...]) -> Counter[tuple[str, str, str]]:
    """The changes, each request decided by itself."""
    found: Counter[tuple[str, str, str]] = Counter()
    first = as_of if as_if else None
    for day, actions, facts in ROWS:
        sides = ((first or day, ()), (as_of or day, as_if))
        said: list[list[str]] = []
        for on, supposed in sides:
            decision = law.decide(agency=POLICE, on=on, actions=actions, facts=facts, as_if=supposed)
            said.append(
                [
                    f"depends: {', '.join(finding.possible)}" if finding.status == "depends" else finding.status
                    for finding in decision.findings
                ]
            )
        found.update((action, before, after) for action, before, after in zip(actions, *said, strict=True))
    return found


def shifts(found: Replay) -> Counter[tuple[str, str, str]]:
    return Counter({(shift.action, shift.before, shift.after): shift.rows for shift in found.shifts})


@pytest.mark.parametrize(
    ("as_of", "as_if"),
    [(None, (PROPOSAL,)), ("2025-01-21", (PROPOSAL,)), ("2013-01-01", ()), ("2026-01-01", ())],
)
def test_the_counts_are_those_of_each_request_decided_by_itself(
    law: Law, log: Path, as_of: str | None, as_if: tuple[str, ...]
) -> None:
    day = None if as_of is None else date.fromisoformat(as_of)
    found = replay_log([str(log)], None, law=law, place="us/il", as_of=day, as_if=as_if)
    assert shifts(found) == one_by_one(law, as_of, as_if)
    assert found.changed == sum(rows for (_, before, after), rows in shifts(found).items() if before != after)
    assert found.asked == 8


def test_the_proposal_changes_what_the_city_forbids_and_no_more(law: Law, log: Path) -> None:
    """Of the rows of 2025, what only the ordinance prohibits could have become permitted, as offences go."""
    found = replay_log([str(log)], None, law=law, place="us/il", as_of=date(2025, 1, 21), as_if=(PROPOSAL,))
    changed = {shift.action for shift in found.shifts if shift.before != shift.after}
    assert changed
    assert all(shift.after.startswith("depends") for shift in found.shifts if shift.before != shift.after)
    assert all(PROPOSAL not in each.cites_before and "O2023-0004222" in each.cites_after for each in found.holders)


def test_changed_rows_and_counts_are_written(law: Law, log: Path, tmp_path: Path) -> None:
    out = tmp_path / "replay"
    found = replay_log([str(log)], out, law=law, place="us/il", as_of=date(2025, 1, 21), as_if=(PROPOSAL,))
    with duckdb.connect(":memory:") as database:
        rows = database.sql(f"SELECT * FROM '{out}/changed-rows.parquet'")
        assert tuple(rows.columns) == COLUMNS
        assert len(rows.fetchall()) == found.changed
    with (out / "answers.csv").open(encoding="utf-8") as file:
        assert sum(int(line["rows"]) for line in csv.DictReader(file)) == found.asked
    assert json.loads((out / "replay.json").read_bytes())["changed"] == found.changed
    page = (out / "replay.html").read_text("utf-8")
    assert "<script" not in page
    assert "O2023-0004222" in page


def test_a_row_before_any_encoded_law_is_newly_decided_under_later_law(law: Law, tmp_path: Path) -> None:
    """Every row of the log counts on both sides, decided or not."""
    path = tmp_path / "log.csv"
    path.write_text(LOG, "utf-8")
    found = replay_log([str(path)], None, law=law, place="us/il", as_of=date(2022, 1, 1))
    assert sum(shift.rows for shift in found.shifts) == found.asked == 8


@pytest.mark.skipif(not REAL.exists(), reason="the shared data are not beside the checkout")
def test_on_the_real_file_notices_of_release_would_have_come_to_depend_under_the_law_of_2022(law: Law) -> None:
    """5 ILCS 805/15 as amended in 2021 restricts notices that 8 CFR 287.7(a) permitted in 2014 and 2015."""
    found = replay_log([str(REAL)], None, law=law, place="us/il", as_of=date(2022, 6, 1))
    assert found.rows == 79_053
    assert shifts(found)["notify_release", "permitted", "depends: prohibited, permitted"] == found.changed > 900
    proposed = replay_log([str(REAL)], None, law=law, place="us/il", as_of=date(2025, 1, 21), as_if=(PROPOSAL,))
    assert proposed.changed == 0, "no holder of the file is an agency of the City of Chicago"


class TestCommand:
    def run(self, *arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["replay", *arguments])
        return done.exit_code, done.output

    def test_counts_are_printed(self, log: Path) -> None:
        code, output = self.run(str(log), "--place", "us/il", "--as-of", "2025-01-21", "--with", PROPOSAL)
        assert code == 0
        assert "would be otherwise" in output
        assert POLICE in output

    def test_json(self, log: Path) -> None:
        code, output = self.run(str(log), "--place", "us/il", "--as-of", "2026-01-01", "--json")
        assert code == 0
        assert json.loads(output)["as_of"] == "2026-01-01"

    @pytest.mark.parametrize(
        "arguments",
        [
            (),
            ("--as-of", "soon"),
            ("--with", "us/il/chicago/o2023"),
            ("--as-of", "2022-01-01", "--place", "us/zz"),
        ],
    )
    def test_what_cannot_be_read_exits_2(self, log: Path, arguments: tuple[str, ...]) -> None:
        code, output = self.run(str(log), *arguments)
        assert code == 2
        assert "Traceback" not in output


def test_results_that_stand_are_not_overwritten(law: Law, log: Path, tmp_path: Path) -> None:
    out = tmp_path / "replay"
    out.mkdir()
    with pytest.raises(ComityError):
        replay_log([str(log)], out, law=law, place="us/il", as_of=date(2022, 1, 1))


def test_earlier_results_are_replaced_when_that_is_asked(law: Law, log: Path, tmp_path: Path) -> None:
    out = tmp_path / "replay"
    for as_of in ("2022-01-01", "2026-01-01"):
        replay_log([str(log)], out, law=law, place="us/il", as_of=date.fromisoformat(as_of), force=True)
        assert json.loads((out / "replay.json").read_bytes())["as_of"] == as_of


def test_the_log_is_read_as_an_audit_reads_it(log: Path, tmp_path: Path) -> None:
    """The same rows in UTF-16 between bars, and as a query's rows, are the same counts."""
    other = tmp_path / "other.csv"
    other.write_text(LOG.replace(",", "|"), "utf-16")
    kept = tmp_path / "kept.sqlite"
    with duckdb.connect(":memory:") as database, sqlite3.connect(kept) as target:
        rows = database.execute(f"SELECT * FROM read_csv('{log}', all_varchar = true)")
        names = [f'"{column[0]}"' for column in rows.description or ()]
        target.execute(f"CREATE TABLE entries ({', '.join(names)})")
        target.executemany(f"INSERT INTO entries VALUES ({', '.join('?' for _ in names)})", rows.fetchall())
    common = ("--place", "us/il", "--agency", POLICE, "--with", PROPOSAL, "--json")
    ways = (
        (str(log),),
        (str(other), "--encoding", "utf-16", "--delimiter", "|"),
        (f"sqlite:///{kept}", "--query", "SELECT * FROM entries"),
    )
    told = [CliRunner().invoke(main, ["replay", *way, *common]) for way in ways]
    assert [result.exit_code for result in told] == [0, 0, 0], [result.output for result in told]
    [first, *others] = [json.loads(result.stdout)["shifts"] for result in told]
    assert first
    assert others == [first, first]
