"""Verdicts of a person on reason texts: a file of the texts to look at, read back on the next run.

The file is keyed by digest, so that it fits any log with the same text. It holds the texts, which are personal data:
it is never written with results that are to be published. docs/how-to/triage-plate-searches.md describes the form.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from comity.audit.reading.database import lines_of, quoted
from comity.audit.spreadsheet import day_in, read_lines, write_lines
from comity.audit.triage.rules import CLASSES, FLAGGED, NAMING, ReasonClass, load_triage_rules
from comity.audit.triage.texts import DIGITS_OF_DIGEST
from comity.errors import ComityError, nearest

if TYPE_CHECKING:
    import duckdb

COLUMNS = ("digest", "text", "class", "rule", "says", "rows", "verdict", "decided_on", "note")

BY_A_PERSON = "verdict of a person on"

NOT_HERE = "kept from an earlier run: this log has no such text to look at"


class Verdict(msgspec.Struct, frozen=True):
    """What a person says that a text says. `kind` and `decided_on` are None where only a note was written."""

    digest: str
    text: str
    kind: ReasonClass | None
    decided_on: date | None
    note: str


def read_verdicts(path: Path) -> tuple[Verdict, ...]:
    """The lines with a verdict or a note; none if there is no file.

    Raises ComityError (`verdicts`) naming the line of the first cell that does not fit.
    """
    if not path.exists():
        return ()
    found: dict[str, Verdict] = {}
    places: dict[str, str] = {}
    for cell, at in read_lines(path, COLUMNS, "verdicts"):
        verdict = _verdict(cell, at)
        if verdict.digest in places:
            raise ComityError("verdicts", f"{verdict.digest} stands twice, first in {places[verdict.digest]}", at)
        places[verdict.digest] = at
        found[verdict.digest] = verdict
    _check_beside(found, places)
    return tuple(verdict for verdict in found.values() if verdict.kind or verdict.note)


def _check_beside(found: dict[str, Verdict], places: dict[str, str]) -> None:
    # One column sorted without the others would give each verdict to another text. That a spreadsheet changed a text
    # (a day, a number) does no harm, so only the text of another line counts.
    for verdict in found.values():
        meant = _digest_of(verdict.text)
        if meant != verdict.digest and meant in found:
            says = f"the digest is that of another text: {meant} goes with it. Was a column sorted without the others?"
            raise ComityError("verdicts", says, places[verdict.digest])


def _digest_of(text: str) -> str:
    """The digest of a text as it stands in the file."""
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS_OF_DIGEST]


def _verdict(cell: dict[str, str], at: str) -> Verdict:
    if len(cell["digest"]) != DIGITS_OF_DIGEST or set(cell["digest"]) - set("0123456789abcdef"):
        says = (
            f'digest "{cell["digest"]}" is none: {DIGITS_OF_DIGEST} hexadecimal digits. If a spreadsheet took it for a '
            f"number, write {_digest_of(cell['text'])}, that of the text beside it"
        )
        raise ComityError("verdicts", says, at)
    if not cell["verdict"]:
        if cell["decided_on"]:
            raise ComityError("verdicts", f"decided_on {cell['decided_on']}, and no verdict", at)
        return Verdict(cell["digest"], cell["text"], None, None, cell["note"])
    if cell["verdict"] not in CLASSES:
        hint = nearest(cell["verdict"].lower(), CLASSES) or f": write one of {', '.join(CLASSES)}"
        raise ComityError("verdicts", f'verdict "{cell["verdict"]}" is no class{hint}', at)
    day = day_in(cell["decided_on"], "decided_on", "verdicts", at)
    kind = msgspec.convert(cell["verdict"], ReasonClass)
    return Verdict(cell["digest"], cell["text"], kind, day, cell["note"])


def apply_verdicts(database: duckdb.DuckDBPyConnection, verdicts: tuple[Verdict, ...]) -> int:
    """Puts the verdicts into the table `reasons`; the rule then says that a person decided, and when.

    Returns for how many texts, alike texts being one.
    """
    told = [(verdict.digest, verdict.kind, verdict.decided_on) for verdict in verdicts]
    decided = [(digest, kind, f"{BY_A_PERSON} {day.isoformat()}") for digest, kind, day in told if kind and day]
    if not decided:
        return 0
    columns = [list(column) for column in zip(*decided, strict=True)]
    given = ", ".join(f"unnest(CAST(? AS VARCHAR[])) AS {name}" for name in ("digest", "verdict", "by_person"))
    database.execute(
        f"UPDATE reasons SET class = v.verdict, rule = v.by_person FROM (SELECT {given}) v "
        "WHERE v.digest = reasons.digest",
        columns,
    )
    counted = "SELECT count(DISTINCT digest) FROM reasons WHERE list_contains(?, digest)"
    found = database.execute(counted, columns[:1]).fetchone()
    return int(found[0]) if found else 0


def write_flagged(
    database: duckdb.DuckDBPyConnection, path: Path, verdicts: tuple[Verdict, ...] = (), *, public: bool = False
) -> int:
    """Writes the texts that a person should look at, the most frequent first, each once, with what was decided before.

    What was decided or noted on texts that this log has not stands below them. Returns how many stand above.

    Raises ComityError: `public` (the texts are personal data), `cannot_write`.
    """
    if public:
        raise ComityError("public", "holds the texts of reasons, which are personal data: not with --public", str(path))
    known = {verdict.digest: verdict for verdict in verdicts}
    elsewhere = dict(known)

    def lines() -> Iterator[list[str]]:
        for line in _flagged(database, known):
            elsewhere.pop(line[0], None)
            yield line
        for verdict in elsewhere.values():
            yield [verdict.digest, verdict.text, "", "", NOT_HERE, "0", *_decided(verdict)]

    return write_lines(path, COLUMNS, lines()) - len(elsewhere)


def _decided(verdict: Verdict | None) -> list[str]:
    if verdict is None:
        return ["", "", ""]
    return [verdict.kind or "", verdict.decided_on.isoformat() if verdict.decided_on else "", verdict.note]


def _flagged(database: duckdb.DuckDBPyConnection, known: dict[str, Verdict]) -> Iterator[list[str]]:
    """The cells of each line: of the flagged texts, and of those decided before."""
    kinds = ", ".join(map(quoted, FLAGGED))
    rules = load_triage_rules()
    database.execute(
        "CREATE OR REPLACE TEMP TABLE flagged AS SELECT row_number() OVER (ORDER BY sum(rows) DESC, digest) AS number, "
        "digest, any_value(normalised) AS text, any_value(class) AS class, any_value(rule) AS rule, "
        "CAST(sum(rows) AS BIGINT) AS rows FROM reasons "
        f"WHERE class IN ({kinds}) OR starts_with(rule, {quoted(BY_A_PERSON)}) GROUP BY digest"
    )
    for digest, text, kind, rule, rows in lines_of(database, "flagged"):
        says = rules.says(rule)
        if kind in NAMING:
            says = possible(text) + (f" ({says})" if says else "")
        yield [digest, text, kind, rule, says, str(rows), *_decided(known.get(digest))]
    database.execute("DROP TABLE flagged")


def possible(text: str) -> str:
    """How a row is worded: what its text says, which is not what the search was for."""
    return f'possible: the reason text says "{text}"'
