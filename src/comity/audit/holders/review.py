"""agencies.csv: names of holders that nothing knows, each with a likely meaning, for a person to accept or refuse.

The file is written and read back: accepted lines are used on the next run, refused ones are remembered, and lines
without a decision change nothing. docs/reference/agencies-csv.md describes the form.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import get_args

import msgspec

from comity.audit.holders.match import ACCEPTED, HolderClass, Match, Told
from comity.audit.holders.names import key
from comity.audit.holders.resolver import Key, Resolver, key_of_told
from comity.audit.spreadsheet import day_in, read_lines, write_lines
from comity.errors import ComityError, nearest
from comity.library import Library

COLUMNS = (
    "name",
    "state",
    "city",
    "rows",
    "agency",
    "holder",
    "class",
    "score",
    "why",
    "decision",
    "decided_on",
    "note",
)

DECISIONS = ("", "accept", "reject")


class Line(msgspec.Struct, frozen=True):
    """A line of the file. `agency`, `holder` and `kind` are the proposal until a person changes them.

    `decision` is empty, `accept` or `reject`; `decided_on` the day of it.
    """

    name: str
    state: str
    city: str
    rows: int
    agency: str
    holder: str
    kind: str
    score: str
    why: str
    decision: str = ""
    decided_on: date | None = None
    note: str = ""

    @property
    def key(self) -> Key:
        """Name, state and city as they are compared."""
        return key(self.name), key(self.state), key(self.city)


class Reviewed(msgspec.Struct, frozen=True):
    """All lines of a file, by key and in order."""

    lines: tuple[Line, ...] = ()

    def accepted(self) -> dict[Key, Match]:
        """What a person accepted, as matches that say so and when."""
        return {
            line.key: Match(
                line.agency or None, line.holder, _class(line.kind), f"{ACCEPTED} on {line.decided_on}", "", line.note
            )
            for line in self.lines
            if line.decision == "accept"
        }

    def refused(self) -> dict[Key, frozenset[str]]:
        """The agencies (or holders) that a person refused, by name."""
        found: dict[Key, set[str]] = {}
        for line in self.lines:
            if line.decision == "reject":
                found.setdefault(line.key, set()).add(line.agency or line.holder)
        return {name: frozenset(agencies) for name, agencies in found.items()}


def _class(kind: str) -> HolderClass:
    return msgspec.convert(kind, HolderClass)


def read_reviewed(path: Path, library: Library) -> Reviewed:
    """The file as a person left it; no lines if there is no file.

    Raises ComityError (`agencies`) naming the line of the first cell that does not fit.
    """
    if not path.exists():
        return Reviewed()
    agencies = list(library.agencies())
    lines: list[Line] = []
    decided: set[tuple[Key, str]] = set()
    for cell, at in read_lines(path, COLUMNS, "agencies"):
        line = _line(cell, at, agencies)
        mark = (line.key, "accept" if line.decision == "accept" else f"{line.decision} {line.agency}")
        if mark in decided:
            raise ComityError("agencies", f'"{line.name}" is decided twice', at)
        decided.add(mark)
        lines.append(line)
    return Reviewed(tuple(lines))


def _line(cell: dict[str, str], at: str, agencies: list[str]) -> Line:
    decision = cell["decision"].lower()
    if decision not in DECISIONS:
        raise ComityError("agencies", f'decision "{cell["decision"]}": write accept, reject or nothing', at)
    if cell["agency"] and cell["agency"] not in agencies:
        hint = nearest(cell["agency"], agencies)
        raise ComityError("agencies", f'no law file has the agency "{cell["agency"]}"{hint}', at)
    if decision == "accept" and cell["class"] not in get_args(HolderClass):
        classes = ", ".join(get_args(HolderClass))
        raise ComityError("agencies", f'class "{cell["class"]}": write one of {classes}', at)
    if decision == "accept" and not (cell["agency"] or cell["holder"]):
        raise ComityError("agencies", "an accepted line names an agency or a holder", at)
    if not cell["name"]:
        raise ComityError("agencies", "no name", at)
    told = decision or cell["decided_on"]
    day = day_in(cell["decided_on"], "decided_on", "agencies", at) if told else None
    return Line(
        cell["name"], cell["state"], cell["city"], _number(cell["rows"], at), cell["agency"], cell["holder"],
        cell["class"], cell["score"], cell["why"], decision, day, cell["note"],
    )  # fmt: skip


def _number(text: str, at: str) -> int:
    if text and not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ComityError("agencies", f'rows "{text}" is no number', at)
    return int(text or 0)


def resolver_with(library: Library, reviewed: Reviewed) -> Resolver:
    """A resolver that uses what a person accepted, and does not propose again what was refused."""
    return Resolver(library, reviewed=reviewed.accepted(), rejected=reviewed.refused())


def with_proposals(reviewed: Reviewed, told: Iterable[tuple[Told, int]], resolver: Resolver) -> Reviewed:
    """The decided lines as they were, and a line for each name that is still unmapped, the most frequent first.

    `told` are the holders of a log with the number of their rows.
    """
    kept = [line for line in reviewed.lines if line.decision]
    accepted = {line.key for line in kept if line.decision == "accept"}
    open_before = {line.key: line for line in reviewed.lines if not line.decision}
    asked: dict[Key, Line] = {}
    for holder, rows in told:
        match = resolver.match(holder)
        place = key_of_told(holder)
        if match.kind != "unmapped" or not holder.name or place in accepted:
            continue
        asked[place] = _asked(holder, rows, match)
    for place, line in open_before.items():
        if place not in accepted:
            asked.setdefault(place, line)
    ordered = sorted(asked.values(), key=lambda line: (-line.rows, line.key))
    return Reviewed((*kept, *ordered))


def _asked(holder: Told, rows: int, match: Match) -> Line:
    near = match.proposal
    name, state, city = holder.name or "", holder.state or "", holder.city or ""
    if near is None:
        return Line(name, state, city, rows, "", "", "", "", match.note)
    return Line(name, state, city, rows, near.agency or "", near.holder, near.kind, str(near.score), near.why)


def write_reviewed(path: Path, reviewed: Reviewed) -> None:
    """Writes the file, whole or not at all; no cell runs as a formula.

    Raises ComityError (`cannot_write`) if it cannot be written.
    """
    write_lines(path, COLUMNS, map(_cells, reviewed.lines))


def _cells(line: Line) -> list[str]:
    decided = line.decided_on.isoformat() if line.decided_on else ""
    return [
        line.name, line.state, line.city, str(line.rows), line.agency, line.holder, line.kind, line.score, line.why,
        line.decision, decided, line.note,
    ]  # fmt: skip
