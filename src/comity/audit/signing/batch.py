"""A batch: signatures of one unit of law and one kind of row, told by the codes of their facts and decided together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

import numpy as np

from comity.audit.signing.ground import Ground
from comity.audit.signing.meanings import Follows, Meaning, Nothing, Value
from comity.audit.signing.program import lies_within
from comity.audit.signing.sets import Numbers, Parted, members_by_value, numbered_by_sets, numbered_with
from comity.audit.signing.together import Together, Told
from comity.compile import NO, YES, ActionDiagrams
from comity.diagram import Node
from comity.knowledge import Choice, Knowledge
from comity.norms import STATUSES, Norm
from comity.outcome import Outcome, deciding, read_outcome
from comity.vocabulary import Vocabulary


class Batch:
    """Some signatures, numbered from 0.

    `codes` holds, for each fact that varies, the code of each signature.
    """

    def __init__(
        self, vocabulary: Vocabulary, unit: ActionDiagrams, ground: Ground, codes: Mapping[str, Numbers], size: int
    ) -> None:
        self.vocabulary = vocabulary
        self.unit = unit
        self.ground = ground
        self.size = size
        self.all = (1 << size) - 1
        self._codes = codes
        self._coded: dict[str, dict[int, int]] = {}
        rule = vocabulary.action_rules.get(unit.action)
        self._implied = {} if rule is None else rule.implies

    @cached_property
    def together(self) -> Together:
        """The signatures as the rows stand."""
        return Together(self.unit, self.size, self._told(self.ground.worlds[0], free=False))

    @cached_property
    def alone(self) -> Together | None:
        """The signatures as they would be had the rows been alone, if that is looked at."""
        if len(self.ground.worlds) == 1:
            return None
        return Together(self.unit, self.size, self._told(self.ground.worlds[1], free=False))

    def statuses(self) -> Parted[str]:
        """The possible statuses of each signature."""
        return numbered_with(list(zip(STATUSES, self.together.possible, strict=True)), self.size)

    def deciding(self) -> tuple[Parted[Norm], Parted[Norm]]:
        """The norms that decide each signature, and those that may."""
        certain: list[tuple[Norm, int]] = []
        perhaps: list[tuple[Norm, int]] = []
        for compiled in (*self.unit.rules, *self.unit.defeaters):
            within = self.together.within(compiled.decides)
            one, other = deciding(within.get(NO, 0), within.get(YES, 0))
            certain.append((compiled.norm, one))
            perhaps.append((compiled.norm, other))
        return numbered_with(certain, self.size), numbered_with(perhaps, self.size)

    def standing(self, told_of: Callable[[Norm], bool]) -> tuple[Numbers, Callable[[Numbers], list[Outcome]]]:
        """A number for each signature, equal where these norms stand alike: decide, stand without deciding, or are
        defeated; and what reads the outcomes of signatures at some places, but for what is missing, and how other norms
        stand that do not decide."""
        unit, together = self.unit, self.together
        compiled = (*unit.rules, *unit.defeaters)
        nodes: dict[Node, None] = {}
        for one in compiled:
            if told_of(one.norm):
                nodes |= dict.fromkeys((one.decides, one.undefeated, *(attack for _, attack in one.attacks)))
        every = dict.fromkeys((unit.status, *(one.decides for one in compiled), *nodes))

        def read(places: Numbers) -> list[Outcome]:
            reach = {node: together.reach(node, places) for node in every}
            return [
                read_outcome(unit, reach[unit.status][at], lambda node, _, at=at: reach[node][at], (), told_of)
                for at in range(len(places))
            ]

        sets = [members for node in nodes for members in together.within(node).values()]
        return numbered_by_sets(sets, self.size), read

    def contradictions(self, world: Mapping[str, Knowledge]) -> Iterator[tuple[tuple[str, ...], int]]:
        """The facts of each combination that cannot be, with the signatures that tell it."""
        for part in self.vocabulary.impossible:
            told = self.all
            for fact, leaves in part.parts.items():
                if self.ground.varies(fact, world):
                    told &= self._where(fact, lambda meaning, leaves=leaves: _tells(meaning, leaves))
                elif fact not in world or not lies_within(world[fact], leaves):
                    told = 0
            if told:
                yield tuple(part.parts), told

    def no_such_act(self, world: Mapping[str, Knowledge]) -> int:
        """The signatures whose facts say that what is asked is not the act that its name means."""
        found = 0
        for fact, value in self._implied.items():
            if self.ground.varies(fact, world):
                kept = self.ground.kept.get(fact)
                found |= self._where(fact, lambda meaning, kept=kept, value=value: _excludes(meaning, kept, value))
            elif _denies(world.get(fact, self.ground.kept.get(fact)), value):
                found |= self.all
        return found

    def disputed(self) -> list[tuple[str, int]]:
        """The facts that are disputed, each with its signatures."""
        found = [
            (fact, self.all)
            if fact in self.ground.disputed
            else (fact, self._where(fact, lambda meaning: isinstance(meaning, Value) and meaning.disputed))
            for fact in self.ground.told
        ]
        return [(fact, members) for fact, members in found if members]

    def kept_used(self) -> list[tuple[str, int]]:
        """The facts kept by the place on which a status would turn had they not been known, with its signatures."""
        position = self.unit.space.position
        kept = [fact for fact in self.ground.kept if fact in position and fact not in self._supposed]
        if not kept:
            return []
        turning = Together(self.unit, self.size, self._told(self.ground.worlds[0], free=True)).turning_on(self.all)
        untold = {fact: self._where(fact, lambda meaning: isinstance(meaning, Nothing)) for fact in kept}
        return [(fact, members) for fact in kept if (members := turning.get(position[fact], 0) & untold[fact])]

    def derived(self) -> list[Numbers]:
        """For each fact worked out from others, how each signature tells it: what is missing is named accordingly."""
        found: list[Numbers] = []
        for fact, meanings in self.ground.codes.items():
            if self.vocabulary.facts[fact].derived_from and fact in self.unit.space.position:
                marks = [(isinstance(meaning, Nothing), meaning.mark) for meaning in meanings]
                numbers = {mark: number for number, mark in enumerate(dict.fromkeys(marks))}
                found.append(np.array([numbers[mark] for mark in marks], dtype=np.int64)[self._codes[fact]])
        return found

    @property
    def _supposed(self) -> frozenset[str]:
        """The facts that every row tells without a column."""
        return frozenset(self.ground.worlds[0]) - frozenset(self.ground.codes)

    def _where(self, fact: str, holds: Callable[[Meaning], bool]) -> int:
        """The signatures whose code of a fact means something of this sort; all or none of them if it does not vary."""
        if fact not in self.ground.codes:
            return self.all if holds(Nothing()) else 0
        meanings = self.ground.codes[fact]
        return sum(members for code, members in self._by_code(fact).items() if holds(meanings[code]))

    def _by_code(self, fact: str) -> dict[int, int]:
        found = self._coded.get(fact)
        if found is None:
            found = self._coded[fact] = members_by_value(self._codes[fact])
        return found

    def _told(self, world: Mapping[str, Knowledge], *, free: bool) -> Told:
        """For each variable, the signatures of each mask. `free`: what the place keeps is left open."""
        space = self.unit.space
        told: list[dict[int, int]] = [{full: self.all} for full in space.diagrams.full]
        for position, variable in enumerate(space.variables):
            fact = variable.fact.name
            kept = self.ground.kept.get(fact)
            opened = free and kept is not None
            if fact in self._implied and not opened:
                told[position] = {variable.mask_of(Choice(frozenset({self._implied[fact]}))): self.all}
            elif self.ground.varies(fact, world):
                told[position] = found = dict[int, int]()
                for code, members in self._by_code(fact).items():
                    meaning = self.ground.codes[fact][code]
                    mask = meaning.mask(variable)
                    if isinstance(meaning, Nothing) and kept is not None and not opened:
                        mask = variable.mask_of(kept)
                    elif fact in self._implied and not isinstance(meaning, Nothing):
                        mask = variable.mask_of(Choice(frozenset({self._implied[fact]})))
                    found[mask] = found.get(mask, 0) | members
            else:
                known = world.get(fact, None if opened else kept)
                if known is not None:
                    told[position] = {variable.mask_of(known): self.all}
        return told


def _tells(meaning: Meaning, leaves: frozenset[str]) -> bool:
    return meaning.told is not None and lies_within(meaning.told, leaves)


def _excludes(meaning: Meaning, kept: Knowledge | None, value: str) -> bool:
    if isinstance(meaning, Nothing):
        return _denies(kept, value)
    return _denies(meaning.follows if isinstance(meaning, Follows) else meaning.told, value)


def _denies(known: Knowledge | None, value: str) -> bool:
    return isinstance(known, Choice) and value not in known.values
