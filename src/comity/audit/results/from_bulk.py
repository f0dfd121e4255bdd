"""The ground of a report, from the tables of `bulk`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from comity.audit.bulk import APART
from comity.audit.layout import DECLINED, Layout
from comity.audit.results.changes import law_changes
from comity.audit.results.ground import Answer, Check, Ground, Kind, OutcomeClass, SourceNote
from comity.audit.source import Source
from comity.audit.verdicts import Act
from comity.program import VERSION

if TYPE_CHECKING:
    import duckdb

    from comity.decide import Law

_DECLINED: dict[str, Act] = {"hold": "declined", "notify_release": "declined", "transfer_custody": "declined"}


def add_told(database: duckdb.DuckDBPyConnection) -> None:
    """Writes the view `told`."""
    database.execute(
        "CREATE VIEW told AS SELECT row, 0 AS source, row AS source_row, prepare_date AS day, holder, agency, "
        "holder_class AS class, standing, form AS kind, action, answer, outcome, lift_reason AS outcome_words, "
        "CAST(NULL AS VARCHAR) AS reason, facility AS holder_name, state AS holder_state, "
        "city AS holder_city, matched FROM findings"
    )


def ground_of(
    database: duckdb.DuckDBPyConnection,
    layout: Layout,
    source: Source,
    place: str,
    as_of: date | None,
    law: Law,
    notes: tuple[str, ...],
) -> Ground:
    """What stands in the tables, as values."""
    [(first, last, made_up)] = _all(database, "SELECT min(prepare_date), max(prepare_date), count(made_up) FROM log")
    standings = dict(_all(database, "SELECT standing, count(*) FROM placed GROUP BY 1")) | dict(
        _all(database, "SELECT standing, rows FROM outside")
    )
    [(identical,)] = _all(
        database,
        "SELECT coalesce(sum(n), 0)::BIGINT FROM (SELECT count(*) AS n FROM placed "
        "GROUP BY prepare_date, detainer_type, facility, state, city, lift_reason HAVING count(*) > 1)",
    )
    answers = tuple(
        Answer(
            number,
            agency,
            start,
            until,
            action,
            status,
            alone,
            tuple(possible),
            tuple(norms),
            tuple(cites),
            tuple(possibly),
            tuple(possibly_cites),
            tuple(missing),
            evidence,
            tuple(known_used),
            tuple(not_encoded),
            notes=tuple(told),
        )
        for (
            number, agency, start, until, action, status, alone, possible, norms, cites, possibly, possibly_cites,
            missing, evidence, known_used, not_encoded, told,
        ) in _all(
            database,
            "SELECT DISTINCT answer, agency, law_from, law_until, action, status, alone, possible, norms, cites, "
            "possibly, possibly_cites, missing, evidence, known_used, not_encoded, notes FROM findings "
            "WHERE answer IS NOT NULL ORDER BY answer",
        )
    )  # fmt: skip
    forms = {form.name: form for form in (*(form for _, form in layout.forms), layout.form_not_told)}
    kinds = tuple(Kind(form.name, form.actions, form.note) for form in forms.values())
    agencies = sorted({answer.agency for answer in answers})
    actions = sorted({answer.action for answer in answers})
    return Ground(
        place=place,
        layout=layout.name,
        layout_says=layout.says,
        as_of=as_of,
        sources=(SourceNote(source.name, source.sha256, source.size, source.rows),),
        rows=source.rows,
        first_day=first,
        last_day=last,
        made_up=made_up,
        standings=standings,
        reasons=APART,
        identical=identical,
        kinds=kinds,
        outcomes=tuple(
            OutcomeClass(each.name, each.head, each.says, _DECLINED if each.name == DECLINED else {}, True)
            for each in layout.outcome_classes
        ),
        answers=answers,
        decisions=_all(database, "SELECT count(*) FROM alike")[0][0],
        checks=_checks(database, source.rows),
        changes=law_changes(law, agencies, actions),
        digest=law.library.digest,
        version=VERSION,
        notes=notes,
        assumes=layout.assumes,
        cannot_tell=layout.cannot_tell,
    )


def _all(database: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return database.execute(query).fetchall()


def _checks(database: duckdb.DuckDBPyConnection, rows: int) -> tuple[Check, ...]:
    checks: list[Check] = []
    for column in ("prepare_date", "detainer_type", "facility", "state", "city", "lift_reason"):
        [(empty,)] = _all(database, f"SELECT count(*) FROM log WHERE {column} IS NULL")
        checks.append(Check("completeness", column, f"{empty:,} rows tell nothing in this column", empty, rows))
    return tuple(checks)
