"""The vocabulary: the facts that law may test, their values, the actions it rules on, and the taxonomies of each."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import msgspec

FactKind = Literal["yes_no", "one_of", "set_of", "date", "datetime", "quantity", "records"]


class Tree(msgspec.Struct, frozen=True):
    """A taxonomy. `parents` maps every name but the root to its parent; `leaves` every name to the leaves under it
    (a leaf to itself), in the order written. `citations` has the citation of each name that stands on a statutory list,
    and `cited` the names of each citation, by its key (`citations.citation_key`)."""

    root: str
    parents: dict[str, str]
    leaves: dict[str, tuple[str, ...]]
    citations: dict[str, str] = {}
    cited: dict[str, tuple[str, ...]] = {}

    def __contains__(self, name: object) -> bool:
        return name in self.leaves

    def is_leaf(self, name: str) -> bool:
        return self.leaves[name] == (name,)

    def is_under(self, name: str, ancestor: str) -> bool:
        """Whether `name` is `ancestor` or stands somewhere below it."""
        while name != ancestor:
            if name not in self.parents:
                return False
            name = self.parents[name]
        return True

    def path(self, name: str) -> tuple[str, ...]:
        """The inner names over a name, the widest first, without the root."""
        above: list[str] = []
        while (name := self.parents.get(name, self.root)) != self.root:
            above.insert(0, name)
        return tuple(above)

    def all_leaves(self) -> tuple[str, ...]:
        return self.leaves[self.root]


class Fact(msgspec.Struct, frozen=True):
    """One thing known or unknown about a request.

    `tree` holds the values of `one_of` and `set_of` facts; `fields` the facts of a record; `unit` that of a quantity.
    `derived_from` names the inputs of a fact that is computed, never told. `each`: a request may name several values
    and is answered for each.
    """

    name: str
    kind: FactKind
    ask: str
    help: str = ""
    tree: Tree | None = None
    fields: dict[str, Fact] | None = None
    unit: str = ""
    derived_from: tuple[str, ...] = ()
    each: bool = False
    cite: str = ""


class ActionRule(msgspec.Struct, frozen=True):
    """What an action's own meaning settles: facts it implies, and the answer where a request says otherwise."""

    implies: dict[str, str]
    otherwise: str


class Impossible(msgspec.Struct, frozen=True):
    """A combination no completion may contain: for each fact, the leaves that cannot stand together."""

    parts: dict[str, frozenset[str]]


class Vocabulary(msgspec.Struct, frozen=True, dict=True):
    """All facts and actions. `actions` is one tree of asked actions; `owed` lists the duties."""

    agency_kinds: Tree
    actions: Tree
    says: dict[str, str]
    owed: dict[str, str]
    facts: dict[str, Fact]
    impossible: tuple[Impossible, ...]
    action_rules: dict[str, ActionRule]
    refusals: dict[str, str] = {}
    """For an inner action, the action that bounds every refusal of what is below it: to refuse is not to do that."""

    def covers(self, names: tuple[str, ...], action: str) -> bool:
        """Whether one of the names is the action or an inner action above it; remembered."""
        found = self._covered.get((names, action))
        if found is None:
            tree = self.actions
            found = self._covered[names, action] = any(
                name == action or (action in tree and name in tree and tree.is_under(action, name)) for name in names
            )
        return found

    @cached_property
    def _covered(self) -> dict[tuple[tuple[str, ...], str], bool]:
        return {}

    def asked_actions(self) -> tuple[str, ...]:
        """The leaf actions a request may ask, in the order of the vocabulary."""
        return self.actions.all_leaves()
