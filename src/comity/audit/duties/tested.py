"""The duties of which a log's columns tell: which of the law they are, and how each is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from comity.defeat import is_standing_report
from comity.duties import calendar_of
from comity.errors import ComityError, nearest
from comity.norms import By, Norm, Within

if TYPE_CHECKING:
    from comity.audit.layouts.form import DutyColumn
    from comity.compile import DutyDiagram
    from comity.library import Library
    from comity.scope import Scope


class Tested(msgspec.Struct, frozen=True):
    """A duty of a norm, the place of the column that tells of it among those of the log, and the legal holidays that
    its time leaves out."""

    norm: Norm
    duty: str
    place: int
    holidays: str

    @property
    def within(self) -> Within | None:
        """Its time, if it has one that can be counted."""
        return self.norm.due if isinstance(self.norm.due, Within) else None

    @property
    def name(self) -> str:
        """What tells it from all other duties of which a column tells."""
        return f"{self.norm.id} {self.duty} {self.place}"


class ToldDuty(msgspec.Struct, frozen=True):
    """A duty of which a column of the log tells, and that column."""

    tested: Tested
    column: str


def comes_with_rows(norm: Norm, duty: str) -> bool:
    """Whether a row can bring the duty of a norm with it: a standing report, what is to be done once by some day, and
    what any one of several acts satisfies are no matter of a row."""
    return duty in norm.actions and not (is_standing_report(norm) or norm.one_of or isinstance(norm.due, By))


def tested_at(scope: Scope, columns: Sequence[DutyColumn]) -> Iterator[tuple[DutyDiagram, Tested]]:
    """The duties in a scope of which these columns tell, in the order of the law files."""
    wanted = {column.duty for column in columns}
    if not any(wanted.intersection(norm.actions) for norm in scope.law.norms):
        return
    for diagram in scope.duties():
        for place, column in enumerate(columns):
            norm = diagram.norm
            meant = norm.id in column.norms if column.norms else not norm.who
            if meant and comes_with_rows(norm, column.duty):
                yield diagram, Tested(norm, column.duty, place, calendar_of(scope.law, norm))


def check_norms(library: Library, columns: Sequence[DutyColumn]) -> None:
    """Raises ComityError (`layout`) for a norm named that is none with the duty of its column."""
    known = library.norms()
    for column in columns:
        duties = [name for name, norm in known.items() if comes_with_rows(norm, column.duty)]
        for name in column.norms:
            if name not in duties:
                hint = nearest(name, duties) or f" (as {', '.join(duties[:3])} do)" if duties else ""
                says = f"{name} lays no such duty on anybody for a single row{hint}"
                raise ComityError("layout", says, f"duty {column.duty}, norms")
