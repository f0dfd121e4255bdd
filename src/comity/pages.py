"""HTML pages, complete in themselves: filled-in templates, in which whatever comes from data is escaped."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from comity.statuslook import DARK, LIGHT, VERDICT_LOOKS
from comity.words import DISCLAIMER, STATUS_MARK, counted, plain

if TYPE_CHECKING:
    from jinja2 import Environment


def environment(*packages: str) -> Environment:
    """Templates of `comity/templates`, and before them those of other packages' folders; all share one style."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in (*packages, "comity")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    shared: dict[str, object] = {
        "light": LIGHT,
        "dark": DARK,
        "verdict_looks": VERDICT_LOOKS,
        "marks": STATUS_MARK,
        "disclaimer": DISCLAIMER,
        "counted": counted,
        "plain": plain,
    }
    cast("dict[str, object]", found.globals).update(shared)
    return found


@cache
def _own() -> Environment:
    return environment()


def page(template: str, values: dict[str, object]) -> bytes:
    """The page of a template in `comity/templates`, in UTF-8."""
    return _own().get_template(template).render(values).encode()
