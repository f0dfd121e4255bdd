"""The rules in ZEN (`zen-engine`): a decision graph with one expression for each norm, and one compiled expression.

The graph is ZEN's usual form: its expressions may refer to those before them. The single expression, a list of yes and
no, goes around the graph and must write references out; it is the fastest use of ZEN found.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from json import dumps

from benchmarks.in_python import Decide, plain_values
from benchmarks.ruling import Both, Either, Formula, Not, Ruling, Stands, without_names
from comity.conditions import AtLeast, Contains, OneOf


def zen_graph(ruling: Ruling) -> Decide:
    zen = import_module("zen")
    decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(dumps(graph(ruling))))

    def decide(facts: Mapping[str, object]) -> tuple[str, frozenset[str]]:
        result = decision.evaluate(facts)["result"]
        standing = {name for name, holds in result.items() if holds} if result["given"] else set[str]()
        return ruling.settle(standing)

    return decide


def zen_expression(ruling: Ruling) -> Decide:
    rules = without_names(ruling.rules)
    names = [rule.name for rule in rules]
    standing = ", ".join(expression(rule.stands) for rule in rules)
    compiled = import_module("zen").compile_expression(f"{expression(ruling.given)} ? [{standing}] : []")

    def decide(facts: Mapping[str, object]) -> tuple[str, frozenset[str]]:
        stands = compiled.evaluate(facts)
        return ruling.settle({name for name, holds in zip(names, stands, strict=False) if holds})

    return decide


def graph(ruling: Ruling) -> dict[str, object]:
    """The decision graph: the request, one table of expressions, the answer."""
    keyed = [("given", ruling.given), *((rule.name, rule.stands) for rule in ruling.rules)]
    expressions = [{"id": key, "key": key, "value": expression(formula)} for key, formula in keyed]
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "request", "name": "request", "type": "inputNode", "content": {"schema": ""}},
            {"id": "norms", "name": "norms", "type": "expressionNode", "content": {"expressions": expressions}},
            {"id": "answer", "name": "answer", "type": "outputNode", "content": {"schema": ""}},
        ],
        "edges": [
            {"id": "in", "sourceId": "request", "targetId": "norms", "type": "edge"},
            {"id": "out", "sourceId": "norms", "targetId": "answer", "type": "edge"},
        ],
    }


def expression(formula: Formula) -> str:
    match formula:
        case Both(parts):
            return "(" + (" and ".join(map(expression, parts)) or "true") + ")"
        case Either(parts):
            return "(" + (" or ".join(map(expression, parts)) or "false") + ")"
        case Not(part):
            return f"(not {expression(part)})"
        case Stands(rule):
            return f"$.{rule}"
        case OneOf(fact, values):
            return f"({fact} in {dumps(sorted(plain_values(values), key=str))})"
        case Contains(fact, values):
            return f"some({fact}, # in {dumps(sorted(values))})"
        case AtLeast(fact, bound, strict):
            return f"({fact} {'>' if strict else '>='} {dumps(bound)})"
