"""Reads the law files of one place, and the vocabulary, which is of all places."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from comity.lawfiles.examples import examples_in
from comity.lawfiles.instruments import read_instrument
from comity.lawfiles.jurisdictions import read_jurisdiction
from comity.lawfiles.norms import Names
from comity.lawfiles.placelaw import PlaceLaw
from comity.lawfiles.problems import Problems
from comity.lawfiles.reading import Reading
from comity.lawfiles.references import Reference, References
from comity.lawfiles.vocabulary import read_vocabulary
from comity.lawfiles.yamlsource import read_but_examples, read_source
from comity.lawfolder import JURISDICTION, VOCABULARY
from comity.library import Library
from comity.norms import Instrument, Jurisdiction
from comity.vocabulary import Vocabulary


def read_vocabulary_file(raw: bytes | None, problems: Problems) -> Vocabulary:
    """The vocabulary that the file states; None stands for a file that is not there. Raises `LawError` if it cannot be
    read at all: without it every word of every file would be unknown."""
    if raw is None:
        problems.add("missing", "the file is missing: facts and actions stand in it", VOCABULARY, 1)
    node = None if raw is None else read_source(VOCABULARY, raw, problems, scaffolded=True)
    if node is None:
        problems.raise_any()
        raise AssertionError("a vocabulary that cannot be read is a problem")
    return read_vocabulary(node, Reading(VOCABULARY, problems))


def read_place(
    place: str, files: Mapping[str, bytes], vocabulary: Vocabulary, places: Collection[str], problems: Problems
) -> PlaceLaw:
    """The law that the files of a place state, whatever others state. `places` are all that have a file of their own.

    Problems are noted; what is given where there are any is of no use but to find more of them.
    """
    references = References(places)
    jurisdiction: Jurisdiction | None = None
    instruments: list[Instrument] = []
    unreadable: list[str] = []
    for name, raw in files.items():
        if not name.endswith(".yaml"):
            problems.add("name", "a law file's name ends in .yaml", name, 1)
            continue
        reading, instrument = Reading(name, problems), name.removesuffix(".yaml")
        node, examples = read_but_examples(name, raw, problems)
        if name.rpartition("/")[2] == JURISDICTION:
            if node is not None:
                jurisdiction = read_jurisdiction(node, place, raw, reading, vocabulary, references)
        elif node is None:
            unreadable.append(instrument)
        else:
            instruments.append(read_instrument(node, instrument, raw, examples, reading, vocabulary, references))
    return PlaceLaw(jurisdiction, tuple(instruments), tuple(references.made), tuple(unreadable))


def example_references(library: Library, places: Collection[str], problems: Problems) -> list[Reference]:
    """What the examples of a library refer to; what is wrong with them otherwise is noted."""
    references = References(places)
    for instrument in library.instruments.values():
        names = Names(instrument.id, library.vocabulary, instrument.local_ids, references)
        examples_in(instrument.examples, names, Reading(instrument.path, problems))
    return references.made
