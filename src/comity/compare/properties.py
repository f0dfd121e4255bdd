"""The properties that law files claim, each proved, or refuted, for each of its agencies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from comity.compare.claims import parse_claim
from comity.compare.prove import Proof, Refutations, prove
from comity.decide import Law
from comity.errors import RequestError, nearest
from comity.library import Library, is_above
from comity.norms import Property


class PropertyProof(msgspec.Struct, frozen=True):
    """A property as its file states it (`at` is file and line), and what became of its claim for one agency."""

    at: str
    cite: str
    says: str
    proof: Proof


def properties_of(library: Library, path: str | None = None) -> list[Property]:
    """The properties claimed in the files of a place and the places below; without one, all.

    Raises RequestError naming the nearest place.
    """
    if path is not None and path not in library.jurisdictions:
        places = list(library.jurisdictions)
        raise RequestError("unknown_place", f'no place is called "{path}"{nearest(path, places)}', "path")
    sources = [(place.id, place.properties) for place in library.jurisdictions.values()]
    sources += [(instrument.place, instrument.properties) for instrument in library.instruments.values()]
    return [
        each
        for place, properties in sorted(sources, key=lambda source: source[0])
        if path is None or place == path or is_above(path, place)
        for each in properties
    ]


def prove_properties(law: Law, path: str | None = None) -> Iterator[PropertyProof]:
    """What becomes of the properties of a place and the places below, for each of their agencies."""
    for each in properties_of(law.library, path):
        yield from proofs_of(law, each)


def proofs_of(law: Law, claimed: Property) -> Iterator[PropertyProof]:
    """What becomes of one property for each of its agencies."""
    claim = parse_claim(claimed.claim, law.vocabulary)
    last = law.library.last_read() or claimed.start
    until = claimed.until - timedelta(days=1) if claimed.until else max(last, claimed.start)
    found: Refutations = {}
    for agency in claimed.agencies:
        proof = prove(law, agency, claim, claimed.start, until, found)
        yield PropertyProof(f"{claimed.path}:{claimed.line}", claimed.cite, claimed.says, proof)
