"""Distinct reason texts → the table `reasons`: each with its class and the rule that says so, all in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from comity.audit.layouts.form import Marks
from comity.audit.layouts.read import default_marks
from comity.audit.layouts.sql import is_placeholder, matches_whole
from comity.audit.reading.database import quoted
from comity.audit.triage.rules import ReasonClass, Rule, TriageRules, load_triage_rules
from comity.audit.triage.texts import digest, found_in, normalised

if TYPE_CHECKING:
    import duckdb

CIVIL: ReasonClass = "states civil immigration"
CRIME: ReasonClass = "states a crime"
MARKS = "the marks of all logs"
"""The rule named where the marks that hold for every log tell that a text is empty, withheld or the program's own."""


def classify(database: duckdb.DuckDBPyConnection, log: str = "log", marks: Marks | None = None) -> None:
    """Writes the table `reasons`: `reason` (as told, once each), `rows`, `normalised`, `digest`, `class`, `rule`.

    Each distinct text is read once, whatever the number of rows; where two rules tell of `both`, both are named.
    """
    rules = load_triage_rules()
    marks = marks or default_marks()
    database.execute(
        f"""
        CREATE OR REPLACE TABLE reasons AS
        WITH told AS (SELECT reason, count(*) AS rows FROM {log} GROUP BY reason),
        normal AS (SELECT reason, rows, {normalised("reason")} AS normalised FROM told),
        texts AS (SELECT DISTINCT normalised FROM normal),
        read_out AS (SELECT normalised, {_as_read("normalised", rules)} AS text FROM texts),
        ruled AS (SELECT normalised, text, {_columns(rules, marks)} FROM read_out),
        classed AS (SELECT normalised, {_class()} AS class, {_rule(rules)} AS rule FROM ruled)
        SELECT n.reason, n.rows, n.normalised, {digest("n.normalised")} AS digest, c.class, c.rule
        FROM normal n JOIN classed c USING (normalised)
        """
    )


def _as_read(text: str, rules: TriageRules) -> str:
    """SQL for a text with its words read as `read` says; most texts have none of them, and are left at one look."""
    readings, read = rules.readings(), text
    for reading in readings:
        read = f"regexp_replace({read}, {quoted(reading.matches)}, {quoted(reading.said)}, 'g')"
    return f"CASE WHEN {found_in(_any(reading.matches for reading in readings), text)} THEN {read} ELSE {text} END"


def _any(patterns: Iterable[str]) -> str:
    """One pattern for whether any of them is found: a single pass of the text."""
    return "|".join(f"(?:{pattern})" for pattern in patterns)


_ORDER: tuple[tuple[ReasonClass, str], ...] = (
    ("empty", "empty_rule"),
    ("withheld", "withheld_rule"),
    (CIVIL, "civil_rule"),
    (CRIME, "crime_rule"),
    ("interface text", "interface_rule"),
    ("case number only", "number_rule"),
    ("states another purpose", "other_rule"),
)
"""The columns with the first rule met of each class. Why a text is unclear is asked only where no other rule is met."""


def _columns(rules: TriageRules, marks: Marks) -> str:
    """SQL for the first rule of each class that a text meets, null where none does."""
    told = {
        "empty": f"normalised = '' OR coalesce({is_placeholder('normalised', marks)}, true)",
        "withheld": matches_whole("normalised", marks.withheld),
        "interface text": matches_whole("normalised", marks.interface),
    }
    columns = [f"{_first(rules.of(kind), told.get(kind, ''))} AS {name}" for kind, name in _ORDER]
    return ", ".join(columns)


def _first(rules: Sequence[Rule], by_marks: str) -> str:
    cases = [f"WHEN {by_marks} THEN {quoted(MARKS)}"] if by_marks else []
    if rules:
        which = " ".join(f"WHEN {_met(rule)} THEN {quoted(rule.id)}" for rule in rules)
        some = found_in(_any(rule.matches for rule in rules), _text_of(rules[0]))
        cases.append(f"WHEN {some} THEN CASE {which} END")
    return f"CASE {' '.join(cases)} END" if cases else "NULL"


def _text_of(rule: Rule) -> str:
    # What a mark covers, or a program wrote, is told by the text itself, not by what its words are read as.
    return "normalised" if rule.kind in ("empty", "withheld", "interface text", "case number only") else "text"


def _met(rule: Rule) -> str:
    text = _text_of(rule)
    tests = [found_in(rule.matches, text)]
    if rule.unless:
        tests.append(f"NOT {found_in(rule.unless, text)}")
    if rule.digits:
        tests.append(f"length(regexp_replace({text}, '[^0-9]', '', 'g')) >= {rule.digits}")
    return " AND ".join(tests)


_EMPTY = "empty_rule IS NOT NULL AND other_rule IS NULL"
"""`test` fills other columns, and is a purpose of its own here."""


def _class() -> str:
    # A program's own text is told before crime: it repeats what an earlier search was for. Immigration still shows.
    return (
        f"CASE WHEN {_EMPTY} THEN 'empty' WHEN withheld_rule IS NOT NULL THEN 'withheld' "
        "WHEN civil_rule IS NOT NULL AND crime_rule IS NOT NULL THEN 'both' "
        f"WHEN civil_rule IS NOT NULL THEN {quoted(CIVIL)} WHEN interface_rule IS NOT NULL THEN 'interface text' "
        f"WHEN crime_rule IS NOT NULL THEN {quoted(CRIME)} WHEN number_rule IS NOT NULL THEN 'case number only' "
        "WHEN other_rule IS NOT NULL THEN 'states another purpose' ELSE 'unclear: ask' END"
    )


def _rule(rules: TriageRules) -> str:
    return (
        f"CASE WHEN {_EMPTY} THEN empty_rule WHEN withheld_rule IS NOT NULL THEN withheld_rule "
        "WHEN civil_rule IS NOT NULL AND crime_rule IS NOT NULL THEN civil_rule || ' + ' || crime_rule "
        "ELSE coalesce(civil_rule, interface_rule, crime_rule, number_rule, other_rule, "
        f"{_first(rules.of('unclear: ask'), '')}) END"
    )
