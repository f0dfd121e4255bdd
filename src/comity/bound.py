"""Which norms bind an agency on a day, and since when the law for it has stood as it does."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from comity.defeat import covers, rules_on
from comity.library import Library, binds_government, is_above
from comity.norms import Agency, Binds, Dispute, Interval, Known, Norm, NotEncoded
from comity.vocabulary import Vocabulary


class BoundNorm(msgspec.Struct, frozen=True):
    """A norm that binds the agency on the day.

    `bands` is empty when it is certainly in force. Otherwise it lists alternatives (start, until): the norm is in
    force if, for one of them, the boundary named `start` has been reached (or is empty) and the one named `until` has
    not.
    """

    norm: Norm
    bands: tuple[tuple[str, str], ...] = ()


def binds(who: Binds, agency: Agency, vocabulary: Vocabulary) -> bool:
    """Whether the agency is one of those meant, by name or by kind."""
    if who.agencies:
        return agency.id in who.agencies
    tree = vocabulary.agency_kinds

    def is_kind(names: Iterable[str]) -> bool:
        return any(tree.is_under(kind, name) for kind in agency.kinds for name in names)

    return is_kind(who.any) and not is_kind(who.none)


def in_force(intervals: Iterable[Interval], on: date) -> tuple[tuple[str, str], ...] | None:
    """None if certainly not in force; else the `bands` of a `BoundNorm`: empty if certainly in force."""
    uncertain: list[tuple[str, str]] = []
    for interval in intervals:
        started = interval.start.reached(on)
        ended = interval.until.reached(on) if interval.until else False
        if started is False or ended is True:
            continue
        if started and ended is False:
            return ()
        until = interval.until.name if interval.until and ended is None else ""
        uncertain.append(("" if started else interval.start.name, until))
    return tuple(uncertain) or None


def reaches(dispute: Dispute, agency: Agency) -> bool:
    """Whether the agency stands within the court's reach."""
    if not dispute.places and not dispute.agencies:
        return True
    return agency.id in dispute.agencies or any(
        place == agency.place or is_above(place, agency.place) for place in dispute.places
    )


def concerns(dispute: Dispute, norm: Norm) -> bool:
    return norm.id in dispute.norms or norm.instrument in dispute.norms


class AgencyLaw:
    """All law that can bind one agency, over all time; with the proposals in `as_if` as if they were law."""

    def __init__(self, library: Library, agency: Agency, as_if: tuple[str, ...] = ()) -> None:
        self.library = library
        self.agency = agency
        instruments = [
            instrument
            for instrument in library.instruments_for(agency)
            if instrument.kind != "proposal" or instrument.id in as_if
        ]
        self.last_read = max((instrument.read for instrument in instruments), default=None)
        """The latest day on which some instrument of the places that reach the agency was read."""
        self.norms = [
            norm
            for instrument in instruments
            for norm in instrument.norms
            if binds(norm.binds, agency, library.vocabulary)
        ]
        named = {name for norm in self.norms for name in (norm.id, norm.instrument)}
        self.disputes = [
            dispute
            for instrument in library.instruments.values()
            for dispute in instrument.disputes
            if not named.isdisjoint(dispute.norms) and reaches(dispute, agency)
        ]
        self.not_encoded = [
            item
            for instrument in instruments
            for item in instrument.not_encoded
            if binds(item.binds, agency, library.vocabulary)
        ]
        self.known = [
            known
            for place in library.jurisdictions.values()
            if place.known and binds_government(place.id, agency)
            for known in place.known
            if not known.agencies or agency.id in known.agencies
        ]
        self.changes = _days_of_change(self.norms, self.disputes, self.known, self.not_encoded)
        self._concerning: dict[str, dict[str, Norm]] = {}

    def concerning(self, action: str) -> dict[str, Norm]:
        """The norms that rule on an action, and those that may lift such norms, by id, whatever the day."""
        found = self._concerning.get(action)
        if found is None:
            vocabulary = self.library.vocabulary
            found = self._concerning[action] = {
                norm.id: norm for norm in self.norms if norm.modality == "lifts" or rules_on(norm, action, vocabulary)
            }
        return found

    def changes_on(self, actions: Sequence[str]) -> list[date]:
        """The days of change that answers on these actions can turn on, or tell of."""
        norms = {name: norm for action in actions for name, norm in self.concerning(action).items()}.values()
        disputes = [dispute for dispute in self.disputes if any(concerns(dispute, norm) for norm in norms)]
        vocabulary = self.library.vocabulary
        not_encoded = [
            item
            for item in self.not_encoded
            if not item.actions or any(covers(item.actions, action, vocabulary) for action in actions)
        ]
        return _days_of_change(norms, disputes, self.known, not_encoded)

    def period(self, on: date) -> int:
        """The number of the stretch of days, between changes of law, in which the day lies."""
        return bisect_right(self.changes, on)

    def norms_on(self, on: date, among: Iterable[Norm] | None = None) -> list[BoundNorm]:
        """The norms (of all, or among these) that count on the day, but for what courts have suspended or annulled."""
        removing = self._removing(on)
        found: list[BoundNorm] = []
        for norm in self.norms if among is None else among:
            bands = in_force(norm.intervals, on)
            if bands is not None and not any(concerns(dispute, norm) for dispute in removing):
                found.append(BoundNorm(norm, bands))
        return found

    def disputes_of(self, norm: Norm, on: date) -> list[Dispute]:
        """The disputes about a norm that act on the day."""
        return [dispute for dispute in self.disputes if concerns(dispute, norm) and _acts(dispute, on)]

    def removed_on(self, on: date) -> list[tuple[Norm, Dispute]]:
        """The norms that would count on the day, were it not for a court; each with the dispute that removes it."""
        removing = self._removing(on)
        return [
            (norm, dispute)
            for norm in (self.norms if removing else ())
            for dispute in removing
            if concerns(dispute, norm) and in_force(norm.intervals, on) is not None
        ]

    def _removing(self, on: date) -> list[Dispute]:
        """The disputes that keep norms from counting on the day."""
        return [dispute for dispute in self.disputes if dispute.effect != "flags" and _acts(dispute, on)]


def _days_of_change(
    norms: Iterable[Norm], disputes: Iterable[Dispute], known: Iterable[Known], not_encoded: Iterable[NotEncoded]
) -> list[date]:
    """The days on which one of these begins or ceases to stand as it does, in order."""
    days: set[date | None] = set()
    for norm in norms:
        for interval in norm.intervals:
            for boundary in filter(None, (interval.start, interval.until)):
                days |= {boundary.day, boundary.latest}
    for item in (*disputes, *known, *not_encoded):
        days |= {item.start, item.until}
    return sorted(day for day in days if day is not None)


def _acts(dispute: Dispute, on: date) -> bool:
    """Whether a dispute acts on the day; an annulment acts on every day."""
    return dispute.effect == "annuls" or dispute.acts_on(on)
