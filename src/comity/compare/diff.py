"""What changes between two laws: the norms in force on one side only, and the situations that are answered otherwise.

For each action and each pair of an old and a new status, the situations are described by few conditions, exactly: they
hold all changed situations and no other. Two forms are tried, a list of cases, and one case with exceptions; the one
that is shorter to read is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from comity.compare.cover import Covers, Cube, Factored, TooMany, factored
from comity.compare.differences import Pair, differences
from comity.compare.ledger import Ledger, ledger, norms_at_hand
from comity.compare.owed import Owed, owed
from comity.compare.phrases import TEXT_IN_FORCE, Phrases
from comity.compare.regions import EVERYWHERE, NOWHERE, Region
from comity.compare.sides import Side
from comity.conditions import All, Condition, Contains, OneOf, Opposite, Some
from comity.decide import Law
from comity.diagram import Node
from comity.findings import LawNote
from comity.norms import Norm
from comity.program import VERSION
from comity.request import expand_actions
from comity.truths import all_of, any_of
from comity.words import condition_words

SHORT = 5
"""A list of cases with no more tests than this is kept, even where a case with exceptions is shorter."""


class Conditions(msgspec.Struct, frozen=True):
    """True where every line of `all` is and, unless it is empty, one of `any`."""

    all: tuple[str, ...]
    any: tuple[Conditions, ...] = ()


class Runnable(msgspec.Struct, frozen=True):
    """A request that one can run."""

    agency: str
    on: str
    action: str
    facts: dict[str, object]
    as_if: tuple[str, ...] = ()


class Example(msgspec.Struct, frozen=True):
    """One of the situations, as a request to each side; and the texts of which it is uncertain whether they were in
    force that it supposes to be (true) or not to be."""

    before: Runnable
    after: Runnable
    texts: dict[str, bool]


class NormLine(msgspec.Struct, frozen=True):
    """A norm that decides: its name, citation and modality."""

    norm: str
    cite: str
    modality: str


class Case(msgspec.Struct, frozen=True):
    """Situations that change alike: where `when` holds, and none of `unless`.

    `condition` says the same for programs; `decided_before` and `decided_after` are the norms that decide in some of
    them on either side.
    """

    when: Conditions
    unless: tuple[Conditions, ...]
    condition: Condition
    decided_before: tuple[NormLine, ...]
    decided_after: tuple[NormLine, ...]
    example: Example


class Change(msgspec.Struct, frozen=True):
    """All situations with one old and one new status; `situations` counts those that the two laws tell apart.

    `fewest` tells that it is proved that no fewer conjunctions describe them in this form: as cases, or as exceptions
    from one.
    """

    before: str
    after: str
    situations: int
    cases: tuple[Case, ...]
    fewest: bool


class ActionDiff(msgspec.Struct, frozen=True):
    """What changes for one action, out of so many situations; `terms` defines the terms that the conditions name."""

    action: str
    situations: int
    changes: tuple[Change, ...]
    terms: dict[str, str]


class SideNote(msgspec.Struct, frozen=True):
    """One side: an agency on a day, with proposals as if they were law."""

    agency: str
    name: str
    on: str
    as_if: tuple[str, ...]


class Diff(msgspec.Struct, frozen=True):
    """All that differs. `unchanged` are the actions, of those asked, that are answered alike in every situation."""

    before: SideNote
    after: SideNote
    law: LawNote
    given: dict[str, object]
    ledger: Ledger
    duties: Owed
    actions: tuple[ActionDiff, ...]
    unchanged: tuple[str, ...]
    notes: tuple[str, ...]


def diff(
    law: Law,
    before: Side,
    after: Side,
    actions: Sequence[str] | None = None,
    given: Mapping[str, object] | None = None,
) -> Diff:
    """What differs between two sides for these actions (all, if none is named), where the facts given hold.

    Raises RequestError as `Law.decide` does.
    """
    leaves = expand_actions(law.vocabulary, actions)
    found: list[ActionDiff] = []
    unchanged: list[str] = []
    notes: list[str] = []
    for action in leaves:
        pair = differences(law, (before, after), action, given)
        if pair is None:
            notes.append(f"{action}: {law.vocabulary.action_rules[action].otherwise}")
        elif not pair.diagrams.reach(pair.change):
            unchanged.append(action)
        else:
            found.append(_action_diff(law, pair, action, given or {}))
    return Diff(
        _side_note(law, before),
        _side_note(law, after),
        LawNote(law.digest, VERSION),
        dict(given or {}),
        ledger(law, before, after, leaves),
        owed(law, *(tuple(norms_at_hand(law, side, leaves).values()) for side in (before, after))),
        tuple(found),
        tuple(unchanged),
        tuple(notes),
    )


def _side_note(law: Law, side: Side) -> SideNote:
    return SideNote(side.agency, law.agency(side.agency).name, side.on.isoformat(), side.as_if)


def _action_diff(law: Law, pair: Pair, action: str, given: Mapping[str, object]) -> ActionDiff:
    writer = _Writer(law, pair, action, given)
    changes = tuple(writer.change(before, after, region) for before, after, region in pair.changes())
    return ActionDiff(action, pair.situations(pair.possible), changes, writer.terms)


class _Writer:
    """Describes the changes of one action."""

    def __init__(self, law: Law, pair: Pair, action: str, given: Mapping[str, object]) -> None:
        self._given = given
        self._facts = law.vocabulary.facts
        self._pair = pair
        self._action = action
        self._phrases = phrases = Phrases(pair.units, [pair.change, pair.possible])
        self._regions = regions = phrases.regions
        self._possible = regions.both(phrases.translate(pair.possible), phrases.possible)
        self._free = regions.without(EVERYWHERE, self._possible)
        self._covers = Covers(regions, self._possible, phrases.further, phrases.weight)
        self.terms: dict[str, str] = {}

    def change(self, before: str, after: str, region: Node) -> Change:
        situations = self._pair.situations(region)
        inside = self._regions.both(self._phrases.translate(region), self._possible)
        when, unless, fewest = self._shortest(inside)
        forms = when.any if not when.all and when.any and not unless else (when,)
        parts = [region] if len(forms) == 1 else [self._part(region, form) for form in forms]
        cases = (self._case(form, unless, part) for form, part in zip(forms, parts, strict=True))
        return Change(before, after, situations, tuple(cases), fewest)

    def _shortest(self, inside: Region) -> tuple[Factored, tuple[Factored, ...], bool]:
        """The situations as a list of cases, or as one case and its exceptions; and whether these are proved fewest."""
        covers, regions = self._covers, self._regions
        around = covers.enclosing(inside)
        region = covers.region(around)
        excepted = regions.both(region, regions.without(self._possible, inside))
        if excepted == NOWHERE:
            return Factored(around), (), True
        spared = regions.either(excepted, regions.either(regions.without(EVERYWHERE, region), self._free))
        exceptions = self._exceptions(around, excepted, spared)
        unless = factored(exceptions)
        weight = max(SHORT, self._phrases.weight(around) + self._weight(unless))
        may = regions.either(inside, self._free)
        try:
            cases = covers.shortened(covers.cover(inside, may, weight), inside, may, weight)
        except TooMany:
            cases = []
        if cases and self._weight(listed := factored(cases)) <= weight:
            return listed, (), covers.fewest(cases, inside, may)
        forms = unless.any if not unless.all and unless.any else (unless,)
        return Factored(around), forms, covers.fewest(exceptions, excepted, spared)

    def _exceptions(self, around: Cube, excepted: Region, spared: Region) -> list[Cube]:
        """What is to be excepted from a cube, in cubes that may reach beyond it."""
        covers, regions = self._covers, self._regions
        settled = {
            at: mask.bit_length() - 1 for at, mask in around if mask.bit_count() == 1 and at < len(regions.sizes)
        }
        cubes = covers.cover(regions.given(excepted, settled), regions.given(spared, settled))
        return covers.shortened(cubes, excepted, spared)

    def _weight(self, form: Factored) -> int:
        return self._phrases.weight(form.literals())

    def _case(self, when: Factored, unless: tuple[Factored, ...], region: Node) -> Case:
        condition = self._condition(when)
        if unless:
            condition = All((condition, Opposite(Some(tuple(self._condition(each) for each in unless)))))
        return Case(
            self._words(when),
            tuple(self._words(each) for each in unless),
            condition,
            self._deciding(0, region),
            self._deciding(1, region),
            self._example(region),
        )

    def _condition(self, form: Factored) -> Condition:
        lines = self._phrases.conditions(form.all)
        return All((*lines, Some(tuple(self._condition(each) for each in form.any)))) if form.any else All(lines)

    def _part(self, region: Node, form: Factored) -> Node:
        """The situations of a region in which one form holds."""
        return self._pair.diagrams.combine(all_of, region, self._where(form))

    def _where(self, form: Factored) -> Node:
        """The situations of one form, as a diagram of the pair."""
        diagrams = self._pair.diagrams
        parts = [self._phrases.where(literal) for literal in form.all]
        if form.any:
            parts.append(diagrams.combine(any_of, *(self._where(each) for each in form.any)))
        return diagrams.combine(all_of, diagrams.leaf(1), *parts)

    def _words(self, form: Factored) -> Conditions:
        lines = tuple(self._line(line) for line in self._phrases.conditions(form.all))
        shown: dict[str, frozenset[str]] = {}
        others: list[Conditions] = []
        for each in form.any:
            match self._phrases.conditions(each.all):
                case (Contains(fact, values),) if not each.any:
                    # Papers any one of which will do are one line.
                    shown[fact] = shown.get(fact, frozenset()) | values
                case _:
                    others.append(self._words(each))
        alternatives = (*(Conditions((self._line(Contains(*each)),)) for each in shown.items()), *others)
        if len(alternatives) == 1:
            return Conditions((*lines, *alternatives[0].all), alternatives[0].any)
        return Conditions(lines, alternatives)

    def _line(self, condition: Condition) -> str:
        match condition:
            case OneOf(fact, values) if fact.startswith(TEXT_IN_FORCE):
                text = fact.removeprefix(TEXT_IN_FORCE).strip()
                reached = "already" if "yes" in values else "not yet"
                return f"the text {text}, whose first day is uncertain, was {reached} in force"
            case _:
                return condition_words(condition, self._facts, self.terms)

    def _deciding(self, side: int, region: Node) -> tuple[NormLine, ...]:
        return tuple(_norm_line(norm) for norm in self._pair.deciding(side, region))

    def _example(self, region: Node) -> Example:
        facts, texts = self._pair.example(region)
        requests: list[Runnable] = []
        for side, told in zip(self._pair.sides, facts, strict=True):
            on = str(told.pop("on", side.on.isoformat()))
            requests.append(Runnable(side.agency, on, self._action, {**self._given, **told}, side.as_if))
        return Example(requests[0], requests[1], texts)


def _norm_line(norm: Norm) -> NormLine:
    return NormLine(norm.id, norm.cite, norm.modality)
