"""SQL for what a layout says of cells: tests, marks, days and times."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from comity.audit.layouts.form import Marks, Test, When
from comity.audit.reading.database import quoted

BLANKS = " \t\r\n\u00a0\ufeff"
ISO_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?"
ISO_ZONED = ISO_TIME + r" ?(Z|[+-]\d\d(:?\d\d)?)"


def trimmed(column: str) -> str:
    """A cell as text without outer blanks; null where nothing is left."""
    return f"nullif(trim(CAST({column} AS VARCHAR), {quoted(BLANKS)}), '')"


def key_of(cell: str) -> str:
    """A text as it is compared: capitals, single blanks."""
    # The pattern costs twenty times as much as the rest, and few cells have two blanks.
    return f"upper(CASE WHEN contains({cell}, '  ') THEN regexp_replace({cell}, ' +', ' ', 'g') ELSE {cell} END)"


def is_placeholder(cell: str, marks: Marks) -> str:
    """Whether a text stands for an empty cell; null for none."""
    return among(cell, marks.empty)


def among(cell: str, words: Iterable[str]) -> str:
    """Whether a text is one of the words, whatever case and blanks."""
    # A pattern, not IN or list_contains: DuckDB makes a hash join of these, which is run for every query of the view,
    # wanted or not, and gives the rows in another order; a pattern is tried once for each text of a dictionary.
    return matches_whole(cell, patterns_of(words))


def patterns_of(words: Iterable[str]) -> list[str]:
    """Patterns of the words, between which any number of blanks may stand."""
    return [" +".join(map(re.escape, word.split())) for word in words]


def matches_whole(cell: str, patterns: Sequence[str]) -> str:
    """Whether the whole cell is of one of the patterns, whatever the case."""
    if not patterns:
        return "false"
    whole = "|".join(f"(?:{pattern})" for pattern in dict.fromkeys(patterns))
    return f"regexp_full_match({cell}, {quoted(whole)}, 'is')"


def is_withheld(cell: str, marks: Marks) -> str:
    """Whether a text is a redaction mark; null for none."""
    return matches_whole(cell, marks.withheld)


def value_of(cell: str, marks: Marks) -> str:
    """A cell's value: null where it is empty, a placeholder or withheld."""
    return f"CASE WHEN NOT {is_no_value(cell, marks)} THEN {cell} END"


def is_no_value(cell: str, marks: Marks) -> str:
    """Whether a cell is a placeholder or withheld."""
    return matches_whole(cell, [*patterns_of(marks.empty), *marks.withheld])


def holds(when: When, cells: dict[str, str], marks: Marks) -> str:
    """Whether all tests hold of a row. `cells` gives, for each of the layout's columns, SQL for its trimmed text."""
    return " AND ".join(_holds(test, cells[test.column], marks) for test in when) or "true"


def _holds(test: Test, cell: str, marks: Marks) -> str:
    match test.kind:
        case "is":
            return f"coalesce({among(cell, test.words)}, false)"
        case "matches":
            some = " OR ".join(f"regexp_matches({cell}, {quoted(pattern)}, 'i')" for pattern in test.words)
            return f"coalesce({some}, false)"
        case "empty":
            return f"coalesce({is_placeholder(cell, marks)}, true)"
        case "told":
            return f"NOT coalesce({is_no_value(cell, marks)}, true)"
        case "withheld":
            return f"coalesce({is_withheld(cell, marks)}, false)"


def moment_of(cell: str, kind: str, formats: Sequence[str]) -> str:
    """A cell as TIMESTAMP on the clock of its own text, or in UTC where the text itself tells its zone.

    `kind` is the type of the column in `staged`: dates and times of Parquet are taken as they are.
    """
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        # A TIMESTAMPTZ becomes UTC's clock, as the database's time zone is UTC.
        return f"CAST({cell} AS TIMESTAMP)"
    text = trimmed(cell)
    forms = dict.fromkeys((*formats, "%m/%d/%y", "%m/%d/%Y", "%m/%d/%Y %H:%M:%S"))
    parsed = ", ".join(f"try_strptime({text}, {quoted(form)})" for form in forms)
    # The commonest forms first, told apart without a pattern. A cast alone would take 07/09/15 for a day of the year 7,
    # and would drop an offset.
    return (
        f"CASE WHEN substring({text}, 5, 1) = '-' AND substring({text}, 8, 1) = '-' THEN "
        f"CASE WHEN strlen({text}) = 10 THEN CAST(try_cast({text} AS DATE) AS TIMESTAMP) "
        f"WHEN regexp_full_match({text}, {quoted(ISO_TIME)}) THEN try_cast({text} AS TIMESTAMP) "
        f"WHEN regexp_full_match({text}, {quoted(ISO_ZONED)}) THEN CAST(try_cast({text} AS TIMESTAMPTZ) AS TIMESTAMP) "
        f"END ELSE coalesce({parsed}) END"
    )
