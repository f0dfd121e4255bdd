"""The SQL of a bulk decision: from the codes of a row's facts to one key for each action that it asks.

A key holds the unit of law and the signature, packed into one whole number where they fit, else into several. It is
NULL in a row that does not ask the action, or that no agency's law can be found for.
"""

from __future__ import annotations

from collections.abc import Sequence

from comity.audit.signing.clocks import Act
from comity.audit.signing.dialect import Dialect
from comity.audit.signing.plan import WORD, Plan, Slot, chunks_of


def keys_of(plan: Plan, place: int) -> tuple[str, ...]:
    """The columns that hold the key of a slot."""
    slot = plan.slots[place]
    return tuple(f"key_{place}_{part}" for part in range(1 if _packs(plan, slot) else 1 + slot.words + slot.open_words))


def unit_of_key(plan: Plan, place: int, key: Sequence[int]) -> tuple[int, tuple[int, ...]]:
    """The unit in a key, and the rest of the key."""
    slot = plan.slots[place]
    if not _packs(plan, slot):
        return key[0], tuple(key[1:])
    width = slot.width + slot.open_width
    return key[0] >> width, (key[0] & ((1 << width) - 1),)


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
    stretch = dialect.pick("stretches", f"CAST(agency AS BIGINT) * {epochs} + {epoch}")
    codes = [
        f"{encoding.sql} AS code_{number}" for number, encoding in enumerate(plan.encodings) if _used(plan, number)
    ]
    coded = _listed([*kept, f"{stretch} * {plan.kinds} + kind AS unit", *codes])
    sql = f"SELECT {coded} FROM {log}{from_lists}"
    columns = [*kept, "unit"]
    indexes: list[str] = []
    for place, slot in enumerate(plan.slots):
        indexes.append(f"{dialect.pick(f'programs_{place}', 'unit')} AS program_{place}")
        indexes += [f"{_index(slot, group, dialect)} AS index_{place}_{group}" for group in range(len(slot.groups))]
    sql = f"SELECT {_listed([*columns, *indexes])} FROM ({sql}{dialect.apart}) AS coded{from_lists}"
    masks: list[str] = []
    for place, slot in enumerate(plan.slots):
        masks += [
            f"{_masks(slot, place, 'standing', word, '&', dialect)} AS standing_{place}_{word}"
            for word in range(slot.words)
        ]
        masks += [
            f"{_masks(slot, place, 'open', word, '|', dialect)} AS open_{place}_{word}"
            for word in range(slot.open_words)
        ]
    programs = [f"program_{place}" for place in range(len(plan.slots))]
    sql = f"SELECT {_listed([*columns, *programs, *masks])} FROM ({sql}{dialect.apart}) AS indexed{from_lists}"
    keys = [key for place in range(len(plan.slots)) for key in _keys(plan, place, dialect)]
    return f"SELECT {_listed([*columns, *keys])} FROM ({sql}{dialect.apart}) AS masked{from_lists}"


def _used(plan: Plan, number: int) -> bool:
    return any(part[0] == number for slot in plan.slots for group in slot.groups for part in group.parts)


def _index(slot: Slot, group: int, dialect: Dialect) -> str:
    sql = ""
    for number, size, cells in slot.groups[group].parts:
        code = dialect.pick(cells, f"code_{number}") if cells else f"code_{number}"
        sql = f"({sql} * {size} + {code})" if sql else code
    return sql


def _masks(slot: Slot, place: int, what: str, word: int, operator: str, dialect: Dialect) -> str:
    picked = [
        dialect.pick(f"{what}_{place}_{group}_{word}", _placed(slot, place, parts.size, f"index_{place}_{group}"))
        for group, parts in enumerate(slot.groups)
    ]
    return f" {operator} ".join(picked)


def _placed(slot: Slot, place: int, size: int, index: str) -> str:
    """The place of an index in a list that holds one stretch for each program."""
    return index if slot.programs == 1 else f"program_{place} * {size} + {index}"


def _keys(plan: Plan, place: int, dialect: Dialect) -> list[str]:
    slot = plan.slots[place]
    standing = [f"standing_{place}_{word}" for word in range(slot.words)]
    opened = [f"(open_{place}_{word} & ({_relevant(slot, place, word, dialect)}))" for word in range(slot.open_words)]
    if not _packs(plan, slot):
        parts = ["unit", *standing, *opened]
    else:
        packed = f"unit * {1 << (slot.width + slot.open_width)}"
        packed += f" + {standing[0]} * {1 << slot.open_width}" if standing else ""
        packed += f" + {opened[0]}" if opened else ""
        parts = [packed]
    return [
        f"CASE WHEN program_{place} IS NULL THEN NULL ELSE {part} END AS {key}"
        for part, key in zip(parts, keys_of(plan, place), strict=True)
    ]


def _relevant(slot: Slot, place: int, part: int, dialect: Dialect) -> str:
    found: list[str] = []
    for number, (word, shift) in enumerate(chunks_of(slot)):
        bits = "0"
        if slot.words:
            bits = f"({dialect.shifted(f'standing_{place}_{word}', shift)} & {(1 << slot.chunk) - 1})"
        index = bits if slot.programs == 1 else f"program_{place} * {1 << slot.chunk} + {bits}"
        found.append(dialect.pick(f"relevant_{place}_{number}_{part}", index))
    return " | ".join(found)


def _packs(plan: Plan, slot: Slot) -> bool:
    """Whether the unit and the signature fit into one whole number."""
    return plan.units.bit_length() + slot.width + slot.open_width <= WORD


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(columns)
