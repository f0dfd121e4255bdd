"""Holders by rule: county jails, city police and jails, prisons of a state, federal and private places.

A rule speaks only where the law of the state is encoded, and only where every word of the name is accounted for: the
county (one that the state has), the words by which jails go, the city of the row, the state. Anything more, and the
name stays unmapped.
"""

from __future__ import annotations

import re

from comity.audit.holders.encoded import EncodedPlaces
from comity.audit.holders.gazetteer import STATES, County, counties, states_with_county
from comity.audit.holders.match import BY_RULE, HolderClass, Match, Told
from comity.audit.holders.names import key, read_name, squeezed
from comity.audit.holders.rules import NameRule, Rules, pattern

JAIL_WORDS = frozenset({
    "JAIL", "SHERIFF", "DETENTION", "CENTER", "FACILITY", "CORRECTIONAL", "INSTITUTION", "DEPARTMENT", "OFFICE",
    "COMPLEX", "ADULT", "ADULTS", "MAIN", "CENTRAL", "PRISON", "HOUSE", "OF", "LAW", "ENFORCEMENT", "JUSTICE",
    "PUBLIC", "SAFETY", "THE", "AND", "&", "D", "C", "CC", "CF", "DC", "ANNEX", "HOLDING", "BUILDING", "NEW",
    "CUSTODY", "WORK", "RELEASE", "CRIMINAL", "LOCKUP", "AT", "MEN", "MENS", "WOMEN", "WOMENS", "MALE", "FEMALE",
    "PRE", "TRIAL", "PRETRIAL", "DIVISION", "REHABILITATION",
})  # fmt: skip
"""Words by which a county's jail, or the sheriff who runs it, goes."""

_COUNTY = re.compile(r"^(?:(?P<before>.+?) (?:COUNTY|PARISH)\b|(?:COUNTY|PARISH) OF (?P<after>[A-Z]+))(?P<rest>.*)$")
_POLICE = re.compile(
    r"^(?:CITY OF |TOWN OF |VILLAGE OF |BOROUGH OF )?(?P<city>.+?) POLICE"
    r"(?: DEPARTMENT| DEPARTMENT JAIL| JAIL| STATION| LOCKUP)?$"
)
_CITY_JAIL = re.compile(
    r"^(?:(?:CITY OF |TOWN OF )(?P<of>.+?)|(?P<city>.+? (?:CITY|TOWN))) (?:JAIL|DETENTION|DETENTION CENTER|LOCKUP)$"
)
_NO_TOWN = re.compile(
    r"\b(?:UNIVERSITY|COLLEGE)(?: OF| AT|$)|\b(?:SCHOOLS?|SCHOOL DISTRICT|ISD|(?:AIR)?PORT AUTHORITY|AIRPORT)$"
)
"""Bodies that have police of their own and are no town."""

_CLOSE = 85
"""A county spelled nearly like one of the state's is a misspelling to be proposed, not a county elsewhere."""


def by_name_alone(told: Told, rules: Rules) -> Match | None:
    """A federal or private place that says so in its name, in whatever state."""
    read = read_name(told.name or "")
    kinds: tuple[tuple[HolderClass, tuple[NameRule, ...]], ...] = (
        ("federal", rules.federal), ("private", rules.private)
    )  # fmt: skip
    for kind, listed in kinds:
        rule = next((rule for rule in listed if pattern(rule.names).search(read)), None)
        if rule is not None:
            return Match(None, rule.holder, kind, f"{BY_RULE}: {rule.id}", rule.source, rule.says)
    return None


def by_state_agency(told: Told, state: str, rules: Rules, names: dict[str, tuple[str, str]]) -> Match | None:
    """A prison of the state, or its police, by the name. `names` gives name and source of each encoded agency."""
    read = read_name(told.name or "")
    for rule in rules.state_agencies:
        if rule.state == state and pattern(rule.names).search(read):
            holder, source = names.get(rule.agency or "", (rule.holder, ""))
            says = rule.says or "A prison of the state, by its name."
            return Match(rule.agency, rule.holder or holder, rule.kind, f"{BY_RULE}: state agency", source, says)
    return None


def county_in(told: Told, state: str) -> tuple[str, tuple[str, ...]] | None:
    """The county that the name speaks of, and the words after it that are not accounted for."""
    found = _COUNTY.match(read_name(told.name or ""))
    if found is None:
        return None
    name = found["before"] or found["after"]
    known = {*JAIL_WORDS, *read_name(told.city or "").split(), *STATES[state].upper().split(), state}
    # A name cut short, or with the city or state after it, is still the county's.
    return name, tuple(word for word in found["rest"].split() if word not in known)


def by_county(told: Told, state: str, rules: Rules, encoded: EncodedPlaces) -> Match | None:
    """The jail of a county, or `elsewhere` where the state has no county of that name and another state has."""
    found = county_in(told, state)
    if found is None or found[1]:
        return None
    name, _ = found
    county = counties().get((state, squeezed(name)))
    if county is None:
        return _elsewhere(name, state)
    called = called_county(county)
    words = read_name(told.name or "").split()
    of_sheriff = "SHERIFF" in words and "JAIL" not in words
    line = rules.county(state, county.name)
    sheriff = encoded.local(state, "sheriff")
    if line is not None and of_sheriff and sheriff is not None and "Sheriff" not in line.holder:
        note = f"The sheriff, by the name itself, who runs no jail: {line.holder} does."
        return Match(sheriff.id, f"{called} Sheriff", "county", f"{BY_RULE}: county sheriff", line.source, note)
    if line is not None:
        return Match(line.agency, line.holder, line.kind, f"{BY_RULE}: county jail", line.source, line.says)
    own = encoded.jail_of(state, county.name)
    if own is not None:
        note = "The county's own agency, as encoded."
        return Match(own.id, own.name, "county", f"{BY_RULE}: county jail", own.source or "", note)
    rule = rules.county_jail(state)
    local = encoded.local(state, "jail")
    if rule is None and local is not None:
        note = f"{local.name}; who runs the county's jail was not looked up."
        return Match(local.id, f"{called} jail", "county", f"{BY_RULE}: county jail", "", note)
    if rule is None:
        note = f"No law on county jails of {STATES[state]} is encoded here."
        return Match(None, f"{called} ({STATES[state]})", "county", f"{BY_RULE}: county named", "", note)
    agency = rule.sheriff if rule.sheriff and of_sheriff else rule.agency
    holder = f"{called} Sheriff" if agency == rule.sheriff else rule.holder.format(county=called)
    note = f"{rule.says} ({rule.cite}; {_how_read(rule.evidence)})"
    return Match(agency, holder, "county", f"{BY_RULE}: county jail", rule.source, note)


def called_county(county: County) -> str:
    """`Lake County`, `Caddo Parish`, `Carson City`, `City of Norfolk`."""
    if county.kind == "city":
        return f"City of {county.name}"
    return f"{county.name} {county.kind.title()}".strip()


def _how_read(evidence: str) -> str:
    return {"text": "read in its words", "secondary": "read in another document"}.get(evidence, "not opened")


def _elsewhere(name: str, state: str) -> Match | None:
    others = states_with_county(name)
    if not others or nearest_county(name, state):
        return None
    listed = ", ".join(STATES[other] for other in others[:4])
    note = f"{STATES[state]} has no county of this name; {listed}{' and others have' if len(others) > 4 else ' has'}."
    return Match(
        None, f"{key(name).title()} County, not in {STATES[state]}", "elsewhere", f"{BY_RULE}: county", "", note
    )


def nearest_county(name: str, state: str) -> tuple[County, int] | None:
    """The county of the state that is spelled nearly so, with the likeness (0 to 100)."""
    from rapidfuzz import fuzz, process

    inside = {squeezed(county.name): county for (code, _), county in counties().items() if code == state}
    found = process.extractOne(squeezed(name), list(inside), scorer=fuzz.ratio, score_cutoff=_CLOSE)
    return (inside[found[0]], round(found[1])) if found else None


def _cities_meant(named: str, told: str | None) -> tuple[str, ...]:
    """The cities that a name may mean, with or without the word `CITY` (`Panama City`, `Dothan City`): the one in which
    the row says the place is, or both where it says none."""
    if {"COUNTY", "PARISH", "STATE"} & set(named.split()):
        return ()
    both = tuple(dict.fromkeys((named, re.sub(r" (?:CITY|TOWN)$", "", named))))
    return tuple(name for name in both if squeezed(name) == squeezed(told))[:1] if told else both


def by_city(told: Told, state: str, rules: Rules, encoded: EncodedPlaces) -> Match | None:
    """The police or the jail of the city in which the row says the place is."""
    read = read_name(told.name or "").removesuffix(f" {state}")
    police = _POLICE.match(read)
    found = police or _CITY_JAIL.match(read)
    if found is None:
        return None
    cities = _cities_meant(found["city"] or found.groupdict().get("of") or "", told.city)
    if not cities or (not told.city and _NO_TOWN.search(cities[0])):
        return None
    line = next((line for city in cities if (line := rules.city_agency(state, city))), None)
    if line is not None:
        note = "The police of the city, by the name." if police else "The city's jail is its police's."
        return Match(line.police, line.holder, "city", f"{BY_RULE}: city", "", note)
    own = next((own for city in cities if (own := encoded.police_of(state, city))), None)
    if own is not None:
        note = "The city's own police, as encoded." if police else "The city's jail is its police's."
        return Match(own.id, own.name, "city", f"{BY_RULE}: city", own.source or "", note)
    # Before `POLICE` the word is the town's own, before `JAIL` it says whose jail it is.
    city = cities[0] if police else cities[-1]
    called = city.title()
    rule = rules.city(state)
    local = encoded.local(state, "police")
    if rule is None and local is not None:
        return Match(local.id, f"{called} Police", "city", f"{BY_RULE}: city", "", f"{local.name}, by the name.")
    if rule is None:
        note = f"No law on the police of {STATES[state]} is encoded here."
        return Match(None, f"{called} ({STATES[state]})", "city", f"{BY_RULE}: city named", "", note)
    if police:
        return Match(rule.police, f"{called} Police", "city", f"{BY_RULE}: city", "", "The police, by the name itself.")
    note = "A jail of the city, by its name; that its police run it was not looked up."
    if rule.jail != rule.police:
        note = "A jail of the city, by its name; who runs it was not looked up."
    return Match(rule.jail, f"City of {called}", "city", f"{BY_RULE}: city jail", "", note)
