"""The days on which law that rules on the actions of a log changed, for its agencies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from comity.audit.results.ground import LawChange
from comity.defeat import rules_on

if TYPE_CHECKING:
    from comity.decide import Law
    from comity.norms import Norm


def law_changes(law: Law, agencies: Sequence[str], actions: Sequence[str]) -> tuple[LawChange, ...]:
    """The days on which a text on these actions begins or ends for any of the agencies, in order."""
    norms: dict[date, dict[str, Norm]] = defaultdict(dict)
    for agency in agencies:
        for norm in law.agency_law(law.agency(agency)).norms:
            lifts = norm.modality == "lifts" and not norm.actions
            if not lifts and not any(rules_on(norm, action, law.vocabulary) for action in actions):
                continue
            for interval in norm.intervals:
                for boundary in filter(None, (interval.start, interval.until)):
                    norms[boundary.day][norm.id] = norm
    return tuple(
        LawChange(
            day,
            tuple(sorted({norm.instrument for norm in norms[day].values()})),
            tuple(sorted({norm.cite for norm in norms[day].values()})),
        )
        for day in sorted(norms)
    )
