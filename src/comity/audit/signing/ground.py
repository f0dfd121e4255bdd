"""The ground of a unit: what is the same for all of its rows, and what the codes of the varying facts mean there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from comity.audit.layouts.form import FactColumn, RowKind
from comity.audit.signing.columns import Encoding, knowledge_of, knowledge_of_one, meaning_of
from comity.audit.signing.meanings import Meaning, Nothing, Value
from comity.knowledge import Elements, Knowledge
from comity.scope import Scope
from comity.vocabulary import Vocabulary

Codes = Mapping[str, Sequence[Meaning]]
"""For each fact that varies by row, what each of its codes means."""


class Ground(msgspec.Struct, frozen=True):
    """What is the same for all rows of a unit.

    `worlds`: what is known besides the varying facts, as the row stands and as it would be had it been alone; a fact
    of the second that varies is taken from there. `kept`: what the place keeps of some facts. `told`: the facts in the
    order in which rows tell them; `disputed`: those of them that every row disputes.
    """

    worlds: tuple[Mapping[str, Knowledge], ...]
    kept: Mapping[str, Knowledge]
    codes: Codes
    told: tuple[str, ...]
    disputed: frozenset[str]

    def varies(self, fact: str, world: Mapping[str, Knowledge]) -> bool:
        """Whether the codes of a row tell the fact in this world."""
        return fact in self.codes and not (world is not self.worlds[0] and fact in world)


def ground_of(
    vocabulary: Vocabulary,
    scope: Scope,
    row: RowKind,
    asked: Sequence[str],
    columns: Sequence[FactColumn],
    encodings: Sequence[Encoding],
) -> Ground:
    """The ground of a kind of row that asks these leaf actions. Raises RequestError for a fact or value unknown."""
    worlds: list[dict[str, Knowledge]] = []
    for facts in (row.facts, {**row.facts, **row.alone}) if row.alone else (row.facts,):
        known = knowledge_of(vocabulary, facts)
        if "asked" in vocabulary.facts:
            known.setdefault("asked", Elements(tuple(frozenset({action}) for action in asked)))
        worlds.append(known)
    if len(worlds) > 1:
        varying = {encoding.fact for encoding in encodings}
        worlds[1] = {name: told for name, told in worlds[1].items() if name in row.alone or name not in varying}
    codes = {encoding.fact: _supposed(vocabulary, encoding, row, worlds[0]) for encoding in encodings}
    told = tuple(dict.fromkeys((*row.facts, *(column.fact for column in columns))))
    disputed = frozenset(name for name, value in row.facts.items() if knowledge_of_one(vocabulary, name, value)[1])
    return Ground(tuple(worlds), scope.kept_values, codes, told, disputed - codes.keys())


def _supposed(
    vocabulary: Vocabulary, encoding: Encoding, row: RowKind, world: Mapping[str, Knowledge]
) -> Sequence[Meaning]:
    """What the codes mean in a kind of row: where a column tells nothing, what every row of the kind supposes."""
    if encoding.fact not in world:
        return encoding.meanings
    supposed: Meaning = Value(world[encoding.fact])
    if encoding.fact in row.facts:
        supposed = meaning_of(vocabulary, encoding.fact, row.facts[encoding.fact])
    return [supposed if isinstance(meaning, Nothing) else meaning for meaning in encoding.meanings]
