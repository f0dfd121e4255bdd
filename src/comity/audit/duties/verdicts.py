"""What a record says of a duty beside the law that lays it on the agency: never more than both together tell.

As with the acts that a row asks, what is not known is completed in every way that remains possible. A duty that may be
owed is not contrary to the law if it was left undone; a time told as a day is any time of that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from comity.audit.verdicts import TEXT_NOT_READ

State = Literal["owed", "may_be_owed", "suspended"]
"""How a duty stands, as `Law.decide` tells it."""

DutyVerdict = Literal["late on its face", "not done on its face", "cannot tell", "done in time", "done"]

LATE: DutyVerdict = "late on its face"
NOT_DONE: DutyVerdict = "not done on its face"
CANNOT_TELL: DutyVerdict = "cannot tell"
IN_TIME: DutyVerdict = "done in time"
DONE: DutyVerdict = "done"

DUTY_VERDICTS: dict[DutyVerdict, str] = {
    LATE: "the duty was owed whatever the missing facts are, and the record says that it was done after it was due, "
    "whatever the clock times that it does not tell",
    NOT_DONE: "the duty was owed whatever the missing facts are, and the record says that it was not done, though its "
    "time, where the law sets one, was over by the last day of the log",
    CANNOT_TELL: "it turns on what the log does not hold; an empty cell says neither that it was done nor that it was "
    "not",
    IN_TIME: "the record says that it was done before the law's time was over, whatever the clock times that it "
    "does not tell",
    DONE: "the record says that it was done, and the law sets no time",
}
"""The verdicts in the order in which they are shown, each with what it means."""

Timing = Literal[
    "nothing told", "not done", "not done, time left", "not done, start unknown", "in time", "late",
    "clock of the start unknown", "clock of doing unknown", "both clocks unknown", "time unknown", "start unknown",
    "before the start", "done",
]  # fmt: skip
"""What a row's own times say; `done`: that it was done, of a duty without a time that can be counted."""

TIMINGS: tuple[Timing, ...] = get_args(Timing)
"""The same in the order of their numbers in SQL."""

WHETHER_DONE = "whether and when it was done"
WHEN_DONE = "when it was done"
CLOCK_DONE = "the clock time at which it was done"
WHICH_ENTRY = "which of the two entries is right"
TIME_LEFT = "what happened after the last day of the log"
SUSPENSION = "whether the duty, which a court suspended, counts"


class Owed(msgspec.Struct, frozen=True):
    """A duty as it stands for a row: its state, the facts that would settle that, how well its norm was read, the fact
    from which its time runs (empty where it has none that can be counted), and the words of one such as `at once`."""

    state: State
    missing: tuple[str, ...]
    evidence: str
    after: str = ""
    words: str = ""


class DutyHeld(msgspec.Struct, frozen=True):
    """A verdict on a duty, why, and what would settle it: facts by name, or phrases of this module."""

    verdict: DutyVerdict
    why: str
    settle: tuple[str, ...] = ()


def duty_verdict(owed: Owed, timing: Timing) -> DutyHeld:
    """What law and record together tell of one duty."""
    match timing:
        case "in time":
            return DutyHeld(IN_TIME, "done in time")
        case "done" if not owed.words:
            return DutyHeld(DONE, "done, and the law sets no time")
        case "late":
            return _contrary(owed, LATE, "done after it was due")
        case "not done":
            return _contrary(owed, NOT_DONE, "the record says that it was not done")
        case _:
            why, settle = _unsettled(owed, timing)
            return DutyHeld(CANNOT_TELL, why, (*settle, *_unsettled_law(owed)))


def _contrary(owed: Owed, verdict: DutyVerdict, why: str) -> DutyHeld:
    """Contrary only where the duty is owed in every completion, under a text that was read in its own words."""
    settle = _unsettled_law(owed)
    if not settle:
        return DutyHeld(verdict, why)
    whether = {
        "may_be_owed": "whether it was owed turns on facts that are missing",
        "suspended": "a court kept it from counting",
        "owed": "its text has not been read",
    }
    return DutyHeld(CANNOT_TELL, f"{why}, and {whether[owed.state]}", settle)


def _unsettled_law(owed: Owed) -> tuple[str, ...]:
    """What is open of whether the duty was owed."""
    suspended = (SUSPENSION,) if owed.state == "suspended" else ()
    unread = (TEXT_NOT_READ,) if owed.evidence != "text" else ()
    return (*suspended, *owed.missing, *unread)


def _unsettled(owed: Owed, timing: Timing) -> tuple[str, Sequence[str]]:
    """Why the record leaves open what became of a duty, and what would settle it."""
    clock_of_start = f"the clock time of {owed.after}"
    match timing:
        case "nothing told":
            return "the record does not say whether it was done", (WHETHER_DONE,)
        case "not done, time left":
            return "not done, and its time was not over by the last day of the log", (TIME_LEFT,)
        case "not done, start unknown":
            return "not done, and when its time began is not told", (owed.after,)
        case "start unknown":
            return "when its time began is not told", (owed.after,)
        case "time unknown":
            return "done, and when is not told", (WHEN_DONE,)
        case "clock of the start unknown":
            return "it turns on a clock time that is not told", (clock_of_start,)
        case "clock of doing unknown":
            return "it turns on a clock time that is not told", (CLOCK_DONE,)
        case "both clocks unknown":
            return "it turns on clock times that are not told", (clock_of_start, CLOCK_DONE)
        case "before the start":
            return "done before its time began, as it is told", (WHICH_ENTRY,)
        case _:
            return f"done, and whether {owed.words} is no matter of counting", (f"whether it was done {owed.words}",)
