"""A first mapping of a log that no layout fits, from its own columns and values: guesses, each to be confirmed.

Nothing in a draft is used before a person has looked at it: reading a mapping refuses every guess that still has its
`confirm` beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import msgspec

from comity.audit.layouts.readrows import UNCONFIRMED
from comity.audit.layouts.sql import moment_of, trimmed
from comity.audit.reading.database import count, named
from comity.audit.reading.source import Column, Staged
from comity.errors import ComityError

if TYPE_CHECKING:
    import duckdb

    from comity.vocabulary import Fact, Vocabulary

SAMPLE = 20_000
"""The guesses rest on so many rows; the values of a column are listed up to a number."""
MOST_VALUES = 12
ALIKE = 86
"""How like two names must be, of 100, for one to be proposed for the other."""
SURELY = 95
SHORT = 4
"""Names of fewer letters are compared as a whole."""
MOSTLY = 0.9
HALF = 0.5
"""The part of a column's cells that are dates or numbers: of one that may tell a fact, and of one that may be the day,
which every row wants, be some cells empty of sense."""
LONGEST_LINE = 10_000
"""A guess stands on a line of its own, so that it can be deleted as one."""

DATE_FORMS = (
    "%m/%d/%Y", "%m/%d/%y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y, %I:%M:%S %p UTC", "%m/%d/%Y, %I:%M:%S %p", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y", "%b %d, %Y",
    "%B %d, %Y", "%m-%d-%Y", "%d.%m.%Y", "%d/%m/%Y", "%Y%m%d",
)  # fmt: skip

ROLES: dict[str, tuple[str, ...]] = {
    "day": ("date", "day", "request date", "date received", "prepare date", "received", "search time"),
    "name": ("facility", "agency", "jail", "institution", "detention facility", "holder", "department", "organization"),
    "state": ("state", "facility state", "st"),
    "city": ("city", "facility city", "place"),
    "outcome": (
        "outcome", "disposition", "result", "lift reason", "action taken", "status", "decision", "response",
        "release type", "admitted",
    ),
    "reason": ("reason", "purpose", "search reason", "reason for request"),
}  # fmt: skip
"""What a layout wants told, and how logs call it."""

ASKED = ("request", "request type", "type of request", "action requested", "requested action", "asked")
"""How logs call the column that tells what is asked."""

FACT_WORDS: dict[str, tuple[str, ...]] = {
    "requester": ("requesting agency", "requested by", "requesting organization", "issuing agency", "from agency",
                  "visitor organization"),
    "instruments": ("instrument", "legal instrument", "paper", "document type", "type of warrant", "warrant type",
                    "detainer type", "form"),
    "information": ("records requested", "information requested"),
}  # fmt: skip
"""How logs call columns that tell a fact, besides the fact's own name."""

SOMEBODY_ELSE = re.compile(r"(arrest|request|issu|visit|receiv|transfer|releas|sending|served|from|partner)")
"""An agency's column with such a word tells of another agency than the one whose act the row is."""


class _Seen(msgspec.Struct, frozen=True):
    """A column of the log: its name here, the share of its cells that are dates (with the forms that read them) or
    numbers, and its values where they are few."""

    name: str
    column: Column
    dates: float
    forms: tuple[str, ...]
    numbers: float
    values: tuple[str, ...]


def draft_mapping(database: duckdb.DuckDBPyConnection, staged: Staged, vocabulary: Vocabulary) -> str:
    """A mapping of the columns of `staged`, as YAML, with what is guessed marked to be confirmed.

    Raises ComityError (`columns`) if no column of the log holds dates.
    """
    import yaml

    seen = _look(database, staged)
    roles = _roles(seen)
    if "day" not in roles:
        raise ComityError(
            "columns",
            "has no column of dates, and which law applies turns on the day: write days as 2025-07-19 or 7/19/2025, or "
            "say --header-row N if the names of the columns stand elsewhere",
            staged.sources[0].place,
        )
    used = {column.name for column in roles.values()}
    others = [column for column in seen if column.name not in used]
    draft: dict[str, Any] = {
        "layout": "my-log",
        "columns": {
            column.name: {"names": [column.column.name]} | ({} if column.name in used else {"optional": "yes"})
            for column in seen
        },
        "day": _day(roles["day"]),
        "holder": _holder(roles),
        "facts": {},
        "tells": _tells(others, vocabulary),
        "kinds": _kinds(others, vocabulary),
    }
    if "outcome" in roles:
        draft["outcome"] = _outcome(roles["outcome"])
    if "reason" in roles:
        draft["reason"] = roles["reason"].name
    draft["keys"] = sorted(used)
    if not draft["tells"]:
        del draft["tells"]
    return _HEAD + yaml.safe_dump(draft, sort_keys=False, allow_unicode=True, width=LONGEST_LINE)


_HEAD = """\
# A draft, made from the log's own columns and values. Every guess has a "confirm" beside it: correct the guess if need
# be, then delete that line. A mapping with one left in it is refused. What the columns do not tell, leave out: it stays
# unknown, and the answers say so. Worth adding: what a row is and what an outcome says and does not (says), what the
# facts take as so (assumes), what no row tells (cannot_tell).
"""


def _look(database: duckdb.DuckDBPyConnection, staged: Staged) -> list[_Seen]:
    seen: list[_Seen] = []
    names: set[str] = set()
    for column in staged.columns:
        name = re.sub(r"\W+", "_", column.name.lower()).strip("_") or "column"
        name = name if name[0].isalpha() else f"column_{name}"
        while name in names:
            name += "_"
        names.add(name)
        cell = trimmed(named(column.name))
        sample = f"(SELECT {cell} AS cell, {named(column.name)} AS told FROM staged LIMIT {SAMPLE})"
        row = database.execute(
            f"SELECT count(cell), count(try_cast(cell AS DOUBLE)), count(DISTINCT cell) FROM {sample}"
        ).fetchone()
        assert row is not None
        told, numbers, different = map(int, row)
        forms, dates = _forms(database, sample, column)
        values = tuple(
            str(value)
            for (value,) in database.execute(
                f"SELECT cell FROM {sample} WHERE cell IS NOT NULL GROUP BY cell ORDER BY count(*) DESC, cell "
                f"LIMIT {MOST_VALUES}"
            ).fetchall()
        )
        few = different <= MOST_VALUES
        seen.append(_Seen(name, column, dates / max(1, told), forms, numbers / max(1, told), values if few else ()))
    return seen


def _forms(database: duckdb.DuckDBPyConnection, sample: str, column: Column) -> tuple[tuple[str, ...], int]:
    """The forms in which the dates of a column stand, and how many of its cells are dates in them."""
    if column.type == "DATE" or column.type.startswith("TIMESTAMP"):
        return (), count(database, f"SELECT count(told) FROM {sample}")
    if column.type != "VARCHAR":
        return (), 0
    # Forms without separators read numbers too, and those with two digits of the year read what is longer.
    best, forms = 0, ()
    for form in ("", *DATE_FORMS):
        parsed = moment_of("told", "VARCHAR", (form,) if form else ())
        number = count(database, f"SELECT count(*) FROM {sample} WHERE year({parsed}) BETWEEN 1990 AND 2049")
        if number > best:
            best, forms = number, (form,) if form else ()
    return forms, best


def _roles(seen: list[_Seen]) -> dict[str, _Seen]:
    """Which column is the day, the holder's name, state and city, the outcome and the reason, by name and content."""
    found: dict[str, _Seen] = {}
    for role, words in ROLES.items():
        candidates = [
            column
            for column in seen
            if column.name not in {other.name for other in found.values()}
            and (column.dates > HALF) == (role == "day")
            and not (role == "name" and SOMEBODY_ELSE.search(column.name))
            and not (role == "reason" and _likeness(column, ASKED) >= SURELY)
        ]
        best = max(candidates, key=lambda column: _likeness(column, words), default=None)
        if best is not None and _likeness(best, words) >= ALIKE:
            found[role] = best
        elif role == "day" and candidates:
            # None is called as days are: what is written down first is the likeliest.
            found[role] = candidates[0]
    return found


def _likeness(column: _Seen, words: Sequence[str]) -> float:
    """How like one of these words the column's name is, of 100."""
    from rapidfuzz import fuzz, utils

    name = column.name.replace("_", " ")
    # A part of a long word is like it, and "st" a part of "institution".
    scorer = fuzz.ratio if len(name) < SHORT else fuzz.WRatio
    return max(scorer(name, word, processor=utils.default_process) for word in words)


def _kinds(columns: list[_Seen], vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """What rows ask: by the words of a column that tells it, or all the same."""
    from rapidfuzz import fuzz, process, utils

    actions = {name: name.replace("_", " ") for name in vocabulary.asked_actions()}
    confirm = {UNCONFIRMED: "what a row asks of the agency: " + ", ".join(actions)}
    told = [column for column in columns if column.values and _likeness(column, ASKED) >= SURELY]
    kinds: list[dict[str, Any]] = []
    for column in told[:1]:
        for value in column.values:
            match = process.extractOne(
                value, actions, scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=ALIKE
            )
            if match is not None:
                action = str(cast("tuple[Any, Any, Any]", match)[2])
                kinds.append({"name": value, "when": {column.name: [value]}, "asks": [action]} | confirm)
    return kinds or [{"name": "row", "asks": ["hold"]} | confirm]


def _day(column: _Seen) -> dict[str, Any]:
    day: dict[str, Any] = {"column": column.name}
    if column.forms:
        day["formats"] = list(column.forms)
    return day | {UNCONFIRMED: "the day whose law decides a row; add a time zone (zone) if the times are not local"}


def _holder(roles: dict[str, _Seen]) -> dict[str, Any]:
    if "name" not in roles:
        return {"asked": "yes", UNCONFIRMED: "no column seems to name the agency: it must then be given with --agency"}
    holder = {part: roles[part].name for part in ("name", "state", "city") if part in roles}
    return holder | {UNCONFIRMED: "the agency that each row is about, with its state and city"}


def _outcome(column: _Seen) -> dict[str, Any]:
    classes = [{"name": value, "words": [value]} for value in column.values]
    return {
        "column": column.name,
        "classes": classes,
        UNCONFIRMED: "what happened; add shows: {hold: done} only where the record itself shows it",
    }


def _tells(columns: list[_Seen], vocabulary: Vocabulary) -> dict[str, Any]:
    """Facts that columns may tell, by the likeness of their names."""
    from rapidfuzz import fuzz, process, utils

    facts = {name: fact for name, fact in vocabulary.facts.items() if not fact.derived_from and fact.kind != "records"}
    words = {(name, 0): name.replace("_", " ") for name in facts}
    words |= {
        (name, place): word for name in FACT_WORDS if name in facts for place, word in enumerate(FACT_WORDS[name], 1)
    }
    tells: dict[str, Any] = {}
    for column in columns:
        match = process.extractOne(
            column.name.replace("_", " "),
            words,
            scorer=fuzz.ratio if len(column.name) < SHORT else fuzz.WRatio,
            processor=utils.default_process,
            score_cutoff=ALIKE,
        )
        if match is None:
            continue
        name = str(cast("tuple[Any, Any, Any]", match)[2][0])
        told = _told(column, facts[name])
        if told is not None and name not in tells:
            tells[name] = told
    if "instruments" in facts and "instruments" not in tells:
        tells |= _papers(columns, facts["instruments"])
    return tells


def _papers(columns: list[_Seen], fact: Fact) -> dict[str, Any]:
    """The column most of whose values are papers, whatever it is called."""
    for column in columns:
        told = _told(column, fact)
        if told is not None and 2 * len(told["values"]) > len(column.values):
            return {fact.name: told}
    return {}


def _told(column: _Seen, fact: Fact) -> dict[str, Any] | None:
    """How the column would tell the fact; None if its content does not go with it."""
    if fact.kind in ("date", "datetime") and column.dates >= MOSTLY:
        told: dict[str, Any] = {"column": column.name}
        if column.forms:
            told["formats"] = list(column.forms)
        return told | {UNCONFIRMED: f'does the column answer: "{fact.ask}"'}
    if fact.kind == "quantity" and column.numbers >= MOSTLY:
        return {"column": column.name, UNCONFIRMED: f'does the column answer, in {fact.unit}s: "{fact.ask}"'}
    values = {value: like for value in column.values if (like := _value(fact, value)) is not None}
    if not values:
        return None
    return {"column": column.name, "values": values, UNCONFIRMED: f'does the column answer so: "{fact.ask}"'}


def _value(fact: Fact, text: str) -> object:
    """The fact's value that a cell's text most likely means; None if none is like it."""
    plain = text.strip().lower()
    if fact.kind == "yes_no":
        return "yes" if plain in ("yes", "y", "true", "1") else "no" if plain in ("no", "n", "false", "0") else None
    if fact.tree is None:
        return None
    words = {name: name.replace("_", " ") for name in fact.tree.leaves}
    name = _numbered(words, plain) or _alike(words, plain)
    if name is None or fact.kind != "set_of":
        return name
    # Who asks is told whole; of papers a record seldom says that there was no other.
    return [name] if fact.name == "requester" else {"at_least": [name]}


def _numbered(words: Mapping[str, str], plain: str) -> str | None:
    """The one form that a text names by its number, with or without a hyphen, whatever stands beside it."""
    named = {re.sub(r"\W", "", word) for word in plain.split() if re.search(r"\d", word)} & set(words)
    return named.pop() if len(named) == 1 else None


def _alike(words: Mapping[str, str], plain: str) -> str | None:
    from rapidfuzz import fuzz, process, utils

    match = process.extractOne(plain, words, scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=ALIKE)
    if match is None:
        return None
    name = str(cast("tuple[Any, Any, Any]", match)[2])
    # "Search warrant" is like "federal search warrant", and does not say so much.
    if not set(words[name].split()) <= set(re.findall(r"\w+", plain)) and fuzz.ratio(plain, words[name]) < ALIKE:
        return None
    return name
