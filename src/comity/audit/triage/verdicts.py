"""Verdicts of a person on reason texts: a file of the texts to look at, read back on the next run.

The file is keyed by digest, so that it fits any log with the same text. It holds the texts, which are personal data:
it is never written with results that are to be published. docs/how-to/triage-plate-searches.md describes the form.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from comity.audit.spreadsheet import day_in, read_lines, write_lines
from comity.audit.triage.rules import CLASSES, FLAGGED, NAMING, ReasonClass, load_triage_rules
from comity.audit.triage.texts import DIGITS_OF_DIGEST
from comity.errors import ComityError, nearest

if TYPE_CHECKING:
    import duckdb

COLUMNS = ("digest", "text", "class", "rule", "says", "rows", "verdict", "decided_on", "note")

BY_A_PERSON = "verdict of a person on"

_AT_ONCE = 10_000


class Verdict(msgspec.Struct, frozen=True):
    """What a person says that a text says."""

    digest: str
    kind: ReasonClass
    decided_on: date
    note: str


def read_verdicts(path: Path) -> tuple[Verdict, ...]:
    """The lines with a verdict; none if there is no file.

    Raises ComityError (`verdicts`) naming the line of the first cell that does not fit.
    """
    if not path.exists():
        return ()
    found: dict[str, Verdict] = {}
    for cell, at in read_lines(path, COLUMNS, "verdicts"):
        verdict = _verdict(cell, at)
        if verdict is None:
            continue
        if verdict.digest in found:
            raise ComityError("verdicts", f"{verdict.digest} is decided twice", at)
        found[verdict.digest] = verdict
    return tuple(found.values())


def _verdict(cell: dict[str, str], at: str) -> Verdict | None:
    if len(cell["digest"]) != DIGITS_OF_DIGEST or set(cell["digest"]) - set("0123456789abcdef"):
        raise ComityError("verdicts", f'digest "{cell["digest"]}" is none: {DIGITS_OF_DIGEST} hexadecimal digits', at)
    if not cell["verdict"]:
        return None
    if cell["verdict"] not in CLASSES:
        hint = nearest(cell["verdict"], CLASSES) or f": write one of {', '.join(CLASSES)}"
        raise ComityError("verdicts", f'verdict "{cell["verdict"]}" is no class{hint}', at)
    day = day_in(cell["decided_on"], "decided_on", "verdicts", at)
    return Verdict(cell["digest"], msgspec.convert(cell["verdict"], ReasonClass), day, cell["note"])


def apply_verdicts(database: duckdb.DuckDBPyConnection, verdicts: tuple[Verdict, ...]) -> int:
    """Puts the verdicts into the table `reasons`; the rule then says who decided and when. Returns how many texts."""
    if not verdicts:
        return 0
    columns = [
        [verdict.digest for verdict in verdicts],
        [verdict.kind for verdict in verdicts],
        [f"{BY_A_PERSON} {verdict.decided_on.isoformat()}" for verdict in verdicts],
    ]
    given = ", ".join(f"unnest(CAST(? AS VARCHAR[])) AS {name}" for name in ("digest", "verdict", "by_person"))
    changed = database.execute(
        f"UPDATE reasons SET class = v.verdict, rule = v.by_person FROM (SELECT {given}) v "
        "WHERE v.digest = reasons.digest",
        columns,
    ).fetchone()
    return int(changed[0]) if changed else 0


def write_flagged(
    database: duckdb.DuckDBPyConnection, path: Path, verdicts: tuple[Verdict, ...] = (), *, public: bool = False
) -> int:
    """Writes the texts that a person should look at, the most frequent first, each once, with what was decided before.

    Returns how many. Raises ComityError: `public` (the texts are personal data), `output` (cannot be written).
    """
    if public:
        raise ComityError("public", "holds the texts of reasons, which are personal data: not with --public", str(path))
    known = {verdict.digest: verdict for verdict in verdicts}
    return write_lines(path, COLUMNS, _flagged(database, known))


def _flagged(database: duckdb.DuckDBPyConnection, known: dict[str, Verdict]) -> Iterator[list[str]]:
    """The cells of each line: of the flagged texts, and of those decided before."""
    kinds = ", ".join(f"'{kind}'" for kind in FLAGGED)
    rules = load_triage_rules()
    database.execute(
        "CREATE OR REPLACE TEMP TABLE flagged AS SELECT row_number() OVER (ORDER BY sum(rows) DESC, digest) AS number, "
        "digest, any_value(normalised) AS text, any_value(class) AS class, any_value(rule) AS rule, "
        "CAST(sum(rows) AS BIGINT) AS rows FROM reasons "
        f"WHERE class IN ({kinds}) OR starts_with(rule, '{BY_A_PERSON}') GROUP BY digest"
    )
    page = "SELECT digest, text, class, rule, rows FROM flagged WHERE number > ? AND number <= ? ORDER BY number"
    start = 0
    while lines := database.execute(page, [start, start + _AT_ONCE]).fetchall():
        for digest, text, kind, rule, rows in lines:
            verdict = known.get(digest)
            decided = [verdict.kind, verdict.decided_on.isoformat(), verdict.note] if verdict else ["", "", ""]
            says = rules.says(rule)
            if kind in NAMING:
                says = f"{possible(text)} ({says})"
            yield [digest, text, kind, rule, says, str(rows), *decided]
        start += _AT_ONCE
    database.execute("DROP TABLE flagged")


def possible(text: str) -> str:
    """How a row is worded: what its text says, which is not what the search was for."""
    return f'possible: the reason text says "{text}"'
