"""References from one law file to another: noted while files are read, checked when all are read."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from comity.lawfiles.reading import Reading
from comity.lawfiles.yamlsource import Node

SYNTHETIC = ("required_by_law", "local_rule_forbids")
"""Names, after a place, of the norms that stand for law not encoded; an example may expect them."""


class _Reference(msgspec.Struct, frozen=True):
    reading: Reading
    target: str
    line: int
    proposal: bool


class _Named(msgspec.Struct, frozen=True):
    reading: Reading
    name: str
    line: int
    places: bool


class References:
    """What the files of a library declare, and what they refer to.

    `unread` are places whose files are left unread: what is said of them is not checked.
    """

    def __init__(self, unread: Collection[str] = ()) -> None:
        self._unread = unread
        self.places: dict[str, None] = {}
        self.agencies: dict[str, None] = {}
        self.proposals: dict[str, None] = {}
        self._declared: dict[str, frozenset[str] | None] = {}
        self._made: list[_Reference] = []
        self._named: list[_Named] = []

    def declare(self, instrument: str, local_ids: Collection[str] | None) -> None:
        """An instrument and the ids of its norms and disputes; None where its file could not be read at all."""
        self._declared[instrument] = None if local_ids is None else frozenset(local_ids)

    def refer(self, reading: Reading, target: str, line: int, *, proposal: bool = False) -> None:
        """Notes a reference to `instrument#norm`, or to an instrument, to be checked by `check`."""
        self._made.append(_Reference(reading, target, line, proposal))

    def name_agency(self, reading: Reading, name: str, line: int, *, or_place: bool = False) -> None:
        """Notes the name of an agency (or, where it may be, of a place), to be checked by `check`."""
        self._named.append(_Named(reading, name, line, or_place))

    def agency_names(self, reading: Reading, node: Node, *, or_place: bool = False) -> tuple[str, ...]:
        """A list of agencies (or, where it may be, of places), to be checked by `check`."""
        texts = reading.texts(node, "a list of agencies")
        for text in texts:
            self.name_agency(reading, text.value, text.line, or_place=or_place)
        return tuple(text.value for text in texts)

    def check(self) -> None:
        """Notes a problem for every reference to something that no file declares."""
        for named in self._named:
            if named.name.rpartition("/")[0] in self._unread:
                continue
            if named.name not in self.agencies and not (named.places and named.name in self.places):
                known = [*self.agencies, *(self.places if named.places else ())]
                named.reading.unknown("agency or place" if named.places else "agency", named.name, known, named.line)
        for made in self._made:
            instrument, mark, local = made.target.partition("#")
            if instrument in self._unread or instrument.rpartition("/")[0] in self._unread:
                continue
            if made.proposal and instrument not in self.proposals and instrument in self._declared:
                made.reading.problem("unknown", f'"{instrument}" is law, not a proposal', made.line)
            elif mark and local in SYNTHETIC and instrument in self.places:
                continue
            elif instrument not in self._declared:
                made.reading.unknown("instrument", instrument, self._declared, made.line)
            elif mark:
                known = self._declared[instrument]
                if known is not None and local not in known:
                    full = [f"{instrument}#{name}" for name in sorted(known)]
                    made.reading.unknown("norm or dispute", made.target, full, made.line)
