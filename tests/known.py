"""Deciding under given knowledge, past the checks on raw values: what generated requests need."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from comity.decide import Law
from comity.findings import Finding
from comity.knowledge import Knowledge
from comity.request import Request


def decide_known(
    law: Law, agency: str, on: date, action: str, known: Mapping[str, Knowledge], as_if: tuple[str, ...] = ()
) -> Finding:
    """The finding for one action under given knowledge, past the checks on raw values."""
    request = Request(law.agency(agency), on, None, (action,), False, dict(known), (), {}, as_if)
    return law.finding(law.situation(request), action)
