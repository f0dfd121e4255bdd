"""The SQL of a bulk decision: from the codes of a row's facts to one key for each action that it asks.

A key holds the class of the unit of law and the signature, packed into one whole number where they fit, else into
several. It is NULL in a row that does not ask the action, or that no agency's law can be found for.
"""

from __future__ import annotations

from collections.abc import Sequence

from comity.audit.signing.dialect import Dialect, Picks, select_sql
from comity.audit.signing.masks import WHOLE, chunk_bits, chunks_of
from comity.audit.signing.packing import facts_of, facts_sql
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
    epoch, line = picks.pick("epochs", number), picks.pick("lines", "CAST(agency AS BIGINT)")
    return picks.pick("stretches", f"{line} * {days.epochs} + {epoch}")


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
    for name, written in (("coded", _indexes), ("indexed", _masks), ("masked", _keys)):
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
    law = picks.pick(f"law_{place}", f"stretch * {plan.kinds} + kind_asking")
    columns.append(f"{picks.dialect.shifted(law, slot.base_bits) if slot.base_bits else law} AS class_{place}")
    if slot.base_bits:
        columns.append(f"({law} & {(1 << slot.base_bits) - 1}) AS base_{place}")
    return columns


def _index(slot: Slot, group: int, picks: Picks) -> str:
    sql = ""
    for number, size, cells in slot.groups[group].parts:
        code = picks.pick(cells, f"code_{number}") if cells else f"code_{number}"
        sql = f"({sql} * {size} + {code})" if sql else code
    return sql


def _masks(plan: Plan, place: int, picks: Picks) -> list[str]:
    """The columns of a slot that are its words, before what is not relevant is set as settled; and what is kept of the
    layer below."""
    slot = plan.slots[place]
    columns = [] if slot.alike else [f"class_{place}", *([f"base_{place}"] if slot.base_bits else [])]
    for word in range(slot.words):
        picked = [
            picks.pick(f"masks_{place}_{group}_{word}", _placed(slot, place, f"index_{place}_{group}"))
            for group in range(len(slot.groups))
        ]
        columns.append(f"{' & '.join(picked) or WHOLE} AS word_{place}_{word}")
    return [*columns, *facts_sql(plan, place)]


def _placed(slot: Slot, place: int, index: str) -> str:
    """The place of an index in a list that holds numbers for each program."""
    return f"base_{place} + {index}" if slot.base_bits else index


def _keys(plan: Plan, place: int, picks: Picks) -> list[str]:
    """The columns of a slot that are its facts and its key."""
    slot = plan.slots[place]
    facts = list(facts_of(plan, place))
    words = [_word(slot, place, word, picks) for word in range(slot.words)]
    if slot.alike:
        told = words or ["CAST(0 AS BIGINT)"]
        return [*facts, *(f"{word} AS {key}" for word, key in zip(told, keys_of(plan, place), strict=True))]
    own = f"class_{place}"
    # A key packed into one number is NULL of itself in a row without a class.
    packed = " + ".join([f"{own} * {1 << (slot.width + slot.open_width)}", *words])
    parts = [packed] if slot.packs else [own, *words]
    return [*facts, *(f"{part} AS {key}" for part, key in zip(parts, keys_of(plan, place), strict=True))]


def _word(slot: Slot, place: int, word: int, picks: Picks) -> str:
    """A word of the signature, what is unsettled but not relevant set as settled."""
    told, opened = f"word_{place}_{word}", slot.open_bits(word)
    if not opened:
        return told
    idle: list[str] = []
    for number, (from_word, shift) in enumerate(chunks_of(slot)):
        size = chunk_bits(slot, from_word, shift)
        bits = f"({picks.dialect.shifted(f'word_{place}_{from_word}', shift)} & {(1 << size) - 1})" if size else "0"
        idle.append(picks.pick_guarded(f"idle_{place}_{number}_{word}", _placed(slot, place, bits)))
    unsettled = f"({' & '.join(idle)}) * {1 << slot.open_shift(word)}"
    return f"(CASE WHEN ({told} & {opened}) = {opened} THEN {told} ELSE {told} | {unsettled} END)"
