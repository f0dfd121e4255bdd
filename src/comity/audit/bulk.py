"""Rows that the law cannot tell apart, decided once.

A row's answer rests on the agency that held, the period of that agency's law in which its day falls, the facts that
its form tells and, for its notes, the changes of law that come soon after its day. Each distinct combination is decided
once; the findings are joined back to the rows. No row is ever decided by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from comity.audit.holders.facilities import key_of
from comity.audit.layout import NO_OUTCOME, OTHER_OUTCOME, Layout
from comity.errors import ComityError, nearest
from comity.notes import DAYS_BEFORE_A_CHANGE

if TYPE_CHECKING:
    import duckdb

    from comity.decide import Law
    from comity.findings import Finding, Missing

DECIDED = "decided"

APART: dict[str, str] = {
    "no place recorded": "no facility or no state stands in the row",
    "another state": "recorded under a state that was not asked about",
    "facility not mapped": "no encoded agency is known to hold at this facility",
    "place elsewhere": "recorded under a state in which the place is not",
    "federal holder": "held by a federal agency, which state and local law does not bind",
    "private holder": "held by a private body, which is no agency",
    "holder not established": "which agency held the person was not established",
    "form not known": "the words of the form column name no form that the layout knows",
    "no date": "no date stands in the row",
    "before any encoded law": "the day lies before the first encoded law",
}
"""Why a row is not decided, in the order in which the reasons are looked at: the first one counts."""

OUTSIDE = "('no place recorded', 'another state')"
"""SQL for the reasons of rows that lie, or may lie, elsewhere: they are counted, and have no finding."""

EVIDENCE = ("text", "secondary", "unverified")
"""How well a norm was read, best first: a finding rests on the worst of its deciding norms."""

_CLASS_REASON = {
    "elsewhere": "place elsewhere",
    "federal": "federal holder",
    "private": "private holder",
    "other": "holder not established",
}


def place_rows(
    database: duckdb.DuckDBPyConnection, layout: Layout, states: list[str], law: Law, as_of: date | None
) -> None:
    """Writes the table `placed`: each row of the place with its holder, form, outcome class, day of law, period of law
    and `standing` (decided, or the reason why not); and `outside`: how many other rows there are, by reason.

    Raises ComityError (`holders`) if the map names an agency that no law file has.
    """
    _add_periods(database, law)
    _read_places(database, states)
    _read_words(database, layout)
    day = f"DATE '{as_of.isoformat()}'" if as_of else "l.prepare_date"
    database.execute(
        f"""
        CREATE TABLE placed AS
        WITH known AS (
            SELECT l.*, h.* EXCLUDE (facility, state, city), f.form, o.outcome, {day} AS law_day,
                CASE WHEN h.place_reason IS NOT NULL THEN h.place_reason
                     WHEN f.form IS NULL THEN 'form not known'
                     WHEN {day} IS NULL THEN 'no date' END AS reason
            FROM log l
            JOIN places h ON l.facility IS NOT DISTINCT FROM h.facility AND l.state IS NOT DISTINCT FROM h.state
                AND l.city IS NOT DISTINCT FROM h.city
            JOIN forms f ON l.detainer_type IS NOT DISTINCT FROM f.detainer_type
            JOIN outcomes o ON l.lift_reason IS NOT DISTINCT FROM o.lift_reason
            WHERE h.place_reason IS NULL OR h.place_reason NOT IN {OUTSIDE}
        )
        SELECT k.*, p.law_from, p.law_until, list_count(list_filter(
                p.later, lambda later: later <= k.law_day + {DAYS_BEFORE_A_CHANGE})) AS changes_soon,
            coalesce(k.reason, CASE WHEN p.law_from IS NULL THEN 'before any encoded law' END, '{DECIDED}') AS standing
        FROM known k ASOF LEFT JOIN periods p ON k.agency = p.agency AND k.law_day >= p.law_from
        """
    )
    database.execute(
        f"""
        CREATE TABLE outside AS SELECT p.place_reason AS standing, count(*) AS rows
        FROM log l JOIN places p ON l.facility IS NOT DISTINCT FROM p.facility
            AND l.state IS NOT DISTINCT FROM p.state AND l.city IS NOT DISTINCT FROM p.city
        WHERE p.place_reason IN {OUTSIDE} GROUP BY p.place_reason
        """
    )


def _read_places(database: duckdb.DuckDBPyConnection, states: list[str]) -> None:
    """Writes the table `places`: each facility, state and city of the log with its holder, or why none decides."""
    reasons = " ".join(f"WHEN h.kind = {_quoted(kind)} THEN {_quoted(why)}" for kind, why in _CLASS_REASON.items())
    database.execute(
        f"""
        CREATE TABLE places AS
        WITH told AS (SELECT DISTINCT facility, state, city FROM log)
        SELECT t.*, nullif(h.agency, '') AS agency, h.holder, h.kind AS holder_class, h.source AS holder_source,
            CASE WHEN h.facility IS NULL THEN NULL
                 WHEN h.facility = t.facility AND h.state = t.state AND h.city = t.city THEN h.matched
                 ELSE h.matched || ', whatever the case and blanks' END AS matched,
            h.note AS holder_note,
            CASE WHEN t.state IS NULL OR t.facility IS NULL THEN 'no place recorded'
                 WHEN NOT list_contains(?, {key_of("t.state")}) THEN 'another state'
                 WHEN h.facility IS NULL OR (h.agency = '' AND h.kind IN ('county', 'city', 'state'))
                    THEN 'facility not mapped' {reasons} END AS place_reason
        FROM told t LEFT JOIN holders h ON h.key_facility = {key_of("t.facility")}
            AND h.key_state = {key_of("t.state")} AND h.key_city = {key_of("t.city")}
        """,
        [states],
    )


def _read_words(database: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    """Writes the tables `forms` and `outcomes`: what each wording of the log's two columns means."""
    patterns = " ".join(
        f"WHEN regexp_matches(detainer_type, {_quoted(pattern)}, 'i') THEN {_quoted(form.name)}"
        for pattern, form in layout.forms
    )
    database.execute(
        "CREATE TABLE forms AS SELECT detainer_type, CASE WHEN detainer_type IS NULL THEN "
        f"{_quoted(layout.form_not_told.name)} {patterns} END AS form FROM (SELECT DISTINCT detainer_type FROM log)"
    )
    database.execute(
        f"""
        CREATE TABLE outcomes AS
        WITH told AS (SELECT DISTINCT lift_reason FROM log),
        classes AS (SELECT unnest(CAST(? AS VARCHAR[])) AS words, unnest(CAST(? AS VARCHAR[])) AS class)
        SELECT t.lift_reason, CASE WHEN t.lift_reason IS NULL THEN {_quoted(NO_OUTCOME)}
            ELSE coalesce(c.class, {_quoted(OTHER_OUTCOME)}) END AS outcome
        FROM told t LEFT JOIN classes c ON c.words = {key_of("t.lift_reason")}
        """,
        [list(layout.outcomes), list(layout.outcomes.values())],
    )


def _add_periods(database: duckdb.DuckDBPyConnection, law: Law) -> None:
    agencies = [str(row[0]) for row in database.execute("SELECT DISTINCT agency FROM holders ORDER BY 1").fetchall()]
    names: list[str] = []
    starts: list[date] = []
    ends: list[date | None] = []
    later: list[list[date]] = []
    for agency in filter(None, agencies):
        if agency not in law.agencies:
            hint = nearest(agency, list(law.agencies))
            raise ComityError("holders", f'no law file has the agency "{agency}"{hint}', "facilities.csv")
        days = law.periods(agency)
        names += [agency] * len(days)
        starts += days
        ends += [*days[1:], None]
        later += [days[place + 1 :] for place in range(len(days))]
    database.execute(
        "CREATE TABLE periods AS SELECT unnest(CAST(? AS VARCHAR[])) AS agency, "
        "unnest(CAST(? AS DATE[])) AS law_from, unnest(CAST(? AS DATE[])) AS law_until, "
        "unnest(CAST(? AS DATE[][])) AS later",
        [names, starts, ends, later],
    )


def decide_groups(
    database: duckdb.DuckDBPyConnection, layout: Layout, law: Law, on_progress: Callable[[int, int], None]
) -> tuple[str, ...]:
    """Writes the table `findings`: one row for each row of the place and action asked, one for each row kept apart.

    Rows of another state and rows without a place are counted, but have no finding. Returns what is to be minded about
    the decisions as a whole.
    """
    database.execute(
        f"""
        CREATE TABLE alike AS
        SELECT row_number() OVER (ORDER BY agency, law_from, changes_soon, form) AS alike,
            agency, law_from, changes_soon, form, max(law_day) AS day
        FROM placed WHERE standing = '{DECIDED}' GROUP BY agency, law_from, changes_soon, form
        """
    )
    groups = database.execute("SELECT alike, agency, day, form FROM alike ORDER BY alike").fetchall()
    notes: dict[str, None] = {}
    columns: dict[str, list[object]] = {name: [] for name in _FINDING_COLUMNS}
    for number, (alike, agency, day, form_name) in enumerate(groups):
        on_progress(number, len(groups))
        form = layout.form_named(form_name)
        decision = law.decide(agency=agency, on=day, actions=list(form.actions), facts=form.facts)
        notes.update(dict.fromkeys(decision.notes))
        alone = law.decide(agency=agency, on=day, actions=list(form.actions), facts={**form.facts, **form.alone})
        for place, (finding, bare) in enumerate(zip(decision.findings, alone.findings, strict=True)):
            cells = _cells(finding, form.note) | {"alone": bare.status, "answer": len(columns["answer"]) + 1}
            for name, cell in {"alike": alike, "place": place, **cells}.items():
                columns[name].append(cell)
    on_progress(len(groups), len(groups))
    selected = ", ".join(f"unnest(CAST(? AS {kind}[])) AS {name}" for name, kind in _FINDING_COLUMNS.items())
    database.execute(f"CREATE TABLE answers AS SELECT {selected}", list(columns.values()))
    _join_back(database)
    return tuple(notes)


_FINDING_COLUMNS = {
    "answer": "BIGINT",
    "alike": "BIGINT",
    "place": "BIGINT",
    "action": "VARCHAR",
    "status": "VARCHAR",
    "alone": "VARCHAR",
    "possible": "VARCHAR[]",
    "norms": "VARCHAR[]",
    "cites": "VARCHAR[]",
    "possibly": "VARCHAR[]",
    "possibly_cites": "VARCHAR[]",
    "missing": "VARCHAR[]",
    "evidence": "VARCHAR",
    "known_used": "VARCHAR[]",
    "not_encoded": "VARCHAR[]",
    "notes": "VARCHAR[]",
}


def _cells(finding: Finding, form_note: str) -> dict[str, object]:
    return {
        "action": finding.action,
        "status": finding.status,
        "possible": list(finding.possible),
        "norms": [norm.norm for norm in finding.because],
        "cites": list(dict.fromkeys(norm.cite for norm in finding.because)),
        "possibly": [norm.norm for norm in finding.possibly],
        "possibly_cites": list(dict.fromkeys(norm.cite for norm in finding.possibly)),
        "missing": [_name_of(fact) for fact in finding.missing],
        "evidence": max((norm.evidence for norm in finding.because), key=EVIDENCE.index, default=None),
        "known_used": [known.fact for known in finding.known_used],
        "not_encoded": [gap.cite for gap in finding.not_encoded],
        "notes": [note for note in (form_note, *finding.notes) if note],
    }


def _name_of(fact: Missing) -> str:
    return fact if isinstance(fact, str) else f"text_in_force: {fact['text_in_force']}"


def _join_back(database: duckdb.DuckDBPyConnection) -> None:
    database.execute(
        f"""
        CREATE TABLE findings AS
        SELECT p.row, p.source_row, p.prepare_date, p.law_day, p.detainer_type, p.form, p.facility, p.state, p.city,
            p.holder, p.holder_class, p.agency, p.matched, p.holder_source, p.standing,
            a.answer, a.place, a.action, a.status, a.alone, a.possible, a.norms, a.cites, a.possibly, a.possibly_cites,
            a.missing, a.evidence, a.known_used, a.not_encoded, p.law_from, p.law_until, p.outcome, p.lift_reason,
            CASE WHEN p.standing = '{DECIDED}' THEN a.notes
                 WHEN p.holder_note IS NOT NULL THEN [p.holder_note] ELSE [] END AS notes,
            p.made_up
        FROM placed p
        LEFT JOIN alike g ON p.standing = '{DECIDED}' AND g.agency = p.agency AND g.law_from = p.law_from
             AND g.changes_soon = p.changes_soon AND g.form = p.form
        LEFT JOIN answers a ON a.alike = g.alike
        """
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
