"""Pages of the law as a book: values that people are shown and `comity law --json` prints as they are."""

from __future__ import annotations

from datetime import date

import msgspec

from comity.norms import Dispute, Known, NotEncoded


class PlaceLine(msgspec.Struct, frozen=True):
    """A place in the table of contents."""

    id: str
    name: str
    kind: str
    agencies: int
    instruments: int
    norms: int


class AgencyLine(msgspec.Struct, frozen=True):
    id: str
    name: str
    kinds: tuple[str, ...]
    own_government: bool


class InstrumentLine(msgspec.Struct, frozen=True):
    """An instrument in its place's list. `in_force`: `yes`, `no` or, in a band, `uncertain`; empty without a day."""

    id: str
    title: str
    cite: str
    kind: str
    norms: int
    in_force: str


class PlacePage(msgspec.Struct, frozen=True):
    place: str
    name: str
    kind: str
    ocd: str
    note: str
    agencies: tuple[AgencyLine, ...]
    instruments: tuple[InstrumentLine, ...]
    known: tuple[Known, ...]
    complete_for: tuple[str, ...]


class VersionLine(msgspec.Struct, frozen=True):
    name: str
    in_force: str
    by: str
    note: str


class NormLine(msgspec.Struct, frozen=True):
    """A norm in a list. `in_force` as in `InstrumentLine`; `times` says when, in words."""

    id: str
    cite: str
    modality: str
    actions: tuple[str, ...]
    says: str
    times: tuple[str, ...]
    in_force: str


class InstrumentPage(msgspec.Struct, frozen=True):
    instrument: str
    title: str
    cite: str
    kind: str
    source: str
    read: date
    note: str
    versions: tuple[VersionLine, ...]
    norms: tuple[NormLine, ...]
    disputes: tuple[Dispute, ...]
    not_encoded: tuple[NotEncoded, ...]
    examples: int


class ExampleLine(msgspec.Struct, frozen=True):
    says: str
    agency: str
    on: str
    facts: dict[str, object]
    expect: dict[str, str]


class NormPage(msgspec.Struct, frozen=True):
    """A norm in full: `when` and `unless` in words, `terms` with their citations, its history and its edges of defeat.

    `before` and `after` are the norms of the same place on the same actions whose time ends by the day on which this
    one's begins, or begins no earlier than it ends.
    """

    norm: str
    cite: str
    title: str
    modality: str
    actions: tuple[str, ...]
    says: str
    binds: str
    who: str
    when: tuple[str, ...]
    unless: tuple[str, ...]
    terms: dict[str, str]
    limit: str
    owed_to: str
    due: str
    contents: tuple[str, ...]
    times: tuple[str, ...]
    in_force: str
    evidence: str
    source: str
    read: date
    note: str
    before: tuple[NormLine, ...]
    after: tuple[NormLine, ...]
    defeats: tuple[NormLine, ...]
    defeated_by: tuple[NormLine, ...]
    disputes: tuple[Dispute, ...]
    examples: tuple[ExampleLine, ...]


class AgencyPage(msgspec.Struct, frozen=True):
    """An agency, the days on which its law changes, and the norms that bind it (on the day, or ever)."""

    agency: str
    name: str
    kinds: tuple[str, ...]
    place: str
    own_government: bool
    source: str
    changes: tuple[date, ...]
    norms: tuple[NormLine, ...]


class FactLine(msgspec.Struct, frozen=True):
    """A fact that the law for an agency tests: how to ask it, the values it takes, and how many norms test it.

    `lists` has the statutory lists that those norms test: the citation of each offence on them, by its name.
    """

    fact: str
    kind: str
    ask: str
    help: str
    values: tuple[str, ...]
    fields: tuple[str, ...]
    unit: str
    norms: int
    lists: dict[str, dict[str, str]]


class Hit(msgspec.Struct, frozen=True):
    """A place, agency, instrument, norm or offence that a search found."""

    kind: str
    id: str
    cite: str
    text: str


Page = PlacePage | AgencyPage | InstrumentPage | NormPage
