"""The rules in Rego (regorus, by `gordon-to-regorus`), run by its engine and by its faster virtual machine.

Rego's rules are conjunctions, so each part of a condition that is not one becomes a rule of its own, written once
however often it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from json import dumps, loads

from benchmarks.in_python import Decide, plain_values
from benchmarks.ruling import TRUE, Both, Either, Formula, Not, Ruling, Stands
from comity.conditions import AtLeast, Contains, OneOf

ENTRY = "data.law.standing"


def rego_engine(ruling: Ruling) -> Decide:
    engine = import_module("regorus").Engine()
    engine.add_policy("law.rego", source(ruling))

    def decide(facts: Mapping[str, object]) -> tuple[str, frozenset[str]]:
        engine.set_input(facts)
        return ruling.settle(engine.eval_rule(ENTRY))

    return decide


def rego_machine(ruling: Ruling) -> Decide:
    regorus = import_module("regorus")
    machine = regorus.Rvm()
    machine.load_program(regorus.Program.compile_from_modules("{}", [("law.rego", source(ruling))], [ENTRY]))
    machine.set_data_json("{}")

    def decide(facts: Mapping[str, object]) -> tuple[str, frozenset[str]]:
        machine.set_input_json(dumps(facts))
        return ruling.settle(set(loads(machine.execute())))

    return decide


def source(ruling: Ruling) -> str:
    writer = _Writer()
    given = writer.literal(ruling.given)
    standing = [f'standing contains "{rule.name}" if {{ {given}; {rule.name} }}' for rule in ruling.rules]
    rules = [f"{rule.name} if {{ {writer.body(rule.stands)} }}" for rule in ruling.rules]
    return "\n".join(["package law", "import rego.v1", *writer.rules, *rules, *standing])


class _Writer:
    def __init__(self) -> None:
        self.rules: list[str] = []
        self._names: dict[Formula, str] = {}

    def body(self, formula: Formula) -> str:
        """The literals of a rule that is true when the formula is."""
        parts = formula.parts if isinstance(formula, Both) else (formula,)
        return "; ".join(map(self.literal, parts)) or "true"

    def literal(self, formula: Formula) -> str:
        match formula:
            case Both(()):
                return "true"
            case Stands(rule):
                return rule
            case Not(Not(part)):
                return self.literal(part)
            case Not(part):
                return f"not {self.literal(part)}" if part != TRUE else "false"
            case OneOf(fact, values):
                return f"input.{fact} in {{{_listed(plain_values(values))}}}"
            case AtLeast(fact, bound, strict):
                return f"input.{fact} {'>' if strict else '>='} {dumps(bound)}"
            case Contains() | Both() | Either():
                return self._named(formula)

    def _named(self, formula: Contains | Both | Either) -> str:
        if formula not in self._names:
            bodies = self._bodies(formula)
            name = self._names[formula] = f"part{len(self._names)}"
            self.rules += [f"{name} if {{ {body} }}" for body in bodies] or [f"{name} if false"]
        return self._names[formula]

    def _bodies(self, formula: Contains | Both | Either) -> list[str]:
        match formula:
            case Contains(fact, values):
                return [f"some leaf in input.{fact}; leaf in {{{_listed(values)}}}"]
            case Both():
                return [self.body(formula)]
            case Either(parts):
                return [self.body(part) for part in parts]


def _listed(values: frozenset[str] | frozenset[str | bool]) -> str:
    return ", ".join(dumps(value) for value in sorted(values, key=str))
