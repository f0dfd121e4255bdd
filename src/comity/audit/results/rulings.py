"""Rulings: answers that say the same, whatever agency and period of law they are for, told once."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from comity.audit.results.ground import Answer

STATUSES = ("required", "prohibited", "permitted", "conflict", "depends", "unregulated")
"""The statuses in the order in which they are shown."""


class Ruling(msgspec.Struct, frozen=True):
    """What the law said of an action. `answers` are the numbers of the answers that say so."""

    ruling: int
    action: str
    status: str
    alone: str
    possible: tuple[str, ...]
    norms: tuple[str, ...]
    cites: tuple[str, ...]
    possibly: tuple[str, ...]
    possibly_cites: tuple[str, ...]
    missing: tuple[str, ...]
    evidence: str | None
    known_used: tuple[str, ...]
    not_encoded: tuple[str, ...]
    disputes: tuple[str, ...]
    notes: tuple[str, ...]
    answers: tuple[int, ...]


def rulings(answers: Iterable[Answer], actions: Iterable[str]) -> tuple[Ruling, ...]:
    """The distinct rulings, numbered from 1: by action in the order given, then status, then what they rest on."""
    order = list(actions)
    alike: dict[tuple[object, ...], list[int]] = {}
    for answer in answers:
        alike.setdefault(_content(answer), []).append(answer.answer)

    def place(content: tuple[object, ...]) -> tuple[object, ...]:
        action, status, *rest = content
        return order.index(str(action)), STATUSES.index(str(status)), tuple(str(part) for part in rest)

    return tuple(
        Ruling(number, *content, answers=tuple(sorted(alike[content])))  # type: ignore[arg-type]
        for number, content in enumerate(sorted(alike, key=place), start=1)
    )


def _content(answer: Answer) -> tuple[object, ...]:
    shared = Ruling.__struct_fields__[1:-1]
    return tuple(getattr(answer, name) for name in shared)
