"""What a log is worth, counted: against the published counts of the real files, and on small dirty ones."""

from __future__ import annotations

from pathlib import Path

import pyarrow
import pytest
from pyarrow import csv, parquet

from comity.audit.reading.doubt import Doubt
from comity.audit.reading.quality import Quality, assess
from tests.audit.layouts.conftest import Bench

HEADER = "prepare_date,detainer_type,facility,state,city,lift_reason"
PORTAL = "id,userId,searchDate,cameraCount,reason"


def quality_of(bench: Bench, layout: str, **given: str) -> Quality:
    return assess(bench.database, bench.staged, bench.apply(layout, **given))


def column_of(quality: Quality, means: str) -> tuple[int, ...]:
    """Values, empty, placeholders, withheld, partly withheld, interface."""
    column = next(column for column in quality.columns if column.means == means)
    told = (column.values, column.empty, column.placeholders, column.withheld, column.partly_withheld, column.interface)
    assert sum(told) == column.rows
    return told


def test_identical_rows_and_silence_of_the_detainers_of_2015(bench: Bench, shared: Path) -> None:
    bench.read(shared / "detainers_us_fy2015ytd.parquet")
    quality = quality_of(bench, "ice-detainers-2015")
    assert (quality.repeats.groups, quality.repeats.rows) == (41_859 - 30_128, 41_859)
    assert column_of(quality, "lift_reason")[:2] == (79_053 - 52_263, 52_263)
    assert column_of(quality, "state")[1] == 9_020
    assert column_of(quality, "facility")[1] == 6
    assert quality.sequences[0].missing == 0


def test_search_windows_of_okaloosa(bench: Bench, shared: Path) -> None:
    bench.read(shared / "flock_org_audit_okaloosa_fl_2025.parquet")
    quality = quality_of(bench, "flock-organization-audit")
    assert Doubt('"time_frame_end" lies after "search_time"', 4_269) in quality.doubts
    assert Doubt('"time_frame_start" lies after "search_time"', 1) in quality.doubts
    assert column_of(quality, "reason")[1] == 9


def test_zeros_and_interface_text_of_eugene(bench: Bench, shared: Path) -> None:
    bench.read(shared / "flock_search_eugene_or_2025.parquet")
    quality = quality_of(bench, "flock-portal-search", agency="us/or/local/police")
    assert Doubt('"camera_count" is 0: not counted, rather than none', 79) in quality.doubts
    # 182 of "daytime search for best result", 16 of an alert's page, 2 of "More Like This".
    assert column_of(quality, "reason")[5] == 200


def test_redactions_and_impossible_order_of_the_arrests(bench: Bench, shared: Path) -> None:
    bench.read(shared / "i213_arrests_seattle_aor_2021_2025.parquet")
    quality = quality_of(bench, "i213-arrests")
    assert column_of(quality, "disposition")[3] == 103
    assert Doubt('"apprehension_date" lies after "doc_completion_date"', 490) in quality.doubts
    assert quality.days.strays == 2


def test_agreements_signed_after_they_were_listed(bench: Bench, shared: Path) -> None:
    bench.read(shared / "agreements_287g_2021_2026.parquet")
    quality = quality_of(bench, "agreements-287g")
    assert Doubt('"signed" lies after "first_listed"', 81) in quality.doubts
    assert quality.days.faults == {"not told": 47}


def test_states_of_a_cell(bench: Bench) -> None:
    reasons = [
        *("theft", "stolen car"),
        *("", "  "),
        *("none", "N/A", "-", "xxx", ".", "TEST", "NULL", "not  applicable"),
        *(
            "***",
            "###",
            "* * *",
            "REDACTED",
            " REDACTED",
            "[REDACTED]",
            "7923.600 GC",
            "b(6), b(7)c",
            "(B)(6), (B)(7)(C)",
        ),
        *("REDACTED, theft", "warrant <name>"),
        *("daytime search for best result", "More Like This: ST2"),
    ]
    rows = "\n".join(f'{n},***,2025-07-01 02:00:00,3,"{reason}"' for n, reason in enumerate(reasons))
    bench.text(f"{PORTAL}\n{rows}\n")
    quality = quality_of(bench, "flock-portal-search", agency="us/or/local/police")
    assert bench.staged.quarantined == 0
    assert column_of(quality, "reason") == (2, 2, 8, 9, 2, 2)
    assert column_of(quality, "user") == (0, 0, 0, len(reasons), 0, 0)


def test_one_value_everywhere_raises_a_doubt(bench: Bench) -> None:
    rows = "\n".join(f"{n},{n % 3},2025-07-01 02:00:00,3,Investigation" for n in range(50))
    bench.text(f"{PORTAL}\n{rows}\n")
    quality = quality_of(bench, "flock-portal-search", agency="us/ca/local/police")
    says = 'every value of "reason" is the same: was it written over the true ones?'
    assert Doubt(says, 50, '"Investigation"') in quality.doubts


def test_part_of_a_larger_log_is_told_in_one_sentence(bench: Bench, shared: Path) -> None:
    bench.read(shared / "detainers_mn_stcloud_2026_full_columns.csv")
    (doubt,) = [doubt for doubt in quality_of(bench, "ice-detainers-2026").doubts if "one value" in doubt.says]
    assert '"facility_city" ("ST. CLOUD")' in doubt.told
    assert "a part of a larger log" in doubt.says


def test_overlap_of_files_counts_as_often_as_a_row_stands_in_both(bench: Bench) -> None:
    for name, days in (("a", ["01", "02", "02", "03"]), ("b", ["02", "02", "02", "03", "04"]), ("c", ["05"])):
        rows = "\n".join(f"2015-07-{day},I247D,A,ILLINOIS,B," for day in days)
        (bench.folder / f"{name}.csv").write_text(f"{HEADER}\n{rows}\n")
    bench.read(str(bench.folder / "*.csv"))
    quality = quality_of(bench, "ice-detainers-2015")
    assert [(overlap.first, overlap.second, overlap.rows) for overlap in quality.overlaps] == [(0, 1, 3)]
    assert (quality.repeats.groups, quality.repeats.rows) == (2, 7)


def test_gaps_strays_and_the_fullest_day(bench: Bench) -> None:
    days = [f"2014-{month:02}-{day:02}" for month in (1, 2, 3, 5, 6) for day in range(1, 29)]
    days += ["2014-05-07"] * 9 + ["2010-01-01"]
    bench.text("\n".join([HEADER, *(f"{day},I247D,A,ILLINOIS,B," for day in days)]))
    quality = quality_of(bench, "ice-detainers-2015")
    assert quality.days.months_without == ("2014-04",)
    assert quality.days.strays == 1
    assert str(quality.days.first) == "2010-01-01"
    assert [str(day) for day in quality.days.longest_gap or ()] == ["2014-03-29", "2014-04-30"]
    assert str((quality.days.fullest or ("", 0))[0]) == "2014-05-07"


def test_numbers_that_are_missing(bench: Bench) -> None:
    rows = "\n".join(f"{n},2015-07-01,I247D,A,ILLINOIS,B," for n in (7, 8, 8, 11))
    bench.text(f"source_row,{HEADER}\n{rows}\n")
    (sequence,) = quality_of(bench, "ice-detainers-2015").sequences
    assert (sequence.lowest, sequence.highest, sequence.missing, sequence.repeated) == (7, 11, 2, 1)


def test_days_that_are_none_or_impossible_are_set_apart_with_their_place(bench: Bench) -> None:
    days = ["2015-07-01", "5025-06-26", "05/082025", "", "2015-02-30"]
    bench.text("\n".join([HEADER, *(f"{day},I247D,A,ILLINOIS,B," for day in days)]))
    prepared = bench.apply("ice-detainers-2015")
    assert bench.rows("SELECT row, day::VARCHAR, day_fault, day_told FROM log ORDER BY row") == [
        (1, "2015-07-01", None, "2015-07-01"),
        (2, None, "out of range", "5025-06-26"),
        (3, None, "no date", "05/082025"),
        (4, None, "not told", None),
        (5, None, "no date", "2015-02-30"),
    ]
    assert prepared.first_faults == {
        "no date": 'first "05/082025" (log.csv, row 3, column prepare_date)',
        "out of range": 'first "5025-06-26" (log.csv, row 2, column prepare_date)',
    }


def test_shifted_rows_are_set_apart_whole(bench: Bench) -> None:
    good = "1,***,2025-07-01 02:00:00,3,theft"
    bench.text(f"{PORTAL}\n{good}\n***,x,3,2025-07-01 02:00:00,theft\n{good}\n")
    prepared = bench.apply("flock-portal-search", agency="us/or/local/police")
    assert (prepared.rows, prepared.quarantined) == (2, 1)
    assert bench.rows("SELECT row FROM log ORDER BY row") == [(1,), (3,)]
    assert bench.rows("SELECT source_row, reason, text FROM quarantine") == [
        (2, "its cells have moved: the day stands in another column", "*** | x | 3 | 2025-07-01 02:00:00 | theft")
    ]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_columns_may_be_called_as_the_program_calls_its_own(kind: str, bench: Bench) -> None:
    names = ("rows", "cell", "class", "told", "number", "each", "day", "kind", "holder_name")
    plain = {name: [name.upper()] * 2 for name in HEADER.split(",")}
    days = {"prepare_date": ["2015-01-21", "2015-01-22"], "source_row": ["1", "3"]}
    table = pyarrow.table({**plain, **days, **{name: ["one", "two"] for name in names}})
    path = bench.folder / f"log.{kind}"
    if kind == "csv":
        csv.write_csv(table, path)
    else:
        parquet.write_table(table, path)
    bench.read(path)
    quality = quality_of(bench, "ice-detainers-2015")
    assert [column.values for column in quality.columns if column.column in names] == [2] * len(names)
    assert quality.sequences[0].missing == 1
    assert bench.rows("SELECT row FROM log ORDER BY row") == [(1,), (2,)]
