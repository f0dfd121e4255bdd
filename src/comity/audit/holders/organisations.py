"""Names of organisations in plate-reader logs and sharing lists: which state, which kind of body, which marks.

The vendor writes `Polk County FL SO`, `Jesup PD (GA)`, `AL - Daphne PD`, `[Federal] …`, with suffixes for products
(`(LR)`, `(Flex)`, `- Axon`) and `[Inactive]` for closed accounts. Networks of several states' agencies have no state,
and none is guessed for a city without one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

import msgspec

from comity.audit.holders.gazetteer import STATES

Body = Literal[
    "city police", "county sheriff", "county", "state", "federal", "campus police", "railroad police", "tribal",
    "network", "private", "other",
]  # fmt: skip
"""`network` is one of several states' agencies; `railroad police` are a company's, commissioned by states."""


class Organisation(msgspec.Struct, frozen=True):
    """An organisation as its name tells it. `place` is the name without state, kind and marks."""

    name: str
    place: str
    state: str | None
    body: Body
    marks: tuple[str, ...]


_PRODUCTS = (
    "LR", "FLEX", "FLEX CAMS", "TECH", "AXON", "CONDOR", "CONDORS", "FALCON", "FALCON FLEX", "FALCONS", "RAVEN", "WING",
    "WINGLPR", "REDSPEED", "GENETEC", "LIVE VIDEO", "INSIGHT", "WING LVT", "WING LVI", "GUNSHOT DETECTION", "DEMO",
)  # fmt: skip
_MARK = re.compile(r"[\[(]\s*(federal|inactive)\s*[\])]", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_CODE_FIRST = re.compile(r"^([A-Z]{2})\s*-\s*(?=\S)")
_FEDERAL = re.compile(
    r"\b(FBI|DEA|ATF|HSI|CBP|USBP|(?-i:ICE)|USMS|USSS|NCIS|TSA|VAMC|VA (?:Medical|Hospital|Health)|US DHS|"
    r"Border Patrol|United States Marshals?|U\.? ?S\.? (?:Marshals?|Postal|Secret|Forest|"
    r"Army|Navy|Air Force|Customs|Park|Attorney|GSA|Coast Guard)|Homeland Security Investigations|Postal Inspection|"
    r"Federal Bureau|Drug Enforcement Administration|National Park|Air Force Base|Immigration and Customs|"
    r"Customs and Border|Alcohol,? Tobacco,? (?:and |& )?Firearms|Enforcement and Removal|Veterans Affairs|"
    r"Tennessee Valley Authority|Marine Corps)\b",
    re.IGNORECASE,
)
_PRIVATE = re.compile(r"\b(LLC|INC|APARTMENTS?|APTS|HOA|MALL|LP|HOMES)\b", re.IGNORECASE)
_RAILROAD = re.compile(r"\b(RAILROAD|RAILWAY|AMTRAK|BNSF|CSX)\b", re.IGNORECASE)
_TRIBE = re.compile(
    r"\b(TRIB(E|AL|ES)|NATION|INDIAN (COMMUNITY|COLONY|RESERVATION)|PUEBLO OF|RANCHERIA|BAND OF)\b", re.IGNORECASE
)
_CAMPUS = re.compile(r"\b(UNIVERSITY|COLLEGE|CAMPUS|ISD|SCHOOLS?)\b", re.IGNORECASE)
_SHERIFF = re.compile(r"\b(SO|SD|SHERIFF'?S?|CONST(?:ABLE'?S?)?)\b", re.IGNORECASE)
_POLICE = re.compile(r"\b(PD|POLICE|DPS|MARSHAL'?S?)\b", re.IGNORECASE)
_STATE_BODY = re.compile(
    r"\b(STATE (?:POLICE|PATROL|HIGHWAY PATROL|TROOPERS)|HIGHWAY PATROL|LAW ENFORCEMENT (?:AGENCY|DIVISION)|"
    r"DEPARTMENT OF (?:LAW ENFORCEMENT|CORRECTIONS?|PUBLIC SAFETY|NATURAL RESOURCES|REVENUE|CONSERVATION|"
    r"JUSTICE)|BUREAU OF INVESTIGATION)\b",
    re.IGNORECASE,
)
_NETWORK = re.compile(r"\b(MOCIC|ROCIC|RISS|HIDTA|WSIN|MAGLOCLEN|NESPIN|RMIN)\b", re.IGNORECASE)
_JOINT = re.compile(r"\b(TASK FORCE|FUSION|INFORMATION ANALYSIS)\b", re.IGNORECASE)
_OF_THE_STATE = re.compile(
    r"\b(?:(?:OFFICE|BUREAU|DIVISION|DEPARTMENT|BOARD|COMMISSION) OF|STATE (?:UNIVERSITY|COLLEGE)|TASK FORCE|"
    r"INFORMATION ANALYSIS|INTELLIGENCE CENTER|FUSION CENTER|ATTORNEY GENERAL|NATIONAL GUARD)\b",
    re.IGNORECASE,
)
"""With a state's name before it, a body of that state, or in it."""
_NO_STATES_NAME = re.compile(
    r"(CITY|COUNTY|BEACH|SPRINGS|FALLS|PARISH|TOWNSHIP|VALLEY|MILLS|HEIGHTS|GROVE)\b", re.IGNORECASE
)
"""After a state's name: a place called after the state, which need not lie in it (Kansas City, Washington County)."""
_KIND_WORDS = re.compile(
    r"\b(PD|SO|SD|POLICE|DEPARTMENT|SHERIFF'?S?|MARSHAL'?S?|CONST(?:ABLE'?S?)?|OFFICE|CAMPUS|DPS)\b", re.IGNORECASE
)


@lru_cache(maxsize=65_536)
def read_organisation(name: str) -> Organisation:
    """What an organisation's name tells of itself. What it does not tell stays None or `other`."""
    text = " ".join(name.split())[:300]
    marks = tuple(found[1].lower() for found in _MARK.finditer(text))
    bare = _MARK.sub(" ", text).strip()
    state, bare = _state_of(bare)
    body = _body_of(bare, "federal" in marks, state)
    place = " ".join(_KIND_WORDS.sub(" ", _IN_BRACKETS.sub(" ", bare)).split()).strip(" -")
    return Organisation(text, place, state, body, marks)


def _state_of(text: str) -> tuple[str | None, str]:
    """The state, and the text without it: before a dash, in brackets, or as a word of two capitals, last or before
    the kind of body."""
    first = _CODE_FIRST.match(text)
    if first and first[1] in STATES:
        return first[1], text[first.end() :]
    for found in _IN_BRACKETS.finditer(text):
        inside = (found[1] or found[2] or "").strip()
        if inside in STATES:
            return inside, (text[: found.start()] + text[found.end() :]).strip()
    bare = _without_product(text)
    words = bare.split()
    codes = [at for at, word in enumerate(words) if word in STATES and at > 0 and not _is_no_code(words, at)]
    if codes:
        at = codes[-1]
        return words[at], " ".join(words[:at] + words[at + 1 :])
    return _state_named(text), bare


def _is_no_code(words: list[str], at: int) -> bool:
    """`SC SD` is a sheriff's department of South Carolina; `ADAMS CO SO` is a county, in whatever state."""
    if words[at] == "SD":
        return words[at - 1] in STATES
    following = words[at + 1 : at + 2]
    return words[at] == "CO" and following in (["SO"], ["SHERIFF"]) and "COUNTY" not in (word.upper() for word in words)


def _state_named(text: str) -> str | None:
    """The state whose name a body begins with: `Idaho State Police`, `University of Florida PD`."""
    for code, called in STATES.items():
        if text.lower().startswith(f"university of {called.lower()}"):
            return code
        if text.lower().startswith(called.lower() + " "):
            rest = text[len(called) + 1 :]
            told = _STATE_BODY.search(text) or _OF_THE_STATE.search(rest)
            return code if told and not _NO_STATES_NAME.match(rest) else None
    return None


def _without_product(text: str) -> str:
    bare = text
    for found in _IN_BRACKETS.finditer(text):
        if (found[1] or found[2] or "").strip().upper() in _PRODUCTS:
            bare = bare.replace(found[0], " ")
    head, dash, tail = bare.rpartition(" - ")
    return head.strip() if dash and tail.strip().upper() in _PRODUCTS else bare.strip()


def _body_of(text: str, marked_federal: bool, state: str | None) -> Body:
    tests: list[tuple[Body, bool]] = [
        ("federal", marked_federal or bool(_FEDERAL.search(text))),
        ("network", bool(_NETWORK.search(text))),
        ("tribal", bool(_TRIBE.search(text))),
        ("other", bool(_JOINT.search(text))),
        ("railroad police", bool(_RAILROAD.search(text))),
        ("private", bool(_PRIVATE.search(text))),
        ("campus police", bool(_CAMPUS.search(text))),
        ("state", bool(_STATE_BODY.search(text)) or _starts_with_state(text, state)),
        ("county sheriff", bool(_SHERIFF.search(text))),
        ("city police", bool(_POLICE.search(text))),
        ("county", bool(re.search(r"\b(COUNTY|PARISH)\b", text, re.IGNORECASE))),
    ]
    for body, so in tests:
        if so:
            return body
    return "other"


def _starts_with_state(text: str, state: str | None) -> bool:
    called = STATES.get(state or "", "")
    return bool(called) and text.lower().startswith(called.lower() + " ") and " PD" not in text and "County" not in text
