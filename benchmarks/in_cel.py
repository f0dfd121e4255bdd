"""The rules in the Common Expression Language (cel-rust, by `common-expression-language`): one compiled program.

CEL has no references, so what a rule refers to is written out where it refers to it. The program gives a list of
yes and no, one for each norm: so the facts are handed over once.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from json import dumps

from benchmarks.in_python import Decide, plain_values
from benchmarks.ruling import Both, Either, Formula, Not, Ruling, Stands, without_names
from comity.conditions import AtLeast, Contains, OneOf


def cel(ruling: Ruling) -> Decide:
    program = import_module("cel").compile(source(ruling))
    names = [rule.name for rule in ruling.rules]

    def decide(facts: Mapping[str, object]) -> tuple[str, frozenset[str]]:
        stands = program.execute(facts)
        return ruling.settle({name for name, holds in zip(names, stands, strict=False) if holds})

    return decide


def source(ruling: Ruling) -> str:
    standing = ", ".join(expression(rule.stands) for rule in without_names(ruling.rules))
    return f"{expression(ruling.given)} ? [{standing}] : []"


def expression(formula: Formula) -> str:
    match formula:
        case Both(parts):
            return "(" + (" && ".join(map(expression, parts)) or "true") + ")"
        case Either(parts):
            return "(" + (" || ".join(map(expression, parts)) or "false") + ")"
        case Not(part):
            return f"!{expression(part)}"
        case OneOf(fact, values):
            return f"({fact} in {dumps(sorted(plain_values(values), key=str))})"
        case Contains(fact, values):
            return "(" + " || ".join(f"{dumps(value)} in {fact}" for value in sorted(values)) + ")"
        case AtLeast(fact, bound, strict):
            return f"({fact} {'>' if strict else '>='} {dumps(bound)})"
        case Stands():
            raise TypeError("a reference that was not written out")
