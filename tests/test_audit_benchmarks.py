"""The benchmark of whole audits on small logs: each is made, audited and measured. Nothing here is timed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import msgspec
import pytest
from click.testing import CliRunner

from benchmarks.audits.__main__ import Measurements, main
from benchmarks.audits.logs import REAL, many_places, repeat_real_log, write_each_its_own, write_many_answers
from benchmarks.audits.measure import Audited, audit_apart

ROWS = 2_000


@pytest.fixture(scope="module")
def measurements(tmp_path_factory: pytest.TempPathFactory) -> tuple[Measurements, str]:
    file = tmp_path_factory.mktemp("measured") / "measured.json"
    ran = CliRunner().invoke(main, ["--rows", str(ROWS), "--json", str(file)], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return msgspec.json.decode(file.read_bytes(), type=Measurements), ran.output


def test_every_kind_of_log_is_audited_or_says_why_not(measurements: tuple[Measurements, str]) -> None:
    found, printed = measurements
    for case in found.cases:
        assert case.log in printed
        if case.measured is None:
            assert not REAL.exists()
            assert "is not there" in case.skipped
            continue
        assert case.measured.rows >= ROWS
        assert 0 < case.measured.decided <= case.measured.rows
        assert 50 < case.measured.peak < 1_000
        names = [step.name for step in case.measured.steps]
        assert len(names) == len(set(names))
        assert {"reading", "signing", "deciding", "counting", "writing the page"} <= set(names)
        assert ("writing the findings" in names) != ("for the public" in case.log)
    assert {case.log.partition(",")[0] for case in found.cases} == {
        "as real logs are",
        "each row its own",
        "many answers",
    }


def test_many_answers_differ(tmp_path: Path) -> None:
    log, mapping = tmp_path / "log.parquet", tmp_path / "mapping.yaml"
    write_many_answers(log, mapping, ROWS)
    measured = audit_apart(Audited(log, "us", many_places, mapping), tmp_path / "out")
    assert measured.decided == ROWS
    assert measured.rulings > ROWS // 4


def test_logs_are_alike_on_every_run(tmp_path: Path) -> None:
    one, two = tmp_path / "one.parquet", tmp_path / "two.parquet"
    for path in (one, two):
        write_each_its_own(path, 500)
    assert one.read_bytes() == two.read_bytes()
    for path in (one, two):
        write_many_answers(path, tmp_path / "mapping.yaml", 500)
    assert one.read_bytes() == two.read_bytes()


def test_the_real_log_is_repeated_with_its_days_moved_on(tmp_path: Path) -> None:
    if not REAL.exists():
        pytest.skip("the real file is not at ../shared/data")
    log = tmp_path / "log.parquet"
    repeat_real_log(log, 100_000)
    with duckdb.connect(":memory:") as database:
        first = f"SELECT max(prepare_date) - min(prepare_date), count(*) FROM '{REAL}'"
        [(span, rows)] = database.execute(first).fetchall()
        [(longer, more)] = database.execute(first.replace(str(REAL), str(log))).fetchall()
    assert (longer, more) == (span + 7, 2 * rows)
