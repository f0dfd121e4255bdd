"""Names of holders as logs write them → one spelling of the words that vary, so that the same name reads the same.

Nothing here decides what a name means: it only undoes abbreviations, punctuation and the cut of an old field of 25
characters. Two names that read the same may still be two places; state and city stay part of the key.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

OLD_FIELD = 25
"""The length of the field in which older releases kept a facility's name; a name of this length may be cut short."""

_WORDS = {
    "CNTY": "COUNTY", "CTY": "COUNTY", "CO": "COUNTY", "COUNT": "COUNTY", "COUNTYY": "COUNTY", "COUTNY": "COUNTY",
    "PAR": "PARISH",
    "DET": "DETENTION", "DETN": "DETENTION", "DETENT": "DETENTION", "DETEN": "DETENTION", "DTN": "DETENTION",
    "CTR": "CENTER", "CNTR": "CENTER", "CENT": "CENTER", "CTER": "CENTER", "CENTRE": "CENTER", "CNT": "CENTER",
    "COR": "CORRECTIONAL", "CORR": "CORRECTIONAL", "CORREC": "CORRECTIONAL", "CORRECT": "CORRECTIONAL",
    "CORRECTION": "CORRECTIONAL", "CORRECTIONS": "CORRECTIONAL", "CORRL": "CORRECTIONAL", "CORRCTNL": "CORRECTIONAL",
    "CORRECTIO": "CORRECTIONAL",
    "FAC": "FACILITY", "FACIL": "FACILITY", "FACI": "FACILITY", "FCLTY": "FACILITY", "CORFAC": "CORRECTIONAL FACILITY",
    "INST": "INSTITUTION", "INSTITUT": "INSTITUTION", "INSTITUTE": "INSTITUTION", "INSTITUTIO": "INSTITUTION",
    "DEPT": "DEPARTMENT", "DPT": "DEPARTMENT", "DEP": "DEPARTMENT", "DEPART": "DEPARTMENT",
    "REG": "REGIONAL", "REGION": "REGIONAL",
    "SO": "SHERIFF", "SHERIFFS": "SHERIFF", "SHERRIFF": "SHERIFF", "SHERIF": "SHERIFF", "SHF": "SHERIFF",
    "SHER": "SHERIFF", "SHERIFFF": "SHERIFF",
    "PD": "POLICE DEPARTMENT", "POL": "POLICE", "JUV": "JUVENILE", "JUVE": "JUVENILE", "JUVY": "JUVENILE",
    "FED": "FEDERAL", "ENF": "ENFORCEMENT", "ENFOR": "ENFORCEMENT", "LEC": "LAW ENFORCEMENT CENTER",
    "JUS": "JUSTICE", "CRIM": "CRIMINAL", "PEN": "PENITENTIARY", "PRIS": "PRISON",
    "SCI": "SCI", "DOC": "DEPARTMENT OF CORRECTIONAL", "HOC": "HOUSE OF CORRECTIONAL",
    "USMS": "US MARSHAL", "MARSHALS": "MARSHAL", "MARSHALL": "MARSHAL", "MARSHALLS": "MARSHAL",
    "HOLDROOM": "HOLD ROOM", "RM": "ROOM",
    "ST": "SAINT", "STE": "SAINTE", "FT": "FORT", "MT": "MOUNT", "N": "NORTH", "S": "SOUTH", "W": "WEST", "E": "EAST",
    "CCF": "CCF",
}  # fmt: skip

_LETTERS = re.compile(r"\b(?:[A-Z]\s?\.\s?){2,}(?:[A-Z]\b)?|\b[A-Z](?:\.[A-Z])+\b")
_STATE_BODY = re.compile(r"\bSAINT(?= (?:PRISON|POLICE|PATROL|PENITENTIARY)\b)")
_APART = re.compile(r"[^A-Z0-9&#+]+")
_LONG = sorted({word for words in _WORDS.values() for word in words.split() if len(word) > 5})


@lru_cache(maxsize=65_536)
def key(text: str) -> str:
    """A cell as keys compare it: capitals, single blanks, no blanks around."""
    return " ".join(text.upper().split())


@lru_cache(maxsize=65_536)
def read_name(name: str) -> str:
    """A name in capitals, without punctuation, with abbreviations of common words written out."""
    text = key(_without_accents(name))
    text = text.replace("’", "'").replace("'S", "S").replace("'", "")
    text = _LETTERS.sub(lambda found: found[0].replace(".", "").replace(" ", "") + " ", text)
    words = [word for word in _APART.split(text) if word]
    read = [_WORDS.get(word, word) for word in words]
    if words and len(key(name)) == OLD_FIELD:
        read[-1] = _completed(read[-1])
    return _STATE_BODY.sub("STATE", " ".join(read))


@lru_cache(maxsize=65_536)
def squeezed(name: str) -> str:
    """A place's name without blanks and punctuation, abbreviations written out: `DeKalb` as `DE KALB`, `ST. PAUL`."""
    return read_name(name).replace(" ", "")


def _without_accents(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def _completed(word: str) -> str:
    """A word cut short by the old field, where only one common word begins so."""
    whole = [long for long in _LONG if len(word) >= 3 and long.startswith(word)]
    return whole[0] if len(whole) == 1 else word
