"""The terminal, or what stands for it: what is typed or piped in, and text that is safe to show."""

from __future__ import annotations

import sys
from typing import TextIO, cast

from comity.errors import ComityError


def standard_input() -> TextIO:
    """What is typed or piped in. Raises ComityError where the standard input is closed."""
    stream = cast("TextIO | None", sys.stdin)
    if stream is None:
        raise ComityError("cannot_read", "is closed: pipe something in, as in … | comity", "standard input")
    return stream


def printable(text: str) -> str:
    """The text without control characters, which could move a terminal's cursor or forge a line."""
    return "".join(char if char.isprintable() or char == "\n" else "�" for char in text)
