"""Reads the examples of a law file: situations and the answers expected."""

from __future__ import annotations

from collections.abc import Iterable

from comity.lawfiles.jurisdictions import told_value
from comity.lawfiles.norms import Names
from comity.lawfiles.problems import Problems
from comity.lawfiles.reading import NO_MAPPING, Reading, parse_time
from comity.lawfiles.references import Declared, References, check_references
from comity.lawfiles.yamlsource import Mapping, Node, Text, read_source
from comity.library import Library
from comity.norms import Example, Instrument

KEYS = (
    "says", "given", "expect", "because", "possibly", "defeated", "missing", "possible", "duties", "owed", "reports",
    "disputes", "due", "as_if",
)  # fmt: skip
STATUSES = ("required", "prohibited", "permitted", "conflict", "unregulated", "depends")


def read_examples(library: Library, instruments: Iterable[Instrument]) -> dict[str, tuple[Example, ...]]:
    """The examples of some instruments of a library, by the instrument's id. Raises `LawError`."""
    problems = Problems()
    references = References(library.jurisdictions)
    found: dict[str, tuple[Example, ...]] = {}
    for instrument in instruments:
        names = Names(instrument.id, library.vocabulary, instrument.local_ids, references)
        found[instrument.id] = examples_in(instrument.examples, names, Reading(instrument.path, problems))
    declared = Declared(library.jurisdictions, library.agencies(), library.instruments.values())
    check_references(references.made, declared, problems)
    problems.raise_any()
    return found


def examples_in(text: str, names: Names, reading: Reading) -> tuple[Example, ...]:
    """The examples that stand in the text kept with an instrument; problems are noted in the reading."""
    if not text:
        return ()
    node = read_source(reading.file, text.encode(), reading.problems, scaffolded=True)
    top = node if isinstance(node, Mapping) else NO_MAPPING
    return tuple(read_example(names, reading, item) for item in reading.items(top, "examples"))


def read_example(names: Names, reading: Reading, node: Node) -> Example:
    """The example that a node states: its agency, facts, actions, norms and disputes must exist."""
    mapping = reading.mapping(node, "an example")
    says = reading.text_or(mapping, "says", "")
    about = reading.about(f'example "{says}"' if says else "example")
    about.keys(mapping, KEYS)
    given_node = about.required(mapping, "given")
    given = about.mapping(given_node, '"given"') if given_node else NO_MAPPING
    about.keys(given, ("agency", "on", "facts"))
    return Example(
        agency=_agency(names, about, given) if given_node else "",
        on=_on(about, given) if given_node else "",
        facts=_facts(names, about, given),
        expect=_expect(names, about, mapping),
        line=mapping.line,
        says=says,
        because=_ids(names, about, mapping, "because"),
        possibly=_ids(names, about, mapping, "possibly"),
        missing=_missing(names, about, mapping),
        defeated=_ids(names, about, mapping, "defeated"),
        duties=_names(about, mapping, "duties", "duty", tuple(names.vocabulary.owed)),
        owed=_names(about, mapping, "owed", "duty", tuple(names.vocabulary.owed)),
        reports=_ids(names, about, mapping, "reports"),
        possible=_names(about, mapping, "possible", "status", STATUSES),
        disputes=_ids(names, about, mapping, "disputes"),
        due=_due(names, about, mapping),
        as_if=_proposals(names, about, mapping),
    )


def _agency(names: Names, reading: Reading, given: Mapping) -> str:
    agency = reading.text(given, "agency")
    if agency:
        names.references.refer(reading, agency, given.key_lines["agency"], "agency")
    return agency


def _on(reading: Reading, given: Mapping) -> str:
    on = reading.text(given, "on")
    if on and parse_time(on) is None:
        reading.problem("date", f'"{on}" is not a date (as 2025-01-31 or 2025-01-31T14:30)', given.key_lines["on"])
    return on


def _facts(names: Names, reading: Reading, given: Mapping) -> dict[str, object]:
    node = given.entries.get("facts")
    written = reading.mapping(node, '"facts"') if node else NO_MAPPING
    facts: dict[str, object] = {}
    for name, value in written.entries.items():
        fact = names.vocabulary.facts.get(name)
        if fact is None:
            reading.unknown("fact", name, names.vocabulary.facts, written.key_lines[name])
        else:
            facts[name] = told_value(reading, fact, value)
    return facts


def _expect(names: Names, reading: Reading, mapping: Mapping) -> dict[str, str]:
    node = mapping.entries.get("expect")
    if node is None:
        if not {"duties", "owed", "reports"} & mapping.entries.keys():
            reading.missing(mapping, "expect")
        return {}
    written = reading.mapping(node, '"expect"')
    for action, line in written.key_lines.items():
        if action not in names.vocabulary.actions:
            reading.unknown("action", action, names.vocabulary.actions.leaves, line)
    return {action: reading.as_word(status, "status", STATUSES) for action, status in written.entries.items()}


def _ids(names: Names, reading: Reading, mapping: Mapping, key: str) -> tuple[str, ...] | None:
    node = mapping.entries.get(key)
    return None if node is None else names.full_ids(reading, node, f'"{key}"')


def _names(reading: Reading, mapping: Mapping, key: str, what: str, known: tuple[str, ...]) -> tuple[str, ...] | None:
    node = mapping.entries.get(key)
    return None if node is None else reading.names(node, what, known)


def _missing(names: Names, reading: Reading, mapping: Mapping) -> tuple[str, ...] | None:
    """Facts, and `text_in_force` where the text itself is uncertain; a boundary is named `instrument@version`."""
    node = mapping.entries.get("missing")
    if node is None:
        return None
    texts = reading.texts(node, '"missing"')
    known = [*names.vocabulary.facts, "text_in_force"]
    for text in texts:
        if text.value not in known and "@" not in text.value:
            reading.unknown("fact", text.value, known, text.line)
    return tuple(text.value for text in texts)


def _due(names: Names, reading: Reading, mapping: Mapping) -> dict[str, str]:
    """By norm, the day, moment or words that say when; or `none` (no time set), `possibly`, `not owed`."""
    node = mapping.entries.get("due")
    if node is None:
        return {}
    written = reading.mapping(node, '"due"')
    return {
        names.full_id(reading, Text(name, written.key_lines[name])): reading.as_text(when, f"the due time of {name}")
        for name, when in written.entries.items()
    }


def _proposals(names: Names, reading: Reading, mapping: Mapping) -> tuple[str, ...]:
    node = mapping.entries.get("as_if")
    texts = reading.texts(node, '"as_if"') if node else ()
    for text in texts:
        names.references.refer(reading, text.value, text.line, "proposal")
    return tuple(text.value for text in texts)
