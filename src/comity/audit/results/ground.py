"""What results are made from, besides the rows themselves: the sources, the layout, the law, the answers."""

from __future__ import annotations

from datetime import date

import msgspec

from comity.audit.verdicts import Act

Counts = dict[str, int]

DECIDED = "decided"


class SourceNote(msgspec.Struct, frozen=True):
    """A file or query that was read: its name, the SHA-256 and size of its bytes, and its rows (None in public
    results, where they could give a small group away)."""

    name: str
    sha256: str
    bytes: int
    rows: int | None


class Kind(msgspec.Struct, frozen=True):
    """A kind of row: the actions that it asks, in order. Rows of one kind ask the same."""

    name: str
    actions: tuple[str, ...]
    note: str = ""


class OutcomeClass(msgspec.Struct, frozen=True):
    """A class of what the record says happened: a word for the head of a column, what it does not say, and which acts
    it shows were done or declined. `together`: it is one entry for the whole request, whatever that asked."""

    name: str
    head: str
    says: str
    shows: dict[str, Act] = {}
    together: bool = False


class Answer(msgspec.Struct, frozen=True):
    """One answer of the law, shared by all rows that the law cannot tell apart.

    `norms` and `possibly` are ids of norms, `cites` and `possibly_cites` their citations.
    `law_until` is the first day after the period of law.
    """

    answer: int
    agency: str
    law_from: date | None
    law_until: date | None
    action: str
    status: str
    alone: str
    possible: tuple[str, ...]
    norms: tuple[str, ...]
    cites: tuple[str, ...]
    possibly: tuple[str, ...]
    possibly_cites: tuple[str, ...]
    missing: tuple[str, ...]
    evidence: str | None
    known_used: tuple[str, ...] = ()
    not_encoded: tuple[str, ...] = ()
    disputes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Check(msgspec.Struct, frozen=True):
    """One thing found out about the log itself: how many rows it concerns, of how many; `says` in words.

    `topic` is `completeness`, `gaps`, `overlaps`, `duplicates`, `dates`, `doubts` or `set aside`.
    """

    topic: str
    about: str
    says: str
    rows: int | None = None
    of: int | None = None


class LawChange(msgspec.Struct, frozen=True):
    """A day on which a text began or ended, for an agency of the log, that rules on an action its rows ask."""

    day: date
    instruments: tuple[str, ...]
    cites: tuple[str, ...]


class Ground(msgspec.Struct, frozen=True):
    """`standings` counts the rows read by whether they were decided, or why not: its values add up to `rows`.

    `identical` is None in public results where it is small.
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
    answers: tuple[Answer, ...]
    decisions: int
    checks: tuple[Check, ...]
    changes: tuple[LawChange, ...]
    digest: str
    version: str
    notes: tuple[str, ...]
    assumes: tuple[str, ...]
    cannot_tell: tuple[str, ...]
    unknown_words: dict[str, Counts] = {}

    def answer(self, number: int) -> Answer:
        """The answer of that number. Raises KeyError."""
        for answer in self.answers:
            if answer.answer == number:
                return answer
        raise KeyError(number)
