"""The rules of rules.yaml: what names mean where no list knows the holder."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from comity.audit.datafile import packaged
from comity.audit.holders.match import HolderClass
from comity.audit.holders.names import squeezed


class NameRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names that say of themselves that a federal or private body holds; whatever the state."""

    id: str
    names: str
    holder: str
    source: str
    says: str


class CountyRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who runs the jails of a state's counties, by which provision. `evidence` says how well that was read."""

    state: str
    agency: str
    holder: str
    cite: str
    source: str
    evidence: str
    says: str
    sheriff: str = ""


class CountyLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A single county: one with law of its own encoded, or whose jail another body runs."""

    state: str
    county: str
    holder: str
    source: str
    says: str
    agency: str | None = None
    kind: HolderClass = msgspec.field(default="county", name="class")
    cite: str = ""


class CityRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The agencies that stand for the police of a state's cities, and for those who run their jails."""

    state: str
    police: str
    jail: str


class CityLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A city whose police are encoded as an agency of their own."""

    state: str
    city: str
    police: str
    holder: str


class StateRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names by which the prisons of a state are known."""

    state: str
    names: str
    agency: str | None = None
    kind: HolderClass = msgspec.field(default="state", name="class")
    holder: str = ""
    says: str = ""


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All rules of the file."""

    federal: tuple[NameRule, ...]
    private: tuple[NameRule, ...]
    county_jails: tuple[CountyRule, ...]
    counties: tuple[CountyLine, ...]
    cities: tuple[CityRule, ...]
    city_agencies: tuple[CityLine, ...]
    state_agencies: tuple[StateRule, ...]

    def county_jail(self, state: str) -> CountyRule | None:
        """Who runs the county jails of a state (two capitals), where a provision on that is named."""
        return next((rule for rule in self.county_jails if rule.state == state), None)

    def county(self, state: str, name: str) -> CountyLine | None:
        """What is told of a single county."""
        wanted = squeezed(name)
        return next((line for line in self.counties if line.state == state and squeezed(line.county) == wanted), None)

    def city(self, state: str) -> CityRule | None:
        """What is told of the cities of a state."""
        return next((rule for rule in self.cities if rule.state == state), None)

    def city_agency(self, state: str, name: str) -> CityLine | None:
        """What is told of a single city."""
        wanted = squeezed(name)
        return next(
            (line for line in self.city_agencies if line.state == state and squeezed(line.city) == wanted), None
        )

    def agencies(self) -> set[str]:
        """Every agency that some rule names."""
        named = {line.agency for line in self.counties} | {rule.agency for rule in self.state_agencies}
        named |= {agency for rule in self.county_jails for agency in (rule.agency, rule.sheriff)}
        named |= {agency for rule in self.cities for agency in (rule.police, rule.jail)}
        named |= {line.police for line in self.city_agencies}
        return {agency for agency in named if agency}


@lru_cache(maxsize=1)
def load_rules() -> Rules:
    """The rules as packaged."""
    return packaged("comity.audit.holders", "rules.yaml", Rules)


@lru_cache(maxsize=256)
def pattern(names: str) -> re.Pattern[str]:
    """The pattern of a rule, compiled once."""
    return re.compile(names)
