"""A hold asked of the Chicago police on 21 January 2025, as a programmer would write it by hand: for this one action.

It holds the law of one agency, day and action, knows nothing of unknown facts, and must be written anew when a norm
changes. It is here as the mark of what plain Python can do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

AGENCY, ACTION = "us/il/chicago/police", "hold"

DETAINERS = frozenset({"i247", "i247_2013", "i247a", "i247d", "i247x"})
DETAINERS_AND_NOTICES = DETAINERS | {"i247n"}
ADMINISTRATIVE_WARRANTS = frozenset({"i200", "i203", "i205", "i286", "ncic_immigration_violator_entry"})
CIVIL_PAPERS = DETAINERS_AND_NOTICES | ADMINISTRATIVE_WARRANTS
CRIMINAL_WARRANTS = frozenset({"federal_arrest_warrant", "federal_search_warrant", "state_criminal_warrant"})
WARRANTS_BY_A_JUDGE = CRIMINAL_WARRANTS | {"judicial_immigration_warrant"}
GROUNDS_TO_KEEP_LONGER = frozenset(
    {"federal_arrest_warrant", "state_criminal_warrant", "judicial_immigration_warrant", "court_order"}
)

Answer = tuple[str, frozenset[str]]


def hold(facts: Mapping[str, object]) -> Answer:
    """The status and the norms that decide it."""
    if facts["other_lawful_ground"]:
        return "unregulated", frozenset()
    papers = cast("list[str]", facts["instruments"])
    purpose = facts["purpose"]
    required: list[str] = []
    prohibited: list[str] = []
    if facts["paper_commands_this_agency"]:
        if "court_order" in papers:
            required.append("us/judicial-process#order")
        if "judicial_subpoena" in papers:
            required.append("us/judicial-process#subpoena")
    detainer = not DETAINERS.isdisjoint(papers)
    if detainer and cast(float, facts["hours_held_business"]) > 48 and GROUNDS_TO_KEEP_LONGER.isdisjoint(papers):
        prohibited.append("us/8-cfr-287-7#287-7-d-ceiling")
    if "us/judicial-process#order" not in required:
        civil_in_part = purpose == "civil_immigration" or purpose == "mixed"
        no_judge = WARRANTS_BY_A_JUDGE.isdisjoint(papers)
        if civil_in_part:
            prohibited.append("us/il/chicago/welcoming-city#020-a-1-A")
        if (civil_in_part or no_judge) and not ADMINISTRATIVE_WARRANTS.isdisjoint(papers):
            prohibited.append("us/il/chicago/welcoming-city#020-a-1-B-hold")
        if (civil_in_part or no_judge) and not DETAINERS_AND_NOTICES.isdisjoint(papers):
            prohibited.append("us/il/chicago/welcoming-city#020-a-1-C-hold")
        if no_judge and "court_order" not in papers:
            if not CIVIL_PAPERS.isdisjoint(papers):
                prohibited.append("us/il/trust-act#15-a-hold")
            elif purpose == "civil_immigration":
                prohibited.append("us/il/trust-act#15-b-hold")
    if prohibited:
        return ("conflict" if required else "prohibited"), frozenset(prohibited + required)
    if required:
        return "required", frozenset(required)
    permitted: list[str] = []
    if detainer and cast(float, facts["hours_held_business"]) <= 48:
        permitted.append("us/8-cfr-287-7#287-7-d")
    if "i247a" in papers and cast(float, facts["hours_held_plain"]) <= 48:
        permitted.append("us/8-cfr-287-7#i247a-clock")
    return ("permitted" if permitted else "unregulated"), frozenset(permitted)
