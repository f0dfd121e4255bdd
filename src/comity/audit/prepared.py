"""A log whose columns have been given their meaning: what passes from the layouts to the signatures.

The rows stand in a relation `log` of the database; these values say what its columns mean.
"""

from __future__ import annotations

from typing import Literal

import msgspec

FactForm = Literal["coded", "date", "datetime", "quantity"]


class RowKind(msgspec.Struct, frozen=True):
    """A kind of row: the actions that it asks, and the facts that every row of the kind tells or supposes.

    `alone` is what would be known besides, had no other paper been shown. Facts are in the JSON form of requests.
    """

    name: str
    actions: tuple[str, ...]
    facts: dict[str, object] = {}
    alone: dict[str, object] = {}
    note: str = ""


class FactColumn(msgspec.Struct, frozen=True):
    """A fact that varies by row, and the column of `log` that tells it; NULL tells nothing.

    A `coded` column holds an index into `values`, which are in the JSON form of requests. The others hold a DATE, a
    TIMESTAMP (by the clock of the place) or a number, known exactly.
    """

    fact: str
    column: str
    form: FactForm
    values: tuple[object, ...] = ()


class Prepared(msgspec.Struct, frozen=True):
    """What the columns `kind` (an index into `kinds`) and `fact_…` of the relation `log` mean."""

    kinds: tuple[RowKind, ...]
    facts: tuple[FactColumn, ...] = ()
