"""Plain words for what the law data names: values, conditions, deadlines, statuses.

Everything here is pure: the same names give the same words. A name that has no words of its own is read out
(`federal_arrest_warrant`: "federal arrest warrant"), so a new law file needs nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Literal

from comity.conditions import (
    ALWAYS,
    All,
    AtLeast,
    Condition,
    Contains,
    ForbiddenBelow,
    OneOf,
    Opposite,
    Records,
    RequiredAbove,
    Some,
    Term,
)
from comity.knowledge import Choice, Elements, Knowledge, RecordList
from comity.norms import AtOnce, Boundary, By, Due, Every, Interval, Within
from comity.vocabulary import Fact, Tree, Vocabulary

Status = Literal["required", "prohibited", "permitted", "conflict", "unregulated", "depends"]

DISCLAIMER = "This states encoded law; it is no legal advice."

TIME_OF_ACT = "At what time of the day is, or was, the act?"
"""The question for the hour, where the day alone does not settle a clock."""

STATUS_SENTENCE: dict[str, str] = {
    "required": "The law requires it.",
    "prohibited": "The law prohibits it.",
    "permitted": "The law permits it: neither required nor prohibited.",
    "conflict": "One law requires it and another prohibits it; no encoded law says which gives way. Counsel decides.",
    "unregulated": "The encoded law neither requires, permits nor prohibits it here.",
    "depends": "It depends on facts not told.",
}

STATUS_MARK: dict[str, str] = {
    "required": "required: must",
    "prohibited": "prohibited: must not",
    "permitted": "permitted: may",
    "conflict": "conflict: ask counsel",
    "unregulated": "unregulated",
    "depends": "depends",
}

MODALITY_WORDS: dict[str, str] = {
    "prohibits": "which prohibits it",
    "requires": "which requires it",
    "permits": "which permits it",
    "lifts": "which switches prohibitions off",
}

EVIDENCE_WORDS: dict[str, str] = {
    "text": "read in the operative text",
    "secondary": "read in a secondary source only",
    "unverified": "not verified",
}

_LABELS: dict[str, str] = {
    "instruments": "papers shown",
    "requester": "who asks",
    "information": "kind of information",
    "asked": "what is asked",
    "done": "what was done",
    "declined": "what was declined",
    "purpose": "purpose as known",
    "stated_purpose": "purpose as stated",
    "hours_held_plain": "hours held past release",
    "hours_held_business": "hours held past release, not counting Saturdays, Sundays and holidays",
    "minor": "person under 18",
    "exigent": "someone in immediate danger",
    "exigency_claimed": "emergency claimed",
    "agreement_287g": "287(g) agreement",
    "required_by_law": "a law or court decision demands it",
    "local_rule_forbids": "a local rule forbids it",
    "on": "the day of the act",
    "accepts_medicaid": "the hospital accepts Medicaid",
    "county_jail": "jail of the sheriff's county",
}

_NAMES: dict[str, str] = {
    "i247": "form I-247",
    "i247_2013": "form I-247 (2013)",
    "i247a": "form I-247A",
    "i247d": "form I-247D",
    "i247n": "form I-247N",
    "i247x": "form I-247X",
    "i200": "form I-200 (warrant of arrest)",
    "i203": "form I-203",
    "i205": "form I-205 (warrant of removal)",
    "i286": "form I-286",
    "i138": "form I-138 (immigration subpoena)",
    "ice_ero": "ICE (removal officers, ERO)",
    "ice_hsi": "ICE (investigations, HSI)",
    "us_marshals": "US Marshals",
    "other_dhs": "another DHS agency",
    "other_federal": "another federal agency",
    "federal": "a federal agency",
    "agree_287g": "enter or keep a 287(g) agreement",
    "end_287g": "end a 287(g) agreement",
    "request_287g": "ask for a 287(g) agreement",
    "arrested_on": "day of the present arrest",
}

_CAPITALS = re.compile(
    r"\b(alpr|atf|cbp|clear|dea|dhs|doj|dui|eo|fbi|ice|leads|ncic|nlets|uscis|us)\b", flags=re.IGNORECASE
)


def plain(name: str) -> str:
    """The words for a value, action or duty: `us_marshals` is "US Marshals"."""
    if name in _NAMES:
        return _NAMES[name]
    return _CAPITALS.sub(lambda found: found[0].upper(), name.replace("_", " "))


def label(fact: str) -> str:
    """The words for a fact: `instruments` is "papers shown"."""
    return _LABELS.get(fact, plain(fact))


def action_words(vocabulary: Vocabulary, action: str) -> str:
    """What an action or duty means, in the vocabulary's words; else its name read out."""
    return vocabulary.says.get(action) or vocabulary.owed.get(action) or plain(action)


def counted(number: int, one: str, many: str = "") -> str:
    """`1 row`, `2,000 rows`: a number with what it counts, whose plural has an s unless it is told."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def listed(words: Sequence[str], last: str = "or") -> str:
    """`a, b or c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def cover(tree: Tree, leaves: Iterable[str]) -> list[str]:
    """The fewest names of the taxonomy that stand for exactly these leaves, in the order written."""
    wanted = frozenset(leaves)
    chosen: list[str] = []
    done: set[str] = set()
    # Wider names first, so that each leaf is named by the widest name that fits.
    for name in sorted(tree.leaves, key=lambda each: -len(tree.leaves[each])):
        under = tree.leaves[name]
        if under and wanted.issuperset(under) and not done.issuperset(under):
            chosen.append(name)
            done.update(under)
    order = {leaf: index for index, leaf in enumerate(tree.all_leaves())}
    return sorted(chosen, key=lambda name: order[tree.leaves[name][0]])


def values_words(tree: Tree | None, leaves: Iterable[str], last: str = "or") -> str:
    """Some leaves in words: by inner names, or by what they leave out where that is shorter."""
    told = list(leaves)
    if tree is None:
        return listed([plain(leaf) for leaf in sorted(told, reverse=True)], last)
    inside = cover(tree, told)
    outside = cover(tree, set(tree.all_leaves()).difference(told))
    if inside == [tree.root]:
        return "anything"
    if len(outside) + 1 < len(inside):
        return f"anything but {listed([plain(name) for name in outside], 'or')}"
    return listed([plain(name) for name in inside], last)


def day_words(day: date) -> str:
    """`21 January 2025`."""
    return f"{day.day} {day:%B %Y}"


def bound_words(fact: Fact | None, bound: float | date | datetime) -> str:
    """A threshold with its unit, or a day or time."""
    match bound:
        case datetime():
            return f"{day_words(bound)} {bound:%H:%M}"
        case date():
            return day_words(bound)
        case _:
            unit = fact.unit if fact else ""
            return f"{bound:g} {unit}{'s' if unit and bound != 1 else ''}".strip()


def condition_words(condition: Condition, facts: dict[str, Fact], terms: dict[str, str] | None = None) -> str:
    """A condition as one phrase. Where `terms` is given, defined terms are only named, and their meaning put there."""
    return _phrase(condition, facts, negated=False, terms=terms)


def condition_lines(condition: Condition, facts: dict[str, Fact]) -> list[str]:
    """A condition as lines, the parts of its top *and* each on its own."""
    if condition == ALWAYS:
        return ["always"]
    parts = condition.parts if isinstance(condition, All) else (condition,)
    return [_phrase(part, facts, negated=False) for part in parts]


def _phrase(condition: Condition, facts: dict[str, Fact], negated: bool, terms: dict[str, str] | None = None) -> str:
    match condition:
        case Opposite(part):
            return _phrase(part, facts, not negated, terms)
        case Term(name, cite, part):
            named = f"{'not ' if negated else ''}{plain(name)}"
            if terms is None:
                return f"{named} ({_phrase(part, facts, negated)})"
            terms[plain(name)] = f"{_phrase(part, facts, negated=False)} ({cite})"
            return named
        case All(parts) | Some(parts):
            both = isinstance(condition, All) is not negated
            if not parts:
                return "always" if both else "never"
            words = [_phrase(part, facts, opposite, terms) for part, opposite in _joined(parts, both, negated)]
            if len(words) == 1:
                return words[0]
            return "; and ".join(words) if both else "either " + ", or ".join(words)
        case ForbiddenBelow():
            return f"{'no' if negated else 'a'} law of a place below forbids the action"
        case RequiredAbove():
            return f"{'no' if negated else 'a'} law of a place above requires the action"
        case _:
            return _test_words(condition, facts, negated)


def _joined(parts: Iterable[Condition], both: bool, negated: bool) -> Iterator[tuple[Condition, bool]]:
    """The parts of an *and* or an *or*, those of one within it among them; each with whether it is to be untrue."""
    for part in parts:
        here, opposite = part, negated
        while isinstance(here, Opposite):
            here, opposite = here.part, not opposite
        if isinstance(here, All | Some) and len(here.parts) > 1 and (isinstance(here, All) is not opposite) == both:
            yield from _joined(here.parts, both, opposite)
        else:
            yield here, opposite


def _test_words(test: OneOf | Contains | AtLeast | Records, facts: dict[str, Fact], negated: bool) -> str:
    fact = facts.get(test.fact)
    name = label(test.fact)
    match test:
        case OneOf(_, values):
            return f"{name}: {values_words(fact.tree if fact else None, _settled(fact, values, negated))}"
        case Contains(_, values):
            words = values_words(fact.tree if fact else None, values)
            if words == "anything":
                return f"{name}: none" if negated else f"{name}: at least one"
            return f"{name} include {'neither ' if negated and ' or ' in words else 'no ' if negated else ''}" + (
                words.replace(" or ", " nor ") if negated else words
            )
        case AtLeast(_, bound, strict):
            return f"{name}: {_ordered_words(bound, strict, negated)} {bound_words(fact, bound)}"
        case Records(_, count, such_that):
            fields = fact.fields if fact and fact.fields else {}
            such = "" if such_that == ALWAYS else f" with {condition_words(such_that, fields)}"
            if negated:
                return f"{name}: {'none' if count == 1 else f'fewer than {count}'}{such}"
            return f"{name}: at least {'one' if count == 1 else count}{such}"


def _settled(fact: Fact | None, values: frozenset[str], negated: bool) -> frozenset[str]:
    if not negated:
        return values
    everything = fact.tree.all_leaves() if fact and fact.tree else ("yes", "no")
    return frozenset(everything) - values


def _ordered_words(bound: float | date | datetime, strict: bool, negated: bool) -> str:
    if isinstance(bound, date):
        return {(False, False): "on or after", (True, False): "after", (False, True): "before", (True, True): "by"}[
            strict, negated
        ]
    return {(False, False): "at least", (True, False): "more than", (False, True): "under", (True, True): "at most"}[
        strict, negated
    ]


def known_words(fact: Fact, known: Knowledge) -> str:
    """What is known of a fact, as one phrase: "form I-247A", "ICE or FBI", "not told"."""
    match known:
        case Choice(values):
            return values_words(fact.tree, values)
        case Elements(present, is_open, _):
            words = [values_words(fact.tree, leaves) for leaves in present]
            if not words:
                return "not told" if is_open else "none"
            return listed(words, "and") + (", perhaps more" if is_open else "")
        case RecordList(records, is_open):
            fields = fact.fields or {}
            words = [
                "; ".join(f"{label(name)} {known_words(fields[name], value)}" for name, value in record.items())
                or "one of which nothing is told"
                for record in records
            ]
            if not words:
                return "not told" if is_open else "none"
            return " / ".join(words) + (" / perhaps more" if is_open else "")
        case _:
            return listed([span_words(fact, low, high) for low, high in known.spans])


def span_words(fact: Fact | None, low: float | date | None, high: float | date | None) -> str:
    """A closed range in words; an end that is None is unbounded."""
    if low is None and high is None:
        return "not told"
    if low is None:
        return f"up to {bound_words(fact, high)}" if high is not None else ""
    if high is None:
        return f"{bound_words(fact, low)} or more" if not isinstance(low, date) else f"from {bound_words(fact, low)}"
    if low == high:
        return bound_words(fact, low)
    return f"{bound_words(fact, low)} to {bound_words(fact, high)}"


_UNITS = {"hour": "hour", "day": "day", "business_day": "business day"}
_PERIODS = {"year": "each year", "half_year": "each half-year", "quarter": "each quarter", "month": "each month"}
_COVERING = {
    "previous_calendar_year": "the calendar year before",
    "previous_half_year": "the half-year before",
    "previous_quarter": "the quarter before",
    "previous_month": "the month before",
}
_NIL = {
    "certify": "if there is nothing to report, that is certified",
    "report": "a report is made even if there is nothing in it",
    "none": "nothing is owed if there is nothing to report",
}


def due_words(due: Due | None) -> str:
    """A deadline in words; empty where the law names none."""
    match due:
        case Within(amount, unit, after, excluding):
            left_out = f", not counting {listed([plain(each).capitalize() for each in excluding], 'and')}"
            return (
                f"within {amount:g} {_UNITS[unit]}{'' if amount == 1 else 's'} of "
                f"{label(after).removesuffix(' at').removesuffix(' on')}{left_out if excluding else ''}"
            )
        case Every(period, by, covering, nil, ending):
            words = [_PERIODS[period]]
            if by:
                words.append(f"by {_month_day(by)}")
            if covering:
                words.append(f"for {_COVERING[covering]}")
            if ending:
                words.append(f"for the year that ends on {_month_day(ending)}")
            return " ".join(words) + (f"; {_NIL[nil]}" if nil else "")
        case By(day):
            return f"by {day_words(day)}"
        case AtOnce(before):
            return f"before {before}" if before else "at once"
        case None:
            return ""


def _month_day(by: str) -> str:
    try:
        day = datetime.strptime(f"2000-{by}", "%Y-%m-%d")
    except ValueError:
        return by
    return f"{day.day} {day:%B}"


def boundary_words(boundary: Boundary) -> str:
    """A boundary's day, or the band it lies in."""
    if boundary.latest is None:
        return day_words(boundary.day)
    return f"some day from {day_words(boundary.day)} to {day_words(boundary.latest)}"


def interval_words(interval: Interval) -> str:
    """`from 28 August 2017 until before 2 August 2021`."""
    start = f"from {boundary_words(interval.start)}"
    return start if interval.until is None else f"{start} until before {boundary_words(interval.until)}"
