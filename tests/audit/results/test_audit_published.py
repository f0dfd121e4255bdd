"""The log held against published figures: the real files, and files of each kind of difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from comity.audit.opening import Opening, prepare_log, read_log
from comity.audit.reading.database import connect
from comity.audit.results.published import checks, compare, read_figures
from comity.decide import Law
from comity.errors import ComityError
from tests.audit.conftest import COOK, DUPAGE, row
from tests.audit.results.conftest import write_log

DATA = Path(__file__).parents[4] / "shared" / "data"
DECLINED = "DETAINER DECLINED BY LEA"

real = pytest.mark.skipif(not DATA.exists(), reason="the data beside the project is not here")


@contextmanager
def opened(paths: Sequence[Path], work: Path, law: Law) -> Generator[duckdb.DuckDBPyConnection]:
    database = connect(work)
    try:
        staged = read_log(database, [str(path) for path in paths], Opening(), work)
        prepare_log(database, staged, Opening(), law.library)
        yield database
    finally:
        database.close()


@real
def test_declines_by_facility_and_year(tmp_path: Path, law: Law) -> None:
    """The published declines are of the fiscal years 2008 to 2015, the log of 2014-10-01 to 2015-07-19 alone. So 2015
    is equal at each of 246 facilities (2,785 declines), 2014 is a part (2,716 of 13,594), the years before are none."""
    published = DATA / "agg_declined_by_facility_year_us_2010_2015.csv"
    with opened([DATA / "detainers_us_fy2015ytd.parquet"], tmp_path, law) as database:
        compared = compare(database, read_figures(published))
    by_year = {year: [line for line in compared if line.period == str(year)] for year in range(2007, 2016)}
    assert {line.says for line in by_year[2015]} == {"equal"}
    assert len(by_year[2015]) == 246
    assert sum(line.log for line in by_year[2015]) == 2_785
    assert sum(line.log for line in by_year[2014]) == 2_716
    assert sum(line.published or 0 for line in by_year[2014]) == 13_594
    assert {line.says for line in by_year[2014]} <= {"equal", "the log covers a part of the period"}
    for year in range(2007, 2014):
        assert {line.says for line in by_year[year]} == {"outside the days of the log"}
    assert not [line for line in compared if line.says in ("differs", "not published")]


@real
def test_declines_of_cities_by_year(tmp_path: Path, law: Law) -> None:
    """Notes on eighteen cities give declines by year at some facilities, by name alone; the log agrees on 2015 with
    each that is one facility in the whole log."""
    published = DATA / "agg_detainers_by_facility_outcome_2007_2015.csv"
    with opened([DATA / "detainers_us_fy2015ytd.parquet"], tmp_path, law) as database:
        compared = compare(database, read_figures(published))
    of_2015 = [line for line in compared if line.period == "2015" and line.published is not None]
    assert len(of_2015) > 5
    assert ("COOK COUNTY JAIL",) in {line.place for line in of_2015 if line.says == "equal" and line.log == 4}
    assert {line.says for line in of_2015} == {"equal"}
    whole = [line for line in compared if line.period == "" and line.published is not None]
    assert {line.says for line in whole} <= {"equal", "the log covers a part of the period"}


@real
def test_the_minnesota_sample(tmp_path: Path, law: Law) -> None:
    """22 declines at one prison, as the published table of that winter has them, with a column for each outcome, one
    for those without any, and one for all; the sample is a part of the day's
    238 detainers."""
    log = DATA / "detainers_mn_stcloud_2026_full_columns.csv"
    winter = read_figures(DATA / "agg_mn_surge_detainers_by_facility_outcome.csv")
    with opened([log], tmp_path, law) as database:
        of_winter = {(line.place[0], line.outcome): line for line in compare(database, winter)}
        by_day = {
            line.period: line
            for line in compare(database, read_figures(DATA / "agg_mn_detainers_by_day_2022_2026.csv"))
        }
    prison = "MINN.C.F.,ST.CLOUD"
    told = {outcome: (line.published, line.log) for (place, outcome), line in of_winter.items() if place == prison}
    assert told == {
        "DETAINER DECLINED BY LEA": (22, 22),
        "BOOKED INTO DETENTION": (1, 0),
        "NO LONGER IN STATE, LOCAL, OR FEDERAL CUSTODY": (1, 0),
        "(NONE)": (41, 0),
        "": (67, 22),
    }
    assert winter.left_out == ("other",)
    assert (by_day["2026-02-11"].published, by_day["2026-02-11"].log) == (238, 21)
    assert by_day["2022-10-01"].says == "outside the days of the log"


def test_each_difference_has_its_word(tmp_path: Path, law: Law) -> None:
    days = ["2014-12-30", "2015-01-01", "2015-06-01", "2016-02-01"]
    rows = [row(day, place=COOK, outcome="Detainer Declined by LEA") for day in days]
    rows += [row("2015-03-03", place=DUPAGE, outcome="Detainer Declined by LEA"), row("2015-03-04", place=DUPAGE)]
    published = tmp_path / "published.csv"
    published.write_text(
        "Year,Facility,City,State,Declined\n"
        "2013,COOK COUNTY JAIL,CHICAGO,ILLINOIS,9\n"
        "2014,COOK COUNTY JAIL,CHICAGO,ILLINOIS,5\n"
        "2015,cook county  jail,Chicago,Illinois,2\n"
        "2016,COOK COUNTY JAIL,CHICAGO,ILLINOIS,0\n"
    )
    with opened([write_log(tmp_path / "log.csv", rows)], tmp_path, law) as database:
        compared = compare(database, read_figures(published))
    said = {(line.period, line.place[0]): (line.published, line.log, line.says) for line in compared}
    assert said == {
        ("2013", "COOK COUNTY JAIL"): (9, 0, "outside the days of the log"),
        ("2014", "COOK COUNTY JAIL"): (5, 1, "the log covers a part of the period"),
        ("2015", "COOK COUNTY JAIL"): (2, 2, "equal"),
        ("2015", "DUPAGE COUNTY JAIL"): (None, 1, "not published"),
        ("2016", "COOK COUNTY JAIL"): (0, 1, "differs"),
    }
    assert Counter(check.topic for check in checks(compared, "published.csv")) == {"published figures": 5}


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("year,facility\n2015,A\n", "published.csv"),
        ("facility,beds\nA,3\n", "published.csv"),
        ("facility,2014,2015\nA,3,few\n", "published.csv:2, column 2015"),
        ("year,declined\n2015,many\n", "published.csv:2, column declined"),
        ("year,declined\n2015,-3\n", "published.csv:2, column declined"),
        ("year,declined\n2015,²\n", "published.csv:2, column declined"),
        (f"year,declined\n2015,{'9' * 5_000}\n", "published.csv:2, column declined"),
        ('year,declined\n2015,"3\n', "published.csv"),
    ],
)
def test_figures_that_are_none(text: str, at: str, tmp_path: Path, law: Law) -> None:
    published = tmp_path / "published.csv"
    published.write_text(text)
    with opened([write_log(tmp_path / "log.csv", [row()])], tmp_path, law) as database:
        with pytest.raises(ComityError) as caught:
            compare(database, read_figures(published))
        assert caught.value.at == at
        with pytest.raises(ComityError):
            compare(database, read_figures(tmp_path / "none.csv"))


def test_a_column_for_each_year(tmp_path: Path, law: Law) -> None:
    rows = [
        row("2014-12-30", place=COOK, outcome="Lifted"),
        row("2015-01-01", place=COOK),
        row("2015-06-01", place=COOK),
    ]
    published = tmp_path / "published.csv"
    published.write_text('Facility,2013,2014,2015,total\n"COOK COUNTY\nJAIL",4,1,2,7\nDUPAGE COUNTY JAIL,,,1,\n')
    with opened([write_log(tmp_path / "log.csv", rows)], tmp_path, law) as database:
        compared = compare(database, read_figures(published))
    assert {(line.period, line.place[0]): (line.published, line.log) for line in compared} == {
        ("2013", "COOK COUNTY JAIL"): (4, 0),
        ("2014", "COOK COUNTY JAIL"): (1, 1),
        ("2015", "COOK COUNTY JAIL"): (2, 2),
        ("", "COOK COUNTY JAIL"): (7, 3),
        ("2015", "DUPAGE COUNTY JAIL"): (1, 0),
    }
