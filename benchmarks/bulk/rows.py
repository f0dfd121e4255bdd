"""Made-up logs in Parquet: rows that are mostly alike or all different, with or without facts not told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import duckdb

from benchmarks.bulk.law import DAY, columns
from comity.audit.layouts.form import FactColumn

Shape = Literal["skewed", "all different"]
SITUATIONS = 2_000
"""Different rows of a skewed log."""


def write_log(
    path: Path,
    rows: int,
    shape: Shape,
    *,
    unknown: float = 0.0,
    agencies: int = 1,
    facts: Sequence[FactColumn] | None = None,
    days: int = 1,
) -> None:
    """Writes a log of so many rows, the same on every run.

    `unknown`: the share of cells that tell nothing. `facts`: the columns, those of made-up law if none are given.
    `days`: over how many days up to DAY the rows lie.
    """
    told = columns() if facts is None else facts
    with duckdb.connect(":memory:", config={"memory_limit": "500MB", "threads": 2}) as database:
        database.execute("SET preserve_insertion_order = true")
        database.execute("SET enable_progress_bar = false")
        database.execute(
            f"COPY (SELECT {', '.join(_cells(shape, unknown, agencies, told, days))} FROM range({rows}) AS t(i)) "
            f"TO '{path}' (FORMAT parquet, COMPRESSION snappy)"
        )


def _cells(shape: Shape, unknown: float, agencies: int, facts: Sequence[FactColumn], days: int) -> list[str]:
    # A skewed log repeats some situations, the first most often.
    of = "i" if shape == "all different" else f"CAST(floor({SITUATIONS} * pow({_chance('i', 0)}, 3)) AS BIGINT)"
    cells = [
        "i + 1 AS row",
        f"CAST(hash(i * 7 + 1) % {agencies} AS SMALLINT) AS agency",
        "CAST(0 AS TINYINT) AS kind",
        f"DATE '{DAY}' - CAST(hash(i * 7 + 2) % {days} AS INTEGER) AS day",
    ]
    for place, column in enumerate(facts, 1):
        match column.form:
            case "coded":
                cell = f"CAST(floor({len(column.values)} * {_chance(of, place)}) AS UTINYINT)"
            case _:
                # Quarters of an hour, and whole days: every engine here reads them exactly.
                most, parts = (96, 4.0) if column.fact == "hours" else (500, 1.0)
                cell = f"floor({most * parts} * {_chance(of, place)}) / {parts}"
        if unknown:
            cell = f"CASE WHEN {_chance(of, place + 100)} < {unknown} THEN NULL ELSE {cell} END"
        cells.append(f"{cell} AS {column.column}")
    return cells


def _chance(number: str, salt: int) -> str:
    """A number from 0 to 1 that looks as if it were drawn."""
    return f"((hash({number} * 1000 + {salt}) >> 11) / 9007199254740992.0)"
