"""Small cells, taken together before anything is counted for a public report.

Public numbers must not lead back to a small group of rows, neither one by one nor by subtraction. So the counted rows
themselves are made coarse, and every public number is a sum of what then stands. The rows fall into classes (standing,
and for each action asked its ruling); each class is divided into months and, apart from that, into holders
and outcomes. A part that is too small is taken together with parts beside it, and nothing finer is told of any of them.

Rows, not findings, are what is grouped: the rows that ask for notice, less those that ask for a hold too, must not give
away the few that ask for notice only.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from comity.audit.results.cube import Line
from comity.audit.results.ground import DECIDED
from comity.audit.results.rulings import Ruling
from comity.audit.verdicts import Held

if TYPE_CHECKING:
    import duckdb

Key = TypeVar("Key", bound=Hashable)

SMALLEST = 10
"""The smallest count that public results show, unless another is asked for."""

OTHER_STANDING = "set apart, for reasons with too few rows to show each"


class Said(msgspec.Struct, frozen=True):
    """The ruling on an action that a row asked."""

    action: str
    ruling: int


class RowLine(msgspec.Struct, frozen=True):
    """So many rows that are alike in all of this. `said` is None where it is not told what they asked."""

    month: date | None
    holder: str | None
    agency: str | None
    kind_of_holder: str | None
    outcome: str | None
    standing: str
    said: tuple[Said, ...] | None
    rows: int


class Public(msgspec.Struct, frozen=True):
    """The same rows twice: divided by months, and by holders and outcomes. No line has fewer rows than allowed."""

    by_month: tuple[RowLine, ...]
    by_holder: tuple[RowLine, ...]


def row_lines(
    database: duckdb.DuckDBPyConnection, rulings: Sequence[Ruling], outside: Mapping[str, int]
) -> list[RowLine]:
    """The rows counted, with all that was said of each. `outside` counts rows that have no finding, by standing."""
    of_answer = {answer: ruling for ruling in rulings for answer in ruling.answers}
    actions = sorted({ruling.action for ruling in rulings})
    # One number for each action, and no list of them: so many groups as rows must fit the memory, or the disk.
    answers = [f"max(answer) FILTER (WHERE action = '{action}') AS answer_{n}" for n, action in enumerate(actions)]
    names = [f"answer_{n}" for n in range(len(actions))]
    alike = "CAST(date_trunc('month', day) AS DATE) AS month, holder, agency, class, outcome, standing"
    kept = "month, holder, agency, class, outcome, standing"
    found: list[tuple[Any, ...]] = database.execute(
        f"WITH whole AS (SELECT {', '.join([alike, *answers])} FROM told GROUP BY row, {kept}) "
        f"SELECT {', '.join([kept, *names])}, count(*) FROM whole GROUP BY ALL ORDER BY ALL"
    ).fetchall()

    def said(numbers: Sequence[int | None]) -> tuple[Said, ...]:
        return tuple(
            Said(of_answer[number].action, of_answer[number].ruling) for number in numbers if number is not None
        )

    lines = [
        RowLine(month, holder, agency, kind_of_holder, outcome, standing, said(numbers), rows)
        for month, holder, agency, kind_of_holder, outcome, standing, *numbers, rows in found
    ]
    return lines + [RowLine(None, None, None, None, None, standing, (), rows) for standing, rows in outside.items()]


def pooled(cells: Mapping[Key, int], smallest: int, salt: str) -> frozenset[Key]:
    """The cells to take together: all that are too small, and as many others, smallest first, as it takes that no
    small one can be told from the sum.

    A reader who knows this rule must still hold several sizes possible for each small cell. So the pool holds at least
    two cells and as many rows as the smallest cell allowed; where small cells alone would be nearly as full as small
    cells can be, a larger one joins them; and which of equally large cells joins, the salt decides, which no reader
    knows.
    """
    small = {key for key, rows in cells.items() if 0 < rows < smallest}
    if not small:
        return frozenset()
    pool = set(small)
    larger = sorted((rows, _salted(key, salt), key) for key, rows in cells.items() if rows >= smallest)

    def gives_away() -> bool:
        rows = sum(cells[key] for key in pool)
        full = pool == small and rows > (len(small) - 1) * (smallest - 1) + 1
        return len(pool) < 2 or rows < smallest or full

    while larger and gives_away():
        pool.add(larger.pop(0)[-1])
    return frozenset(pool)


def _salted(key: Hashable, salt: str) -> str:
    return hashlib.sha256(f"{salt}{key!r}".encode()).hexdigest()


def publish(lines: Sequence[RowLine], smallest: int = SMALLEST, salt: str = "") -> Public:
    """The rows of a public report. Rows so few that even all together they are too small to show are in no line.

    The salt is the digest of the lines themselves unless another is given: the same log gives the same report.
    """
    salt = salt or hashlib.sha256(repr(list(lines)).encode()).hexdigest()
    coarsened = _Coarser(smallest, salt)
    by_month: list[RowLine] = []
    by_holder: list[RowLine] = []
    for found in _classes(lines, coarsened):
        if sum(line.rows for line in found) >= smallest:
            by_month += _months(found, coarsened)
            by_holder += _holders(found, coarsened)
    return Public(tuple(sorted(by_month, key=repr)), tuple(sorted(by_holder, key=repr)))


class _Coarser:
    """Takes small cells together with cells beside them, by one smallest cell and one salt."""

    def __init__(self, smallest: int, salt: str) -> None:
        self.smallest = smallest
        self.salt = salt

    def __call__(
        self,
        lines: Sequence[RowLine],
        cell: Callable[[RowLine], Hashable],
        beside: Callable[[RowLine], Hashable],
        coarser: Callable[[RowLine], RowLine],
    ) -> list[RowLine]:
        """The lines; those in cells to be taken together with cells beside them are made coarser."""
        groups: dict[Hashable, dict[Hashable, int]] = defaultdict(lambda: defaultdict(int))
        for line in lines:
            groups[beside(line)][cell(line)] += line.rows
        pools = {key: pooled(cells, self.smallest, self.salt) for key, cells in groups.items()}
        return [coarser(line) if cell(line) in pools[beside(line)] else line for line in lines]


Judge = Callable[[Said, tuple[Said, ...], str | None], Held | None]
"""The verdict on what was said of one action, given all that was said and the outcome; None if it is not told."""


def as_lines(lines: Iterable[RowLine], judge: Judge) -> list[Line]:
    """The same rows as counted lines, one for each action asked."""
    found: list[Line] = []
    for line in lines:
        own = (line.month, line.holder, line.agency, line.kind_of_holder, line.standing, None, line.outcome)
        if not line.said:
            found.append(Line(*own, None, None, None, None, (), line.rows, True))
        for place, said in enumerate(line.said or ()):
            held = judge(said, line.said or (), line.outcome)
            cells = (None, None, ()) if held is None else (held.verdict, held.why, held.settle)
            found.append(Line(*own, said.action, said.ruling, *cells, line.rows, place == 0))
    return found


def _classes(lines: Sequence[RowLine], coarsened: _Coarser) -> Iterable[list[RowLine]]:
    """The rows by class. Of small classes it is not told what they asked; small reasons for standing apart are taken
    together."""
    decided = _without_small_classes([line for line in lines if line.standing == DECIDED], coarsened)
    apart = coarsened(
        [line for line in lines if line.standing != DECIDED],
        lambda line: line.standing,
        _everything,
        lambda line: msgspec.structs.replace(line, standing=OTHER_STANDING),
    )
    classes: dict[Hashable, list[RowLine]] = defaultdict(list)
    for line in [*decided, *apart]:
        classes[line.standing, line.said].append(line)
    return classes.values()


def _without_small_classes(lines: Sequence[RowLine], coarsened: _Coarser) -> Sequence[RowLine]:
    """Where classes are small, of as many rows again of the largest class it is not told either what they asked: so
    the number of them all does not give the small ones away, and no whole class is lost for them."""
    rows: dict[Hashable, int] = defaultdict(int)
    for line in lines:
        rows[line.said] += line.rows
    small = {said for said, number in rows.items() if number < coarsened.smallest}
    if not small:
        return lines
    largest = max(rows, key=lambda said: (rows[said], repr(said)))
    if rows[largest] < 4 * coarsened.smallest:
        return coarsened(lines, lambda line: line.said, _everything, _without_said)
    hidden: set[RowLine] = {line for line in lines if line.said in small}
    taken = 0
    for line in sorted(
        (line for line in lines if line.said == largest), key=lambda line: _salted(line, coarsened.salt)
    ):
        if taken >= coarsened.smallest:
            break
        if line.rows <= 2 * coarsened.smallest:
            hidden.add(line)
            taken += line.rows
    if taken < coarsened.smallest:
        return coarsened(lines, lambda line: line.said, _everything, _without_said)
    return [_without_said(line) if line in hidden else line for line in lines]


def _without_said(line: RowLine) -> RowLine:
    return msgspec.structs.replace(line, said=None)


def _everything(_: RowLine) -> None:
    """All lines stand beside one another."""


def _months(lines: Sequence[RowLine], coarsened: _Coarser) -> list[RowLine]:
    def nowhere(line: RowLine) -> RowLine:
        return msgspec.structs.replace(line, holder=None, agency=None, kind_of_holder=None, outcome=None)

    bare = [nowhere(line) for line in lines]
    return _summed(
        coarsened(
            bare,
            lambda line: line.month,
            _everything,
            lambda line: msgspec.structs.replace(line, month=None),
        )
    )


def _holders(lines: Sequence[RowLine], coarsened: _Coarser) -> list[RowLine]:
    """First small outcomes of one holder are taken together, then small holders."""

    def holder(line: RowLine) -> Hashable:
        return line.holder, line.agency, line.kind_of_holder

    def cell(line: RowLine) -> Hashable:
        return line.holder, line.agency, line.kind_of_holder, line.outcome

    bare = [msgspec.structs.replace(line, month=None) for line in lines]
    bare = coarsened(bare, cell, holder, lambda line: msgspec.structs.replace(line, outcome=None))
    return _summed(
        coarsened(
            bare,
            cell,
            _everything,
            lambda line: msgspec.structs.replace(line, holder=None, agency=None, kind_of_holder=None, outcome=None),
        )
    )


def _summed(lines: Sequence[RowLine]) -> list[RowLine]:
    rows: dict[RowLine, int] = defaultdict(int)
    for line in lines:
        rows[msgspec.structs.replace(line, rows=0)] += line.rows
    return [msgspec.structs.replace(line, rows=number) for line, number in rows.items()]
