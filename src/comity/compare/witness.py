"""A single situation, cell by cell, as the facts of a request that one can run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import cast

from comity.calendars import hours_between, years_before
from comity.cells import ChoiceVariable, OrderedVariable, RecordsVariable, SetVariable, Space, Variable
from comity.derived import CLOCKS, FEDERAL_HOLIDAYS
from comity.knowledge import Spans

MINUTE = timedelta(minutes=1)


def facts_of(space: Space, cells: Mapping[int, int], on: date) -> dict[str, object]:
    """Facts that put a request made on the day into these cells; of variables without one, nothing is told. Uncertain
    texts of law have no facts.

    A derived fact is told by the facts it is worked out from: a hold's hours by the moment at which the ground
    ended, counted back from noon of the day.
    """
    told: dict[str, object] = {}
    for position, variable in enumerate(space.variables):
        if position not in cells:
            continue
        cell = cells[position]
        if not variable.fact.derived_from:
            told[variable.fact.name] = value_in(variable, cell)
        elif variable.fact.name == "declaration_before_act":
            told["declaration_on"] = (on if cell == _cell_of(variable, "yes") else on + timedelta(days=1)).isoformat()
        elif variable.fact.name == "days_since_received":
            told["received_at"] = (_noon(on) - timedelta(days=_number_in(variable, cell))).isoformat()
    told |= _clocks(space, cells, on)
    return _judged(told, on)


def _judged(told: dict[str, object], on: date) -> dict[str, object]:
    """The facts with each record's years told by dates: an arrest on the day, a judgment before, prison between."""
    arrested = False
    for records in told.values():
        for record in cast("list[object]", records) if isinstance(records, list) else ():
            if isinstance(record, dict) and {AGE, SINCE} & record.keys():
                fields = cast("dict[str, object]", record)
                counted, since = fields.pop(AGE, None), fields.pop(SINCE, None)
                years = since if isinstance(since, float) else counted
                assert isinstance(years, float)
                fields["judgment_on"] = years_before(on, years).isoformat()
                if isinstance(counted, float):
                    fields["years_incarcerated"] = max(0.0, years - counted)
                    arrested = True
    return {**told, "arrested_on": on.isoformat()} if arrested else told


AGE, SINCE = "years_before_arrest", "years_since_judgment"
"""The fields of a record that are worked out: from the judgment to the present arrest net of prison, and to the act."""


def value_in(variable: Variable, cell: int) -> object:
    """A raw value of the fact that lies in the cell (a one-bit mask)."""
    match variable:
        case ChoiceVariable():
            leaf = variable.classes[cell.bit_length() - 1][0]
            return leaf == "yes" if variable.fact.kind == "yes_no" else leaf
        case SetVariable():
            vector = cell.bit_length() - 1
            return [members[0] for index, members in enumerate(variable.classes) if vector >> index & 1]
        case OrderedVariable():
            return _ordered_in(variable, cell)
        case RecordsVariable():
            return variable.records_in(cell, value_in)


def _ordered_in(variable: OrderedVariable, cell: int) -> object:
    number = cell.bit_length() - 1
    lower, upper = variable.lower(number), variable.upper(number)
    kind = variable.fact.kind
    if kind == "quantity":
        return _number_in(variable, cell)
    step = timedelta(days=1) if kind == "date" else MINUTE
    if lower is not None and isinstance(lower[0], date):
        return (lower[0] + step if lower[1] else lower[0]).isoformat()
    if upper is not None and isinstance(upper[0], date):
        return (upper[0] if upper[1] else upper[0] - step).isoformat()
    return "2020-01-01"


def _number_in(variable: Variable, cell: int) -> float:
    assert isinstance(variable, OrderedVariable)
    number = cell.bit_length() - 1
    lower, upper = variable.lower(number), variable.upper(number)
    low = float(lower[0]) if lower is not None and not isinstance(lower[0], date) else 0.0
    if lower is None or not lower[1]:
        return low
    high = float(upper[0]) if upper is not None and not isinstance(upper[0], date) else low + 2.0
    return (low + high) / 2


def _clocks(space: Space, cells: Mapping[int, int], on: date) -> dict[str, object]:
    """The moment at which the agency's own ground ended, for the cells of the clocks of a hold."""
    wanted = {name: space.position[name] for name in CLOCKS if space.position.get(name) in cells}
    if not wanted:
        return {}
    act = _noon(on)
    for hours in range(24 * 21):
        start = act - timedelta(hours=hours)
        if all(_clock_fits(space.variables[at], cells[at], name, start, act) for name, at in wanted.items()):
            return {"release_due_at": start.isoformat(), ON: act.isoformat()}
    return {}


ON = "on"
"""The key under which the moment of the act is told, where the facts turn on it."""


def _clock_fits(variable: Variable, cell: int, name: str, start: datetime, act: datetime) -> bool:
    hours = hours_between(start, act, CLOCKS[name], FEDERAL_HOLIDAYS)
    return variable.mask_of(Spans(((hours, hours),))) == cell


def _cell_of(variable: Variable, leaf: str) -> int:
    assert isinstance(variable, ChoiceVariable)
    return next(1 << index for index, members in enumerate(variable.classes) if leaf in members)


def _noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 12)
