"""The report: counts that add up, the law that was used, and what the file cannot tell."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from comity.audit.bulk import APART, DECIDED
from comity.audit.layout import OTHER_OUTCOME, Layout
from comity.audit.source import Source
from comity.defeat import rules_on

if TYPE_CHECKING:
    import duckdb

    from comity.decide import Law
    from comity.library import Library
    from comity.norms import Norm

SAYS = "A row shows what its source recorded, not that a law was kept or broken. This is no legal advice."

Counts = dict[str, int]


class InputNote(msgspec.Struct, frozen=True):
    """The file: its digest, its dates, and how many of its rows say that they are made up."""

    name: str
    sha256: str
    bytes: int
    rows: int
    made_up_rows: int
    first_date: date | None
    last_date: date | None


class RowCounts(msgspec.Struct, frozen=True):
    """`decided` and all of `apart` add up to the rows of the file.

    `identical` counts rows of the place that are alike in every column; all are counted, since each may be a request.
    """

    decided: int
    apart: Counts
    identical: int


class ActionCount(msgspec.Struct, frozen=True):
    """How the rows that ask an action are answered: `statuses` add up to `rows`."""

    action: str
    rows: int
    statuses: Counts


class FindingCount(msgspec.Struct, frozen=True):
    """Rows of one holder with one answer, and what the record says happened to them: `recorded` adds up to `rows`.

    `alone` is the status had no other paper been shown with the form.
    """

    action: str
    status: str
    alone: str
    possible: tuple[str, ...]
    because: tuple[str, ...]
    possibly: tuple[str, ...]
    missing: tuple[str, ...]
    rows: int
    recorded: Counts


class HolderCount(msgspec.Struct, frozen=True, rename={"kind": "class"}):
    """One holder's rows. Every row asks one or more actions: under each action the findings add up to its rows."""

    holder: str | None
    kind: str | None
    agency: str | None
    standing: str
    rows: int
    recorded: Counts
    findings: tuple[FindingCount, ...]


class MissingFact(msgspec.Struct, frozen=True):
    """A fact that no column tells and that could change the answer of so many findings."""

    fact: str
    ask: str
    findings: int


class LawUsed(msgspec.Struct, frozen=True):
    """A period of an agency's law, and the rows decided under it. `until` is the first day after it."""

    agency: str
    start: date
    until: date | None
    rows: int


class LawChange(msgspec.Struct, frozen=True):
    """A day on which a text began or ended, for an agency of the report, that rules on an action its rows ask."""

    day: date
    instruments: tuple[str, ...]
    cites: tuple[str, ...]


class LawNote(msgspec.Struct, frozen=True):
    """The digest of the law, what of it was used, and the changes nearest before and after the days decided on."""

    digest: str
    used: tuple[LawUsed, ...]
    last_change_before: LawChange | None
    next_change_after: LawChange | None


class Summary(msgspec.Struct, frozen=True):
    """The whole report: the same file under the same law gives the same bytes."""

    place: str
    layout: str
    as_of: date | None
    says: str
    input: InputNote
    rows: RowCounts
    actions: tuple[ActionCount, ...]
    decisions_made: int
    holders: tuple[HolderCount, ...]
    missing: tuple[MissingFact, ...]
    law: LawNote
    outcomes: dict[str, str]
    notes: tuple[str, ...]
    assumes: tuple[str, ...]
    cannot_tell: tuple[str, ...]
    unknown_words: dict[str, Counts]


def summarise(
    database: duckdb.DuckDBPyConnection,
    layout: Layout,
    source: Source,
    place: str,
    as_of: date | None,
    law: Law,
    notes: tuple[str, ...],
) -> Summary:
    """The report on the tables `log`, `placed` and `findings`."""
    [(first, last, made_up)] = _all(database, "SELECT min(prepare_date), max(prepare_date), count(made_up) FROM log")
    return Summary(
        place=place,
        layout=layout.name,
        as_of=as_of,
        says=SAYS,
        input=InputNote(source.name, source.sha256, source.size, source.rows, made_up, first, last),
        rows=_rows(database),
        actions=_actions(database),
        decisions_made=_all(database, "SELECT count(*) FROM alike")[0][0],
        holders=_holders(database, layout),
        missing=_missing(database, law.library),
        law=_law(database, law),
        outcomes={outcome.name: outcome.says for outcome in layout.outcome_classes},
        notes=notes,
        assumes=layout.assumes,
        cannot_tell=layout.cannot_tell,
        unknown_words={
            "detainer_type": _counts(database, "detainer_type", "standing = 'form not known'"),
            "lift_reason": _counts(database, "lift_reason", f"outcome = '{OTHER_OUTCOME}'"),
        },
    )


def _all(database: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return database.execute(query).fetchall()


def _counts(database: duckdb.DuckDBPyConnection, column: str, condition: str) -> Counts:
    return dict(
        _all(database, f"SELECT {column}, count(*) FROM placed WHERE {condition} GROUP BY 1 ORDER BY 2 DESC, 1")
    )


def _rows(database: duckdb.DuckDBPyConnection) -> RowCounts:
    counts = _counts(database, "standing", "true") | dict(_all(database, "SELECT standing, rows FROM outside"))
    [(identical,)] = _all(
        database,
        "SELECT coalesce(sum(n), 0)::BIGINT FROM (SELECT count(*) AS n FROM placed "
        "GROUP BY prepare_date, detainer_type, facility, state, city, lift_reason HAVING count(*) > 1)",
    )
    return RowCounts(
        decided=counts.get(DECIDED, 0),
        apart={reason: counts[reason] for reason in APART if reason in counts},
        identical=identical,
    )


def _actions(database: duckdb.DuckDBPyConnection) -> tuple[ActionCount, ...]:
    statuses: dict[str, Counts] = defaultdict(dict)
    for action, status, rows in _all(
        database,
        "SELECT action, status, count(*) FROM findings WHERE action IS NOT NULL GROUP BY ALL ORDER BY min(place), 1, 2",
    ):
        statuses[action][status] = rows
    return tuple(ActionCount(action, sum(found.values()), found) for action, found in statuses.items())


def _holders(database: duckdb.DuckDBPyConnection, layout: Layout) -> tuple[HolderCount, ...]:
    """The most rows first; rows kept apart stand under their reason."""
    order = [outcome.name for outcome in layout.outcome_classes]

    def recorded(outcomes: Counts) -> Counts:
        return {name: outcomes[name] for name in order if name in outcomes}

    findings: dict[tuple[Any, ...], list[FindingCount]] = defaultdict(list)
    for holder, kind, agency, action, status, alone, possible, cites, maybe, missing, rows, outcomes in _all(
        database,
        "SELECT holder, holder_class, agency, action, status, alone, possible, cites, possibly_cites, missing, "
        "count(*), histogram(outcome) FROM findings WHERE action IS NOT NULL GROUP BY ALL "
        "ORDER BY min(place), status, alone, cites, possibly_cites, missing, possible",
    ):
        findings[holder, kind, agency].append(
            FindingCount(
                action,
                status,
                alone,
                tuple(possible),
                tuple(cites),
                tuple(maybe),
                tuple(missing),
                rows,
                recorded(outcomes),
            )
        )
    return tuple(
        HolderCount(
            holder, kind, agency, standing, rows, recorded(outcomes),
            tuple(findings[holder, kind, agency]) if standing == DECIDED else (),
        )
        for holder, kind, agency, standing, rows, outcomes in _all(
            database,
            "SELECT holder, holder_class, agency, standing, count(*), histogram(outcome) FROM placed "
            "GROUP BY ALL ORDER BY count(*) DESC, holder, standing",
        )
    )  # fmt: skip


def _missing(database: duckdb.DuckDBPyConnection, library: Library) -> tuple[MissingFact, ...]:
    facts = library.vocabulary.facts
    return tuple(
        MissingFact(fact, facts[fact].ask if fact in facts else "When exactly was the act?", findings)
        for fact, findings in _all(
            database, "SELECT unnest(missing) AS fact, count(*) FROM findings GROUP BY 1 ORDER BY 2 DESC, 1"
        )
    )


def _law(database: duckdb.DuckDBPyConnection, law: Law) -> LawNote:
    used = tuple(
        LawUsed(agency, start, until, rows)
        for agency, start, until, rows in _all(
            database,
            f"SELECT agency, law_from, law_until, count(*) FROM placed WHERE standing = '{DECIDED}' "
            "GROUP BY ALL ORDER BY agency, law_from",
        )
    )
    [(first, last)] = _all(database, f"SELECT min(law_day), max(law_day) FROM placed WHERE standing = '{DECIDED}'")
    actions = [row[0] for row in _all(database, "SELECT DISTINCT action FROM answers")]
    changes = _changes(law, sorted({period.agency for period in used}), actions) if used else {}
    earlier = [day for day in changes if day <= first]
    later = [day for day in changes if day > last]
    return LawNote(
        digest=law.library.digest,
        used=used,
        last_change_before=changes[max(earlier)] if earlier else None,
        next_change_after=changes[min(later)] if later else None,
    )


def law_changes(law: Law, agencies: list[str], actions: list[str]) -> tuple[LawChange, ...]:
    """The days on which a text on these actions begins or ends for any of the agencies, in order."""
    found = _changes(law, agencies, actions)
    return tuple(found[day] for day in sorted(found))


def _changes(law: Law, agencies: list[str], actions: list[str]) -> dict[date, LawChange]:
    """By day, the texts on these actions that begin or end on it for any of the agencies."""
    norms: dict[date, dict[str, Norm]] = defaultdict(dict)
    for agency in agencies:
        for norm in law.agency_law(law.agency(agency)).norms:
            lifts = norm.modality == "lifts" and not norm.actions
            if not lifts and not any(rules_on(norm, action, law.vocabulary) for action in actions):
                continue
            for interval in norm.intervals:
                for boundary in filter(None, (interval.start, interval.until)):
                    norms[boundary.day][norm.id] = norm
    return {
        day: LawChange(
            day,
            tuple(sorted({norm.instrument for norm in found.values()})),
            tuple(sorted({norm.cite for norm in found.values()})),
        )
        for day, found in norms.items()
    }
