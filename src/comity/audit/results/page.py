"""The page of a report: one file that fetches nothing, with its style and its script within.

Text from the log or the law goes through the template's escaping or, for the table of rows, through JSON that the
script shows as text. The policy in the page's head allows the one style and the one script, by their digests, and no
request at all.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import msgspec
from jinja2 import Environment
from markupsafe import Markup

from comity.audit.duties.verdicts import DUTY_VERDICTS
from comity.audit.placing import DECIDED
from comity.audit.results.brief import brief
from comity.audit.results.charts import Chart, holders_chart, missing_chart, months_chart, unlinked, verdicts_chart
from comity.audit.results.duties import DutyCount
from comity.audit.results.ground import Check, Counts, Ground, found_words
from comity.audit.results.island import Embedded
from comity.audit.results.links import NOBODY, rows_link
from comity.audit.results.methods import Part
from comity.audit.results.rulings import STATUSES
from comity.audit.results.summary import (
    NOT_SHOWN,
    TRIAGE_SAYS,
    ActionCount,
    FindingCount,
    HolderCount,
    MonthCount,
    NormCount,
    RulingCount,
    Summary,
    days_told,
    nothing_compared,
)
from comity.audit.verdicts import VERDICTS
from comity.pages import environment
from comity.words import counted

HOLDERS_FIRST, HOLDERS_LISTED = 15, 500

RULINGS_LISTED = 300
"""The rulings with the most findings that the page tells of; all are in the files beside it."""

COUNTS_LEFT_OUT = (
    " How many of all findings fit a filter is left out here, since the log has more groups than a page can hold; "
    "groups.parquet has them all: SELECT sum(rows) FROM 'groups.parquet' WHERE holder = 'the agency'."
)

TOPICS = {
    "completeness": "Cells that tell nothing, by column",
    "gaps": "Days or numbers that are missing",
    "overlaps": "Rows that stand in more than one source",
    "duplicates": "Rows alike in every column; each may be a request of its own",
    "dates": "Days that cannot be, or are unlikely",
    "doubts": "Columns whose content raises a doubt",
    "published figures": "Counts that others published from the same records, beside those of the log",
    "set aside": "Records that are no rows of this log",
}

STATE_WORDS = {
    "owed": "owed",
    "may_be_owed": "owed if facts are so that are missing",
    "suspended": "suspended by a court",
}

COLUMNS = {
    "row": "row",
    "day": "day",
    "holder": "agency",
    "facility": "as recorded",
    "searcher": "searched by",
    "action": "asked",
    "status": "law said",
    "verdict": "verdict",
    "outcome": "record says",
    "reason": "reason given",
    "reason_class": "reason, as read",
    "ruling": "why",
    "duties": "duties",
}


class Action(msgspec.Struct, frozen=True):
    """An action with its figures, its charts, and the holders that its tables list: first, and when asked for."""

    name: str
    count: ActionCount
    months: tuple[MonthCount, ...]
    holders: tuple[tuple[HolderCount, FindingCount], ...]
    more_holders: tuple[tuple[HolderCount, FindingCount], ...]
    holders_left: int
    outcomes: tuple[str, ...]
    months_chart: Chart
    holders_chart: Chart


class Control(msgspec.Struct, frozen=True):
    """A filter of the table of rows, and the values it offers, each with its words."""

    name: str
    label: str
    values: dict[str, str]


def render(summary: Summary, ground: Ground, methods: Sequence[Part], held: Embedded | None) -> str:
    """The page. Without `held`, it has no table of rows, and no number is a link."""
    templates = _templates()
    style, script = templates.get_template("report.css.j2").render(), _script()
    policy = (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )

    def drawn(chart: Chart) -> Chart:
        """The charts' SVG comes from the drawing program, which escapes what it is given."""
        shown = chart if held else unlinked(chart)
        return Chart(Markup(shown.wide), Markup(shown.narrow))

    rulings = _rulings_listed(summary)
    heads = {outcome.name: outcome.head for outcome in ground.outcomes} | {NOT_SHOWN: NOT_SHOWN}
    return templates.get_template("report.html.j2").render(
        title=f"{summary.input.name}: what the law of its days said",
        lead=_lead(summary, ground),
        summary=summary,
        policy=policy,
        style=Markup(style),
        script=Markup(script),
        island=Markup(held.text if held else ""),
        linked=held is not None,
        listed_apart=held.reasons if held else (),
        embedded_says=embedded_says(held),
        actions=[_action(summary, count, drawn) for count in summary.actions],
        quality=_by_topic(summary.quality),
        topic_says=TOPICS,
        reasons=ground.reasons,
        verdict_says=VERDICTS,
        brief=brief(summary),
        compared=bool(summary.actions) or not summary.duties,
        not_compared=nothing_compared(summary),
        duty_verdict_says=DUTY_VERDICTS,
        duty_states=STATE_WORDS,
        verdicts_chart=drawn(verdicts_chart(summary.actions)),
        missing_chart=drawn(missing_chart(summary.missing)),
        changes=summary.law.changes,
        neighbours=(
            ("Last change of law on these actions before the log", summary.law.last_change_before),
            ("Next change of law on these actions after the log", summary.law.next_change_after),
        ),
        rulings=rulings,
        rulings_told={each.ruling.ruling for each in rulings},
        rulings_offered={each.ruling.ruling for each in summary.rulings},
        norms={
            norm.norm: {"number": number, **msgspec.structs.asdict(norm)}
            for number, norm in enumerate(summary.norms, start=1)
        },
        triage_says=TRIAGE_SAYS,
        reasons_offered=held.reason_classes if held else (),
        outcome_heads=heads,
        outcomes_seen={name for holder in summary.holders for name in holder.recorded},
        controls=_controls(summary, held),
        columns=_columns(summary, held),
        methods=methods,
    )


def _columns(summary: Summary, held: Embedded | None) -> list[dict[str, str]]:
    """The columns of the table of rows that this log has something for."""
    not_shown = {"reason", "reason_class", "searcher"}
    if held is not None and held.has_reasons:
        not_shown -= {"reason"} | ({"reason_class"} if held.reason_classes else set())
    if held is not None and held.has_searchers:
        # Whose readers were searched is the same for all rows of such a log.
        not_shown ^= {"searcher", "facility"}
    not_shown |= set() if summary.duties else {"duties"}
    return [{"name": name, "label": label} for name, label in COLUMNS.items() if name not in not_shown]


@cache
def _templates() -> Environment:
    found = environment("comity.audit.results")
    filters: dict[str, Any] = found.filters
    filters |= {"number": _number, "share": _share, "link": _link, "found": found_words}
    return found


def _script() -> str:
    return resources.files("comity.audit.results").joinpath("templates/report.js").read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _number(number: int) -> str:
    return f"{number:,}"


def _share(number: int | None, of: int | None) -> str:
    if number is None or not of:
        return ""
    part = number / of
    return "0 %" if not number else "< 0.1 %" if part < 0.001 else f"{part:.1%}".replace("%", " %")


def _link(filters: Mapping[str, str | int | None]) -> str:
    return rows_link(**filters)


def _lead(summary: Summary, ground: Ground) -> str:
    law = "the law of its own day" if summary.as_of is None else f"the law of {summary.as_of}"
    says, rows = ground.layout_says, counted(summary.input.rows, "row")
    which = f"those of {summary.place} are each" if "/" in summary.place else "each is"
    return f"{says[:1].upper()}{says[1:]}. {rows}, {days_told(summary.input)}; {which} decided under {law}."


def embedded_says(held: Embedded | None) -> str:
    """Which findings the page holds, in words."""
    if held is None:
        return ""
    if held.complete:
        return f"This page holds all findings: {held.findings:,}."
    return (
        f"This page holds a sample of {held.held:,} of the {held.findings:,} findings; the numbers on it are of all. "
        "The query below the table gives all rows that fit." + ("" if held.counted else COUNTS_LEFT_OUT)
    )


def _by_topic(checks: Sequence[Check]) -> list[tuple[str, list[Check]]]:
    topics = list(dict.fromkeys([*TOPICS, *(check.topic for check in checks)]))
    found = [(topic, [check for check in checks if check.topic == topic]) for topic in topics]
    return [(topic, own) for topic, own in found if own]


def _rulings_listed(summary: Summary) -> tuple[RulingCount, ...]:
    most = sorted(summary.rulings, key=lambda each: (-each.rows, each.ruling.ruling))[:RULINGS_LISTED]
    return tuple(sorted(most, key=lambda each: each.ruling.ruling))


def _action(summary: Summary, count: ActionCount, drawn: Callable[[Chart], Chart]) -> Action:
    months = tuple(month for month in summary.months if month.action == count.action)
    asking = [
        (holder, [finding for finding in holder.findings if finding.action == count.action])
        for holder in summary.holders
    ]
    asking = [(holder, found) for holder, found in asking if found]
    listed = tuple((holder, finding) for holder, found in asking[:HOLDERS_LISTED] for finding in found)
    outcomes = {name for _, finding in listed for name in finding.recorded}
    return Action(
        name=count.action,
        count=count,
        months=months,
        holders=listed[:HOLDERS_FIRST],
        more_holders=listed[HOLDERS_FIRST:],
        holders_left=len(asking) - min(len(asking), HOLDERS_LISTED),
        outcomes=tuple(name for name in [*summary.outcomes, NOT_SHOWN] if name in outcomes),
        months_chart=drawn(months_chart(months, summary.law.changes, count.action)),
        holders_chart=drawn(holders_chart(summary.holders, count.action)),
    )


def _controls(summary: Summary, held: Embedded | None) -> list[Control]:
    def names(counts: Sequence[Counts], order: Sequence[str] = ()) -> tuple[str, ...]:
        found = {name for count in counts for name in count}
        return (*(name for name in order if name in found), *sorted(found - set(order)))

    def control(name: str, label: str, values: Sequence[str]) -> Control:
        return Control(name, label, {value: value for value in values})

    actions, norms = summary.actions, sorted(summary.norms, key=_norm_words)
    why = [reasons for action in actions for reasons in action.why.values()]
    holders = [holder.holder for holder in summary.holders]
    recorded = [holder.recorded for holder in summary.holders]
    reasons = held.reason_classes if held else ()
    listed = [*sorted({holder for holder in holders if holder}), *([NOBODY] if None in holders else [])]
    return [
        control("action", "action asked", [action.action for action in actions]),
        control("status", "the law said", names([action.statuses for action in actions], STATUSES)),
        control("verdict", "verdict", names([action.verdicts for action in actions], list(VERDICTS))),
        control("why", "why that verdict", names(why)),
        control("holder", "agency", listed),
        control("outcome", "the record says", names(recorded, list(summary.outcomes))),
        control("month", "month", sorted({month.month for month in summary.months})),
        control("ruling", "ruling", [str(each.ruling.ruling) for each in summary.rulings]),
        Control("norms", "decided by", {norm.norm: _norm_words(norm) for norm in norms if norm.decides}),
        Control("possibly", "may be decided by", {norm.norm: _norm_words(norm) for norm in norms if norm.may_decide}),
        control("missing", "turns on the fact", sorted(fact.fact for fact in summary.missing)),
        control("settle", "to settle, know", list(summary.settle)),
        control("standing", "decided, or set apart", [DECIDED, *summary.rows.apart]),
        *(
            Control("duties", "of a duty, the record says", _duty_marks(duties))
            for duties in [summary.duties]
            if duties
        ),
        *(control("reason_class", "the reason, as read", classes) for classes in [reasons] if classes),
    ]


def _duty_marks(duties: Sequence[DutyCount]) -> dict[str, str]:
    """The verdicts on each duty by how findings tell them, each with its words."""
    return {each.mark(verdict): f"{each.cite}: {each.words}: {verdict}" for each in duties for verdict in each.verdicts}


def _norm_words(norm: NormCount) -> str:
    return f"{norm.cite}, {norm.modality}"
