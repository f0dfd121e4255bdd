"""YAML text to plain nodes with line numbers.

Only the plain part of YAML is taken: mappings, lists and text. Anchors, aliases, tags, tabs, duplicate keys, more than
one document and deep nesting are problems, so that nothing in a file can build objects or grow when read. Every scalar
is text: what it stands for is known to the reader of the file, not to YAML.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
import yaml
from yaml.events import (
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from comity.lawfiles.problems import Problems

LARGEST_FILE = 2_000_000
DEEPEST = 40

# The parser written in C is about ten times as fast; a PyYAML built without it reads the same files.
_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SECTION = re.compile(r"^(\w+):", re.MULTILINE)
_GAP = re.compile(r"<([^|]+)>")
"""A gap of a scaffolded file; what holds a bar is a pattern, and no gap."""
_ID = re.compile(r"^ *- *\{? *id: *([\w.-]+)", re.MULTILINE)


class Text(msgspec.Struct, frozen=True):
    """A scalar, as written (without its quotes)."""

    value: str
    line: int


class Listing(msgspec.Struct, frozen=True):
    """A YAML sequence."""

    items: tuple[Node, ...]
    line: int


class Mapping(msgspec.Struct, frozen=True):
    """A YAML mapping, in the order written, with the line of every key."""

    entries: dict[str, Node]
    key_lines: dict[str, int]
    line: int


Node = Text | Listing | Mapping


class _Refused(Exception):
    """What is wrong with the text of a file, so that reading cannot go on."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


def read_source(file: str, raw: bytes, problems: Problems, *, scaffolded: bool = False) -> Node | None:
    """The one document in the bytes of a file; None, with a problem noted, where it cannot be read at all.

    `scaffolded`: the file may have been begun by the program, so text in angle brackets is a gap not filled yet.
    """
    try:
        text = _text(raw)
    except _Refused as refused:
        problems.add("syntax", refused.message, file, refused.line)
        return None
    composer = _Composer(file, text, problems, scaffolded)
    try:
        node = composer.document()
    except _Refused as refused:
        composer.problem("syntax", refused.message, refused.line)
        return None
    return None if composer.has_gaps else node


def _text(raw: bytes) -> str:
    if len(raw) > LARGEST_FILE:
        raise _Refused(f"the file is larger than {LARGEST_FILE:,} bytes", 1)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Refused("not UTF-8 text", raw.count(b"\n", 0, error.start) + 1) from None


class _Composer:
    """Builds nodes from the events of one file."""

    def __init__(self, file: str, text: str, problems: Problems, scaffolded: bool) -> None:
        self.scaffolded = scaffolded
        self.file = file
        self.text = text
        self.problems = problems
        self.has_gaps = False
        self._next: Callable[[], Any]

    def document(self) -> Node:
        if "\t" in self.text:
            line = self.text.count("\n", 0, self.text.index("\t")) + 1
            raise _Refused("a tab; indent and separate with spaces", line)
        try:
            self._next = _Parser(self.text).get_event
            self._next()
            start = self._next()
            if not isinstance(start, DocumentStartEvent):
                raise _Refused("the file is empty", 1)
            node = self._node(self._next(), 1)
            self._next()
            end = self._next()
        except yaml.YAMLError as error:
            raise _Refused(*self._described(error)) from None
        if not isinstance(end, StreamEndEvent):
            raise _Refused("more than one document in the file", _line(end))
        if isinstance(node, Text) and not node.value:
            raise _Refused("the file is empty", 1)
        return node

    def problem(self, code: str, message: str, line: int) -> None:
        """Notes a problem, with the norm in whose text it stands, if in any."""
        norm = _norm_at(self.text, line)
        self.problems.add(code, f"norm {norm}: {message}" if norm else message, self.file, line)

    def _node(self, event: Any, depth: int) -> Node:
        line = _line(event)
        if event.anchor is not None:
            raise _Refused(
                "anchors and aliases (& and *) are not allowed; put quotes around a text that begins so", line
            )
        if event.tag is not None:
            raise _Refused("tags (!) are not allowed; put quotes around a text that begins so", line)
        if type(event) is ScalarEvent:
            if "<" in event.value:
                self._fill_in(event.value, line)
            return Text(event.value, line)
        if depth > DEEPEST:
            raise _Refused(f"nested more than {DEEPEST} deep", line)
        return self._listing(line, depth) if type(event) is SequenceStartEvent else self._mapping(line, depth)

    def _fill_in(self, value: str, line: int) -> None:
        """A scaffolded text that nobody has filled in yet is a problem, and the only kind told of its file."""
        gap = _GAP.search(value) if self.scaffolded else None
        if gap is not None:
            self.has_gaps = True
            self.problem("gap", f"fill in: {gap[1]}", line)

    def _listing(self, line: int, depth: int) -> Listing:
        items: list[Node] = []
        while type(event := self._next()) is not SequenceEndEvent:
            items.append(self._node(event, depth + 1))
        return Listing(tuple(items), line)

    def _mapping(self, line: int, depth: int) -> Mapping:
        entries: dict[str, Node] = {}
        key_lines: dict[str, int] = {}
        while type(event := self._next()) is not MappingEndEvent:
            key = self._node(event, depth + 1)
            value = self._node(self._next(), depth + 1)
            if not isinstance(key, Text):
                raise _Refused("a key must be a word, not a list or mapping", key.line)
            if key.value in entries:
                first = key_lines[key.value]
                self.problem("duplicate", f'the key "{key.value}" stands twice (first on line {first})', key.line)
                continue
            entries[key.value] = value
            key_lines[key.value] = key.line
        return Mapping(entries, key_lines, line)

    def _described(self, error: yaml.YAMLError) -> tuple[str, int]:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        if mark is not None:
            wrong = getattr(error, "problem", None) or "cannot be read"
            context = getattr(error, "context_mark", None)
            begun = f" for what begins on line {context.line + 1}" if context and context.line < mark.line else ""
            return f"not valid YAML: {wrong}{begun}", mark.line + 1
        position = getattr(error, "position", 0)
        return "a character that no text file should hold", self.text.count("\n", 0, position) + 1


def _norm_at(text: str, line: int) -> str:
    """The id of the norm in whose text a line stands, as far as text that is no good YAML shows it."""
    above = "\n".join(text.split("\n")[:line])
    sections = list(_SECTION.finditer(above))
    if not sections or sections[-1][1] != "norms":
        return ""
    ids = list(_ID.finditer(above, sections[-1].end()))
    return ids[-1][1] if ids else ""


def _line(event: Any) -> int:
    return event.start_mark.line + 1
