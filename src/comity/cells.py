"""Cells: how the tests of some law cut the domain of each fact into finitely many parts.

A `Variable` stands for one fact. Two values are in one cell when no test of the law at hand tells them apart. What is
known of the fact is then a non-empty set of cells, a bit mask: exact, however partial the knowledge.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import product

from comity.conditions import All, AtLeast, Condition, Contains, OneOf, Opposite, Records, Some, Term, Test, tests_of
from comity.diagram import Diagrams, Node
from comity.knowledge import Choice, Elements, Knowledge, Ordered, RecordList, Spans
from comity.truths import all_of, any_of, none_of
from comity.vocabulary import Fact


class ChoiceVariable:
    """A yes/no or one-of fact: a cell for each class of leaves that the tests tell apart."""

    def __init__(self, fact: Fact, tests: Iterable[OneOf]) -> None:
        self.fact = fact
        leaves = ("yes", "no") if fact.kind == "yes_no" else _leaves(fact)
        self.classes = _classes(leaves, [test.values for test in tests])
        self.size = len(self.classes)
        self._cell = {leaf: index for index, members in enumerate(self.classes) for leaf in members}
        self.full = (1 << self.size) - 1

    def mask_of_test(self, test: Test) -> int:
        assert isinstance(test, OneOf)
        return self._mask(test.values)

    def mask_of(self, known: Knowledge) -> int:
        assert isinstance(known, Choice)
        return self._mask(known.values)

    def _mask(self, leaves: Iterable[str]) -> int:
        mask = 0
        for leaf in leaves:
            mask |= 1 << self._cell[leaf]
        return mask


class SetVariable:
    """A set-valued fact: the law tells sets apart by which classes of leaves they touch, so a cell is a truth vector
    over the classes; cell number `v` has class `i` present when bit `i` of `v` is set."""

    def __init__(self, fact: Fact, tests: Iterable[Contains]) -> None:
        self.fact = fact
        sets = [test.values for test in tests]
        tested = frozenset[str]().union(*sets)
        self.classes = _classes([leaf for leaf in _leaves(fact) if leaf in tested], sets)
        self.size = 1 << len(self.classes)
        self._class = {leaf: index for index, members in enumerate(self.classes) for leaf in members}
        self.full = (1 << self.size) - 1

    def mask_of_test(self, test: Test) -> int:
        assert isinstance(test, Contains)
        mask = 0
        for index in {self._class[leaf] for leaf in test.values}:
            mask |= self._present(index)
        return mask

    def mask_of(self, known: Knowledge) -> int:
        assert isinstance(known, Elements)
        vectors = {0}
        for choices in known.present:
            bits = {1 << self._class[leaf] if leaf in self._class else 0 for leaf in choices}
            vectors = {vector | bit for vector in vectors for bit in bits}
        if known.open:
            for index, members in enumerate(self.classes):
                if any(leaf not in known.absent for leaf in members):
                    vectors |= {vector | 1 << index for vector in vectors}
        mask = 0
        for vector in vectors:
            mask |= 1 << vector
        return mask

    def _present(self, index: int) -> int:
        block = ((1 << (1 << index)) - 1) << (1 << index)
        step = 1 << (index + 1)
        mask = 0
        for start in range(0, self.size, step):
            mask |= block << start
        return mask


class OrderedVariable:
    """A quantity, date or time: the tests' bounds cut the line; cell `i` lies above `i` of the cuts."""

    def __init__(self, fact: Fact, tests: Iterable[AtLeast]) -> None:
        self.fact = fact
        self.cuts = sorted({self._cut(test) for test in tests}, key=lambda cut: (cut[0], cut[1]))
        self.size = len(self.cuts) + 1
        self.full = (1 << self.size) - 1

    def mask_of_test(self, test: Test) -> int:
        assert isinstance(test, AtLeast)
        index = self.cuts.index(self._cut(test))
        return self.full & ~((1 << (index + 1)) - 1)

    def mask_of(self, known: Knowledge) -> int:
        assert isinstance(known, Spans)
        mask = 0
        for low, high in known.spans:
            first = 0 if low is None else self._cell(self._typed(low))
            last = self.size - 1 if high is None else self._cell(self._typed(high))
            mask |= (1 << (last + 1)) - (1 << first)
        return mask

    def _cell(self, value: Ordered) -> int:
        # A value equal to a bound lies above the plain cut there but not above the strict one.
        return bisect_right(self.cuts, (value, False), key=lambda cut: (cut[0], cut[1]))  # type: ignore[arg-type]

    def _cut(self, test: AtLeast) -> tuple[Ordered, bool]:
        bound = self._typed(test.bound)
        if self.fact.kind == "date" and test.strict and isinstance(bound, date):
            # Days are whole: after one is on or after the next, and no cell lies between.
            return bound + timedelta(days=1), False
        return bound, test.strict

    def _typed(self, value: Ordered) -> Ordered:
        if self.fact.kind == "datetime" and not isinstance(value, datetime) and isinstance(value, date):
            return datetime(value.year, value.month, value.day)
        return value

    def lower(self, cell: int) -> tuple[Ordered, bool] | None:
        """The cut at the cell's lower end: (bound, whether the bound itself is outside); None if unbounded."""
        return self.cuts[cell - 1] if cell else None

    def upper(self, cell: int) -> tuple[Ordered, bool] | None:
        """The cut at the cell's upper end: (bound, whether the bound itself is inside); None if unbounded."""
        return self.cuts[cell] if cell < len(self.cuts) else None


class RecordsVariable:
    """A list of records: a cell for each vector of saturated counts (how many records satisfy each condition, up to the
    number that some test asks for) that some list can produce."""

    def __init__(self, fact: Fact, tests: Iterable[Records]) -> None:
        self.fact = fact
        wanted: dict[Condition, int] = {}
        self.tests = tuple(dict.fromkeys(tests))
        for test in self.tests:
            wanted[test.such_that] = max(wanted.get(test.such_that, 1), test.count)
        self._conditions = list(wanted)
        self._most = tuple(wanted.values())
        assert fact.fields is not None
        inner = [test for condition in self._conditions for test in tests_of(condition)]
        self._space = Space(fact.fields, inner)
        diagrams = self._space.diagrams
        truths = [self._space.build(condition) for condition in self._conditions]
        self._vectors = diagrams.combine(_vector_bit, *truths)
        self.states = self._closure({(0,) * len(wanted)}, self._possible_vectors({}))
        self._cell = {state: index for index, state in enumerate(self.states)}
        self.size = len(self.states)
        self.full = (1 << self.size) - 1

    def mask_of_test(self, test: Test) -> int:
        assert isinstance(test, Records)
        position = self._conditions.index(test.such_that)
        return sum(1 << cell for cell, state in enumerate(self.states) if state[position] >= test.count)

    def mask_of(self, known: Knowledge) -> int:
        assert isinstance(known, RecordList)
        states = {(0,) * len(self._most)}
        for record in known.records:
            vectors = self._possible_vectors(record)
            states = {self._add(state, vector) for state in states for vector in vectors}
        if known.open:
            states = set(self._closure(states, self._possible_vectors({})))
        return sum(1 << self._cell[state] for state in states)

    def records_in(self, cell: int, value_in: Callable[[Variable, int], object]) -> list[dict[str, object]]:
        """The fewest records, as raw values, that put the list into the cell (a one-bit mask)."""
        target = self.states[cell.bit_length() - 1]
        found: dict[tuple[int, ...], list[int]] = {(0,) * len(self._most): []}
        pending = list(found)
        while target not in found:
            state = pending.pop(0)
            for vector in self._possible_vectors({}):
                following = self._add(state, vector)
                if following not in found:
                    found[following] = [*found[state], vector]
                    pending.append(following)
        return [self._record_with(vector, value_in) for vector in found[target]]

    def _record_with(self, vector: int, value_in: Callable[[Variable, int], object]) -> dict[str, object]:
        """A record that satisfies just the conditions of a truth vector."""
        diagrams, node = self._space.diagrams, self._vectors
        cells = dict.fromkeys(range(len(self._space.variables)), 1)
        while not diagrams.is_leaf(node):
            mask, child = next((m, c) for m, c in diagrams.edges(node) if diagrams.reach(c) >> vector & 1)
            cells[diagrams.variable(node)] = mask & -mask
            node = child
        return {
            self._space.variables[at].fact.name: value_in(self._space.variables[at], mask) for at, mask in cells.items()
        }

    def _possible_vectors(self, record: Mapping[str, Knowledge]) -> list[int]:
        diagrams = self._space.diagrams
        reached = diagrams.reach(diagrams.restrict(self._vectors, self._space.masks(record)))
        return [vector for vector in range(1 << len(self._most)) if reached >> vector & 1]

    def _add(self, state: tuple[int, ...], vector: int) -> tuple[int, ...]:
        return tuple(
            min(most, n + (vector >> i & 1)) for i, (n, most) in enumerate(zip(state, self._most, strict=True))
        )

    def _closure(self, start: set[tuple[int, ...]], vectors: list[int]) -> list[tuple[int, ...]]:
        """The states that are reached from some by adding records with these truth vectors.

        A count of n is n low bits here, in a field as wide as the count can grow: a record shifts another bit in.
        """
        fields, lowest, offset = list[int](), list[int](), 0
        for most in self._most:
            fields.append(((1 << most) - 1) << offset)
            lowest.append(1 << offset)
            offset += most
        steps = [(sum(_chosen(fields, vector)), sum(_chosen(lowest, vector))) for vector in vectors]
        found = {sum(low * ((1 << n) - 1) for low, n in zip(lowest, state, strict=True)) for state in start}
        frontier = set(found)
        while frontier:
            frontier = {code & ~field | (code << 1 | low) & field for code in frontier for field, low in steps} - found
            found |= frontier
        return sorted(tuple((code & field).bit_count() for field in fields) for code in found)


Variable = ChoiceVariable | SetVariable | OrderedVariable | RecordsVariable


class Space:
    """The variables that some tests need, most tested first, and the diagrams over them.

    `extra` names yes/no variables that no fact stands for (uncertain texts); they come last. Where it is told which
    facts are tested `together`, the variables are ordered by that instead, so that diagrams are small.
    """

    def __init__(
        self,
        facts: Mapping[str, Fact],
        tests: Sequence[Test],
        extra: Sequence[str] = (),
        together: Sequence[frozenset[str]] = (),
    ) -> None:
        by_fact: dict[str, list[Test]] = {}
        for test in tests:
            by_fact.setdefault(test.fact, []).append(test)
        ordered = sorted(by_fact, key=lambda name: (-len(by_fact[name]), name))
        made = {name: make_variable(facts[name], by_fact[name]) for name in ordered}
        if together:
            ordered = _side_by_side(ordered, together, {name: each.size.bit_length() for name, each in made.items()})
        self.variables: list[Variable] = [made[name] for name in ordered]
        self.position = {name: index for index, name in enumerate(ordered)}
        self.extra = tuple(extra)
        for name in extra:
            self.position[name] = len(self.position)
        self.diagrams = Diagrams([variable.size for variable in self.variables] + [2] * len(self.extra))

    def build(self, condition: Condition) -> Node:
        """The diagram of a condition without links: 1 where it holds, else 0."""
        diagrams = self.diagrams
        match condition:
            case All(parts):
                return diagrams.combine(all_of, diagrams.leaf(1), *map(self.build, parts))
            case Some(parts):
                return diagrams.combine(any_of, diagrams.leaf(0), *map(self.build, parts))
            case Opposite(part):
                return diagrams.combine(none_of, self.build(part))
            case Term(part=part):
                return self.build(part)
            case OneOf() | Contains() | AtLeast() | Records():
                position = self.position[condition.fact]
                return diagrams.test(position, self.variables[position].mask_of_test(condition))
            case _:
                raise TypeError(f"{type(condition).__name__} is a link between norms, not a test")

    def masks(self, known: Mapping[str, Knowledge]) -> dict[int, int]:
        """The mask of each variable of which something is known."""
        return {
            self.position[name]: self.variables[self.position[name]].mask_of(value)
            for name, value in known.items()
            if name in self.position
        }


def make_variable(fact: Fact, tests: list[Test]) -> Variable:
    """The variable of a fact under these tests."""
    match fact.kind:
        case "yes_no" | "one_of":
            return ChoiceVariable(fact, [test for test in tests if isinstance(test, OneOf)])
        case "set_of":
            return SetVariable(fact, [test for test in tests if isinstance(test, Contains)])
        case "records":
            return RecordsVariable(fact, [test for test in tests if isinstance(test, Records)])
        case _:
            return OrderedVariable(fact, [test for test in tests if isinstance(test, AtLeast)])


def ordered_pairs(small: OrderedVariable, large: OrderedVariable) -> list[tuple[int, int]]:
    """The (cell of small, cell of large) pairs in which no value of the first is at or under one of the second."""
    return [
        (low, high)
        for low, high in product(range(small.size), range(large.size))
        if not _can_be_at_most(small.lower(low), large.upper(high))
    ]


def _side_by_side(names: Sequence[str], together: Sequence[frozenset[str]], width: Mapping[str, int]) -> list[str]:
    """The names so that those of a group stand close: the first group's, then those of the group that brings the least
    width that is new, and so on; within a group the narrow ones first."""
    left = list(together)
    placed: dict[str, None] = {}
    while left:
        new = [sum(width[name] for name in group if name not in placed) for group in left]
        group = left.pop(new.index(min(new)) if placed else 0)
        placed |= dict.fromkeys(sorted((name for name in names if name in group), key=width.__getitem__))
    return [*placed, *(name for name in names if name not in placed)]


def _chosen(numbers: Sequence[int], vector: int) -> list[int]:
    """The numbers at the places of the bits that are set."""
    return [number for at, number in enumerate(numbers) if vector >> at & 1]


def _vector_bit(*bits: int) -> int:
    return 1 << sum(bit << i for i, bit in enumerate(bits))


def _can_be_at_most(lower: tuple[Ordered, bool] | None, upper: tuple[Ordered, bool] | None) -> bool:
    if lower is None or upper is None:
        return True
    if lower[0] == upper[0]:
        return not lower[1] and upper[1]
    return lower[0] < upper[0]  # type: ignore[operator]


def _leaves(fact: Fact) -> tuple[str, ...]:
    assert fact.tree is not None
    return fact.tree.all_leaves()


def _classes(leaves: Sequence[str], sets: Sequence[frozenset[str]]) -> list[tuple[str, ...]]:
    """The leaves grouped by which of the sets hold them, in the order of their first leaf."""
    groups: dict[tuple[bool, ...], list[str]] = {}
    for leaf in leaves:
        groups.setdefault(tuple(leaf in values for values in sets), []).append(leaf)
    return [tuple(members) for members in groups.values()]
