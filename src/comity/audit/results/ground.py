"""What results are made from, besides the rows and answers themselves: the sources, the layout, the law."""

from __future__ import annotations

from datetime import date

import msgspec

from comity.audit.duties.tested import ToldDuty
from comity.audit.layouts.form import OutcomeClass

Counts = dict[str, int]


class SourceNote(msgspec.Struct, frozen=True):
    """A file or query that was read: its name, the SHA-256 and size of its bytes, and its rows (size and rows are None
    in public results, where they could give a small group away)."""

    name: str
    sha256: str
    bytes: int | None
    rows: int | None


class Kind(msgspec.Struct, frozen=True):
    """A kind of row: the actions that it asks, in order. Rows of one kind ask the same."""

    name: str
    actions: tuple[str, ...]


class Check(msgspec.Struct, frozen=True):
    """One thing found out about the log itself: how many rows it concerns, of how many; `says` in words. The days,
    values or numbers are `told` apart: like the counts, they are left out of public results, and so is a check that
    `says` nothing else.

    `topic` is `completeness`, `gaps`, `overlaps`, `dates`, `doubts`, `published figures` or `set aside`.
    """

    topic: str
    about: str
    says: str
    rows: int | None = None
    of: int | None = None
    told: str = ""


def found_words(check: Check) -> str:
    """What a check says, with what may be told of it."""
    return ": ".join(text for text in (check.says, check.told) if text)


class LawChange(msgspec.Struct, frozen=True):
    """A day on which a text began or ended, for an agency of the log, that rules on an action its rows ask."""

    day: date
    instruments: tuple[str, ...]
    cites: tuple[str, ...]


class Ground(msgspec.Struct, frozen=True):
    """`standings` counts the rows read by whether they were decided, or why not: its values add up to `rows`.

    `identical` is None in public results. `matched` counts the names of holders by how they were found, and `beside`
    are the files that were given beside the log. `duties` are those of which columns tell.
    """

    place: str
    layout: str
    layout_says: str
    as_of: date | None
    sources: tuple[SourceNote, ...]
    rows: int
    first_day: date | None
    last_day: date | None
    made_up: int
    standings: Counts
    reasons: dict[str, str]
    identical: int | None
    kinds: tuple[Kind, ...]
    outcomes: tuple[OutcomeClass, ...]
    decisions: int
    checks: tuple[Check, ...]
    changes: tuple[LawChange, ...]
    digest: str
    version: str
    notes: tuple[str, ...]
    assumes: tuple[str, ...]
    cannot_tell: tuple[str, ...]
    matched: Counts = {}
    beside: tuple[SourceNote, ...] = ()
    duties: tuple[ToldDuty, ...] = ()
