"""YAML text to plain nodes with line numbers.

Only the plain part of YAML is taken: mappings, lists and text. Anchors, aliases, tags, tabs, duplicate keys, more than
one document and deep nesting are problems, so that nothing in a file can build objects or grow when read. Every scalar
is text: what it stands for is known to the reader of the file, not to YAML.
"""

from __future__ import annotations

import contextlib
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
from comity.regularfile import LARGEST_YAML

DEEPEST = 40

# The parser written in C is about ten times as fast; a PyYAML built without it reads the same files.
_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_EXAMPLES = re.compile(r"\nexamples:[ \n]")
_OTHER_KEY = re.compile(r"\n(?![ \n#]|-[ \n]|\Z)")
_OTHER_LINE_ENDS = "\r\x85\u2028\u2029"
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


def read_but_examples(file: str, raw: bytes, problems: Problems) -> tuple[Node | None, str]:
    """A law file as `read_source` reads it, without the examples at its end, and the text in which they stand.

    That text is YAML by itself, with as many empty lines before it as stand before it in the file, so that lines count
    alike; empty, where there are no examples. Examples are two thirds of all law, and only a look at them needs them.
    Where anything could make their text mean something else alone than in the file, the whole file is read, and is
    that text: something stands after them, what stands before them is no mapping by itself (a quotation is open, say),
    or they hold what `read_source` would refuse at once.
    """
    try:
        text = _text(raw)
    except _Refused as refused:
        problems.add("syntax", refused.message, file, refused.line)
        return None, ""
    before, examples = _split(text)
    if examples:
        apart = Problems()
        composer = _Composer(file, before, apart, scaffolded=True)
        with contextlib.suppress(_Refused):
            node = composer.document()
            if composer.is_open and not len(apart) and isinstance(node, Mapping) and "examples" not in node.entries:
                return node, examples
    node = read_source(file, raw, problems, scaffolded=True)
    return node, text if isinstance(node, Mapping) and "examples" in node.entries else ""


def _split(text: str) -> tuple[str, str]:
    """What stands before the examples, and their text; none where they may not be the last part of the file.

    A key at the very beginning of a line is one of the file's own, or stands in a quotation or in brackets that were
    opened before and not closed: lines of a block, and of a text without quotes, are indented.
    """
    key = _EXAMPLES.search(text)
    if key is None or _OTHER_KEY.search(text, key.end() - 1) or any(end in text for end in _OTHER_LINE_ENDS):
        return text, ""
    before, examples = text[: key.start() + 1], text[key.start() + 1 :]
    if "\t" in examples or "<" in examples:
        return text, ""
    return before, "\n" * before.count("\n") + examples


def _text(raw: bytes) -> str:
    if len(raw) > LARGEST_YAML:
        raise _Refused(f"the file is larger than {LARGEST_YAML:,} bytes", 1)
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
        self.is_open = False
        """Whether the document is a mapping to which a line at the very beginning adds a key."""
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
            first = self._next()
            node = self._node(first, 1)
            closed = self._next().explicit
            end = self._next()
        except yaml.YAMLError as error:
            raise _Refused(*self._described(error)) from None
        if not isinstance(end, StreamEndEvent):
            raise _Refused("more than one document in the file", _line(end))
        if isinstance(node, Text) and not node.value:
            raise _Refused("the file is empty", 1)
        self.is_open = not closed and isinstance(node, Mapping) and not first.flow_style and _column(first) == 0
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


def _column(event: Any) -> int:
    return event.start_mark.column
