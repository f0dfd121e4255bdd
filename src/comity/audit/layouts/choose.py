"""Which layout a log has: by its columns, with how sure and why; a tie is an error that names both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from comity.audit.layouts.apply import found_columns
from comity.audit.layouts.form import Layout
from comity.audit.layouts.read import built_in, built_in_names, read_mapping
from comity.audit.layouts.sql import trimmed
from comity.audit.reading.database import count, named
from comity.audit.reading.source import Staged
from comity.audit.sharing.partners import is_sharing_list
from comity.errors import ComityError

if TYPE_CHECKING:
    import duckdb

    from comity.vocabulary import Vocabulary

SHOWN = 6
"""So many columns are named in an error; the rest are counted."""


class Choice(msgspec.Struct, frozen=True):
    """A layout, and in a sentence how it was chosen and how sure that is."""

    layout: Layout
    why: str


class _Candidate(msgspec.Struct, frozen=True):
    """A layout all of whose columns the file has: how many columns of the file it explains, and how many it wants."""

    layout: Layout
    explained: int
    wanted: int


def choose_layout(
    database: duckdb.DuckDBPyConnection,
    staged: Staged,
    vocabulary: Vocabulary,
    name: str | None = None,
    mapping: Path | None = None,
) -> Choice:
    """The layout named, the mapping's, or else the one that fits the columns of `staged`.

    Of the layouts whose columns the file all has, the one that explains most of its columns is taken.

    Raises ComityError (`layout`) if none fits (saying what the nearest lacks) or two fit alike, LawError for a mapping
    with problems.
    """
    if name is not None and mapping is not None:
        raise ComityError("layout", "give a layout or a mapping, not both", "--layout, --map")
    if mapping is not None:
        return Choice(read_mapping(mapping, vocabulary), f"as {mapping.name} maps it")
    if name is not None:
        return Choice(built_in(name, vocabulary), "as --layout says")
    layouts = [built_in(known, vocabulary) for known in built_in_names()]
    fitting = [found for found in (_fit(database, staged, layout) for layout in layouts) if found is not None]
    if not fitting:
        raise _none_fits(staged, layouts)
    best = max(found.explained for found in fitting)
    first, *others = sorted(
        (found for found in fitting if found.explained == best), key=lambda found: (-found.wanted, found.layout.name)
    )
    if others and others[0].wanted == first.wanted:
        names = f"{first.layout.name} and {others[0].layout.name}"
        says = f"its columns fit the layouts {names} alike: say which with --layout"
        raise ComityError("layout", says, staged.sources[0].place)
    return Choice(first.layout, _why(first, staged, fitting))


def _fit(database: duckdb.DuckDBPyConnection, staged: Staged, layout: Layout) -> _Candidate | None:
    found = found_columns(layout, staged)
    if any(column.name not in found and not column.optional for column in layout.columns):
        return None
    for column in layout.columns:
        if column.values and column.name in found:
            cell = trimmed(named(found[column.name]))
            several = count(database, f"SELECT count(*) FROM (SELECT DISTINCT {cell} AS cell FROM staged LIMIT 3) "
                                      "WHERE cell IS NOT NULL") > 1  # fmt: skip
            if several != (column.values == "several"):
                return None
    wanted = sum(not column.optional for column in layout.columns)
    return _Candidate(layout, len(found), wanted)


def _why(chosen: _Candidate, staged: Staged, fitting: list[_Candidate]) -> str:
    others = [found.layout.name for found in fitting if found is not chosen]
    also = f"; {', '.join(others)} would fit too, but explains fewer" if others else "; no other layout fits"
    return (
        f"chosen by its columns: the {chosen.wanted} it wants are there, and it explains {chosen.explained} of the "
        f"file's {len(staged.columns)}{also}"
    )


def _none_fits(staged: Staged, layouts: list[Layout]) -> ComityError:
    """Says what the nearest layout lacks."""

    def lacking(layout: Layout) -> list[str]:
        found = found_columns(layout, staged)
        return [column.name for column in layout.columns if column.name not in found and not column.optional]

    def share(layout: Layout) -> float:
        return len(lacking(layout)) / max(1, sum(not column.optional for column in layout.columns))

    if is_sharing_list([column.name for column in staged.columns]):
        says = "is a list of sharing partners, and no log: comity audit --sharing FILE --place AGENCY"
        return ComityError("layout", says, staged.sources[0].place)
    nearest = min(layouts, key=lambda layout: (share(layout), layout.name))
    here = [column.name for column in staged.columns]
    shown = ", ".join(here[:SHOWN]) + (f" and {len(here) - SHOWN} more" if len(here) > SHOWN else "")
    return ComityError(
        "layout",
        f"no layout fits its columns ({shown}). {_likely_misreading(here, staged)}"
        f"The nearest, {nearest.name}, also wants {', '.join(lacking(nearest))}. "
        "Name one with --layout, or map the columns: comity audit --draft-map FILE",
        staged.sources[0].place,
    )


def _likely_misreading(columns: Sequence[str], staged: Staged) -> str:
    """What may have gone wrong before the layout: a header that is none, cells that were not parted."""
    if staged.sources[0].kind == "csv" and len(columns) == 1:
        return "It has one column only: if its cells are parted by a rare sign, name that with --delimiter. "
    if any(re.fullmatch(r"\W*\d[\d\W]*", column) for column in columns):
        return (
            "Its first row looks like data, not like names of columns: if the header stands elsewhere, say "
            "--header-row N; if it has none, write one. "
        )
    return ""
