"""What is remembered of decisions stays bounded, and changes no answer."""

from __future__ import annotations

import sys
from datetime import date
from itertools import product
from types import FrameType

import pytest

from comity.decide import Law

BOUND = 20


def test_a_few_values_in_many_combinations_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many decisions may share a few values: it is the decisions that are counted."""
    monkeypatch.setattr("comity.decide.MOST_REMEMBERED", BOUND)
    law, fresh = Law.load(), Law.load()
    papers = [[], ["i247a"], ["i200"], ["i247a", "i200"]]
    for instruments, held, minor, exigent, acting in product(papers, *[(True, False)] * 4):
        facts = {
            "instruments": instruments,
            "in_custody": held,
            "minor": minor,
            "exigent": exigent,
            "acting_for_immigration_enforcement": acting,
        }
        request = {"agency": "us/il/local/jail", "on": "2025-01-21", "actions": ["transfer_custody"], "facts": facts}
        told = law.decide(**request)  # type: ignore[arg-type]
        assert law.decide(**request).to_json() == told.to_json() == fresh.decide(**request).to_json()  # type: ignore[arg-type]
        assert sum(len(day.decided) for day in law._days.values()) <= BOUND


def test_a_repeated_decision_takes_as_many_steps_under_many_instruments_as_under_few() -> None:
    law, on = Law.load(), date(2026, 6, 1)
    steps: dict[int, int] = {}
    for agency in ("us/ar/state-university", "us/ca/los-angeles/police"):
        bound = law.scope(law.agency(agency), on).bound
        steps[len({item.norm.instrument for item in bound})] = steps_of_repeated_decision(law, agency, on)
    few, many = sorted(steps)
    assert few < 10
    assert many > 25
    assert steps[few] == steps[many] > 0


def steps_of_repeated_decision(law: Law, agency: str, on: date) -> int:
    """How many functions are called to decide on a hold that was decided before."""
    facts = {"instruments": ["i247a"], "in_custody": True, "other_lawful_ground": False}
    called = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal called
        called += event == "call"

    for _ in range(3):
        called = 0
        sys.setprofile(count)
        try:
            law.decide(agency=agency, on=on, actions=["hold"], facts=facts)
        finally:
            sys.setprofile(None)
    return called
