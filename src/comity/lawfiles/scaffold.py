"""Scaffolds the files of a new place: each gap a text in angle brackets, which the reader of law files asks to fill."""

from __future__ import annotations

import re
from pathlib import Path

from comity.errors import RequestError
from comity.library import Library
from comity.wholefiles import whole_files

NEW_INSTRUMENT = "new-instrument"
_PLACE = re.compile(r"[a-z]{2}(/[a-z0-9]+(-[a-z0-9]+)*){1,2}")

_JURISDICTION = """\
# A place, its agencies and the facts it keeps. Fill in each text in angle brackets, or take its line out.
jurisdiction: {place}
name: <its name>
ocd: {division}
kind: "<its kind: state, county, city or local>"
holidays: {holidays}
note: "<what was looked for and not found, and whom its law does not bind>"
agencies:
  {agency}:
    name: <the name of an agency>
    kinds: ["<its kinds, as agency_kinds in vocabulary.yaml has them>"]
    source: "<the address of its page>"
"""
_INSTRUMENT = """\
# One statute, ordinance, order or ruling. Name the file after it, and fill in each text in angle brackets.
instrument: {place}/{name}
title: <its title>
cite: <its citation>
kind: "<its kind: statute, regulation, ordinance, resolution, order, directive, decree, ruling or practice>"
source: "<the address of the page on which it was read>"
read: "<the day on which it was read, as 2026-11-30>"
binds: {{any: ["<the kinds of agencies that it binds>"]}}
note: "<what of it was read, and what was not>"
versions:
  v1: {{from: <the first day in force>, by: <the act that made this text>}}

norms:
  - id: "<a short name, once in the file>"
    cite: "<the pinpoint: section, subsection>"
    in_force: v1..
    prohibits: ["<an action of vocabulary.yaml; or write permits or requires>"]
    when: "<the facts that it tests, as {{in_custody: yes}}; or take the line out>"
    says: "<what it says, in short plain words of your own>"
    evidence: "<how well it was read: text, secondary or unverified>"

not_encoded:
  - cite: <a provision that was not read, or is not said above>
    says: <what is missing>
    actions: [<the actions that it touches>]

properties:
  - claim: <what must hold whatever the facts, in the words of comity prove>
    agencies: [{place}/{agency}]
    from: <the first day for which it is claimed>
    cite: <the provision from which it follows>
    says: <the same in plain words>

examples:
  - says: "<a situation: one for each norm, and for the day before a text and its first day>"
    given: {{agency: {place}/{agency}, on: <a day>, facts: <the facts told>}}
    expect: <the status of each action that follows from the text>
    because: [<the norms that decide>]
"""
FIRST_AGENCY = "police"


def scaffold(library: Library, place: str) -> dict[str, str]:
    """The files to begin a place with, by their paths under the law folder: a jurisdiction, if there is none yet, and
    one instrument. Raises RequestError for what is no place, or one whose state has no law encoded yet."""
    if not _PLACE.fullmatch(place):
        raise RequestError("bad_place", f'"{place}" is no place: write it as us/ma or us/ma/boston', "new")
    above = place.rpartition("/")[0]
    if above not in library.jurisdictions:
        raise RequestError("unknown_place", f"{above} is not encoded yet: begin with --new {above}", "new")
    if f"{place}/{NEW_INSTRUMENT}" in library.instruments:
        raise RequestError("exists", f"{place}/{NEW_INSTRUMENT}.yaml is there already: name it after its law", "new")
    known = library.jurisdictions.get(place)
    agency = known.agencies[0].id.rpartition("/")[2] if known is not None and known.agencies else FIRST_AGENCY
    values = {
        "place": place,
        "division": _division(place),
        "holidays": f"US-{place.split('/')[1].upper()}",
        "agency": agency,
        "name": NEW_INSTRUMENT,
    }
    files = {f"{place}/{NEW_INSTRUMENT}.yaml": _INSTRUMENT.format(**values)}
    if known is None:
        files[f"{place}/jurisdiction.yaml"] = _JURISDICTION.format(**values)
    return files


def _division(place: str) -> str:
    """The Open Civic Data id, as far as the place's own id tells it."""
    _, state, *inner = place.split("/")
    return f"ocd-division/country:us/state:{state}" + (
        f"/<place or county, as its kind is>:{inner[0]}" if inner else ""
    )


def write_scaffold(files: dict[str, str], folder: Path) -> None:
    """Write the files into the law folder, all or none, and none over a file that is there. Raises ComityError."""
    for name in files:
        if (folder / name).exists():
            raise RequestError("exists", f"{name} is there already", "new")
    with whole_files(folder) as made:
        for name, text in files.items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_text(text, encoding="utf-8")
