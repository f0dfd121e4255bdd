"""Knowledge: what is known of each fact, as a non-empty set of its possible values.

A fact that a request does not tell is simply absent: every value is possible. Sets and records are known element by
element; a list is complete unless it is open.
"""

from __future__ import annotations

from datetime import date, datetime

import msgspec


class Choice(msgspec.Struct, frozen=True, tag="choice"):
    """Of a yes/no or one-of fact: the leaves it may be; one leaf when it is known."""

    values: frozenset[str]


class Elements(msgspec.Struct, frozen=True, tag="elements"):
    """Of a set: for each element told, the leaves it may be (exactly one of them).

    When `open`, any other leaf may be present too, save those in `absent`.
    """

    present: tuple[frozenset[str], ...]
    open: bool = False
    absent: frozenset[str] = frozenset()


Ordered = float | date | datetime
NEVER: tuple[date, datetime] = (date.max, datetime.max)
"""A day, and a time, after all others: nothing can be reckoned from it."""


class Spans(msgspec.Struct, frozen=True, tag="spans"):
    """Of a quantity, date or time: closed ranges in which it lies; an end that is None is unbounded."""

    spans: tuple[tuple[Ordered | None, Ordered | None], ...]


class RecordList(msgspec.Struct, frozen=True, tag="records"):
    """Of a list of records: for each record told, what is known of its fields. When `open`, there may be more."""

    records: tuple[dict[str, Knowledge], ...]
    open: bool = False


Knowledge = Choice | Elements | Spans | RecordList
