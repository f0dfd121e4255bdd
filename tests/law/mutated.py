"""Law with a mutation, quick to ask: what the changed norms have no say in is taken from the law without it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from comity.bound import AgencyLaw
from comity.compile import ActionDiagrams, DutyDiagram
from comity.decide import Law
from comity.defeat import attacks, is_duty, rules_on
from comity.errors import RequestError
from comity.knowledge import Knowledge
from comity.library import Library
from comity.norms import Agency, Norm
from comity.outcome import Outcome
from comity.scope import Scope, Signature


def has_say(norm: Norm, action: str, library: Library) -> bool:
    """Whether a norm rules on an action, or can defeat a norm that does (or one that may defeat such a norm)."""
    if norm.modality != "lifts":
        return rules_on(norm, action, library.vocabulary)
    if any(not target.ref for target in norm.lifts):
        return True
    return any(
        attacks(norm, other, action, library)
        for instrument in library.instruments.values()
        for other in instrument.norms
        if other.modality == "lifts" or rules_on(other, action, library.vocabulary)
    )


def concerns_duties(norm: Norm, library: Library) -> bool:
    """Whether a norm can make or unmake a duty: it is one, or it lifts one."""
    if norm.modality != "lifts":
        return is_duty(norm, library.vocabulary)
    return any(has_say(norm, action, library) for action in library.vocabulary.owed)


class MutatedLaw(Law):
    """The law of a library in which the norms `changed` (as they were, and as they are) differ from the unmutated."""

    def __init__(self, library: Library, unmutated: Law, changed: list[Norm]) -> None:
        super().__init__(library)
        self._unmutated = unmutated
        self._changed = changed
        self._duties_shared = not any(concerns_duties(norm, library) for norm in changed)
        self._sharing: dict[tuple[str, tuple[str, ...], int], Scope] = {}

    def scope(self, agency: Agency, on: date, as_if: tuple[str, ...] = ()) -> Scope:
        law = self.agency_law(agency, as_if)
        key = (agency.id, as_if, law.period(on))
        if key not in self._sharing:
            scope = super().scope(agency, on, as_if)
            try:
                unmutated = self._unmutated.scope(agency, on, as_if)
                scope = _SharingScope(law, on, unmutated, self._changed, self._duties_shared)
            except RequestError:
                # No law stood on the day before the mutation: there is nothing to share.
                pass
            self._sharing[key] = scope
        return self._sharing[key]


class _SharingScope(Scope):
    """A scope that compiles only what the changed norms have a say in."""

    def __init__(self, law: AgencyLaw, day: date, unmutated: Scope, changed: list[Norm], shares_duties: bool) -> None:
        super().__init__(law, day)
        self._unmutated = unmutated
        self._changed = changed
        self._shared: dict[str, bool] = {}
        self._duties_shared = shares_duties

    def _shares(self, action: str) -> bool:
        if action not in self._shared:
            say = any(has_say(norm, action, self.law.library) for norm in self._changed)
            self._shared[action] = not say
        return self._shared[action]

    def unit(self, action: str) -> ActionDiagrams:
        return self._unmutated.unit(action) if self._shares(action) else super().unit(action)

    def outcome(self, action: str, signature: Signature) -> Outcome:
        shared = self._shares(action)
        return self._unmutated.outcome(action, signature) if shared else super().outcome(action, signature)

    def duties(self) -> list[DutyDiagram]:
        return self._unmutated.duties() if self._duties_shared else super().duties()

    def owed(self, duty: DutyDiagram, known: Mapping[str, Knowledge]) -> tuple[str, tuple[int, ...]]:
        return self._unmutated.owed(duty, known) if self._duties_shared else super().owed(duty, known)
