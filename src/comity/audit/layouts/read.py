"""Layout files: YAML → `Layout`, with every problem found at once, by file, line and nearest known word.

The form is described in docs/reference/log-layouts.md. Built-in layouts and mappings are read alike.
"""

from __future__ import annotations

import re
from datetime import date
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from comity.audit.layouts.days import zone_fault
from comity.audit.layouts.form import (
    EARLIEST,
    LATEST,
    DayColumn,
    Holder,
    Layout,
    LayoutColumn,
    Values,
)
from comity.audit.layouts.marks import default_marks, read_marks
from comity.audit.layouts.readrows import UNCONFIRMED, RowReader, check_pattern, read_formats
from comity.errors import ComityError, nearest
from comity.lawfiles.problems import Problems
from comity.lawfiles.reading import NO_MAPPING, Reading, is_blank
from comity.lawfiles.yamlsource import Listing, Mapping, Node, read_source
from comity.regularfile import read_yaml

if TYPE_CHECKING:
    from comity.vocabulary import Vocabulary

KEYS = (
    "layout", "says", "cite", "columns", "day", "holder", "facts", "tells", "kinds", "outcome", "duties",
    "reason", "identifier", "searcher", "keys", "sequence", "order", "zeros", "marks", "changes", "assumes",
    "cannot_tell",
)  # fmt: skip
VALUES: tuple[Values, ...] = ("one", "several")


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
        raw = read_yaml(path)
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


class _Reader(RowReader):
    """Reads one layout file."""

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
            duties=self._duties(),
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
            about.keys(entry, ("names", "optional", "values", "like", UNCONFIRMED))
            if not re.fullmatch(r"[a-z]\w*", name):
                about.problem("id", f'"{name}" is no name for a column here: small letters, digits, "_"', node.line)
            told = about.texts(entry.entries["names"], '"names"') if "names" in entry.entries else ()
            values: Values = about.word(entry, "values", VALUES) if "values" in entry.entries else ""
            names = tuple(text.value for text in told) or (name,)
            likes = about.texts(entry.entries["like"], '"like"') if "like" in entry.entries else ()
            for text in likes:
                check_pattern(about, text)
            like = "|".join(f"(?:{text.value})" for text in likes)
            columns.append(LayoutColumn(name, names, about.yes(entry, "optional"), values, like))
        return tuple(columns)

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
        zone = about.text_or(entry, "zone", "")
        if zone and (fault := zone_fault(zone)):
            about.problem("zone", fault, entry.key_lines["zone"])
        return DayColumn(
            self._column_at(entry, "column"),
            read_formats(about, entry),
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

    def _changes(self) -> tuple[tuple[date, str], ...]:
        changes: list[tuple[date, str]] = []
        for node in self.reading.items(self.mapping, "changes"):
            entry = self.reading.mapping(node, "a change")
            self.reading.keys(entry, ("on", "says"))
            changes.append((self.reading.day(entry, "on"), self.reading.text(entry, "says")))
        return tuple(changes)


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
