"""The states of the United States and their counties: what a name of a place can mean where.

Source: names of states and of counties and their equivalents, U.S. Census Bureau (ANSI codes, 2020).
"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources

import msgspec

from comity.audit.holders.names import key, squeezed

STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky",
    "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire",
    "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota",
    "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island",
    "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont",
    "VA": "Virginia", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
    "PR": "Puerto Rico", "GU": "Guam", "VI": "Virgin Islands", "MP": "Northern Mariana Islands",
    "AS": "American Samoa",
}  # fmt: skip

_CODES = {name.upper(): code for code, name in STATES.items()} | {code: code for code in STATES}


class County(msgspec.Struct, frozen=True):
    """A county or its equivalent; `kind` is county, parish, city (of no county), borough, census area, …"""

    state: str
    name: str
    kind: str


def state_code(told: str | None) -> str | None:
    """The two letters of a state told by name or code, whatever the case; None for anything else."""
    return _CODES.get(key(told)) if told else None


def nearest_state(told: str) -> str | None:
    """The one state whose name is spelled nearly so (`PENNSLYVANIA`), as a proposal only."""
    from rapidfuzz import process

    found = process.extractOne(key(told), [name for name in _CODES if len(name) > 2], score_cutoff=85)
    return _CODES[found[0]] if found else None


@lru_cache(maxsize=1)
def counties() -> dict[tuple[str, str], County]:
    """Every county by (state in two capitals, name squeezed)."""
    text = resources.files("comity.audit.holders").joinpath("counties.csv").read_text(encoding="utf-8")
    found: dict[tuple[str, str], County] = {}
    for row in csv.DictReader(text.splitlines()):
        state = row["state"].upper()
        place = (state, squeezed(row["name"]))
        if place not in found or found[place].kind == "city":
            found[place] = County(state, row["name"], row["kind"])
    return found


@lru_cache(maxsize=1)
def _states_with_county() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for state, name in counties():
        found.setdefault(name, []).append(state)
    return found


def states_with_county(name: str) -> list[str]:
    """The states that have a county of this name, as two capitals."""
    return _states_with_county().get(squeezed(name), [])
