"""The rules of the triage, as data: rules.yaml."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import msgspec

from comity.audit.datafile import packaged

ReasonClass = Literal[
    "states civil immigration",
    "states a crime",
    "both",
    "unclear: ask",
    "case number only",
    "empty",
    "withheld",
    "interface text",
    "states another purpose",
]
"""What a reason text says. `states another purpose` names one that is neither a crime nor immigration: someone missing,
traffic, a test; to ask about those would be to ask about nothing."""

CLASSES: tuple[ReasonClass, ...] = (
    "states civil immigration", "both", "states a crime", "states another purpose", "unclear: ask", "case number only",
    "interface text", "empty", "withheld",
)  # fmt: skip

NAMING: tuple[ReasonClass, ...] = ("states civil immigration", "both")
"""The classes whose texts name immigration enforcement."""

FLAGGED: tuple[ReasonClass, ...] = (*NAMING, "unclear: ask")
"""The classes that a person should look at: each row with its text, the rule, and room for a verdict."""


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that are read as other words, before any rule: misspellings, and phrases that mean something else."""

    id: str
    matches: str
    said: str = msgspec.field(name="as")
    says: str
    cite: str = ""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that tell of a class. `unless` is a pattern that undoes the match, `digits` how many digits must stand in
    the text."""

    id: str
    kind: ReasonClass = msgspec.field(name="class")
    matches: str
    cite: str
    says: str
    unless: str = ""
    digits: int = 0


class TriageRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`spelt` are words as which those one letter off are read, before all else; `read` are the other readings."""

    spelt: tuple[tuple[str, ...], ...]
    read: tuple[Reading, ...]
    rules: tuple[Rule, ...]

    def readings(self) -> tuple[Reading, ...]:
        """All words that are read as others, in their order."""
        words = (word for line in self.spelt for word in line)
        spelt = (Reading(f"{word}-misspelt", one_letter_off(word), word, f"{word}, misspelt") for word in words)
        return *spelt, *self.read

    def of(self, kind: ReasonClass) -> tuple[Rule, ...]:
        """The rules that tell of a class, in their order."""
        return tuple(rule for rule in self.rules if rule.kind == kind)

    def says(self, rule: str) -> str:
        """What a rule says, by its id; of two rules (`drugs + immigration`) what both say."""
        known = {rule.id: rule.says for rule in self.rules}
        return "; ".join(known[part] for part in rule.split(" + ") if part in known)


def one_letter_off(word: str) -> str:
    """A pattern of the words with one letter left out, put in, another, or two changed about; the first stays.

    The word itself is none of them, so that texts without a misspelling are left at one look.
    """
    off: list[str] = []
    for at in range(1, len(word)):
        before, letter, after = word[:at], word[at], word[at + 1 :]
        off += [before + after, f"{before}[^{letter}\\W\\d_]{after}", f"{before}[a-z]{letter}{after}"]
        if after and after[0] != letter:
            off.append(before + after[0] + letter + after[1:])
    return rf"\b(?:{'|'.join(off)})\b"


@lru_cache(maxsize=1)
def load_triage_rules() -> TriageRules:
    """The rules as packaged."""
    return packaged("comity.audit.triage", "rules.yaml", TriageRules)
