"""Bodies that are neither jail nor town police, by what their names say they are: prosecutors, boards, a county's own
police, a town's department of public safety, constables, and departments of the state.

As lists of agreements name them, without a city. A body of which no agency of its kind is encoded is known for what it
is, and has none.
"""

from __future__ import annotations

import re

from comity.audit.holders.byrule import JAIL_WORDS, by_county, called_county
from comity.audit.holders.encoded import EncodedPlaces
from comity.audit.holders.gazetteer import STATES, County, counties
from comity.audit.holders.match import BY_RULE, HolderClass, Match, Told
from comity.audit.holders.names import read_name, squeezed
from comity.audit.holders.rules import Rules

_OF_COUNTY = re.compile(r"^(?P<county>.+?) (?:COUNTY|PARISH) (?P<rest>.+)$")
_PROSECUTOR = re.compile(
    r"(?:(?:CRIMINAL )?(?:DISTRICT|STATES?|COMMONWEALTHS?|PROSECUTING) ATTORNEYS?|PROSECUTORS?)(?: OFFICE)?"
)
_CIRCUIT = re.compile(r"^OFFICE OF THE (?:STATE|DISTRICT) ATTORNEY .*(?:CIRCUIT|DISTRICT)$")
_BOARD = re.compile(r"(?:BOCC|BOARD OF COUNTY COMMISSIONERS)(?: (?P<for>.+))?")
_COUNTY_POLICE = re.compile(r"POLICE(?: DEPARTMENT)?")
_PUBLIC_SAFETY = re.compile(r"^(?P<city>.+?) (?:DEPARTMENT OF PUBLIC SAFETY|PUBLIC SAFETY|DPS)$")
_NO_TOWN = re.compile(r"\b(?:COUNTY|PARISH|STATE|UNIVERSITY|COLLEGE|SCHOOLS?|AIRPORT|TRIBE|NATION)\b")
_CONSTABLE = re.compile(r"\bCONSTABLES?\b")
_OF_STATE = r"^(?:STATE OF )?{state} (?:STATE )?(?:(?:DEPARTMENT|DIVISION|OFFICE|BUREAU) OF|(?:NATIONAL|STATE) GUARD)\b"


def by_body(told: Told, state: str, rules: Rules, encoded: EncodedPlaces) -> Match | None:
    """What a name without a city says of itself; None where it says no such thing, or where the county has law of its
    own encoded, whose bodies are other agencies."""
    if told.city:
        return None
    read = read_name(told.name or "")
    if _CONSTABLE.search(read):
        kind = "county" if {"COUNTY", "PRECINCT", "PCT", "DISTRICT"} & set(read.split()) else "city"
        return _known(told, kind, "constable", "A constable, by the name; no agency of that kind is encoded.")
    if re.search(_OF_STATE.format(state=read_name(STATES[state])), read):
        note = "A body of the state, by the name; none of that name is encoded."
        return _known(told, "state", "body of the state", note)
    if _CIRCUIT.match(read):
        return _local(told.name or "", "county", state, "prosecutor", encoded, "A prosecutor, by the name itself.")
    of_county = _OF_COUNTY.match(read)
    if of_county is not None:
        county = counties().get((state, squeezed(of_county["county"])))
        own = county is not None and encoded.jail_of(state, county.name) is not None
        return None if county is None or own else _of_county(county, of_county["rest"], told, rules, encoded)
    town = _PUBLIC_SAFETY.match(read)
    if town is None or _NO_TOWN.search(town["city"]) or encoded.police_of(state, town["city"]):
        return None
    note = "A town's department of public safety, by the name: police and fire in one."
    return _local(f"{town['city'].title()} Public Safety", "city", state, "police", encoded, note)


def _of_county(county: County, rest: str, told: Told, rules: Rules, encoded: EncodedPlaces) -> Match | None:
    called, state = called_county(county), county.state
    if _PROSECUTOR.fullmatch(rest):
        return _local(f"{called} prosecutor", "county", state, "prosecutor", encoded, "The prosecutor, by the name.")
    if _COUNTY_POLICE.fullmatch(rest):
        return _local(f"{called} Police", "county", state, "police", encoded, "The county's own police, by the name.")
    board = _BOARD.fullmatch(rest)
    if board is None:
        return None
    if board["for"] is None:
        note = "The county's board, by the name itself."
        return _local(f"{called} board", "county", state, "governing-body", encoded, note)
    words = set(board["for"].split()) - {*county.name.upper().split(), "COUNTY"}
    jail = Told(f"{county.name} County Jail", told.state)
    return by_county(jail, state, rules, encoded) if words <= JAIL_WORDS else None


def _local(holder: str, kind: HolderClass, state: str, agency: str, encoded: EncodedPlaces, note: str) -> Match | None:
    """The agency that stands for all of its kind in the state without law of their own, if there is one."""
    found = encoded.local(state, agency)
    return None if found is None else Match(found.id, holder, kind, f"{BY_RULE}: {agency}", "", note)


def _known(told: Told, kind: HolderClass, rule: str, note: str) -> Match:
    return Match(None, told.name or "", kind, f"{BY_RULE}: {rule}", "", note)
