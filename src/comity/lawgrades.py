"""How well the law of each place was read: grades, reading dates, examples, signatures, and what is left open."""

from __future__ import annotations

from datetime import date

import msgspec

from comity.errors import RequestError, nearest
from comity.lawreferences import BrokenReference, broken_references
from comity.library import Library, is_above
from comity.norms import Norm
from comity.vocabulary import Vocabulary


class PlaceGrades(msgspec.Struct, frozen=True):
    """The state of a place's own law files, proposals among them.

    `text`, `secondary` and `unverified` count its norms by evidence. `oldest_read` and `newest_read` are the first and
    last day on which one of its norms was read (None without norms). `examples` are the situations that run as tests,
    `not_encoded` the provisions its files name but cannot yet say, `disputes` the courts' words on its norms.
    `without_deadline` names the norms that require a duty and tell no time for it. `files` counts its files, `signed`
    those that a reviewer signed and that stand as signed, `lapsed` those changed since. `broken_references` are names
    in their words that stand for nothing.
    """

    place: str
    name: str
    norms: int
    text: int
    secondary: int
    unverified: int
    oldest_read: date | None
    newest_read: date | None
    examples: int
    not_encoded: int
    disputes: int
    without_deadline: tuple[str, ...]
    files: int
    signed: int
    lapsed: int
    broken_references: tuple[BrokenReference, ...]


def place_grades(library: Library, place: str | None = None) -> tuple[PlaceGrades, ...]:
    """The grades of every place, or of one place and the places below it, in order of their ids.

    Raises RequestError naming the nearest place, and LawError for examples, of whatever place, that cannot be read.
    """
    places = library.jurisdictions
    if place is not None and place not in places:
        raise RequestError("unknown_place", f'no place is called "{place}"{nearest(place, list(places))}', "path")
    library.examples()
    wanted = [each for each in sorted(places) if place is None or each == place or is_above(place, each)]
    return tuple(_grades(library, each) for each in wanted)


def _grades(library: Library, place: str) -> PlaceGrades:
    own = [instrument for instrument in library.instruments.values() if instrument.place == place]
    norms = [norm for instrument in own for norm in instrument.norms]
    evidence = [norm.evidence for norm in norms]
    reviews = [each.review for each in (library.jurisdictions[place], *own)]
    read = [norm.read for norm in norms]
    return PlaceGrades(
        place=place,
        name=library.jurisdictions[place].name,
        norms=len(norms),
        text=evidence.count("text"),
        secondary=evidence.count("secondary"),
        unverified=evidence.count("unverified"),
        oldest_read=min(read, default=None),
        newest_read=max(read, default=None),
        examples=sum(len(library.examples_of(instrument.id)) for instrument in own),
        not_encoded=sum(len(instrument.not_encoded) for instrument in own),
        disputes=sum(len(instrument.disputes) for instrument in own),
        without_deadline=tuple(norm.id for norm in norms if is_duty(norm, library.vocabulary) and norm.due is None),
        files=len(reviews),
        signed=sum(review is not None and review.stands for review in reviews),
        lapsed=sum(review is not None and not review.stands for review in reviews),
        broken_references=broken_references(library, place),
    )


def is_duty(norm: Norm, vocabulary: Vocabulary) -> bool:
    """Whether the norm requires something owed (a report, a notice), not only an act that may be asked."""
    return norm.modality == "requires" and any(action in vocabulary.owed for action in norm.actions)
