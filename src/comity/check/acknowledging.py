"""Matches findings with what the law files acknowledge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from comity.check.units import within
from comity.defeat import covers
from comity.library import Library
from comity.norms import Acknowledgement, Agency


class Acknowledgements:
    """All acknowledgements of a library, and which of them fit a finding so far."""

    def __init__(self, library: Library) -> None:
        self._vocabulary = library.vocabulary
        sources = (*library.jurisdictions.values(), *library.instruments.values())
        self._all = [each for source in sources for each in source.acknowledged]
        self._used: set[Acknowledgement] = set()

    def unused(self) -> list[Acknowledgement]:
        """Those that fitted no finding."""
        return [each for each in self._all if each not in self._used]

    def of_norms(self, finding: str, norms: Sequence[str]) -> Acknowledgement | None:
        """The acknowledgement of a finding about one norm."""
        return self._first(
            each for each in self._all if each.finding == finding and any(_means(each.norms, norm) for norm in norms)
        )

    def of_conflict(self, requires: str, prohibits: str, action: str, agency: Agency) -> Acknowledgement | None:
        """The acknowledgement of a conflict of two norms on an action for an agency."""
        return self._first(
            each
            for each in self._all
            if each.finding == "conflict"
            and any(
                _means(each.norms, one) and (not each.against or _means(each.against, other))
                for one, other in ((requires, prohibits), (prohibits, requires))
            )
            and self._fits(each, action, agency)
        )

    def of_gap(self, action: str, agency: Agency) -> Acknowledgement | None:
        """The acknowledgement of a gap: in the file of the agency's place, or of a place above."""
        return self._first(
            each
            for each in self._all
            if each.finding == "gap"
            and within(agency.place, each.path.rpartition("/")[0])
            and self._fits(each, action, agency)
        )

    def _first(self, fitting: Iterable[Acknowledgement]) -> Acknowledgement | None:
        """The first that fits, counted as used. (One that only repeats another stays unused, and is an error.)"""
        found = next(iter(fitting), None)
        if found is not None:
            self._used.add(found)
        return found

    def _fits(self, each: Acknowledgement, action: str, agency: Agency) -> bool:
        tree = self._vocabulary.agency_kinds
        return (
            (not each.actions or covers(each.actions, action, self._vocabulary))
            and (not each.agencies or any(agency.id == name or within(agency.place, name) for name in each.agencies))
            and (not each.kinds or any(tree.is_under(kind, name) for kind in agency.kinds for name in each.kinds))
        )


def _means(names: Sequence[str], norm: str) -> bool:
    """Whether a norm, its instrument or a place of it is among the names."""
    instrument = norm.partition("#")[0]
    place = instrument.rpartition("/")[0]
    return any(name in (norm, instrument) or within(place, name) for name in names)
