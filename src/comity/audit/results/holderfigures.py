"""The figures of the agencies of a report: of those with the most rows, what was found, and what is left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from comity.audit.results.ground import Counts
from comity.audit.results.rulings import STATUSES, Ruling, read_rulings
from comity.audit.results.summary import NOT_LISTED, NOT_SHOWN, FindingCount, HolderCount, ordered, pairs_by
from comity.audit.verdicts import VERDICTS
from comity.words import counted

if TYPE_CHECKING:
    import duckdb

HOLDERS = 2_000
"""The agencies that a summary lists: those with the most rows."""

FINDINGS_LISTED = 10_000
"""The findings of agencies that a summary lists each by itself: those with the most rows."""

_KEYS = ("holder", "class", "agency", "standing")
_SAME_HOLDER = " AND ".join(f"l.{name} IS NOT DISTINCT FROM h.{name}" for name in _KEYS)


def holder_counts(
    database: duckdb.DuckDBPyConnection, lines: str, actions: Sequence[str], outcomes: Sequence[str]
) -> tuple[tuple[HolderCount, ...], tuple[str, ...]]:
    """The agencies of a table of counted lines, those with the most rows first, and rows kept apart under their reason;
    and what is left out. `actions` and `outcomes` are in the order in which they are told."""
    own = ", ".join(_KEYS)
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE listed_holders AS SELECT row_number() OVER (ORDER BY rows DESC, "
        f"coalesce(holder, ''), standing, coalesce(agency, ''), class) AS number, * FROM (SELECT {own}, "
        f"coalesce(sum(rows) FILTER (WHERE first), 0)::BIGINT AS rows FROM {lines} GROUP BY ALL) ORDER BY number"
    )
    [(holders,)] = database.execute("SELECT count(*) FROM listed_holders").fetchall()
    database.execute("DELETE FROM listed_holders WHERE number > ?", [HOLDERS])
    findings, folded = _findings(database, lines, actions, outcomes)
    recorded = pairs_by(
        database.execute(
            f"SELECT h.number, l.outcome, sum(l.rows)::BIGINT FROM {lines} l JOIN listed_holders h "
            f"ON {_SAME_HOLDER} WHERE l.first GROUP BY ALL"
        ).fetchall()
    )
    found = tuple(
        HolderCount(holder, kind, agency, standing, rows, ordered(recorded[number,], outcomes), tuple(findings[number]))
        for number, holder, kind, agency, standing, rows in database.execute(
            f"SELECT number, {own}, rows FROM listed_holders ORDER BY number"
        ).fetchall()
    )
    left_out: tuple[str, ...] = ()
    if holders > HOLDERS:
        left_out += (f"{counted(holders - HOLDERS, 'agency', 'agencies')} with fewer rows: in groups.csv",)
    if folded:
        left_out += (
            f"{counted(folded, 'finding of an agency', 'findings of agencies')}, of few rows: counted together by "
            "status, and each by itself in groups.csv",
        )
    return found, left_out


def _findings(
    database: duckdb.DuckDBPyConnection, lines: str, actions: Sequence[str], outcomes: Sequence[str]
) -> tuple[dict[int, list[FindingCount]], int]:
    """The findings of each listed agency, by its number, and how many are counted together by status."""
    database.execute(
        "CREATE OR REPLACE TEMP TABLE listed_findings AS SELECT h.number, l.action, l.ruling, l.status, "
        f"sum(l.rows)::BIGINT AS rows FROM {lines} l JOIN listed_holders h ON {_SAME_HOLDER} "
        "WHERE l.action IS NOT NULL GROUP BY ALL"
    )
    [(all_of_them,)] = database.execute("SELECT count(*) FROM listed_findings").fetchall()
    database.execute(
        "CREATE OR REPLACE TEMP TABLE listed_findings AS SELECT * FROM listed_findings "
        f"ORDER BY rows DESC, number, action, ruling LIMIT {FINDINGS_LISTED}"
    )
    # A finding that is not listed by itself has the number 0 for its ruling.
    database.execute(
        "CREATE OR REPLACE TEMP TABLE found_of_holders AS SELECT h.number, l.action, "
        "CASE WHEN f.number IS NULL THEN 0 ELSE l.ruling END AS ruling, l.status, l.outcome, l.verdict, "
        f"sum(l.rows)::BIGINT AS rows FROM {lines} l JOIN listed_holders h ON {_SAME_HOLDER} "
        "LEFT JOIN listed_findings f ON f.number = h.number AND f.action = l.action "
        "AND f.ruling IS NOT DISTINCT FROM l.ruling WHERE l.action IS NOT NULL GROUP BY ALL"
    )
    recorded, verdicts = (
        pairs_by(
            database.execute(
                f"SELECT number, action, ruling, status, {cell}, sum(rows)::BIGINT FROM found_of_holders GROUP BY ALL"
            ).fetchall()
        )
        for cell in ("outcome", "verdict")
    )
    rulings = read_rulings(database, sorted({ruling for _, _, ruling, _ in recorded if ruling}))
    found: dict[int, list[FindingCount]] = defaultdict(list)
    places = {action: place for place, action in enumerate(actions)}

    def place(key: tuple[Any, ...]) -> tuple[int, int, bool, int, int]:
        """By agency, action, ruling; what is counted together comes last of its action, by status."""
        number, action, ruling, status = key
        standing = STATUSES.index(status) if status in STATUSES else len(STATUSES)
        return number, places[action], ruling == 0, ruling or 0, standing

    for key in sorted(recorded, key=place):
        number, action, ruling, status = key
        counts = ordered(recorded[key], outcomes), ordered(verdicts[key], VERDICTS)
        found[number].append(_finding(action, rulings.get(ruling or 0), ruling, status, *counts))
    return found, max(0, all_of_them - FINDINGS_LISTED)


def _finding(
    action: str, ruling: Ruling | None, number: int | None, status: str | None, recorded: Counts, verdicts: Counts
) -> FindingCount:
    """The finding; without a ruling, its number says whether that is not told (None) or not listed (0)."""
    rows = sum(recorded.values())
    if ruling is None:
        alone = NOT_SHOWN if number is None else NOT_LISTED
        return FindingCount(action, None, status or NOT_SHOWN, alone, (), (), (), (), rows, recorded, verdicts)
    return FindingCount(
        action,
        ruling.ruling,
        ruling.status,
        ruling.alone,
        ruling.possible,
        ruling.cites,
        ruling.possibly_cites,
        ruling.missing,
        rows,
        recorded,
        verdicts,
    )
