"""ICE's detainers of 2014-10-01 to 2015-07-19 in Illinois, with answers worked out by hand from the provisions.

The file has 1,213 rows under Illinois. By hand, from its facilities:

* federal, not bound by state and local law: two marshals 27 + 9, MCC Chicago 22, Pekin 6, Marion 4, Greenville 2 = 70
* a charity 10; Tri-County, whose holder is not established, 3; two homes for children, not mapped, 3 + 1
* Hendricks County (Indiana) 12, Porter County (Indiana) 1, Decatur County (Tennessee) 1 = 14
* so 1,213 - 70 - 10 - 3 - 4 - 14 = 1,112 rows to decide: state prisons 376, Cook County 186, other county jails 433
  (Kankakee 9 and McHenry 25 among them), city police 117

Four rows are of form I-247N, which asks for notice only (none in Cook County): a hold is asked by 1,108 rows, 922 of
them outside Cook County.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from comity.audit.results.summary import Summary
from comity.decide import Law
from tests.audit.conftest import audit, query

COOK = "us/il/cook-county/sheriff"


def run(path: Path, folder: Path, law: Law, as_of: date | None = None) -> Summary:
    return audit(path, folder, law, as_of=as_of)


@pytest.fixture(scope="module")
def own_day(real_file: Path, tmp_path_factory: pytest.TempPathFactory, law: Law) -> tuple[Summary, Path]:
    """The audit with each row under the law of its own day, and its folder."""
    folder = tmp_path_factory.mktemp("own-day") / "out"
    return run(real_file, folder, law), folder


def statuses(folder: Path, action: str, where: str = "true") -> dict[str, int]:
    sql = f"SELECT status, count(*) FROM {{}} WHERE action = '{action}' AND {where} GROUP BY 1"
    return dict(query(folder / "findings.parquet", sql))


def test_rows_in_and_out_add_up(own_day: tuple[Summary, Path]) -> None:
    summary, out = own_day
    assert summary.input.rows == 79_053
    assert summary.rows.decided == 1_112
    assert summary.rows.apart == {
        "no place recorded": 9_020,
        "another state": 79_053 - 9_020 - 1_213,
        "agency not encoded": 4,
        "place elsewhere": 14,
        "federal holder": 70,
        "private holder": 10,
        "holder not established": 3,
    }
    assert summary.rows.decided + sum(summary.rows.apart.values()) == summary.input.rows
    by_class = "SELECT coalesce(class, 'none'), count(DISTINCT row) FROM {} GROUP BY 1"
    assert dict(query(out / "findings.parquet", by_class)) == {
        "state": 376,
        "county": 186 + 433 + 4,
        "city": 117,
        "federal": 70,
        "private": 10,
        "elsewhere": 14,
        "other": 3,
    }


def test_under_the_law_of_its_own_day(own_day: tuple[Summary, Path]) -> None:
    """No state statute yet. 8 CFR 287.7(d) lets a person be kept for 48 business hours and no longer: the file tells no
    hour of release, so a hold depends. Cook County Code § 46-37(a), since 2011-09-07, has the sheriff decline unless
    the federal government has agreed to pay, which it has not. 8 CFR 287.7(a) lets any jail give notice; § 46-37(b)
    forbids the county's staff to, unless the agents have a criminal warrant, of which the file tells nothing."""
    _, out = own_day
    assert statuses(out, "hold", f"agency = '{COOK}'") == {"prohibited": 186}
    assert statuses(out, "hold", f"agency <> '{COOK}'") == {"depends": 922}
    assert statuses(out, "notify_release", f"agency = '{COOK}'") == {"depends": 186}
    assert statuses(out, "notify_release", f"agency <> '{COOK}'") == {"permitted": 926}
    turning = "SELECT DISTINCT unnest(missing) FROM {} WHERE action = 'hold'"
    assert ("release_due_at",) in query(out / "findings.parquet", turning)


def test_no_row_cites_the_trust_act(own_day: tuple[Summary, Path]) -> None:
    """The TRUST Act came into force on 2017-08-28, two years after the last row."""
    cited = "SELECT unnest(norms || cites || possibly_cites) AS cited FROM {} WHERE action IS NOT NULL"
    found = {cite for (cite,) in query(own_day[1] / "findings.parquet", cited)}
    assert found
    assert not [cite for cite in found if "trust" in cite or "805" in cite]


def test_as_of_2018(real_file: Path, tmp_path: Path, law: Law) -> None:
    """5 ILCS 805/15(a) forbids a hold on a detainer alone to every Illinois law enforcement agency; the section is off
    where a valid federal warrant is presented (15(c)). Which other papers were shown the file does not tell, so it
    depends; on the detainer alone, a hold is prohibited. In Cook County § 46-37(a) forbids it whatever the paper. 15(c)
    also leaves communication free: 8 CFR 287.7(a) permits notice; in Cook County it turns on § 46-37(b) as before."""
    out = tmp_path / "out"
    run(real_file, out, law, date(2018, 6, 1))
    assert statuses(out, "hold", f"agency = '{COOK}'") == {"prohibited": 186}
    assert statuses(out, "hold", f"agency <> '{COOK}'") == {"depends": 922}
    assert statuses(out, "notify_release", f"agency <> '{COOK}'") == {"permitted": 926}
    alone = "SELECT alone, count(*) FROM {} WHERE action = 'hold' GROUP BY 1"
    assert query(out / "findings.parquet", alone) == [("prohibited", 1_108)]
    why = f"SELECT DISTINCT possibly_cites, missing FROM {{}} WHERE action = 'hold' AND agency <> '{COOK}'"
    for cites, missing in query(out / "findings.parquet", why):
        assert "5 ILCS 805/15(a)" in cites
        assert "instruments" in missing


@pytest.mark.parametrize("day", [date(2022, 6, 1), date(2025, 6, 1)])
def test_as_of_the_second_text(real_file: Path, tmp_path: Path, law: Law, day: date) -> None:
    """From 2021-08-02 section 15(c) is blank: 15(a) has no exception of its own, and binds all state and local holders.
    On the detainer, nobody may hold or give notice. That the detention be "solely" on it leaves open what else was
    shown: where a row is not prohibited outright, it may only be for another paper."""
    out = tmp_path / "out"
    run(real_file, out, law, day)
    alone = "SELECT action, alone, count(*) FROM {} WHERE action IS NOT NULL GROUP BY ALL ORDER BY 1"
    assert query(out / "findings.parquet", alone) == [
        ("hold", "prohibited", 1_108),
        ("notify_release", "prohibited", 1_112),
    ]
    assert statuses(out, "hold", f"agency = '{COOK}'") == {"prohibited": 186}
    for action in ("hold", "notify_release"):
        open_rows = f"SELECT missing FROM {{}} WHERE action = '{action}' AND status <> 'prohibited'"
        assert all("instruments" in missing for (missing,) in query(out / "findings.parquet", open_rows))
    cited = (
        "SELECT count(*) FROM {} WHERE action = 'hold' AND list_contains(cites || possibly_cites, '5 ILCS 805/15(a)')"
    )
    assert query(out / "findings.parquet", cited) == [(1_108,)]


@pytest.mark.parametrize(
    ("source_row", "action", "holder_class", "standing", "status", "outcome"),
    [
        # Stateville, a state prison, 2015-02-03: kept beyond 48 business hours or not? The file tells no hour.
        (31018, "hold", "state", "decided", "depends", "no outcome recorded"),
        (31018, "notify_release", "state", "decided", "permitted", "no outcome recorded"),
        # Cook County Jail, 2014-11-28: § 46-37(a).
        (16887, "hold", "county", "decided", "prohibited", "no outcome recorded"),
        (16887, "notify_release", "county", "decided", "depends", "no outcome recorded"),
        # Cicero police, 2015-06-07: federal law alone, as for any town without an ordinance encoded.
        (14762, "hold", "city", "decided", "depends", "no outcome recorded"),
        (14762, "notify_release", "city", "decided", "permitted", "no outcome recorded"),
        # McHenry County Jail, 2015-06-29: "booked" says nothing of a hold.
        (40832, "hold", "county", "decided", "depends", "booked into detention"),
        # DuPage County Jail, 2015-07-16: form I-247N asks for notice only.
        (20734, "notify_release", "county", "decided", "permitted", "no outcome recorded"),
        # Not decided: a federal prison, a charity, a county of Indiana, a contractor's jail, a home for children.
        (5396, None, "federal", "federal holder", None, "no outcome recorded"),
        (67819, None, "private", "private holder", None, "lifted or closed"),
        (28664, None, "elsewhere", "place elsewhere", None, "no outcome recorded"),
        (69058, None, "other", "holder not established", None, "booked into detention"),
        (37667, None, "county", "agency not encoded", None, "booked into detention"),
    ],
)
def test_rows_decided_by_hand(
    own_day: tuple[Summary, Path],
    source_row: int,
    action: str | None,
    holder_class: str | None,
    standing: str,
    status: str | None,
    outcome: str,
) -> None:
    sql = f"SELECT class, standing, action, status, outcome FROM {{}} WHERE row = {source_row} - 1"
    assert (holder_class, standing, action, status, outcome) in query(own_day[1] / "findings.parquet", sql)


def test_outcomes_of_cook_county(own_day: tuple[Summary, Path]) -> None:
    """The published counts of ICE's own record: declined 115, booked 3, no outcome 68, all 186."""
    summary, _ = own_day
    [cook] = [holder for holder in summary.holders if holder.agency == COOK]
    assert cook.recorded == {"no outcome recorded": 68, "booked into detention": 3, "recorded as declined": 115}
    [hold] = [finding for finding in cook.findings if finding.action == "hold"]
    assert hold.recorded == cook.recorded
    assert "honoured" not in str(summary)


def test_rows_keep_their_order(own_day: tuple[Summary, Path]) -> None:
    """The first row below the header is 1, and every finding tells which row it is of."""
    off = "SELECT count(*) FROM {} WHERE source_row <> row"
    assert query(own_day[1] / "findings.parquet", off) == [(0,)]


def test_groups_add_up_to_findings(own_day: tuple[Summary, Path]) -> None:
    summary, out = own_day
    [(findings,)] = query(out / "findings.parquet", "SELECT count(*) FROM {}")
    for name in ("groups.csv", "groups.parquet"):
        assert query(out / name, "SELECT sum(rows)::BIGINT FROM {}") == [(findings,)]
    apart_with_findings = 1_213 - 1_112
    assert findings == sum(action.rows for action in summary.actions) + apart_with_findings
    assert sum(action.rows for action in summary.actions) == 1_108 + 1_112
    for holder in summary.holders:
        assert sum(holder.recorded.values()) == holder.rows
        for finding in holder.findings:
            assert sum(finding.recorded.values()) == finding.rows


def test_alike_rows_are_decided_once(own_day: tuple[Summary, Path]) -> None:
    assert own_day[0].decisions_made < 30


def test_law_used_and_its_neighbours(real_file: Path, tmp_path: Path, law: Law) -> None:
    note = run(real_file, tmp_path / "out", law, date(2018, 6, 1)).law
    assert note.last_change_before is not None
    assert note.next_change_after is not None
    assert note.last_change_before.day == date(2017, 8, 28)
    assert note.next_change_after.day == date(2021, 8, 2)
    assert "us/il/trust-act" in note.next_change_after.instruments
    assert sum(used.rows for used in note.used) == 1_112


def test_same_bytes_again(real_file: Path, tmp_path: Path, law: Law) -> None:
    run(real_file, tmp_path / "one", law)
    run(real_file, tmp_path / "two", law)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert "report.html" in names
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_csv_gives_what_parquet_gives(real_file: Path, tmp_path: Path, law: Law) -> None:
    import duckdb

    copy = tmp_path / "copy.csv"
    with duckdb.connect(":memory:") as database:
        database.execute(f"COPY (SELECT * FROM '{real_file}') TO '{copy}' (FORMAT csv, HEADER, DATEFORMAT '%m/%d/%y')")
    one = run(real_file, tmp_path / "one", law)
    two = run(copy, tmp_path / "two", law)
    assert (tmp_path / "one" / "groups.csv").read_bytes() == (tmp_path / "two" / "groups.csv").read_bytes()
    found = "SELECT * FROM {} ORDER BY row, action"
    findings = [query(tmp_path / name / "findings.parquet", found) for name in ("one", "two")]
    assert findings[0] == findings[1]
    assert one.holders == two.holders
    assert one.rows == two.rows
