"""Reads `jurisdiction.yaml`: a government, its agencies and the facts it keeps."""

from __future__ import annotations

from typing import Literal, get_args

from comity.errors import RequestError
from comity.lawfiles.assurances import ASSURANCE_KEYS, Assurances
from comity.lawfiles.days import days
from comity.lawfiles.reading import NO_MAPPING, Reading
from comity.lawfiles.references import References
from comity.lawfiles.yamlsource import Listing, Mapping, Node, Text
from comity.norms import EVIDENCE, Agency, Jurisdiction, Known
from comity.request import parse_value
from comity.vocabulary import Fact, Vocabulary

PlaceKind = Literal["country", "state", "county", "city", "local"]

KEYS = ("jurisdiction", "name", "ocd", "kind", "holidays", "agencies", "known", "complete_for", "note", *ASSURANCE_KEYS)
AGENCY_KEYS = ("name", "kinds", "own_government", "source")
KNOWN_KEYS = ("fact", "is", "agencies", "from", "to", "says", "cite", "source", "read", "evidence")


def read_jurisdiction(
    node: Node, place: str, raw: bytes, reading: Reading, vocabulary: Vocabulary, references: References
) -> Jurisdiction:
    """The jurisdiction that a file states, which must be that of its folder."""
    top = reading.mapping(node, "a jurisdiction")
    reading.keys(top, KEYS)
    check_id(reading, top, "jurisdiction", place)
    agencies = tuple(_agencies(reading, top, place, vocabulary))
    own = tuple(agency.id for agency in agencies)
    known = [_known(reading, item, place, own, vocabulary) for item in reading.items(top, "known")]
    complete = top.entries.get("complete_for")
    assurances = Assurances(reading, top, vocabulary, references, place)
    return Jurisdiction(
        id=place,
        name=reading.text(top, "name"),
        ocd=reading.text(top, "ocd"),
        kind=reading.word(top, "kind", get_args(PlaceKind)),
        holidays=reading.text(top, "holidays"),
        agencies=agencies,
        known=tuple(known),
        complete_for=reading.names(complete, "action", vocabulary.actions.leaves) if complete else (),
        acknowledged=assurances.acknowledged(),
        properties=assurances.properties(),
        review=assurances.review(raw),
        note=reading.text_or(top, "note", ""),
    )


def check_id(reading: Reading, top: Mapping, key: str, expected: str) -> None:
    """A file says its own id, which must agree with where it stands."""
    written = reading.text(top, key)
    if written and written != expected:
        reading.problem("id", f'"{written}" disagrees with the file\'s path, which says {expected}', top.key_lines[key])


def _agencies(reading: Reading, top: Mapping, place: str, vocabulary: Vocabulary) -> list[Agency]:
    node = top.entries.get("agencies")
    written = reading.mapping(node, '"agencies"') if node else NO_MAPPING
    agencies: list[Agency] = []
    for name, item in written.entries.items():
        about = reading.about(f"agency {name}")
        mapping = about.mapping(item, "an agency")
        about.keys(mapping, AGENCY_KEYS)
        kinds = about.required(mapping, "kinds")
        agencies.append(
            Agency(
                id=f"{place}/{name}",
                name=about.text(mapping, "name"),
                kinds=about.names(kinds, "agency kind", vocabulary.agency_kinds.leaves) if kinds else (),
                place=place,
                own_government=about.yes(mapping, "own_government"),
                source=about.text_or(mapping, "source", ""),
            )
        )
    return agencies


def _known(reading: Reading, node: Node, place: str, own: tuple[str, ...], vocabulary: Vocabulary) -> Known:
    mapping = reading.mapping(node, "a fact that the place keeps")
    name = reading.text(mapping, "fact")
    about = reading.about(f"known {name}")
    about.keys(mapping, KNOWN_KEYS)
    fact = vocabulary.facts.get(name)
    value = about.required(mapping, "is")
    if name and fact is None:
        about.unknown("fact", name, vocabulary.facts, mapping.key_lines["fact"])
    start, until = days(about, mapping)
    agencies = mapping.entries.get("agencies")
    local = tuple(agency.rpartition("/")[2] for agency in own)
    return Known(
        fact=name,
        value=told_value(about, fact, value) if fact and value else None,
        start=start,
        says=about.text(mapping, "says"),
        cite=about.text(mapping, "cite"),
        source=about.text(mapping, "source"),
        read=about.day(mapping, "read"),
        evidence=about.word(mapping, "evidence", EVIDENCE),
        until=until,
        agencies=tuple(f"{place}/{name}" for name in about.names(agencies, "agency", local)) if agencies else (),
    )


def told_value(reading: Reading, fact: Fact, node: Node) -> object:
    """A fact's value as a request would tell it, checked against the vocabulary."""
    for value in node.items if fact.each and isinstance(node, Listing) else (node,):
        try:
            parse_value(fact, plain(value), fact.name)
        except RequestError as error:
            reading.problem(error.code, error.message, value.line)
    if fact.derived_from:
        reading.problem("type", f"{fact.name} is worked out from {', '.join(fact.derived_from)}, never told", node.line)
    return plain(node)


def plain(node: Node) -> object:
    """A node as texts, lists and mappings."""
    match node:
        case Text(value):
            return value
        case Listing(items):
            return [plain(item) for item in items]
        case Mapping(entries):
            return {key: plain(value) for key, value in entries.items()}
