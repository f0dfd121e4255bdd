"""All ways of deciding must agree before any is timed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from importlib.util import find_spec

import msgspec

from benchmarks import by_hand
from benchmarks.in_cedar import cedar
from benchmarks.in_cel import cel
from benchmarks.in_python import Decide, generated, interpreted
from benchmarks.in_rego import rego_engine, rego_machine
from benchmarks.in_zen import zen_expression, zen_graph
from benchmarks.ruling import Ruling, ruling
from benchmarks.situations import Situation, situations
from comity.decide import Law

ON = date(2025, 1, 21)
CASES = [
    ("us/il/chicago/police", action)
    for action in (
        "hold",
        "transfer_custody",
        "notify_release",
        "disclose_information",
        "database_access",
        "share_alpr",
    )
] + [("us/il/local/jail", action) for action in ("hold", "transfer_custody", "notify_release", "disclose_information")]

PYTHON: dict[str, Callable[[Ruling], Decide]] = {
    "norms one by one in Python": interpreted,
    "generated Python function": generated,
}
PEERS: dict[str, tuple[str, Callable[[Ruling], Decide]]] = {
    "Cedar": ("cedarpy", cedar),
    "ZEN, decision graph": ("zen", zen_graph),
    "ZEN, one compiled expression": ("zen", zen_expression),
    "regorus, engine": ("regorus", rego_engine),
    "regorus, virtual machine": ("regorus", rego_machine),
    "CEL": ("cel", cel),
}
"""For each peer, the module it needs and how a ruling is put to it."""
BY_HAND = "Python by hand, this action only"


class Disagreement(Exception):
    """Two ways of deciding give different answers to one request."""


class Case(msgspec.Struct, frozen=True):
    """One action of one agency: its requests, and the ways to decide them other than comity's."""

    agency: str
    action: str
    norms: int
    situations: tuple[Situation, ...]
    ways: Mapping[str, Decide]


def installed() -> dict[str, Callable[[Ruling], Decide]]:
    """The peers whose packages are installed."""
    return {name: translate for name, (module, translate) in PEERS.items() if find_spec(module) is not None}


def case(law: Law, agency: str, action: str, number: int, peers: Mapping[str, Callable[[Ruling], Decide]]) -> Case:
    """A case with that many requests, decided alike in every way. Raises Disagreement otherwise."""
    rules = ruling(law, agency, ON, action)
    ways = {name: translate(rules) for name, translate in (*PYTHON.items(), *peers.items())}
    if (agency, action) == (by_hand.AGENCY, by_hand.ACTION):
        ways[BY_HAND] = by_hand.hold
    found = Case(agency, action, len(rules.rules), tuple(situations(law, agency, ON, action, number)), ways)
    check(law, found)
    return found


def check(law: Law, case: Case) -> None:
    """Raises Disagreement at the first request on which two ways differ in status or deciding norms."""
    decider = law.decider(case.agency, ON)
    for situation in case.situations:
        answer = decider(case.action, situation.facts)
        expected = (answer.status, frozenset(answer.because))
        finding = law.decide(agency=case.agency, on=ON, actions=[case.action], facts=situation.facts).findings[0]
        given = {"decide": (finding.status, frozenset(note.norm for note in finding.because))}
        given |= {name: way(situation.told) for name, way in case.ways.items()}
        for name, other in given.items():
            if other != expected:
                raise Disagreement(
                    f"{case.agency}, {case.action}: the decider says {_shown(expected)}, {name} says {_shown(other)}, "
                    f"of {situation.told}"
                )


def _shown(answer: tuple[str, frozenset[str]]) -> str:
    return f"{answer[0]} because of {', '.join(sorted(answer[1])) or 'nothing'}"
