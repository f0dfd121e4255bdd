"""The plan of a bulk decision: the units that a log touches, their programs, and the lists that the SQL picks from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

import msgspec
import numpy as np

from comity.audit.layouts.form import FactColumn, RowKind
from comity.audit.signing.clocks import Act, calendar
from comity.audit.signing.columns import Encoding, Reader
from comity.audit.signing.dialect import Dialect, days_since_epoch
from comity.audit.signing.ground import Ground, ground_of
from comity.audit.signing.masks import WORD, write_masks
from comity.audit.signing.meanings import Cut, Meaning, cuts_of
from comity.audit.signing.program import Program, program_of
from comity.audit.signing.sets import Numbers, listed
from comity.audit.signing.units import Calendar, asked_of, class_key, program_key
from comity.cells import Space, Variable
from comity.compile import ActionDiagrams
from comity.decide import Law
from comity.derived import CLOCKS
from comity.scope import Scope

LONGEST = 1 << 15
"""Numbers that one list may hold, where it is for the plan to say: so that lists stay in a processor's cache."""

FEW = 1 << 16
"""Pairs of an agency and a day of which one list may tell the stretch of each."""

Lists = dict[str, Numbers]
"""Lists from which SQL picks whole numbers that are not negative, by name: -1 stands where there is none."""


class Group(msgspec.Struct, frozen=True):
    """Facts whose codes are joined into one index: (number of the encoding, number of codes, list of cells or none)."""

    parts: tuple[tuple[int, int, str], ...]

    @property
    def size(self) -> int:
        return prod(size for _, size, _ in self.parts)


class Slot(msgspec.Struct, frozen=True):
    """One action: how its signatures are made. `width` bits tell which clauses stand, `open_width` what is unsettled.

    `stride`: numbers that each list of masks holds for one of the `programs`. `classes`: for each class of units that
    ask the action, the stretch and kind of one of them, and the number of its program. `alike`: every row asks it, in
    the one class.
    """

    action: str
    programs: tuple[Program, ...]
    stride: int
    width: int
    open_width: int
    groups: tuple[Group, ...]
    classes: tuple[tuple[int, int, int], ...]
    alike: bool

    @property
    def words(self) -> int:
        return -(-(self.width + self.open_width) // WORD)

    @property
    def packs(self) -> bool:
        """Whether the class and the signature fit into one whole number: the class then lies above the signature."""
        classes = 0 if self.alike else len(self.classes).bit_length()
        return classes + self.width + self.open_width <= WORD


class Days(msgspec.Struct, frozen=True):
    """The days that lists tell of: so many from the first, as a number of days since 1970.

    `epochs`: how many columns each line has in the list `stretches`; none if that is by agency and day. `more_before`,
    `more_after`: rows may be of earlier days, for which the first stands; of later ones, for which the last does.
    """

    first: int
    count: int
    more_before: bool
    more_after: bool
    epochs: int


class Plan(msgspec.Struct, frozen=True):
    """All that the SQL of a bulk decision is made from. Unit `stretch * kinds + kind` numbers the units."""

    kinds: int
    days: Days
    encodings: tuple[Encoding, ...]
    slots: tuple[Slot, ...]
    lists: Lists
    stretches: tuple[int, ...]
    """The stretches that rows may be of."""
    scopes: Mapping[int, Scope]
    """The law of each of the first stretches of those alike (see `Calendar.alike`)."""
    only_stretch: int | None
    """The stretch of every row, if they are all of one."""


def days_of(known: Calendar, first: int, last: int) -> tuple[Days, Lists]:
    """The lists by which the stretch of a row is found, for rows from one day to another, as days since 1970.

    They are `lines`, by agency; `epochs`, by day; and `stretches`, by line and epoch. Days on which no line of law
    turns share an epoch. Where agencies and days are few, `stretches` is by agency and day: one look-up, not three.
    The last element of each is for a row without an agency or day.
    """
    start = max(first, days_since_epoch(known.epochs[0]) - 1) if known.epochs else first
    end = max(start, min(last, days_since_epoch(known.epochs[-1]))) if known.epochs else start
    told = known.epochs_of(start, end)
    of_days = (start, len(told), first < start, end < last)
    lines = listed(known.lines)
    if len(lines) * len(told) <= FEW:
        return Days(*of_days, epochs=0), {"stretches": np.append(known.numbers[lines][:, told], -1)}
    among = known.numbers[:, told[0] : told[-1] + 1]
    turns = np.append(True, (among[:, 1:] != among[:, :-1]).any(axis=0))
    epochs = (np.cumsum(turns) - 1)[told - told[0]]
    stretches = among[:, turns]
    lists: Lists = {
        "lines": np.append(lines, len(stretches)),
        "epochs": np.append(epochs, stretches.size),
        "stretches": np.append(stretches, -1),
    }
    return Days(*of_days, epochs=int(turns.sum())), lists


class Planner:
    """Makes the plan for the stretches and kinds that the rows of a log are of."""

    def __init__(
        self,
        law: Law,
        dialect: Dialect,
        known: Calendar,
        as_if: tuple[str, ...],
        kinds: Sequence[RowKind],
        columns: Sequence[FactColumn],
        act: Act,
        aged: Mapping[str, tuple[Meaning, ...]],
    ) -> None:
        self.law = law
        self.dialect = dialect
        self.calendar = known
        self.as_if = as_if
        self.kinds = kinds
        self.columns = columns
        self.act = act
        self.aged = aged
        self.asked = asked_of(law, kinds)
        self.lists: Lists = {}

    def plan(self, asking: Sequence[tuple[int, int]], known: bool, first_day: int, last_day: int) -> Plan:
        """The plan for these pairs of a stretch and a kind, in order; `known`: every row is of one of them.

        Rows are from the first day to the last, as days since 1970. Raises RequestError for facts and actions of the
        kinds that the vocabulary does not know.
        """
        actions = sorted({action for asked in self.asked for action in asked}, key=self._order)
        stretches = sorted({number for number, _ in asking})
        alike = self.calendar.alike(actions)
        asking = sorted({(int(alike[number]), kind) for number, kind in asking})
        scopes = {number: self._scope(number) for number in sorted({number for number, _ in asking})}
        units = {
            action: {
                (number, kind): scopes[number].unit(action) for number, kind in asking if action in self.asked[kind]
            }
            for action in actions
        }
        spaces = [unit.space for found in units.values() for unit in found.values()]
        encodings = self.encodings(spaces, [action for action, found in units.items() if found])
        only = stretches[0] if len(stretches) == 1 and known else None
        slots = tuple(
            self._slot(place, action, encodings, scopes, found, alike, only is not None and len(found) == len(asking))
            for place, (action, found) in enumerate(units.items())
        )
        for encoding in encodings:
            for name in encoding.lists:
                clock = next(clock for clock in CLOCKS if name.endswith(clock))
                self.lists[name] = listed(calendar(clock))
        days, of_days = days_of(self.calendar, first_day, last_day)
        self.lists |= of_days if only is None else {}
        kinds, told = len(self.kinds), tuple(encodings)
        return Plan(kinds, days, told, slots, self.lists, tuple(stretches), scopes, only)

    def _scope(self, stretch: int) -> Scope:
        """The law of a stretch."""
        found = self.calendar.stretches[stretch]
        return self.law.scope(self.law.agency(found.agency), found.day, self.as_if)

    def ground(self, scope: Scope, kind: int, encodings: Sequence[Encoding]) -> Ground:
        """The ground of a kind of row in a scope."""
        return ground_of(self.law.vocabulary, scope, self.kinds[kind], self.asked[kind], self.columns, encodings)

    def _order(self, action: str) -> int:
        return self.law.vocabulary.asked_actions().index(action)

    def encodings(self, spaces: Sequence[Space], actions: Sequence[str]) -> list[Encoding]:
        """The encodings of the facts on which diagrams over these spaces turn, where these actions are asked."""
        variables: dict[str, dict[int, Variable]] = {}
        for space in {id(space): space for space in spaces}.values():
            for variable in space.variables:
                variables.setdefault(variable.fact.name, {})[id(variable)] = variable
        vocabulary = self.law.vocabulary
        tested = set(variables) | {fact for part in vocabulary.impossible for fact in part.parts}
        tested |= {fact for action in actions for fact in getattr(vocabulary.action_rules.get(action), "implies", {})}
        tested |= {column.fact for column in self.columns if any(_disputes(value) for value in column.values)}
        cuts: dict[str, tuple[Cut, ...]] = {name: cuts_of(list(found.values())) for name, found in variables.items()}
        reader = Reader(vocabulary, self.dialect, self.kinds, self.columns, self.act, cuts, self.aged)
        return reader.encodings(frozenset(tested))

    def _slot(
        self,
        place: int,
        action: str,
        encodings: Sequence[Encoding],
        scopes: Mapping[int, Scope],
        units: Mapping[tuple[int, int], ActionDiagrams],
        alike: Numbers,
        asked_by_all: bool,
    ) -> Slot:
        keys: dict[int, tuple[object, ...]] = {}
        programs: dict[object, int] = {}
        found: list[Program] = []
        classes: dict[object, tuple[int, int, int]] = {}
        size = len(self.calendar.stretches) * len(self.kinds)
        class_of: list[int | None] = [None] * size
        program_of_unit: list[int | None] = [None] * size
        for (number, kind), unit in units.items():
            scope = scopes[number]
            if id(scope) not in keys:
                keys[id(scope)] = program_key(scope, action)
            key = (kind, *keys[id(scope)])
            if key not in programs:
                programs[key] = len(found)
                found.append(program_of(unit, self.law.vocabulary, self.ground(scope, kind, encodings)))
            at = number * len(self.kinds) + kind
            program_of_unit[at] = programs[key]
            wording = (key, class_key(scope, action, self.calendar.stretches[number]))
            class_of[at], *_ = classes.setdefault(wording, (len(classes), number, kind))
        found, program_of_unit = _distinct(found, program_of_unit)
        groups = self._groups(place, found, encodings)
        width = max((program.width for program in found), default=0)
        stride = max([1, *(group.size for group in groups)])
        open_width = max((program.open_width for program in found), default=0)
        units_of = [number * len(self.kinds) + kind for _, number, kind in classes.values()]
        members = tuple(
            (*divmod(unit, len(self.kinds)), number)
            for unit in units_of
            if (number := program_of_unit[unit]) is not None
        )
        in_one = asked_by_all and len(classes) == 1
        slot = Slot(action, tuple(found), stride, width, open_width, groups, members, in_one)
        begins = [0 if program is None else program * stride for program in program_of_unit]
        for name, told, otherwise in (("classes", class_of, -1), ("bases", begins, 0)):
            by_stretch = listed(told).reshape(-1, len(self.kinds))[alike]
            self.lists[f"{name}_{place}"] = np.append(by_stretch, otherwise)
        self.lists |= write_masks(place, slot, encodings, self.lists)
        return slot

    def _groups(self, place: int, programs: Sequence[Program], encodings: Sequence[Encoding]) -> tuple[Group, ...]:
        """The facts that some program looks at, packed into groups whose lists are short."""
        longest = max(1, LONGEST // max(1, len(programs)))
        tested = prod(len(encoding.meanings) for encoding in encodings)
        parts: list[tuple[int, int, str]] = []
        for number, encoding in enumerate(encodings):
            looks = [(program.standing.get(encoding.fact), program.open.get(encoding.fact)) for program in programs]
            if not any(standing or unsettled for standing, unsettled in looks):
                continue
            alike: dict[object, int] = {}
            size = len(encoding.meanings)
            cells = [
                alike.setdefault(tuple((s[code] if s else None, o[code] if o else None) for s, o in looks), len(alike))
                for code in range(size)
            ]
            # To look up the cell of a code takes as long as one more list of masks, which it may spare.
            if len(alike) < size and (size > longest or tested > 1 << WORD):
                name = f"cells_{place}_{number}"
                self.lists[name] = listed(cells)
                parts.append((number, len(alike), name))
            else:
                parts.append((number, size, ""))
        parts.sort(key=lambda part: -part[1])
        groups: list[list[tuple[int, int, str]]] = []
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
