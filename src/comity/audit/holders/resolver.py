"""Names of holders → agencies: the most certain way first, and every match says which way it was.

1. a line that a person accepted (agencies.csv); 2. an agency's id; 3. the list that comes with the program, by name,
state and city, or by name and state where that is one place; 4. an agency's own name; 5. rules. A name that none of
them knows is `unmapped`, with a likely meaning as a proposal, which is never used by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from comity.audit.holders.bybody import by_body
from comity.audit.holders.byrule import by_city, by_county, by_name_alone, by_state_agency
from comity.audit.holders.encoded import EncodedPlaces
from comity.audit.holders.facilities import Holder, load_holders
from comity.audit.holders.gazetteer import STATES, nearest_state, state_code
from comity.audit.holders.match import (
    AGENCY_ID,
    BY_ORGANISATION,
    EXACT,
    EXACT_BUT_CASE,
    NAME_AND_STATE,
    OWN_NAME,
    HolderClass,
    Match,
    Told,
)
from comity.audit.holders.names import key, read_name, squeezed
from comity.audit.holders.organisations import Organisation, read_organisation
from comity.audit.holders.proposals import Proposals
from comity.audit.holders.rules import Rules, load_rules
from comity.errors import ComityError, nearest

if TYPE_CHECKING:
    from comity.library import Library
    from comity.norms import Agency

Key = tuple[str, str, str]

LONGEST_NAME = 300
"""Longer cells are no names of agencies; they are matched by nothing."""

_KIND_CLASS: dict[str, HolderClass] = {"county": "county", "city": "city", "state": "state"}


def key_of_told(told: Told) -> Key:
    """The key of a holder: name, state and city in capitals and single blanks, empty where not told."""
    return key(told.name or ""), key(told.state or ""), key(told.city or "")


class Resolver:
    """Knows what names of holders mean. `reviewed` are the lines that a person accepted, `rejected` the agencies that a
    person refused for a name: they are not proposed again."""

    def __init__(
        self,
        library: Library,
        *,
        reviewed: Mapping[Key, Match] | None = None,
        rejected: Mapping[Key, frozenset[str]] | None = None,
        listed: list[Holder] | None = None,
        rules: Rules | None = None,
    ) -> None:
        self._reviewed = reviewed or {}
        self._rejected = rejected or {}
        self._rules = rules or load_rules()
        self._listed = load_holders() if listed is None else listed
        self._agencies: dict[str, Agency] = library.agencies()
        self._kinds = {place.id: place.kind for place in library.jurisdictions.values()}
        self._names = {agency.id: (agency.name, agency.source or "") for agency in self._agencies.values()}
        self._encoded = EncodedPlaces(library)
        self._check()
        self._by_key: dict[Key, Holder] = {}
        self._by_name: dict[tuple[str, str], list[Holder]] = {}
        for line in self._listed:
            self._by_key[key(line.facility), key(line.state), key(line.city)] = line
            self._by_name.setdefault((read_name(line.facility), key(line.state)), []).append(line)
        self._own_names = self._names_of_agencies()
        self._bare_names = self._names_within_states()
        self._proposals = Proposals(self._listed, self._rules, self._encoded)

    def _check(self) -> None:
        named = {line.agency for line in self._listed if line.agency} | self._rules.agencies()
        named |= {match.agency for match in self._reviewed.values() if match.agency}
        for agency in sorted(named - set(self._agencies)):
            hint = nearest(agency, list(self._agencies))
            raise ComityError("holders", f'no law file has the agency "{agency}"{hint}', "holders")

    def _names_of_agencies(self) -> dict[str, str | None]:
        """Agency by its name read, also without what stands in brackets; None for a name that several agencies bear."""
        found: dict[str, str | None] = {}
        for agency in self._agencies.values():
            if not agency.place.endswith("/local"):
                for read in {read_name(agency.name), read_name(agency.name.partition(" (")[0])}:
                    found[read] = None if read in found else agency.id
        return found

    def _names_within_states(self) -> dict[tuple[str, bool, str], str | None]:
        """Agency by its state, whether it is the state's own, and its bare name; None for a name that several of these
        bear."""
        found: dict[tuple[str, bool, str], str | None] = {}
        for agency in self._agencies.values():
            parts = agency.place.split("/")
            if len(parts) in (2, 3) and parts[-1] != "local":
                state, own = parts[1].upper(), len(parts) == 2
                bare = state, own, _bare(read_name(agency.name.partition(" (")[0]), state if own else None)
                found[bare] = None if bare in found else agency.id
        return found

    def match(self, told: Told) -> Match:
        """What the name means; `unmapped`, with a proposal where one lies near, if nothing is known."""
        if not told.name:
            return Match(None, "", "unmapped", "", "", "No holder is told.")
        if len(told.name) > LONGEST_NAME:
            return Match(None, "", "unmapped", "", "", "Too long for the name of an agency.")
        found = self._reviewed.get(key_of_told(told)) or self._by_list(told) or self._by_name_of(told)
        found = found or self._by_rule(told)
        if found is not None:
            return found
        refused = self._rejected.get(key_of_told(told), frozenset())
        return Match(None, "", "unmapped", "", "", self._why_not(told), self._proposals.nearest(told, refused))

    def _by_list(self, told: Told) -> Match | None:
        name, state, city = key_of_told(told)
        line = self._by_key.get((name, state, city)) or self._by_key.get((name, key(self._state_name(told)), city))
        if line is not None:
            exact = (line.facility, line.state, line.city) == (told.name, told.state, told.city)
            return self._of_line(line, line.matched if exact else line.matched.replace(EXACT, EXACT_BUT_CASE))
        alike = self._by_name.get((read_name(told.name or ""), key(self._state_name(told))), [])
        if len(alike) == 1 and (not city or squeezed(city) == squeezed(alike[0].city)):
            return self._of_line(alike[0], NAME_AND_STATE)
        return None

    def _of_line(self, line: Holder, matched: str) -> Match:
        own = self._encoded.own_of(state_code(line.state) or "", line.holder, line.agency)
        agency = own.id if own else line.agency or None
        return Match(agency, line.holder, line.kind, matched, line.source, line.note)

    def _state_name(self, told: Told) -> str:
        return STATES.get(state_code(told.state) or "", "")

    def _by_name_of(self, told: Told) -> Match | None:
        name = told.name or ""
        agency = name if name in self._agencies else self._own_names.get(read_name(name)) or self._by_bare_name(told)
        if agency is None or not self._in_state(agency, told):
            return None
        called, source = self._names[agency]
        how = AGENCY_ID if agency == name else OWN_NAME
        return Match(agency, called, self._class_of(agency), how, source, "")

    def _by_bare_name(self, told: Told) -> str | None:
        """The agency of the state told whose name differs only in `Department`, or in the name of the state. A name
        without the state's may be a city's own department, where a city is told."""
        state = state_code(told.state)
        if state is None:
            return None
        read = read_name(told.name or "")
        found = self._bare_names.get((state, False, _bare(read, None)))
        if found is None and (not told.city or read.startswith(read_name(STATES.get(state, state)))):
            found = self._bare_names.get((state, True, _bare(read, state)))
        return found

    def _in_state(self, agency: str, told: Told) -> bool:
        state = state_code(told.state)
        return told.state is None or (state is not None and f"{agency}/".startswith(f"us/{state.lower()}/"))

    def _class_of(self, agency: str) -> HolderClass:
        place = self._agencies[agency].place
        if place.endswith("/local"):
            return "county" if {"sheriff", "jail"} & set(self._agencies[agency].kinds) else "city"
        return _KIND_CLASS.get(self._kinds.get(place, ""), "other")

    def _by_rule(self, told: Told) -> Match | None:
        state = state_code(told.state)
        if state is None:
            organisation = self._by_organisation(read_organisation(told.name or "")) if told.state is None else None
            return organisation or by_name_alone(told, self._rules)
        return (
            by_name_alone(told, self._rules)
            or by_county(told, state, self._rules, self._encoded)
            or by_state_agency(told, state, self._rules, self._names)
            or by_city(told, state, self._rules, self._encoded)
            or by_body(told, state, self._rules, self._encoded)
        )

    def _by_organisation(self, named: Organisation) -> Match | None:
        """An organisation of a plate-reader log, where no state is told beside the name."""
        if named.body == "federal":
            return Match(None, named.name, "federal", BY_ORGANISATION, "", _marked(named))
        if named.state is None:
            return None
        name = named.place
        if named.body == "city police":
            name += " POLICE"
        elif named.body == "county sheriff":
            name += " SHERIFF" if {"COUNTY", "PARISH"} & set(name.upper().split()) else " COUNTY SHERIFF"
        told = Told(name, named.state)
        found = (by_county if named.body in ("county sheriff", "county") else by_city)(
            told, named.state, self._rules, self._encoded
        )
        if found is None or named.body not in ("county sheriff", "city police"):
            return self._of_body(named)
        return Match(found.agency, found.holder, found.kind, BY_ORGANISATION, found.source, _marked(named))

    def _of_body(self, named: Organisation) -> Match:
        """A body of a known state that is no encoded agency, as far as its name tells."""
        kinds: dict[str, HolderClass] = {
            "city police": "city", "county sheriff": "county", "county": "county", "state": "state",
            "private": "private",
        }  # fmt: skip
        return Match(None, named.name, kinds.get(named.body, "other"), BY_ORGANISATION, "", _marked(named))

    def _why_not(self, told: Told) -> str:
        if told.state and state_code(told.state) is None:
            near = nearest_state(told.state)
            hint = f" (did you mean {STATES[near]}?)" if near else ""
            return f'"{told.state}" is no state{hint}.'
        if (state := state_code(told.state)) and f"us/{state.lower()}" not in self._kinds:
            return f"No law of {STATES[state]} is encoded, so that nothing turns on who this is."
        return "Which agency this is was not established."


def _bare(read: str, state: str | None) -> str:
    """A name read, without `Department` at its end and, with a state, without the state's name before it."""
    bare = read.replace(" & ", " AND ")
    if state is not None:
        bare = bare.removeprefix("STATE OF ").removeprefix(f"{read_name(STATES.get(state, state))} ")
        bare = re.sub(r"^(?:STATE (?=DEPARTMENT|HIGHWAY))?(?:(?:DEPARTMENT|OFFICE) OF (?:THE )?)?", "", bare)
    return bare.removesuffix(" DEPARTMENT")


def _marked(named: Organisation) -> str:
    marks = ", ".join(named.marks)
    state = STATES.get(named.state or "", "no state told")
    return f"{named.body}, {state}{'; marked ' + marks if marks else ''}"
