"""Decisions as values: what a program receives and a receipt keeps. Field names are the JSON keys of the contract."""

from __future__ import annotations

import msgspec


class NormNote(msgspec.Struct, frozen=True):
    """A norm as a finding shows it. `by` is `policy` where the agency or its government binds itself, else `law`;
    `review` tells whether a reviewer signed the file it stands in: `signed`, `lapsed` (changed since) or `unsigned`."""

    norm: str
    cite: str
    says: str
    modality: str
    evidence: str
    source: str
    by: str = "law"
    who: str = ""
    review: str = "unsigned"


class Defeat(msgspec.Struct, frozen=True):
    """A norm that applies, or may, and the norms that defeat it."""

    norm: NormNote
    by: tuple[str, ...]


class LimitNote(msgspec.Struct, frozen=True):
    """How long a norm counts, by a clock; where times are known, when that changes the status, and to what."""

    norm: str
    clock: str
    at_most: float
    unit: str
    lapses_at: str | None = None
    then: str | None = None


class DisputeNote(msgspec.Struct, frozen=True):
    """A court's word on norms of the finding. `effect`: `suspends`, `annuls` or `flags`."""

    id: str
    court: str
    cite: str
    effect: str
    norms: tuple[str, ...]
    says: str
    start: str
    until: str | None
    source: str
    evidence: str


class KnownNote(msgspec.Struct, frozen=True):
    """A fact that the place keeps and the finding used."""

    fact: str
    value: object
    says: str
    cite: str
    source: str
    evidence: str


class NotEncodedNote(msgspec.Struct, frozen=True):
    cite: str
    says: str


Missing = str | dict[str, str]
"""A fact by name, or `{"text_in_force": boundary}`: which of two texts counted on the day is not settled."""


class Finding(msgspec.Struct, frozen=True):
    """The answer for one action. See the reference of the JSON form for the meaning of each key."""

    action: str
    status: str
    possible: tuple[str, ...]
    limit: LimitNote | None
    because: tuple[NormNote, ...]
    possibly: tuple[NormNote, ...]
    also: tuple[NormNote, ...]
    defeated: tuple[Defeat, ...]
    missing: tuple[Missing, ...]
    ask_next: str | None
    disputes: tuple[DisputeNote, ...]
    known_used: tuple[KnownNote, ...]
    not_encoded: tuple[NotEncodedNote, ...]
    notes: tuple[str, ...]
    given: dict[str, str] | None = None
    """The one value, of several told, that this finding is for: `{"information": "court_dates"}`."""


class DueNote(msgspec.Struct, frozen=True, omit_defaults=True):
    """When a duty is due: in words, and the moment or day where the times are known."""

    says: str
    at: str | None = None
    covering: tuple[str, str] | None = None


class Duty(msgspec.Struct, frozen=True):
    """A duty that the request triggers (`owed`), may (`may_be_owed`, with the facts that would settle it), or would,
    had a court not suspended or annulled it (`suspended`).

    `action` is a name, or `{"one_of": [...]}` where any one of several satisfies it.
    """

    action: str | dict[str, tuple[str, ...]]
    state: str
    owed_to: str
    due: DueNote | None
    missing: tuple[Missing, ...]
    because: tuple[NormNote, ...]
    disputes: tuple[DisputeNote, ...] = ()


class Report(msgspec.Struct, frozen=True):
    """A standing report in which the request will appear (`owed`), may (`may_be_owed`), or would (`suspended`)."""

    action: str
    state: str
    owed_to: str
    due: DueNote | None
    contents: tuple[str, ...]
    missing: tuple[Missing, ...]
    because: tuple[NormNote, ...]
    disputes: tuple[DisputeNote, ...] = ()


class LawNote(msgspec.Struct, frozen=True):
    """The law a decision was made under: digest of vocabulary and law, and the version of the program."""

    digest: str
    version: str


class Decision(msgspec.Struct, frozen=True):
    """The findings for one request. The same request, digest and version give the same bytes, for ever."""

    agency: str
    on: str
    law: LawNote
    facts: dict[str, object]
    as_if: tuple[str, ...]
    findings: tuple[Finding, ...]
    duties: tuple[Duty, ...]
    reports: tuple[Report, ...]
    notes: tuple[str, ...]
    refusal_limits: tuple[NormNote, ...] = ()
    """What no refusal may become (obstruction): the norms that prohibit it, where a refusal is in question."""
    asked: tuple[str, ...] | None = None
    """The actions as the request named them; None where it named none and all are answered."""

    def to_json(self) -> bytes:
        return msgspec.json.encode(self)

    def finding(self, action: str) -> Finding:
        """The (first) finding for an action. Raises KeyError if the decision has none."""
        for finding in self.findings:
            if finding.action == action:
                return finding
        raise KeyError(action)
