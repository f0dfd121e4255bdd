"""Long logs in Parquet, the same on every run: as real ones are, each row its own, and with many different answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import msgspec
import yaml

from benchmarks.bulk.encoded import DAYS
from benchmarks.bulk.law import ACTION, columns, made_up_law
from benchmarks.bulk.rows import write_log
from comity.decide import Law

DATA = Path(__file__).parents[3] / "shared" / "data"
REAL = DATA / "detainers_us_fy2015ytd.parquet"
"""ICE's list of detainers, as it was released; it is no part of the project."""
PUBLISHED = DATA / "agg_declined_by_facility_year_us_2010_2015.csv"
"""Figures that others published from such lists."""

PLACES = 20_000
"""Names of places that nobody knows, where each row is its own."""

UNKNOWN = 0.1
"""The share of cells that tell nothing, where many answers differ."""

OTHER_LAWS = 20
"""The places of that log, each with made-up law of its own."""

REQUESTS = """
layout: benchmark-requests
says: Requests made up for a benchmark
columns: {requested: {}, agency: {}, outcome: {}}
day: {column: requested}
holder: {agency_column: agency}
outcome:
  column: outcome
  silent: {name: no outcome recorded, head: silent, says: The record is silent.}
  classes:
    - {name: done, head: done, words: [done], shows: {act: done}, says: It was done.}
    - {name: declined, head: declined, words: [declined], shows: {act: declined}, says: It was declined.}
  other: {name: other, head: other, says: Other words.}
"""


def repeat_real_log(path: Path, rows: int) -> None:
    """ICE's list so many times that the rows are at least as many, its days a week later each time."""
    with duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "500MB"}) as database:
        once = database.execute(f"SELECT count(*) FROM '{REAL}'").fetchone()
        assert once is not None, "a count has a row"
        cells = (
            "source_row + 1_000_000 * n AS source_row, CAST(prepare_date + CAST(7 * n AS INTEGER) AS DATE) "
            "AS prepare_date, detainer_type, facility, state, city, lift_reason"
        )
        _write(database, path, [f"SELECT {cells} FROM '{REAL}', (SELECT {n} AS n)" for n in range(-(-rows // once[0]))])


def write_each_its_own(path: Path, rows: int) -> None:
    """Days over eleven years, half of the rows at places that nobody knows, an outcome of its own in every fourth."""
    cells = f"""
        CAST(DATE '2012-01-01' + CAST(hash(i) % 4_018 AS INTEGER) AS DATE) AS prepare_date,
        ['I247 - Immigration Detainer - Notice of Action (as of March 2013)', 'I-247A',
         'I247D - Immigration Detainer - Request for Action',
         'I247N - Immigration Advisal - Request for Notification'][1 + CAST(hash(i, 1) % 4 AS INTEGER)]
            AS detainer_type,
        CASE WHEN i % 2 = 0 THEN 'COOK COUNTY JAIL' ELSE 'PLACE ' || hash(i, 2) % {PLACES} END AS facility,
        'ILLINOIS' AS state, 'CHICAGO' AS city,
        CASE WHEN i % 4 = 0 THEN 'OUTCOME ' || i WHEN i % 4 = 1 THEN 'Lifted' ELSE 'Detainer Declined by LEA' END
            AS lift_reason"""
    with duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "500MB"}) as database:
        _write(database, path, [f"SELECT {cells} FROM range({rows}) AS t(i)"])


def many_places() -> Law:
    """The law of the log with many answers: made up, another in each of its places."""
    return made_up_law(OTHER_LAWS)


def write_many_answers(path: Path, mapping: Path, rows: int) -> None:
    """Requests to the agencies of made-up law, with facts of which many are unknown, so that many answers differ; and
    the mapping that says what the columns mean."""
    write_log(path, rows, "all different", unknown=UNKNOWN, agencies=OTHER_LAWS, days=DAYS)
    facts = {column.fact: column for column in columns()}
    layout = yaml.safe_load(REQUESTS)
    layout["kinds"] = [{"name": "request", "asks": [ACTION]}]
    layout["columns"] |= {column.column: {"names": [column.column]} for column in facts.values()}
    layout["tells"] = {
        fact: [{"when": {c.column: {"is": [f"{code}"]}}, "is": value} for code, value in enumerate(c.values)]
        if c.values
        else {"column": c.column}
        for fact, c in facts.items()
    }
    # Every value by itself: a mapping takes no references from one to another.
    plain = msgspec.json.decode(msgspec.json.encode(layout))
    mapping.write_text(yaml.safe_dump(plain, sort_keys=False), encoding="utf-8")
    agencies = [f"'{agency}'" for agency in many_places().agencies]
    with duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "500MB"}) as database:
        named = path.with_name("named.parquet")
        cells = (
            f"[{', '.join(agencies)}][agency + 1] AS agency, day AS requested, COLUMNS('fact_.*'), "
            f"['done', 'declined', NULL][1 + CAST(hash(row) % 3 AS INTEGER)] AS outcome"
        )
        _write(database, named, [f"SELECT {cells} FROM '{path}'"])
        named.replace(path)


def _write(database: duckdb.DuckDBPyConnection, path: Path, parts: Sequence[str]) -> None:
    database.execute("SET enable_progress_bar = false")
    database.execute(f"COPY ({' UNION ALL '.join(parts)}) TO '{path}' (FORMAT parquet)")
