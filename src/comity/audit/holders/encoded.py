"""Counties and cities with law of their own encoded: their jails and police are agencies of their own.

Read off the law files, so that a place encoded tomorrow is known without a line here.
"""

from __future__ import annotations

import re

from comity.audit.holders.names import squeezed
from comity.library import Library
from comity.norms import Agency

_COUNTY_HOLDER = re.compile(r"(.+?)(?: County| Parish)? Sheriff\b")
_CITY_HOLDER = re.compile(r"(.+?) Police\b")
_KIND_OF_PLACE = re.compile(r"\b(County|Parish|Borough)$")


class EncodedPlaces:
    """The agency that runs the jail of a county, and the police of a city, by state and name of the place."""

    def __init__(self, library: Library) -> None:
        self._agencies = library.agencies()
        self._jails: dict[tuple[str, str], Agency] = {}
        self._police: dict[tuple[str, str], Agency] = {}
        for place in library.jurisdictions.values():
            parts = place.id.split("/")
            if len(parts) != 3 or parts[2] == "local":
                continue
            named = (parts[1].upper(), squeezed(_KIND_OF_PLACE.sub("", place.name).strip()))
            own = [agency for agency in place.agencies if not agency.own_government]
            jails = [agency for agency in own if "jail" in agency.kinds]
            sheriffs = [agency for agency in own if "sheriff" in agency.kinds]
            if place.kind == "county" and len(jails or sheriffs) == 1:
                self._jails[named] = (jails or sheriffs)[0]
            police = [agency for agency in own if "police" in agency.kinds and agency.id.endswith("/police")]
            if len(police) == 1:
                self._police[named] = police[0]

    def jail_of(self, state: str, county: str) -> Agency | None:
        """The agency that runs the county's jail, where one and only one is encoded."""
        return self._jails.get((state, squeezed(county)))

    def police_of(self, state: str, city: str) -> Agency | None:
        """The police of the city, where one and only one agency of it is encoded."""
        return self._police.get((state, squeezed(city)))

    def own_of(self, state: str, holder: str, agency: str) -> Agency | None:
        """The agency of a holder (`Lake County Sheriff`, `Boston Police`) whose place is encoded, where a list made
        before that gives the one for all places without law of their own."""
        if not agency.endswith(("/local/jail", "/local/sheriff", "/local/police")):
            return None
        county, city = _COUNTY_HOLDER.match(holder), _CITY_HOLDER.match(holder)
        if county is not None and not agency.endswith("/police"):
            return self.jail_of(state, county[1])
        return self.police_of(state, city[1]) if city is not None and agency.endswith("/police") else None

    def local(self, state: str, agency: str) -> Agency | None:
        """The agency that stands for all places of the state without law of their own (`jail`, `police`)."""
        return self._agencies.get(f"us/{state.lower()}/local/{agency}")
