"""Which layout a log has: by its columns and what some of them hold, with how sure and why; a tie is an error that
names both, and so are files of two layouts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from comity.audit.layouts.apply import found_columns
from comity.audit.layouts.form import Layout, Marks, Values
from comity.audit.layouts.read import built_in, built_in_names, read_mapping
from comity.audit.layouts.sql import is_no_value, trimmed
from comity.audit.layouts.together import alone, read_as_one, tables_of
from comity.audit.reading.database import named, quoted
from comity.audit.reading.source import Source, Staged
from comity.audit.sharing.partners import is_sharing_list
from comity.errors import ComityError
from comity.words import listed

if TYPE_CHECKING:
    import duckdb

    from comity.vocabulary import Vocabulary

SHOWN = 6
"""So many columns are named in an error; the rest are counted."""


class Choice(msgspec.Struct, frozen=True):
    """A layout, in a sentence how it was chosen and how sure that is, and the log as it is read by it: with one column
    of `staged` for each column of the layout."""

    layout: Layout
    why: str
    staged: Staged


class _Candidate(msgspec.Struct, frozen=True):
    """A layout all of whose columns the file has: how many columns of the file it explains, how many it wants, and
    which must hold one value or several, and which must hold values like a pattern."""

    layout: Layout
    explained: int
    wanted: int
    tested: dict[str, Values]
    likes: dict[str, str]


class _Found(msgspec.Struct, frozen=True):
    """The layout of a source, and why it is."""

    layout: Layout
    why: str
    source: Source


def choose_layout(
    database: duckdb.DuckDBPyConnection,
    staged: Staged,
    vocabulary: Vocabulary,
    name: str | None = None,
    mapping: Path | None = None,
) -> Choice:
    """The layout named, the mapping's, or else the one that fits the columns of `staged`; makes `staged` anew where its
    sources call a column of the layout by different names.

    Of the layouts whose columns the file all has, the one that explains most of its columns is taken: for each source
    by itself, and it must be the same for all.

    Raises ComityError (`layout`) if none fits (saying what the nearest lacks, or which column of it holds something
    else), two fit alike, or different ones fit different sources; `columns` for a source that lacks a column of the
    layout told; LawError for a mapping with problems.
    """
    if name is not None and mapping is not None:
        raise ComityError("layout", "give a layout or a mapping, not both", "--layout, --map")
    if mapping is not None:
        layout, why = read_mapping(mapping, vocabulary), f"as {mapping.name} maps it"
    elif name is not None:
        layout, why = built_in(name, vocabulary), "as --layout says"
    else:
        layout, why = _chosen(database, staged, [built_in(known, vocabulary) for known in built_in_names()])
    return Choice(layout, why, read_as_one(database, staged, layout))


def _chosen(database: duckdb.DuckDBPyConnection, staged: Staged, layouts: list[Layout]) -> tuple[Layout, str]:
    """The one layout that fits each source best, and why it does the first."""
    several, likeness = _Several(database), _Likeness(database)
    found: dict[str, _Found] = {}
    unfit: list[Staged] = []
    for table in tables_of(staged):
        fitting = [fit for fit in (_fit(table.alone, layout) for layout in layouts) if fit is not None]
        if not fitting:
            unfit.append(table.alone)
            continue
        for place in table.places:
            # Which of two layouts with the same columns it is can differ from file to file.
            so_filled = [fit for fit in fitting if several.allow(fit, place)]
            like = [fit for fit in so_filled if not likeness.lacking(fit, place)]
            if not like:
                raise _look_alike(so_filled[0], likeness.lacking(so_filled[0], place), staged.sources[place])
            best = _best(like, alone(staged, place))
            found.setdefault(best.layout.name, best)
    if unfit and found:
        raise _lacks(unfit[0], next(iter(found.values())))
    if unfit:
        raise _none_fits(unfit[0], layouts)
    if len(found) > 1:
        raise _unlike(list(found.values()))
    ((_, best),) = found.items()
    return best.layout, best.why


def _best(fitting: list[_Candidate], staged: Staged) -> _Found:
    """Raises ComityError (`layout`) where two fit alike."""
    best = max(found.explained for found in fitting)
    first, *others = sorted(
        (found for found in fitting if found.explained == best), key=lambda found: (-found.wanted, found.layout.name)
    )
    if others and others[0].wanted == first.wanted:
        names = f"{first.layout.name} and {others[0].layout.name}"
        says = f"its columns fit the layouts {names} alike: say which with --layout"
        raise ComityError("layout", says, staged.sources[0].place)
    return _Found(first.layout, _why(first, staged, fitting), staged.sources[0])


def _fit(staged: Staged, layout: Layout) -> _Candidate | None:
    """As far as the names of columns tell."""
    found = found_columns(layout, staged)
    if any(column.name not in found and not column.optional for column in layout.columns):
        return None
    wanted = sum(not column.optional for column in layout.columns)
    tested: dict[str, Values] = {
        found[column.name]: column.values for column in layout.columns if column.values and column.name in found
    }
    likes = {found[column.name]: column.like for column in layout.columns if column.like and column.name in found}
    return _Candidate(layout, len(found), wanted, tested, likes)


class _Several:
    """Which sources have several values in a column; looked up once for each column that a layout tests for it."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database
        self._found: dict[str, set[int]] = {}

    def allow(self, fit: _Candidate, place: int) -> bool:
        """Whether the source has as many values in each column as the layout wants."""
        return all((place in self._with(column)) == (values == "several") for column, values in fit.tested.items())

    def _with(self, column: str) -> set[int]:
        if column not in self._found:
            cell = trimmed(named(column))
            rows = self._database.execute(
                f"SELECT source FROM staged GROUP BY source HAVING min({cell}) <> max({cell})"
            ).fetchall()
            self._found[column] = {int(source) for (source,) in rows}
        return self._found[column]


class _Likeness:
    """In which sources most values of a column are unlike the pattern that a layout gives for it."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database
        self._found: dict[tuple[str, str], set[int]] = {}

    def lacking(self, fit: _Candidate, place: int) -> list[str]:
        """The columns of the file whose values are unlike those of the layout."""
        return [column for column, like in fit.likes.items() if place in self._unlike(column, like, fit.layout.marks)]

    def _unlike(self, column: str, like: str, marks: Marks) -> set[int]:
        if (column, like) not in self._found:
            cell = trimmed(named(column))
            told = f"NOT coalesce({is_no_value(cell, marks)}, true)"
            rows = self._database.execute(
                f"SELECT source FROM staged WHERE {told} GROUP BY source "
                f"HAVING 2 * count(*) FILTER (regexp_matches({cell}, {quoted(like)}, 'i')) < count(*)"
            ).fetchall()
            self._found[column, like] = {int(source) for (source,) in rows}
        return self._found[column, like]


def _look_alike(fit: _Candidate, columns: list[str], source: Source) -> ComityError:
    says = (
        f"has the columns of the layout {fit.layout.name}, but what most of {listed(columns, 'and')} holds is none of "
        f"its values. If it is such a log, say --layout {fit.layout.name}; if not, map the columns: comity audit "
        "--draft-map FILE"
    )
    return ComityError("layout", says, source.place)


def _why(chosen: _Candidate, staged: Staged, fitting: list[_Candidate]) -> str:
    others = [found.layout.name for found in fitting if found is not chosen]
    also = f"; {', '.join(others)} would fit too, but explains fewer" if others else "; no other layout fits"
    return (
        f"chosen by its columns: the {chosen.wanted} it wants are there, and it explains {chosen.explained} of the "
        f"file's {len(staged.columns)}{also}"
    )


def _unlike(found: list[_Found]) -> ComityError:
    """Names a source of each layout."""
    first, *others = found
    told = ", ".join(f"{other.source.place} {_parted(other)}" for other in others)
    which = " or ".join(f"--layout {each.layout.name}" for each in found)
    says = (
        f"is of the layout {_parted(first)}, and others named with it are not: {told}. "
        f"{_apart(first.source)}; if all are of one layout, say {which}"
    )
    return ComityError("layout", says, first.source.place)


def _parted(found: _Found) -> str:
    """The layout of a source, and by which column it is told from another with the same columns."""
    by = [
        f'{column.values} value{"" if column.values == "one" else "s"} of "{column.names[0]}"'
        for column in found.layout.columns
        if column.values
    ]
    return f"{found.layout.name} ({', '.join(by)})" if by else found.layout.name


def _lacks(staged: Staged, beside: _Found) -> ComityError:
    """Says what a source lacks that one beside it has."""
    says = (
        f"has no column {listed(_lacking(beside.layout, staged), 'and')}, as the layout {beside.layout.name} wants, of "
        f"which {beside.source.place} is, named with it. {_apart(beside.source)}, or map the columns with --map: there "
        "one may be optional"
    )
    return ComityError("layout", says, staged.sources[0].place)


def _apart(source: Source) -> str:
    return "Audit each sheet by itself, with --sheet" if source.sheet else "Audit each by itself"


def _lacking(layout: Layout, staged: Staged) -> list[str]:
    """The columns that the layout wants and the source lacks, as a file may call them."""
    found = found_columns(layout, staged)
    return [f'"{column.names[0]}"' for column in layout.columns if column.name not in found and not column.optional]


def _none_fits(staged: Staged, layouts: list[Layout]) -> ComityError:
    """Says what the nearest layout lacks."""

    def share(layout: Layout) -> float:
        return len(_lacking(layout, staged)) / max(1, sum(not column.optional for column in layout.columns))

    if is_sharing_list([column.name for column in staged.columns]):
        says = "is a list of sharing partners, and no log: comity audit --sharing FILE --place AGENCY"
        return ComityError("layout", says, staged.sources[0].place)
    nearest = min(layouts, key=lambda layout: (share(layout), layout.name))
    here = [column.name for column in staged.columns]
    shown = ", ".join(here[:SHOWN]) + (f" and {len(here) - SHOWN} more" if len(here) > SHOWN else "")
    return ComityError(
        "layout",
        f"no layout fits its columns ({shown}). {_likely_misreading(here, staged)}"
        f"The nearest, {nearest.name}, also wants {', '.join(_lacking(nearest, staged))}. "
        "If the log has these, call them so; if not, map its columns: comity audit --draft-map FILE",
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
