"""Names of organisations in plate-reader logs and sharing lists: which state, which kind of body, which marks.

The vendor writes `Polk County FL SO`, `Jesup PD (GA)`, `AL - Daphne PD`, `[Federal] …`, with suffixes for products
(`(LR)`, `(Flex)`, `- Axon`) and `[Inactive]` for closed accounts. Some bodies (fusion centres, task forces) have no
state, and none is guessed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

import msgspec

from comity.audit.holders.gazetteer import STATES

Body = Literal["city police", "county sheriff", "county", "state", "federal", "campus police", "private", "other"]


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
    r"\b(FBI|DEA|ATF|HSI|CBP|USBP|ICE|USMS|USSS|NCIS|DHS|TSA|Border Patrol|U\.?S\.? (?:Marshals?|Postal|Secret|Forest|"
    r"Army|Navy|Air Force|Customs|Park|Attorney|GSA|Coast Guard)|Homeland Security Investigations|Postal Inspection|"
    r"Federal Bureau|Drug Enforcement Administration|National Park|Air Force Base|Immigration and Customs|"
    r"Veterans Affairs|Tennessee Valley Authority|Marine Corps)\b",
    re.IGNORECASE,
)
_PRIVATE = re.compile(r"\b(LLC|INC|APARTMENTS?|APTS|HOA|MALL|RAILROAD|LP|HOMES)\b", re.IGNORECASE)
_CAMPUS = re.compile(r"\b(UNIVERSITY|COLLEGE|CAMPUS|ISD|SCHOOLS?)\b", re.IGNORECASE)
_SHERIFF = re.compile(r"\b(SO|SHERIFF'?S?)\b", re.IGNORECASE)
_POLICE = re.compile(r"\b(PD|POLICE|DPS|Police Department)\b", re.IGNORECASE)
_STATE_BODY = re.compile(
    r"\b(STATE (?:POLICE|PATROL|HIGHWAY PATROL|TROOPERS)|HIGHWAY PATROL|LAW ENFORCEMENT (?:AGENCY|DIVISION)|"
    r"DEPARTMENT OF (?:LAW ENFORCEMENT|CORRECTIONS?|PUBLIC SAFETY|NATURAL RESOURCES|REVENUE|CONSERVATION|"
    r"JUSTICE)|BUREAU OF INVESTIGATION)\b",
    re.IGNORECASE,
)
_NO_STATE = re.compile(
    r"\b(TASK FORCE|FUSION|MOCIC|ROCIC|RISS|HIDTA|WSIN|MAGLOCLEN|INFORMATION ANALYSIS)\b", re.IGNORECASE
)
_KIND_WORDS = re.compile(r"\b(PD|SO|POLICE|DEPARTMENT|SHERIFF'?S?|OFFICE|CAMPUS|DPS)\b", re.IGNORECASE)


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
    codes = [at for at, word in enumerate(words) if word in STATES and at > 0]
    if codes:
        at = codes[-1]
        return words[at], " ".join(words[:at] + words[at + 1 :])
    for code, called in STATES.items():
        if text.lower().startswith(called.lower() + " ") and _STATE_BODY.search(text):
            return code, bare
    return None, bare


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
        ("other", bool(_NO_STATE.search(text))),
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
