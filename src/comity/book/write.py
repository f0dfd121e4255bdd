"""Writes the book: self-contained pages that link to one another and to nothing else but the sources of the law."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup, escape

from comity.book.chapters import chapter, places_in_order
from comity.lawgrades import place_grades
from comity.library import Library
from comity.norms import Norm
from comity.pages import environment
from comity.program import VERSION
from comity.telling import as_told
from comity.wholefiles import whole_files
from comity.words import EVIDENCE_WORDS, action_words, day_words, due_words, label, plain

INDEX = "index.html"


def write_book(library: Library, folder: Path, on_progress: Callable[[int, int], None] | None = None) -> int:
    """Write the book into a folder, made if need be: all pages or none. Returns their number. Raises ComityError."""
    total = len(library.jurisdictions) + 4
    with whole_files(folder) as made:
        for pages, (name, text) in enumerate(book_pages(library), 1):
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_bytes(text.encode())
            if on_progress is not None:
                on_progress(pages, total)
    return total


def book_pages(library: Library) -> Iterator[tuple[str, str]]:
    """The pages of the book: path under its folder, and HTML. Raises LawError for examples that cannot be read."""
    library.examples()
    templates = _environment(library)
    day = library.last_read() or date.min
    shared = {
        "library": library,
        "places": places_in_order(library),
        "day": day,
        "grades": {each.place: each for each in place_grades(library)},
        "evidence": EVIDENCE_WORDS,
        "version": VERSION,
    }

    def page(name: str, template: str, **values: object) -> tuple[str, str]:
        root = "../" * name.count("/")
        return name, templates.get_template(template).render(root=root, **shared, **values)

    yield page(INDEX, "index.html")
    yield page("norms.html", "norms.html")
    yield page("actions.html", "actions.html", ruled=_ruled(library))
    yield page("facts.html", "facts.html")
    for place in library.jurisdictions.values():
        yield page(place_path(place.id), "place.html", chapter=chapter(library, place, day))


def place_path(place: str) -> str:
    """The page of a place."""
    return f"{place}/{INDEX}"


def anchor(name: str) -> str:
    """The anchor of an instrument or norm on the page of its place: `trust-act` or `trust-act.15-c`."""
    instrument, _, local = name.partition("#")
    own = instrument.rpartition("/")[2]
    return f"{own}.{local}" if local else own


def breakable(name: str) -> Markup:
    """An id that a narrow column breaks between its parts, not within them."""
    return Markup(re.sub(r"([/_#])", r"\1<wbr>", str(escape(name))))


def _environment(library: Library) -> Environment:
    found = environment("comity.book")
    norms, agencies = library.norms(), library.agencies()

    def href(name: str) -> str:
        """Where an id leads, from the book's folder; empty if it is none of the book."""
        if name in library.jurisdictions:
            return place_path(name)
        if name in agencies:
            return f"{place_path(agencies[name].place)}#agency.{name.rpartition('/')[2]}"
        if name in norms or name in library.instruments:
            return f"{place_path(name.partition('#')[0].rpartition('/')[0])}#{anchor(name)}"
        return ""

    def action(name: str) -> str:
        return action_words(library.vocabulary, name)

    def named(name: str) -> str:
        return agencies[name].name if name in agencies else name

    filters: dict[str, Callable[..., object]] = {
        "plain": plain,
        "label": label,
        "day": day_words,
        "due": due_words,
        "told": as_told,
        "href": href,
        "anchor": anchor,
        "named": named,
        "action": action,
        "breakable": breakable,
    }
    found.filters |= filters
    return found


def _ruled(library: Library) -> dict[str, list[Norm]]:
    """The norms, proposals' left out, by the actions and duties they name."""
    found: dict[str, list[Norm]] = {}
    for norm in library.norms().values():
        if library.instruments[norm.instrument].kind != "proposal":
            for action in norm.actions:
                found.setdefault(action, []).append(norm)
    order = [*library.vocabulary.actions.leaves, *library.vocabulary.owed]
    return {action: found[action] for action in order if action in found}
