"""The findings that a report's page holds, as data for its table of rows: all of a small log, a sample of a large one.

Columns of words are numbers into a list of the words that occur. Nothing in it can end the element that holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import msgspec

from comity.audit.results.cube import CUBE
from comity.audit.results.findings import DUTIES
from comity.audit.results.ground import Ground
from comity.audit.results.methods import Sampling
from comity.audit.results.rulings import read_rulings
from comity.audit.results.sample import add_drawn

if TYPE_CHECKING:
    import duckdb

EMBEDDED = 40_000
"""The most findings that a page holds: a browser filters and sorts so many at once."""

GROUPS = 20_000
"""The most counted lines that the page of a large log holds, to count what it does not hold row by row."""

LETTERS = 5_000_000
"""The most letters of data that a page holds."""

WORDS_SHOWN = 2_000
"""The most letters that the page holds of a text of the log."""

SEED = 0

COLUMNS = (
    "row", "day", "holder", "facility", "standing", "action", "ruling", "status", "verdict", "why", "settle", "outcome",
    "outcome_words", "reason", "reason_class", "searcher",
)  # fmt: skip

WORDS = (*COLUMNS[2:6], *COLUMNS[7:], DUTIES)

OF_RULINGS = ("missing", "norms", "possibly")
"""Lists of a ruling by which its rows are found: of each, the places of its parts in the list of all such words."""

SPELT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""Letters that a page could take for its own, spelt so that JSON reads the same."""


class Embedded(msgspec.Struct, frozen=True):
    """The data as JSON text safe inside a page, how many findings it holds of how many, for which reasons rows with a
    line stand apart, whether a row has the text of a reason, the classes of such texts, whether a row tells who
    searched, and whether the page can count what it does not hold."""

    text: str
    held: int
    findings: int
    reasons: tuple[str, ...]
    has_reasons: bool
    reason_classes: tuple[str, ...]
    has_searchers: bool
    counted: bool

    @property
    def complete(self) -> bool:
        """Whether the page holds all findings."""
        return self.held == self.findings


def island(database: duckdb.DuckDBPyConnection, ground: Ground, findings: str) -> Embedded:
    """The findings that the page holds. Of a log with more than `EMBEDDED`, the rows that come first in the draw with
    `SEED`, fewer where their texts are long, and the counted lines of all if they are no more than `GROUPS`.

    `findings` is the relation with all findings.
    """
    [(many,)] = database.execute(f"SELECT coalesce(sum(rows), 0)::BIGINT FROM {CUBE}").fetchall()
    complete = many <= EMBEDDED
    most = max((len(kind.actions) for kind in ground.kinds), default=1)
    drawn = EMBEDDED // max(1, most)
    groups = [] if complete else _groups(database)
    while True:
        if not complete:
            add_drawn(database, ground, findings, "embedded", Sampling(drawn, SEED))
        told = _told(database, ground, findings, "" if complete else "WHERE row IN (SELECT row FROM embedded)")
        own = (*COLUMNS, DUTIES) if ground.duties else COLUMNS
        text, words = _as_text(database, own, told, groups if groups and len(groups) <= GROUPS else None, complete)
        if len(text) <= LETTERS or not drawn:
            break
        complete, drawn = False, drawn // 2
        groups = groups or _groups(database)
    reasons = database.execute(f"SELECT DISTINCT standing FROM {CUBE} WHERE action IS NULL ORDER BY 1").fetchall()
    counted = complete or len(groups) <= GROUPS
    apart = tuple(str(reason) for (reason,) in reasons)
    classes = tuple(sorted(words["reason_class"]))
    return Embedded(text, len(told), many, apart, bool(words["reason"]), classes, bool(words["searcher"]), counted)


def _told(database: duckdb.DuckDBPyConnection, ground: Ground, findings: str, chosen: str) -> list[tuple[Any, ...]]:
    words, reason, searcher = (
        f"CASE WHEN length({name}) > {WORDS_SHOWN} THEN left({name}, {WORDS_SHOWN}) || '…' ELSE {name} END"
        for name in ("outcome_words", "reason", "searcher")
    )
    duties = f", {DUTIES}" if ground.duties else ""
    return database.execute(
        "SELECT row, CAST(day AS VARCHAR), holder, "
        "nullif(concat_ws(', ', holder_name, holder_city, holder_state), '') AS facility, standing, "
        f"action, ruling, status, verdict, why, settle, outcome, {words}, {reason}, reason_class, {searcher}{duties} "
        f"FROM {findings} {chosen} ORDER BY row, action"
    ).fetchall()


def _groups(database: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """The counted lines as far as the page tells them apart, at most one more than `GROUPS`, their number first."""
    return database.execute(
        "SELECT CAST(sum(rows) AS BIGINT), NULL, CAST(month AS VARCHAR) AS month, holder, NULL, standing, action, "
        "ruling, status, verdict, why, settle, outcome, NULL, NULL, NULL, NULL "
        f"FROM {CUBE} GROUP BY month, holder, standing, action, ruling, status, verdict, why, settle, outcome "
        "ORDER BY month, holder, standing, action, ruling, status, verdict, why, settle, outcome "
        f"LIMIT {GROUPS + 1}"
    ).fetchall()


def _as_text(
    database: duckdb.DuckDBPyConnection,
    columns: Sequence[str],
    told: Sequence[tuple[Any, ...]],
    counted: Sequence[tuple[Any, ...]] | None,
    complete: bool,
) -> tuple[str, dict[str, dict[str, int]]]:
    """The data as JSON text safe inside a page, and the words that occur in it, by column."""
    words: dict[str, dict[str, int]] = {name: {} for name in (*WORDS, *OF_RULINGS)}
    rows = [_coded(columns, line, words) for line in told]
    groups = None if counted is None else [[line[0], *_coded(columns, line[1:], words)] for line in counted]
    number = COLUMNS.index("ruling")
    used = {line[number] for line in told} | {line[number + 1] for line in counted or ()}
    rulings = read_rulings(database, sorted(used - {None}))
    data = {
        "columns": columns,
        "complete": complete,
        "of_rulings": {
            name: {
                str(number): [words[name].setdefault(each, len(words[name])) for each in getattr(rulings[number], name)]
                for number in sorted(rulings)
            }
            for name in OF_RULINGS
        },
        "rows": rows,
        "groups": groups,
        "words": {name: list(found) for name, found in words.items()},
    }
    text = msgspec.json.encode(data).decode()
    for letter, spelt in SPELT.items():
        text = text.replace(letter, spelt)
    return text, words


def _coded(columns: Sequence[str], line: Iterable[Any], words: dict[str, dict[str, int]]) -> list[Any]:
    """A line by numbers of words; what the columns have more than it is not told."""
    return [
        cell if name not in words or cell is None else words[name].setdefault(cell, len(words[name]))
        for name, cell in zip_longest(columns, line)
    ]
