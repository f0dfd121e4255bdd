"""Every example of every law file, a test each, under the name of its file and line."""

from __future__ import annotations

from functools import cache

import msgspec
import pytest

from comity.decide import Law
from comity.examples import check, examples_within
from comity.norms import Example, Instrument


@cache
def law() -> Law:
    return Law.load()


EXAMPLES = examples_within(law())
NAMES = [f"{instrument.path}:{example.line}" for instrument, example in EXAMPLES]


@pytest.mark.parametrize(("instrument", "example"), EXAMPLES, ids=NAMES)
def test_example(instrument: Instrument, example: Example) -> None:
    assert [str(problem) for problem in check(law(), instrument, example)] == []


def test_every_norm_is_named_by_an_example_or_rules_in_one() -> None:
    """A norm that no example names as deciding, defeated, owed or reported could be wrong unseen."""
    named: set[str] = set()
    for _, example in EXAMPLES:
        named.update(example.because or (), example.defeated or (), example.reports or (), example.due)
    duties = {name for _, example in EXAMPLES for name in example.duties or ()}
    # What a court annulled everywhere never counts, so that no example can name it.
    named.update(
        name
        for instrument in law().library.instruments.values()
        for dispute in instrument.disputes
        if dispute.effect == "annuls" and not dispute.places and not dispute.agencies
        for name in dispute.norms
    )
    unnamed = [
        norm.id
        for norm in law().library.norms().values()
        if norm.modality != "lifts" and norm.id not in named and duties.isdisjoint(norm.actions)
    ]
    assert unnamed == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (
            {"expect": {"hold": "required"}},
            "hold is prohibited because of us/il/trust-act#15-a-hold, the example expects required",
        ),
        (
            {"because": ("us/il/trust-act#15-h-1",)},
            "because is us/il/trust-act#15-a-hold; the example expects us/il/trust-act#15-h-1",
        ),
        ({"missing": ("purpose",)}, "missing is none; the example expects purpose"),
        ({"reports": ()}, "reports is us/il/trust-act#25-report; the example expects none"),
        (
            {"due": {"us/il/trust-act#25-report": "2026-03-02"}},
            "us/il/trust-act#25-report is due: 2026-03-01; the example expects 2026-03-02",
        ),
        (
            {"on": "1066-10-14"},
            "the example cannot be decided: on: no law is encoded for us/il/local/jail on 1066-10-14; "
            "the earliest is of 1946-03-21",
        ),
    ],
    ids=["status", "deciding norm", "missing fact", "report", "due day", "day before any law"],
)
def test_an_example_that_disagrees_is_reported_with_file_line_and_norm(wrong: dict[str, object], told: str) -> None:
    """5 ILCS 805/15(a): no one is held solely on a detainer; and 25: the detainer appears in the yearly report."""
    right = Example(
        agency="us/il/local/jail",
        on="2025-01-21T12:00",
        facts={"instruments": ["i247a"], "release_due_at": "2025-01-21T06:00"},
        expect={"hold": "prohibited"},
        because=("us/il/trust-act#15-a-hold",),
        missing=(),
        reports=("us/il/trust-act#25-report",),
        due={"us/il/trust-act#25-report": "2026-03-01"},
        line=7,
    )
    trust_act = law().library.instruments["us/il/trust-act"]
    assert list(check(law(), trust_act, right)) == []
    problems = check(law(), trust_act, msgspec.structs.replace(right, **wrong))
    assert [str(problem) for problem in problems] == [f"us/il/trust-act.yaml:7: {told}"]
