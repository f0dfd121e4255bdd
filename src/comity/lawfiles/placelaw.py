"""The law of one place: what its files state by themselves."""

from __future__ import annotations

import msgspec

from comity.lawfiles.references import Reference
from comity.norms import Instrument, Jurisdiction


class PlaceLaw(msgspec.Struct, frozen=True):
    """What the files of one place state, and what they refer to, which is checked when all files are read.

    `jurisdiction` is None where the file of the place is not there or could not be read, `unreadable` names the
    instruments whose files could not be read.
    """

    jurisdiction: Jurisdiction | None
    instruments: tuple[Instrument, ...]
    references: tuple[Reference, ...]
    unreadable: tuple[str, ...] = ()
