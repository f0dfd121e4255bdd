"""Errors a person can act on: each says where, what, and the likely fix."""

from __future__ import annotations


class ComityError(Exception):
    """An error in the input. `code` is stable and machine-readable; `at` names the place (file:line, field, row)."""

    def __init__(self, code: str, message: str, at: str = "") -> None:
        super().__init__(f"{at}: {message}" if at else message)
        self.code = code
        self.message = message
        self.at = at


class RequestError(ComityError):
    """A request that cannot be decided: an unknown agency, action, fact or value, a wrong type, impossible facts."""


class LawError(ComityError):
    """Law files that cannot be read. `problems` holds every problem found, one `LawError` each."""

    def __init__(self, problems: list[ComityError], what: str = "the law files") -> None:
        head = f"{len(problems)} problem{'s' if len(problems) != 1 else ''} in {what}"
        super().__init__("law", "\n".join([head, *map(str, problems)]))
        self.problems = problems


def nearest(word: str, known: list[str] | tuple[str, ...], else_of: tuple[str, ...] = ()) -> str:
    """` (did you mean "x"?)` for the nearest known word, else ` (one of: ...)`, or nothing without `else_of`."""
    from difflib import get_close_matches

    found = get_close_matches(word, known, n=1, cutoff=0.6)
    if found:
        return f' (did you mean "{found[0]}"?)'
    return f" (one of: {', '.join(else_of)})" if else_of else ""
