"""One situation on one day, put to an agency of every place: what each place's law says, side by side.

Nothing here decides: every answer is a decision of `Law.decide`. Places stand in alphabetical order, and in no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from comity.bound import in_force
from comity.errors import RequestError, nearest
from comity.findings import Finding, LawNote, Missing
from comity.library import Library, is_above
from comity.norms import Agency, Jurisdiction
from comity.program import VERSION
from comity.request import parse_on, parse_request

if TYPE_CHECKING:
    from comity.decide import Law

CUSTODY_FIRST = ("jail", "sheriff", "police")
"""The kinds looked for, in this order, where none is named: whoever holds people answers most of what is asked."""
NO_LAW = "no law encoded on this day"
IMPOSSIBLE = "these facts cannot all be so here"
_UNDECIDED = {"before_law": NO_LAW, "impossible": IMPOSSIBLE}
"""The errors that one place may give where others answer, and what its row says instead."""


class MapCell(msgspec.Struct, frozen=True):
    """What one place's law says of one action. Citations each stand once.

    `cites` decide; `possibly` decide only in some of the cases that are still open. `missing` are the facts on which
    it depends; `disputes` the courts' words that bear on it; `not_text` those of the deciding norms, and of the facts
    that the place keeps, that were read in something less than the operative text.
    """

    action: str
    status: str
    possible: tuple[str, ...]
    cites: tuple[str, ...]
    possibly: tuple[str, ...]
    missing: tuple[Missing, ...]
    disputes: tuple[str, ...]
    not_text: tuple[str, ...]
    given: dict[str, str] | None = None


class MapRow(msgspec.Struct, frozen=True):
    """One agency asked. `undecided` says why there are no cells.

    `own_law`: whether any norm of the place, or of a state or county around it, binds the agency on the day; without
    one, the answer is the country's law alone.
    """

    place: str
    name: str
    agency: str
    agency_name: str
    own_law: bool
    cells: tuple[MapCell, ...]
    undecided: str = ""


class LawMap(msgspec.Struct, frozen=True):
    """Places by actions. `kind` is the kind of agency named, or empty; `without` the places with no such agency."""

    on: str
    law: LawNote
    facts: dict[str, object]
    kind: str
    actions: tuple[str, ...]
    rows: tuple[MapRow, ...]
    without: tuple[str, ...]
    notes: tuple[str, ...]


def law_map(
    law: Law,
    *,
    on: date | str,
    actions: Sequence[str],
    facts: Mapping[str, object] | None = None,
    kind: str = "",
    within: str = "",
) -> LawMap:
    """The map for one situation: of all places that have agencies, or of those at or below `within`.

    Raises RequestError as `Law.decide` does, and for a kind or place that is not known, naming the nearest.
    """
    _check(law.library, kind, within)
    day, moment = parse_on(on)
    places = [
        place
        for place in law.library.jurisdictions.values()
        if place.agencies and (not within or place.id == within or is_above(within, place.id))
    ]
    places.sort(key=lambda place: (place_name(law.library, place).casefold(), place.id))
    asked = {place.id: agencies_asked(law.library, place, kind) for place in places}
    agencies = [agency for place in places for agency in asked[place.id]]
    if not agencies:
        raise RequestError("no_agency", "no place has an agency of this kind", "kind")
    requests = parse_request(law.library, agencies[0], on, actions, facts)
    rows: list[MapRow] = []
    notes: dict[str, None] = {}
    for agency in agencies:
        row, said = _row(law, agency, moment or day, actions, facts)
        rows.append(row)
        notes.update(dict.fromkeys(said))
    with_law = [row for row in rows if row.undecided != NO_LAW]
    if with_law and all(row.undecided for row in with_law):
        raise RequestError("impossible", "these facts cannot all be so: correct one of them", "facts")
    return LawMap(
        on=(moment or day).isoformat(),
        law=LawNote(law.digest, VERSION),
        facts=dict(facts or {}),
        kind=kind,
        actions=requests[0].actions,
        rows=tuple(rows),
        without=tuple(place.id for place in places if not asked[place.id]),
        notes=tuple(notes),
    )


def agencies_asked(library: Library, place: Jurisdiction, kind: str = "") -> tuple[Agency, ...]:
    """The agencies of a place that are of a kind; without one, its jails, else its sheriffs, else its police."""
    tree = library.vocabulary.agency_kinds
    for wanted in (kind,) if kind else CUSTODY_FIRST:
        found = tuple(agency for agency in place.agencies if any(tree.is_under(own, wanted) for own in agency.kinds))
        if found:
            return found
    return ()


def place_name(library: Library, place: Jurisdiction) -> str:
    """The place under its state: `Illinois: Chicago`; `Illinois: local` for a place whose own law is not encoded."""
    around = [each for each in library.jurisdictions.values() if is_above(each.id, place.id) and each.kind != "country"]
    around.sort(key=lambda each: len(each.id))
    own = "local" if place.kind == "local" else place.name
    return ": ".join([*(each.name for each in around), own])


def _check(library: Library, kind: str, within: str) -> None:
    kinds = library.vocabulary.agency_kinds
    if kind and kind not in kinds:
        raise RequestError(
            "unknown_kind",
            f'unknown kind of agency "{kind}"{nearest(kind, list(kinds.leaves), kinds.all_leaves())}',
            "kind",
        )
    if within and within not in library.jurisdictions:
        hint = nearest(within, list(library.jurisdictions)) or " (`comity law` lists the places)"
        raise RequestError("unknown_path", f'no place in the law is called "{within}"{hint}', "path")


def _row(
    law: Law, agency: Agency, on: date, actions: Sequence[str], facts: Mapping[str, object] | None
) -> tuple[MapRow, tuple[str, ...]]:
    """The row of one agency, and what to mind about its decision as a whole."""
    place = law.library.jurisdictions[agency.place]
    row = MapRow(
        place.id, place_name(law.library, place), agency.id, agency.name, _has_own_law(law, agency, parse_on(on)[0]), ()
    )
    try:
        decision = law.decide(agency=agency.id, on=on, actions=actions, facts=facts)
    except RequestError as error:
        if error.code not in _UNDECIDED:
            raise
        return msgspec.structs.replace(row, undecided=_UNDECIDED[error.code]), ()
    return msgspec.structs.replace(row, cells=tuple(_cell(each) for each in decision.findings)), decision.notes


def _cell(finding: Finding) -> MapCell:
    deciding = (*finding.because, *finding.possibly)
    cites = tuple(dict.fromkeys(note.cite for note in finding.because))
    # A law that only the asker named has no source, and no text here that could have been read.
    weak = [note.cite for note in (*deciding, *finding.known_used) if note.evidence != "text" and note.source]
    return MapCell(
        action=finding.action,
        status=finding.status,
        possible=finding.possible,
        cites=cites,
        possibly=tuple(dict.fromkeys(note.cite for note in finding.possibly if note.cite not in cites)),
        missing=finding.missing,
        disputes=tuple(dict.fromkeys(dispute.cite for dispute in finding.disputes)),
        not_text=tuple(dict.fromkeys(weak)),
        given=finding.given,
    )


def _has_own_law(law: Law, agency: Agency, day: date) -> bool:
    kinds = {place.id: place.kind for place in law.library.jurisdictions.values()}
    return any(
        kinds[norm.place] != "country" and in_force(norm.intervals, day) is not None
        for norm in law.agency_law(agency).norms
    )
