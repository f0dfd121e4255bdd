"""Representatives: one row for each signature, with what it tells of the facts from which others follow."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from comity.audit.layouts.form import FactColumn, RowKind
from comity.audit.reading.arrow import arrow
from comity.audit.signing.engine import ArrowTable
from comity.audit.signing.sets import Numbers
from comity.knowledge import NEVER


class Representatives:
    """Some rows of a log, as cells of these columns."""

    def __init__(self, found: ArrowTable, columns: Sequence[FactColumn]) -> None:
        self._found = found
        self._columns = columns

    def told(self, place: int, kind: RowKind, facts: Collection[str]) -> Mapping[str, object]:
        """What a row of this kind tells of these facts, in the form of requests."""
        said = {name: value for name, value in kind.facts.items() if name in facts}
        for column in self._columns:
            if column.fact in facts:
                value = told_of(column, self._found[column.column][place].as_py())
                if value is not None:
                    said[column.fact] = value
        return said


def told_of(column: FactColumn, cell: object) -> object:
    """A cell in the form of requests; None where it tells nothing."""
    if cell is None:
        return None
    if column.form == "coded":
        return column.values[int(str(cell))]
    if cell in NEVER:
        return "never"
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None).isoformat()
    return cell.isoformat() if isinstance(cell, date) else float(str(cell))


def numbers_of(column: Any) -> Numbers:
    """Whole numbers as an array; -1 where there is none."""
    return column.cast(arrow().int64()).fill_null(-1).to_numpy().astype(np.int64)
