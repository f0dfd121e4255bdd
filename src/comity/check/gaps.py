"""Gaps: asked actions on which, in some period of its law, nothing speaks for an agency."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import msgspec

from comity.bound import AgencyLaw
from comity.check.units import Period, actions_ruled, within
from comity.decide import Law
from comity.defeat import covers
from comity.library import Library, binds_government
from comity.norms import Agency

BEFORE = "no text of earlier days is encoded"
"""Why nothing speaks on an action before the first text on it: the files say since when texts are encoded."""


class Gap(msgspec.Struct, frozen=True):
    """An agency and an action on which none of the norms that bind it speaks, on any day of a stretch.

    The stretch is from `start` until before `until`: None for a stretch without that end. `stated` says why that is no
    oversight, where the law files say so themselves; else it is empty.
    """

    agency: Agency
    action: str
    start: date | None
    until: date | None
    stated: str


def gaps_of(law: Law, path: str | None, periods: Iterable[Period]) -> Iterator[Gap]:
    """The gaps of the agencies of a place and the places below, whose periods of law these are."""
    ruled = actions_ruled(law.library)
    stands: dict[str, list[tuple[date, frozenset[str]]]] = {}
    for period in periods:
        if not period.proposal:
            spoken = frozenset(action for item in period.counting for action in ruled[item.norm.id])
            for stand in period.stands:
                stands.setdefault(stand.agency.id, []).append((stand.day, spoken))
    for agency in law.agencies.values():
        if within(agency.place, path):
            own = sorted(stands.get(agency.id, ()), key=lambda stand: stand[0])
            for action in law.vocabulary.asked_actions():
                speaks = [(day, action in spoken) for day, spoken in own]
                yield from _gaps_on(law, law.agency_law(agency), action, speaks)


def _gaps_on(law: Law, bound: AgencyLaw, action: str, speaks: Sequence[tuple[date, bool]]) -> Iterator[Gap]:
    first = next((number for number, (_, does) in enumerate(speaks) if does), None)
    if first is None:
        last = speaks[-1][0] if speaks else None
        yield Gap(bound.agency, action, None, None, _stated(law.library, bound, action, last))
        return
    if first:
        yield Gap(bound.agency, action, None, speaks[first][0], BEFORE)
    number = first + 1
    while number < len(speaks):
        start, does = speaks[number]
        number += 1
        if does:
            continue
        stated = _stated(law.library, bound, action, start)
        while (
            number < len(speaks)
            and not speaks[number][1]
            and stated == _stated(law.library, bound, action, speaks[number][0])
        ):
            number += 1
        yield Gap(bound.agency, action, start, speaks[number][0] if number < len(speaks) else None, stated)


def _stated(library: Library, bound: AgencyLaw, action: str, day: date | None) -> str:
    """Why nothing speaks, as far as the files say: all law is encoded and is silent, or is known not to be encoded."""
    for item in bound.not_encoded:
        named = item.actions and covers(item.actions, action, library.vocabulary)
        stands = (
            day is not None and (item.start is None or item.start <= day) and (item.until is None or day < item.until)
        )
        if named and stands:
            return f"not encoded: {item.cite}"
    layers = [place for place in library.jurisdictions.values() if binds_government(place.id, bound.agency)]
    known = [place for place in layers if place.kind != "local"]
    if all(covers(place.complete_for, action, library.vocabulary) for place in known):
        return f"all law on it of {', '.join(place.name for place in known)} is encoded, and is silent"
    return ""
