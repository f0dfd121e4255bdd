"""Generated law and generated requests: small vocabularies, three layers of places, every form a norm can take.

The strategies build the types directly. Law is kept free of cycles of defeat, as the reader of law files would insist.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

import msgspec
from hypothesis import strategies as st

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
    tests_of,
)
from comity.knowledge import Choice, Elements, Knowledge, RecordList, Spans
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
from comity.vocabulary import ActionRule, Fact, Impossible, Tree, Vocabulary

T = TypeVar("T")

DAY = date(2025, 6, 16)
LONG_AGO = Boundary("long-ago", date(2000, 1, 1))


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


_NUMBERS = [st.integers(0, most) for most in range(64)]


def pick(draw: st.DrawFn, values: Sequence[T]) -> T:
    """One of the values; shrinks to the first."""
    return values[draw(_NUMBERS[len(values) - 1])]


def often(draw: st.DrawFn, out_of: int) -> bool:
    """True once in so many draws; shrinks to False."""
    return draw(_NUMBERS[out_of - 1]) == out_of - 1


def several(draw: st.DrawFn, values: Sequence[T], least: int, most: int) -> list[T]:
    return [pick(draw, values) for _ in range(least + draw(_NUMBERS[most - least]))]


def leaves_of(draw: st.DrawFn, tree: Tree) -> frozenset[str]:
    """The leaves under one or two names, inner names too."""
    return frozenset(leaf for name in several(draw, sorted(tree.leaves), 1, 2) for leaf in tree.leaves[name])


def tree_in(fact: Fact) -> Tree:
    assert fact.tree is not None
    return fact.tree


# Law


def test_on(draw: st.DrawFn, fact: Fact) -> Condition:
    """A test on one fact."""
    match fact.kind:
        case "yes_no":
            return OneOf(fact.name, frozenset({pick(draw, ["yes", "no"])}))
        case "one_of":
            return OneOf(fact.name, leaves_of(draw, tree_in(fact)))
        case "set_of":
            return Contains(fact.name, leaves_of(draw, tree_in(fact)))
        case "records":
            assert fact.fields is not None
            such_that = ALWAYS if often(draw, 6) else condition(draw, fact.fields, 1)
            return Records(fact.name, pick(draw, [1, 1, 2]), such_that)
        case "date" | "datetime":
            return AtLeast(fact.name, pick(draw, DAYS), often(draw, 2))
        case "quantity":
            return AtLeast(fact.name, pick(draw, BOUNDS[fact.name]), often(draw, 2))


def condition(draw: st.DrawFn, facts: dict[str, Fact], depth: int) -> Condition:
    """A condition over these facts: a test, or a small tree of them."""
    form = pick(draw, ["test", "test", "all", "some", "not", "term"]) if depth else "test"
    if form == "test":
        return test_on(draw, facts[pick(draw, list(facts))])
    part = condition(draw, facts, depth - 1)
    if form == "not":
        return Opposite(part)
    if form == "term":
        return Term("defined", "§ 1", part)
    parts = (part, *(condition(draw, facts, depth - 1) for _ in range(draw(_NUMBERS[1]))))
    return All(parts) if form == "all" else Some(parts)


def targets(draw: st.DrawFn, ids: Sequence[str]) -> tuple[Target, ...]:
    """One or two targets: norms, instruments, patterns."""
    return tuple(target(draw, ids) for _ in range(1 + draw(_NUMBERS[1])))


def target(draw: st.DrawFn, ids: Sequence[str]) -> Target:
    form = pick(draw, ["norm", "norm", "instrument", "pattern"])
    if form == "norm":
        return Target(ref=pick(draw, ids))
    if form == "instrument":
        return Target(ref=pick(draw, list(INSTRUMENTS)))
    below = often(draw, 2)
    return Target(
        below=below,
        place="" if below else pick(draw, ["us", "us/aa", "us/aa/bb"]),
        modality=pick(draw, ["", "requires", "prohibits"]),
        actions=pick(draw, [(), (), ("take",), ("tell",)]),
        instrument_kinds=pick(draw, [(), (), ("ordinance",), ("statute", "order")]),
    )


def body(draw: st.DrawFn, facts: dict[str, Fact], duties: bool) -> dict[str, object]:
    """What a norm rules, on whom, when: all but its identity, its dates and its edges."""
    modality = pick(draw, ["prohibits", "requires", "permits", "lifts", *(["requires"] if duties else [])])
    found: dict[str, object] = {"modality": modality, "when": condition(draw, facts, 2)}
    if modality != "lifts":
        owed = duties and not often(draw, 4)
        asked = [("hold",), ("take",), ("hold", "tell"), ("any_action",)]
        found["actions"] = pick(draw, [("record",), ("copy",)] if owed else asked)
        if owed and modality == "requires" and often(draw, 2):
            found |= {"actions": ("record", "copy"), "one_of": True}
    if often(draw, 3):
        found["unless"] = condition(draw, facts, 1)
    if often(draw, 8):
        found["limit"] = Limit(pick(draw, ["hours_held_plain", "hours_held_business"]), 48.0)
    if often(draw, 5):
        link: Condition = pick(draw, [ForbiddenBelow(), RequiredAbove()])
        linked = pick(draw, [link, All((link, condition(draw, facts, 0))), Opposite(link)])
        found[pick(draw, ["when", "unless"])] = linked
    if often(draw, 5):
        by_name = Binds(agencies=("us/aa/bb/police", "us/aa/bb/park-district"))
        found["binds"] = pick(draw, [Binds(("law_enforcement",), ("jail",)), Binds(("jail", "park")), by_name])
    return found


def with_edges(draw: st.DrawFn, norm: Norm, ids: Sequence[str]) -> Norm:
    """The norm, with edges of defeat."""
    change: dict[str, object] = {}
    if norm.modality == "lifts":
        change["lifts"] = targets(draw, ids)
        change["lifts_requires"] = often(draw, 2)
        change["only_actions"] = pick(draw, [(), (), ("take",), ("tell",)])
    elif often(draw, 2):
        change["overrides"] = targets(draw, ids)
    if often(draw, 3):
        required_above = (Target(place="us", modality="requires"),)
        change["yields_to"] = required_above if often(draw, 2) else targets(draw, ids)
    return msgspec.structs.replace(norm, **change)


def intervals(draw: st.DrawFn, instrument: str, turn: Boundary) -> tuple[Interval, ...]:
    """When a norm is in force: in the old text, the new text, both, or beyond."""
    old, new = Interval(LONG_AGO, turn), Interval(turn)
    future = Interval(Boundary(f"{instrument}@later", DAY + timedelta(days=400)))
    return pick(draw, [(Interval(LONG_AGO),), (Interval(LONG_AGO),), (new,), (old,), (old, future), (old, new)])


def turn_of(draw: st.DrawFn, instrument: str) -> Boundary:
    """The day on which an instrument's new text began: past, to come, or not known."""
    day = pick(draw, [None, DAY - timedelta(days=300), DAY, DAY + timedelta(days=1)])
    if day is None:
        return Boundary(f"{instrument}@v2", DAY - timedelta(days=10), DAY + timedelta(days=20))
    return Boundary(f"{instrument}@v2", day)


def dispute(draw: st.DrawFn, ids: Sequence[str], number: int) -> Dispute:
    """A ruling on some norm or instrument, with a reach and dates of its own."""
    places, agencies = pick(
        draw, [((), ()), (("us/aa",), ()), (("us/zz",), ()), ((), ("us/aa/bb/police", "us/zz/police"))]
    )
    return Dispute(
        id=f"dispute-{number}",
        court="Court",
        cite="No. 1",
        effect=pick(draw, ["suspends", "annuls", "flags"]),
        norms=(pick(draw, [*ids, *ids, *INSTRUMENTS]),),
        start=pick(draw, [DAY - timedelta(days=5), DAY, DAY + timedelta(days=1)]),
        until=pick(draw, [None, None, DAY, DAY + timedelta(days=3)]),
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


def vocabulary(draw: st.DrawFn) -> Vocabulary:
    """A vocabulary, with or without impossible combinations and a rule for `hold`."""
    impossible = dict.fromkeys(several(draw, range(len(IMPOSSIBLE)), 0, 2))
    rule = {"hold": ActionRule({"ground": "no"}, "That is no hold.")}
    return make_vocabulary([IMPOSSIBLE[number] for number in impossible], rule if often(draw, 4) else {})


@st.composite
def libraries(draw: st.DrawFn, duties: bool = False) -> Library:
    """Some law: three to seven norms in up to six instruments of three places, on actions asked or rather on duties."""
    untested = ("required_by_law", "local_rule_forbids", "declined")
    facts = {name: FACTS[name] for name in several(draw, [name for name in FACTS if name not in untested], 1, 4)}
    homes = several(draw, list(INSTRUMENTS), 3, 7)
    ids = [f"{home}#{number}" for number, home in enumerate(homes)]
    turns = {home: turn_of(draw, home) for home in dict.fromkeys(homes)}
    norms = [
        with_edges(draw, make_norm(norm_id, intervals(draw, home, turns[home]), body(draw, facts, duties)), ids)
        for norm_id, home in zip(ids, homes, strict=True)
    ]
    rulings = [dispute(draw, ids, number) for number in range(pick(draw, [0, 0, 1, 2]))]
    complete_for = {place: pick(draw, [(), ("any_action",), ("take",), ("hold",)]) for place in AGENCIES}
    return without_cycles(make_library(norms, vocabulary(draw), rulings, complete_for))


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


# Requests


class Asked(msgspec.Struct, frozen=True):
    """A request: which action of which agency on which day, what is known, and which proposals are taken as law."""

    agency: Agency
    day: date
    action: str
    knowledge: dict[str, Knowledge]
    as_if: tuple[str, ...] = ()


def knowledge_of(draw: st.DrawFn, fact: Fact) -> Knowledge:
    """What may be known of a fact: all, in part, or next to nothing."""
    match fact.kind:
        case "yes_no":
            return Choice(frozenset(several(draw, ["yes", "no"], 1, 2)))
        case "one_of":
            tree = tree_in(fact)
            return Choice(leaves_of(draw, tree) if often(draw, 2) else frozenset({pick(draw, tree.all_leaves())}))
        case "set_of":
            return elements(draw, tree_in(fact))
        case "records":
            fields = (fact.fields or {}).items()
            records = [
                {name: knowledge_of(draw, field) for name, field in fields if not often(draw, 3)}
                for _ in range(draw(_NUMBERS[2]))
            ]
            return RecordList(tuple(records), often(draw, 2))
        case "date" | "datetime":
            return spans(draw, [DAY + timedelta(days=offset) for offset in (-31, -30, -29, -2, -1, 0, 1)])
        case "quantity":
            return spans(draw, [0.0, 2.0, 3.0, 5.0, 24.0, 30.0, 48.0, 50.0])


def elements(draw: st.DrawFn, tree: Tree) -> Elements:
    """A set known element by element, some only by an inner name; complete or open."""
    names = several(draw, sorted(tree.leaves), 0, 3)
    if not often(draw, 2):
        return Elements(tuple(frozenset(tree.leaves[name]) for name in names))
    absent = frozenset(several(draw, tree.all_leaves(), 0, 2))
    present = (frozenset(tree.leaves[name]) - absent for name in names)
    return Elements(tuple(choices for choices in present if choices), True, absent)


def spans(draw: st.DrawFn, values: Sequence[float] | Sequence[date]) -> Spans:
    """A point, a range, one without an end, or two ranges."""
    found: list[tuple[float | date | None, float | date | None]] = []
    for _ in range(pick(draw, [1, 1, 1, 2])):
        first, last = sorted(several(draw, range(len(values)), 2, 2))
        low, high = values[first], values[last]
        found.append(pick(draw, [(low, low), (low, low), (low, high), (None, high), (low, None)]))
    return Spans(tuple(found))


def tested_facts(library: Library) -> dict[str, Fact]:
    """The facts that some norm or some impossible combination of the library turns on."""
    norms = library.norms().values()
    tests = [test for norm in norms for test in tests_of(All((norm.when, norm.unless or ALWAYS)))]
    names = {test.fact for test in tests} | {norm.limit.clock for norm in norms if norm.limit}
    names |= {fact for part in library.vocabulary.impossible for fact in part.parts}
    names |= {"required_by_law", "local_rule_forbids", "done"}
    return {name: fact for name, fact in FACTS.items() if name in names}


def clocks(knowledge: dict[str, Knowledge]) -> dict[str, Knowledge]:
    """Where both clocks are known, ranges such as one uncertain release gives: fewer business hours than hours."""
    told = [knowledge.get("hours_held_business"), knowledge.get("hours_held_plain")]
    ends = [(clock.spans[0][0] or 0.0, clock.spans[0][1] or 99.0) for clock in told if isinstance(clock, Spans)]
    if len(ends) < 2:
        return {}
    (low, high), (least, most) = ends
    return {
        "hours_held_business": Spans(((min(low, least), min(high, most)),)),
        "hours_held_plain": Spans(((max(low, least), max(high, most)),)),
    }


@st.composite
def requests(draw: st.DrawFn, library: Library) -> Asked:
    """A request of any agency, for any action, with any knowledge of any fact."""
    agencies = list(library.agencies().values())
    tested = tested_facts(library)
    knowledge = {name: knowledge_of(draw, fact) for name, fact in tested.items() if often(draw, 2)}
    return Asked(
        agency=pick(draw, [agencies[1], agencies[1], *agencies]),
        day=pick(draw, [DAY, DAY, DAY, DAY - timedelta(days=3), DAY + timedelta(days=25)]),
        action=pick(draw, ["hold", "hold", "transfer", "tell"]),
        knowledge={**knowledge, **clocks(knowledge)},
        as_if=("us/aa/bill",) if often(draw, 2) else (),
    )
