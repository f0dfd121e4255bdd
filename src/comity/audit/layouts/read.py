"""Layout files: YAML → `Layout`, with every problem found at once, by file, line and nearest known word.

The form is described in docs/reference/log-layouts.md. Built-in layouts and mappings are read alike.
"""

from __future__ import annotations

import re
from datetime import date
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, cast

from comity.audit.layouts.form import (
    EARLIEST,
    LATEST,
    DayColumn,
    FactSource,
    Holder,
    Layout,
    LayoutColumn,
    OutcomeClass,
    Outcomes,
    RowKind,
    Shown,
    Test,
    TestKind,
    Values,
    When,
)
from comity.audit.layouts.marks import check_pattern, default_marks, read_marks
from comity.errors import ComityError, nearest
from comity.lawfiles.jurisdictions import told_value
from comity.lawfiles.problems import Problems
from comity.lawfiles.reading import NO_MAPPING, Reading, is_blank
from comity.lawfiles.yamlsource import Listing, Mapping, Node, Text, read_source

if TYPE_CHECKING:
    from comity.vocabulary import Fact, Vocabulary

KEYS = (
    "layout", "says", "cite", "draft", "columns", "day", "holder", "facts", "tells", "kinds", "outcome", "reason",
    "identifier", "searcher", "keys", "sequence", "order", "zeros", "marks", "changes", "assumes", "cannot_tell",
)  # fmt: skip
VALUES: tuple[Values, ...] = ("one", "several")
UNCONFIRMED = "confirm"
"""A key that a draft puts beside each of its guesses; a mapping with one left in it is refused."""

NO_OUTCOME = OutcomeClass("no outcome recorded", "silent", "The record is silent: no column says what happened.")
OTHER_OUTCOME = OutcomeClass("other", "other", "Words that this layout does not know; they stand in the findings.")


def built_in_names() -> list[str]:
    """The names of the layouts that come with the program."""
    folder = resources.files("comity.audit.layouts")
    names = (entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return sorted(name for name in names if name != "marks")


def built_in(name: str, vocabulary: Vocabulary) -> Layout:
    """The layout of that name.

    Raises ComityError (`layout`) naming the nearest.
    """
    known = built_in_names()
    if name not in known:
        hint = nearest(name, known) or f" (known: {', '.join(known)})"
        raise ComityError("layout", f'there is no layout "{name}"{hint}', "--layout")
    raw = resources.files("comity.audit.layouts").joinpath(f"{name}.yaml").read_bytes()
    return read_layout(f"{name}.yaml", raw, vocabulary)


def read_mapping(path: Path, vocabulary: Vocabulary) -> Layout:
    """A user's own layout.

    Raises LawError with every problem in it, ComityError (`file`) if it cannot be read.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ComityError("file", f"cannot be read: {error.strerror}", f"{path}, --map") from error
    return read_layout(path.name, raw, vocabulary)


def read_layout(file: str, raw: bytes, vocabulary: Vocabulary) -> Layout:
    """The layout in the bytes of a file.

    Raises LawError with every problem in it, each with its line.
    """
    problems = Problems()
    node = read_source(file, raw, problems)
    layout: Layout | None = None
    if node is not None:
        reading = Reading(file, problems)
        layout = _Reader(reading, vocabulary, reading.mapping(node, "a layout")).layout()
    problems.raise_any("the layout")
    assert layout is not None, "a file that cannot be read is a problem"
    return layout


class _Reader:
    """Reads one layout file."""

    def __init__(self, reading: Reading, vocabulary: Vocabulary, mapping: Mapping) -> None:
        self.reading = reading
        self.vocabulary = vocabulary
        self.mapping = mapping
        self.columns: tuple[LayoutColumn, ...] = ()
        self.marks = default_marks()

    def layout(self) -> Layout:
        reading, mapping = self.reading, self.mapping
        self._refuse_draft()
        reading.keys(mapping, (*KEYS, UNCONFIRMED))
        self.columns = self._columns()
        self.marks = read_marks(reading, mapping.entries.get("marks"), default_marks())
        return Layout(
            name=reading.text(mapping, "layout"),
            says=reading.text_or(mapping, "says", ""),
            cite=reading.text_or(mapping, "cite", ""),
            columns=self.columns,
            day=self._day(),
            holder=self._holder(),
            kinds=self._kinds(),
            facts=self._tells(),
            outcomes=self._outcomes(),
            marks=self.marks,
            reason=self._column_at(mapping, "reason"),
            identifier=self._column_at(mapping, "identifier"),
            searcher=self._column_at(mapping, "searcher"),
            keys=self._column_list("keys"),
            sequence=self._column_list("sequence"),
            order=self._order(),
            zeros=self._column_list("zeros"),
            assumes=self._sentences("assumes"),
            cannot_tell=self._sentences("cannot_tell"),
            changes=self._changes(),
            path=reading.file,
        )

    def _refuse_draft(self) -> None:
        """Notes every guess of a draft that no one has confirmed."""
        for path, line in _unconfirmed(self.mapping, ""):
            says = f'{path} is still a guess of the draft: correct it if need be, then delete its "{UNCONFIRMED}"'
            self.reading.problem("unconfirmed", says, line)

    def _columns(self) -> tuple[LayoutColumn, ...]:
        mapping = self._section("columns")
        columns: list[LayoutColumn] = []
        for name, node in mapping.entries.items():
            about = self.reading.about(f"column {name}")
            entry = NO_MAPPING if is_blank(node) else about.mapping(node, f'"{name}"')
            about.keys(entry, ("names", "optional", "values", UNCONFIRMED))
            if not re.fullmatch(r"[a-z]\w*", name):
                about.problem("id", f'"{name}" is no name for a column here: small letters, digits, "_"', node.line)
            told = about.texts(entry.entries["names"], '"names"') if "names" in entry.entries else ()
            values: Values = about.word(entry, "values", VALUES) if "values" in entry.entries else ""
            names = tuple(text.value for text in told) or (name,)
            columns.append(LayoutColumn(name, names, about.yes(entry, "optional"), values))
        return tuple(columns)

    def _section(self, key: str) -> Mapping:
        node = self.reading.required(self.mapping, key)
        return NO_MAPPING if node is None else self.reading.mapping(node, f'"{key}"')

    def _known_column(self, node: Text) -> str:
        names = [column.name for column in self.columns]
        if node.value not in names:
            self.reading.unknown("column", node.value, names, node.line)
        return node.value

    def _column_at(self, mapping: Mapping, key: str) -> str:
        node = mapping.entries.get(key)
        if node is None:
            return ""
        if not isinstance(node, Text):
            self.reading.as_text(node, f'"{key}"')
            return ""
        return self._known_column(node)

    def _column_list(self, key: str) -> tuple[str, ...]:
        node = self.mapping.entries.get(key)
        return tuple(map(self._known_column, self.reading.texts(node, f'"{key}"'))) if node is not None else ()

    def _order(self) -> tuple[tuple[str, str], ...]:
        pairs: list[tuple[str, str]] = []
        for node in self.reading.items(self.mapping, "order"):
            names = tuple(map(self._known_column, self.reading.texts(node, '"order"')))
            if len(names) == 2:
                pairs.append((names[0], names[1]))
            else:
                self.reading.problem("type", '"order" lists pairs of columns: [earlier, later]', node.line)
        return tuple(pairs)

    def _sentences(self, key: str) -> tuple[str, ...]:
        return tuple(self.reading.as_text(node, f'"{key}"') for node in self.reading.items(self.mapping, key))

    def _day(self) -> DayColumn:
        about, entry = self.reading.about("day"), self._section("day")
        about.keys(entry, ("column", "time", "otherwise", "formats", "zone", "earliest", "latest", UNCONFIRMED))
        about.required(entry, "column")
        formats = about.texts(entry.entries["formats"], '"formats"') if "formats" in entry.entries else ()
        zone = about.text_or(entry, "zone", "")
        if zone:
            _check_zone(about, zone, entry.key_lines["zone"])
        return DayColumn(
            self._column_at(entry, "column"),
            tuple(text.value for text in formats),
            self._column_at(entry, "time"),
            self._column_at(entry, "otherwise"),
            zone,
            about.day(entry, "earliest") if "earliest" in entry.entries else EARLIEST,
            about.day(entry, "latest") if "latest" in entry.entries else LATEST,
        )

    def _holder(self) -> Holder:
        about, entry = self.reading.about("holder"), self._section("holder")
        about.keys(entry, ("name", "state", "city", "agency_column", "agency", "in_state", "asked", UNCONFIRMED))
        holder = Holder(
            self._column_at(entry, "name"),
            self._column_at(entry, "state"),
            self._column_at(entry, "city"),
            self._column_at(entry, "agency_column"),
            about.text_or(entry, "agency", ""),
            about.text_or(entry, "in_state", ""),
            about.yes(entry, "asked"),
        )
        ways = sum(map(bool, (holder.name, holder.agency_column, holder.agency, holder.asked)))
        if ways != 1 and entry is not NO_MAPPING:
            about.problem(
                "holder",
                'name one of "name", "agency_column", "agency" or "asked: yes" (given by --agency)',
                entry.line,
            )
        return holder

    def _facts(self, about: Reading, mapping: Mapping, key: str) -> dict[str, object]:
        node = mapping.entries.get(key)
        told: dict[str, object] = {}
        for name, value in (about.mapping(node, f'"{key}"') if node is not None else NO_MAPPING).entries.items():
            fact = self._fact(about, name, value)
            if fact is not None and name != UNCONFIRMED:
                told[name] = told_value(about, fact, value)
        return told

    def _fact(self, about: Reading, name: str, node: Node) -> Fact | None:
        fact = self.vocabulary.facts.get(name)
        if fact is None and name != UNCONFIRMED:
            about.unknown("fact", name, self.vocabulary.facts, node.line)
        return fact

    def _when(self, about: Reading, node: Node | None) -> When:
        if node is None:
            return ()
        tests: list[Test] = []
        for column, test in about.mapping(node, '"when"').entries.items():
            self._known_column(Text(column, test.line))
            tests += self._tests(about, column, test)
        return tuple(tests)

    def _tests(self, about: Reading, column: str, node: Node) -> list[Test]:
        if not isinstance(node, Mapping):
            return [Test(column, "is", tuple(text.value for text in about.texts(node, f'"{column}"')))]
        about.keys(node, ("is", "matches", "empty", "told", "withheld"))
        tests: list[Test] = []
        for kind, value in node.entries.items():
            if kind in ("is", "matches"):
                texts = about.texts(value, f'"{kind}"')
                if kind == "matches":
                    for text in texts:
                        check_pattern(about, text)
                tests.append(Test(column, kind, tuple(text.value for text in texts)))
            elif kind in ("empty", "told", "withheld"):
                opposite: dict[str, TestKind] = {"empty": "told", "told": "empty"}
                tests.append(Test(column, kind if about.yes(node, kind) else opposite.get(kind, kind)))
        return tests

    def _kinds(self) -> tuple[tuple[When, RowKind], ...]:
        common = self._facts(self.reading.about("facts"), self.mapping, "facts")
        kinds: list[tuple[When, RowKind]] = []
        for node in self.reading.items(self.mapping, "kinds"):
            entry = self.reading.mapping(node, "a kind")
            name = self.reading.text(entry, "name")
            about = self.reading.about(f"kind {name}")
            about.keys(entry, ("name", "when", "asks", "facts", "alone", "note", UNCONFIRMED))
            asks = entry.entries.get("asks")
            actions = about.names(asks, "action", self.vocabulary.actions.all_leaves()) if asks is not None else ()
            kinds.append(
                (
                    self._when(about, entry.entries.get("when")),
                    RowKind(
                        name,
                        actions,
                        {**common, **self._facts(about, entry, "facts")},
                        self._facts(about, entry, "alone"),
                        about.text_or(entry, "note", ""),
                    ),
                )
            )
        if not kinds and "kinds" not in self.mapping.entries:
            self.reading.missing(self.mapping, "kinds")
        return tuple(kinds)

    def _tells(self) -> tuple[FactSource, ...]:
        node = self.mapping.entries.get("tells")
        mapping = self.reading.mapping(node, '"tells"') if node is not None else NO_MAPPING
        sources: list[FactSource] = []
        for name, entry_node in mapping.entries.items():
            about = self.reading.about(f"fact {name}")
            fact = self._fact(about, name, entry_node)
            if fact is not None:
                sources.append(self._fact_source(about, fact, entry_node))
        return tuple(sources)

    def _fact_source(self, about: Reading, fact: Fact, node: Node) -> FactSource:
        if isinstance(node, Listing):
            return FactSource(fact.name, fact.kind, tuple(self._rule(about, fact, item) for item in node.items))
        entry = about.mapping(node, f'"{fact.name}"')
        about.keys(entry, ("column", "values", "formats", UNCONFIRMED))
        about.required(entry, "column")
        column = self._column_at(entry, "column")
        if "values" in entry.entries:
            values = about.mapping(entry.entries["values"], '"values"')
            rules = tuple(
                ((Test(column, "is", (word,)),), told_value(about, fact, value))
                for word, value in values.entries.items()
                if word != UNCONFIRMED
            )
            return FactSource(fact.name, fact.kind, rules)
        if fact.kind not in ("date", "datetime", "quantity"):
            about.problem(
                "type",
                f'{fact.name} is no date, time or number: say which cell means which value under "values"',
                node.line,
            )
        formats = about.texts(entry.entries["formats"], '"formats"') if "formats" in entry.entries else ()
        return FactSource(fact.name, fact.kind, (), column, tuple(text.value for text in formats))

    def _rule(self, about: Reading, fact: Fact, node: Node) -> tuple[When, object]:
        entry = about.mapping(node, "a rule")
        about.keys(entry, ("when", "is", UNCONFIRMED))
        value = about.required(entry, "is")
        when = self._when(about, about.required(entry, "when"))
        return when, None if value is None else told_value(about, fact, value)

    def _outcomes(self) -> Outcomes:
        node = self.mapping.entries.get("outcome")
        if node is None:
            return Outcomes("", (NO_OUTCOME,), (), NO_OUTCOME.name, NO_OUTCOME.name)
        about = self.reading.about("outcome")
        entry = about.mapping(node, '"outcome"')
        about.keys(entry, ("column", "every", "silent", "classes", "other", UNCONFIRMED))
        if "every" in entry.entries:
            every = self._outcome_class(about, entry.entries["every"], NO_OUTCOME)
            return Outcomes("", (every,), (), every.name, every.name)
        column = self._column_at(entry, "column")
        silent = self._outcome_class(about, entry.entries.get("silent"), NO_OUTCOME)
        other = self._outcome_class(about, entry.entries.get("other"), OTHER_OUTCOME)
        classes: list[OutcomeClass] = []
        rules: list[tuple[When, str]] = []
        for item in about.items(entry, "classes"):
            mapping = about.mapping(item, "a class")
            found = self._outcome_class(about, item, NO_OUTCOME)
            classes.append(found)
            words = mapping.entries.get("words")
            if words is not None:
                texts = about.texts(words, '"words"')
                rules.append(((Test(column, "is", tuple(text.value for text in texts)),), found.name))
            if "when" in mapping.entries:
                rules.append((self._when(about, mapping.entries["when"]), found.name))
        return Outcomes(column, (silent, *classes, other), tuple(rules), silent.name, other.name)

    def _outcome_class(self, about: Reading, node: Node | None, default: OutcomeClass) -> OutcomeClass:
        if node is None:
            return default
        entry = about.mapping(node, "a class of outcomes")
        about.keys(entry, ("name", "head", "says", "shows", "together", "words", "when", UNCONFIRMED))
        name = about.text(entry, "name")
        shows: dict[str, Shown] = {}
        told = entry.entries.get("shows")
        for action, shown in (about.mapping(told, '"shows"') if told is not None else NO_MAPPING).entries.items():
            if action not in self.vocabulary.actions.all_leaves():
                about.unknown("action", action, self.vocabulary.actions.all_leaves(), shown.line)
            shows[action] = cast("Shown", about.as_word(shown, "showing", ("done", "declined")))
        head, says = about.text_or(entry, "head", name), about.text_or(entry, "says", "")
        return OutcomeClass(name, head, says, shows, about.yes(entry, "together"))

    def _changes(self) -> tuple[tuple[date, str], ...]:
        changes: list[tuple[date, str]] = []
        for node in self.reading.items(self.mapping, "changes"):
            entry = self.reading.mapping(node, "a change")
            self.reading.keys(entry, ("on", "says"))
            changes.append((self.reading.day(entry, "on"), self.reading.text(entry, "says")))
        return tuple(changes)


def _check_zone(about: Reading, zone: str, line: int) -> None:
    from zoneinfo import available_timezones

    if zone not in available_timezones():
        about.problem("zone", f'"{zone}" is no time zone{nearest(zone, sorted(available_timezones()))}', line)


def _unconfirmed(node: Node, path: str) -> list[tuple[str, int]]:
    """Every guess left in a draft: where it stands, and its line."""
    if isinstance(node, Listing):
        return [found for item in node.items for found in _unconfirmed(item, path)]
    if not isinstance(node, Mapping):
        return []
    found: list[tuple[str, int]] = []
    for key, value in node.entries.items():
        here = f"{path}.{key}".lstrip(".")
        found += [(path or "the file", node.key_lines[key])] if key == UNCONFIRMED else _unconfirmed(value, here)
    return found
