"""Something odd about a log, told apart from the rows in which it shows."""

from __future__ import annotations

import msgspec


class Doubt(msgspec.Struct, frozen=True):
    """`says` tells that it is so, and nothing of any row: it may be published. It is empty where that alone would tell
    a number of rows. In how many `rows` it shows (None where it is of no rows), and the days, values or numbers
    (`told`), could lead back to a few of them."""

    says: str
    rows: int | None = None
    told: str = ""
