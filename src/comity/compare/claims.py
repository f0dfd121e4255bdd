"""Claims about the law, in words: `hold is never required or permitted when instruments only immigration_detainer`.

    ACTION is never STATUS [or STATUS]… [when FACT TEST [and FACT TEST]…]
    ACTION is always STATUS [or STATUS]… [when …]

A test is what a law file states, without its brackets: `in_custody yes`, `purpose civil_immigration, mixed`,
`instruments only immigration_detainer`, `instruments none judicial_warrant, court_order`,
`received_at before 2025-01-01`.
"""

from __future__ import annotations

import re

import msgspec

from comity.conditions import ALWAYS, Condition
from comity.errors import ComityError, LawError, nearest
from comity.lawfiles.conditions import DATE_TESTS, SET_TESTS, Scope, read_condition
from comity.lawfiles.problems import Problems
from comity.lawfiles.reading import Reading
from comity.lawfiles.yamlsource import read_source
from comity.norms import STATUSES
from comity.vocabulary import Vocabulary

_CLAIM = re.compile(r"(?P<action>\w+) is (?P<how>never|always) (?P<statuses>.+?)(?: when (?P<when>.+))?")
_FORM = "ACTION is never|always STATUS [or STATUS]… [when FACT TEST [and FACT TEST]…]"


class Claim(msgspec.Struct, frozen=True):
    """That an action, wherever the condition holds, has only one of these statuses."""

    words: str
    action: str
    statuses: frozenset[str]
    when: Condition


def parse_claim(words: str, vocabulary: Vocabulary) -> Claim:
    """The claim that the words make. Raises ComityError naming the part that cannot be read."""
    found = _CLAIM.fullmatch(" ".join(words.split()))
    if found is None:
        raise ComityError("bad_claim", f"not a claim: write {_FORM}", "claim")
    action = found["action"]
    if action not in vocabulary.actions or not vocabulary.actions.is_leaf(action):
        hint = nearest(action, list(vocabulary.asked_actions()))
        raise ComityError("unknown_action", f'"{action}" is not a single action{hint}', "claim")
    named = [status.strip() for status in re.split(r" or |,", found["statuses"])]
    for status in named:
        if status not in STATUSES:
            hint = nearest(status, STATUSES) or f" (one of {', '.join(STATUSES)})"
            raise ComityError("unknown_status", f'unknown status "{status}"{hint}', "claim")
    allowed = frozenset(named) if found["how"] == "always" else frozenset(STATUSES).difference(named)
    when = parse_condition(found["when"], vocabulary) if found["when"] else ALWAYS
    return Claim(words, action, allowed, when)


def parse_condition(words: str, vocabulary: Vocabulary) -> Condition:
    """Tests in words, parted by `and`, as the condition of a law file. Raises ComityError."""
    written = ", ".join(_test(part) for part in re.split(r" and ", words))
    problems = Problems()
    node = read_source("claim", f"{{{written}}}".encode(), problems)
    condition = ALWAYS if node is None else read_condition(Reading("claim", problems), node, Scope(vocabulary.facts))
    try:
        problems.raise_any()
    except LawError as error:
        raise ComityError(error.problems[0].code, error.problems[0].message, "claim") from None
    return condition


def _test(words: str) -> str:
    """`instruments only i247a, i200` as `instruments: {only: [i247a, i200]}`."""
    parts = words.split(maxsplit=2)
    if len(parts) < 2:
        raise ComityError("bad_claim", f'"{words}" is no test: write FACT TEST, as in "in_custody yes"', "claim")
    fact, test = parts[:2]
    rest = parts[2] if len(parts) == 3 else ""
    if test in SET_TESTS and rest:
        return f"{fact}: {{{test}: [{rest}]}}"
    if test in DATE_TESTS:
        return f"{fact}: {{{test}: {rest}}}"
    if test == "empty" and not rest:
        return f"{fact}: {{empty: yes}}"
    return f"{fact}: [{test} {rest}]" if "," in f"{test}{rest}" else f"{fact}: {test}"
