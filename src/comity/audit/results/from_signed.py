"""The ground of a report, from a log whose rows have been signed and decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from comity.audit.holders.match import way_of
from comity.audit.placing import APART
from comity.audit.reading.database import count
from comity.audit.results.changes import law_changes
from comity.audit.results.ground import Check, Counts, Ground, Kind, SourceNote
from comity.audit.signing.units import asked_of
from comity.program import VERSION
from comity.words import counted

if TYPE_CHECKING:
    import duckdb

    from comity.audit.decided import Decided
    from comity.audit.layouts.form import Prepared
    from comity.audit.reading.quality import Quality
    from comity.audit.reading.source import Staged
    from comity.decide import Law


def ground_of(
    database: duckdb.DuckDBPyConnection,
    law: Law,
    staged: Staged,
    prepared: Prepared,
    quality: Quality,
    decided: Decided,
    place: str,
    as_of: date | None,
    as_if: tuple[str, ...],
) -> Ground:
    """What stands in the views and tables, as values. The rows of all standings, those set apart in reading among
    them, add up to the records of the sources."""
    layout = prepared.layout
    asked = asked_of(law, prepared.kinds)
    held: list[tuple[str, int]] = database.execute(
        "SELECT DISTINCT agency_id, kind FROM signed_rows WHERE stretch IS NOT NULL"
    ).fetchall()
    set_aside = staged.quarantined + prepared.quarantined
    standings = {**decided.standings, **({SET_ASIDE: set_aside} if set_aside else {})}
    kinds = zip(prepared.kinds, asked, strict=True)
    return Ground(
        place=place,
        layout=layout.name,
        layout_says=layout.says,
        as_of=as_of,
        sources=tuple(SourceNote(source.name, source.sha256, source.bytes, source.rows) for source in staged.sources),
        rows=sum(source.rows for source in staged.sources),
        first_day=quality.days.first,
        last_day=quality.days.last,
        made_up=_made_up(database, prepared),
        standings=standings,
        reasons={**APART, SET_ASIDE: "records that could not be read as rows of this log, each with its reason"},
        identical=quality.repeats.rows,
        kinds=tuple(Kind(kind.name, actions) for kind, actions in kinds),
        outcomes=prepared.outcomes,
        decisions=decided.decisions,
        checks=tuple(_checks(staged, prepared, quality)),
        changes=law_changes(
            law, sorted({agency for agency, _ in held}), sorted({action for _, kind in held for action in asked[kind]})
        ),
        digest=law.library.digest,
        version=VERSION,
        matched=_matched(database),
        notes=(*_notes(law, quality, as_of, as_if), *prepared.notes),
        assumes=layout.assumes,
        cannot_tell=layout.cannot_tell,
        duties=decided.duties,
    )


SET_ASIDE = "set aside in reading"


def _matched(database: duckdb.DuckDBPyConnection) -> Counts:
    """The names of holders by how they were found, the most first; one row tells one name with state and city."""
    found = Counter(way_of(matched or "") for (matched,) in database.execute("SELECT matched FROM holders").fetchall())
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _made_up(database: duckdb.DuckDBPyConnection, prepared: Prepared) -> int:
    return count(database, "SELECT count(made_up) FROM log") if "made_up" in prepared.columns else 0


def _notes(law: Law, quality: Quality, as_of: date | None, as_if: tuple[str, ...]) -> Iterator[str]:
    """What is to be minded about all the decisions."""
    last_read, latest = law.library.last_read(), as_of or quality.days.last
    if last_read is not None and latest is not None and latest > last_read:
        read = last_read.isoformat()
        yield f"The law was last read on {read}; it may have changed, or may yet change, by the latest of these days."
    if as_if:
        yield f"As if {', '.join(as_if)} were law, which it is not."


def _checks(staged: Staged, prepared: Prepared, quality: Quality) -> Iterator[Check]:
    """What was found out about the log, in words."""
    for column in quality.columns:
        lacking = column.empty + column.placeholders
        if column.means and lacking:
            yield Check("completeness", column.column, "is empty or a placeholder", lacking, column.rows)
        if column.withheld + column.partly_withheld:
            hidden = column.withheld + column.partly_withheld
            yield Check("completeness", column.column, "withheld, in whole or in part", hidden, column.rows)
        if column.interface:
            yield Check("completeness", column.column, "holds the text of a program", column.interface, column.rows)
    for fault, rows in quality.days.faults.items():
        yield Check("dates", "day", fault, rows, quality.rows, prepared.first_faults.get(fault, ""))
    if quality.days.longest_gap is not None:
        first, last = quality.days.longest_gap
        yield Check("gaps", "days", "some have no row", told=f"the longest time without any is from {first} to {last}")
    for sequence in quality.sequences:
        if sequence.missing or sequence.repeated:
            missing = counted(sequence.missing, "is missing", "are missing")
            repeated = counted(sequence.repeated, "stands more than once", "stand more than once")
            told = f"of the numbers {sequence.lowest:,} to {sequence.highest:,}, {missing} and {repeated}"
            yield Check("gaps", sequence.column, "numbers are missing, or stand more than once", told=told)
    for overlap in quality.overlaps:
        one, other = staged.sources[overlap.first].place, staged.sources[overlap.second].place
        yield Check("overlaps", f"{one} and {other}", "rows that both hold", overlap.rows, quality.rows)
    for reason, rows in quality.apart.items():
        told = f"first {quality.first_apart[reason]}; all stand in set-aside.csv"
        yield Check("set aside", "records", reason, rows, quality.rows, told)
    for doubt in quality.doubts:
        yield Check("doubts", "log", doubt.says, doubt.rows, quality.rows, doubt.told)
