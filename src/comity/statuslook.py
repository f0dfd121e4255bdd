"""How each status looks wherever it is drawn: its colour, and its mark for those who see none."""

from __future__ import annotations

COLOURS = {
    "required": "#d6e6f7",
    "prohibited": "#f8dcd6",
    "permitted": "#ddefd8",
    "conflict": "#fdf0c8",
    "unregulated": "#f2f2f2",
    "depends": "#ece4f5",
}
"""Light, so that dark words on them can be read; alike in brightness, so that none stands out."""
INKS = {
    "required": "#1f4e79",
    "prohibited": "#8c2d19",
    "permitted": "#2f6b23",
    "conflict": "#7a5c00",
    "unregulated": "#555555",
    "depends": "#5b3c88",
}
"""For lines and hatching upon the colours."""


def hatchings() -> str:
    """An SVG pattern for each status (`hatch-required`), thin enough that words on it can be read."""
    lines = {
        "required": '<path d="M0 4H8" class="hatch"/>',
        "prohibited": '<path d="M0 0L8 8M8 0L0 8" class="hatch"/>',
        "permitted": '<circle cx="4" cy="4" r="1" class="dot"/>',
        "conflict": '<path d="M2 0V8M6 0V8" class="hatch"/>',
        "unregulated": "",
        "depends": '<path d="M-2 2L2 -2M0 8L8 0M6 10L10 6" class="hatch"/>',
    }
    patterns = (
        f'<pattern id="hatch-{status}" width="8" height="8" patternUnits="userSpaceOnUse" '
        f'style="--ink: {INKS[status]}">{marks}</pattern>'
        for status, marks in lines.items()
    )
    return f"<defs>{''.join(patterns)}</defs>"
