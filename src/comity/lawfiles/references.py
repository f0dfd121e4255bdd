"""References from one law file to another: noted while files are read, checked when all are read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Literal

import msgspec

from comity.lawfiles.problems import Problems
from comity.norms import Instrument

if TYPE_CHECKING:
    from comity.lawfiles.reading import Reading
    from comity.lawfiles.yamlsource import Node

SYNTHETIC = ("required_by_law", "local_rule_forbids")
"""Names, after a place, of the norms that stand for law not encoded; an example may expect them."""


class Reference(msgspec.Struct, frozen=True):
    """What a file names at some line, while it tells of `subject` (`norm 15-c`), and what that must be."""

    file: str
    subject: str
    target: str
    line: int
    kind: Literal["norm", "proposal", "agency", "agency or place"]
    """`norm`: a norm or dispute, `instrument#norm`, or an instrument."""


class References:
    """The references that some files make. `places` are all places that have a file of their own."""

    def __init__(self, places: Collection[str]) -> None:
        self.places = places
        self.made: list[Reference] = []

    def refer(
        self,
        reading: Reading,
        target: str,
        line: int,
        kind: Literal["norm", "proposal", "agency", "agency or place"] = "norm",
    ) -> None:
        """Notes a reference, to be checked by `check_references`."""
        self.made.append(Reference(reading.file, reading.subject, target, line, kind))

    def agency_names(self, reading: Reading, node: Node, *, or_place: bool = False) -> tuple[str, ...]:
        """A list of agencies (or, where it may be, of places), to be checked by `check_references`."""
        texts = reading.texts(node, "a list of agencies")
        for text in texts:
            self.refer(reading, text.value, text.line, "agency or place" if or_place else "agency")
        return tuple(text.value for text in texts)


class Declared:
    """What the files of a library declare. `unread` are places whose files were left unread, `unreadable` the
    instruments of files that could not be read: whatever is said of either is let pass."""

    def __init__(
        self,
        places: Collection[str],
        agencies: Collection[str],
        instruments: Iterable[Instrument],
        unread: Collection[str] = (),
        unreadable: Collection[str] = (),
    ) -> None:
        self.places = places
        self.agencies = agencies
        self.unread = unread
        self.instruments: dict[str, frozenset[str] | None] = dict.fromkeys(unreadable)
        self.proposals: set[str] = set()
        for instrument in instruments:
            self.instruments[instrument.id] = frozenset(instrument.local_ids)
            if instrument.kind == "proposal":
                self.proposals.add(instrument.id)


def check_references(made: Iterable[Reference], declared: Declared, problems: Problems) -> None:
    """Notes a problem for every reference to something that no file declares."""
    for reference in made:
        if reference.kind in ("norm", "proposal"):
            _check_norm(reference, declared, problems)
        elif reference.target.rpartition("/")[0] not in declared.unread:
            or_place = reference.kind == "agency or place"
            if reference.target not in declared.agencies and not (or_place and reference.target in declared.places):
                known = [*declared.agencies, *(declared.places if or_place else ())]
                _unknown(reference, reference.kind, known, problems)


def _check_norm(reference: Reference, declared: Declared, problems: Problems) -> None:
    instrument, mark, local = reference.target.partition("#")
    if instrument in declared.unread or instrument.rpartition("/")[0] in declared.unread:
        return
    if reference.kind == "proposal" and instrument not in declared.proposals and instrument in declared.instruments:
        _reading(reference, problems).problem("unknown", f'"{instrument}" is law, not a proposal', reference.line)
    elif mark and local in SYNTHETIC and instrument in declared.places:
        return
    elif instrument not in declared.instruments:
        named = msgspec.structs.replace(reference, target=instrument)
        _unknown(named, "instrument", sorted(declared.instruments), problems)
    elif mark:
        known = declared.instruments[instrument]
        if known is not None and local not in known:
            _unknown(reference, "norm or dispute", [f"{instrument}#{name}" for name in sorted(known)], problems)


def _unknown(reference: Reference, what: str, known: list[str], problems: Problems) -> None:
    _reading(reference, problems).unknown(what, reference.target, known, reference.line)


def _reading(reference: Reference, problems: Problems) -> Reading:
    # Where all references are good, a start from the cache does without what reads files.
    from comity.lawfiles.reading import Reading

    return Reading(reference.file, problems, reference.subject)
