"""Checks that no norm can, through others, decide whether it is itself defeated."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from comity.bound import binds
from comity.conditions import ALWAYS, All, ForbiddenBelow, RequiredAbove, links_of
from comity.defeat import attacks, covers, hits, rules_on, synthetic_norm
from comity.lawfiles.problems import Problems
from comity.library import Library, binds_government, is_above
from comity.norms import Agency, Norm, Target

Graph = dict[str, list[str]]


def check_cycles(library: Library, problems: Problems) -> None:
    """Notes every cycle of defeat and of links, for one action, among norms that may bind one agency on any days."""
    linked = [norm for instrument in library.instruments.values() for norm in instrument.norms]
    if _cycle(_broad_graph([*linked, *_not_encoded(library, "")], library)) is None:
        return
    reported: set[frozenset[str]] = set()
    for action in (*library.vocabulary.asked_actions(), *library.vocabulary.owed):
        cycle = _cycle(_graph(linked, action, library))
        if cycle is None:
            continue
        for agency in library.agencies().values():
            cycle = _cycle(_graph(_binding(linked, agency, library), action, library))
            if cycle is not None and frozenset(cycle) not in reported:
                reported.add(frozenset(cycle))
                _report(cycle, action, agency, library, problems)


def _not_encoded(library: Library, action: str) -> list[Norm]:
    """The norms that stand for law not encoded: links can turn on them, and patterns can defeat them."""
    places = [
        place.id
        for place in library.jurisdictions.values()
        if not action or not covers(place.complete_for, action, library.vocabulary)
    ]
    facts = ("required_by_law", "local_rule_forbids")
    return [synthetic_norm(place, fact, action) for place in places for fact in facts]


def _binding(norms: Iterable[Norm], agency: Agency, library: Library) -> list[Norm]:
    vocabulary = library.vocabulary
    return [norm for norm in norms if binds_government(norm.place, agency) and binds(norm.binds, agency, vocabulary)]


def _broad_graph(norms: list[Norm], library: Library) -> Graph:
    """Every edge that any action and any agency could have: where this has no cycle, nothing has, and it is quick."""
    named: dict[str, list[Norm]] = {}
    places = _by_place(norms)
    for norm in norms:
        named.setdefault(norm.id, []).append(norm)
        named.setdefault(norm.instrument, []).append(norm)

    def meant(writer: Norm, target: Target) -> list[Norm]:
        aim = _without_actions(target)
        if aim.ref:
            candidates = named.get(aim.ref, [])
        elif aim.place:
            candidates = places.get(aim.place, [])
        else:
            candidates = [norm for place, own in places.items() if is_above(writer.place, place) for norm in own]
        return [
            other
            for other in candidates
            if (aim.ref == other.id or writer.modality != other.modality) and hits(writer, aim, other, "", library)
        ]

    graph: Graph = {norm.id: _linked(norm, places) for norm in norms}
    for norm in norms:
        for target in (*norm.overrides, *norm.lifts):
            for other in meant(norm, target):
                graph[other.id].append(norm.id)
        graph[norm.id] += [other.id for target in norm.yields_to for other in meant(norm, target)]
    return graph


def _without_actions(target: Target) -> Target:
    return msgspec.structs.replace(target, actions=())


def _graph(norms: list[Norm], action: str, library: Library) -> Graph:
    """For each norm, the norms that can change whether it counts for the action."""
    speaking = [norm for norm in norms if norm.modality == "lifts" or rules_on(norm, action, library.vocabulary)]
    speaking += _not_encoded(library, action)
    attackers = [norm for norm in speaking if norm.overrides or norm.lifts]
    places = _by_place(speaking)
    graph: Graph = {}
    for norm in speaking:
        candidates = speaking if norm.yields_to else attackers
        graph[norm.id] = [
            other.id for other in candidates if other is not norm and attacks(other, norm, action, library)
        ]
        graph[norm.id] += _linked(norm, places)
    return graph


def _by_place(norms: Iterable[Norm]) -> dict[str, list[Norm]]:
    places: dict[str, list[Norm]] = {}
    for norm in norms:
        places.setdefault(norm.place, []).append(norm)
    return places


def _linked(norm: Norm, places: dict[str, list[Norm]]) -> list[str]:
    """The norms, of all those of the places, on which a link in the norm's conditions can turn."""
    links = links_of(All((norm.when, norm.unless or ALWAYS)))
    if not links:
        return []
    own, found = norm.place, list[str]()
    for place, others in places.items():
        if ForbiddenBelow in links and is_above(own, place):
            found += [other.id for other in others if other.modality == "prohibits"]
        if RequiredAbove in links and is_above(place, own):
            found += [other.id for other in others if other.modality == "requires"]
    return found


def _cycle(graph: Graph) -> list[str] | None:
    """The norms of one cycle, in order; None if there is none."""
    done: set[str] = set()
    path: dict[str, None] = {}

    def visit(node: str) -> list[str] | None:
        if node in path:
            names = list(path)
            return names[names.index(node) :]
        if node in done:
            return None
        path[node] = None
        for other in graph.get(node, ()):
            found = visit(other)
            if found is not None:
                return found
        del path[node]
        done.add(node)
        return None

    for start in graph:
        found = visit(start)
        if found is not None:
            return found
    return None


def _report(cycle: list[str], action: str, agency: Agency, library: Library, problems: Problems) -> None:
    norms = library.norms()
    real = [norm_id for norm_id in cycle if norm_id in norms]
    first = min(real, key=lambda norm_id: (norms[norm_id].instrument, norms[norm_id].line))
    start = cycle.index(first)
    ordered = [*cycle[start:], *cycle[:start], first]
    norm = norms[first]
    instrument = library.instruments[norm.instrument]
    chain = " depends on ".join(ordered[:2]) + "".join(f", which depends on {name}" for name in ordered[2:])
    message = f"norm {norm.local_id}: defeat runs in a circle (for {action}, {agency.id}): {chain}"
    problems.add("cycle", message, instrument.path, norm.line)
