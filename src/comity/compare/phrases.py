"""A unit's diagrams read in the law's own phrases: the plain yes/no conditions that its norms are built of.

The variables of a unit tell apart every combination of papers, or of counts of records: cells that nobody reads. Here a
set or a list of records becomes one yes/no variable for each test that the law makes of it, and every defined term and
every either-or of a norm is a variable too. Such variables depend on one another; `possible` says how, and a cover may
use of them what reads shortest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from comity.cells import ChoiceVariable, OrderedVariable, RecordsVariable, SetVariable, Space, Variable
from comity.compare.cover import Cube
from comity.compare.points import YES, Literal
from comity.compare.regions import EVERYWHERE, NOWHERE, Region, Regions
from comity.compile import ActionDiagrams
from comity.conditions import (
    All,
    AtLeast,
    Condition,
    Contains,
    OneOf,
    Opposite,
    Some,
    Term,
    links_of,
    tests_of,
)
from comity.defeat import condition_of
from comity.diagram import Diagrams, Node
from comity.outline import runs
from comity.truths import none_of

Ways = tuple[tuple[int, Region], ...]
"""Masks of the cells of one variable, and the region to which each leads."""
LONGEST_JOINED = 3
"""Tests joined in a norm are one phrase up to so many: longer ones are not read at a glance."""
TEXT_IN_FORCE = "text_in_force"
"""The name, before that of a text, of the fact that an uncertain text was in force on the day."""


class Phrase(msgspec.Struct, frozen=True):
    """One variable: a condition that holds or not, true in some `cells` of one variable of the unit or, for a condition
    on several, where its `node` is 1; without a condition, a variable of the unit as it is. `at` is the last variable.
    """

    at: int
    cells: int = 0
    node: Node = 0
    condition: Condition | None = None


class Phrases:
    """The phrases of some units over one space, and regions over them.

    The variables of the regions are the phrases that it takes to tell apart the situations that some diagrams tell
    apart, in the order of the space; their numbers are those of the phrases. `further` are the other phrases that can
    be told from these: the region, by number, where each holds.
    """

    def __init__(self, units: Sequence[ActionDiagrams], told_apart: Sequence[Node]) -> None:
        self.space: Space = units[0].space
        phrases = list(_phrases(units))
        cells = self.space.diagrams
        parts = _parts_of_cells(cells, told_apart)
        needed: list[Phrase] = []
        for at, apart in parts.items():
            on_one = [phrase for phrase in phrases if phrase.at == at and not phrase.node]
            needed += _needed(on_one, apart, cells.full[at])
        others = [phrase for phrase in phrases if phrase not in needed]
        self._phrases = needed + others
        self._of: dict[int, list[int]] = {at: [] for at in range(len(cells.full))}
        for number, phrase in enumerate(needed):
            self._of[phrase.at].append(number)
        self.regions = Regions([2 if each.condition else cells.full[each.at].bit_length() for each in needed])
        self._lengths: dict[Literal, int] = {}
        self._translated: dict[Node, Region | None] = {}
        self.further = {
            number: region
            for number, phrase in enumerate(self._phrases)
            if number >= len(needed) and phrase.condition is not None
            for region in [self._translate(self.where((number, YES)))]
            if region is not None
        }
        self.possible: Region = self._possible()

    def translate(self, node: Node) -> Region:
        """A diagram that is told apart, of which no leaf but 0 is outside, over the phrases."""
        found = self._translate(node)
        assert found is not None
        return found

    def _translate(self, node: Node) -> Region | None:
        """The same for any diagram: None where the phrases do not tell enough apart."""
        if node not in self._translated:
            cells = self.space.diagrams
            if cells.is_leaf(node):
                found = EVERYWHERE if cells.value(node) else NOWHERE
            else:
                ways = [(mask, self._translate(child)) for mask, child in cells.edges(node)]
                known = tuple((mask, child) for mask, child in ways if child is not None)
                found = self._ask(self._of[cells.variable(node)], known) if len(known) == len(ways) else None
            self._translated[node] = found
        return self._translated[node]

    def conditions(self, cube: Cube) -> tuple[Condition, ...]:
        """What a cube says, as conditions on facts, all of which hold; the papers that are not shown in one of them."""
        absent: dict[str, frozenset[str]] = {}
        ordered = sorted(cube, key=lambda literal: (self._phrases[literal[0]].at, literal[0]))
        lines = [part for literal in ordered for part in _parts(self._condition(literal))]
        for line in lines:
            match line:
                case Opposite(Contains(fact, values)):
                    absent[fact] = absent.get(fact, frozenset()) | values
                case _:
                    pass
        return tuple(dict.fromkeys(_without(line, absent) for line in lines))

    def where(self, literal: Literal) -> Node:
        """Where a literal holds, as a diagram of the unit."""
        number, mask = literal
        phrase, diagrams = self._phrases[number], self.space.diagrams
        if phrase.condition is None:
            return diagrams.test(phrase.at, mask)
        node = phrase.node or diagrams.test(phrase.at, phrase.cells)
        return node if mask == YES else diagrams.combine(none_of, node)

    def weight(self, literals: Iterable[Literal]) -> int:
        """How long the literals are to read: their tests; a defined term counts as one."""
        return sum(self._length(literal) for literal in literals)

    def _length(self, literal: Literal) -> int:
        if literal not in self._lengths:
            self._lengths[literal] = _length(self._condition(literal))
        return self._lengths[literal]

    def _condition(self, literal: Literal) -> Condition:
        number, mask = literal
        phrase = self._phrases[number]
        if phrase.condition is not None:
            return phrase.condition if mask == YES else _opposite(phrase.condition)
        if phrase.at >= len(self.space.variables):
            name = self.space.extra[phrase.at - len(self.space.variables)]
            return OneOf(f"{TEXT_IN_FORCE} {name}", frozenset({"yes" if mask == YES else "no"}))
        return _in_cells(self.space.variables[phrase.at], mask)

    def _ask(self, numbers: Sequence[int], ways: Ways) -> Region | None:
        """The region that phrases on one variable, or that variable itself, part as its cells lead."""
        if numbers and self._phrases[numbers[0]].condition is None:
            return self.regions.node(numbers[0], _by_cell(ways, self.regions.sizes[numbers[0]]))
        memo: dict[tuple[int, Ways], Region | None] = {}

        def ask(next_one: int, open_ways: Ways) -> Region | None:
            """The same, from one of the phrases on; it is settled once all cells that are left lead the same way."""
            if len({child for _, child in open_ways}) == 1:
                return open_ways[0][1]
            if next_one == len(numbers):
                return None
            key = next_one, open_ways
            if key not in memo:
                number = numbers[next_one]
                cells = self._phrases[number].cells
                inside = tuple((mask & cells, child) for mask, child in open_ways if mask & cells)
                outside = tuple((mask & ~cells, child) for mask, child in open_ways if mask & ~cells)
                if inside and outside:
                    no, yes = ask(next_one + 1, outside), ask(next_one + 1, inside)
                    memo[key] = None if no is None or yes is None else self.regions.node(number, (no, yes))
                else:
                    memo[key] = ask(next_one + 1, inside or outside)
            return memo[key]

        return ask(0, ways)

    def _possible(self) -> Region:
        """Where the phrases can stand together, whatever the law's impossible combinations."""
        possible = EVERYWHERE
        for at, numbers in self._of.items():
            if numbers and self._phrases[numbers[0]].condition is not None:
                possible = self.regions.both(possible, self._together(numbers, self.space.diagrams.full[at]))
        return possible

    def _together(self, numbers: Sequence[int], cells: int) -> Region:
        """Which of the phrases on one variable can hold at once, in some of its cells."""
        if not cells or not numbers:
            return EVERYWHERE if cells else NOWHERE
        first, *others = numbers
        inside = self._phrases[first].cells
        return self.regions.node(
            first, (self._together(others, cells & ~inside), self._together(others, cells & inside))
        )


def _parts_of_cells(diagrams: Diagrams, nodes: Sequence[Node]) -> dict[int, list[int]]:
    """For each variable on which some diagrams turn, its cells in parts that none of them tells apart further."""
    parts: dict[int, list[int]] = {}
    for node in nodes:
        for at, asking in diagrams.layers(node).items():
            for here in asking:
                masks = [mask for mask, _ in diagrams.edges(here)]
                found = parts.get(at, [diagrams.full[at]])
                parts[at] = [part & mask for part in found for mask in masks if part & mask]
    return dict(sorted(parts.items()))


def _needed(phrases: Sequence[Phrase], parts: Sequence[int], full: int) -> list[Phrase]:
    """Of the phrases on one variable, those that it takes to tell its parts apart: of equals the later, wider ones."""
    if any(phrase.condition is None for phrase in phrases):
        return list(phrases)
    kept = list(phrases)
    for phrase in phrases:
        fewer = [other for other in kept if other is not phrase]
        told = [full]
        for other in fewer:
            told = [cells for part in told for cells in (part & other.cells, part & ~other.cells) if cells]
        if all(any(cells & ~part == 0 for part in parts) for cells in told):
            kept = fewer
    return kept


def _by_cell(ways: Ways, size: int) -> tuple[Region, ...]:
    """Where each cell leads."""
    return tuple(next(child for mask, child in ways if mask >> cell & 1) for cell in range(size))


def _phrases(units: Sequence[ActionDiagrams]) -> Iterator[Phrase]:
    """Each variable's own phrases, followed by those on several variables of which it is the last."""
    space = units[0].space
    diagrams = space.diagrams
    norms = {each.norm.id: each.norm for unit in units for each in (*unit.rules, *unit.defeaters)}
    conditions = [condition_of(norm) for norm in norms.values()]
    own = {at: list(_own(variable, at, conditions)) for at, variable in enumerate(space.variables)}
    known = {diagrams.leaf(0), diagrams.leaf(1)}
    for phrases in own.values():
        for phrase in phrases:
            if phrase.condition is not None:
                test = diagrams.test(phrase.at, phrase.cells)
                known |= {test, diagrams.combine(none_of, test)}
    joint: dict[int, list[Phrase]] = {}
    for condition in sorted(_inner(conditions), key=lambda each: (len(tests_of(each)), not isinstance(each, Term))):
        node = space.build(condition)
        support = diagrams.support(node)
        if node in known or (len(support) == 1 and not _is_read_by_tests(space, support)):
            continue
        known |= {node, diagrams.combine(none_of, node)}
        joint.setdefault(max(support), []).append(Phrase(max(support), 0, node, condition))
    for at, phrases in own.items():
        yield from phrases
        yield from joint.get(at, ())
    for at in range(len(space.variables), len(diagrams.full)):
        yield Phrase(at)


def _is_read_by_tests(space: Space, support: Iterable[int]) -> bool:
    """Whether the variable is a set or a list, which is only read through tests."""
    return all(isinstance(space.variables[at], SetVariable | RecordsVariable) for at in support)


def _own(variable: Variable, at: int, conditions: Sequence[Condition]) -> Iterator[Phrase]:
    """The classes of values that the law tells apart, then its wider tests; or the variable itself."""
    match variable:
        case SetVariable():
            name = variable.fact.name
            tests = [test for each in conditions for test in tests_of(each) if isinstance(test, Contains)]
            told = {test.values for test in tests if test.fact == name}
            wider = sorted(told, key=lambda values: (len(values), sorted(values)))
            found: dict[int, Condition] = {}
            for values in (*map(frozenset, variable.classes), *wider):
                test = Contains(name, values)
                found.setdefault(variable.mask_of_test(test), test)
            yield from (Phrase(at, cells, 0, test) for cells, test in found.items())
        case RecordsVariable():
            records = {variable.mask_of_test(test): test for test in reversed(variable.tests)}
            yield from (Phrase(at, cells, 0, test) for cells, test in records.items())
        case _:
            yield Phrase(at)


def _inner(conditions: Sequence[Condition]) -> list[Condition]:
    """What within the conditions reads as one: defined terms, and short either-ors and both-ands, but for such as turn
    on other norms."""
    found: dict[Condition, None] = {}

    def visit(condition: Condition) -> None:
        match condition:
            case All(parts) | Some(parts):
                for part in parts:
                    visit(part)
                if len(parts) > 1 and _length(condition) <= LONGEST_JOINED and not links_of(condition):
                    found[condition] = None
            case Opposite(part):
                visit(part)
            case Term(part=part):
                visit(part)
                if not links_of(part):
                    found[condition] = None
            case _:
                pass

    for condition in conditions:
        visit(condition)
    return list(found)


def _opposite(condition: Condition) -> Condition:
    """Not so: with no "not" before a condition that says "not", and none before an either-or."""
    match condition:
        case Opposite(part):
            return part
        case Some(parts):
            return All(tuple(_opposite(part) for part in parts))
        case _:
            return Opposite(condition)


def _parts(condition: Condition) -> Iterator[Condition]:
    """The conditions that one asks to hold together."""
    if isinstance(condition, All):
        for part in condition.parts:
            yield from _parts(part)
    else:
        yield condition


def _without(line: Condition, absent: Mapping[str, frozenset[str]]) -> Condition:
    """A line that a value is not in a set, as one that none of the absent ones is."""
    match line:
        case Opposite(Contains(fact)):
            return Opposite(Contains(fact, absent[fact]))
        case _:
            return line


def _length(condition: Condition) -> int:
    match condition:
        case Term():
            return 1
        case Opposite(part):
            return _length(part)
        case All(parts) | Some(parts):
            return sum(_length(part) for part in parts)
        case _:
            return 1


def _in_cells(variable: Variable, mask: int) -> Condition:
    """That a fact of one value, or a quantity, is in some cells."""
    name = variable.fact.name
    match variable:
        case ChoiceVariable():
            members = (leaf for index, leaves in enumerate(variable.classes) if mask >> index & 1 for leaf in leaves)
            return OneOf(name, frozenset(members))
        case OrderedVariable():
            spans = [_in_run(variable, first, last) for first, last in runs(mask, variable.size)]
            return spans[0] if len(spans) == 1 else Some(tuple(spans))
        case _:
            raise TypeError(f"{name} is read through tests")


def _in_run(variable: OrderedVariable, first: int, last: int) -> Condition:
    name = variable.fact.name
    low, high = variable.lower(first), variable.upper(last)
    parts: list[Condition] = [AtLeast(name, low[0], low[1])] if low else []
    parts += [Opposite(AtLeast(name, high[0], high[1]))] if high else []
    return parts[0] if len(parts) == 1 else All(tuple(parts))
