"""Values named by their citations: an offence by its code section, as a person writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from comity.errors import RequestError, nearest
from comity.vocabulary import Tree

_NOT_READ = re.compile(r"(?<=[a-z])\.|[\s§,]+")
_NARROWER = re.compile(r"[(:a-z]")
_PART_OF_NUMBER = re.compile(r"[0-9.]$")
_WORTH_NAMING = 6


def citation_key(text: str) -> str:
    """A citation as it is compared: without case, blanks, commas, section marks and the full stops of abbreviations.

    Without commas, since a comma parts values on the command line and a citation has to be told without them there.
    """
    return _NOT_READ.sub("", text.casefold())


def citation_index(citations: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """The names that each citation stands for, by its key."""
    index: dict[str, tuple[str, ...]] = {}
    for name, citation in citations.items():
        key = citation_key(citation)
        index[key] = (*index.get(key, ()), name)
    return index


def named_by_citation(tree: Tree, value: str, of: str, at: str) -> str | None:
    """The name in the tree of what the value cites; None if the value is no citation of it.

    Raises RequestError (`ambiguous_value`) for a citation that stands for several, and (`unknown_value`) for one that
    is not exactly a citation of the tree, naming the nearest.
    """
    if not tree.citations:
        return None
    key = citation_key(value)
    names = tree.cited.get(key, ())
    if len(names) == 1:
        return names[0]
    if not _is_citation(value):
        return None
    several = names or tuple(name for found in _narrower(tree, key) for name in tree.cited[found])
    if len(several) > 1:
        listed = ", ".join(f'{name} ("{tree.citations[name]}")' for name in several[:_WORTH_NAMING])
        more = f" and {len(several) - _WORTH_NAMING} more" if len(several) > _WORTH_NAMING else ""
        message = f'"{value}" stands for several values of {of}: name one of {listed}{more}'
        raise RequestError("ambiguous_value", message, at)
    near = several[0] if several else _nearest(tree, key)
    hint = f' (did you mean "{tree.citations[near]}"?)' if near else nearest(value, list(tree.citations.values()))
    says = f'no statutory list has the value "{value}" for {of}{hint}; a value on none is told by its common name'
    raise RequestError("unknown_value", says, at)


def _is_citation(value: str) -> bool:
    """Whether a value is written as a citation is, with a number, and not as a name is, with underlines for blanks."""
    return "_" not in value and any(letter.isdigit() for letter in value)


def _narrower(tree: Tree, key: str) -> Iterable[str]:
    """The citations that go on where the one told ends: a paragraph, a grade or a remark more."""
    return [found for found in tree.cited if found.startswith(key) and _NARROWER.match(found[len(key) :])]


def _nearest(tree: Tree, key: str) -> str | None:
    """What is cited without the place's name before it, or the section of which a paragraph is told."""
    whole = [found for found in tree.cited if found.endswith(key) and not _PART_OF_NUMBER.search(found[: -len(key)])]
    wider = [found for found in tree.cited if key.startswith(f"{found}(")]
    near = max(whole or wider, key=len, default=None)
    return tree.cited[near][0] if near else None
