"""A diagram read as questions and answers in plain words, as the picture, the walk and the interview show it.

A node on a set or a list of records tells apart every combination of what is in it. People are asked one thing at a
time, so such a node is read as a few yes/no questions, chosen so that few of them are needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from comity.cells import ChoiceVariable, OrderedVariable, RecordsVariable, SetVariable, Space, Variable
from comity.conditions import Contains, Records, Test
from comity.diagram import Node
from comity.vocabulary import Fact, Tree
from comity.words import bound_words, condition_words, label, listed, values_words


class Predicate(msgspec.Struct, frozen=True):
    """A yes/no question on a set or a list of records, and the cells in which the answer is yes."""

    text: str
    cells: int


class Answer(msgspec.Struct, frozen=True):
    """An answer to a question, the cells it stands for, and what follows."""

    words: str
    cells: int
    then: Step


class Question(msgspec.Struct, frozen=True, eq=False):
    """A question on one fact; `variable` is its number in the space. Each part of a diagram is read into one object,
    so that two answers lead to the same place exactly when they lead to the same object."""

    fact: str
    text: str
    variable: int
    answers: tuple[Answer, ...]


class Outcome(msgspec.Struct, frozen=True, eq=False):
    """A leaf of the diagram."""

    value: int


Step = Question | Outcome
Ways = tuple[tuple[int, Step], ...]


class Reader:
    """Reads the diagrams of one space whose leaves are single bits.

    Leaves with value 0, facts that contradict one another, are left out.
    """

    def __init__(self, space: Space, tests: Sequence[Test]) -> None:
        self.space = space
        self._predicates = [_predicates(variable, tests) for variable in space.variables]
        self._memo: dict[Node, Step] = {}
        self._steps: dict[object, Step] = {}

    def read(self, node: Node) -> Step:
        """The questions that the diagram asks, from its root."""
        found = self._memo.get(node)
        if found is None:
            diagrams = self.space.diagrams
            reached = diagrams.reach(node)
            if diagrams.is_leaf(node) or not reached & (reached - 1):
                found = self._one(Outcome(reached))
            else:
                found = self._ask(diagrams.variable(node), self._ways(node))
            self._memo[node] = found
        return found

    def _ways(self, node: Node) -> Ways:
        """What follows from which cells. Cells that cannot be are left out; unlike nodes that read alike are one."""
        diagrams = self.space.diagrams
        merged: dict[Step, int] = {}
        for mask, child in diagrams.edges(node):
            if diagrams.reach(child):
                step = self.read(child)
                merged[step] = merged.get(step, 0) | mask
        return tuple((mask, step) for step, mask in merged.items())

    def _ask(self, number: int, ways: Ways) -> Step:
        """The question, or questions, on one variable."""
        if len(ways) == 1:
            return ways[0][1]
        if number >= len(self.space.variables):
            name = self.space.extra[number - len(self.space.variables)]
            text = f"Was the new text in force that day? Its first day is uncertain ({name})."
            return self._one(Question(name, text, number, tuple(_band_answer(mask, step) for mask, step in ways)))
        variable = self.space.variables[number]
        predicate = _best(self._predicates[number], ways)
        if predicate is None:
            answers = tuple(Answer(cells_words(variable, mask), mask, step) for mask, step in ways)
            return self._one(Question(variable.fact.name, variable.fact.ask, number, answers))
        parts = {"yes": predicate.cells, "no": variable.full & ~predicate.cells}
        answers = tuple(Answer(word, part, self._ask(number, _within(ways, part))) for word, part in parts.items())
        if answers[0].then is answers[1].then:
            return answers[0].then
        return self._one(Question(variable.fact.name, predicate.text, number, answers))

    def _one(self, step: Step) -> Step:
        """One object for all steps that read alike."""
        if isinstance(step, Outcome):
            return self._steps.setdefault(step.value, step)
        answers = tuple((each.words, each.cells, id(each.then)) for each in step.answers)
        return self._steps.setdefault((step.text, step.variable, answers), step)


def _band_answer(mask: int, step: Step) -> Answer:
    return Answer({0b01: "not yet", 0b10: "yes"}[mask], mask, step)


def _within(ways: Ways, cells: int) -> Ways:
    return tuple((mask & cells, step) for mask, step in ways if mask & cells)


def cells_words(variable: Variable, mask: int) -> str:
    """Some cells of a variable in words, as an answer to its question."""
    match variable:
        case ChoiceVariable():
            leaves = [leaf for index, members in enumerate(variable.classes) if mask >> index & 1 for leaf in members]
            return values_words(variable.fact.tree, leaves)
        case OrderedVariable():
            return listed([_run_words(variable, first, last) for first, last in runs(mask, variable.size)])
        case _:
            return "some of its values"


def runs(mask: int, size: int) -> list[tuple[int, int]]:
    """The runs of neighbouring cells in a mask, each as its first and last cell."""
    found: list[tuple[int, int]] = []
    for cell in range(size):
        if mask >> cell & 1:
            if found and found[-1][1] == cell - 1:
                found[-1] = (found[-1][0], cell)
            else:
                found.append((cell, cell))
    return found


def _run_words(variable: OrderedVariable, first: int, last: int) -> str:
    dated = variable.fact.kind in ("date", "datetime")
    words: list[str] = []
    if low := variable.lower(first):
        above = ("after" if low[1] else "on or after") if dated else ("more than" if low[1] else "at least")
        words.append(f"{above} {bound_words(variable.fact, low[0])}")
    if high := variable.upper(last):
        under = ("on or before" if high[1] else "before") if dated else ("at most" if high[1] else "under")
        words.append(f"{under} {bound_words(variable.fact, high[0])}")
    return " and ".join(words) or "any"


def _predicates(variable: Variable, tests: Iterable[Test]) -> list[Predicate]:
    match variable:
        case SetVariable():
            return _set_predicates(variable, tests)
        case RecordsVariable():
            own = [test for test in tests if isinstance(test, Records) and test.fact == variable.fact.name]
            return [
                Predicate(_capital(records_words(variable.fact, test)) + "?", variable.mask_of_test(test))
                for test in own
            ]
        case _:
            return []


def _set_predicates(variable: SetVariable, tests: Iterable[Test]) -> list[Predicate]:
    """What the law itself tests first; then each name of the taxonomy that the law tells apart, the widest first."""
    fact = variable.fact
    assert fact.tree is not None
    tested = frozenset(leaf for members in variable.classes for leaf in members)
    own = [test.values for test in tests if isinstance(test, Contains) and test.fact == fact.name]
    named = [tested.intersection(fact.tree.leaves[name]) for name in _widest_first(fact.tree)]
    found: dict[int, Predicate] = {}
    for leaves in (*own, *named, *map(frozenset, variable.classes)):
        # A question may not cut through a class of values that the law does not tell apart.
        if leaves and all(leaves.issuperset(members) or leaves.isdisjoint(members) for members in variable.classes):
            cells = variable.mask_of_test(Contains(fact.name, leaves))
            words = values_words(fact.tree, leaves)
            asked = "any at all?" if words == "anything" else f"{words} among them?"
            found.setdefault(cells, Predicate(f"{_capital(label(fact.name))}: {asked}", cells))
    return list(found.values())


def _widest_first(tree: Tree) -> list[str]:
    return sorted(tree.leaves, key=lambda name: -len(tree.leaves[name]))


def records_words(fact: Fact, test: Records) -> str:
    """A test on a list of records as a phrase."""
    return condition_words(test, {fact.name: fact})


def _best(predicates: Sequence[Predicate], ways: Ways) -> Predicate | None:
    """The predicate that leaves the fewest different outcomes to tell apart; None where none tells any apart."""
    best: tuple[int, Predicate] | None = None
    for predicate in predicates:
        inside = sum(1 for mask, _ in ways if mask & predicate.cells)
        outside = sum(1 for mask, _ in ways if mask & ~predicate.cells)
        if inside and outside and (best is None or inside + outside < best[0]):
            best = (inside + outside, predicate)
    return best[1] if best else None


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
