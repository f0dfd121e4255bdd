"""ICE's list of detainers as released in 2015, against the counts published with it."""

from __future__ import annotations

from pathlib import Path

from tests.audit.layouts.conftest import Bench

NAME = "ice-detainers-2015"


def test_every_row_of_the_real_file_has_its_kind_and_outcome(bench: Bench, shared: Path) -> None:
    bench.read(shared / "detainers_us_fy2015ytd.parquet")
    prepared = bench.apply(NAME)
    names = [kind.name for kind in prepared.kinds]
    kinds = {names[kind]: rows for kind, rows in bench.rows("SELECT kind, count(*) FROM log GROUP BY kind")}
    assert kinds == {"i247_2013": 75_497, "i247d": 2_811, "i247n": 546, "i247": 199}
    outcomes = dict(bench.rows("SELECT outcome, count(*) FROM log GROUP BY outcome"))
    assert outcomes == {
        "no outcome recorded": 52_263,
        "booked into detention": 15_877,
        "recorded as declined": 5_501,
        "lifted or closed": 3_773 + 520 + 503 + 180 + 55 + 10 + 8,
        "moved, released early or died": 299 + 61 + 3,
    }
    assert bench.rows("SELECT min(day)::VARCHAR, max(day)::VARCHAR, count(day), count(moment) FROM log") == [
        ("2014-10-01", "2015-07-19", 79_053, 0)
    ]
    assert bench.rows(
        "SELECT count(*) FILTER (holder_name IS NULL), count(*) FILTER (holder_state IS NULL) FROM log"
    ) == [(6, 9_020)]
    assert prepared.rows == 79_053
    assert prepared.notes == ()


def test_released_list_of_lifted_detainers(bench: Bench, shared: Path) -> None:
    bench.read(shared / "detainers_us_lifted_usc_or_not_deportable_2007_2015.parquet")
    prepared = bench.apply(NAME)
    assert prepared.rows == 2_539
    untold = [kind.name for kind in prepared.kinds].index("immigration_detainer")
    share = bench.rows(f"SELECT count(*) FROM log WHERE kind = {untold}")[0][0] / 2_539
    assert round(share, 3) == 0.907
    assert bench.rows("SELECT DISTINCT outcome FROM log") == [("lifted or closed",)]


def test_dates_as_releases_write_them(bench: Bench) -> None:
    days = ["2015-07-09", "07/09/15", "7/9/2015", "2015-07-09 00:00:00", "07/09/2015 00:00:00"]
    rows = "\n".join(f"{day},I247D - x,A,ILLINOIS,B," for day in days)
    bench.text(f"prepare_date,detainer_type,facility,state,city,lift_reason\n{rows}\n")
    bench.apply(NAME)
    assert bench.rows("SELECT DISTINCT day::VARCHAR FROM log") == [("2015-07-09",)]


def test_what_a_kind_asks_and_tells(bench: Bench) -> None:
    bench.text("prepare_date,detainer_type,facility,state,city,lift_reason\n2015-07-09,I247N - x,A,ILLINOIS,B,\n")
    prepared = bench.apply(NAME)
    kind = prepared.kinds[bench.rows("SELECT kind FROM log")[0][0]]
    assert kind.actions == ("notify_release",)
    assert kind.alone == {"instruments": ["i247n"]}
    assert kind.facts == {
        "requester": ["dhs"],
        "purpose": "civil_immigration",
        "stated_purpose": "civil_immigration",
        "paper_commands_this_agency": "no",
        "unsolicited": "no",
        "in_custody": "yes",
        "instruments": {"at_least": ["i247n"], "not": ["i247", "i247_2013", "i247a", "i247d", "i247x"]},
    }
