"""Reads all law files of a library together, and checks what they say of one another."""

from __future__ import annotations

from collections.abc import Collection

from comity.lawfiles.defeatcycles import check_cycles
from comity.lawfiles.examples import examples_in
from comity.lawfiles.instruments import declare_instrument, read_instrument
from comity.lawfiles.jurisdictions import read_jurisdiction
from comity.lawfiles.norms import Names
from comity.lawfiles.problems import Problems
from comity.lawfiles.reading import Reading
from comity.lawfiles.references import References
from comity.lawfiles.vocabulary import read_vocabulary
from comity.lawfiles.yamlsource import Node, read_but_examples
from comity.lawfolder import JURISDICTION, VOCABULARY, is_of, places_of
from comity.library import Library
from comity.norms import Instrument, Jurisdiction
from comity.vocabulary import Vocabulary


def read_library(sources: dict[str, bytes], digest: str, places: Collection[str] | None = None) -> Library:
    """The library that the files state; if so asked, that of some places only. Raises `LawError`.

    What the files of those places say of others is then not checked.
    """
    problems = Problems()
    read = {name: raw for name, raw in sources.items() if places is None or is_of(name, places)}
    nodes: dict[str, Node | None] = {}
    examples: dict[str, str] = {}
    for name, raw in read.items():
        if name.endswith(".yaml"):
            nodes[name], examples[name] = read_but_examples(name, raw, problems)
    for name in read.keys() - nodes.keys():
        problems.add("name", "a law file's name ends in .yaml", name, 1)
    vocabulary = _vocabulary(nodes, problems)
    references = References(unread={name.rpartition("/")[0] for name in sources.keys() - read.keys()})
    references.places.update(dict.fromkeys(places_of(sources)))
    jurisdictions = _jurisdictions(sources, nodes, problems, vocabulary, references)
    instruments = _instruments(sources, nodes, examples, problems, vocabulary, references)
    references.check()
    _check_apart(jurisdictions, instruments, references, problems)
    if len(problems):
        # All problems are told at once, those of examples among them.
        for instrument in instruments.values():
            names = Names(instrument.id, vocabulary, instrument.local_ids, references)
            examples_in(instrument.examples, names, Reading(instrument.path, problems))
        references.check()
    library = Library(vocabulary, jurisdictions, instruments, digest)
    problems.raise_any()
    check_cycles(library, problems)
    problems.raise_any()
    return library


def _vocabulary(nodes: dict[str, Node | None], problems: Problems) -> Vocabulary:
    if VOCABULARY not in nodes:
        problems.add("missing", "the file is missing: facts and actions stand in it", VOCABULARY, 1)
    node = nodes.get(VOCABULARY)
    if node is None:
        # Without a vocabulary every word of every file would be unknown.
        problems.raise_any()
        raise AssertionError("a vocabulary that cannot be read is a problem")
    return read_vocabulary(node, Reading(VOCABULARY, problems))


def _jurisdictions(
    sources: dict[str, bytes],
    nodes: dict[str, Node | None],
    problems: Problems,
    vocabulary: Vocabulary,
    references: References,
) -> dict[str, Jurisdiction]:
    found: dict[str, Jurisdiction] = {}
    for name, node in nodes.items():
        place, _, file = name.rpartition("/")
        if file == JURISDICTION and node is not None:
            found[place] = read_jurisdiction(
                node, place, sources[name], Reading(name, problems), vocabulary, references
            )
    return found


def _instruments(
    sources: dict[str, bytes],
    nodes: dict[str, Node | None],
    examples: dict[str, str],
    problems: Problems,
    vocabulary: Vocabulary,
    references: References,
) -> dict[str, Instrument]:
    files = {
        name.removesuffix(".yaml"): (name, node)
        for name, node in nodes.items()
        if name != VOCABULARY and name.rpartition("/")[2] != JURISDICTION
    }
    for instrument, (_, node) in files.items():
        declare_instrument(node, instrument, references)
    return {
        instrument: read_instrument(
            node, instrument, sources[name], examples[name], Reading(name, problems), vocabulary, references
        )
        for instrument, (name, node) in files.items()
        if node is not None
    }


def _check_apart(
    jurisdictions: dict[str, Jurisdiction],
    instruments: dict[str, Instrument],
    references: References,
    problems: Problems,
) -> None:
    """Places, agencies and instruments share one set of ids, so that an id alone says what is meant."""
    for place in jurisdictions:
        if place in references.agencies:
            problems.add("duplicate", f"{place} is the id of an agency too", f"{place}/{JURISDICTION}", 1)
    for instrument in instruments.values():
        if instrument.id in references.agencies or instrument.id in jurisdictions:
            what = "an agency" if instrument.id in references.agencies else "a place"
            problems.add("duplicate", f"{instrument.id} is the id of {what} too", instrument.path, 1)
