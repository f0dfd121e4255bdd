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


def nearest_agency(agency: str, known: list[str]) -> str:
    """What an unknown agency may be: a misspelling of one of the same place or of another place of its state, or one of
    a town or county of whose law nothing is encoded."""
    from difflib import get_close_matches

    place, _, kind = agency.rpartition("/")
    state = "/".join(agency.split("/")[:2])
    local = f"{state}/local/"
    in_place = [each for each in known if each.rpartition("/")[0] == place]
    places = {each.rpartition("/")[0] for each in known if each.startswith(f"{state}/")}
    of_kind = [each for each in known if each.startswith(local) and each.removeprefix(local) == kind]
    if of_kind and not in_place and not get_close_matches(place, list(places), n=1, cutoff=0.85):
        return f' (no law of that town or county is encoded: its agencies are decided as "{of_kind[0]}")'
    return nearest(agency, in_place) or nearest(agency, known)
