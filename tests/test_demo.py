"""The demonstration runs to its end, on the real file and on a made-up one, and says which."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from comity.audit.results.summary import Summary
from tests.documented import ROOT, SHARED

REAL = SHARED / "data" / "detainers_us_fy2015ytd.parquet"
WRITTEN = [
    "audit/findings.parquet",
    "audit/groups.csv",
    "audit/groups.parquet",
    "audit/methods.json",
    "audit/methods.md",
    "audit/months.csv",
    "audit/months.parquet",
    "audit/norms.csv",
    "audit/report.html",
    "audit/rulings.csv",
    "audit/rulings.parquet",
    "audit/summary.json",
    "decision.json",
    "hold.svg",
]


def demonstrate(folder: Path, detainers: Path | None = None) -> subprocess.CompletedProcess[str]:
    project = folder / "comity"
    project.mkdir(exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if name != "COMITY_DETAINERS"}
    environment |= {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    if detainers is not None:
        environment["COMITY_DETAINERS"] = str(detainers)
    return subprocess.run(
        [sys.executable, "-m", "demo"], cwd=project, env=environment, capture_output=True, text=True, check=False
    )


def written(folder: Path) -> list[str]:
    made = folder / "comity" / "out" / "demo"
    return sorted(str(path.relative_to(made)) for path in made.rglob("*") if path.is_file())


def summary(folder: Path) -> Summary:
    return msgspec.json.decode((folder / "comity/out/demo/audit/summary.json").read_bytes(), type=Summary)


def test_without_the_real_file_the_audit_is_of_a_made_up_one_that_says_so(tmp_path: Path) -> None:
    done = demonstrate(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "hold: prohibited" in done.stdout
    assert "The same, byte for byte" in done.stdout
    assert "Made up: no list of detainers stands at" in done.stdout
    assert "MADE UP: 5,000 rows are no record of anything." in done.stdout
    assert written(tmp_path) == [*WRITTEN, "made-up-detainers.csv"]
    assert all(name in done.stdout for name in ("report.html", "decision.json", "hold.svg", "made-up-detainers.csv"))
    assert summary(tmp_path).input.made_up_rows == 5_000


def test_it_runs_again_over_its_own_results(tmp_path: Path) -> None:
    first = demonstrate(tmp_path)
    again = demonstrate(tmp_path)
    assert again.returncode == 0, again.stderr
    assert again.stdout == first.stdout


@pytest.mark.skipif(not REAL.exists(), reason="the data beside the project is not here")
def test_with_the_real_file_it_audits_that(tmp_path: Path) -> None:
    done = demonstrate(tmp_path, REAL)
    assert done.returncode == 0, done.stderr
    assert f"A real file: ICE's list of detainers, {REAL}" in done.stdout
    assert "made up" not in done.stdout.lower()
    assert written(tmp_path) == WRITTEN
    assert summary(tmp_path).input.rows == 79_053
    assert summary(tmp_path).input.made_up_rows == 0


def test_a_file_that_is_not_there_ends_it(tmp_path: Path) -> None:
    done = demonstrate(tmp_path, tmp_path / "none.parquet")
    assert done.returncode == 2
    assert "none.parquet: there is no such file" in done.stderr
