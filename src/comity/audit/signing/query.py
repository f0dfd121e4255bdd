"""The SQL of a bulk decision: from the codes of a row's facts to one key for each action that it asks.

A key holds the class of the unit of law and the signature, packed into one whole number where they fit, else into
several. It is NULL in a row that does not ask the action, or that no agency's law can be found for.
"""

from __future__ import annotations

from collections.abc import Sequence

from comity.audit.signing.dialect import Dialect, Picks, select_sql, told_or
from comity.audit.signing.masks import whole
from comity.audit.signing.packing import facts_sql
from comity.audit.signing.plan import Plan, Slot


def keys_of(plan: Plan, place: int) -> tuple[str, ...]:
    """The columns that hold the key of a slot: the class, if there are several, and the words of the signature."""
    slot = plan.slots[place]
    parts = 1 if slot.packs else slot.words + (not slot.alike)
    return tuple(f"key_{place}_{part}" for part in range(parts))


def _stretch(plan: Plan, picks: Picks, day: str) -> str:
    """SQL for the stretch of law of a row, from its agency and its day of law; NULL where there is none."""
    if plan.only_stretch is not None:
        return f"CAST({plan.only_stretch} AS BIGINT)"
    days = plan.days
    number = f"(CAST({picks.dialect.day_number(day)} AS BIGINT) - {days.first})"
    if days.more_before:
        number = f"CASE WHEN {number} < 0 THEN 0 ELSE {number} END"
    if days.more_after:
        number = f"CASE WHEN {number} >= {days.count} THEN {days.count - 1} ELSE {number} END"
    # An index beyond all others leads to the last element, which stands for no stretch.
    last = len(plan.lists["stretches"]) - 1
    if not days.epochs:
        return picks.pick("stretches", told_or(f"CAST(agency AS BIGINT) * {days.count} + {number}", last))
    line = picks.pick("lines", told_or("CAST(agency AS BIGINT)", len(plan.lists["lines"]) - 1))
    epoch = picks.pick("epochs", told_or(number, days.count))
    return picks.pick("stretches", told_or(f"{line} * {days.epochs} + {epoch}", last))


def signed_sql(plan: Plan, dialect: Dialect, log: str, day: str, carried: Sequence[str]) -> str:
    """SQL for every row of a log with its `stretch` of law, and for each slot its key and the codes of its facts.

    `log` is a relation with the columns carried, `agency` (a number of the calendar's agencies), `kind`, and those of
    the facts; `day` is SQL for the day of law.
    """
    picks = Picks(dialect, "law")
    used = sorted({part[0] for slot in plan.slots for group in slot.groups for part in group.parts})
    codes = [f"{plan.encodings[number].sql} AS code_{number}" for number in used]
    stretch = [f"{_stretch(plan, picks, day)} AS stretch", "CAST(kind AS BIGINT) AS kind_asking"]
    joined = [each for number in used for each in plan.encodings[number].joined]
    sql = select_sql([*carried, *stretch, *codes], log, [*picks.joined, *joined])
    told = [*carried, "stretch"]
    places = range(len(plan.slots))
    for name, written in (("coded", _indexes), ("indexed", _keys)):
        picks = Picks(dialect, name)
        columns = [column for place in places for column in written(plan, place, picks)]
        sql = select_sql([*told, *columns], f"({sql}{dialect.apart}) AS {name}", picks.joined)
    return sql


def _indexes(plan: Plan, place: int, picks: Picks) -> list[str]:
    """The columns of a slot that are its class, the place of its program in lists, and the indexes of its groups."""
    slot = plan.slots[place]
    columns = [f"{_index(slot, group, picks)} AS index_{place}_{group}" for group in range(len(slot.groups))]
    if slot.alike:
        return columns
    unit = told_or(f"stretch * {plan.kinds} + kind_asking", len(plan.lists[f"classes_{place}"]) - 1)
    columns.append(f"{picks.pick(f'classes_{place}', unit)} AS class_{place}")
    if len(slot.programs) > 1:
        columns.append(f"{picks.pick(f'bases_{place}', unit)} AS base_{place}")
    return columns


def _index(slot: Slot, group: int, picks: Picks) -> str:
    sql = ""
    for number, size, cells in slot.groups[group].parts:
        code = picks.pick(cells, f"code_{number}") if cells else f"code_{number}"
        sql = f"({sql} * {size} + {code})" if sql else code
    return sql


def _keys(plan: Plan, place: int, picks: Picks) -> list[str]:
    """The columns of a slot that are its facts and its key."""
    slot = plan.slots[place]
    facts = facts_sql(plan, place)
    words = [_word(slot, place, word, picks) for word in range(slot.words)]
    if slot.alike:
        parts = words or ["CAST(0 AS BIGINT)"]
    elif slot.packs:
        # A key packed into one number is NULL of itself in a row without a class.
        parts = [" + ".join([f"class_{place} * {1 << (slot.width + slot.open_width)}", *words])]
    else:
        parts = [f"class_{place}", *words]
    return [*facts, *(f"{part} AS {key}" for part, key in zip(parts, keys_of(plan, place), strict=True))]


def _word(slot: Slot, place: int, word: int, picks: Picks) -> str:
    """A word of the signature."""
    base = f"base_{place} + " if len(slot.programs) > 1 else ""
    picked = [
        picks.pick(f"masks_{place}_{group}_{word}", f"{base}index_{place}_{group}") for group in range(len(slot.groups))
    ]
    return f"({' & '.join(picked) or whole(slot, word)})"
