"""The plan of a bulk decision: the units that a log touches, their programs, and the lists that the SQL picks from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import prod

import msgspec
import numpy as np

from comity.audit.layouts.form import FactColumn, RowKind
from comity.audit.signing.clocks import Act, calendar
from comity.audit.signing.columns import Encoding, Reader
from comity.audit.signing.dialect import Dialect, days_since_epoch
from comity.audit.signing.ground import Ground, ground_of
from comity.audit.signing.masks import WHOLE, WORD, write_masks
from comity.audit.signing.meanings import Cut, Meaning, cuts_of
from comity.audit.signing.program import Program, program_of
from comity.audit.signing.sets import Numbers
from comity.audit.signing.units import Calendar, Stretch, asked_of, class_key, program_key, scope_of
from comity.cells import Variable
from comity.compile import ActionDiagrams
from comity.decide import Law
from comity.derived import CLOCKS
from comity.scope import Scope

LONGEST = 1 << 14
"""Numbers that one list may hold, where it is for the plan to say: so that lists stay in a processor's cache."""

Lists = dict[str, list[int | None]]


class Group(msgspec.Struct, frozen=True):
    """Facts whose codes are joined into one index: (number of the encoding, number of codes, list of cells or none)."""

    parts: tuple[tuple[int, int, str], ...]

    @property
    def size(self) -> int:
        return prod(size for _, size, _ in self.parts)


class Slot(msgspec.Struct, frozen=True):
    """One action: how its signatures are made. `width` bits tell which clauses stand, `open_width` what is unsettled.

    `chunk`: bits of those that stand that are looked up together for what is relevant. `classes`: for each unit the
    class that its answers are decided in, None where it does not ask. `asked_by_all`: every row with a unit asks.
    """

    action: str
    programs: int
    width: int
    open_width: int
    groups: tuple[Group, ...]
    chunk: int
    classes: tuple[int | None, ...]
    asked_by_all: bool

    @property
    def words(self) -> int:
        return -(-(self.width + self.open_width) // WORD)

    def open_bits(self, word: int) -> int:
        """The bits of a word that tell what is unsettled."""
        return (((1 << self.open_width) - 1) << self.width) >> word * WORD & WHOLE


class Plan(msgspec.Struct, frozen=True):
    """All that the SQL of a bulk decision is made from. Unit `stretch * len(kinds) + kind` numbers the units."""

    kinds: int
    stretches: tuple[Stretch, ...]
    encodings: tuple[Encoding, ...]
    slots: tuple[Slot, ...]
    lists: Lists
    scopes: tuple[Scope, ...]
    """The law of each stretch."""
    one_stretch: bool
    """Every row is of one stretch: the units are the kinds."""

    @property
    def units(self) -> int:
        return len(self.stretches) * self.kinds


def epoch_list(known: Calendar) -> tuple[int, list[int | None]]:
    """The number of the first day listed, and for each day from it its epoch; the last stands for ever."""
    first = days_since_epoch(known.epochs[0] - timedelta(days=1)) if known.epochs else 0
    found: list[int | None] = []
    for number, day in enumerate(known.epochs):
        found += [number] * (days_since_epoch(day) - first - len(found))
    return first, [*found, len(known.epochs)]


class Planner:
    """Makes the plan for the (agency, epoch, kind) combinations that a log holds."""

    def __init__(
        self,
        law: Law,
        dialect: Dialect,
        known: Calendar,
        kinds: Sequence[RowKind],
        columns: Sequence[FactColumn],
        act: Act,
        aged: Mapping[str, tuple[Meaning, ...]],
    ) -> None:
        self.law = law
        self.dialect = dialect
        self.calendar = known
        self.kinds = kinds
        self.columns = columns
        self.act = act
        self.aged = aged
        self.asked = asked_of(law, kinds)
        self.lists: Lists = {}

    def plan(self, agency: Numbers, epoch: Numbers, kind: Numbers) -> Plan:
        """The plan for the different combinations that the rows hold, -1 where something is not known.

        Raises RequestError for facts and actions of the kinds that the vocabulary does not know.
        """
        known = (agency >= 0) & (epoch >= 0) & (kind >= 0)
        spans = self.calendar.spans[agency[known], epoch[known]]
        stretches: dict[Stretch, int] = {}
        asking: set[tuple[int, int]] = set()
        number_of = np.full((len(self.calendar.agencies), self.calendar.spans.max(initial=0) + 1), -1, dtype=np.int64)
        held = np.unique(np.stack([agency[known], spans, kind[known]], axis=1), axis=0)
        for one, span, asks in held.tolist():
            stretch = self.calendar.stretch(one, span)
            if stretch is not None:
                number_of[one, span] = stretches.setdefault(stretch, len(stretches))
                asking.add((int(number_of[one, span]), asks))
        placed = np.take_along_axis(number_of, self.calendar.spans, axis=1).ravel().tolist()
        self.lists["stretches"] = [None if number < 0 else number for number in placed]
        scopes = [scope_of(self.law, stretch, self.calendar.as_if) for stretch in stretches]
        actions = sorted({action for asked in self.asked for action in asked}, key=self._order)
        units = {
            action: {
                (number, kind): scopes[number].unit(action)
                for number, kind in sorted(asking)
                if action in self.asked[kind]
            }
            for action in actions
        }
        encodings = self._encodings([unit for found in units.values() for unit in found.values()])
        slots = tuple(
            self._slot(place, action, encodings, list(stretches), scopes, found, len(asking))
            for place, (action, found) in enumerate(units.items())
        )
        for encoding in encodings:
            for name in encoding.lists:
                clock = next(clock for clock in CLOCKS if name.endswith(clock))
                self.lists[name] = list(calendar(clock))
        one_stretch = len(stretches) == 1 and bool(known.all()) and len(asking) == len(held)
        return Plan(len(self.kinds), tuple(stretches), tuple(encodings), slots, self.lists, tuple(scopes), one_stretch)

    def ground(self, scope: Scope, kind: int, encodings: Sequence[Encoding]) -> Ground:
        """The ground of a kind of row in a scope."""
        return ground_of(self.law.vocabulary, scope, self.kinds[kind], self.asked[kind], self.columns, encodings)

    def _order(self, action: str) -> int:
        return self.law.vocabulary.asked_actions().index(action)

    def _encodings(self, units: Sequence[ActionDiagrams]) -> list[Encoding]:
        variables: dict[str, dict[int, Variable]] = {}
        spaces = {id(unit): unit.space for unit in units}
        for space in spaces.values():
            for variable in space.variables:
                variables.setdefault(variable.fact.name, {})[id(variable)] = variable
        vocabulary = self.law.vocabulary
        tested = set(variables) | {fact for part in vocabulary.impossible for fact in part.parts}
        tested |= {fact for unit in units for fact in getattr(vocabulary.action_rules.get(unit.action), "implies", {})}
        tested |= {column.fact for column in self.columns if any(_disputes(value) for value in column.values)}
        cuts: dict[str, tuple[Cut, ...]] = {name: cuts_of(list(found.values())) for name, found in variables.items()}
        reader = Reader(vocabulary, self.dialect, self.kinds, self.columns, self.act, cuts, self.aged)
        return reader.encodings(frozenset(tested))

    def _slot(
        self,
        place: int,
        action: str,
        encodings: Sequence[Encoding],
        stretches: Sequence[Stretch],
        scopes: Sequence[Scope],
        units: Mapping[tuple[int, int], ActionDiagrams],
        asking: int,
    ) -> Slot:
        keys: dict[int, tuple[object, ...]] = {}
        programs: dict[object, int] = {}
        found: list[Program] = []
        classes: dict[object, int] = {}
        class_of: list[int | None] = [None] * (len(stretches) * len(self.kinds))
        program_at: list[int | None] = list(class_of)
        for (number, kind), unit in units.items():
            scope = scopes[number]
            if id(scope) not in keys:
                keys[id(scope)] = program_key(scope, action)
            key = (kind, *keys[id(scope)])
            if key not in programs:
                programs[key] = len(found)
                found.append(program_of(unit, self.law.vocabulary, self.ground(scopes[number], kind, encodings)))
            at = number * len(self.kinds) + kind
            program_at[at] = programs[key]
            class_of[at] = classes.setdefault((key, class_key(scopes[number], action, stretches[number])), len(classes))
        found, program_at = _distinct(found, program_at)
        self.lists[f"programs_{place}"] = program_at
        groups = self._groups(place, found, encodings)
        width = max((program.width for program in found), default=0)
        chunk = max(1, min(13, width, (LONGEST // max(1, len(found))).bit_length() - 1))
        open_width = max((program.open_width for program in found), default=0)
        asked_by_all = len(units) == asking
        slot = Slot(action, len(found), width, open_width, groups, chunk, tuple(class_of), asked_by_all)
        self.lists |= write_masks(place, slot, found, encodings, self.lists)
        return slot

    def _groups(self, place: int, programs: Sequence[Program], encodings: Sequence[Encoding]) -> tuple[Group, ...]:
        """The facts that some program looks at, packed into groups whose lists are short."""
        parts: list[tuple[int, int, str]] = []
        for number, encoding in enumerate(encodings):
            looks = [(program.standing.get(encoding.fact), program.open.get(encoding.fact)) for program in programs]
            if not any(standing or unsettled for standing, unsettled in looks):
                continue
            alike: dict[object, int] = {}
            size = len(encoding.meanings)
            cells: list[int | None] = [
                alike.setdefault(tuple((s[code] if s else None, o[code] if o else None) for s, o in looks), len(alike))
                for code in range(size)
            ]
            if len(alike) < size and size > 8:
                name = f"cells_{place}_{number}"
                self.lists[name] = cells
                parts.append((number, len(alike), name))
            else:
                parts.append((number, size, ""))
        parts.sort(key=lambda part: -part[1])
        groups: list[list[tuple[int, int, str]]] = []
        longest = max(1, LONGEST // max(1, len(programs)))
        for part in parts:
            fitting = [group for group in groups if Group(tuple(group)).size * part[1] <= longest]
            if fitting:
                fitting[0].append(part)
            else:
                groups.append([part])
        return tuple(Group(tuple(group)) for group in groups)


def _distinct(programs: Sequence[Program], placed: Sequence[int | None]) -> tuple[list[Program], list[int | None]]:
    """The programs that differ, and which of them stands where."""
    kept: dict[bytes, int] = {}
    found: list[Program] = []
    renumbered: list[int] = []
    for program in programs:
        key = msgspec.json.encode(repr(program))
        if key not in kept:
            kept[key] = len(found)
            found.append(program)
        renumbered.append(kept[key])
    return found, [None if number is None else renumbered[number] for number in placed]


def _disputes(value: object) -> bool:
    return isinstance(value, dict) and "disputed" in value
