"""The SQL of a bulk decision: from the codes of a row's facts to one key for each action that it asks.

A key holds the class of the unit of law and the signature, packed into one whole number where they fit, else into
several. It is NULL in a row that does not ask the action, or that no agency's law can be found for.
"""

from __future__ import annotations

from collections.abc import Sequence

from comity.audit.signing.clocks import Act
from comity.audit.signing.dialect import Dialect
from comity.audit.signing.masks import WHOLE, chunk_bits, chunks_of
from comity.audit.signing.packing import facts_of, facts_sql
from comity.audit.signing.plan import Plan, Slot


def keys_of(plan: Plan, place: int) -> tuple[str, ...]:
    """The columns that hold the key of a slot: the class, if there are several, and the words of the signature."""
    slot = plan.slots[place]
    parts = 1 if slot.packs else slot.words + (not slot.alike)
    return tuple(f"key_{place}_{part}" for part in range(parts))


def stretch_sql(dialect: Dialect, act: Act, first_day: int, days: int, epochs: int) -> str:
    """SQL for the stretch of law of a row, from its agency and its day of law; NULL where there is none.

    From the lists `epochs`, of so many days, `lines` and `stretches`.
    """
    number = f"(CAST({dialect.day_number(act.day)} AS BIGINT) - {first_day})"
    epoch = dialect.pick("epochs", f"least(greatest({number}, 0), {days - 1})")
    return dialect.pick("stretches", f"{dialect.pick('lines', 'CAST(agency AS BIGINT)')} * {epochs} + {epoch}")


def signed_sql(plan: Plan, dialect: Dialect, log: str, lists: str, stretch: str, carried: Sequence[str]) -> str:
    """SQL for every row of a log with its `stretch` of law, and for each slot its key and the codes of its facts.

    `log` is a relation with the columns carried, `agency` (a number of the calendar's agencies), `kind`, and those of
    the facts. `lists` is what is joined to read lists (nothing where an engine needs none).
    """
    kept = [*carried]
    from_lists = f", {lists}" if lists else ""
    own = stretch if plan.only_stretch is None else f"CAST({plan.only_stretch} AS BIGINT)"
    used = sorted({part[0] for slot in plan.slots for group in slot.groups for part in group.parts})
    codes = [f"{plan.encodings[number].sql} AS code_{number}" for number in used]
    sql = f"SELECT {_listed([*kept, f'{own} AS stretch', 'CAST(kind AS BIGINT) AS kind_asking', *codes])} "
    sql += f"FROM {log}{from_lists}"
    told = [*kept, "stretch"]
    columns = [*told]
    unit = f"stretch * {plan.kinds} + kind_asking"
    indexes: list[str] = []
    masks: list[str] = []
    for place, slot in enumerate(plan.slots):
        for name, wanted in (("class", not slot.alike), ("program", slot.programs > 1)):
            if wanted:
                indexes.append(f"{dialect.pick(f'{name}_of_{place}', unit)} AS {name}_{place}")
                columns.append(f"{name}_{place}")
        indexes += [f"{_index(slot, group, dialect)} AS index_{place}_{group}" for group in range(len(slot.groups))]
        masks += [f"{_mask(slot, place, word, dialect)} AS word_{place}_{word}" for word in range(slot.words)]
        masks += facts_sql(plan, place)
    sql = f"SELECT {_listed([*told, *indexes])} FROM ({sql}{dialect.apart}) AS coded{from_lists}"
    sql = f"SELECT {_listed([*columns, *masks])} FROM ({sql}{dialect.apart}) AS indexed{from_lists}"
    told += [name for place in range(len(plan.slots)) for name in facts_of(plan, place)]
    keys = [key for place in range(len(plan.slots)) for key in _keys(plan, place, dialect)]
    return f"SELECT {_listed([*told, *keys])} FROM ({sql}{dialect.apart}) AS masked{from_lists}"


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
    """The place of an index in a list that holds as many numbers for each program."""
    return index if slot.programs == 1 else f"program_{place} * {size} + {index}"


def _keys(plan: Plan, place: int, dialect: Dialect) -> list[str]:
    slot = plan.slots[place]
    words = [_word(slot, place, word, dialect) for word in range(slot.words)]
    if slot.alike:
        return [
            f"{word} AS {key}" for word, key in zip(words or ["CAST(0 AS BIGINT)"], keys_of(plan, place), strict=True)
        ]
    own = f"class_{place}"
    # A key packed into one number is NULL of itself in a row without a class.
    packed = " + ".join([f"{own} * {1 << (slot.width + slot.open_width)}", *words])
    parts = [packed] if slot.packs else [own, *words]
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
        idle.append(dialect.pick(f"idle_{place}_{number}_{word}", _placed(slot, place, 1 << size, bits)))
    return f"(CASE WHEN ({told} & {opened}) = {opened} THEN {told} ELSE {told} | ({' & '.join(idle)}) END)"


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(columns)
