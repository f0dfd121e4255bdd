"""Reads one norm of a law file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal, get_args

import msgspec

from comity.conditions import ALWAYS, Condition
from comity.lawfiles.conditions import Scope, Terms, read_condition
from comity.lawfiles.jurisdictions import EVIDENCE
from comity.lawfiles.reading import NO_MAPPING, Reading
from comity.lawfiles.references import References
from comity.lawfiles.versions import read_intervals
from comity.lawfiles.yamlsource import Listing, Mapping, Node, Text
from comity.norms import (
    AtOnce,
    Binds,
    By,
    Due,
    Every,
    InstrumentKind,
    Limit,
    Modality,
    Norm,
    Target,
    Version,
    Within,
)
from comity.vocabulary import Vocabulary

CoveredPeriod = Literal["previous_calendar_year", "previous_half_year", "previous_quarter", "previous_month"]
Period = Literal["year", "half_year", "quarter", "month"]
ExcludedDay = Literal["saturdays", "sundays", "holidays"]

MODALITIES: tuple[Modality, ...] = get_args(Modality)
INSTRUMENT_KINDS: tuple[InstrumentKind, ...] = get_args(InstrumentKind)
NORM_KEYS = (
    "id", "cite", "in_force", *MODALITIES, "when", "unless", "also", "actions", "overrides", "yields_to", "limit",
    "says", "evidence", "source", "read", "binds", "who", "note", "owed_to", "due", "reportable_when", "contents",
)  # fmt: skip
TARGET_KEYS = ("below", "in", "modality", "actions", "instrument_kinds")
PERIODS: tuple[Period, ...] = get_args(Period)
COVERED_PERIODS: tuple[CoveredPeriod, ...] = get_args(CoveredPeriod)
EXCLUDED_DAYS: tuple[ExcludedDay, ...] = get_args(ExcludedDay)
_MONTH_AND_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


class Defaults(msgspec.Struct, frozen=True):
    """What the file says for all its norms."""

    source: str
    read: date | None
    binds: Binds


class Names(msgspec.Struct, frozen=True):
    """What one file may name: words of the vocabulary, its own norms and disputes, and what other files declare."""

    instrument: str
    vocabulary: Vocabulary
    local_ids: tuple[str, ...]
    references: References

    def full_id(self, reading: Reading, written: Text) -> str:
        """The full id of a norm, dispute or instrument: one with a slash stands as it is, another is of this file."""
        if "/" in written.value or "#" in written.value or written.value in self.references.places:
            self.references.refer(reading, written.value, written.line)
            return written.value
        if written.value not in self.local_ids:
            reading.unknown("norm", written.value, self.local_ids, written.line)
        return f"{self.instrument}#{written.value}"

    def full_ids(self, reading: Reading, node: Node, what: str) -> tuple[str, ...]:
        return tuple(self.full_id(reading, text) for text in reading.texts(node, what))


class FileContext(Names, frozen=True, kw_only=True):
    """What the norms of one file share while they are read."""

    versions: tuple[Version, ...]
    terms: Terms
    defaults: Defaults

    def condition(self, reading: Reading, mapping: Mapping, key: str) -> Condition | None:
        node = mapping.entries.get(key)
        return None if node is None else read_condition(reading, node, Scope(self.vocabulary.facts, self.terms))


def read_norm(context: FileContext, reading: Reading, node: Node) -> Norm:
    """The norm that a node states. `reading` is about the file; problems name the norm."""
    mapping = reading.mapping(node, "a norm")
    local = reading.local_id(mapping)
    about = reading.about(f"norm {local}") if local else reading
    about.keys(mapping, NORM_KEYS)
    modality, actions, one_of = _rule(context, about, mapping)
    _check_keys(about, mapping, modality, owed=bool(actions) and actions[0] in context.vocabulary.owed)
    in_force = about.required(mapping, "in_force")
    norm_id = f"{context.instrument}#{local}"
    binds = mapping.entries.get("binds")
    only = mapping.entries.get("actions")
    contents = mapping.entries.get("contents")
    return Norm(
        id=norm_id,
        instrument=context.instrument,
        cite=about.text(mapping, "cite"),
        modality=modality,
        intervals=read_intervals(about, in_force, context.versions, norm_id) if in_force else (),
        says=about.text(mapping, "says"),
        evidence=about.word(mapping, "evidence", EVIDENCE),
        source=_own_or_default(about, mapping, "source", context.defaults.source),
        read=_read_on(about, mapping, context.defaults.read),
        line=mapping.line,
        actions=actions,
        one_of=one_of,
        binds=read_binds(context.vocabulary, context.references, about, binds) if binds else context.defaults.binds,
        who=about.text_or(mapping, "who", ""),
        when=context.condition(about, mapping, "when") or ALWAYS,
        unless=context.condition(about, mapping, "unless"),
        limit=_limit(context, about, mapping),
        lifts=_targets(context, about, mapping, "lifts") if modality == "lifts" else (),
        lifts_requires="also" in mapping.entries and about.word(mapping, "also", ("requires",)) == "requires",
        only_actions=about.names(only, "action", context.vocabulary.actions.leaves) if only else (),
        overrides=_targets(context, about, mapping, "overrides"),
        yields_to=_targets(context, about, mapping, "yields_to"),
        owed_to=_owed_to(context, about, mapping),
        due=_due(context, about, mapping),
        reportable_when=context.condition(about, mapping, "reportable_when"),
        contents=tuple(text.value for text in about.texts(contents, '"contents"')) if contents else (),
        note=about.text_or(mapping, "note", ""),
    )


def _own_or_default(reading: Reading, mapping: Mapping, key: str, default: str) -> str:
    return reading.text_or(mapping, key, default) if default else reading.text(mapping, key)


def _read_on(reading: Reading, mapping: Mapping, default: date | None) -> date:
    return reading.day(mapping, "read") if default is None or "read" in mapping.entries else default


def _rule(context: FileContext, reading: Reading, mapping: Mapping) -> tuple[Modality, tuple[str, ...], bool]:
    """The modality, the actions it rules on (none for `lifts`), and whether any one of them satisfies it."""
    found: list[Modality] = [modality for modality in MODALITIES if modality in mapping.entries]
    if not found:
        if mapping is not NO_MAPPING:
            reading.problem("missing", f"one of {', '.join(MODALITIES)} is missing", mapping.line)
        return "permits", (), False
    if len(found) > 1:
        line = mapping.key_lines[found[1]]
        reading.problem("modality", f"a norm has one modality, not both {found[0]} and {found[1]}", line)
    modality = found[0]
    if modality == "lifts":
        return modality, (), False
    node = mapping.entries[modality]
    one_of = isinstance(node, Mapping)
    if isinstance(node, Mapping):
        reading.keys(node, ("one_of",))
        node = reading.required(node, "one_of")
    actions = _actions(context, reading, node, modality) if node else ()
    if one_of and (modality != "requires" or len(actions) < 2 or actions[0] not in context.vocabulary.owed):
        reading.problem("type", '"one_of" is for a duty with at least two ways to meet it', mapping.key_lines[modality])
    return modality, actions, one_of


def _actions(context: FileContext, reading: Reading, node: Node, modality: Modality) -> tuple[str, ...]:
    asked, owed = context.vocabulary.actions, context.vocabulary.owed
    actions = reading.names(node, "action", {**asked.leaves, **owed})
    duties = [action for action in actions if action in owed]
    if duties and len(duties) < len(actions):
        reading.problem("type", "a norm rules on asked actions or on owed ones, not on both", node.line)
    if duties and modality != "requires":
        reading.problem("type", f"{duties[0]} is a duty: it can only be required", node.line)
    if not actions and isinstance(node, Listing) and not node.items:
        reading.problem("missing", "an empty list of actions", node.line)
    return actions


def _check_keys(reading: Reading, mapping: Mapping, modality: Modality, *, owed: bool) -> None:
    """Notes keys that mean nothing beside this modality."""
    wrong: list[tuple[str, str]] = []
    if modality != "lifts":
        wrong += [(key, 'only beside "lifts"') for key in ("also", "actions")]
    if not owed:
        wrong += [(key, "only for duties") for key in ("reportable_when", "contents")]
    if modality != "requires":
        wrong += [(key, 'only beside "requires"') for key in ("due", "owed_to")]
    for key, where in wrong:
        if key in mapping.entries:
            reading.problem("type", f'"{key}" has a meaning {where}', mapping.key_lines[key])


def read_binds(vocabulary: Vocabulary, references: References, reading: Reading, node: Node) -> Binds:
    """`{any: [kinds], none: [kinds]}` or `{agencies: [ids]}`."""
    mapping = reading.mapping(node, '"binds"')
    reading.keys(mapping, ("any", "none", "agencies"))
    if "agencies" in mapping.entries:
        if len(mapping.entries) > 1:
            reading.problem("type", '"agencies" stands alone: it names those bound one by one', mapping.line)
        return Binds(agencies=references.agency_names(reading, mapping.entries["agencies"]))
    kinds = vocabulary.agency_kinds.leaves
    any_of, none_of = mapping.entries.get("any"), mapping.entries.get("none")
    return Binds(
        any=reading.names(any_of, "agency kind", kinds) if any_of else ("any_agency",),
        none=reading.names(none_of, "agency kind", kinds) if none_of else (),
    )


def _limit(context: FileContext, reading: Reading, mapping: Mapping) -> Limit | None:
    node = mapping.entries.get("limit")
    if node is None:
        return None
    written = reading.mapping(node, '"limit"')
    if len(written.entries) != 1:
        reading.problem("type", '"limit" wants one clock and the most it may show', node.line)
        return None
    (clock, most), *_ = written.entries.items()
    clocks = [name for name, fact in context.vocabulary.facts.items() if fact.kind == "quantity" and fact.derived_from]
    if clock not in clocks:
        reading.unknown("clock", clock, clocks, written.key_lines[clock])
    return Limit(clock, reading.as_number(most, f"the limit of {clock}"))


def _targets(context: FileContext, reading: Reading, mapping: Mapping, key: str) -> tuple[Target, ...]:
    node = mapping.entries.get(key)
    if node is None:
        return ()
    items: Iterable[Node] = node.items if isinstance(node, Listing) else (node,)
    return tuple(_target(context, reading, item, key) for item in items)


def _target(context: FileContext, reading: Reading, node: Node, key: str) -> Target:
    if isinstance(node, Text):
        return Target(ref=context.full_id(reading, node))
    mapping = reading.mapping(node, f'a target of "{key}"')
    reading.keys(mapping, TARGET_KEYS)
    entries = mapping.entries
    if isinstance(node, Mapping) and ("in" not in entries) == ("below" not in entries):
        reading.problem("type", 'a pattern says where: either "in: PLACE" or "below: yes"', node.line)
    actions, kinds = entries.get("actions"), entries.get("instrument_kinds")
    return Target(
        below=reading.yes(mapping, "below"),
        place=(reading.names(entries["in"], "place", context.references.places) or ("",))[0] if "in" in entries else "",
        modality=reading.word(mapping, "modality", MODALITIES) if "modality" in entries else "",
        actions=reading.names(actions, "action", context.vocabulary.actions.leaves) if actions else (),
        instrument_kinds=reading.names(kinds, "instrument kind", INSTRUMENT_KINDS) if kinds else (),
    )


def _owed_to(context: FileContext, reading: Reading, mapping: Mapping) -> str:
    """To whom a duty is owed: an agency's id, or plain words for those who are no agency."""
    owed_to = reading.text_or(mapping, "owed_to", "")
    if "/" in owed_to:
        context.references.refer(reading, owed_to, mapping.key_lines["owed_to"], "agency")
    return owed_to


def _due(context: FileContext, reading: Reading, mapping: Mapping) -> Due | None:
    node = mapping.entries.get("due")
    if node is None:
        return None
    if isinstance(node, Text):
        reading.as_word(node, '"due"', ("at_once",))
        return AtOnce()
    due = reading.mapping(node, '"due"')
    for key, read in _DUE_FORMS.items():
        if key in due.entries:
            return read(context, reading, due)
    reading.problem("type", '"due" wants at_once, or a mapping with within, every or by', node.line)
    return None


def _within(context: FileContext, reading: Reading, due: Mapping) -> Due:
    reading.keys(due, ("within", "unit", "after", "excluding"))
    after = reading.text(due, "after")
    times = [name for name, fact in context.vocabulary.facts.items() if fact.kind in ("date", "datetime")]
    if after and after not in times:
        reading.unknown("date or time fact", after, times, due.key_lines["after"])
    excluding = due.entries.get("excluding")
    return Within(
        amount=reading.as_number(due.entries["within"], '"within"'),
        unit=reading.word(due, "unit", ("hour", "day", "business_day")),
        after=after,
        excluding=reading.names(excluding, "kind of day", EXCLUDED_DAYS) if excluding else (),
    )


def _every(_context: FileContext, reading: Reading, due: Mapping) -> Due:
    reading.keys(due, ("every", "by", "covering", "nil", "ending"))
    if "ending" in due.entries and "covering" in due.entries:
        reading.problem("type", '"ending" stands instead of "covering"', due.key_lines["ending"])
    return Every(
        period=reading.word(due, "every", ("year",) if "ending" in due.entries else PERIODS),
        by=_month_and_day(reading, due, "by"),
        ending=_month_and_day(reading, due, "ending"),
        covering=_covered_period(reading, due) if "covering" in due.entries else None,
        nil=reading.word(due, "nil", ("certify", "report", "none")) if "nil" in due.entries else "",
    )


def _month_and_day(reading: Reading, due: Mapping, key: str) -> str:
    """A month and day of no year; empty if the law names none."""
    written = reading.text_or(due, key, "")
    if written and not _MONTH_AND_DAY.fullmatch(written):
        reading.problem("date", f'"{written}" is not a month and day (as 03-01)', due.key_lines[key])
    return written


def _covered_period(reading: Reading, due: Mapping) -> CoveredPeriod:
    return reading.word(due, "covering", COVERED_PERIODS)


def _by(_context: FileContext, reading: Reading, due: Mapping) -> Due:
    reading.keys(due, ("by",))
    return By(reading.day(due, "by"))


def _at_once(_context: FileContext, reading: Reading, due: Mapping) -> Due:
    reading.keys(due, ("at_once", "before"))
    reading.word(due, "at_once", ("yes",))
    return AtOnce(reading.text_or(due, "before", ""))


_DUE_FORMS = {"within": _within, "every": _every, "at_once": _at_once, "by": _by}
