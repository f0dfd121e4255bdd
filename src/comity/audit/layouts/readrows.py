"""What the rows of a layout file mean: the kinds of row and what they ask, the facts they tell, and the outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from comity.audit.layouts.form import (
    DutyColumn,
    FactSource,
    LayoutColumn,
    OutcomeClass,
    Outcomes,
    RowKind,
    Test,
    TestKind,
    When,
)
from comity.audit.layouts.marks import check_pattern, default_marks
from comity.audit.verdicts import Act
from comity.lawfiles.jurisdictions import told_value
from comity.lawfiles.reading import NO_MAPPING, Reading
from comity.lawfiles.yamlsource import Listing, Mapping, Node, Text
from comity.request import expand_actions

if TYPE_CHECKING:
    from comity.vocabulary import Fact, Vocabulary

UNCONFIRMED = "confirm"
"""A key that a draft puts beside each of its guesses; a mapping with one left in it is refused."""

NO_OUTCOME = OutcomeClass("no outcome recorded", "silent", "The record is silent: no column says what happened.")
NOTHING_TOLD = OutcomeClass("no outcome recorded", "silent", "The record is silent: the cell that would tell is empty.")
OTHER_OUTCOME = OutcomeClass("other", "other", "Words that this layout does not know; they stand in the findings.")


class RowReader:
    """Reads the parts of one layout file that say what its rows mean, in terms of the columns read before."""

    def __init__(self, reading: Reading, vocabulary: Vocabulary, mapping: Mapping) -> None:
        self.reading = reading
        self.vocabulary = vocabulary
        self.mapping = mapping
        self.columns: tuple[LayoutColumn, ...] = ()
        self.marks = default_marks()

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
            names = about.names(asks, "action", self.vocabulary.actions.leaves) if asks is not None else ()
            actions = expand_actions(self.vocabulary, names) if names else ()
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
        return FactSource(fact.name, fact.kind, (), column, read_formats(about, entry))

    def _rule(self, about: Reading, fact: Fact, node: Node) -> tuple[When, object]:
        entry = about.mapping(node, "a rule")
        about.keys(entry, ("when", "is", UNCONFIRMED))
        value = about.required(entry, "is")
        when = self._when(about, about.required(entry, "when"))
        return when, None if value is None else told_value(about, fact, value)

    def _duties(self) -> tuple[DutyColumn, ...]:
        node = self.mapping.entries.get("duties")
        found: list[DutyColumn] = []
        for name, told in (self.reading.mapping(node, '"duties"') if node is not None else NO_MAPPING).entries.items():
            if name not in self.vocabulary.owed:
                self.reading.unknown("duty", name, self.vocabulary.owed, told.line)
            about = self.reading.about(f"duty {name}")
            found += [self._duty(about, name, each) for each in (told.items if isinstance(told, Listing) else [told])]
        return tuple(found)

    def _duty(self, about: Reading, name: str, node: Node) -> DutyColumn:
        entry = about.mapping(node, f'"{name}"')
        about.keys(entry, ("column", "formats", "done", "not_done", "norms", UNCONFIRMED))
        about.required(entry, "column")
        lists = {
            key: tuple(text.value for text in about.texts(entry.entries[key], f'"{key}"'))
            for key in ("done", "not_done", "norms")
            if key in entry.entries
        }
        return DutyColumn(name, self._column_at(entry, "column"), read_formats(about, entry), **lists)

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
        silent = self._outcome_class(about, entry.entries.get("silent"), NOTHING_TOLD)
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
        shows: dict[str, Act] = {}
        told = entry.entries.get("shows")
        for action, shown in (about.mapping(told, '"shows"') if told is not None else NO_MAPPING).entries.items():
            below = self.vocabulary.actions.leaves.get(action)
            if below is None:
                about.unknown("action", action, self.vocabulary.actions.all_leaves(), shown.line)
            elif len(below) > 1:
                about.problem("inner", f'"{action}" stands for several actions; name {" or ".join(below)}', shown.line)
            shows[action] = cast("Act", about.as_word(shown, "showing", ("done", "declined")))
        head, says = about.text_or(entry, "head", name), about.text_or(entry, "says", "")
        return OutcomeClass(name, head, says, shows, about.yes(entry, "together"))


def read_formats(about: Reading, entry: Mapping) -> tuple[str, ...]:
    """The forms of dates under `formats`; those that the database could not read by are problems."""
    import duckdb

    formats = about.texts(entry.entries["formats"], '"formats"') if "formats" in entry.entries else ()
    for form in formats:
        try:
            duckdb.execute("SELECT try_strptime('', ?)", [form.value]).fetchall()
        except duckdb.Error as error:
            fault = str(error).rpartition(": ")[2] if "%" in form.value else "it is empty"
            says = f'"{form.value}" is no form of dates, as %m/%d/%Y or %d-%b-%Y %H:%M are: {fault}'
            about.problem("format", says, form.line)
    return tuple(form.value for form in formats)
