"""A match: which agency a holder's name means, of which class it is, and how that is known."""

from __future__ import annotations

from typing import Literal

import msgspec

HolderClass = Literal["city", "county", "state", "federal", "private", "elsewhere", "other", "unmapped"]
"""`elsewhere`: told under a state in which the place is not. `other`: which agency held was not established.
`unmapped`: nothing is known of the name."""

EXACT = "exact name, state and city"
EXACT_BUT_CASE = "exact name, state and city, whatever the case and blanks"
NAME_AND_STATE = "exact name and state"
AGENCY_ID = "agency id"
OWN_NAME = "the agency's own name"
BY_RULE = "by rule"
BY_ORGANISATION = "by rule: organisation name"
ACCEPTED = "accepted by a person"


class Proposal(msgspec.Struct, frozen=True):
    """A likely meaning that a person may accept: never used by itself.

    `score` is 0 to 100 (rapidfuzz, token sort ratio), `why` says what was compared.
    """

    agency: str | None
    holder: str
    kind: HolderClass
    score: int
    why: str


class Match(msgspec.Struct, frozen=True):
    """What a name means. `agency` is None where no agency bound by encoded law is known to have held."""

    agency: str | None
    holder: str
    kind: HolderClass
    matched: str = ""
    source: str = ""
    note: str = ""
    proposal: Proposal | None = None


def way_of(matched: str) -> str:
    """The way of a match without the rule or the day: what matches are counted by."""
    return matched.split(":")[0].split(" on ")[0] or "not known"


class Told(msgspec.Struct, frozen=True):
    """A holder as a log tells it: name, state and city, trimmed; None where a cell is empty."""

    name: str | None
    state: str | None = None
    city: str | None = None
