"""Made-up law: places with 22 norms each over 15 facts, and the columns of a log that tell these facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Literal

from comity.audit.layouts.form import FactColumn
from comity.conditions import All, AtLeast, Condition, Contains, OneOf, Opposite, Some
from comity.decide import Law
from comity.library import Library
from comity.norms import Agency, Boundary, Instrument, Interval, Jurisdiction, Modality, Norm, Target
from comity.vocabulary import Fact, Tree, Vocabulary

ACTION = "act"
DAY = date(2025, 6, 2)
NORMS = 22
LONG_AGO = Boundary("long-ago", date(2000, 1, 1))
MODALITIES: Sequence[Modality] = ("prohibits", "prohibits", "prohibits", "permits", "permits", "requires", "lifts")
HOURS = (12.0, 24.0, 48.0, 72.0)
DAYS = (30.0, 90.0, 365.0)


def _tree(root: str, leaves: Sequence[str]) -> Tree:
    return Tree(root, dict.fromkeys(leaves, root), {root: tuple(leaves)} | {leaf: (leaf,) for leaf in leaves})


def _facts() -> dict[str, Fact]:
    found = [Fact(f"answer_{number}", "yes_no", "So?") for number in range(8)]
    for name, size in (("office", 5), ("matter", 12), ("charge", 30)):
        found.append(Fact(name, "one_of", "Which?", tree=_tree(f"any_{name}", [f"{name}_{n}" for n in range(size)])))
    for name, size in (("papers", 8), ("asked_for", 6)):
        found.append(Fact(name, "set_of", "Which?", tree=_tree(f"any_{name}", [f"{name}_{n}" for n in range(size)])))
    found.append(Fact("hours", "quantity", "How long?", unit="hour"))
    found.append(Fact("days", "quantity", "How long ago?", unit="day"))
    return {fact.name: fact for fact in found}


FACTS = _facts()


def columns() -> tuple[FactColumn, ...]:
    """The columns that tell the facts; the values of a set are some of its subsets."""
    found: list[FactColumn] = []
    for name, fact in FACTS.items():
        if fact.kind == "quantity":
            found.append(FactColumn(name, f"fact_{name}", "quantity"))
            continue
        values: list[object] = [True, False]
        if fact.tree is not None:
            values = [*fact.tree.all_leaves()]
        if fact.kind == "set_of":
            chance = Random(name)
            subsets = [sorted(chance.sample([str(leaf) for leaf in values], chance.randint(0, 3))) for _ in range(40)]
            values = [list(subset) for subset in dict.fromkeys(map(tuple, subsets))]
        found.append(FactColumn(name, f"fact_{name}", "coded", tuple(values)))
    return tuple(found)


def made_up_law(places: int = 1, norms: int = NORMS) -> Law:
    """That many places below one country, each with one agency and norms of its own."""
    names = [f"us/p{number}" for number in range(places)]
    vocabulary = Vocabulary(
        agency_kinds=_tree("any_agency", ["police"]),
        actions=_tree("any_action", [ACTION]),
        says={ACTION: "act"},
        owed={},
        facts=FACTS,
        impossible=(),
        action_rules={},
    )
    found = {"us": _jurisdiction("us", "country", ())} | {
        name: _jurisdiction(name, "state", (Agency(f"{name}/police", "Police", ("police",), name),)) for name in names
    }
    acts = {f"{name}/act": _act(f"{name}/act", _norms(name, norms)) for name in names}
    return Law(Library(vocabulary, found, acts, "sha256:made-up"))


def _jurisdiction(name: str, kind: Literal["country", "state"], agencies: tuple[Agency, ...]) -> Jurisdiction:
    return Jurisdiction(name, name, "ocd-division/country:us", kind, "US", agencies, (), ("any_action",))


def _act(name: str, norms: tuple[Norm, ...]) -> Instrument:
    return Instrument(name, "Act", "Act", "statute", "https://example.org", DAY, "act.yaml", (), {}, norms, ())


def _norms(place: str, number: int) -> tuple[Norm, ...]:
    """Norms on the one action; a later one may override or lift an earlier one.

    As in real acts, most norms speak of one matter only, and the norms of an act test the same few things.
    """
    chance = Random(f"law of {place}")
    matter = _some_of("matter", 4, chance)
    pool = [_test(fact, chance) for fact in FACTS.values() for _ in range(2)]
    found: list[Norm] = []
    for position in range(number):
        modality = MODALITIES[position % len(MODALITIES)]
        attacked = [norm for norm in found if norm.modality not in (modality, "lifts")]
        edges = tuple(Target(ref=norm.id) for norm in chance.sample(attacked, min(len(attacked), 2)))
        lifts = modality == "lifts"
        tests: list[Condition] = [matter] if chance.random() < 0.9 else []
        tests += chance.sample(pool, chance.randint(3, 4))
        if chance.random() < 0.2:
            tests.append(Some(tuple(chance.sample(pool, 2))))
        found.append(
            Norm(
                id=f"{place}/act#{position}",
                instrument=f"{place}/act",
                cite=f"§ {position}",
                modality=modality,
                intervals=(Interval(LONG_AGO),),
                says="It is so.",
                evidence="text",
                source="https://example.org",
                read=DAY,
                line=1,
                actions=() if lifts else (ACTION,),
                when=All(tuple(tests)),
                unless=All(tuple(chance.sample(pool, 2))) if chance.random() < 0.25 else None,
                lifts=edges if lifts else (),
                lifts_requires=lifts,
                overrides=edges if not lifts and chance.random() < 0.4 else (),
            )
        )
    return tuple(found)


def _test(fact: Fact, chance: Random) -> Condition:
    match fact.kind:
        case "yes_no":
            return OneOf(fact.name, frozenset({chance.choice(["yes", "no"])}))
        case "quantity":
            bounds = HOURS if fact.name == "hours" else DAYS
            return AtLeast(fact.name, chance.choice(bounds), chance.random() < 0.5)
        case "set_of":
            test = _some_of(fact.name, 2, chance)
            return Opposite(test) if chance.random() < 0.2 else test
        case _:
            return _some_of(fact.name, 1 + len(tree_of(fact).all_leaves()) // 4, chance)


def _some_of(name: str, number: int, chance: Random) -> OneOf | Contains:
    fact = FACTS[name]
    leaves = frozenset(chance.sample(tree_of(fact).all_leaves(), number))
    return Contains(name, leaves) if fact.kind == "set_of" else OneOf(name, leaves)


def tree_of(fact: Fact) -> Tree:
    assert fact.tree is not None
    return fact.tree
