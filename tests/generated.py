"""Generated law and generated requests: small vocabularies, three layers of places, every form a norm can take.

The types are built directly. Law is kept free of cycles of defeat, as the reader of law files would insist.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

import msgspec
from generated_vocabulary import ACTIONS, FACTS, IMPOSSIBLE, OWED, make_vocabulary, tree_in

from comity import reference
from comity.conditions import (
    ALWAYS,
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
    links_of,
)
from comity.library import Library, is_above
from comity.norms import (
    Agency,
    Binds,
    Boundary,
    Dispute,
    Instrument,
    InstrumentKind,
    Interval,
    Jurisdiction,
    Limit,
    Norm,
    Target,
)
from comity.vocabulary import ActionRule, Fact, Tree, Vocabulary

T = TypeVar("T")

DAY = date(2025, 6, 16)
LONG_AGO = Boundary("long-ago", date(2000, 1, 1))
ALWAYS_IN_FORCE = (Interval(LONG_AGO),)


AGENCIES: dict[str, tuple[Agency, ...]] = {
    "us": (),
    "us/aa": (Agency("us/aa/state-police", "State Police", ("police",), "us/aa"),),
    "us/aa/bb": (
        Agency("us/aa/bb/police", "Police", ("police",), "us/aa/bb"),
        Agency("us/aa/bb/sheriff", "Sheriff", ("police", "jail"), "us/aa/bb"),
        Agency("us/aa/bb/park-district", "Park District", ("park",), "us/aa/bb", own_government=True),
    ),
}
INSTRUMENTS: dict[str, InstrumentKind] = {
    "us/code": "statute",
    "us/aa/act": "statute",
    "us/aa/decree": "decree",
    "us/aa/bill": "proposal",
    "us/aa/bb/ordinance": "ordinance",
    "us/aa/bb/order": "order",
}
BOUNDS = {"years": (2.0, 5.0), "hours_held_plain": (24.0, 48.0), "hours_held_business": (24.0, 48.0)}
DAYS = tuple(DAY + timedelta(days=offset) for offset in (-30, -1, 0))


def pick(chance: Random, values: Sequence[T]) -> T:
    return chance.choice(values)


def often(chance: Random, out_of: int) -> bool:
    """True once in so many times."""
    return chance.randrange(out_of) == 0


def several(chance: Random, values: Sequence[T], least: int, most: int) -> list[T]:
    return [pick(chance, values) for _ in range(chance.randint(least, most))]


def leaves_of(chance: Random, tree: Tree) -> frozenset[str]:
    """The leaves under one or two names, inner names too."""
    return frozenset(leaf for name in several(chance, sorted(tree.leaves), 1, 2) for leaf in tree.leaves[name])


# Law


def test_on(chance: Random, fact: Fact) -> Condition:
    """A test on one fact."""
    match fact.kind:
        case "yes_no":
            return OneOf(fact.name, frozenset({pick(chance, ["yes", "no"])}))
        case "one_of":
            return OneOf(fact.name, leaves_of(chance, tree_in(fact)))
        case "set_of":
            return Contains(fact.name, leaves_of(chance, tree_in(fact)))
        case "records":
            assert fact.fields is not None
            such_that = ALWAYS if often(chance, 6) else condition(chance, fact.fields, 1)
            return Records(fact.name, pick(chance, [1, 1, 2]), such_that)
        case "date" | "datetime":
            return AtLeast(fact.name, pick(chance, DAYS), often(chance, 2))
        case "quantity":
            return AtLeast(fact.name, pick(chance, BOUNDS[fact.name]), often(chance, 2))


def condition(chance: Random, facts: dict[str, Fact], depth: int) -> Condition:
    """A condition over these facts: a test, or a small tree of them."""
    form = pick(chance, ["test", "test", "all", "some", "not", "term"]) if depth else "test"
    if form == "test":
        return test_on(chance, facts[pick(chance, list(facts))])
    part = condition(chance, facts, depth - 1)
    if form == "not":
        return Opposite(part)
    if form == "term":
        return Term("defined", "§ 1", part)
    parts = (part, *(condition(chance, facts, depth - 1) for _ in range(chance.randint(0, 1))))
    return All(parts) if form == "all" else Some(parts)


def targets(chance: Random, ids: Sequence[str]) -> tuple[Target, ...]:
    """One or two targets: norms, instruments, patterns."""
    return tuple(target(chance, ids) for _ in range(1 + chance.randint(0, 1)))


def target(chance: Random, ids: Sequence[str]) -> Target:
    form = pick(chance, ["norm", "norm", "norm", "instrument", "pattern"])
    if form == "norm":
        return Target(ref=pick(chance, ids))
    if form == "instrument":
        return Target(ref=pick(chance, list(INSTRUMENTS)))
    below = often(chance, 2)
    return Target(
        below=below,
        place="" if below else pick(chance, ["us", "us/aa", "us/aa/bb"]),
        modality=pick(chance, ["", "requires", "prohibits"]),
        actions=pick(chance, [(), (), ("take",), ("tell",)]),
        instrument_kinds=pick(chance, [(), (), ("ordinance",), ("statute", "order")]),
    )


def body(chance: Random, facts: dict[str, Fact], duties: bool) -> dict[str, object]:
    """What a norm rules, on whom, when: all but its identity, its dates and its edges."""
    modality = pick(chance, ["prohibits", "requires", "permits", "lifts", *(["requires"] if duties else [])])
    found: dict[str, object] = {
        "modality": modality,
        "when": ALWAYS if often(chance, 5) else condition(chance, facts, 2),
    }
    if modality != "lifts":
        owed = duties and not often(chance, 4)
        asked = [("hold",), ("take",), ("hold", "tell"), ("any_action",)]
        found["actions"] = pick(chance, [("record",), ("copy",)] if owed else asked)
        if owed and modality == "requires" and often(chance, 2):
            found |= {"actions": ("record", "copy"), "one_of": True}
    if often(chance, 3):
        found["unless"] = condition(chance, facts, 1)
    if often(chance, 8):
        found["limit"] = Limit(pick(chance, ["hours_held_plain", "hours_held_business"]), 48.0)
    if often(chance, 5):
        link: Condition = pick(chance, [ForbiddenBelow(), RequiredAbove()])
        linked = pick(chance, [link, All((link, condition(chance, facts, 0))), Opposite(link)])
        found[pick(chance, ["when", "unless"])] = linked
    if often(chance, 5):
        by_name = Binds(agencies=("us/aa/bb/police", "us/aa/bb/park-district"))
        found["binds"] = pick(chance, [Binds(("law_enforcement",), ("jail",)), Binds(("jail", "park")), by_name])
    return found


def with_edges(chance: Random, norm: Norm, others: Sequence[Norm]) -> Norm:
    """The norm, with edges of defeat, mostly to norms that they can defeat."""
    change: dict[str, object] = {}
    ids = [other.id for other in others if other.modality != norm.modality] or [norm.id]
    if norm.modality == "lifts":
        change["lifts"] = targets(chance, ids)
        change["lifts_requires"] = not often(chance, 3)
        change["only_actions"] = pick(chance, [(), (), ("take",), ("tell",)])
    elif not often(chance, 3):
        change["overrides"] = targets(chance, ids)
    if often(chance, 3):
        required_above = (Target(place="us", modality="requires"),)
        change["yields_to"] = required_above if often(chance, 2) else targets(chance, ids)
    return msgspec.structs.replace(norm, **change)


def intervals(chance: Random, instrument: str, turn: Boundary) -> tuple[Interval, ...]:
    """When a norm is in force: in the old text, the new text, both, or beyond."""
    old, new = Interval(LONG_AGO, turn), Interval(turn)
    future = Interval(Boundary(f"{instrument}@later", DAY + timedelta(days=400)))
    return pick(chance, [ALWAYS_IN_FORCE, ALWAYS_IN_FORCE, (new,), (old,), (old, future), (old, new)])


def turn_of(chance: Random, instrument: str) -> Boundary:
    """The day on which an instrument's new text began: past, to come, or not known."""
    day = pick(chance, [None, DAY - timedelta(days=300), DAY, DAY + timedelta(days=1)])
    if day is None:
        return Boundary(f"{instrument}@v2", DAY - timedelta(days=10), DAY + timedelta(days=20))
    return Boundary(f"{instrument}@v2", day)


def dispute(chance: Random, ids: Sequence[str], number: int) -> Dispute:
    """A ruling on some norm or instrument, with a reach and dates of its own."""
    places, agencies = pick(
        chance, [((), ()), (("us/aa",), ()), (("us/zz",), ()), ((), ("us/aa/bb/police", "us/zz/police"))]
    )
    return Dispute(
        id=f"dispute-{number}",
        court="Court",
        cite="No. 1",
        effect=pick(chance, ["suspends", "annuls", "flags"]),
        norms=(pick(chance, [*ids, *ids, *INSTRUMENTS]),),
        start=pick(chance, [DAY - timedelta(days=5), DAY, DAY + timedelta(days=1)]),
        until=pick(chance, [None, None, DAY, DAY + timedelta(days=3)]),
        says="Stayed.",
        evidence="text",
        source="https://example.org",
        line=1,
        places=places,
        agencies=agencies,
    )


def make_norm(norm_id: str, spans: tuple[Interval, ...], body: dict[str, object]) -> Norm:
    """A norm with the parts that no rule turns on filled in."""
    return msgspec.structs.replace(
        Norm(
            id=norm_id,
            instrument=norm_id.partition("#")[0],
            cite="§ 1",
            modality="permits",
            intervals=spans,
            says="It is so.",
            evidence="text",
            source="https://example.org",
            read=DAY,
            line=1,
        ),
        **body,
    )


def make_library(
    norms: Sequence[Norm],
    vocabulary: Vocabulary,
    rulings: Sequence[Dispute] = (),
    complete_for: dict[str, tuple[str, ...]] | None = None,
) -> Library:
    """A library of these norms, each in the instrument that its id names."""
    kinds = {place: ("country", "state", "city")[place.count("/")] for place in AGENCIES}
    return Library(
        vocabulary,
        {
            place: Jurisdiction(
                place,
                place,
                "ocd-division/country:us",
                kinds[place],
                "US",
                agencies,
                (),
                (complete_for or {}).get(place, ()),
            )
            for place, agencies in AGENCIES.items()
        },
        {
            instrument: Instrument(
                instrument,
                instrument,
                instrument,
                kind,
                "https://example.org",
                DAY,
                f"{instrument}.yaml",
                (),
                {},
                tuple(norm for norm in norms if norm.instrument == instrument),
                tuple(rulings) if instrument == "us/code" else (),
            )
            for instrument, kind in INSTRUMENTS.items()
        },
        "sha256:generated",
    )


def vocabulary(chance: Random) -> Vocabulary:
    """A vocabulary, with or without impossible combinations and a rule for `hold`."""
    impossible = dict.fromkeys(several(chance, range(len(IMPOSSIBLE)), 0, 2))
    rule = {"hold": ActionRule({"ground": "no"}, "That is no hold.")}
    return make_vocabulary([IMPOSSIBLE[number] for number in impossible], rule if often(chance, 4) else {})


def some_library(chance: Random, duties: bool = False) -> Library:
    """Some law: three to seven norms in up to six instruments of three places, on actions asked or rather on duties."""
    untested = ("required_by_law", "local_rule_forbids", "declined")
    facts = {name: FACTS[name] for name in several(chance, [name for name in FACTS if name not in untested], 1, 4)}
    homes = several(chance, list(INSTRUMENTS), 3, 7)
    ids = [f"{home}#{number}" for number, home in enumerate(homes)]
    turns = {home: turn_of(chance, home) for home in dict.fromkeys(homes)}
    bare = [
        make_norm(norm_id, intervals(chance, home, turns[home]), body(chance, facts, duties))
        for norm_id, home in zip(ids, homes, strict=True)
    ]
    norms = [with_edges(chance, norm, bare) for norm in bare]
    rulings = [dispute(chance, ids, number) for number in range(pick(chance, [0, 0, 1, 2]))]
    complete_for = {place: pick(chance, [(), ("any_action",), ("take",), ("hold",)]) for place in AGENCIES}
    return without_cycles(make_library(norms, vocabulary(chance), rulings, complete_for))


def without_cycles(library: Library) -> Library:
    """The library, with the edges and links of each norm that would close a cycle of defeat taken out."""
    if not has_cycle(library):
        return library
    norms = list(library.norms().values())
    kept: list[Norm] = []
    for position, norm in enumerate(norms):
        rest = [unlinked(unarmed(other)) for other in norms[position + 1 :]]
        for version in (norm, unarmed(norm), unlinked(unarmed(norm))):
            if not has_cycle(with_norms(library, [*kept, version, *rest])):
                kept.append(version)
                break
    return with_norms(library, kept)


def unarmed(norm: Norm) -> Norm:
    return msgspec.structs.replace(norm, lifts=(), overrides=(), yields_to=())


def unlinked(norm: Norm) -> Norm:
    def free(condition: Condition) -> Condition:
        return ALWAYS if links_of(condition) else condition

    return msgspec.structs.replace(norm, when=free(norm.when), unless=norm.unless and free(norm.unless))


def with_norms(library: Library, norms: Sequence[Norm]) -> Library:
    instruments = {
        name: msgspec.structs.replace(item, norms=tuple(norm for norm in norms if norm.instrument == name))
        for name, item in library.instruments.items()
    }
    return msgspec.structs.replace(library, instruments=instruments)


def has_cycle(library: Library) -> bool:
    """Whether the standing of some norm could turn on itself, for some action, at some time."""
    agency = library.agencies()["us/aa/bb/police"]
    real = list(library.norms().values())
    for action in (*ACTIONS.all_leaves(), *OWED):
        case = reference.Case(library, agency, DAY, action, {})
        ruling = [
            norm for norm in real if norm.actions == () or reference.covers(norm.actions, action, library.vocabulary)
        ]
        norms = [*ruling, *reference.synthetic(ruling, case)]
        below = {norm.id: [other.id for other in norms if leans_on(norm, other, case)] for norm in norms}
        while free := [norm_id for norm_id, others in below.items() if not set(others) & below.keys()]:
            for norm_id in free:
                del below[norm_id]
        if below:
            return True
    return False


def leans_on(norm: Norm, other: Norm, case: reference.Case) -> bool:
    """Whether the standing of a norm turns on that of another: one that attacks it, or that it is linked to."""
    links = links_of(All((norm.when, norm.unless or ALWAYS)))
    return (
        reference.attacks(other, norm, case)
        or (ForbiddenBelow in links and other.modality == "prohibits" and is_above(norm.place, other.place))
        or (RequiredAbove in links and other.modality == "requires" and is_above(other.place, norm.place))
    )
