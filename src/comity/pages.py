"""HTML pages, complete in themselves: filled-in templates, in which whatever comes from data is escaped."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from comity.statuslook import COLOURS, INKS
from comity.words import DISCLAIMER, STATUS_MARK, counted

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader("comity", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    shared: dict[str, object] = {
        "colours": COLOURS,
        "inks": INKS,
        "marks": STATUS_MARK,
        "disclaimer": DISCLAIMER,
        "counted": counted,
    }
    cast("dict[str, object]", found.globals).update(shared)
    return found


def page(template: str, values: dict[str, object]) -> bytes:
    """The page of a template in `comity/templates`, in UTF-8."""
    return _environment().get_template(template).render(values).encode()
