"""The report of a check: every finding, and whether it is acknowledged, stated by the law files themselves, or open."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from comity.check.acknowledging import Acknowledgements
from comity.check.gaps import BEFORE, Gap, gaps_of
from comity.check.norms import norm_findings
from comity.check.observed import Clash, Observed, latest
from comity.check.record import recorded
from comity.check.units import Period, compiled, norms_judged, periods_of, plans_of, within
from comity.check.values import CheckFinding, CheckReport, Raw
from comity.compare.instance import smallest_instance
from comity.decide import Law
from comity.errors import RequestError, nearest
from comity.examples import check as check_example
from comity.norms import Acknowledgement

Progress = Callable[[int, int], None]
"""Told how many units of how many are done."""


def check_law(
    law: Law, path: str | None = None, on_progress: Progress | None = None, *, examples: bool = False
) -> CheckReport:
    """Check all law, or that of one place and the places below; if so asked, the examples of its files too.

    Norms are judged by all agencies that they bind; so a check of a part judges only norms of the places in it.
    Raises RequestError naming the nearest place, and LawError for examples, of whatever place, that cannot be read.
    """
    places = law.library.jurisdictions
    if path is not None and path not in places:
        raise RequestError("unknown_place", f'no place is called "{path}"{nearest(path, list(places))}', "path")
    law.library.examples()
    periods = periods_of(law, path)
    plans = plans_of(law, periods)
    observed = Observed()
    for number, unit in enumerate(compiled(law, plans)):
        if on_progress is not None:
            on_progress(number, len(plans))
        observed.look(unit)
    if on_progress is not None:
        on_progress(len(plans), len(plans))
    judged = norms_judged(law.library, path)
    acknowledgements = Acknowledgements(law.library)
    findings = [
        *(each for each in _conflicts(law, observed.clashes.values(), acknowledgements) if within(each.place, path)),
        *_gaps(law, path, periods, acknowledgements),
        *(_settled(raw, acknowledgements) for raw in norm_findings(law.library, observed, judged)),
        *recorded(law.library, path),
        *(_examples(law, path) if examples else ()),
    ]
    return CheckReport(
        agencies=len({stand.agency.id for period in periods for stand in period.stands}),
        periods=sum(len(period.stands) for period in periods if not period.proposal),
        units=len(plans),
        findings=tuple(sorted(findings, key=lambda each: (each.state != "open", each.place, each.finding, each.norms))),
        unused=tuple(
            each
            for each in acknowledgements.unused()
            if within(each.path.removesuffix(".yaml").rpartition("/")[0], path)
        ),
    )


def _examples(law: Law, path: str | None) -> list[CheckFinding]:
    """The examples that the law answers otherwise."""
    return [
        _finding(Raw("example", instrument.place, problem.message, at=problem.at), None)
        for instrument in law.library.instruments.values()
        if within(instrument.place, path)
        for example in law.library.examples_of(instrument.id)
        for problem in check_example(law, instrument, example)
    ]


def _settled(raw: Raw, acknowledgements: Acknowledgements) -> CheckFinding:
    return _finding(raw, acknowledgements.of_norms(raw.finding, raw.norms), raw.stated)


def _finding(raw: Raw, by: Acknowledgement | None, stated: str = "") -> CheckFinding:
    return CheckFinding(
        finding=raw.finding,
        state="acknowledged" if by else "stated" if stated else "open",
        place=raw.place,
        says=raw.says,
        norms=raw.norms,
        actions=raw.actions,
        agencies=raw.agencies,
        at=raw.at,
        example=None,
        reason=by.reason if by else stated,
        acknowledged_at=f"{by.path}:{by.line}" if by else "",
    )


def _conflicts(law: Law, clashes: Iterable[Clash], acknowledgements: Acknowledgements) -> list[CheckFinding]:
    found: list[CheckFinding] = []
    for clash in clashes:
        requires, prohibits = clash.requires, clash.prohibits
        stated = "" if requires.source and prohibits.source else "only where the asker names a law that is not encoded"
        shared: dict[Acknowledgement | None, list[tuple[str, str]]] = {}
        for action, stands in clash.stands.items():
            for agency in {stand.agency.id: stand.agency for stand in stands}.values():
                by = None if stated else acknowledgements.of_conflict(requires.id, prohibits.id, action, agency)
                shared.setdefault(by, []).append((action, agency.id))
        stand = latest(clash.unit.plan.stands)
        for by, where in shared.items():
            raw = Raw(
                finding="conflict",
                place=max(requires.place, prohibits.place, key=len),
                says=f"{requires.cite} requires what {prohibits.cite} prohibits",
                norms=(requires.id, prohibits.id),
                actions=_distinct(action for action, _ in where),
                agencies=_distinct(agency for _, agency in where),
            )
            example = None
            if by is None and not stated:
                unit = clash.unit.diagrams
                example = smallest_instance(law, stand.agency.id, stand.day, unit, clash.situations)
            found.append(msgspec.structs.replace(_finding(raw, by, stated), example=example))
    return found


def _gaps(
    law: Law, path: str | None, periods: Iterable[Period], acknowledgements: Acknowledgements
) -> list[CheckFinding]:
    """The gaps, those of a place on an action that are of one stretch and acknowledged or stated alike as one.

    Those before the first text on each action are one for each place.
    """
    shared: dict[tuple[str, str, Acknowledgement | None, str], list[Gap]] = {}
    for gap in gaps_of(law, path, periods):
        by = None if gap.stated else acknowledgements.of_gap(gap.action, gap.agency)
        says = (
            "nothing speaks on these actions before the first text on each" if gap.stated == BEFORE else _gap_words(gap)
        )
        shared.setdefault((gap.agency.place, says, by, gap.stated), []).append(gap)
    return [
        _finding(
            Raw(
                finding="gap",
                place=place,
                says=says,
                actions=_distinct(gap.action for gap in gaps),
                agencies=_distinct(gap.agency.id for gap in gaps),
                at=f"{place}/jurisdiction.yaml",
            ),
            by,
            stated,
        )
        for (place, says, by, stated), gaps in shared.items()
    ]


def _gap_words(gap: Gap) -> str:
    since = f" from {gap.start}" if gap.start else ""
    return f"nothing speaks on {gap.action}{since}{f' until before {gap.until}' if gap.until else ''}"


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words)))
