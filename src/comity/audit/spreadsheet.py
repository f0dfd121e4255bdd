"""Cells of CSV files that people open in a spreadsheet: nothing in them runs as a formula, and nothing is lost."""

from __future__ import annotations

FORMULA_STARTS = "=+-@＝＋－＠\t\r\n"
"""A cell that starts with one of these may run as a formula when a spreadsheet opens the file."""


def escaped(cell: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet might run it, as the field advises.

    A cell that itself begins with apostrophes and then such a sign gets one more, so that `unescaped` gives it back.
    """
    return f"'{cell}" if cell.lstrip("'")[:1] in FORMULA_STARTS and cell.lstrip("'") else cell


def unescaped(cell: str) -> str:
    """What was escaped."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'")[:1] in FORMULA_STARTS and cell.lstrip("'") else cell
