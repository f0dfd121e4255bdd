"""Reads the versions of an instrument and the days on which its norms are in force."""

from __future__ import annotations

from datetime import date

from comity.lawfiles.days import last_day
from comity.lawfiles.reading import NO_DAY, NO_MAPPING, Reading
from comity.lawfiles.yamlsource import Listing, Mapping, Node, Text
from comity.norms import Boundary, Interval, Version

VERSION_KEYS = ("from", "to", "by", "note")
NO_BOUNDARY = Boundary("", NO_DAY)


def read_versions(reading: Reading, top: Mapping, instrument: str) -> tuple[Version, ...]:
    """The versions, in order; each ends where the next begins unless it says its own last day."""
    node = reading.required(top, "versions")
    written = reading.mapping(node, '"versions"') if node else NO_MAPPING
    if node and not written.entries:
        reading.problem("missing", "an instrument has at least one version", node.line)
    names = list(written.entries)
    abouts = [reading.about(f"version {name}") for name in names]
    mappings = [about.mapping(written.entries[name], "a version") for about, name in zip(abouts, names, strict=True)]
    starts = [
        _start(about, mapping, f"{instrument}@{name}")
        for about, mapping, name in zip(abouts, mappings, names, strict=True)
    ]
    versions: list[Version] = []
    for position, (name, about, mapping, start) in enumerate(zip(names, abouts, mappings, starts, strict=True)):
        about.keys(mapping, VERSION_KEYS)
        following = starts[position + 1] if position + 1 < len(starts) else None
        own_end = last_day(about, mapping, start.day)
        until = Boundary(f"{instrument}@{name}.to", own_end) if own_end else following
        if following is not None and _overlap(start, own_end, following):
            line = written.key_lines[names[position + 1]]
            about.problem("date", f"it overlaps with version {names[position + 1]}, from {following.day}", line)
        versions.append(
            Version(name, Interval(start, until), about.text(mapping, "by"), about.text_or(mapping, "note", ""))
        )
    return tuple(versions)


def _start(reading: Reading, mapping: Mapping, name: str) -> Boundary:
    node = reading.required(mapping, "from")
    if node is None:
        return NO_BOUNDARY
    if not isinstance(node, Mapping):
        return Boundary(name, reading.as_day(node))
    reading.keys(node, ("between",))
    between = node.entries.get("between")
    if not isinstance(between, Listing) or len(between.items) != 2:
        reading.problem("type", '"from" wants a day, or {between: [first day, last day]}', node.line)
        return NO_BOUNDARY
    first, last = (reading.as_day(item) for item in between.items)
    if last <= first and NO_DAY not in (first, last):
        reading.problem("date", f"the band ends on {last}, not after it begins on {first}", node.line)
    return Boundary(name, first, last)


def _overlap(start: Boundary, own_end: date | None, following: Boundary) -> bool:
    if NO_DAY in (start.day, following.day):
        return False
    return following.day <= (start.latest or start.day) or (own_end is not None and own_end > following.day)


def read_intervals(reading: Reading, node: Node, versions: tuple[Version, ...], norm: str) -> tuple[Interval, ...]:
    """When a norm is in force: `v1`, `v2..`, `v1..v2`, `{from: …, to: …}` or a list of these."""
    items = node.items if isinstance(node, Listing) else (node,)
    if not items:
        reading.problem("missing", "an empty list of days in force", node.line)
    intervals: list[Interval] = []
    for number, item in enumerate(items, start=1):
        if isinstance(item, Mapping):
            intervals.append(_own_interval(reading, item, f"{norm}@from{number if number > 1 else ''}"))
        else:
            intervals.extend(_of_versions(reading, item, versions))
    return tuple(intervals)


def _own_interval(reading: Reading, mapping: Mapping, name: str) -> Interval:
    reading.keys(mapping, ("from", "to"))
    start = _start(reading, mapping, name)
    until = last_day(reading, mapping, start.day)
    return Interval(start, Boundary(name.replace("@from", "@to"), until) if until else None)


def _of_versions(reading: Reading, node: Node, versions: tuple[Version, ...]) -> list[Interval]:
    written = reading.as_text(node, '"in_force"')
    if not isinstance(node, Text):
        return []
    names = [version.name for version in versions]
    first, dots, last = written.partition("..")
    last = (last or names[-1]) if dots and names else first
    for name in dict.fromkeys((first, last)) if names else ():
        if name not in names:
            reading.unknown("version", name, names, node.line)
            return []
    chosen = versions[names.index(first) : names.index(last) + 1] if names else ()
    if names and not chosen:
        reading.problem("date", f"version {last} stands before version {first}", node.line)
    return _joined(chosen)


def _joined(versions: tuple[Version, ...]) -> list[Interval]:
    """The intervals of versions that follow one another, as one where nothing lies between them."""
    intervals: list[Interval] = []
    for version in versions:
        if intervals and intervals[-1].until == version.interval.start:
            intervals[-1] = Interval(intervals[-1].start, version.interval.until)
        else:
            intervals.append(version.interval)
    return intervals
