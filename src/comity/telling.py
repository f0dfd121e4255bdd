"""Facts as told on the command line: `instruments=i247a,i200`, `in_custody=yes`, `purpose=?`."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import cast

from comity.errors import RequestError
from comity.vocabulary import Fact, Vocabulary

FACTS_HELP = """\
\b
Facts are told as fact=value:
  in_custody=yes                   a yes/no fact
  purpose=civil_immigration        one value, or an inner name of the list
  purpose=civil_immigration|mixed  known in part: one of these
  purpose=?                        not known (the same as leaving it out)
  exigent=disputed:yes|no          disputed: answered both ways
  instruments=i247a,i200           a complete list; instruments=none: none
  instruments=i247a,...            perhaps more; -i205 is certainly not in it
  release_due_at=2025-01-21T14:30  a day or a time; A..B: between the two
  convictions='offence=burglary;grade=felony,offence=theft'
                                   records by ,  and in each its fields by ;"""


def facts_from(arguments: Sequence[str], vocabulary: Vocabulary) -> dict[str, object]:
    """The raw facts of `fact=value` arguments, in the form in which a program tells them.

    Raises RequestError for an argument of another form, or a fact told twice. Values are checked when they are decided.
    """
    facts: dict[str, object] = {}
    for argument in arguments:
        name, equals, value = argument.partition("=")
        name, value = name.strip(), value.strip()
        if not equals or not name:
            raise RequestError("bad_fact", f'"{argument}" is not a fact: write fact=value', "facts")
        if name in facts:
            raise RequestError("bad_fact", f"{name} is told twice", f"facts.{name}")
        if not value.strip(",|; "):
            says = f'"{argument}" tells nothing: write {name}=none if there is none, {name}=? if it is not known'
            raise RequestError("bad_fact", says, f"facts.{name}")
        fact = vocabulary.facts.get(name)
        facts[name] = value if fact is None else raw_value(fact, value)
    return facts


def raw_value(fact: Fact, text: str) -> object:
    """The raw value that a text tells of a fact."""
    if text == "?":
        return None
    if fact.kind == "set_of":
        return _listed(fact, text)
    if fact.kind == "records":
        return _records(fact, text)
    if text.startswith("disputed:"):
        return {"disputed": _parts(text.removeprefix("disputed:"), "|")}
    if ".." in text and fact.kind in ("date", "datetime", "quantity"):
        return {"between": [part.strip() for part in text.split("..", 1)]}
    if "|" in text:
        return {"one_of": _parts(text, "|")}
    if fact.each and "," in text:
        return _parts(text, ",")
    return text


def _parts(text: str, mark: str) -> list[str]:
    return [part.strip() for part in text.split(mark) if part.strip()]


def _listed(fact: Fact, text: str) -> object:
    names = [] if text == "none" and not (fact.tree and "none" in fact.tree) else _parts(text, ",")
    if "..." not in names:
        return names
    told: dict[str, object] = {"at_least": [name for name in names if name != "..." and not name.startswith("-")]}
    absent = [name.removeprefix("-") for name in names if name.startswith("-")]
    return told | {"not": absent} if absent else told


def _records(fact: Fact, text: str) -> object:
    parts = [] if text == "none" else _parts(text, ",")
    records = [_record(fact, part) for part in parts if part != "..."]
    return {"at_least": records} if "..." in parts else records


def _record(fact: Fact, text: str) -> dict[str, object]:
    record: dict[str, object] = {}
    for part in _parts(text, ";"):
        name, equals, value = part.partition("=")
        if not equals:
            message = f'"{part}" is not a field: write {fact.name}=field=value;field=value'
            raise RequestError("bad_fact", message, f"facts.{fact.name}")
        field = (fact.fields or {}).get(name.strip())
        record[name.strip()] = value.strip() if field is None else raw_value(field, value.strip())
    return record


_PARTIAL = {"at_least": ",", "not": ",", "one_of": "|", "disputed": "|", "between": ".."}
"""The ways of telling a fact in part, and the mark between their values on the command line."""


def as_told(value: object) -> str:
    """A raw value as it would be told on the command line; the fields of a record are parted by semicolons."""
    if isinstance(value, list | tuple):
        return ",".join(as_told(each) for each in cast("Sequence[object]", value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, dict):
        # A comma parts values; only citations have one of their own, and they are read without it.
        return str(value).replace(",", "")
    told = cast("dict[str, object]", value)
    parts = {
        key: [as_told(each) for each in cast("Sequence[object]", part)] for key, part in told.items() if key in _PARTIAL
    }
    if "at_least" in told or "not" in told:
        return ",".join([*parts.get("at_least", ()), "...", *(f"-{name}" for name in parts.get("not", ()))])
    for key, mark in _PARTIAL.items():
        if key in parts:
            return f"{'disputed:' if key == 'disputed' else ''}{mark.join(parts[key])}"
    return ";".join(f"{name}={as_told(field)}" for name, field in told.items())


def command_line(agency: str, on: str, action: str, facts: dict[str, object], as_if: Sequence[str] = ()) -> str:
    """The command that decides a request."""
    told = "".join(f" {shlex.quote(f'{name}={as_told(value)}')}" for name, value in facts.items())
    supposed = "".join(f" --as-if {proposal}" for proposal in as_if)
    return f"comity decide {agency} --on {on} --action {action}{supposed}{told}"


def told_words(facts: Mapping[str, object], vocabulary: Vocabulary) -> dict[str, str]:
    """Facts told, in words for a page: `papers shown` to `form I-247A`."""
    from comity.request import parse_value
    from comity.words import known_words, label

    names = vocabulary.facts
    return {
        label(name): known_words(names[name], parse_value(names[name], value, name)) for name, value in facts.items()
    }
