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
