"""Likely meanings of names that nothing knows: proposals for a person, never used by themselves."""

from __future__ import annotations

from comity.audit.holders.byrule import by_county, called_county
from comity.audit.holders.encoded import EncodedPlaces
from comity.audit.holders.facilities import Holder
from comity.audit.holders.gazetteer import counties, state_code
from comity.audit.holders.match import Proposal, Told
from comity.audit.holders.names import read_name
from comity.audit.holders.rules import Rules

LEAST_SCORE = 80
"""Below it two names are not alike enough to be worth a person's look."""

_UNLIKE = 60
"""Below it what two names do not share are other words, however long the words that they share."""

_SAME_CITY = 5
"""What the same city adds to a likeness."""


class Proposals:
    """The names known in each state: the lines of the list, and jail and sheriff of each county for which a rule
    speaks."""

    def __init__(self, listed: list[Holder], rules: Rules, encoded: EncodedPlaces) -> None:
        self._listed = listed
        self._encoded = encoded
        self._rules = rules
        self._known: dict[str, dict[str, list[tuple[str, Proposal]]]] = {}

    def nearest(self, told: Told, refused: frozenset[str]) -> Proposal | None:
        """The likeliest meaning within the state told; None without a state, and of agencies that a person refused."""
        from rapidfuzz import fuzz, process

        state = state_code(told.state)
        if state is None or not told.name:
            return None
        known = self._in_state(state)
        read = read_name(told.name)
        best: Proposal | None = None
        for name, score, _ in process.extract(
            read, list(known), scorer=fuzz.token_sort_ratio, score_cutoff=LEAST_SCORE, limit=5
        ):
            if not _differ_in_spelling(read, name):
                continue
            for city, meant in known[name]:
                same = bool(told.city) and read_name(told.city or "") == city
                total = min(99, round(score) + (_SAME_CITY if same else 0))
                if (meant.agency or meant.holder) in refused or (best is not None and total <= best.score):
                    continue
                why = f'{round(score)} of 100 alike with "{name}"{", in the same city" if same else ""}'
                best = Proposal(meant.agency, meant.holder, meant.kind, total, why)
        return best

    def _in_state(self, state: str) -> dict[str, list[tuple[str, Proposal]]]:
        """Proposals by name read, each with the city read."""
        if state in self._known:
            return self._known[state]
        found: dict[str, list[tuple[str, Proposal]]] = {}
        for line in self._listed:
            if state_code(line.state) == state:
                meant = Proposal(line.agency or None, line.holder, line.kind, 0, "")
                found.setdefault(read_name(line.facility), []).append((read_name(line.city), meant))
        for (code, _), county in counties().items():
            if code == state:
                meant = self._jail_of(state, county.name, called_county(county))
                if meant is not None:
                    found.setdefault(read_name(f"{called_county(county)} JAIL"), []).append(("", meant))
                office = read_name(f"{called_county(county)} SHERIFF OFFICE")
                sheriff = by_county(Told(office, state), state, self._rules, self._encoded)
                if sheriff is not None and sheriff.agency is not None:
                    meant = Proposal(sheriff.agency, sheriff.holder, sheriff.kind, 0, "")
                    found.setdefault(office, []).append(("", meant))
        self._known[state] = found
        return found

    def _jail_of(self, state: str, county: str, called: str) -> Proposal | None:
        line = self._rules.county(state, county)
        if line is not None:
            return Proposal(line.agency, line.holder, line.kind, 0, "")
        own = self._encoded.jail_of(state, county)
        if own is not None:
            return Proposal(own.id, own.name, "county", 0, "")
        rule = self._rules.county_jail(state)
        return Proposal(rule.agency, rule.holder.format(county=called), "county", 0, "") if rule else None


def _differ_in_spelling(one: str, other: str) -> bool:
    """Whether the words that only one of two names has are like those that only the other has, or only one has such."""
    from rapidfuzz import fuzz

    own, others = one.split(), other.split()
    left = " ".join(word for word in own if word not in others), " ".join(word for word in others if word not in own)
    return not all(left) or fuzz.ratio(*left) >= _UNLIKE
