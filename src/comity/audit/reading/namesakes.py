"""What a file's name and size say against its content: dates that do not agree, round counts, double endings."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from comity.audit.reading.doubt import Doubt

ROUND = 1_000
"""Exports are capped at multiples of this, as 20,000 or 1,000,000 rows."""

_ISO = re.compile(r"(?<!\d)(20\d\d)[-_.](\d{1,2})(?:[-_.](\d{1,2}))?(?!\d)")
_AMERICAN = re.compile(r"(?<!\d)(\d{1,2})[-_.](\d{1,2})[-_.](20\d\d|\d\d)(?!\d)")
_RUN_TOGETHER = re.compile(r"(?<!\d)(?:(20\d\d)(\d\d)(\d\d)|(\d\d)(\d\d)(20\d\d))(?:\d{6})?(?!\d)")
_ENDINGS = re.compile(r"\.(csv|tsv|txt|xlsx?|jsonl?|ndjson|parquet)\.(csv|tsv|txt|xlsx?|jsonl?|ndjson|parquet)$", re.I)


def doubts_of_names(name: str, rows: int, span: tuple[date, date] | None) -> list[Doubt]:
    """What is odd about a file of so many rows, whose days have this span."""
    doubts: list[Doubt] = []
    if rows and rows % ROUND == 0:
        doubts.append(Doubt("", rows, f"all of {name}: an export that was cut at a round number?"))
    if _ENDINGS.search(name):
        doubts.append(Doubt(f"{name} has two endings: was it saved twice, in two forms?"))
    told = list(_spans(name))
    if any(first > last for first, last in zip(_firsts(told), _lasts(told), strict=True)) or _backwards(told):
        doubts.append(Doubt(f"{name} names a period that ends before it begins"))
    if told and span is not None:
        first, last = min(_firsts(told)), max(_lasts(told))
        if span[1] < first or span[0] > last:
            doubts.append(
                Doubt(f"{name} names {_period(first, last)}, and its rows are of other days", told=_period(*span))
            )
    return doubts


def _firsts(spans: list[tuple[date, date]]) -> list[date]:
    return [first for first, _ in spans]


def _lasts(spans: list[tuple[date, date]]) -> list[date]:
    return [last for _, last in spans]


def _backwards(spans: list[tuple[date, date]]) -> bool:
    return len(spans) == 2 and spans[1][1] < spans[0][0]


def _period(first: date, last: date) -> str:
    return f"{first}" if first == last else f"{first} to {last}"


def _spans(name: str) -> Iterator[tuple[date, date]]:
    """The days or months that a name tells, in the order in which they stand."""
    found: list[tuple[int, tuple[date, date]]] = []
    for match in _ISO.finditer(name):
        _keep(found, match.start(), match[1], match[2], match[3])
    for match in _AMERICAN.finditer(name):
        year = match[3] if len(match[3]) == 4 else f"20{match[3]}"
        if not any(start <= match.start() < start + 10 for start, _ in found):
            _keep(found, match.start(), year, match[1], match[2])
    for match in _RUN_TOGETHER.finditer(name):
        parts = (match[1], match[2], match[3]) if match[1] else (match[6], match[4], match[5])
        _keep(found, match.start(), *parts)
    yield from (span for _, span in sorted(found))


def _keep(found: list[tuple[int, tuple[date, date]]], start: int, year: str, month: str, day: str | None) -> None:
    try:
        if day is not None:
            told = date(int(year), int(month), int(day))
            found.append((start, (told, told)))
        else:
            first = date(int(year), int(month), 1)
            found.append((start, (first, first.replace(day=monthrange(first.year, first.month)[1]))))
    except ValueError:
        return
