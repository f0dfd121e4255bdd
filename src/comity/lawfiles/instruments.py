"""Reads a law file: one instrument with its versions, terms, norms, disputes, gaps and examples."""

from __future__ import annotations

import re
from datetime import date

from comity.lawfiles.assurances import ASSURANCE_KEYS, Assurances
from comity.lawfiles.conditions import Terms
from comity.lawfiles.days import days, last_day
from comity.lawfiles.jurisdictions import EVIDENCE, check_id
from comity.lawfiles.norms import INSTRUMENT_KINDS, Defaults, FileContext, read_binds, read_norm
from comity.lawfiles.reading import NO_MAPPING, Reading
from comity.lawfiles.references import References
from comity.lawfiles.versions import read_versions
from comity.lawfiles.yamlsource import Listing, Mapping, Node, Text
from comity.library import is_above
from comity.norms import Binds, Dispute, Instrument, NotEncoded
from comity.vocabulary import Vocabulary

KEYS = (
    "instrument", "title", "cite", "kind", "source", "read", "binds", "note", "versions", "terms", "norms", "disputes",
    "not_encoded", "examples", *ASSURANCE_KEYS,
)  # fmt: skip
DISPUTE_KEYS = ("id", "court", "cite", "effect", "norms", "from", "to", "reach", "says", "evidence", "source")
_PLACE = re.compile(r"[a-z]{2}(/[a-z0-9-]+)*")


def _local_ids(top: Mapping) -> tuple[str, ...]:
    lists = [top.entries.get(key) for key in ("norms", "disputes")]
    items = [item for node in lists if isinstance(node, Listing) for item in node.items if isinstance(item, Mapping)]
    return tuple(node.value for item in items if isinstance(node := item.entries.get("id"), Text))


def read_instrument(
    node: Node,
    instrument: str,
    raw: bytes,
    examples: str,
    reading: Reading,
    vocabulary: Vocabulary,
    references: References,
) -> Instrument:
    """The instrument that a file states; its id is the file's path under the law folder.

    `examples` is the text in which its examples stand, which is not read yet.
    """
    top = reading.mapping(node, "an instrument")
    reading.keys(top, KEYS)
    check_id(reading, top, "instrument", instrument)
    place = instrument.rpartition("/")[0]
    if place not in references.places:
        reading.problem("missing", f"{place or 'the folder'} has no jurisdiction.yaml", top.line)
    context = _context(top, instrument, reading, vocabulary, references)
    _check_twice(reading, top)
    norms = tuple(read_norm(context, reading, item) for item in reading.items(top, "norms"))
    assurances = Assurances(reading, top, vocabulary, references, instrument, context.full_id)
    return Instrument(
        id=instrument,
        title=reading.text(top, "title"),
        cite=reading.text(top, "cite"),
        kind=reading.word(top, "kind", INSTRUMENT_KINDS),
        source=context.defaults.source,
        read=context.defaults.read or max((norm.read for norm in norms), default=date.min),
        path=reading.file,
        versions=context.versions,
        terms=context.terms.all(),
        norms=norms,
        disputes=tuple(_dispute(context, reading, item) for item in reading.items(top, "disputes")),
        not_encoded=tuple(_not_encoded(context, reading, item) for item in reading.items(top, "not_encoded")),
        examples=examples,
        acknowledged=assurances.acknowledged(),
        properties=assurances.properties(),
        review=assurances.review(raw),
        note=reading.text_or(top, "note", ""),
    )


def _context(
    top: Mapping, instrument: str, reading: Reading, vocabulary: Vocabulary, references: References
) -> FileContext:
    terms = top.entries.get("terms")
    binds = top.entries.get("binds")
    return FileContext(
        instrument=instrument,
        vocabulary=vocabulary,
        versions=read_versions(reading, top, instrument),
        terms=Terms(reading, vocabulary, reading.mapping(terms, '"terms"') if terms else NO_MAPPING),
        defaults=Defaults(
            source=reading.text_or(top, "source", ""),
            read=reading.day(top, "read") if "read" in top.entries else None,
            binds=read_binds(vocabulary, references, reading, binds) if binds else Binds(),
        ),
        local_ids=_local_ids(top),
        references=references,
    )


def _check_twice(reading: Reading, top: Mapping) -> None:
    """Norms and disputes of a file share one set of ids."""
    seen: dict[str, int] = {}
    for key in ("norms", "disputes"):
        for item in reading.items(top, key):
            if isinstance(item, Mapping) and isinstance(node := item.entries.get("id"), Text):
                if node.value in seen:
                    first = seen[node.value]
                    about = reading.about(f"{key[:-1]} {node.value}")
                    about.problem("duplicate", f'the id "{node.value}" stands twice (first on line {first})', node.line)
                seen.setdefault(node.value, node.line)


def _dispute(context: FileContext, reading: Reading, node: Node) -> Dispute:
    mapping = reading.mapping(node, "a dispute")
    local = reading.local_id(mapping)
    about = reading.about(f"dispute {local}")
    about.keys(mapping, DISPUTE_KEYS)
    start, until = days(about, mapping)
    norms = about.required(mapping, "norms")
    reach = mapping.entries.get("reach")
    within = about.mapping(reach, '"reach"') if reach else NO_MAPPING
    about.keys(within, ("agencies", "in"))
    agencies, places = within.entries.get("agencies"), within.entries.get("in")
    dispute = Dispute(
        id=f"{context.instrument}#{local}",
        court=about.text(mapping, "court"),
        cite=about.text(mapping, "cite"),
        effect=about.word(mapping, "effect", ("suspends", "annuls", "flags")),
        norms=context.full_ids(about, norms, '"norms"') if norms else (),
        start=start,
        says=about.text(mapping, "says"),
        evidence=about.word(mapping, "evidence", EVIDENCE),
        source=about.text(mapping, "source"),
        line=mapping.line,
        until=until,
        places=_places(about, places) if places else (),
        agencies=context.references.agency_names(about, agencies) if agencies else (),
    )
    _check_reach(context, about, dispute)
    return dispute


def _check_reach(context: FileContext, about: Reading, dispute: Dispute) -> None:
    """What a file says bears on its place and those below, and nowhere else: a decision there needs no other files."""
    own = context.instrument.rpartition("/")[0]
    reached = (*dispute.places, *(agency.rpartition("/")[0] for agency in dispute.agencies))
    if reached and all(_is_within(place, own) for place in reached):
        return
    for norm in dispute.norms:
        place = norm.partition("#")[0].rpartition("/")[0]
        if not _is_within(place, own):
            message = f"{norm} binds outside {own}: name a reach inside it, or tell of the dispute in a file of {place}"
            about.problem("reach", message, dispute.line)


def _is_within(place: str, other: str) -> bool:
    return place == other or is_above(other, place)


def _places(reading: Reading, node: Node) -> tuple[str, ...]:
    """Places of a court's reach, which may lie outside the library (a circuit's other states)."""
    texts = reading.texts(node, '"in"')
    for text in texts:
        if not _PLACE.fullmatch(text.value):
            reading.problem("type", f'"{text.value}" is not a place (as us/il)', text.line)
    return tuple(text.value for text in texts)


def _not_encoded(context: FileContext, reading: Reading, node: Node) -> NotEncoded:
    mapping = reading.mapping(node, "an entry of not_encoded")
    about = reading.about("not_encoded")
    about.keys(mapping, ("cite", "says", "actions", "binds", "from", "to"))
    actions = mapping.entries.get("actions")
    known = {**context.vocabulary.actions.leaves, **context.vocabulary.owed}
    binds = mapping.entries.get("binds")
    start = about.day(mapping, "from") if "from" in mapping.entries else None
    return NotEncoded(
        cite=about.text(mapping, "cite"),
        says=about.text(mapping, "says"),
        actions=about.names(actions, "action", known) if actions else (),
        start=start,
        until=last_day(about, mapping, start),
        binds=read_binds(context.vocabulary, context.references, about, binds) if binds else Binds(),
    )
