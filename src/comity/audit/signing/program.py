"""A program: for one unit of law, the masks by which the codes of a row's facts become its signature.

The signature is a pair of whole numbers. `standing` has a bit for each clause that no fact of the row refutes. `open`
has a field for each fact of which more than one value is possible, holding the number of the *set of the masks* of its
values: two rows on which a fact is known in part are alike only if the same choices of clauses lie open. (The union of
the masks would not do: it forgets which clauses stand together.) A field is cleared where no standing clause tests its
fact. Rows of one unit with equal signatures have the same completions, as far as the law can tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from comity.audit.signing.clauses import Clause, clauses_of
from comity.audit.signing.ground import Ground
from comity.audit.signing.meanings import Meaning, Nothing
from comity.compile import ActionDiagrams
from comity.knowledge import Choice, Elements, Knowledge
from comity.vocabulary import Vocabulary


class Program(msgspec.Struct, frozen=True):
    """The masks of one unit. `standing` and `open` hold, for each fact, a mask for each of its codes.

    `relevant` holds, for each bit of `standing`, the fields of `open` that its clause tests; `always` those that are
    never cleared. Facts of which no code matters are left out.
    """

    width: int
    open_width: int
    standing: dict[str, tuple[int, ...]]
    open: dict[str, tuple[int, ...]]
    relevant: tuple[int, ...]
    always: int


def program_of(unit: ActionDiagrams, vocabulary: Vocabulary, ground: Ground) -> Program:
    """The program of a unit with this ground."""
    return _Writer(unit, vocabulary, ground).program()


class _Writer:
    def __init__(self, unit: ActionDiagrams, vocabulary: Vocabulary, ground: Ground) -> None:
        self.unit = unit
        self.vocabulary = vocabulary
        self.ground = ground
        rule = vocabulary.action_rules.get(unit.action)
        self.implied = {} if rule is None else rule.implies
        self.bits: dict[tuple[tuple[str, object], ...], int] = {}
        """The number of each bit, by what a row must pass: cells of a fact, or leaves that it must lie within."""

    def program(self) -> Program:
        for world in self.ground.worlds:
            self._add_act(world)
            self._add_contradictions(world)
            for clause in clauses_of(self.unit):
                self._add_clause(clause, world)
        standing: dict[str, tuple[int, ...]] = {}
        unsettled: dict[str, tuple[int, ...]] = {}
        fields: dict[str, int] = {}
        always, shift = 0, 0
        for fact, meanings in self.ground.codes.items():
            wanted_of = [dict(passing).get(fact) for passing in self.bits]
            masks = tuple(self._standing(fact, meaning, wanted_of) for meaning in meanings)
            if any(mask != (1 << len(self.bits)) - 1 for mask in masks):
                standing[fact] = masks
            sets, marks = self._open(fact, meanings)
            numbers, width = _numbered(sets, shift)
            fields[fact] = ((1 << width) - 1) << shift
            shift += width
            marked, width = _numbered(marks, shift)
            always |= ((1 << width) - 1) << shift
            shift += width
            if any(numbers) or any(marked):
                unsettled[fact] = tuple(number | mark for number, mark in zip(numbers, marked, strict=True))
        relevant = tuple(sum({fields[fact] for fact, _ in passing}) for passing in self.bits)
        return Program(len(self.bits), shift, standing, unsettled, relevant, always)

    def _add(self, passing: dict[str, object]) -> None:
        if passing:
            self.bits.setdefault(tuple(sorted(passing.items(), key=lambda item: item[0])), len(self.bits))

    def _add_clause(self, clause: Clause, world: Mapping[str, Knowledge]) -> None:
        """The bit of a clause, unless what is the same for all rows refutes it."""
        space = self.unit.space
        passing: dict[str, object] = {}
        for position, mask in clause:
            if position >= len(space.variables):
                continue
            variable = space.variables[position]
            fact = variable.fact.name
            if fact in self.implied:
                known: Knowledge | None = Choice(frozenset({self.implied[fact]}))
            elif self.ground.varies(fact, world):
                passing[fact] = mask
                continue
            else:
                known = world.get(fact)
            if known is not None and not mask & variable.mask_of(known):
                return
        self._add(passing)

    def _add_act(self, world: Mapping[str, Knowledge]) -> None:
        """A bit that stands where the facts leave it possible that what is asked is the act that its name means."""
        self._add({fact: ("act", value) for fact, value in self.implied.items() if self.ground.varies(fact, world)})

    def _add_contradictions(self, world: Mapping[str, Knowledge]) -> None:
        """A bit for each combination that cannot be told: it stands where the row tells it."""
        for part in self.vocabulary.impossible:
            passing: dict[str, object] = {}
            for fact, leaves in part.parts.items():
                if self.ground.varies(fact, world):
                    passing[fact] = ("within", tuple(sorted(leaves)))
                elif fact not in world or not lies_within(world[fact], leaves):
                    break
            else:
                self._add(passing)

    def _standing(self, fact: str, meaning: Meaning, wanted_of: Sequence[object]) -> int:
        """The bits that a code leaves standing."""
        position = self.unit.space.position.get(fact)
        mask = 0
        for bit, wanted in enumerate(wanted_of):
            if isinstance(wanted, int):
                assert position is not None
                # What a place keeps is no fact of the row: without it, findings tell what turns on it.
                free = isinstance(meaning, Nothing) and fact in self.ground.kept
                stands = free or bool(wanted & meaning.mask(self.unit.space.variables[position]))
            elif isinstance(wanted, tuple):
                stands = _passes(wanted, meaning.told)  # pyright: ignore[reportUnknownArgumentType]
            else:
                stands = True
            mask |= stands << bit
        return mask

    def _open(self, fact: str, meanings: Sequence[Meaning]) -> tuple[list[object], list[object]]:
        """For each code, the set of the masks that its values leave (None if it is but one), and its mark, if any."""
        position = self.unit.space.position.get(fact)
        tests = {
            wanted for passing in self.bits for name, wanted in passing if name == fact and isinstance(wanted, int)
        }
        sets: list[object] = []
        marks: list[object] = []
        for meaning in meanings:
            chosen: frozenset[tuple[bool, ...]] = frozenset()
            if position is not None and fact not in self.implied:
                chosen = _choices(meaning.mask(self.unit.space.variables[position]), sorted(tests))
            sets.append((chosen, meaning.mark) if len(chosen) > 1 else None)
            kept = isinstance(meaning, Nothing) and fact in self.ground.kept
            shown = "disputed" if meaning.mark == "disputed" else "kept" if kept else None
            marks.append(shown)
        return sets, marks


def _passes(wanted: tuple[str, object], told: Knowledge | None) -> bool:
    what, value = wanted
    if what == "act":
        return not isinstance(told, Choice) or value in told.values
    assert isinstance(value, tuple)
    return told is not None and lies_within(told, frozenset(value))  # pyright: ignore[reportUnknownArgumentType]


def lies_within(known: Knowledge, leaves: frozenset[str]) -> bool:
    """Whether what is known holds one of the leaves for certain."""
    if isinstance(known, Elements):
        return any(choices <= leaves for choices in known.present)
    return isinstance(known, Choice) and known.values <= leaves


def _choices(cells: int, tests: Sequence[int]) -> frozenset[tuple[bool, ...]]:
    """The vectors of test results that the cells give: the cells, parted by one test after the other."""
    parts: list[tuple[int, tuple[bool, ...]]] = [(cells, ())]
    for test in tests:
        parts = [
            (kept, (*vector, passed))
            for mask, vector in parts
            for kept, passed in ((mask & test, True), (mask & ~test, False))
            if kept
        ]
    return frozenset(vector for _, vector in parts)


def _numbered(found: Sequence[object], shift: int) -> tuple[list[int], int]:
    """A number for each different thing, from 1, at its place in a word (None is 0); and the width of the field."""
    numbers: dict[object, int] = {None: 0}
    placed = [numbers.setdefault(thing, len(numbers)) << shift for thing in found]
    return placed, (len(numbers) - 1).bit_length()
