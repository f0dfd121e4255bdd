"""The SQL of a bulk decision: from the codes of a row's facts to one key for each action that it asks.

A key holds the unit of law and the signature, packed into one whole number where they fit, else into several. It is
NULL in a row that does not ask the action, or that no agency's law can be found for.
"""

from __future__ import annotations

from collections.abc import Sequence

from comity.audit.signing.clocks import Act
from comity.audit.signing.dialect import Dialect
from comity.audit.signing.masks import WHOLE, WORD, chunk_bits, chunks_of
from comity.audit.signing.plan import Plan, Slot


def keys_of(plan: Plan, place: int) -> tuple[str, ...]:
    """The columns that hold the key of a slot."""
    slot = plan.slots[place]
    return tuple(f"key_{place}_{part}" for part in range(1 if packs(plan, slot) else 1 + slot.words))


def packs(plan: Plan, slot: Slot) -> bool:
    """Whether the unit and the signature fit into one whole number: the unit then lies above the signature's bits."""
    return plan.units.bit_length() + slot.width + slot.open_width <= WORD


def epoch_sql(dialect: Dialect, act: Act, first_day: int, days: int) -> str:
    """SQL for the epoch of a row's day of law, from the list `epochs`."""
    number = f"(CAST({dialect.day_number(act.day)} AS BIGINT) - {first_day})"
    return dialect.pick("epochs", f"least(greatest({number}, 0), {days - 1})")


def signed_sql(
    plan: Plan, dialect: Dialect, log: str, lists: str, epoch: str, epochs: int, carried: Sequence[str]
) -> str:
    """SQL for every row of a log with its keys.

    `log` is a relation with the columns carried, `agency` (a number of the calendar's agencies), `kind`, and those of
    the facts. `lists` is what is joined to read lists (nothing where an engine needs none).
    """
    kept = [*carried]
    from_lists = f", {lists}" if lists else ""
    unit = "CAST(kind AS BIGINT)"
    if not plan.one_stretch:
        stretch = dialect.pick("stretches", f"CAST(agency AS BIGINT) * {epochs} + {epoch}")
        unit = f"{stretch} * {plan.kinds} + kind"
    codes = [
        f"{encoding.sql} AS code_{number}" for number, encoding in enumerate(plan.encodings) if _used(plan, number)
    ]
    sql = f"SELECT {_listed([*kept, f'{unit} AS unit', *codes])} FROM {log}{from_lists}"
    columns = [*kept, "unit"]
    indexes: list[str] = []
    for place, slot in enumerate(plan.slots):
        if _has_program(slot):
            indexes.append(f"{dialect.pick(f'programs_{place}', 'unit')} AS program_{place}")
            columns.append(f"program_{place}")
        indexes += [f"{_index(slot, group, dialect)} AS index_{place}_{group}" for group in range(len(slot.groups))]
    told = [column for column in columns if not column.startswith("program_")]
    sql = f"SELECT {_listed([*told, *indexes])} FROM ({sql}{dialect.apart}) AS coded{from_lists}"
    masks = [
        f"{_mask(slot, place, word, dialect)} AS word_{place}_{word}"
        for place, slot in enumerate(plan.slots)
        for word in range(slot.words)
    ]
    sql = f"SELECT {_listed([*columns, *masks])} FROM ({sql}{dialect.apart}) AS indexed{from_lists}"
    keys = [key for place in range(len(plan.slots)) for key in _keys(plan, place, dialect)]
    return f"SELECT {_listed([*told, *keys])} FROM ({sql}{dialect.apart}) AS masked{from_lists}"


def codes_sql(plan: Plan, log: str, lists: str, columns: Sequence[str], wanted: str) -> str:
    """SQL for some rows of a log with the codes of their facts: `code_<number>` for each encoding."""
    codes = [f"{encoding.sql} AS code_{number}" for number, encoding in enumerate(plan.encodings)]
    from_lists = f", {lists}" if lists else ""
    return f"SELECT {_listed([*columns, *codes])} FROM {log}{from_lists} WHERE row IN ({wanted})"


def _used(plan: Plan, number: int) -> bool:
    return any(part[0] == number for slot in plan.slots for group in slot.groups for part in group.parts)


def _has_program(slot: Slot) -> bool:
    """Whether rows must be told apart by the program of their unit, or by whether they have one."""
    return slot.programs > 1 or not slot.asked_by_all


def _index(slot: Slot, group: int, dialect: Dialect) -> str:
    sql = ""
    for number, size, cells in slot.groups[group].parts:
        code = dialect.pick(cells, f"code_{number}") if cells else f"code_{number}"
        sql = f"({sql} * {size} + {code})" if sql else code
    return sql


def _mask(slot: Slot, place: int, word: int, dialect: Dialect) -> str:
    picked = [
        dialect.pick(f"masks_{place}_{group}_{word}", _placed(slot, place, parts.size, f"index_{place}_{group}"))
        for group, parts in enumerate(slot.groups)
    ]
    return " & ".join(picked) or str(WHOLE)


def _placed(slot: Slot, place: int, size: int, index: str) -> str:
    """The place of an index in a list that holds one stretch for each program."""
    return index if slot.programs == 1 else f"program_{place} * {size} + {index}"


def _keys(plan: Plan, place: int, dialect: Dialect) -> list[str]:
    slot = plan.slots[place]
    words = [_word(slot, place, word, dialect) for word in range(slot.words)]
    asks = f"program_{place} IS NOT NULL" if _has_program(slot) else "unit IS NOT NULL"
    if packs(plan, slot):
        # What no row with the law asks needs no test: the key of a row without a unit is NULL of itself.
        key = f"unit * {1 << (slot.width + slot.open_width)}" + (f" + {words[0]}" if words else "")
        parts = [key if slot.asked_by_all else f"CASE WHEN {asks} THEN {key} END"]
    else:
        parts = [f"CASE WHEN {asks} THEN {part} END" for part in ("unit", *words)]
    return [f"{part} AS {key}" for part, key in zip(parts, keys_of(plan, place), strict=True)]


def _word(slot: Slot, place: int, word: int, dialect: Dialect) -> str:
    """A word of the signature, what is unsettled but not relevant set as settled."""
    told, opened = f"word_{place}_{word}", slot.open_bits(word)
    if not opened:
        return told
    idle: list[str] = []
    for number, (from_word, shift) in enumerate(chunks_of(slot)):
        size = chunk_bits(slot, from_word, shift)
        bits = f"({dialect.shifted(f'word_{place}_{from_word}', shift)} & {(1 << size) - 1})" if size else "0"
        index = bits if slot.programs == 1 else f"program_{place} * {1 << size} + {bits}"
        idle.append(dialect.pick(f"idle_{place}_{number}_{word}", index))
    return f"(CASE WHEN ({told} & {opened}) = {opened} THEN {told} ELSE {told} | ({' & '.join(idle)}) END)"


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(columns)
