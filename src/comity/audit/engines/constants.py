"""Lists of numbers that stand in the SQL itself, for engines that pick fastest from constants.

Expressions are written before their lists are known: they hold the list's place, which is filled when the SQL is run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLACE = re.compile(r"\{list:(\w+)\}")


def place_of(name: str) -> str:
    """The place of a list in SQL."""
    return f"{{list:{name}}}"


def with_lists(sql: str, constants: Mapping[str, str]) -> str:
    """The SQL with each place filled by the constant that the engine writes for the list."""
    return _PLACE.sub(lambda found: constants[found[1]], sql)
