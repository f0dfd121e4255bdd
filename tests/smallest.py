"""The smallest law and request that still show a fault: parts are taken out one by one while the fault stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
from generated import ALWAYS_IN_FORCE, has_cycle, with_norms
from generated_requests import Asked

from comity.conditions import ALWAYS, All, Condition, Opposite, Some, Term
from comity.library import Library
from comity.norms import Binds, Norm

Shows = Callable[[Library, Asked], bool]


def smallest(library: Library, asked: Asked, shows: Shows) -> tuple[Library, Asked]:
    """The library and request, with nothing left that could go without the fault going too."""
    while True:
        for lesser, question in simpler(library, asked):
            if not has_cycle(lesser) and shows(lesser, question):
                library, asked = lesser, question
                break
        else:
            return library, asked


def simpler(library: Library, asked: Asked) -> Iterator[tuple[Library, Asked]]:
    """Each way of taking out one part."""
    norms = list(library.norms().values())
    for position, norm in enumerate(norms):
        before, after = norms[:position], norms[position + 1 :]
        yield with_norms(library, [*before, *after]), asked
        for lesser in simpler_norms(norm):
            yield with_norms(library, [*before, lesser, *after]), asked
    for fact in asked.knowledge:
        rest = {name: told for name, told in asked.knowledge.items() if name != fact}
        yield library, msgspec.structs.replace(asked, knowledge=rest)
    for number in range(len(library.vocabulary.impossible)):
        impossible = library.vocabulary.impossible[:number] + library.vocabulary.impossible[number + 1 :]
        vocabulary = msgspec.structs.replace(library.vocabulary, impossible=impossible)
        yield msgspec.structs.replace(library, vocabulary=vocabulary), asked
    for place, jurisdiction in library.jurisdictions.items():
        if jurisdiction.complete_for != ("any_action",):
            whole = msgspec.structs.replace(jurisdiction, complete_for=("any_action",))
            yield msgspec.structs.replace(library, jurisdictions={**library.jurisdictions, place: whole}), asked
    for name, instrument in library.instruments.items():
        if instrument.disputes:
            calm = msgspec.structs.replace(instrument, disputes=instrument.disputes[1:])
            yield msgspec.structs.replace(library, instruments={**library.instruments, name: calm}), asked


def simpler_norms(norm: Norm) -> Iterator[Norm]:
    plain = {"unless": None, "limit": None, "binds": Binds(), "intervals": ALWAYS_IN_FORCE, "only_actions": ()}
    for field, value in plain.items():
        if getattr(norm, field) != value:
            yield msgspec.structs.replace(norm, **{field: value})
    for field in ("lifts", "overrides", "yields_to"):
        for number in range(len(getattr(norm, field))):
            rest = getattr(norm, field)[:number] + getattr(norm, field)[number + 1 :]
            yield msgspec.structs.replace(norm, **{field: rest})
    for field in ("when", "unless"):
        for condition in simpler_conditions(getattr(norm, field) or ALWAYS):
            yield msgspec.structs.replace(norm, **{field: condition})


def simpler_conditions(condition: Condition) -> Iterator[Condition]:
    if condition != ALWAYS:
        yield ALWAYS
    if isinstance(condition, All | Some):
        yield from condition.parts
        for number, part in enumerate(condition.parts):
            for lesser in simpler_conditions(part):
                yield type(condition)((*condition.parts[:number], lesser, *condition.parts[number + 1 :]))
    if isinstance(condition, Opposite | Term):
        yield condition.part
    if isinstance(condition, Opposite):
        yield from map(Opposite, simpler_conditions(condition.part))
