"""Typed values out of nodes: the small questions every reader of law files asks.

Each question notes a problem where the answer is missing or of the wrong form, and then gives a stand-in of the right
type, so that reading goes on and every problem of a file is found in one pass. A library with problems is never used.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import TypeVar, cast

import msgspec

from comity.errors import nearest
from comity.lawfiles.problems import Problems
from comity.lawfiles.yamlsource import Listing, Mapping, Node, Text

NO_DAY = date.min
NO_MAPPING = Mapping({}, {}, 0)
"""Stands for a mapping that is absent or was of the wrong form, so that its keys are not missed too."""
SHORT_LIST = 10
LONGEST_SHOWN = 60

_Word = TypeVar("_Word", bound=str)
_LOCAL_ID = re.compile(r"[\w.-]+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?")


class Reading(msgspec.Struct, frozen=True):
    """Where one is in a file: its name, what is being read (`norm 15-c`), and where problems go."""

    file: str
    problems: Problems
    subject: str = ""

    def about(self, subject: str) -> Reading:
        return Reading(self.file, self.problems, subject)

    def problem(self, code: str, message: str, line: int) -> None:
        self.problems.add(code, f"{self.subject}: {message}" if self.subject else message, self.file, line)

    def unknown(self, what: str, word: str, known: Iterable[str], line: int) -> None:
        words = list(known)
        hint = nearest(word, words) or (f" (one of {', '.join(words)})" if 0 < len(words) <= SHORT_LIST else "")
        self.problem("unknown", f'unknown {what} "{word}"{hint}', line)

    def mapping(self, node: Node, what: str) -> Mapping:
        if isinstance(node, Mapping):
            return node
        self.problem("type", f"{what} must be a mapping (key: value), not {_form(node)}", node.line)
        return NO_MAPPING

    def keys(self, mapping: Mapping, known: Iterable[str]) -> None:
        """Notes every key that is not among the known ones."""
        allowed = tuple(known)
        for key, line in mapping.key_lines.items():
            if key in allowed:
                continue
            if " " in key and is_blank(mapping.entries[key]):
                self.problem("unknown", f'unknown key "{key}": put quotes around a text with a comma in it', line)
            else:
                self.unknown("key", key, allowed, line)

    def missing(self, mapping: Mapping, key: str) -> None:
        if mapping is not NO_MAPPING:
            self.problem("missing", f'"{key}" is missing', mapping.line)

    def required(self, mapping: Mapping, key: str) -> Node | None:
        node = mapping.entries.get(key)
        if node is None or is_blank(node):
            self.missing(mapping, key)
            return None
        return node

    def items(self, mapping: Mapping, key: str) -> tuple[Node, ...]:
        """The items of a list; none where the key is absent."""
        node = mapping.entries.get(key)
        if node is None or isinstance(node, Listing):
            return node.items if node else ()
        self.problem("type", f'"{key}" must be a list, not {_form(node)}', node.line)
        return ()

    def as_text(self, node: Node, what: str) -> str:
        if not isinstance(node, Text):
            self.problem("type", f"{what} must be one text, not {_form(node)}", node.line)
            return ""
        return node.value.strip()

    def text(self, mapping: Mapping, key: str) -> str:
        """A text that must be there."""
        node = self.required(mapping, key)
        return "" if node is None else self.as_text(node, f'"{key}"')

    def local_id(self, mapping: Mapping) -> str:
        """The `id` of something that other files may name as `instrument#id`."""
        local = self.text(mapping, "id")
        if local and not _LOCAL_ID.fullmatch(local):
            self.problem("id", f'"{local}" is no id: letters, digits, "-", "." and "_"', mapping.key_lines["id"])
        return local

    def text_or(self, mapping: Mapping, key: str, default: str) -> str:
        node = mapping.entries.get(key)
        return default if node is None else self.text(mapping, key)

    def word(self, mapping: Mapping, key: str, known: tuple[_Word, ...], what: str = "") -> _Word:
        """One of a few known words, that must be there. `what` names it where the key does not."""
        node = self.required(mapping, key)
        return known[0] if node is None else self.as_word(node, what or key, known)

    def as_word(self, node: Node, what: str, known: tuple[_Word, ...]) -> _Word:
        value = self.as_text(node, what)
        for word in known:
            if word == value:
                return word
        if isinstance(node, Text):
            self.unknown(what, value, known, node.line)
        return known[0]

    def yes(self, mapping: Mapping, key: str) -> bool:
        """Whether a yes/no key says yes; no where it is absent."""
        node = mapping.entries.get(key)
        return node is not None and self.as_word(node, f'"{key}"', ("yes", "no")) == "yes"

    def texts(self, node: Node, what: str) -> tuple[Text, ...]:
        """A list of texts; one text alone stands for a list of it."""
        if isinstance(node, Text):
            node = Listing((node,), node.line)
        if not isinstance(node, Listing):
            self.problem("type", f"{what} must be a list of words, not {_form(node)}", node.line)
            return ()
        for item in node.items:
            if not isinstance(item, Text):
                self.problem("type", f"{what} must be a list of words, not of {_form(item)}s", item.line)
        texts = tuple(item for item in node.items if isinstance(item, Text))
        self._twice(texts, what)
        return texts

    def _twice(self, texts: tuple[Text, ...], what: str) -> None:
        seen: set[str] = set()
        for text in texts:
            if text.value in seen:
                self.problem("duplicate", f'"{text.value}" stands twice in {what}', text.line)
            seen.add(text.value)

    def names(self, node: Node, what: str, known: Collection[_Word]) -> tuple[_Word, ...]:
        """A list of known words; `what` names one of them (`action`, `agency kind`)."""
        names: list[_Word] = []
        for text in self.texts(node, f"a list of {what}s"):
            if text.value in known:
                names.append(cast(_Word, text.value))
            else:
                self.unknown(what, text.value, known, text.line)
        return tuple(names)

    def day(self, mapping: Mapping, key: str) -> date:
        node = self.required(mapping, key)
        return NO_DAY if node is None else self.as_day(node)

    def as_day(self, node: Node) -> date:
        value = self.as_text(node, "a date")
        if isinstance(node, Text):
            day = parse_day(value)
            if day is not None:
                return day
            self.problem("date", f'"{value}" is not a date (year-month-day, as 2025-01-31)', node.line)
        return NO_DAY

    def as_time(self, node: Node) -> date | datetime:
        """A day, or a day and time (`2025-01-31T14:30`)."""
        value = self.as_text(node, "a date or time")
        if isinstance(node, Text):
            time = parse_time(value)
            if time is not None:
                return time
            self.problem("date", f'"{value}" is not a date or time (as 2025-01-31 or 2025-01-31T14:30)', node.line)
        return NO_DAY

    def as_number(self, node: Node, what: str) -> float:
        value = self.as_text(node, what)
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
        if isinstance(node, Text):
            self.problem("type", f'{what} must be a number, not "{value}"', node.line)
        return 0.0


def is_blank(node: Node) -> bool:
    return isinstance(node, Text) and not node.value.strip()


def parse_day(value: str) -> date | None:
    """The date written `2025-01-31`; None where the text is none."""
    if not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def parse_time(value: str) -> date | datetime | None:
    """The date, or date and time of the place, that a text gives."""
    if not _TIME.fullmatch(value):
        return parse_day(value)
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _form(node: Node) -> str:
    match node:
        case Text(value):
            shown = value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…"
            return f'"{shown}"' if value else "nothing"
        case Listing():
            return "a list"
        case Mapping():
            return "a mapping"
