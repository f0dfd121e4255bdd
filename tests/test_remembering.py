"""What is remembered of decisions stays bounded, and changes no answer."""

from __future__ import annotations

from itertools import product

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
