"""The rules in Cedar (`cedarpy`): one `permit` policy for each norm, each saying that the norm stands.

Cedar has no references either; its own rank of `forbid` over `permit` would hide conflicts, so it is not used, and the
status follows from the policies that Cedar gives as reasons. Numbers are whole: hours are counted in seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from json import dumps

from benchmarks.in_python import Decide, plain_values
from benchmarks.ruling import Both, Either, Formula, Not, Ruling, Stands, without_names
from comity.conditions import AtLeast, Contains, OneOf

WHOLE = 3600
"""By what numbers are multiplied to make them whole."""
ASKED = {"principal": 'Requester::"r"', "action": 'Action::"asked"', "resource": 'Agency::"a"'}


def cedar(ruling: Ruling) -> Decide:
    cedarpy = import_module("cedarpy")
    policies = cedarpy.PolicySet.from_str(source(ruling))
    entities = cedarpy.Entities.from_json_str("[]")

    def decide(facts: Mapping[str, object]) -> tuple[str, frozenset[str]]:
        whole = {name: round(v * WHOLE) if v.__class__ is float else v for name, v in facts.items()}  # type: ignore[operator]  # pyright: ignore
        result = cedarpy.is_authorized({**ASKED, "context": whole}, policies, entities)
        return ruling.settle(set(result.diagnostics.id_annotations_by_reason.values()))

    return decide


def source(ruling: Ruling) -> str:
    given = expression(ruling.given)
    return "\n".join(
        f'@id("{rule.name}") permit(principal, action, resource) when {{ {given} && {expression(rule.stands)} }};'
        for rule in without_names(ruling.rules)
    )


def expression(formula: Formula) -> str:
    match formula:
        case Both(parts):
            return "(" + (" && ".join(map(expression, parts)) or "true") + ")"
        case Either(parts):
            return "(" + (" || ".join(map(expression, parts)) or "false") + ")"
        case Not(part):
            return f"!{expression(part)}"
        case OneOf(fact, values):
            return f"{dumps(sorted(plain_values(values), key=str))}.contains(context.{fact})"
        case Contains(fact, values):
            return f"context.{fact}.containsAny({dumps(sorted(values))})"
        case AtLeast(fact, bound, strict):
            assert isinstance(bound, float | int)
            return f"(context.{fact} {'>' if strict else '>='} {round(bound * WHOLE)})"
        case Stands():
            raise TypeError("a reference that was not written out")
