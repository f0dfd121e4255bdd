"""The findings that a report's page holds, as data for its table of rows: all of a small log, a sample of a large one.

Columns of words are numbers into a list of the words that occur. Nothing in it can end the element that holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from comity.audit.results.cube import FINDINGS, SETTLES, Line
from comity.audit.results.ground import Ground
from comity.audit.results.rulings import Ruling
from comity.audit.results.sample import add_drawn

if TYPE_CHECKING:
    import duckdb

EMBEDDED = 5_000
"""The most findings that a page holds: a browser filters and sorts so many at once."""

GROUPS = 20_000
"""The most counted lines that the page of a large log holds, to count what it does not hold row by row."""

SEED = 0

COLUMNS = (
    "row", "day", "holder", "facility", "standing", "action", "ruling", "status", "verdict", "why", "settle", "outcome",
    "outcome_words", "reason",
)  # fmt: skip

WORDS = COLUMNS[2:6] + COLUMNS[7:]

SPELT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""Letters that a page could take for its own, spelt so that JSON reads the same."""


class Embedded(msgspec.Struct, frozen=True):
    """The data as JSON text safe inside a page, how many findings it holds of how many, for which reasons rows with a
    line stand apart, and whether a row has the text of a reason."""

    text: str
    held: int
    findings: int
    reasons: tuple[str, ...]
    has_reasons: bool

    @property
    def complete(self) -> bool:
        return self.held == self.findings


def island(
    database: duckdb.DuckDBPyConnection, ground: Ground, rulings: Sequence[Ruling], lines: Sequence[Line]
) -> Embedded:
    """The findings that the page holds. Of a log with more than `EMBEDDED`, the rows that come first in the draw with
    `SEED`, and the counted lines of all."""
    findings = sum(line.rows for line in lines)
    complete = findings <= EMBEDDED
    chosen = ""
    if not complete:
        most = max((len(kind.actions) for kind in ground.kinds), default=1)
        add_drawn(database, ground, "embedded", EMBEDDED // max(1, most), SEED)
        chosen = "WHERE row IN (SELECT row FROM embedded)"
    told = database.execute(
        "SELECT row, CAST(day AS VARCHAR), holder, "
        "nullif(concat_ws(', ', holder_name, holder_city, holder_state), '') AS facility, standing, "
        "action, ruling, status, verdict, why, settle, outcome, outcome_words, reason "
        f"FROM ({FINDINGS}) {chosen} ORDER BY row, action"
    ).fetchall()
    words: dict[str, dict[str, int]] = {name: {} for name in WORDS}
    rows = [_coded(line, words) for line in told]
    groups = None
    if not complete and len(lines) <= GROUPS:
        groups = [[line.rows, *_coded(_as_row(line, rulings), words)] for line in lines]
    data = {
        "columns": COLUMNS,
        "complete": complete,
        "missing": {str(ruling.ruling): ruling.missing for ruling in rulings},
        "rows": rows,
        "groups": groups,
        "words": {name: list(found) for name, found in words.items()},
    }
    text = msgspec.json.encode(data).decode()
    for letter, spelt in SPELT.items():
        text = text.replace(letter, spelt)
    reasons = tuple(sorted({line.standing for line in lines if line.action is None}))
    return Embedded(text, len(rows), findings, reasons, bool(words["reason"]))


def _coded(line: Iterable[Any], words: dict[str, dict[str, int]]) -> list[Any]:
    return [
        cell if name not in words or cell is None else words[name].setdefault(cell, len(words[name]))
        for name, cell in zip(COLUMNS, line, strict=True)
    ]


def _as_row(line: Line, rulings: Sequence[Ruling]) -> tuple[Any, ...]:
    status = rulings[line.ruling - 1].status if line.ruling else None
    day = line.month.isoformat() if line.month else None
    return (
        None, day, line.holder, None, line.standing, line.action, line.ruling, status, line.verdict, line.why,
        SETTLES.join(line.settle), line.outcome, None, None,
    )  # fmt: skip
