"""Reads the examples of a law file: situations and the answers expected."""

from __future__ import annotations

from comity.lawfiles.jurisdictions import told_value
from comity.lawfiles.norms import FileContext
from comity.lawfiles.reading import NO_MAPPING, Reading, parse_time
from comity.lawfiles.yamlsource import Mapping, Node, Text
from comity.norms import Example

KEYS = (
    "says", "given", "expect", "because", "possibly", "defeated", "missing", "possible", "duties", "owed", "reports",
    "disputes", "due", "as_if",
)  # fmt: skip
STATUSES = ("required", "prohibited", "permitted", "conflict", "unregulated", "depends")


def read_example(context: FileContext, reading: Reading, node: Node) -> Example:
    """The example that a node states: its agency, facts, actions, norms and disputes must exist."""
    mapping = reading.mapping(node, "an example")
    says = reading.text_or(mapping, "says", "")
    about = reading.about(f'example "{says}"' if says else "example")
    about.keys(mapping, KEYS)
    given_node = about.required(mapping, "given")
    given = about.mapping(given_node, '"given"') if given_node else NO_MAPPING
    about.keys(given, ("agency", "on", "facts"))
    return Example(
        agency=_agency(context, about, given) if given_node else "",
        on=_on(about, given) if given_node else "",
        facts=_facts(context, about, given),
        expect=_expect(context, about, mapping),
        line=mapping.line,
        says=says,
        because=_ids(context, about, mapping, "because"),
        possibly=_ids(context, about, mapping, "possibly"),
        missing=_missing(context, about, mapping),
        defeated=_ids(context, about, mapping, "defeated"),
        duties=_names(about, mapping, "duties", "duty", tuple(context.vocabulary.owed)),
        owed=_names(about, mapping, "owed", "duty", tuple(context.vocabulary.owed)),
        reports=_ids(context, about, mapping, "reports"),
        possible=_names(about, mapping, "possible", "status", STATUSES),
        disputes=_ids(context, about, mapping, "disputes"),
        due=_due(context, about, mapping),
        as_if=_proposals(context, about, mapping),
    )


def _agency(context: FileContext, reading: Reading, given: Mapping) -> str:
    agency = reading.text(given, "agency")
    if agency and agency not in context.references.agencies:
        reading.unknown("agency", agency, context.references.agencies, given.key_lines["agency"])
    return agency


def _on(reading: Reading, given: Mapping) -> str:
    on = reading.text(given, "on")
    if on and parse_time(on) is None:
        reading.problem("date", f'"{on}" is not a date (as 2025-01-31 or 2025-01-31T14:30)', given.key_lines["on"])
    return on


def _facts(context: FileContext, reading: Reading, given: Mapping) -> dict[str, object]:
    node = given.entries.get("facts")
    written = reading.mapping(node, '"facts"') if node else NO_MAPPING
    facts: dict[str, object] = {}
    for name, value in written.entries.items():
        fact = context.vocabulary.facts.get(name)
        if fact is None:
            reading.unknown("fact", name, context.vocabulary.facts, written.key_lines[name])
        else:
            facts[name] = told_value(reading, fact, value)
    return facts


def _expect(context: FileContext, reading: Reading, mapping: Mapping) -> dict[str, str]:
    node = mapping.entries.get("expect")
    if node is None:
        if not {"duties", "owed", "reports"} & mapping.entries.keys():
            reading.missing(mapping, "expect")
        return {}
    written = reading.mapping(node, '"expect"')
    for action, line in written.key_lines.items():
        if action not in context.vocabulary.actions:
            reading.unknown("action", action, context.vocabulary.actions.leaves, line)
    return {action: reading.as_word(status, "status", STATUSES) for action, status in written.entries.items()}


def _ids(context: FileContext, reading: Reading, mapping: Mapping, key: str) -> tuple[str, ...] | None:
    node = mapping.entries.get(key)
    return None if node is None else context.full_ids(reading, node, f'"{key}"')


def _names(reading: Reading, mapping: Mapping, key: str, what: str, known: tuple[str, ...]) -> tuple[str, ...] | None:
    node = mapping.entries.get(key)
    return None if node is None else reading.names(node, what, known)


def _missing(context: FileContext, reading: Reading, mapping: Mapping) -> tuple[str, ...] | None:
    """Facts, and `text_in_force` where the text itself is uncertain; a boundary is named `instrument@version`."""
    node = mapping.entries.get("missing")
    if node is None:
        return None
    texts = reading.texts(node, '"missing"')
    known = [*context.vocabulary.facts, "text_in_force"]
    for text in texts:
        if text.value not in known and "@" not in text.value:
            reading.unknown("fact", text.value, known, text.line)
    return tuple(text.value for text in texts)


def _due(context: FileContext, reading: Reading, mapping: Mapping) -> dict[str, str]:
    """By norm, the day, moment or words that say when; or `none` (no time set), `possibly`, `not owed`."""
    node = mapping.entries.get("due")
    if node is None:
        return {}
    written = reading.mapping(node, '"due"')
    return {
        context.full_id(reading, Text(name, written.key_lines[name])): reading.as_text(when, f"the due time of {name}")
        for name, when in written.entries.items()
    }


def _proposals(context: FileContext, reading: Reading, mapping: Mapping) -> tuple[str, ...]:
    node = mapping.entries.get("as_if")
    texts = reading.texts(node, '"as_if"') if node else ()
    for text in texts:
        context.references.refer(reading, text.value, text.line, proposal=True)
    return tuple(text.value for text in texts)
