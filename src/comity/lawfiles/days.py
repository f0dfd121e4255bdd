"""Reads the days between which something dated stands."""

from __future__ import annotations

from datetime import date

from comity.lawfiles.reading import Reading
from comity.lawfiles.yamlsource import Mapping
from comity.norms import until_after


def days(reading: Reading, mapping: Mapping) -> tuple[date, date | None]:
    """The first day (`from`) and the first day after the last (`to`, where given) of something dated."""
    start = reading.day(mapping, "from")
    return start, last_day(reading, mapping, start)


def last_day(reading: Reading, mapping: Mapping, start: date | None) -> date | None:
    """The first day after `to`, which must not lie before the start; None where there is no `to`."""
    if "to" not in mapping.entries:
        return None
    last = reading.day(mapping, "to")
    if start is not None and last < start and last != date.min:
        line = mapping.key_lines["to"]
        reading.problem("date", f"it ends on {last}, before it begins on {start}", line)
    return until_after(last)
