"""What the law of the day said, beside what the record itself shows: never more than both together tell.

A verdict is about a row and an action that it asked. What is not known, of the facts and of what was done, is completed
in every way that remains possible, and the verdict is what all completions have in common:

* `contrary on its face`: every completion prohibits what was done, or requires what was declined
* `consistent`: no completion makes what was done contrary
* `unregulated`: in every completion no encoded law speaks
* `cannot tell`: some completions are contrary and others are not, or two laws that both bind point opposite ways

It is the law as encoded that speaks, under the date of the row; no verdict says that a law was broken.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import product
from typing import Literal

import msgspec

Act = Literal["done", "declined"]
"""What a record shows of an action that a row asked: it was done, or it was declined."""

Verdict = Literal["contrary on its face", "cannot tell", "consistent", "unregulated"]

CONTRARY: Verdict = "contrary on its face"
CANNOT_TELL: Verdict = "cannot tell"
CONSISTENT: Verdict = "consistent"
UNREGULATED: Verdict = "unregulated"

VERDICTS: dict[Verdict, str] = {
    CONTRARY: "the record shows the act, and whatever the missing facts are, the law of the day prohibited what was "
    "done or required what was declined",
    CANNOT_TELL: "it turns on facts that the log does not hold, often on what the agency did",
    CONSISTENT: "whatever the missing facts are, and whatever was done where the record does not show it, no encoded "
    "law of the day was against it",
    UNREGULATED: "no encoded law of the day speaks on it",
}
"""The verdicts in the order in which they are shown, each with what it means."""

ACT_NOT_SHOWN = "what the agency did"
ONE_OF_SEVERAL = "which of the actions asked was declined"
WHICH_LAW = "which of the conflicting laws prevails"
TEXT_NOT_READ = "the operative text of the deciding law"

Why = Literal[
    "done though prohibited",
    "declined though required",
    "the record does not show what was done",
    "what was declined is not told",
    "facts are missing",
    "laws conflict",
    "the deciding text has not been read",
    "done as required",
    "declined as prohibited",
    "the law left it to the agency",
    "not contrary, whatever the missing facts are",
    "no encoded law speaks",
]


class Asked(msgspec.Struct, frozen=True):
    """What the law says of one action asked: the statuses possible, the facts that choose between them, and how well
    the deciding norms were read (None where none decides alone)."""

    action: str
    possible: tuple[str, ...]
    missing: tuple[str, ...] = ()
    evidence: str | None = "text"


class Held(msgspec.Struct, frozen=True):
    """A verdict, why (None if that is not told), and what would settle it: facts by name, or phrases of this module."""

    verdict: Verdict
    why: Why | None
    settle: tuple[str, ...] = ()


class Shown(msgspec.Struct, frozen=True):
    """What an outcome shows of an action: the act, or None; `one_of_several` if a decline of some action asked is
    recorded but not of which."""

    act: Act | None = None
    one_of_several: bool = False


def shown(action: str, asked: Collection[str], shows: Mapping[str, Act], *, together: bool) -> Shown:
    """What an outcome shows of an action. `shows` is what its class shows of each action; `together` says that it is
    one entry for the whole request: of a request that asked several things, it then tells of none which one was meant.
    """
    act = shows.get(action)
    if act is None:
        return Shown()
    if together and len(asked) > 1:
        return Shown(None, one_of_several=True)
    return Shown(act)


def verdict(asked: Asked, seen: Shown) -> Held:
    """What law and record together tell of one action asked."""
    acts: Sequence[Act] = (seen.act,) if seen.act else ("done", "declined")
    told = {_of(status, act) for status, act in product(asked.possible, acts)}
    if told == {UNREGULATED}:
        return Held(UNREGULATED, "no encoded law speaks")
    if told <= {CONSISTENT, UNREGULATED}:
        return Held(CONSISTENT, _why_consistent(asked, seen))
    if told == {CONTRARY}:
        return _contrary(asked, seen)
    return _cannot_tell(asked, seen, decided=told == {CANNOT_TELL})


def _of(status: str, act: Act) -> Verdict:
    match status, act:
        case ("prohibited", "done") | ("required", "declined"):
            return CONTRARY
        case ("conflict", _):
            return CANNOT_TELL
        case ("unregulated", _):
            return UNREGULATED
        case _:
            return CONSISTENT


def _why_consistent(asked: Asked, seen: Shown) -> Why:
    if asked.possible == ("required",) and seen.act == "done":
        return "done as required"
    if asked.possible == ("prohibited",) and seen.act == "declined":
        return "declined as prohibited"
    if asked.possible == ("permitted",):
        return "the law left it to the agency"
    return "not contrary, whatever the missing facts are"


def _contrary(asked: Asked, seen: Shown) -> Held:
    """Contrary in every completion; but of law that was not read in its own words, an exception may be unknown."""
    if asked.evidence not in (None, "text"):
        return Held(CANNOT_TELL, "the deciding text has not been read", (TEXT_NOT_READ,))
    return Held(CONTRARY, "done though prohibited" if seen.act == "done" else "declined though required")


def _cannot_tell(asked: Asked, seen: Shown, *, decided: bool) -> Held:
    settle: list[str] = []
    if not decided and seen.act is None:
        settle.append(ONE_OF_SEVERAL if seen.one_of_several else ACT_NOT_SHOWN)
    settle += asked.missing
    if "conflict" in asked.possible:
        settle.append(WHICH_LAW)
    why: Why
    if asked.possible == ("conflict",):
        why = "laws conflict"
    elif seen.act is not None:
        why = "facts are missing"
    else:
        why = "what was declined is not told" if seen.one_of_several else "the record does not show what was done"
    return Held(CANNOT_TELL, why, tuple(settle))
