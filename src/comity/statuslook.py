"""How each status looks wherever it is drawn: its colours, and its hatching for those who see none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Look(NamedTuple):
    """The colours of a status: that of its ground, that of words, lines and hatching upon it, and that of bars of a
    chart, which have neither: they differ for those too who do not tell red from green."""

    ground: str
    ink: str
    bar: str


LIGHT = {
    "required": Look("#d6e6f7", "#1f4e79", "#1f5f9e"),
    "prohibited": Look("#f8dcd6", "#8c2d19", "#a13a1c"),
    "permitted": Look("#ddefd8", "#2f6b23", "#2b8a7e"),
    "conflict": Look("#fdf0c8", "#7a5c00", "#a87700"),
    "unregulated": Look("#f2f2f2", "#555555", "#4d5359"),
    "depends": Look("#ece4f5", "#5b3c88", "#8a6bbd"),
}
"""The grounds are alike in brightness, so that none stands out. What is printed or sent on looks so."""
DARK = {
    "required": Look("#1b3350", "#a9cff5", "#7db2ea"),
    "prohibited": Look("#4d241b", "#f6bcae", "#e0805f"),
    "permitted": Look("#213a1d", "#aed9a4", "#4fb8a9"),
    "conflict": Look("#40350f", "#ecd07a", "#e6c14d"),
    "unregulated": Look("#2c3036", "#c3c9d1", "#c3c9d1"),
    "depends": Look("#372c50", "#d2c0f3", "#b79ae6"),
}
"""For pages where the reader's screen is set to dark."""

VERDICT_LOOKS = {
    "contrary on its face": "conflict",
    "cannot tell": "depends",
    "consistent": "permitted",
    "unregulated": "unregulated",
    "too few to show": "unregulated",
    "late on its face": "conflict",
    "not done on its face": "conflict",
    "done in time": "permitted",
    "done": "permitted",
}
"""The status whose colours a verdict has: none of `required` and `prohibited`, since it may go against either."""

_STEP, _LINE = 8, 0.7


def status_style() -> str:
    """The rules of an SVG document's style for what `band` draws and for words upon it, in a group of the status's
    class."""
    rules = [".band { stroke-width: 1; } .hatch { fill: none; opacity: .55; }"]
    for status, look in LIGHT.items():
        rules.append(f"g.{status} {{ fill: {look.ground}; stroke: {look.ink}; }}")
        rules.append(f"g.{status} text {{ stroke: {look.ground}; }}")
    return "\n".join(rules)


def band(status: str, x: float, y: float, width: float, height: float) -> str:
    """A rectangle in the colours and the hatching of a status, thin enough that words on it can be read.

    It is drawn with few lines, dashed and slanted, rather than with a pattern, of which printing makes a bitmap.
    """
    place = f'x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{height:g}"'
    hatching = "".join(_hatching(status, round(width) + 1, round(height) + 1))
    cut = f"<svg {place}>{hatching}</svg>" if hatching else ""
    return f'<rect {place} class="band"/>{cut}'


def _hatching(status: str, width: int, height: int) -> Iterator[str]:
    rows = range(_STEP // 2, height, _STEP)
    match status:
        case "required":
            lines = "".join(f"M0 {row}H{width}" for row in rows)
            yield f'<path d="{lines}" class="hatch" stroke-width="{_LINE}"/>'
        case "permitted":
            lines = "".join(f"M4 {row}H{width}" for row in rows)
            dots = f'stroke-width="2" stroke-linecap="round" stroke-dasharray="0 {_STEP}"'
            yield f'<path d="{lines}" class="hatch" {dots}/>'
        case "conflict":
            yield _strokes(width, height, _STEP / 2, "")
        case "prohibited":
            yield _strokes(width, height, _STEP, ' transform="skewX(45)"')
            yield _strokes(width, height, _STEP, ' transform="skewX(-45)"')
        case "depends":
            yield _strokes(width, height, _STEP, ' transform="skewX(-45)"')
        case _:
            pass


def _strokes(width: int, height: int, apart: float, slanted: str) -> str:
    """Upright strokes over the whole height: one line as thick as that, with gaps; slanted, they begin further out."""
    dashes = f'stroke-width="{height}" stroke-dasharray="{_LINE} {apart - _LINE:g}"'
    return f'<path d="M{-height} {height / 2:g}H{width + height}" class="hatch" {dashes}{slanted}/>'
