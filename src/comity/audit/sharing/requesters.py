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
    (r"\bATF\b|alcohol,? tobacco", "atf"),
    (r"\bUSMS\b|\bmarshal", "us_marshals"),
    (r"\bDHS\b|homeland security|\bTSA\b|secret service|\bUSSS\b|coast guard", "dhs"),
    (
        r"postal|army|navy|air force|marine corps|national park|forest|veterans|\bVAMC\b|"
        r"\bVA (medical|hospital|health)|\bGSA\b|\bTVA\b|valley authority",
        "other_federal",
    ),
)
_ENFORCEMENT = ("city police", "county sheriff", "state", "campus police")
_OF_THE_STATE = (*_ENFORCEMENT, "county")
_PUBLIC_CAMPUS = re.compile(
    r"\bSTATE (UNIVERSITY|COLLEGE)\b|\bCOMMUNITY COLLEGE\b|\bISD\b|\bSCHOOLS?\b|"
    r"^UNIVERSITY OF (NORTH |SOUTH |WEST |EAST |CENTRAL )?("
    + "|".join(told for state in STATES.items() for told in state if told != "Pennsylvania")
    + r")\b",
    re.IGNORECASE,
)
"""Universities that are the state's by their names; of others the name does not tell (Northwestern, Pennsylvania)."""
_POLICE = re.compile(r"\b(PD|POLICE|DPS|PUBLIC SAFETY)\b", re.IGNORECASE)
_NO_AGENCY_OF_A_STATE = {
    "network": "a network of several states' agencies",
    "tribal": "a tribe's: neither the State's nor federal",
}


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
    if named.body == "railroad police":
        says = "a railroad's police: a company's, and commissioned by states"
        return Requester(named.name, "private", None, named.state, says)
    if named.body in _NO_AGENCY_OF_A_STATE:
        return Requester(named.name, "unknown", None, None, _NO_AGENCY_OF_A_STATE[named.body] + _inactive(named))
    if named.state is None:
        return Requester(named.name, "unknown", None, None, "the name tells no state" + _inactive(named))
    if named.state == home:
        fact = ("in_state_agency",) if _is_of_the_state(named) else None
        return Requester(named.name, "in state", fact, named.state, _why(named, told, at_home=True))
    enforces = named.body in _ENFORCEMENT and (named.body != "campus police" or _POLICE.search(named.name))
    fact = ("out_of_state_law_enforcement",) if enforces else None
    return Requester(named.name, "out of state", fact, named.state, _why(named, told))


def _is_of_the_state(named: Organisation) -> bool:
    """Whether a body in the state is an agency of it or of a city or county, as no private college is."""
    if named.body == "campus police":
        return bool(_PUBLIC_CAMPUS.search(named.name))
    return named.body in _OF_THE_STATE


def _federal(name: str) -> str:
    # A mark says federal of whom no name is known: the whole tree of federal agencies is meant.
    return next((value for pattern, value in _FEDERAL if re.search(pattern, name, re.IGNORECASE)), "federal")


def _why(named: Organisation, state: str, *, at_home: bool = False) -> str:
    body: str = named.body
    if body == "other":
        body = "a body whose kind the name does not tell"
    elif body == "campus police" and not _POLICE.search(named.name):
        body = "a school or college"
    elif body == "campus police" and at_home and not _PUBLIC_CAMPUS.search(named.name):
        body = "campus police, of a public or a private body"
    return f"{body}, {state}" + _inactive(named)


def _inactive(named: Organisation) -> str:
    return "; marked inactive, which does not stop searches" if "inactive" in named.marks else ""


def home_of(agency: str) -> str:
    """The state of an agency, as two capitals; empty for none."""
    parts = agency.split("/")
    return parts[1].upper() if len(parts) > 1 and parts[1].upper() in STATES else ""
