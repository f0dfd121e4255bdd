"""SQL for what a layout says of cells: tests, marks, days and times."""

from __future__ import annotations

from collections.abc import Sequence

from comity.audit.layouts.form import Marks, Test, When
from comity.audit.reading.database import quoted

BLANKS = " \t\r\n\u00a0\ufeff"
ISO_DAY = r"\d{4}-\d\d-\d\d"
ISO_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?"
ISO_ZONED = ISO_TIME + r" ?(Z|[+-]\d\d(:?\d\d)?)"


def trimmed(column: str) -> str:
    """A cell as text without outer blanks; null where nothing is left."""
    return f"nullif(trim(CAST({column} AS VARCHAR), {quoted(BLANKS)}), '')"


def key_of(cell: str) -> str:
    """A text as it is compared: capitals, single blanks."""
    return f"upper(regexp_replace({cell}, '\\s+', ' ', 'g'))"


def is_placeholder(cell: str, marks: Marks) -> str:
    words = ", ".join(quoted(" ".join(word.lower().split())) for word in dict.fromkeys(marks.empty))
    return f"lower({cell}) IN ({words})"


def matches_whole(cell: str, patterns: Sequence[str]) -> str:
    """Whether the whole cell is of one of the patterns, whatever the case."""
    if not patterns:
        return "false"
    whole = "|".join(f"(?:{pattern})" for pattern in patterns)
    return f"regexp_full_match({cell}, {quoted(whole)}, 'is')"


def is_withheld(cell: str, marks: Marks) -> str:
    return matches_whole(cell, marks.withheld)


def value_of(cell: str, marks: Marks) -> str:
    """A cell's value: null where it is empty, a placeholder or withheld."""
    return f"CASE WHEN {is_placeholder(cell, marks)} OR {is_withheld(cell, marks)} THEN NULL ELSE {cell} END"


def holds(when: When, cells: dict[str, str], marks: Marks) -> str:
    """Whether all tests hold of a row. `cells` gives, for each of the layout's columns, SQL for its trimmed text."""
    return " AND ".join(_holds(test, cells[test.column], marks) for test in when) or "true"


def _holds(test: Test, cell: str, marks: Marks) -> str:
    match test.kind:
        case "is":
            words = ", ".join(quoted(" ".join(word.upper().split())) for word in test.words)
            return f"coalesce({key_of(cell)} IN ({words}), false)"
        case "matches":
            some = " OR ".join(f"regexp_matches({cell}, {quoted(pattern)}, 'i')" for pattern in test.words)
            return f"coalesce({some}, false)"
        case "empty":
            return f"coalesce({is_placeholder(cell, marks)}, true)"
        case "told":
            return f"NOT coalesce({is_placeholder(cell, marks)} OR {is_withheld(cell, marks)}, true)"
        case "withheld":
            return f"coalesce({is_withheld(cell, marks)}, false)"


def moment_of(cell: str, kind: str, formats: Sequence[str]) -> str:
    """A cell as TIMESTAMP on the clock of its own text, or in UTC where the text itself tells its zone.

    `kind` is the type of the column in `staged`: dates and times of Parquet are taken as they are.
    """
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        # A TIMESTAMPTZ becomes UTC's clock, as the database's time zone is UTC.
        return f"CAST({cell} AS TIMESTAMP)"
    forms = ", ".join(quoted(form) for form in (*formats, "%m/%d/%Y", "%m/%d/%Y %H:%M:%S"))
    text = trimmed(cell)
    return (
        f"CASE WHEN regexp_full_match({text}, {quoted(ISO_DAY)}) THEN CAST(try_cast({text} AS DATE) AS TIMESTAMP) "
        f"WHEN regexp_full_match({text}, {quoted(ISO_TIME)}) THEN try_cast({text} AS TIMESTAMP) "
        f"WHEN regexp_full_match({text}, {quoted(ISO_ZONED)}) THEN CAST(try_cast({text} AS TIMESTAMPTZ) AS TIMESTAMP) "
        f"ELSE try_strptime({text}, [{forms}]) END"
    )
