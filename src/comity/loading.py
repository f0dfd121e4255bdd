"""Loads the library: the law files under a folder, read, checked and kept in a cache under their digest."""

from __future__ import annotations

import contextlib
from pathlib import Path

from comity.errors import LawError
from comity.lawfiles.cache import LawCache, no_collecting
from comity.lawfiles.library import read_library
from comity.lawfolder import JURISDICTION, digest_of, law_folder, law_sources
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
    kept = LawCache("law" if path is None else "other-law") if cache else None
    with no_collecting():
        places = _places_above(agency, sources)
        if places:
            with contextlib.suppress(LawError):
                part = read_library(sources, digest, places, kept)
                if _suffices(part, agency):
                    return part
        return read_library(sources, digest, cache=kept)


def _places_above(agency: str, sources: dict[str, bytes]) -> tuple[str, ...]:
    """The place of an agency, as its id tells it, and those above; none without an agency, or a file of that place."""
    place = agency.rpartition("/")[0]
    if f"{place}/{JURISDICTION}" not in sources:
        return ()
    parts = place.split("/")
    return tuple("/".join(parts[:count]) for count in range(1, len(parts) + 1))


def _suffices(library: Library, agency: str) -> bool:
    """Whether decisions for the agency turn on nothing that is not in the library."""
    yielding = (target for norm in library.norms().values() for target in norm.yields_to)
    return agency in library.agencies() and all(
        not target.place or target.place in library.jurisdictions for target in yielding
    )
