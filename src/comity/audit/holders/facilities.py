"""The list of facilities that comes with the program: which agency held at each, and how that is known.

The key is name, state and city together: one name stands in many states, and look-alikes are other places.
"""

from __future__ import annotations

import csv
from importlib import resources
from typing import get_args

import msgspec

from comity.audit.holders.match import HolderClass
from comity.errors import ComityError

CLASSES = tuple(name for name in get_args(HolderClass) if name != "unmapped")

COLUMNS = ("facility", "state", "city", "agency", "holder", "class", "matched", "source", "note")


class Holder(msgspec.Struct, frozen=True):
    """A facility of the map. `agency` is empty where no agency bound by encoded law is known to have held."""

    facility: str
    state: str
    city: str
    agency: str
    holder: str
    kind: HolderClass
    matched: str
    source: str
    note: str


def load_holders() -> list[Holder]:
    """The map as packaged.

    Raises ComityError (`holders`) naming the line of a row that does not fit.
    """
    text = resources.files("comity.audit.holders").joinpath("facilities.csv").read_text(encoding="utf-8")
    return read_holders(text)


def read_holders(text: str) -> list[Holder]:
    """Reads a map of facilities.

    Raises ComityError (`holders`) for a wrong column, an unknown class or a key that stands twice.
    """
    rows = csv.DictReader(text.splitlines())
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise ComityError("holders", f"the columns must be {', '.join(COLUMNS)}", "facilities.csv:1")
    found: list[Holder] = []
    keys: set[tuple[str, str, str]] = set()
    for row in rows:
        at = f"facilities.csv:{rows.line_num}"
        if row["class"] not in CLASSES:
            raise ComityError("holders", f'unknown class "{row["class"]}"', at)
        holder = msgspec.convert({("kind" if name == "class" else name): row[name] for name in COLUMNS}, Holder)
        key = (holder.facility, holder.state, holder.city)
        if key in keys:
            raise ComityError("holders", f"{', '.join(key)} stands twice", at)
        keys.add(key)
        found.append(holder)
    return found
