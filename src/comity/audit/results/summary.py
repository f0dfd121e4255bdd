"""The figures of a report as one value that programs read as JSON. `figures` works them out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from comity.audit.results.duties import DutyCount
from comity.audit.results.ground import Check, Counts, LawChange, SourceNote
from comity.audit.results.rulings import Ruling

SAYS = "A row shows what its source recorded, not that a law was kept or broken. This is no legal advice."

TRIAGE_SAYS = "A triage says what a text says, not what the search was for."

NOT_SHOWN = "too few to show"
"""What stands for the value of a cell that public results take together with others."""

NOT_LISTED = "not listed"
"""What stands for the rest of a finding where it is counted with others of its agency, action and status, since a log
has more than a summary lists."""


Pair = tuple[str | None, int]
"""A value, and the rows that have it."""


def ordered(pairs: Iterable[Pair], order: Iterable[str] = ()) -> Counts:
    """Rows by a value: in the order given, then by name; those without a value are counted as too few to show."""
    rows: Counter[str] = Counter()
    for value, number in pairs:
        rows[value or NOT_SHOWN] += number
    places = {name: place for place, name in enumerate(order)}
    return {name: rows[name] for name in sorted(rows, key=lambda name: (places.get(name, len(places)), name))}


def pairs_by(lines: Iterable[tuple[Any, ...]]) -> dict[tuple[Any, ...], list[Pair]]:
    """Of lines that end with a value and its rows, these pairs by what stands before them."""
    found: dict[tuple[Any, ...], list[Pair]] = defaultdict(list)
    for *key, value, rows in lines:
        found[tuple(key)].append((value, rows))
    return found


class InputNote(msgspec.Struct, frozen=True):
    """What was read: its sources, what was given `beside` them (reviewed holders, verdicts, a mapping), its days, and
    how many of its rows say that they are made up. `rows` are those read, or in public results those shown."""

    name: str
    sha256: str
    bytes: int | None
    rows: int
    made_up_rows: int
    first_date: date | None
    last_date: date | None
    sources: tuple[SourceNote, ...]
    beside: tuple[SourceNote, ...]


class RowCounts(msgspec.Struct, frozen=True):
    """`decided` and all of `apart` add up to the rows read.

    `identical` counts rows alike in every column but running numbers; all are counted, since each may be a request;
    None in public results.
    """

    decided: int
    apart: Counts
    identical: int | None


class ActionCount(msgspec.Struct, frozen=True):
    """How the rows that ask an action are answered, and the verdicts on them: each adds up to `rows`. `why` divides
    each verdict. `says` tells in words what is asked."""

    action: str
    rows: int
    statuses: Counts
    verdicts: Counts
    why: dict[str, Counts]
    says: str


class MonthCount(msgspec.Struct, frozen=True):
    """One month's rows that ask an action, by status. `month` is `2015-07`, or what stands for it where none shows."""

    month: str
    action: str
    rows: int
    statuses: Counts


class FindingCount(msgspec.Struct, frozen=True):
    """Rows of one holder with one ruling; what the record says happened, and the verdicts, each add up to `rows`.

    `alone` is the status had no other paper been shown with the form. Where a log has more of them than a summary
    lists, those with the fewest rows are one for each status: `ruling` is then None and `alone` says `not listed`.
    """

    action: str
    ruling: int | None
    status: str
    alone: str
    possible: tuple[str, ...]
    because: tuple[str, ...]
    possibly: tuple[str, ...]
    missing: tuple[str, ...]
    rows: int
    recorded: Counts
    verdicts: Counts


class HolderCount(msgspec.Struct, frozen=True, rename={"kind": "class"}):
    """One holder's rows. Every row asks one or more actions: under each action the findings add up to its rows."""

    holder: str | None
    kind: str | None
    agency: str | None
    standing: str
    rows: int
    recorded: Counts
    findings: tuple[FindingCount, ...]


class MissingFact(msgspec.Struct, frozen=True):
    """A fact that no column tells and that could change the answer of so many findings."""

    fact: str
    ask: str
    findings: int


class RulingCount(msgspec.Struct, frozen=True):
    """A ruling, the findings with it, and the verdicts on them.

    `command` decides by itself what the first row with it asks, and says the same; empty in public results, which tell
    no row, and where no command says the same of another day than the row's own.
    """

    ruling: Ruling
    rows: int
    recorded: Counts
    verdicts: Counts
    command: str = ""


class NormCount(msgspec.Struct, frozen=True):
    """A norm that decides so many findings, or may decide so many others."""

    norm: str
    cite: str
    says: str
    modality: str
    evidence: str
    source: str
    read: date
    who: str
    times: tuple[str, ...]
    decides: int
    may_decide: int


class LawUsed(msgspec.Struct, frozen=True):
    """A period of an agency's law, and the rows decided under it. `until` is the first day after it."""

    agency: str
    start: date | None
    until: date | None
    rows: int


class LawNote(msgspec.Struct, frozen=True):
    """The digest of the law, what of it was used, the changes within the days of the log, and the nearest outside."""

    digest: str
    used: tuple[LawUsed, ...]
    changes: tuple[LawChange, ...]
    last_change_before: LawChange | None
    next_change_after: LawChange | None


class Summary(msgspec.Struct, frozen=True, omit_defaults=True):
    """The whole report: the same log under the same law gives the same bytes.

    `smallest_cell` is set in public results: no count of rows below it is shown, but 0.
    `matched` counts the names of holders by how they were found; empty in public results.
    `left_out` says what a large log has more of than is listed here; it stands in the files of counted lines.
    `duties` are those of which a column of the log tells, where some row brings one with it.
    `reasons` counts the findings by how the text of their reason was read; empty in public results.
    """

    place: str
    layout: str
    as_of: date | None
    says: str
    version: str
    smallest_cell: int | None
    input: InputNote
    quality: tuple[Check, ...]
    rows: RowCounts
    actions: tuple[ActionCount, ...]
    decisions_made: int
    months: tuple[MonthCount, ...]
    holders: tuple[HolderCount, ...]
    matched: Counts
    missing: tuple[MissingFact, ...]
    settle: Counts
    rulings: tuple[RulingCount, ...]
    norms: tuple[NormCount, ...]
    law: LawNote
    outcomes: dict[str, str]
    notes: tuple[str, ...]
    assumes: tuple[str, ...]
    cannot_tell: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    duties: tuple[DutyCount, ...] = ()
    reasons: Counts = {}


def days_told(log: InputNote) -> str:
    """The first and the last day of the log, in words."""
    if log.first_date is None:
        return "no day told"
    return f"{log.first_date}" if log.first_date == log.last_date else f"{log.first_date} to {log.last_date}"


def nothing_compared(summary: Summary) -> str:
    """Why there is no finding to set beside the record; empty where the log's duties are set beside it instead."""
    if summary.duties:
        return ""
    if summary.smallest_cell is not None:
        return "No finding may be shown, so that there is nothing to compare with the record here."
    return "No row is decided, so that there is nothing to compare with the record: why is told of each row above."
