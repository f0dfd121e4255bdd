"""declarations.csv: the written declarations that an agency holds from organisations of other states.

The file is the whole register: an organisation that does not stand in it has declared nothing. Without a file it is
unknown who has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import msgspec

from comity.audit.holders.names import read_name
from comity.audit.holders.organisations import read_organisation
from comity.audit.spreadsheet import day_in, read_lines
from comity.errors import ComityError

COLUMNS = ("organisation", "received_on", "document", "note")


class Register(msgspec.Struct, frozen=True):
    """The first day on which each organisation's declaration was received, and how the register spells it: by its name
    without marks."""

    name: str
    received: dict[str, date]
    spelt: dict[str, str]

    def of(self, organisation: str) -> date | None:
        """The day of an organisation's declaration; None for none."""
        return self.received.get(key_of(organisation))

    def others(self, organisations: Iterable[str]) -> tuple[str, ...]:
        """The organisations of the register that are none of these: declared by others, or spelt otherwise."""
        found = {key_of(each) for each in organisations}
        return tuple(sorted(name for key, name in self.spelt.items() if key not in found))


def others_words(others: Sequence[str]) -> str:
    """What is to be minded of declarations by organisations that a list or log does not have."""
    return f"declared, and not among these organisations, or spelt otherwise: {'; '.join(others)}"


def key_of(organisation: str) -> str:
    """The name by which organisations are compared: case, blanks, marks and the vendor's product names left out."""
    named = read_organisation(organisation)
    return f"{read_name(named.place)}|{named.state or ''}|{named.body}"


def read_declarations(path: Path) -> Register:
    """The register of a file. Of several declarations of one organisation the first counts.

    Raises ComityError (`declarations`) naming the line of the first cell that does not fit.
    """
    received: dict[str, date] = {}
    spelt: dict[str, str] = {}
    for cell, at in read_lines(path, COLUMNS, "declarations"):
        if not cell["organisation"]:
            raise ComityError("declarations", "no organisation", at)
        day = day_in(cell["received_on"], "received_on", "declarations", at)
        organisation = key_of(cell["organisation"])
        received[organisation] = min(day, received.get(organisation, day))
        spelt.setdefault(organisation, cell["organisation"])
    return Register(path.name, received, spelt)
