"""What a log tells of each row's holder: SQL for its name, state and city."""

from __future__ import annotations

from collections.abc import Callable

from comity.audit.holders.gazetteer import STATES
from comity.audit.layouts.form import Holder
from comity.audit.reading.database import quoted

_STATES = "|".join([*STATES, *STATES.values()])
_CITY_AND_STATE = quoted(rf"^(.*\S)\s*,\s*({_STATES})\.?$")
"""A cell with both: `SEATTLE, WA`, `Salem, Oregon`."""


def holder_sql(holder: Holder, value: Callable[[str], str], state_given: str) -> tuple[str, str, str]:
    """SQL for name, state and city. Where one column is both state and city, a cell may hold the two.

    `value` gives SQL for the text of a column of the layout; `state_given` is the state, if given, of rows without one.
    """
    state, city = value(holder.state), value(holder.city)
    if holder.state and holder.state == holder.city:
        state, city = (f"nullif(regexp_extract({city}, {_CITY_AND_STATE}, {part}, 'is'), '')" for part in (2, 1))
        city = f"coalesce({city}, {value(holder.city)})"
    fixed = state_given or holder.fixed_state
    if fixed:
        state = f"coalesce({state}, {quoted(fixed)})"
    return value(holder.agency_column or holder.name), state, city
