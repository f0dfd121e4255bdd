"""References in the words of law files: places, agencies, instruments and norms that no file declares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from comity.library import Library
from comity.norms import Example, Instrument, Jurisdiction

_NAMED = re.compile(r"(?<![\w./:@#-])[a-z]{2}(?:/[a-z0-9][a-z0-9.-]*[a-z0-9])+(?:#[\w.-]*\w)?")
"""What reads like an id (`us/il/trust-act#15-c`), not part of an address."""


class BrokenReference(msgspec.Struct, frozen=True):
    """A name in the words of a file (`at`: the file and, for a norm, the line) that stands for nothing."""

    at: str
    name: str


def broken_references(library: Library, place: str) -> tuple[BrokenReference, ...]:
    """Those in a place's own files: in notes, sayings and reasons, in `owed_to` and in `who`."""
    ids = {*library.jurisdictions, *library.agencies(), *library.instruments, *library.norms()}
    ids |= {dispute.id for instrument in library.instruments.values() for dispute in instrument.disputes}
    countries = {name.partition("/")[0] for name in library.jurisdictions}
    sources = [_words_of_place(library.jurisdictions[place])]
    own = [each for each in library.instruments.values() if each.place == place]
    sources += [_words_of(each, library.examples_of(each.id)) for each in own]
    return tuple(
        BrokenReference(at, name)
        for source in sources
        for at, text in source
        for name in _NAMED.findall(text)
        if name.partition("/")[0] in countries and name not in ids
    )


def _words_of_place(place: Jurisdiction) -> Iterator[tuple[str, str]]:
    at = f"{place.id}/jurisdiction.yaml"
    yield at, place.note
    for known in place.known:
        yield at, known.says
    for each in place.acknowledged:
        yield f"{each.path}:{each.line}", each.reason
    for claimed in place.properties:
        yield f"{claimed.path}:{claimed.line}", claimed.says


def _words_of(instrument: Instrument, examples: Iterable[Example]) -> Iterator[tuple[str, str]]:
    yield instrument.path, instrument.note
    for version in instrument.versions:
        yield instrument.path, version.note
    for norm in instrument.norms:
        for text in (norm.says, norm.note, norm.who, norm.owed_to):
            yield f"{instrument.path}:{norm.line}", text
    for dispute in instrument.disputes:
        yield f"{instrument.path}:{dispute.line}", dispute.says
    for item in instrument.not_encoded:
        yield instrument.path, item.says
    for example in examples:
        yield f"{instrument.path}:{example.line}", example.says
    for each in instrument.acknowledged:
        yield f"{each.path}:{each.line}", each.reason
    for claimed in instrument.properties:
        yield f"{claimed.path}:{claimed.line}", claimed.says
