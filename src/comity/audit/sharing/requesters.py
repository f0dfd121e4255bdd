"""What an organisation is to an agency that shares plate-reader data with it: federal, of another state, of its own.

The class follows from the name alone. Where the name does not tell, the class is `unknown` and so is the fact.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from comity.audit.holders.gazetteer import STATES
from comity.audit.holders.organisations import Organisation, read_organisation

PartnerClass = Literal["federal", "out of state", "in state", "private", "unknown"]

CLASSES: tuple[PartnerClass, ...] = ("federal", "out of state", "in state", "private", "unknown")

_FEDERAL: tuple[tuple[str, str], ...] = (
    (r"\bHSI\b|homeland security investigations", "ice_hsi"),
    (r"\bERO\b|enforcement and removal", "ice_ero"),
    (r"\bICE\b|immigration and customs", "ice"),
    (r"border patrol|\bUSBP\b", "border_patrol"),
    (r"\bCBP\b|customs and border", "cbp"),
    (r"\bFBI\b|bureau of investigation", "fbi"),
    (r"\bDEA\b|drug enforcement adm", "dea"),
    (r"\bATF\b|alcohol, tobacco", "atf"),
    (r"\bUSMS\b|\bmarshal", "us_marshals"),
    (r"\bDHS\b|homeland security|\bTSA\b|secret service|\bUSSS\b|coast guard", "dhs"),
    (
        r"postal|army|navy|air force|marine corps|national park|forest|veterans|\bGSA\b|\bTVA\b|valley authority",
        "other_federal",
    ),
)
_ENFORCEMENT = ("city police", "county sheriff", "state", "campus police")


class Requester(msgspec.Struct, frozen=True):
    """A class, the fact `requester` that goes with it (None: unknown), and how the name tells it."""

    organisation: str
    kind: PartnerClass
    fact: tuple[str, ...] | None
    state: str | None
    why: str


def requester_of(name: str, home: str) -> Requester:
    """What the organisation of a name is to an agency of the state `home` (two capitals)."""
    named = read_organisation(name)
    told = STATES.get(named.state or "", "")
    if named.body == "federal":
        marked = "marked federal" if "federal" in named.marks else "a federal name"
        return Requester(named.name, "federal", (_federal(named.name),), named.state, marked + _inactive(named))
    if named.body == "private":
        return Requester(named.name, "private", ("private_party",), named.state, "a private body, by its name")
    if named.state is None:
        return Requester(named.name, "unknown", None, None, "the name tells no state" + _inactive(named))
    if named.state == home:
        fact = ("in_state_agency",) if named.body != "other" else None
        kind: PartnerClass = "in state" if fact else "unknown"
        return Requester(named.name, kind, fact, named.state, _why(named, told))
    fact = ("out_of_state_law_enforcement",) if named.body in _ENFORCEMENT else None
    return Requester(named.name, "out of state", fact, named.state, _why(named, told))


def _federal(name: str) -> str:
    # A mark says federal of whom no name is known: the whole tree of federal agencies is meant.
    return next((value for pattern, value in _FEDERAL if re.search(pattern, name, re.IGNORECASE)), "federal")


def _why(named: Organisation, state: str) -> str:
    body = "a body whose kind the name does not tell" if named.body == "other" else named.body
    return f"{body}, {state}" + _inactive(named)


def _inactive(named: Organisation) -> str:
    return "; marked inactive, which does not stop searches" if "inactive" in named.marks else ""


def home_of(agency: str) -> str:
    """The state of an agency, as two capitals; empty for none."""
    parts = agency.split("/")
    return parts[1].upper() if len(parts) > 1 and parts[1].upper() in STATES else ""
