"""Reads all law files of a library together, and checks what they say of one another."""

from __future__ import annotations

from collections.abc import Collection

from comity.lawfiles.cache import LawCache
from comity.lawfiles.defeatcycles import check_cycles
from comity.lawfiles.placelaw import PlaceLaw
from comity.lawfiles.problems import Problems
from comity.lawfiles.references import Declared, Reference, check_references
from comity.lawfolder import JURISDICTION, VOCABULARY, digest_of, places_of
from comity.library import Library
from comity.vocabulary import Vocabulary

# What reads YAML is imported where a file is read: a start from the cache does without a parser and a dozen modules.


def read_library(
    sources: dict[str, bytes], digest: str, places: Collection[str] | None = None, cache: LawCache | None = None
) -> Library:
    """The library that the files state; if so asked, that of some places only. Raises `LawError`.

    What the files of those places say of others is then not checked. Files are read where the cache does not hold what
    these very files state, and all are checked together where it does not hold that these very files were.
    """
    problems = Problems()
    vocabulary = _vocabulary(sources.get(VOCABULARY), problems, cache)
    folders = _folders(sources)
    unread = {place for place in folders if places is not None and place not in places}
    read = sorted(folders.keys() - unread, key=lambda place: f"{place}/{JURISDICTION}")
    laws = _laws({place: folders[place] for place in read}, sources, vocabulary, problems, cache)
    instruments = sorted((each for law in laws for each in law.instruments), key=lambda each: each.path)
    library = Library(
        vocabulary,
        {law.jurisdiction.id: law.jurisdiction for law in laws if law.jurisdiction},
        {instrument.id: instrument for instrument in instruments},
        digest,
    )
    if places is None and cache:
        library.keep_examples_in(cache)
    if places is None and cache and cache.kept("together", digest, bool):
        return library
    unreadable = [name for law in laws for name in law.unreadable]
    declared = Declared(places_of(sources), library.agencies(), instruments, unread, unreadable)
    _check_together(library, [made for law in laws for made in law.references], declared, problems)
    if places is None and cache:
        cache.keep("together", digest, True)
    return library


def _vocabulary(raw: bytes | None, problems: Problems, cache: LawCache | None) -> Vocabulary:
    digest = "" if raw is None else digest_of({VOCABULARY: raw})
    kept = cache.kept("vocabulary", digest, Vocabulary) if cache else None
    if kept is not None:
        return kept
    from comity.lawfiles.places import read_vocabulary_file

    vocabulary = read_vocabulary_file(raw, problems)
    if cache and not len(problems):
        cache.keep("vocabulary", digest, vocabulary)
    return vocabulary


def _laws(
    folders: dict[str, dict[str, bytes]],
    sources: dict[str, bytes],
    vocabulary: Vocabulary,
    problems: Problems,
    cache: LawCache | None,
) -> list[PlaceLaw]:
    """The law of each place. What its files state turns on the vocabulary and on which places there are."""
    every_place = places_of(sources)
    around = digest_of({VOCABULARY: sources[VOCABULARY], **{f"{place}/": b"" for place in every_place}})
    laws: list[PlaceLaw] = []
    for place, files in folders.items():
        digest = digest_of({around: b"", **files})
        law = cache.kept(f"place {place}", digest, PlaceLaw) if cache else None
        if law is None:
            from comity.lawfiles.places import read_place

            own = Problems()
            law = read_place(place, files, vocabulary, every_place, own)
            if cache and not len(own):
                cache.keep(f"place {place}", digest, law)
            problems.add_all(own)
        laws.append(law)
    return laws


def _folders(sources: dict[str, bytes]) -> dict[str, dict[str, bytes]]:
    """The files of each place, or of a folder that should be one."""
    folders: dict[str, dict[str, bytes]] = {}
    for name, raw in sources.items():
        if name != VOCABULARY:
            folders.setdefault(name.rpartition("/")[0], {})[name] = raw
    return folders


def _check_together(library: Library, references: list[Reference], declared: Declared, problems: Problems) -> None:
    """Checks what the files say of one another. Raises `LawError` holding all problems, the examples' among them."""
    check_references(references, declared, problems)
    _check_apart(library, problems)
    if len(problems):
        from comity.lawfiles.places import example_references

        check_references(example_references(library, declared.places, problems), declared, problems)
    problems.raise_any()
    check_cycles(library, problems)
    problems.raise_any()


def _check_apart(library: Library, problems: Problems) -> None:
    """Places, agencies and instruments share one set of ids, so that an id alone says what is meant."""
    agencies = library.agencies()
    for place in library.jurisdictions:
        if place in agencies:
            problems.add("duplicate", f"{place} is the id of an agency too", f"{place}/{JURISDICTION}", 1)
    for instrument in library.instruments.values():
        if instrument.id in agencies or instrument.id in library.jurisdictions:
            what = "an agency" if instrument.id in agencies else "a place"
            problems.add("duplicate", f"{instrument.id} is the id of {what} too", instrument.path, 1)
