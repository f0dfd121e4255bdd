"""The encoded law, many places and days: every row's answer in bulk is that of `Law.decide`, in any order of rows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

import msgspec
import pytest

from comity.audit.layouts.form import FactColumn, RowKind
from comity.audit.signing import plan, sign
from comity.audit.signing.sign import Log, Signer
from comity.decide import Law
from tests.audit.signing.rowbyrow import Line, Prepared, compared, differences, local, one_by_one, plain

ROW_GROUP = 122_880
"""Rows of DuckDB's row groups: whether order is kept shows only above one."""

FIRST, LAST = date(2009, 1, 1), date(2026, 11, 1)
DETAINER = {"at_least": ["i247a"], "not": ["i247d", "i247x"]}
KINDS = (
    RowKind(
        "detainer",
        ("hold", "notify_release"),
        {"requester": ["dhs"], "purpose": "civil_immigration", "instruments": DETAINER, "in_custody": True},
        {"instruments": ["i247a"]},
        "a note",
    ),
    RowKind("anything asked", ("comply_with_request",), {"stated_purpose": "civil_immigration"}),
    RowKind("search", ("share_alpr",), {"declaration_on": "never"}),
)
VALUES: dict[str, tuple[object, ...]] = {
    "instruments": (["i247a"], [], ["immigration_detainer"], {"at_least": ["judicial_warrant"]}, ["i247a", "i200"]),
    "purpose": ("criminal_investigation", "civil_immigration", {"one_of": ["civil_immigration", "other_crime"]}),
    "other_lawful_ground": (True, False, {"one_of": [True, False]}, {"disputed": [True, False]}),
    "in_custody": (True, False),
    "held_as": ("arrested", "sentenced", "pretrial"),
    "area": ("public", "nonpublic"),
    "place": ("home", "jail"),
    "information": ("citizenship_or_immigration_status", "court_dates", ["home_address"]),
    "convictions": (
        [],
        [{"offence": "murder", "grade": "felony_1"}],
        [{"violent": True, "judgment_on": "2012-03-01"}],
        {"at_least": [{"grade": "misdemeanor", "judgment_on": "2001-05-05"}]},
    ),
    "acting_for_immigration_enforcement": (True, False),
    "minor": (True, False),
    "subject_consents": (True, False),
    "arrested_on": (),
}
TIMES = ("release_due_at", "received_at")
FORMS = dict.fromkeys(TIMES, "datetime") | {"declaration_on": "date", "arrested_on": "date"}


def columns_of(law: Law) -> tuple[FactColumn, ...]:
    """The columns: of each fact of the vocabulary named above, the values that it knows."""
    found = [
        FactColumn(name, f"fact_{name}", "coded", values)
        for name, values in VALUES.items()
        if values and name in law.vocabulary.facts
    ]
    return tuple(found + [FactColumn(name, f"fact_{name}", form) for name, form in FORMS.items()])  # type: ignore[arg-type]  # pyright: ignore


def some_line(chance: Random, columns: tuple[FactColumn, ...], agencies: int) -> Line:
    day = FIRST + timedelta(days=chance.randrange((LAST - FIRST).days))
    moment = None
    if chance.random() < 0.5:
        moment = datetime(day.year, day.month, day.day, chance.randrange(24), chance.randrange(60))
    cells: list[object] = []
    for column in columns:
        if chance.random() < 0.3:
            cells.append(None)
        elif column.form == "coded":
            cells.append(chance.randrange(len(column.values)))
        elif column.form == "date":
            cells.append(day + timedelta(days=chance.choice([-400, -30, -1, 0, 1, 30])))
        else:
            hours = chance.choice([-400, -100, -72, -49, -48.0, -47, -24, -2, 0, 3])
            start = moment or datetime(day.year, day.month, day.day)
            cells.append(start + timedelta(hours=hours, microseconds=chance.choice([0, 0, 0, 1])))
    agency = None if chance.random() < 0.05 else chance.randrange(agencies)
    return Line(agency, chance.randrange(len(KINDS)), day, tuple(cells), moment)


@pytest.fixture(scope="module")
def law() -> Law:
    return Law.load()


def test_every_row_of_many_places_is_answered_as_it_would_be_alone(law: Law) -> None:
    chance = Random(7)
    agencies = list(law.agencies)
    prepared = Prepared(KINDS, columns_of(law))
    lines = [some_line(chance, prepared.facts, len(agencies)) for _ in range(330)]
    # Places of which facts are known are few: some rows are theirs.
    knowing = [number for number, agency in enumerate(agencies) if law.agency_law(law.agency(agency)).known]
    lines += [
        msgspec.structs.replace(some_line(chance, prepared.facts, len(agencies)), agency=chance.choice(knowing))
        for _ in range(90)
    ]
    said, found = compared(law, prepared, agencies, lines)
    assert not found, (len(found), *found[0])
    assert {"prohibited", "permitted", "unregulated", "depends"} <= {one.status for one in said.values()}
    assert any("required" in one.possible for one in said.values())
    assert any("on" in one.missing for one in said.values())
    assert any(one.known_used for one in said.values())


@pytest.mark.parametrize(
    "days",
    [
        (date(1, 1, 2), date(2999, 12, 31), date(2020, 5, 5), None),
        (date(1, 1, 2), date(1890, 3, 4), None),
        (date(2999, 12, 31), date(2200, 1, 1)),
        (None,),
    ],
)
@pytest.mark.parametrize("few", [0, 1 << 30])
def test_days_long_before_and_after_all_law_lose_no_row(
    law: Law, days: tuple[date | None, ...], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No list grows with the days of a log, and rows of days outside it are found all the same, be they looked up by
    lines and epochs or by agencies and days."""
    monkeypatch.setattr(plan, "FEW", few)
    chance = Random(5)
    agencies = ["us/il/chicago/police", "us/tx/local/sheriff", "us/fl/local/sheriff"]
    prepared = Prepared(KINDS[:1], columns_of(law)[:4])
    lines = [
        Line(None if number % 5 == 4 else number % 3, 0, days[number % len(days)], line.cells)
        for number, line in enumerate(some_line(chance, prepared.facts, 3) for _ in range(60))
    ]
    assert not differences(law, prepared, agencies, lines)
    engine = local(lines, prepared)
    planned = Signer(engine, law, Log("log", prepared.kinds, prepared.facts, tuple(agencies))).sign()
    assert engine.rows("SELECT count(*) FROM signed") == [(60,)]
    assert planned.days.count < 100 * 366
    assert bool(planned.days.epochs) == (few == 0)


def test_a_column_that_leaves_every_clause_standing_keeps_places_apart(law: Law) -> None:
    agencies = ["us/il/chicago/police", "us/tx/local/sheriff", "us/fl/local/sheriff"]
    ground = FactColumn("other_lawful_ground", "fact_other_lawful_ground", "coded", (False,))
    prepared = Prepared((RowKind("held", ("hold",), {"in_custody": True, "purpose": "civil_immigration"}),), (ground,))
    days = (date(2015, 5, 5), date(2025, 5, 5))
    lines = [Line(agency, 0, day, (cell,)) for agency in range(3) for day in days for cell in (0, None)]
    [slot] = (
        Signer(local(lines, prepared), law, Log("log", prepared.kinds, prepared.facts, tuple(agencies))).sign().slots
    )
    assert slot.width
    assert not slot.groups
    assert len(slot.classes) > 1
    assert not differences(law, prepared, agencies, lines)


def test_signatures_decided_a_few_at_a_time_are_told_of_as_they_are(law: Law, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign, "MOST_TOGETHER", 7)
    chance = Random(3)
    agencies = ["us/il/local/sheriff"]
    prepared = Prepared(KINDS[:1], columns_of(law)[:6])
    lines = [msgspec.structs.replace(some_line(chance, prepared.facts, 1), kind=0, agency=0) for _ in range(120)]
    assert not differences(law, prepared, agencies, lines)
    signer = Signer(local(lines, prepared), law, Log("log", prepared.kinds, prepared.facts, tuple(agencies)))
    planned = signer.sign()
    signatures = [signer.signatures(planned, place) for place in range(len(planned.slots))]
    told: list[tuple[int, int]] = []
    signer.decide(planned, signatures, lambda done, of: told.append((done, of)))
    whole = sum(map(len, signatures))
    assert len(told) >= whole / 7
    assert told == sorted(set(told))
    assert told[-1] == (whole, whole)


def test_findings_stand_by_their_rows_in_whatever_order_rows_come(law: Law) -> None:
    chance = Random(11)
    agencies = list(law.agencies)[::9]
    prepared = Prepared(KINDS[:1], columns_of(law)[:6])
    lines = [some_line(chance, prepared.facts, len(agencies)) for _ in range(300)]
    lines = [Line(line.agency, 0, line.day, line.cells, line.moment) for line in lines]
    engine = local(lines, prepared)
    times = 2 * ROW_GROUP // len(lines) + 1
    engine.database.execute("ALTER TABLE log RENAME TO few")
    engine.database.execute(
        f"CREATE TABLE log AS SELECT few.* REPLACE (few.row + {len(lines)} * n AS row) "
        f"FROM few, range({times}) AS t(n) ORDER BY hash(n * 31 + few.row)"
    )
    signer = Signer(engine, law, Log("log", prepared.kinds, prepared.facts, tuple(agencies), has_moments=True))
    plan = signer.sign()
    signer.decide(plan, [signer.signatures(plan, place) for place in range(len(plan.slots))])
    expected = plain(one_by_one(law, prepared, agencies, lines))
    statuses = {key: one.status for key, one in expected.items()}
    wrong = 0
    seen = 0
    for place, slot in enumerate(plan.slots):
        rows = engine.database.execute(
            f"SELECT (row - 1) % {len(lines)} + 1 AS line, status, count(*) "
            f"FROM ({signer.findings_sql(plan)}) LEFT JOIN answers ON answer = answer_{place} GROUP BY ALL"
        ).fetchall()
        for line, status, count in rows:
            seen += count
            wrong += (status or "") != statuses.get((line, slot.action), "") or count != times
    assert wrong == 0
    assert seen == len(lines) * times * len(plan.slots) > 2 * ROW_GROUP
