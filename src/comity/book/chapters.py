"""What the page of a place says, as values: drawn from the library, decided nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from comity.bound import AgencyLaw, in_force
from comity.lawbook import page
from comity.lawgrades import PlaceGrades, is_duty, place_grades
from comity.lawpages import InstrumentPage, NormPage
from comity.library import Library, is_above
from comity.norms import (
    Acknowledgement,
    Agency,
    Dispute,
    Example,
    Instrument,
    Jurisdiction,
    Norm,
    NotEncoded,
    Property,
    Review,
)
from comity.words import boundary_words, day_words, listed, plain


class Event(msgspec.Struct, frozen=True):
    """Something of a place's history: a text that comes into force or ends, or a court's word."""

    day: date
    when: str
    instrument: str
    title: str
    says: str


class Section(msgspec.Struct, frozen=True):
    """One instrument on the page of its place, with its norms in full. `patterns` says, by norm, which norms it means
    to defeat or to give way to without naming them, be they encoded or not."""

    page: InstrumentPage
    norms: tuple[NormPage, ...]
    patterns: dict[str, tuple[str, ...]]
    examples: tuple[Example, ...]
    review: Review | None
    in_force: str


class Bound(msgspec.Struct, frozen=True):
    """An agency of the place and how many norms bind it on the day: of the place itself, and of places above."""

    agency: Agency
    own: int
    above: int


class Chapter(msgspec.Struct, frozen=True):
    """All that the page of a place shows. `today` lists, by action, the norms in force on the day."""

    place: Jurisdiction
    grades: PlaceGrades
    above: tuple[Jurisdiction, ...]
    below: tuple[Jurisdiction, ...]
    day: date
    today: tuple[tuple[str, tuple[Norm, ...]], ...]
    duties: tuple[Norm, ...]
    history: tuple[Event, ...]
    bound: tuple[Bound, ...]
    sections: tuple[Section, ...]
    disputes: tuple[Dispute, ...]
    open: tuple[NotEncoded, ...]
    acknowledged: tuple[Acknowledgement, ...]
    properties: tuple[Property, ...]


def places_in_order(library: Library) -> list[Jurisdiction]:
    """All places, those within a place below it, by their names; a town with no law of its own encoded comes last."""
    places = library.jurisdictions

    def names(place: str) -> list[tuple[bool, str]]:
        parts = place.split("/")
        above = ["/".join(parts[: number + 1]) for number in range(len(parts))]
        return [(places[each].kind == "local", places[each].name) for each in above if each in places]

    return [places[each] for each in sorted(places, key=names)]


def chapter(library: Library, place: Jurisdiction, day: date) -> Chapter:
    """The chapter of a place, with what is in force on the day."""
    own = [each for each in library.instruments.values() if each.place == place.id]
    own.sort(key=lambda each: (_first_day(each), each.id))
    standing = [
        norm
        for instrument in own
        if instrument.kind != "proposal"
        for norm in instrument.norms
        if in_force(norm.intervals, day) is not None
    ]
    places = library.jurisdictions
    return Chapter(
        place=place,
        grades=place_grades(library, place.id)[0],
        above=tuple(places[each] for each in sorted(places, key=len) if is_above(each, place.id)),
        below=tuple(each for each in places_in_order(library) if each.id.rpartition("/")[0] == place.id),
        day=day,
        today=_by_action(library, standing),
        duties=tuple(norm for norm in standing if is_duty(norm, library.vocabulary)),
        history=tuple(sorted(_history(own), key=lambda event: (event.day, event.instrument))),
        bound=tuple(_bound(library, agency, day) for agency in place.agencies),
        sections=tuple(_section(library, each, day) for each in own),
        disputes=tuple(dispute for each in own for dispute in each.disputes),
        open=tuple(item for each in own for item in each.not_encoded),
        acknowledged=(*place.acknowledged, *(item for each in own for item in each.acknowledged)),
        properties=(*place.properties, *(item for each in own for item in each.properties)),
    )


def _first_day(instrument: Instrument) -> date:
    return min((version.interval.start.day for version in instrument.versions), default=date.max)


def _by_action(library: Library, norms: Iterable[Norm]) -> tuple[tuple[str, tuple[Norm, ...]], ...]:
    """The norms on asked actions, by action, in the vocabulary's order; a norm on an inner name stands under it."""
    found: dict[str, list[Norm]] = {}
    for norm in norms:
        for action in norm.actions:
            if action in library.vocabulary.actions:
                found.setdefault(action, []).append(norm)
    order = list(library.vocabulary.actions.leaves)
    return tuple((action, tuple(found[action])) for action in sorted(found, key=order.index))


def _history(instruments: Iterable[Instrument]) -> Iterable[Event]:
    for instrument in instruments:
        for version in instrument.versions:
            start, until = version.interval.start, version.interval.until
            note = f"{version.by}: {version.note}" if version.note else version.by
            yield Event(start.day, boundary_words(start), instrument.id, instrument.title, note)
            if until is not None and all(until.name != other.interval.start.name for other in instrument.versions):
                yield Event(until.day, boundary_words(until), instrument.id, instrument.title, "No longer in force.")
        for dispute in instrument.disputes:
            says = f"{dispute.court} {dispute.effect}: {dispute.cite}"
            yield Event(dispute.start, day_words(dispute.start), instrument.id, instrument.title, says)
            if dispute.until is not None:
                says = f"{dispute.court}: no longer {dispute.effect}"
                yield Event(dispute.until, day_words(dispute.until), instrument.id, instrument.title, says)


def _section(library: Library, instrument: Instrument, day: date) -> Section:
    shown = page(library, instrument.id, day)
    assert isinstance(shown, InstrumentPage)
    norms: list[NormPage] = []
    for norm in instrument.norms:
        norm_page = page(library, norm.id, day)
        assert isinstance(norm_page, NormPage)
        norms.append(norm_page)
    states = {norm.in_force for norm in norms}
    state = next((word for word in ("yes", "uncertain", "no") if word in states), "")
    patterns = {norm.id: tuple(_patterns(library, norm)) for norm in instrument.norms}
    return Section(shown, tuple(norms), patterns, library.examples_of(instrument.id), instrument.review, state)


_MEANT = {"prohibits": "prohibitions", "requires": "requirements", "permits": "permissions"}


def _patterns(library: Library, norm: Norm) -> Iterable[str]:
    edges = (("prevails over", norm.overrides), ("lifts", norm.lifts), ("gives way to", norm.yields_to))
    for verb, target in ((verb, target) for verb, targets in edges for target in targets if not target.ref):
        where = "places within" if target.below else library.jurisdictions[target.place].name
        kinds = f" that stand in any {listed(target.instrument_kinds)}" if target.instrument_kinds else ""
        actions = f" on {listed([plain(action) for action in target.actions], 'and')}" if target.actions else ""
        yield f"{verb} {_MEANT.get(target.modality, 'rules')} of {where}{actions}{kinds}"


def _bound(library: Library, agency: Agency, day: date) -> Bound:
    norms = [item.norm for item in AgencyLaw(library, agency).norms_on(day)]
    own = sum(norm.place == agency.place for norm in norms)
    return Bound(agency, own, len(norms) - own)
