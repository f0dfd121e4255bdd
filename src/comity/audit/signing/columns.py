"""Columns of facts → codes: every value of every row becomes a small whole number, once, for all units of law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import cast

import msgspec

from comity.audit.layouts.form import FactColumn, RowKind
from comity.audit.signing.clocks import DAY, Act, calendar_list, days, hours
from comity.audit.signing.dialect import Dialect, Picks, days_since_epoch, literal, told_or
from comity.audit.signing.meanings import Between, Cut, Follows, Meaning, Nothing, Value
from comity.derived import CLOCKS
from comity.errors import ComityError
from comity.knowledge import Choice, Knowledge, Spans
from comity.request import parse_facts
from comity.vocabulary import Fact, Vocabulary


class Encoding(msgspec.Struct, frozen=True):
    """A fact that varies by row: SQL for its code, and what each code means; the last code is for nothing told.

    `joined`: what is joined to the log for it. `lists` names the lists that the SQL picks from.
    """

    fact: str
    sql: str
    meanings: tuple[Meaning, ...]
    joined: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


class Reader:
    """Writes the encodings of a log's fact columns.

    `cuts`: those that any law at hand makes, by fact. `aged`: what the codes of the columns `aged_<fact>` mean.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        dialect: Dialect,
        kinds: Sequence[RowKind],
        columns: Sequence[FactColumn],
        act: Act,
        cuts: Mapping[str, tuple[Cut, ...]],
        aged: Mapping[str, tuple[Meaning, ...]],
    ) -> None:
        self.vocabulary = vocabulary
        self.dialect = dialect
        self.kinds = kinds
        self.columns = {column.fact: column for column in columns}
        self.act = act
        self.cuts = cuts
        self.aged = aged

    def encodings(self, tested: frozenset[str]) -> list[Encoding]:
        """The encodings of the facts that the law at hand tests, in the order of their names.

        Raises RequestError for a value that the vocabulary does not know.
        """
        found: list[Encoding] = []
        for name in sorted(tested):
            fact = self.vocabulary.facts[name]
            if name in self.aged:
                meanings = self.aged[name]
                found.append(Encoding(name, told_or(f"aged_{name}", len(meanings)), (*meanings, Nothing())))
            elif fact.derived_from:
                follows = self._derived(name)
                found += [follows] if follows is not None else []
            elif name in self.columns:
                found.append(self._told(fact, self.columns[name]))
        return found

    def _told(self, fact: Fact, column: FactColumn) -> Encoding:
        if column.form == "coded":
            meanings = [meaning_of(self.vocabulary, fact.name, value) for value in column.values]
            sql = told_or(f"CAST({column.column} AS INTEGER)", len(meanings))
            return Encoding(fact.name, sql, (*meanings, Nothing()))
        cuts = self.cuts.get(fact.name, ())
        if fact.kind == "datetime" and column.form == "date":
            low = f"CAST({self.dialect.day_number(column.column)} AS BIGINT) * {DAY}"
            return self._spanning(fact.name, low, f"{low} + {DAY - 1}", cuts, "")
        above = " + ".join(_above(column.column, cut) for cut in cuts) or "0"
        sql = f"CASE WHEN {column.column} IS NULL THEN {len(cuts) + 1} ELSE {above} END"
        meanings = [Between(cuts, cell, cell) for cell in range(len(cuts) + 1)]
        return Encoding(fact.name, sql, (*meanings, Nothing()))

    def _derived(self, name: str) -> Encoding | None:
        """A fact that follows from another that some column or some kind of row tells; None where none does."""
        if name == "declaration_before_act":
            return self._declared()
        given = {"days_since_received": "received_at"} | dict.fromkeys(CLOCKS, "release_due_at")
        ends = self._ends(given[name]) if name in given else None
        if ends is None:
            return None
        (low, high), exact = ends
        start, end = self.act.first(self.dialect), self.act.last(self.dialect)
        picks = Picks(self.dialect, name)
        if name in CLOCKS:
            least, most = hours(picks, name, high, start), hours(picks, name, low, end)
        else:
            least, most = days(high, start), days(low, end)
        lists = (calendar_list(name),) if CLOCKS.get(name) else ()
        mark = "on" if exact else given[name]
        found = self._spanning(name, least, most, self.cuts.get(name, ()), mark, nothing=f"{low} IS NULL")
        return msgspec.structs.replace(found, joined=picks.joined, lists=lists)

    def _declared(self) -> Encoding | None:
        ends = self._ends("declaration_on")
        if ends is None:
            return None
        (low, high), _ = ends
        act = f"CAST({self.dialect.day_number(self.act.day)} AS BIGINT) * {DAY}"
        sql = f"CASE WHEN {low} IS NULL THEN 3 WHEN {high} <= {act} THEN 0 WHEN {low} > {act} THEN 1 ELSE 2 END"
        answers = [frozenset({"yes"}), frozenset({"no"}), frozenset({"yes", "no"})]
        meanings = [Follows(Choice(answer), "declaration_on") for answer in answers]
        return Encoding("declaration_before_act", sql, (*meanings, Nothing()))

    def _ends(self, name: str) -> tuple[tuple[str, str], bool] | None:
        """SQL for the earliest and latest microsecond that rows tell of a time or day; and whether all are exact."""
        alternatives: list[tuple[str, str]] = []
        exact = True
        column = self.columns.get(name)
        if column is not None and column.form == "coded":
            known = [self._span(name, value) for value in column.values]
            alternatives.append(_by_case(column.column, dict(enumerate(known))))
            exact = all(low == high for low, high in filter(None, known))
        elif column is not None:
            whole_day = self.vocabulary.facts[name].kind == "datetime" and column.form == "date"
            if column.form == "date":
                low = f"CAST({self.dialect.day_number(column.column)} AS BIGINT) * {DAY}"
            else:
                low = self.dialect.microseconds(column.column)
            alternatives.append((low, f"{low} + {DAY - 1}") if whole_day else (low, low))
            exact = not whole_day
        supposed = {place: self._span(name, kind.facts.get(name)) for place, kind in enumerate(self.kinds)}
        if any(supposed.values()):
            alternatives.append(_by_case("kind", supposed))
            exact = exact and all(low == high for low, high in filter(None, supposed.values()))
        if not alternatives:
            return None
        if len(alternatives) == 1:
            return alternatives[0], exact
        (low, high), (other_low, other_high) = alternatives
        return (f"coalesce({low}, {other_low})", f"coalesce({high}, {other_high})"), exact

    def _span(self, name: str, value: object) -> tuple[int, int] | None:
        """The earliest and latest microsecond that a value tells."""
        if value is None:
            return None
        known = parse_facts(self.vocabulary, {name: value})[0][name]
        if not isinstance(known, Spans) or len(known.spans) != 1:
            raise ComityError("layout", "give one value or {between: [...]} for a time from which others follow", name)
        low, high = known.spans[0]
        return _microseconds(cast(date, low)), _microseconds(cast(date, high))

    def _spanning(
        self,
        name: str,
        low: str,
        high: str,
        cuts: tuple[Cut, ...],
        mark: str,
        nothing: str | None = None,
    ) -> Encoding:
        """A value that is known to lie between two others: a code for each pair of cells, that of the lower first."""
        size = len(cuts) + 1
        numbers = [(_number(bound, name in CLOCKS or name == "days_since_received"), strict) for bound, strict in cuts]
        above = [" + ".join(_above(end, cut) for cut in numbers) or "0" for end in (low, high)]
        unknown = nothing or f"{low} IS NULL"
        sql = f"CASE WHEN {unknown} THEN {size * size} ELSE ({above[0]}) * {size} + {above[1]} END"
        meanings = [
            Between(cuts, first, max(first, last), mark if first != last else "")
            for first in range(size)
            for last in range(size)
        ]
        return Encoding(name, sql, (*meanings, Nothing()))


def knowledge_of(vocabulary: Vocabulary, facts: Mapping[str, object]) -> dict[str, Knowledge]:
    """What facts in the form of requests tell. Raises RequestError for what the vocabulary does not know."""
    return parse_facts(vocabulary, {name: _single(vocabulary, name, value) for name, value in facts.items()})[0]


def knowledge_of_one(vocabulary: Vocabulary, fact: str, value: object) -> tuple[Knowledge | None, bool]:
    """What a value in the form of requests tells, and whether it is disputed. Raises RequestError as above."""
    known, disputed = parse_facts(vocabulary, {fact: _single(vocabulary, fact, value)})
    return known.get(fact), bool(disputed)


def meaning_of(vocabulary: Vocabulary, fact: str, value: object) -> Meaning:
    """What a value in the form of requests means. Raises RequestError for one that the vocabulary does not know."""
    known, disputed = knowledge_of_one(vocabulary, fact, value)
    return Nothing() if known is None else Value(known, disputed)


def _single(vocabulary: Vocabulary, fact: str, value: object) -> object:
    """The value, taken out of its list where a fact is answered for one value at a time."""
    if fact in vocabulary.facts and vocabulary.facts[fact].each and isinstance(value, list | tuple):
        values = cast("Sequence[object]", value)
        if len(values) != 1:
            raise ComityError("layout", "a row is answered for one value of this fact: give one", fact)
        return values[0]
    return value


def _above(column: str, cut: tuple[object, bool]) -> str:
    bound, strict = cut
    number = str(bound) if isinstance(bound, int) else literal(cast(float, bound))
    return f"CASE WHEN {column} {'>' if strict else '>='} {number} THEN 1 ELSE 0 END"


def _number(bound: object, plain: bool) -> object:
    """A bound as it is compared with: a number as it is, a time in microseconds."""
    return bound if plain else _microseconds(cast(date, bound))


def _microseconds(moment: date) -> int:
    of_day = 0
    if isinstance(moment, datetime):
        of_day = ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 1_000_000 + moment.microsecond
    return days_since_epoch(moment.date() if isinstance(moment, datetime) else moment) * DAY + of_day


def _by_case(column: str, ends: Mapping[int, tuple[int, int] | None]) -> tuple[str, str]:
    low, high = (
        " ".join(f"WHEN {place} THEN {span[end]}" for place, span in ends.items() if span is not None) for end in (0, 1)
    )
    return f"CAST(CASE {column} {low} END AS BIGINT)", f"CAST(CASE {column} {high} END AS BIGINT)"
