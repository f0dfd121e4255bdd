"""An interview: asks only the facts that can still change an answer, the most telling first.

This module holds the state and the questions; how they are put to a person is the business of a surface.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import cast

import msgspec

from comity.cells import ChoiceVariable, SetVariable, Variable
from comity.compile import ActionDiagrams
from comity.conditions import Records, tests_of
from comity.decide import Law
from comity.errors import RequestError
from comity.explain import tests_in
from comity.findings import Decision, Finding
from comity.request import parse_on, parse_value
from comity.telling import raw_value
from comity.vocabulary import Fact
from comity.words import TIME_OF_ACT, cover, label, plain, values_words

ON = "on"
"""The name under which the time of the act is asked, where the day alone does not settle a clock."""

_MOST_NAMES = 4
"""Values that the law does not tell apart are offered one by one up to so many names, else as one choice."""


class Choice(msgspec.Struct, frozen=True):
    """One answer to choose: the raw values that it stands for, and its words."""

    values: tuple[str, ...]
    words: str


class Prompt(msgspec.Struct, frozen=True):
    """A question to put. With `many`, several choices may be named; `fields` are the questions about one record."""

    fact: str
    ask: str
    help: str
    kind: str
    choices: tuple[Choice, ...] = ()
    many: bool = False
    unit: str = ""
    fields: tuple[Prompt, ...] = ()


class Interview:
    """One interview about one agency, day and request. Raises RequestError for what the vocabulary does not know."""

    def __init__(
        self, law: Law, agency: str, on: date | str, actions: Sequence[str] | None, facts: dict[str, object]
    ) -> None:
        self.law = law
        self.agency = agency
        self.actions = actions
        self._told: list[tuple[str, object]] = []
        self._start = dict(facts)
        self._day, moment = parse_on(on)
        self._on = (moment or self._day).isoformat()
        self.decision = self._decide(self._told)

    @property
    def told(self) -> dict[str, object]:
        """The answers so far: a fact asked and not known stands as None."""
        return dict(self._told)

    def next(self) -> Prompt | None:
        """The question to put next; None when no answer can change any more, or all that matters was asked."""
        asked = {fact for fact, _ in self._told}
        for finding in self.decision.findings:
            fact = _next_fact(finding, asked)
            if fact is not None:
                return self._prompt(fact)
        return None

    def open_questions(self) -> int:
        """How many facts could still change an answer and were not asked."""
        asked = {fact for fact, _ in self._told}
        open_ = {name for finding in self.decision.findings for name in finding.missing if isinstance(name, str)}
        return len(open_ - asked)

    def answer(self, fact: str, raw: object) -> None:
        """Take an answer; None for "not known". Raises RequestError, and stays where it was, if it cannot be so."""
        told = [*self._told, (fact, raw)]
        self.decision = self._decide(told)
        self._told = told

    def back(self) -> str | None:
        """Take the last answer back; the fact it was about, or None at the beginning."""
        if not self._told:
            return None
        fact, _ = self._told.pop()
        self.decision = self._decide(self._told)
        return fact

    def read(self, prompt: Prompt, text: str) -> object:
        """The raw value that a typed answer tells: numbers of choices, names, or values. Raises RequestError."""
        if prompt.fact == ON:
            return self._moment(text)
        return read_answer(prompt, text, self.law.vocabulary.facts[prompt.fact])

    def read_field(self, prompt: Prompt, field: Prompt, text: str) -> object:
        """The raw value that a typed answer tells of a field of a record. Raises RequestError."""
        return read_answer(field, text, (self.law.vocabulary.facts[prompt.fact].fields or {})[field.fact])

    def _moment(self, text: str) -> str | None:
        if text == "?":
            return None
        try:
            return datetime.combine(self._day, time.fromisoformat(text)).isoformat()
        except ValueError:
            raise RequestError("bad_date", f'"{text}" is not a time (write 14:30)', ON) from None

    def _decide(self, told: Sequence[tuple[str, object]]) -> Decision:
        facts = self._start | {fact: raw for fact, raw in told if fact != ON}
        on = next((str(raw) for fact, raw in reversed(told) if fact == ON and raw is not None), self._on)
        return self.law.decide(agency=self.agency, on=on, actions=self.actions, facts=facts)

    def _prompt(self, name: str) -> Prompt:
        if name == ON:
            return Prompt(ON, TIME_OF_ACT, "", "time")
        scope = self.law.scope(self.law.agency(self.agency), self._day)
        units = [scope.unit(finding.action) for finding in self.decision.findings if finding.missing]
        return _prompt(self.law.vocabulary.facts[name], units)


def _next_fact(finding: Finding, asked: set[str]) -> str | None:
    if finding.ask_next is not None and finding.ask_next not in asked:
        return finding.ask_next
    return next((name for name in finding.missing if isinstance(name, str) and name not in asked), None)


def _prompt(fact: Fact, units: Sequence[ActionDiagrams]) -> Prompt:
    many = fact.kind == "set_of" or fact.each
    fields: tuple[Prompt, ...] = ()
    if fact.fields is not None:
        tested = {name for unit in units for name in _tested_fields(fact, unit)}
        fields = tuple(_prompt(field, ()) for name, field in fact.fields.items() if name in tested)
    spaces = [unit.space for unit in units if fact.name in unit.space.position]
    variables = [space.variables[space.position[fact.name]] for space in spaces]
    return Prompt(fact.name, fact.ask, fact.help, fact.kind, _choices(fact, variables), many, fact.unit, fields)


def _tested_fields(fact: Fact, unit: ActionDiagrams) -> Iterator[str]:
    """The fields of a record that the law tests and that may be told: for a derived field, its inputs."""
    fields = fact.fields or {}
    for test in tests_in(unit):
        if isinstance(test, Records) and test.fact == fact.name:
            for inner in tests_of(test.such_that):
                yield from (name for name in fields[inner.fact].derived_from or (inner.fact,) if name in fields)


def _choices(fact: Fact, variables: Sequence[Variable]) -> tuple[Choice, ...]:
    """The answers to offer: values that the law does not tell apart under one name where they have one."""
    if fact.tree is None:
        return ()
    told_apart = [each.classes for each in variables if isinstance(each, ChoiceVariable | SetVariable)]
    groups: dict[tuple[int, ...], list[str]] = {}
    for leaf in fact.tree.all_leaves():
        place = tuple(next((i for i, members in enumerate(each) if leaf in members), -1) for each in told_apart)
        if fact.kind != "set_of" or any(position >= 0 for position in place) or not told_apart:
            groups.setdefault(place if told_apart else (len(groups),), []).append(leaf)
    choices: list[Choice] = []
    for members in groups.values():
        names = cover(fact.tree, members)
        if len(names) > _MOST_NAMES and fact.kind == "one_of":
            choices.append(Choice(tuple(names), values_words(fact.tree, members)))
        else:
            choices += [Choice((name,), plain(name)) for name in names]
    return tuple(choices)


def read_answer(prompt: Prompt, text: str, fact: Fact) -> object:
    """The raw value that a typed answer tells of a fact: numbers of the choices, or a value as on the command line.

    Raises RequestError.
    """
    if fact.kind == "yes_no":
        text = {"y": "yes", "n": "no"}.get(text.lower(), text.lower())
    elif prompt.choices:
        text = _numbers_as_names(prompt, text)
    raw: object = raw_value(fact, text)
    several: list[object] = [raw]
    if isinstance(raw, list) and fact.each:
        several = cast("list[object]", raw)
    for value in several:
        if value is not None:
            parse_value(fact, value, prompt.fact)
    return cast("object", raw)


def _numbers_as_names(prompt: Prompt, text: str) -> str:
    """The answer with the numbers of choices replaced by what they stand for; 0 alone is none."""
    if text.strip() == "0" and prompt.many:
        return "none"
    named: list[str] = []
    for part in text.split(","):
        named.append("|".join(_named(prompt, word.strip()) for word in part.split("|")))
    if len(named) > 1 and not prompt.many:
        raise RequestError("wrong_type", "name one choice only (a|b for one of two)", prompt.fact)
    return ",".join(named)


def _named(prompt: Prompt, word: str) -> str:
    if not (word.isascii() and word.isdigit()):
        return word
    if not 1 <= int(word[:6]) <= len(prompt.choices):
        raise RequestError("unknown_value", f"there is no choice {word[:6]}: 1 to {len(prompt.choices)}", prompt.fact)
    return "|".join(prompt.choices[int(word) - 1].values)


def answer_words(prompt: Prompt) -> str:
    """How the question may be answered, in one line."""
    match prompt.kind:
        case "yes_no":
            return "yes or no"
        case "set_of":
            return "numbers, as 1,3; 0 for none; end with ... if there may be more"
        case "one_of" if prompt.many:
            return "one number, or several for an answer to each"
        case "one_of":
            return "one number; 1|2 for one of two"
        case "date":
            return "a day, as 2025-01-21"
        case "datetime":
            return "a day and time, as 2025-01-21T14:30"
        case "time":
            return "a time, as 14:30"
        case "quantity":
            return f"a number of {prompt.unit}s"
        case _:
            return f"what is known of each {label(prompt.fact).removesuffix('s')}"
