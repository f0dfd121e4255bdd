"""Verdicts: checked against a judge that completes everything unknown one by one."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from comity.audit.verdicts import (
    ACT_NOT_SHOWN,
    ONE_OF_SEVERAL,
    TEXT_NOT_READ,
    WHICH_LAW,
    Asked,
    Shown,
    shown,
    verdict,
)

STATUSES = ("required", "prohibited", "permitted", "conflict", "unregulated")


def judge(possible: tuple[str, ...], acts: tuple[str, ...]) -> str:
    """Written from the definition: every completion contrary; none contrary; no law at all; anything else."""
    worlds = list(product(possible, acts))
    contrary = [(law, act) in {("prohibited", "done"), ("required", "declined")} for law, act in worlds]
    if all(contrary):
        return "contrary on its face"
    if all(law == "unregulated" for law, _ in worlds):
        return "unregulated"
    if any(contrary) or any(law == "conflict" for law, _ in worlds):
        return "cannot tell"
    return "consistent"


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_every_set_of_statuses_and_every_act(count: int) -> None:
    for possible in combinations(STATUSES, count):
        missing = ("instruments",) if count > 1 else ()
        for act in (None, "done", "declined"):
            found = verdict(Asked("hold", possible, missing), Shown(act))
            assert found.verdict == judge(possible, (act,) if act else ("done", "declined")), (possible, act)
            assert bool(found.settle) == (found.verdict == "cannot tell")


@pytest.mark.parametrize(
    ("possible", "missing", "seen", "expected", "settle"),
    [
        # A statute that forbids the hold outright, and a record that shows it was made.
        (("prohibited",), (), Shown("done"), "contrary on its face", ()),
        (("prohibited",), (), Shown("declined"), "consistent", ()),
        # A statute that commands the hold, and a record that shows it was declined.
        (("required",), (), Shown("declined"), "contrary on its face", ()),
        (("required",), (), Shown("done"), "consistent", ()),
        # A missing warrant could excuse either.
        (("prohibited", "permitted"), ("instruments",), Shown("done"), "cannot tell", ("instruments",)),
        (("required", "permitted"), ("citizen",), Shown("declined"), "cannot tell", ("citizen",)),
        # Nothing is shown.
        (("prohibited",), (), Shown(), "cannot tell", (ACT_NOT_SHOWN,)),
        (("permitted",), (), Shown(), "consistent", ()),
        (("unregulated",), (), Shown(), "unregulated", ()),
        # Two laws that both bind: whatever was done, counsel decides.
        (("conflict",), (), Shown("done"), "cannot tell", (WHICH_LAW,)),
        (("conflict",), (), Shown(), "cannot tell", (WHICH_LAW,)),
        # One entry "declined" for a form that asked two things.
        (("required",), (), Shown(None, one_of_several=True), "cannot tell", (ONE_OF_SEVERAL,)),
    ],
)
def test_by_hand(
    possible: tuple[str, ...], missing: tuple[str, ...], seen: Shown, expected: str, settle: tuple[str, ...]
) -> None:
    found = verdict(Asked("hold", possible, missing), seen)
    assert found.verdict == expected
    assert found.settle == settle


@pytest.mark.parametrize("evidence", ["secondary", "unverified"])
def test_law_not_read_in_its_own_words_makes_nothing_contrary(evidence: str) -> None:
    found = verdict(Asked("hold", ("required",), (), evidence), Shown("declined"))
    assert (found.verdict, found.settle) == ("cannot tell", (TEXT_NOT_READ,))
    assert verdict(Asked("hold", ("required",), (), evidence), Shown("done")).verdict == "consistent"


def test_a_decline_of_a_form_that_asks_two_things_tells_of_neither_which() -> None:
    shows = {"hold": "declined", "notify_release": "declined"}
    both = ("hold", "notify_release")
    assert shown("hold", both, shows, together=True) == Shown(None, one_of_several=True)
    assert shown("notify_release", ("notify_release",), shows, together=True) == Shown("declined")
    assert shown("hold", both, shows, together=False) == Shown("declined")
    assert shown("hold", ("hold",), {}, together=True) == Shown()
