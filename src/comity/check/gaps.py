"""Gaps: asked actions on which, under the law of today, nothing speaks for an agency."""

from __future__ import annotations

import msgspec

from comity.bound import AgencyLaw
from comity.check.units import within
from comity.decide import Law
from comity.defeat import covers, rules_on
from comity.library import Library, binds_government
from comity.norms import Agency


class Gap(msgspec.Struct, frozen=True):
    """An agency and an action on which none of the norms that bind it speaks, from the last change of its law on.

    `stated` says why that is no oversight, where the law files say so themselves; else it is empty.
    """

    agency: Agency
    action: str
    stated: str


def gaps_of(law: Law, path: str | None) -> list[Gap]:
    """The gaps of the agencies of a place and the places below."""
    gaps: list[Gap] = []
    for agency in law.agencies.values():
        if within(agency.place, path):
            bound = law.agency_law(agency)
            norms = [item.norm for item in bound.norms_on(bound.changes[-1])] if bound.changes else []
            for action in law.vocabulary.asked_actions():
                if not any(rules_on(norm, action, law.vocabulary) for norm in norms):
                    gaps.append(Gap(agency, action, _stated(law.library, bound, action)))
    return gaps


def _stated(library: Library, bound: AgencyLaw, action: str) -> str:
    """Why nothing speaks, as far as the files say: all law is encoded and is silent, or is known not to be encoded."""
    last = bound.changes[-1] if bound.changes else None
    for item in bound.not_encoded:
        named = item.actions and covers(item.actions, action, library.vocabulary)
        if named and last is not None and (item.until is None or last < item.until):
            return f"not encoded: {item.cite}"
    layers = [place for place in library.jurisdictions.values() if binds_government(place.id, bound.agency)]
    known = [place for place in layers if place.kind != "local"]
    if all(covers(place.complete_for, action, library.vocabulary) for place in known):
        return f"all law on it of {', '.join(place.name for place in known)} is encoded, and is silent"
    return ""
