"""Reads `vocabulary.yaml`: facts, values, actions and their taxonomies."""

from __future__ import annotations

from typing import get_args

import msgspec

from comity.citations import citation_index
from comity.lawfiles.reading import NO_MAPPING, Reading
from comity.lawfiles.yamlsource import Listing, Mapping, Node, Text
from comity.vocabulary import ActionRule, Fact, FactKind, Impossible, Tree, Vocabulary

SECTIONS = ("agency_kinds", "actions", "action_rules", "refusals", "owed", "facts", "derived", "impossible", "offences")
FACT_KEYS = ("is", "ask", "help", "tree", "values", "fields", "unit", "derived_from", "each", "cite", "follows_from")
DERIVED_KEYS = ("is", "ask", "help", "from", "unit", "cite", "tree", "values")
KINDS: tuple[FactKind, ...] = get_args(FactKind)
RESERVED = frozenset({"all", "any", "not", "none", "only", "empty", "forbidden_below", "required_above", "on"})
"""Words that conditions and requests use themselves, so that no fact may be named by them."""


class _Taxonomy:
    """Gathers the names of a tree as they are written, from the root down."""

    def __init__(self, reading: Reading, root: str) -> None:
        self.reading = reading
        self.root = root
        self.parents: dict[str, str] = {}
        self.children: dict[str, list[str]] = {root: []}
        self.says: dict[str, str] = {}

    def add(self, name: str, parent: str, line: int) -> bool:
        if name in self.children:
            self.reading.problem("duplicate", f'the name "{name}" stands twice under {self.root}', line)
            return False
        self.parents[name] = parent
        self.children[parent].append(name)
        self.children[name] = []
        return True

    def grow(self, node: Node, parent: str) -> None:
        """Adds what a node holds below `parent`: names, names over lists or mappings, or names with their meaning."""
        match node:
            case Listing(items):
                for item in items:
                    self.grow(item, parent)
            case Mapping(entries, key_lines):
                for name, below in entries.items():
                    if self.add(name, parent, key_lines[name]):
                        self._grow_named(name, below)
            case Text(name, line):
                if not name:
                    self.reading.problem("type", f"a name is missing under {parent}", line)
                else:
                    self.add(name, parent, line)

    def _grow_named(self, name: str, below: Node) -> None:
        if isinstance(below, Text):
            self.says[name] = below.value.strip()
        else:
            self.grow(below, name)

    def graft(self, tree: Tree, parent: str, line: int) -> None:
        """Adds another tree, with its root, below `parent`."""
        for name in (tree.root, *tree.parents):
            self.add(name, tree.parents.get(name, parent), line)

    def tree(self) -> Tree:
        leaves: dict[str, tuple[str, ...]] = {}

        def leaves_of(name: str) -> tuple[str, ...]:
            below = tuple(leaf for child in self.children[name] for leaf in leaves_of(child))
            leaves[name] = below or (name,)
            return leaves[name]

        leaves_of(self.root)
        return Tree(self.root, self.parents, leaves)

    def cited_tree(self) -> Tree:
        """The tree, where the text beside a name is its citation."""
        return msgspec.structs.replace(self.tree(), citations=self.says, cited=citation_index(self.says))


def read_vocabulary(node: Node, reading: Reading) -> Vocabulary:
    """The vocabulary that a file states; problems are noted in the reading."""
    top = reading.mapping(node, "the vocabulary")
    reading.keys(top, SECTIONS)
    kinds = _taxonomy(reading, top, "agency_kinds", "any_agency").tree()
    actions = _taxonomy(reading, top, "actions", "any_action")
    reader = _FactReader(reading, top, actions.tree())
    facts = reader.all_facts()
    vocabulary = Vocabulary(
        agency_kinds=kinds,
        actions=reader.actions,
        says=actions.says,
        owed=reader.owed,
        facts=facts,
        impossible=(),
        action_rules={},
    )
    impossible = [_impossible(reading, item, facts) for item in reading.items(top, "impossible")]
    impossible += [_follows(reading.about(f"fact {name}"), name, node, facts) for name, node in reader.follows.items()]
    rules = _section(reading, top, "action_rules")
    return msgspec.structs.replace(
        vocabulary,
        impossible=tuple(impossible),
        action_rules={
            name: _action_rule(reading.about(f"action rule {name}"), name, rules, vocabulary) for name in rules.entries
        },
        refusals=_refusals(reading.about("refusals"), _section(reading, top, "refusals"), actions.tree()),
    )


def _refusals(reading: Reading, written: Mapping, actions: Tree) -> dict[str, str]:
    for name, line in written.key_lines.items():
        if name not in actions:
            reading.unknown("action", name, actions.leaves, line)
    return {name: reading.as_word(node, "action", actions.all_leaves()) for name, node in written.entries.items()}


def _section(reading: Reading, top: Mapping, name: str) -> Mapping:
    return reading.mapping(top.entries[name], f'"{name}"') if name in top.entries else NO_MAPPING


def _taxonomy(reading: Reading, top: Mapping, section: str, root: str) -> _Taxonomy:
    taxonomy = _Taxonomy(reading, root)
    taxonomy.grow(_section(reading, top, section), root)
    return taxonomy


class _FactReader:
    """Reads the facts; they may share each other's trees and fields, in the order written."""

    def __init__(self, reading: Reading, top: Mapping, actions: Tree) -> None:
        self.reading = reading
        self.actions = actions
        self.told = _section(reading, top, "facts")
        self.derived = _section(reading, top, "derived")
        self.offences = _taxonomy(reading, top, "offences", "any_offence").cited_tree()
        owed = _section(reading, top, "owed")
        self.owed = {name: reading.as_text(node, f'"{name}"') for name, node in owed.entries.items()}
        for name in self.owed:
            if name in actions:
                reading.problem("duplicate", f'"{name}" is both asked and owed', owed.key_lines[name])
        self.facts: dict[str, Fact] = {}
        self.follows: dict[str, Node] = {}

    def all_facts(self) -> dict[str, Fact]:
        for name, node in self.told.entries.items():
            self.facts[name] = self._fact(name, node, self.told.key_lines[name], FACT_KEYS, self.facts)
            if isinstance(node, Mapping) and "follows_from" in node.entries:
                self.follows[name] = node.entries["follows_from"]
        for name, node in self.derived.entries.items():
            if name in self.facts:
                self.reading.problem("duplicate", f'the fact "{name}" stands twice', self.derived.key_lines[name])
            self.facts[name] = self._fact(name, node, self.derived.key_lines[name], DERIVED_KEYS, self.facts)
        self._check_inputs(self.facts, {**self.told.key_lines, **self.derived.key_lines}, ())
        return self.facts

    def _fact(self, name: str, node: Node, line: int, keys: tuple[str, ...], beside: dict[str, Fact]) -> Fact:
        reading = self.reading.about(f"fact {name}")
        if name in RESERVED:
            reading.problem("duplicate", f'"{name}" has a meaning of its own and cannot name a fact', line)
        mapping = reading.mapping(node, "a fact")
        reading.keys(mapping, keys)
        kind: FactKind = reading.word(mapping, "is", KINDS, "kind of fact")
        inputs = mapping.entries.get("from", mapping.entries.get("derived_from"))
        return Fact(
            name=name,
            kind=kind,
            ask=reading.text(mapping, "ask"),
            help=reading.text_or(mapping, "help", ""),
            tree=self._tree(reading, name, kind, mapping, beside),
            fields=self._fields(reading, kind, mapping),
            unit=reading.text(mapping, "unit") if kind == "quantity" else "",
            derived_from=tuple(text.value for text in reading.texts(inputs, '"from"')) if inputs else (),
            each=reading.yes(mapping, "each"),
            cite=reading.text_or(mapping, "cite", ""),
        )

    def _tree(
        self, reading: Reading, name: str, kind: FactKind, mapping: Mapping, beside: dict[str, Fact]
    ) -> Tree | None:
        node = mapping.entries.get("tree") or mapping.entries.get("values")
        if kind not in ("one_of", "set_of"):
            if node is not None:
                reading.problem("type", f"a {kind} fact has no values to list", node.line)
            return None
        taxonomy = _Taxonomy(reading, f"any_{name}")
        match node:
            case None:
                reading.missing(mapping, "values")
            case Text("actions"):
                return self.actions
            case Text("offences"):
                return self.offences
            case Text("actions and duties", line):
                taxonomy.graft(self.actions, taxonomy.root, line)
                for duty in self.owed:
                    taxonomy.add(duty, taxonomy.root, line)
            case Mapping({"as": Text(other, line)}):
                shared = beside.get(other)
                if shared is not None and shared.tree is not None:
                    return shared.tree
                reading.unknown(
                    "fact with values above this one", other, [n for n, f in beside.items() if f.tree], line
                )
            case Text(value, line):
                reading.unknown("set of values", value, ("actions", "actions and duties", "offences"), line)
            case _:
                taxonomy.grow(node, taxonomy.root)
        return taxonomy.tree()

    def _fields(self, reading: Reading, kind: FactKind, mapping: Mapping) -> dict[str, Fact] | None:
        if kind != "records":
            if "fields" in mapping.entries:
                reading.problem("type", f"a {kind} fact has no fields", mapping.key_lines["fields"])
            return None
        node = reading.required(mapping, "fields")
        written = reading.mapping(node, '"fields"') if node else NO_MAPPING
        fields: dict[str, Fact] = {}
        for name, field in written.entries.items():
            if name == "as":
                fields.update(self._fields_of(reading, field))
            elif name in fields:
                reading.problem("duplicate", f'the field "{name}" stands twice', written.key_lines[name])
            else:
                fields[name] = self._fact(name, field, written.key_lines[name], FACT_KEYS, fields)
                if fields[name].kind == "records":
                    reading.problem("type", f'the field "{name}" cannot itself be records', written.key_lines[name])
        self._check_inputs(fields, written.key_lines, tuple(self.told.entries))
        return fields

    def _fields_of(self, reading: Reading, node: Node) -> dict[str, Fact]:
        other = reading.as_text(node, '"as"')
        shared = self.facts.get(other)
        if shared is not None and shared.fields is not None:
            return shared.fields
        reading.unknown("records fact above this one", other, [n for n, f in self.facts.items() if f.fields], node.line)
        return {}

    def _check_inputs(self, facts: dict[str, Fact], lines: dict[str, int], beside: tuple[str, ...]) -> None:
        """A derived fact's inputs are facts told (or the day asked about), beside it or about the request."""
        known = [name for name, fact in facts.items() if not fact.derived_from]
        for name, fact in facts.items():
            for source in fact.derived_from:
                if source not in known and source not in beside and source != "on" and name in lines:
                    self.reading.about(f"fact {name}").unknown("fact", source, [*known, *beside, "on"], lines[name])


def _impossible(reading: Reading, node: Node, facts: dict[str, Fact]) -> Impossible:
    mapping = reading.mapping(node, "an impossible combination")
    return Impossible(
        {name: _leaves(reading, name, value, mapping.key_lines[name], facts) for name, value in mapping.entries.items()}
    )


def _follows(reading: Reading, name: str, node: Node, facts: dict[str, Fact]) -> Impossible:
    """A yes/no fact that follows from others' values cannot be `no` beside them."""
    if facts[name].kind != "yes_no":
        reading.problem("type", "only a yes_no fact can follow from others", node.line)
    grounds = _impossible(reading, node, facts)
    return Impossible({**grounds.parts, name: frozenset({"no"})})


def _leaves(reading: Reading, name: str, node: Node, line: int, facts: dict[str, Fact]) -> frozenset[str]:
    fact = facts.get(name)
    if fact is None:
        reading.unknown("fact", name, facts, line)
        return frozenset()
    if fact.kind == "yes_no":
        return frozenset(reading.names(node, f"value of {name}", ("yes", "no")))
    if fact.kind != "one_of" or fact.tree is None:
        reading.problem("type", f"{name} is {fact.kind}: only yes_no and one_of facts can be listed here", line)
        return frozenset()
    names = reading.names(node, f"value of {name}", fact.tree.leaves)
    return frozenset(leaf for inner in names for leaf in fact.tree.leaves[inner])


def _action_rule(reading: Reading, name: str, rules: Mapping, vocabulary: Vocabulary) -> ActionRule:
    if name not in vocabulary.actions:
        reading.unknown("action", name, vocabulary.actions.leaves, rules.key_lines[name])
    mapping = reading.mapping(rules.entries[name], "an action rule")
    reading.keys(mapping, ("implies", "otherwise"))
    node = reading.required(mapping, "implies")
    implied = reading.mapping(node, '"implies"') if node else NO_MAPPING
    implies: dict[str, str] = {}
    for fact, value in implied.entries.items():
        leaves = _leaves(reading, fact, value, implied.key_lines[fact], vocabulary.facts)
        if len(leaves) > 1:
            reading.problem("type", f"{fact} must be implied to be one value", implied.key_lines[fact])
        implies[fact] = min(leaves, default="")
    return ActionRule(implies, reading.text(mapping, "otherwise"))
