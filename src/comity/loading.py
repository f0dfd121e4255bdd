"""Loads the library: the law files under a folder, read, checked and kept in a cache under their digest."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec

from comity.errors import LawError
from comity.lawfiles.cache import cached_library, keep_library, no_collecting
from comity.lawfolder import JURISDICTION, digest_of, is_of, law_folder, law_sources, places_of
from comity.library import Library


def load_library(path: Path | None = None, *, agency: str = "", cache: bool = True) -> Library:
    """The law in a folder that holds `vocabulary.yaml` and the places below it; without one, the law that comes along.

    With an agency, no more of it than decisions for that agency need: the law of its place and of those above. All law
    is loaded where that is not enough: no such agency is found, these files cannot be read, or they turn on the law of
    other places. The digest is that of all law files in either case.

    Raises `LawError` holding every problem of every file, each with its file, line and norm.
    """
    sources = law_sources(law_folder(path))
    digest = digest_of(sources)
    places = _places_above(agency, sources)
    part = _digest_of_part(sources, places) if places else ""
    if cache:
        kept = cached_library(part) if part else None
        if kept is not None and _suffices(kept, agency):
            return msgspec.structs.replace(kept, digest=digest)
        kept = cached_library(digest)
        if kept is not None:
            return kept
    # Reading YAML takes a parser and a dozen modules that a start from the cache does without.
    from comity.lawfiles.library import read_library

    with no_collecting():
        if part:
            with contextlib.suppress(LawError):
                library = read_library(sources, part, places)
                if _suffices(library, agency):
                    return msgspec.structs.replace(_kept(library, cache=cache), digest=digest)
        return _kept(read_library(sources, digest), cache=cache)


def _kept(library: Library, *, cache: bool) -> Library:
    if cache:
        keep_library(library)
    return library


def _places_above(agency: str, sources: dict[str, bytes]) -> tuple[str, ...]:
    """The place of an agency, as its id tells it, and those above; none without an agency, or a file of that place."""
    place = agency.rpartition("/")[0]
    if f"{place}/{JURISDICTION}" not in sources:
        return ()
    parts = place.split("/")
    return tuple("/".join(parts[:count]) for count in range(1, len(parts) + 1))


def _digest_of_part(sources: dict[str, bytes], places: tuple[str, ...]) -> str:
    """The digest of the files of these places, and of which other places there are."""
    part = {name: raw for name, raw in sources.items() if is_of(name, places)}
    return digest_of({**part, **{f"{place}/": b"" for place in places_of(sources)}})


def _suffices(library: Library, agency: str) -> bool:
    """Whether decisions for the agency turn on nothing that is not in the library."""
    yielding = (target for norm in library.norms().values() for target in norm.yields_to)
    return agency in library.agencies() and all(
        not target.place or target.place in library.jurisdictions for target in yielding
    )
