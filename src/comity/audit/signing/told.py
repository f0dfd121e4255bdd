"""What the rows of a log tell: each value of a fact is read once, and each cell that it stands for is found once."""

from __future__ import annotations

from collections.abc import Mapping

from comity.audit.signing.columns import knowledge_of_one
from comity.compile import ActionDiagrams
from comity.decide import Law
from comity.knowledge import Knowledge
from comity.request import check_possible
from comity.scope import Signature

Meant = tuple[Knowledge | None, bool]
"""What a value tells, and whether it is disputed."""


class Told:
    """Reads the facts of many rows, as requests are read."""

    def __init__(self, law: Law) -> None:
        self._vocabulary = law.vocabulary
        self._meant: dict[tuple[str, object, object], tuple[object, Meant]] = {}
        self._masks: dict[tuple[int, int], tuple[Knowledge, int]] = {}
        self._kept: set[int] = set()

    def facts(self, facts: Mapping[str, object]) -> tuple[dict[str, Knowledge], tuple[str, ...]]:
        """What the facts tell, and the names of those that are disputed.

        Raises RequestError as a single request does.
        """
        known: dict[str, Knowledge] = {}
        disputed: list[str] = []
        for name, value in facts.items():
            told, is_disputed = self._read(name, value)
            if told is not None:
                known[name] = told
            if is_disputed:
                disputed.append(name)
        check_possible(self._vocabulary, known)
        return known, tuple(disputed)

    def signature(self, unit: ActionDiagrams, known: Mapping[str, Knowledge]) -> Signature:
        """The signature of what is known, as a scope works it out."""
        space = unit.space
        masks = space.diagrams.full.copy()
        for name, told in known.items():
            position = space.position.get(name)
            if position is None:
                continue
            variable = space.variables[position]
            key = (id(variable), id(told))
            found = self._masks.get(key)
            if found is not None:
                masks[position] = found[1]
                continue
            masks[position] = variable.mask_of(told)
            if id(told) in self._kept:
                self._masks[key] = told, masks[position]
        return tuple(masks)

    def _read(self, name: str, value: object) -> Meant:
        key = (name, value.__class__, value if value.__hash__ is not None else id(value))
        try:
            found = self._meant.get(key)
        except TypeError:
            key = (name, value.__class__, id(value))
            found = self._meant.get(key)
        if found is None:
            # The value is kept too: while it is, no other has its identity.
            found = self._meant[key] = value, knowledge_of_one(self._vocabulary, name, value)
            if found[1][0] is not None:
                self._kept.add(id(found[1][0]))
        return found[1]
