"""Representatives: one row for each signature, with the codes of its facts as arrays and its cells as they are told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
import numpy as np

from comity.audit.layouts.form import FactColumn, RowKind
from comity.audit.reading.arrow import arrow
from comity.audit.signing.engine import ArrowTable
from comity.audit.signing.sets import Numbers


class Row(msgspec.Struct, frozen=True):
    """A representative: its day and moment, and some of its facts in the form of requests."""

    day: date
    moment: datetime | None
    facts: Mapping[str, object]


class Representatives:
    """Some rows of a log, in the order of their numbers.

    `codes` holds, for each encoding, the code of each row.
    """

    def __init__(
        self, found: ArrowTable, kinds: Sequence[RowKind], facts: Sequence[FactColumn], law_day: date | None
    ) -> None:
        """`found` has the columns row, in order, kind, day, moment, those of the facts, and `code_<number>`."""
        self._found = found
        self._kinds = kinds
        self._facts = facts
        self._law_day = law_day
        self.rows = numbers_of(found["row"])
        self._kind = numbers_of(found["kind"])
        coded = [name for name in found.column_names if name.startswith("code_")]
        self.codes = [numbers_of(found[f"code_{number}"]) for number in range(len(coded))]

    def places(self, rows: Numbers) -> Numbers:
        """Where these rows stand among the representatives."""
        return np.searchsorted(self.rows, rows).astype(np.int64)

    def row(self, place: int, facts: Collection[str]) -> Row:
        """What a representative tells of these facts."""
        told = self._kinds[int(self._kind[place])].facts
        said = {name: value for name, value in told.items() if name in facts}
        for column in self._facts:
            if column.fact in facts:
                value = told_of(column, self._found[column.column][place].as_py())
                if value is not None:
                    said[column.fact] = value
        moment = self._found["moment"][place].as_py()
        day = self._found["day"][place].as_py() or self._law_day
        assert day is not None
        return Row(day, None if moment is None else moment.replace(tzinfo=None), said)


def told_of(column: FactColumn, cell: object) -> object:
    """A cell in the form of requests; None where it tells nothing."""
    if cell is None:
        return None
    if column.form == "coded":
        return column.values[int(str(cell))]
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None).isoformat()
    return cell.isoformat() if isinstance(cell, date) else float(str(cell))


def numbers_of(column: Any) -> Numbers:
    """Whole numbers as an array; -1 where there is none."""
    return column.cast(arrow().int64()).fill_null(-1).to_numpy().astype(np.int64)
