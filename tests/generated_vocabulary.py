"""The vocabulary of generated law: few facts and actions, but of every kind."""

from __future__ import annotations

from collections.abc import Sequence

from comity.vocabulary import ActionRule, Fact, Impossible, Tree, Vocabulary


def tree_of(root: str, children: dict[str, Sequence[str]]) -> Tree:
    """A taxonomy of a root, inner names or leaves under it, and leaves under those."""
    parents = dict.fromkeys(children, root)
    leaves: dict[str, tuple[str, ...]] = {}
    for child, below in children.items():
        leaves[child] = tuple(below) or (child,)
        for leaf in below:
            parents[leaf] = child
            leaves[leaf] = (leaf,)
    return Tree(root, parents, {root: tuple(leaf for child in children for leaf in leaves[child]), **leaves})


ACTIONS = tree_of("any_action", {"take": ["hold", "transfer"], "tell": []})
OWED = ("record", "copy")
KINDS = tree_of("any_agency", {"law_enforcement": ["police", "jail"], "civic": ["library", "park"]})
PAPERS = tree_of("any_paper", {"detainer": ["d1", "d2"], "warrant": ["w1", "w2"], "letter": []})
PLACES = tree_of("any_place", {"home": [], "open": ["street", "garden"], "station": []})
GRADES = tree_of("any_grade", {"felony": ["f1", "f2"], "petty": []})
DEEDS = tree_of("any_deed", {**{name: [] for name in ACTIONS.all_leaves()}, **{name: [] for name in OWED}})

CONVICTION: dict[str, Fact] = {
    "grade": Fact("grade", "one_of", "Of what grade?", tree=GRADES),
    "violent": Fact("violent", "yes_no", "Violent?"),
    "years": Fact("years", "quantity", "How long ago?", unit="year"),
}
FACTS: dict[str, Fact] = {
    "paper": Fact("paper", "set_of", "Which papers?", tree=PAPERS),
    "minor": Fact("minor", "yes_no", "A minor?"),
    "ground": Fact("ground", "yes_no", "A ground of our own?"),
    "place": Fact("place", "one_of", "Where?", tree=PLACES),
    "served": Fact("served", "date", "Served when?"),
    "convictions": Fact("convictions", "records", "Convicted of what?", fields=CONVICTION),
    "hours_held_plain": Fact("hours_held_plain", "quantity", "Hours held?", unit="hour"),
    "hours_held_business": Fact("hours_held_business", "quantity", "Business hours held?", unit="hour"),
    "required_by_law": Fact("required_by_law", "yes_no", "Does a law demand it?"),
    "local_rule_forbids": Fact("local_rule_forbids", "yes_no", "Does a local rule forbid it?"),
    "asked": Fact("asked", "set_of", "What is asked?", tree=DEEDS),
    "done": Fact("done", "set_of", "What was done?", tree=DEEDS),
    "declined": Fact("declined", "set_of", "What was declined?", tree=DEEDS),
}
IMPOSSIBLE = (
    Impossible({"minor": frozenset({"yes"}), "place": frozenset({"home", "street"})}),
    Impossible({"ground": frozenset({"no"}), "minor": frozenset({"no"})}),
    Impossible({"place": frozenset({"station"}), "paper": frozenset({"w1", "w2"})}),
    Impossible({"minor": frozenset({"no"}), "place": frozenset({"garden"}), "local_rule_forbids": frozenset({"yes"})}),
)


def tree_in(fact: Fact) -> Tree:
    assert fact.tree is not None
    return fact.tree


def make_vocabulary(impossible: Sequence[Impossible] = (), rules: dict[str, ActionRule] | None = None) -> Vocabulary:
    return Vocabulary(
        agency_kinds=KINDS,
        actions=ACTIONS,
        says={name: name for name in ACTIONS.all_leaves()},
        owed={name: name for name in OWED},
        facts=FACTS,
        impossible=tuple(impossible),
        action_rules=rules or {},
    )
