"""The rules in Python: interpreted one by one, and as a function whose source is generated."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks.ruling import Both, Either, Formula, Not, Ruling, Stands
from comity.conditions import AtLeast, Contains, OneOf

Facts = Mapping[str, object]
Decide = Callable[[Facts], tuple[str, frozenset[str]]]
Check = Callable[[Facts, set[str]], bool]


def interpreted(ruling: Ruling) -> Decide:
    """Every norm is looked at in turn, through closures built from its condition."""
    given = _check(ruling.given)
    checks = [(rule.name, _check(rule.stands)) for rule in ruling.rules]

    def decide(facts: Facts) -> tuple[str, frozenset[str]]:
        standing: set[str] = set()
        if given(facts, standing):
            for name, check in checks:
                if check(facts, standing):
                    standing.add(name)
        return ruling.settle(standing)

    return decide


def _check(formula: Formula) -> Check:
    match formula:
        case Both(parts):
            checks = [_check(part) for part in parts]

            def both(facts: Facts, standing: set[str]) -> bool:
                for check in checks:  # noqa: SIM110
                    if not check(facts, standing):
                        return False
                return True

            return both
        case Either(parts):
            checks = [_check(part) for part in parts]

            def either(facts: Facts, standing: set[str]) -> bool:
                for check in checks:  # noqa: SIM110
                    if check(facts, standing):
                        return True
                return False

            return either
        case Not(part):
            check = _check(part)
            return lambda facts, standing: not check(facts, standing)
        case Stands(rule):
            return lambda _, standing: rule in standing
        case OneOf(fact, values):
            leaves = plain_values(values)
            return lambda facts, _: facts[fact] in leaves
        case Contains(fact, values):
            return lambda facts, _: not values.isdisjoint(facts[fact])  # type: ignore[arg-type]  # pyright: ignore
        case AtLeast(fact, bound, True):
            return lambda facts, _: facts[fact] > bound  # type: ignore[operator]  # pyright: ignore
        case AtLeast(fact, bound):
            return lambda facts, _: facts[fact] >= bound  # type: ignore[operator]  # pyright: ignore


def generated(ruling: Ruling) -> Decide:
    """One function: a local variable for each norm, and the status by if and elif."""
    space: dict[str, object] = {}
    exec(compile(source(ruling, space), f"<{ruling.action}>", "exec"), space)
    return space["decide"]  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


def source(ruling: Ruling, space: dict[str, object]) -> str:
    """The source of the function; the sets of values that it names are put into `space`."""
    lines = ["def decide(facts):", f"    if not ({_expression(ruling.given, space)}):", "        return NOTHING"]
    lines += [f"    {rule.name} = {_expression(rule.stands, space)}" for rule in ruling.rules]
    space["NOTHING"] = ("unregulated", frozenset[str]())
    speaking = {
        modality: [rule for rule in ruling.rules if rule.modality == modality]
        for modality in ("prohibits", "requires", "permits")
    }
    either = {modality: " or ".join(rule.name for rule in rules) or "False" for modality, rules in speaking.items()}

    def answer(status: str, *modalities: str) -> str:
        norms = [f"{rule.norm!r} if {rule.name} else None, " for name in modalities for rule in speaking[name]]
        return f"return {status!r}, frozenset(filter(None, ({''.join(norms)})))"

    lines += [
        f"    if {either['prohibits']}:",
        f"        if {either['requires']}:",
        f"            {answer('conflict', 'prohibits', 'requires')}",
        f"        {answer('prohibited', 'prohibits')}",
        f"    if {either['requires']}:",
        f"        {answer('required', 'requires')}",
        f"    if {either['permits']}:",
        f"        {answer('permitted', 'permits')}",
        "    return NOTHING",
    ]
    return "\n".join(lines)


def _expression(formula: Formula, space: dict[str, object]) -> str:
    match formula:
        case Both(parts):
            return "(" + (" and ".join(_expression(part, space) for part in parts) or "True") + ")"
        case Either(parts):
            return "(" + (" or ".join(_expression(part, space) for part in parts) or "False") + ")"
        case Not(part):
            return f"(not {_expression(part, space)})"
        case Stands(rule):
            return rule
        case OneOf(fact, values):
            return f"(facts[{fact!r}] in {_named(plain_values(values), space)})"
        case Contains(fact, values):
            return f"(not {_named(values, space)}.isdisjoint(facts[{fact!r}]))"
        case AtLeast(fact, bound, strict):
            return f"(facts[{fact!r}] {'>' if strict else '>='} {bound!r})"


def _named(values: frozenset[str | bool], space: dict[str, object]) -> str:
    for name, known in space.items():
        if known == values and type(known) is frozenset:
            return name
    name = f"S{len(space)}"
    space[name] = values
    return name


def plain_values(values: frozenset[str]) -> frozenset[str | bool]:
    """Leaves as a program tells them: yes and no are True and False."""
    return frozenset({"yes": True, "no": False}.get(value, value) for value in values)
