"""Links from a number to its rows: the part of the report's address that sets the filters of its table of rows."""

from __future__ import annotations

from urllib.parse import quote, urlencode

NOBODY = "(none)"
"""What stands in a filter for a cell without a value."""


def rows_link(**filters: str | int | None) -> str:
    """`#rows?action=hold&status=prohibited`: in the order given; None is `NOBODY`."""
    told = [(name, NOBODY if value is None else str(value)) for name, value in filters.items()]
    return f"#rows?{urlencode(told, quote_via=quote)}"
