"""Searches by others: facts of each row from the searcher's name, the reason and the register of declarations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from comity.audit.layouts.form import Prepared
from comity.audit.opening import Opening, prepare_log, read_log
from comity.audit.reading.database import connect
from comity.audit.sharing.declarations import Register, key_of
from comity.audit.sharing.searches import Searches, tell_searches
from comity.decide import Law

HEAD = "ID,Org Name,Total Networks Searched,Reason,Search Time\n"
AGENCY = "us/il/local/police"
ROWS = [
    ("Jesup GA PD", "theft"),
    ("Jesup PD (GA) (Flex)", "ICE+ERO"),
    ("Macon GA PD", "warrant"),
    ("Peoria IL PD", "immigration"),
    ("[Federal] Homeland Security Investigations", "HSI narcs"),
    ("US Border Patrol [Inactive]", "CBP Assist"),
    ("MOCIC", ""),
]


@pytest.fixture
def opened(tmp_path: Path, law: Law) -> Iterator[tuple[duckdb.DuckDBPyConnection, Prepared]]:
    path = tmp_path / "network.csv"
    lines = [f'{at},{name},12,{reason},"01/21/2025, 03:0{at}:00 PM UTC"\n' for at, (name, reason) in enumerate(ROWS)]
    path.write_text(HEAD + "".join(lines), encoding="utf-8")
    with connect(tmp_path) as database:
        opening = Opening(agency=AGENCY, zone="America/Chicago")
        staged = read_log(database, [str(path)], opening, tmp_path)
        yield database, prepare_log(database, staged, opening, law.library)[1]


def facts_of(database: duckdb.DuckDBPyConnection, prepared: Prepared) -> list[dict[str, object]]:
    """The facts that each row tells, by what the prepared columns mean."""
    columns = ", ".join(fact.column for fact in prepared.facts)
    told: list[dict[str, object]] = []
    for row in database.execute(f"SELECT {columns} FROM log ORDER BY row").fetchall():
        facts: dict[str, object] = {}
        for fact, cell in zip(prepared.facts, row, strict=True):
            if cell is not None:
                facts[fact.fact] = fact.values[cell] if fact.form == "coded" else cell
        told.append(facts)
    return told


def test_what_each_row_tells(opened: tuple[duckdb.DuckDBPyConnection, Prepared]) -> None:
    database, prepared = opened
    told = tell_searches(database, prepared, AGENCY)
    assert {fact.fact for fact in told.facts} == {"stated_purpose", "requester"}
    crime = {"one_of": ["immigration_crime", "other_crime"]}
    assert facts_of(database, told) == [
        {"requester": ["out_of_state_law_enforcement"], "stated_purpose": crime},
        {"requester": ["out_of_state_law_enforcement"], "stated_purpose": "civil_immigration"},
        {"requester": ["out_of_state_law_enforcement"]},
        {"requester": ["in_state_agency"], "stated_purpose": "civil_immigration"},
        {"requester": ["ice_hsi"], "stated_purpose": crime},
        {"requester": ["border_patrol"]},
        {},
    ]


def test_the_purpose_itself_is_never_told(opened: tuple[duckdb.DuckDBPyConnection, Prepared]) -> None:
    database, prepared = opened
    told = tell_searches(database, prepared, AGENCY)
    assert "purpose" not in {fact.fact for fact in told.facts}


def test_a_register_tells_the_day_or_never(opened: tuple[duckdb.DuckDBPyConnection, Prepared], law: Law) -> None:
    database, prepared = opened
    register = Register(
        "declarations.csv", {key_of("Jesup GA PD"): date(2025, 1, 21)}, {key_of("Gary IL PD"): "Gary IL PD"}
    )
    told = tell_searches(database, prepared, AGENCY, Searches(register))
    assert "declared, and not among these organisations, or spelt otherwise: Gary IL PD" in told.notes
    rows = facts_of(database, told)
    assert [row.get("declaration_on") for row in rows] == [
        date(2025, 1, 21), date(2025, 1, 21), date.max, date.max, date.max, date.max, date.max,
    ]  # fmt: skip
    standing: dict[str, object] = {
        "instruments": [], "open_to_public": False, "purpose": "other_crime",
        "acting_for_immigration_enforcement": False,
    }  # fmt: skip
    statuses = [
        law.decide(agency=AGENCY, on="2025-01-21", actions=["share_alpr"], facts={**row, **standing})
        .finding("share_alpr")
        .status
        for row in (rows[0], rows[2])
    ]
    assert statuses == ["unregulated", "prohibited"]


def test_the_home_state_makes_the_difference(opened: tuple[duckdb.DuckDBPyConnection, Prepared]) -> None:
    database, prepared = opened
    told = tell_searches(database, prepared, "us/ga/local/police")
    rows = facts_of(database, told)
    assert rows[0]["requester"] == ["in_state_agency"]
    assert rows[3]["requester"] == ["out_of_state_law_enforcement"]


def test_every_row_stays_once_above_one_row_group(tmp_path: Path, law: Law) -> None:
    path = tmp_path / "network.parquet"
    with connect(tmp_path) as database:
        database.execute(
            "COPY (SELECT i AS \"ID\", CASE i % 2 WHEN 0 THEN 'Jesup GA PD' ELSE 'Peoria IL PD' END AS \"Org Name\", "
            '1 AS "Total Networks Searched", \'reason \' || (i % 1000) AS "Reason", '
            f"'01/21/2025, 03:00:00 PM UTC' AS \"Search Time\" FROM range(200_000) t(i)) TO '{path}' (FORMAT parquet)"
        )
        opening = Opening(agency=AGENCY)
        staged = read_log(database, [str(path)], opening, tmp_path)
        tell_searches(database, prepare_log(database, staged, opening, law.library)[1], AGENCY)
        counted = database.execute("SELECT count(*), count(DISTINCT row), count(DISTINCT fact_requester) FROM log")
        assert counted.fetchone() == (200_000, 200_000, 2)
