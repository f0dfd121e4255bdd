"""The library: all law loaded, with its digest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from comity.conditions import ForbiddenBelow, links_of
from comity.norms import Agency, Example, Instrument, Jurisdiction, Norm
from comity.vocabulary import Vocabulary

if TYPE_CHECKING:
    from comity.lawfiles.cache import LawCache


class Library(msgspec.Struct, frozen=True, dict=True):
    """Every jurisdiction and instrument, the vocabulary they are written in, and the digest of their bytes.

    `digest` is `sha256:` and the hexadecimal SHA-256 over the names and bytes of all law files, in order of name.
    """

    vocabulary: Vocabulary
    jurisdictions: dict[str, Jurisdiction]
    instruments: dict[str, Instrument]
    digest: str

    def agencies(self) -> dict[str, Agency]:
        return {agency.id: agency for place in self.jurisdictions.values() for agency in place.agencies}

    def last_read(self) -> date | None:
        """The latest day on which some instrument was read; None without any."""
        return max((instrument.read for instrument in self.instruments.values()), default=None)

    def examples(self) -> dict[str, tuple[Example, ...]]:
        """All examples, by their instrument. Raises `LawError` holding every problem of every example."""
        unread = self.instruments.keys() - self._examples.keys()
        kept = (
            self._cache.kept("examples", self.digest, dict[str, tuple[Example, ...]])
            if unread and self._cache
            else None
        )
        if kept is not None:
            self._examples.update(kept)
        elif unread:
            self._read_examples(self.instruments)
            if self._cache:
                self._cache.keep("examples", self.digest, self._examples)
        return self._examples

    def keep_examples_in(self, cache: LawCache) -> None:
        """Where all examples are to be kept once they are read, and are looked for. It is no part of the law."""
        vars(self)["_cache"] = cache

    def examples_of(self, instrument: str) -> tuple[Example, ...]:
        """The examples of one instrument. Raises `LawError` holding every problem of them."""
        self._read_examples((instrument,))
        return self._examples[instrument]

    def _read_examples(self, instruments: Iterable[str]) -> None:
        """Reads examples from the text of law files when they are first wanted, since no decision needs them."""
        unread = [self.instruments[name] for name in instruments if name not in self._examples]
        if unread:
            from comity.lawfiles.examples import read_examples

            self._examples.update(read_examples(self, unread))

    def instruments_for(self, agency: Agency) -> list[Instrument]:
        """The instruments of the places whose law reaches the agency's government, in order."""
        found = [pair for place in places_from(agency.place) for pair in self._instruments_of.get(place, ())]
        return [
            instrument
            for _, instrument in sorted(found, key=lambda pair: pair[0])
            if binds_government(instrument.place, agency)
        ]

    @cached_property
    def _instruments_of(self) -> dict[str, list[tuple[int, Instrument]]]:
        """The instruments of each place, with their numbers in order."""
        found: dict[str, list[tuple[int, Instrument]]] = {}
        for number, instrument in enumerate(self.instruments.values()):
            found.setdefault(instrument.place, []).append((number, instrument))
        return found

    @cached_property
    def turning_on_local_law(self) -> frozenset[str]:
        """The norms that turn on whether law below their own place forbids something."""
        return frozenset(
            norm.id
            for instrument in self.instruments.values()
            for norm in instrument.norms
            for condition in (norm.when, norm.unless, norm.reportable_when)
            if condition is not None and ForbiddenBelow in links_of(condition)
        )

    @cached_property
    def _cache(self) -> LawCache | None:
        return None

    @cached_property
    def _examples(self) -> dict[str, tuple[Example, ...]]:
        """Those read so far."""
        return {}

    def norms(self) -> dict[str, Norm]:
        return {norm.id: norm for instrument in self.instruments.values() for norm in instrument.norms}


def places_from(place: str) -> Iterator[str]:
    """The place and those that contain it, the smallest first."""
    while place:
        yield place
        place = place.rpartition("/")[0]


def is_above(place: str, other: str) -> bool:
    """Whether `place` strictly contains `other`: the state the city, the country the state."""
    return other.startswith(place + "/")


def binds_government(place: str, agency: Agency) -> bool:
    """Whether the law of `place` reaches the agency's government at all, whatever kinds it names.

    The law of a country or state reaches every agency inside; a county's or city's its own agencies, but not
    those inside it that are governments of their own.
    """
    if place == agency.place:
        return not agency.own_government
    return is_above(place, agency.place)
