"""Reads conditions: from the mappings and lists of a law file to the algebra of `conditions`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

import msgspec

from comity.conditions import (
    ALWAYS,
    NEVER,
    All,
    AtLeast,
    Condition,
    Contains,
    ForbiddenBelow,
    OneOf,
    Opposite,
    Records,
    RequiredAbove,
    Some,
    Term,
)
from comity.lawfiles.reading import NO_MAPPING, Reading
from comity.lawfiles.yamlsource import Listing, Mapping, Node, Text
from comity.vocabulary import Fact, Tree, Vocabulary

CONNECTIVES = ("not", "all", "any", "forbidden_below", "required_above")
SET_TESTS = ("any", "all", "none", "only", "empty")
ORDER_TESTS = ("at_least", "above", "below", "at_most")
DATE_TESTS = (*ORDER_TESTS, "on_or_after", "after", "before", "on_or_before")
SAME_TEST = {"on_or_after": "at_least", "after": "above", "before": "below", "on_or_before": "at_most"}
RECORD_TESTS = ("any", "none", "all", "at_least_records", "such_that")


class Scope(msgspec.Struct, frozen=True):
    """What a condition may name. Inside a test on records: the record's fields, and neither terms nor links."""

    facts: dict[str, Fact]
    terms: Terms | None = None
    records: str = ""


class Terms:
    """The terms of a file, each read when it is first named, as terms may use one another."""

    def __init__(self, reading: Reading, vocabulary: Vocabulary, written: Mapping) -> None:
        self._reading = reading
        self._written = written
        self._scope = Scope(vocabulary.facts, self)
        self._read: dict[str, Condition] = {}
        self._open: list[str] = []

    def names(self) -> tuple[str, ...]:
        return tuple(self._written.entries)

    def all(self) -> dict[str, Condition]:
        return {name: self.get(name) for name in self._written.entries}

    def get(self, name: str) -> Condition:
        """The term of that name, which the file must have."""
        if name in self._open:
            circle = " -> ".join([*self._open[self._open.index(name) :], name])
            line = self._written.key_lines[name]
            self._reading.about(f"term {name}").problem("cycle", f"the term is defined by itself: {circle}", line)
            return NEVER
        if name not in self._read:
            self._open.append(name)
            self._read[name] = self._term(name)
            self._open.pop()
        return self._read[name]

    def _term(self, name: str) -> Condition:
        reading = self._reading.about(f"term {name}")
        if name in self._scope.facts or name in CONNECTIVES:
            what = "a fact" if name in self._scope.facts else "a word of conditions"
            reading.problem("duplicate", f'"{name}" is already the name of {what}', self._written.key_lines[name])
        mapping = reading.mapping(self._written.entries[name], "a term")
        reading.keys(mapping, ("cite", "is"))
        node = reading.required(mapping, "is")
        return Term(name, reading.text(mapping, "cite"), read_condition(reading, node, self._scope) if node else NEVER)


def read_condition(reading: Reading, node: Node, scope: Scope) -> Condition:
    """The condition that a node states; a stand-in, with a problem noted, where it cannot be read."""
    match node:
        case Text(name, line):
            return _term(reading, name, line, scope)
        case Listing(items, line):
            if not items:
                reading.problem("missing", "an empty list is no condition", line)
            return _joined(Some, [read_condition(reading, item, scope) for item in items])
        case Mapping(entries, key_lines, line):
            if not entries and node is not NO_MAPPING:
                reading.problem("missing", "an empty mapping is no condition", line)
            return _joined(All, [_entry(reading, key, key_lines[key], entries[key], scope) for key in entries])


def _joined(join: type[All] | type[Some], parts: Sequence[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else join(tuple(parts))


def _term(reading: Reading, name: str, line: int, scope: Scope) -> Condition:
    if scope.terms is not None and name in scope.terms.names():
        return scope.terms.get(name)
    if scope.records:
        reading.problem("type", f'"{name}": tests on {scope.records} name its fields, and no terms', line)
    elif name in scope.facts:
        reading.problem("type", f'"{name}" is a fact, not a term of the file: say which value ({name}: …)', line)
    elif not name:
        reading.problem("missing", "a condition is missing", line)
    else:
        reading.unknown("term", name, scope.terms.names() if scope.terms else (), line)
    return NEVER


def _entry(reading: Reading, key: str, line: int, node: Node, scope: Scope) -> Condition:
    """One key of a mapping, with what stands under it."""
    fact = scope.facts.get(key)
    if fact is not None:
        return _TESTS[fact.kind](reading, fact, node)
    if key == "not":
        return Opposite(read_condition(reading, node, scope))
    if key in ("all", "any"):
        if not isinstance(node, Listing) or not node.items:
            reading.problem("type", f'"{key}" wants a list of conditions', line)
            return NEVER
        return _joined(All if key == "all" else Some, [read_condition(reading, item, scope) for item in node.items])
    if key in ("forbidden_below", "required_above") and not scope.records:
        link = ForbiddenBelow() if key == "forbidden_below" else RequiredAbove()
        return link if _is_yes(reading, key, node) else Opposite(link)
    if scope.terms is not None and key in scope.terms.names():
        term = scope.terms.get(key)
        return term if _is_yes(reading, key, node) else Opposite(term)
    if scope.records:
        reading.unknown(f"field of {scope.records}", key, scope.facts, line)
    else:
        terms = scope.terms.names() if scope.terms else ()
        reading.unknown("fact", key, [*scope.facts, *terms, *CONNECTIVES], line)
    return NEVER


def _is_yes(reading: Reading, key: str, node: Node) -> bool:
    return reading.as_word(node, f'value of "{key}"', ("yes", "no")) == "yes"


def _wrong_test(reading: Reading, fact: Fact, node: Node, wanted: str) -> Condition:
    reading.problem("type", f"{fact.name} is {_KIND_WORDS[fact.kind]}: write {wanted}", node.line)
    return NEVER


def _choice_test(reading: Reading, fact: Fact, node: Node) -> Condition:
    """`in_custody: yes`, `place: home`, `place: [home, street]`, `place: {not: home}`."""
    if isinstance(node, Mapping):
        if tuple(node.entries) != ("not",) or isinstance(node.entries["not"], Mapping):
            example = "yes" if fact.kind == "yes_no" else "a value, a list of values"
            return _wrong_test(reading, fact, node, f"{fact.name}: {example}, or {{not: …}}")
        return Opposite(_choice_test(reading, fact, node.entries["not"]))
    if fact.tree is None:
        return OneOf(fact.name, frozenset(reading.names(node, f"value of {fact.name}", ("yes", "no"))))
    return OneOf(fact.name, _leaves(reading, fact, fact.tree, node))


def _leaves(reading: Reading, fact: Fact, tree: Tree, node: Node) -> frozenset[str]:
    names = reading.names(node, f"value of {fact.name}", tree.leaves)
    if not names and isinstance(node, Listing) and not node.items:
        reading.problem("missing", f"an empty list of values of {fact.name}", node.line)
    if len(names) == 1:
        return _leaf_set(tree, names[0])
    return frozenset(leaf for name in names for leaf in tree.leaves[name])


def _leaf_set(tree: Tree, name: str) -> frozenset[str]:
    return frozenset(tree.leaves[name])


def _set_test(reading: Reading, fact: Fact, node: Node) -> Condition:
    """`{any: […]}`, `{all: […]}`, `{none: […]}`, `{only: […]}`, `{empty: yes}`; several keys are *and*."""
    if not isinstance(node, Mapping) or fact.tree is None or not node.entries:
        return _wrong_test(reading, fact, node, f"{fact.name}: {{any: […]}} (or all, none, only, empty)")
    parts: list[Condition] = []
    for key, value in node.entries.items():
        if key in SET_TESTS:
            parts.extend(_one_set_test(reading, fact, fact.tree, key, value))
        else:
            reading.unknown("test of a set", key, SET_TESTS, node.key_lines[key])
    return _joined(All, parts)


def _one_set_test(reading: Reading, fact: Fact, tree: Tree, key: str, value: Node) -> list[Condition]:
    everything = frozenset(tree.all_leaves())
    if key == "empty":
        holds_any = Contains(fact.name, everything)
        return [Opposite(holds_any) if _is_yes(reading, key, value) else holds_any]
    if key == "all":
        names = reading.names(value, f"value of {fact.name}", tree.leaves)
        return [Contains(fact.name, _leaf_set(tree, name)) for name in names]
    held = Contains(fact.name, _leaves(reading, fact, tree, value))
    if key == "any":
        return [held]
    if key == "none":
        return [Opposite(held)]
    rest = everything - held.values
    return [held, Opposite(Contains(fact.name, rest))] if rest else [held]


def _order_test(reading: Reading, fact: Fact, node: Node) -> Condition:
    """`{at_least: x}`, `above`, `below`, `at_most` and, for dates, their plainer names; several keys are *and*."""
    tests = ORDER_TESTS if fact.kind == "quantity" else DATE_TESTS
    if not isinstance(node, Mapping) or not node.entries:
        return _wrong_test(reading, fact, node, f"{fact.name}: {{{tests[-4]}: …}} (or {', '.join(tests[-3:])})")
    parts: list[Condition] = []
    for key, value in node.entries.items():
        if key in tests:
            parts.append(_BOUNDS[fact.kind](reading, fact, SAME_TEST.get(key, key), value))
        else:
            reading.unknown(f"test of a {fact.kind}", key, tests, node.key_lines[key])
    return _joined(All, parts)


def _quantity_bound(reading: Reading, fact: Fact, test: str, node: Node) -> Condition:
    return _bounded(fact.name, test, reading.as_number(node, f"the bound of {fact.name}"))


def _date_bound(reading: Reading, fact: Fact, test: str, node: Node) -> Condition:
    return _bounded(fact.name, test, reading.as_day(node))


def _time_bound(reading: Reading, fact: Fact, test: str, node: Node) -> Condition:
    """A bound without an hour means the whole day: `at_most` it is before the next day begins."""
    bound = reading.as_time(node)
    if isinstance(bound, datetime):
        return _bounded(fact.name, test, bound)
    if test in ("above", "at_most") and bound != date.max:
        bound += timedelta(days=1)
        test = "at_least" if test == "above" else "below"
    return _bounded(fact.name, test, datetime.combine(bound, time()))


def _bounded(fact: str, test: str, bound: float | date | datetime) -> Condition:
    reached = AtLeast(fact, bound, strict=test in ("above", "at_most"))
    return reached if test in ("at_least", "above") else Opposite(reached)


def _records_test(reading: Reading, fact: Fact, node: Node) -> Condition:
    """`{any: {…}}`, `{none: {…}}`, `{all: {…}}` (of a non-empty list), `{at_least_records: 2, such_that: {…}}`."""
    if not isinstance(node, Mapping) or fact.fields is None or not node.entries:
        return _wrong_test(reading, fact, node, f"{fact.name}: {{any: {{…}}}} (or none, all, at_least_records)")
    reading_keys = [key for key in node.entries if key in RECORD_TESTS]
    for key in node.entries:
        if key not in RECORD_TESTS:
            reading.unknown("test of records", key, RECORD_TESTS, node.key_lines[key])
    scope = Scope(fact.fields, records=fact.name)
    parts: list[Condition] = []
    for key in reading_keys:
        if key == "at_least_records":
            parts.append(_counted(reading, fact, node, scope))
        elif key == "such_that" and "at_least_records" not in node.entries:
            reading.problem("missing", '"such_that" wants "at_least_records" beside it', node.key_lines[key])
        elif key != "such_that":
            inner = read_condition(reading, node.entries[key], scope)
            parts.extend(_record_tests(fact.name, key, inner))
    return _joined(All, parts)


def _counted(reading: Reading, fact: Fact, node: Mapping, scope: Scope) -> Condition:
    count = node.entries["at_least_records"]
    value = reading.as_text(count, '"at_least_records"')
    if not value.isdecimal() or int(value) < 1:
        reading.problem("type", f'"at_least_records" must be a whole number from 1, not "{value}"', count.line)
        return NEVER
    such_that = node.entries.get("such_that")
    return Records(fact.name, int(value), read_condition(reading, such_that, scope) if such_that else ALWAYS)


def _record_tests(name: str, key: str, inner: Condition) -> list[Condition]:
    if key == "any":
        return [Records(name, 1, inner)]
    if key == "none":
        return [Opposite(Records(name, 1, inner))]
    return [Records(name, 1, ALWAYS), Opposite(Records(name, 1, Opposite(inner)))]


_TESTS: dict[str, Callable[[Reading, Fact, Node], Condition]] = {
    "yes_no": _choice_test,
    "one_of": _choice_test,
    "set_of": _set_test,
    "date": _order_test,
    "datetime": _order_test,
    "quantity": _order_test,
    "records": _records_test,
}
_BOUNDS: dict[str, Callable[[Reading, Fact, str, Node], Condition]] = {
    "quantity": _quantity_bound,
    "date": _date_bound,
    "datetime": _time_bound,
}
_KIND_WORDS = {
    "yes_no": "a yes/no fact",
    "one_of": "one of several values, not a set",
    "set_of": "a set",
    "date": "a date",
    "datetime": "a time",
    "quantity": "a quantity",
    "records": "a list of records",
}
