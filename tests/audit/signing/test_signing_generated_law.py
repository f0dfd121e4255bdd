"""Generated law, generated logs: every row's answer in bulk is that of `Law.decide` on the row's own facts."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from generated import DAY, often, pick, several, some_library
from generated_requests import facts_tested, knowledge_of, raw

from comity.audit.layouts.form import FactColumn, RowKind
from comity.audit.signing import masks, packing, plan, query
from comity.audit.signing.sign import Log, Signer
from comity.decide import Law
from comity.errors import RequestError
from comity.request import parse_request, parse_value
from comity.vocabulary import Fact
from tests.audit.signing.rowbyrow import Line, Prepared, compared, differences, local

ORDERED = {"served": "date", "years": "quantity", "hours_held_plain": "quantity", "hours_held_business": "quantity"}
POINTS = [0.0, 2.0, 3.0, 5.0, 24.0, 30.0, 48.0, 50.0]


def some_column(chance: Random, fact: Fact) -> FactColumn:
    """A column for a fact: exact where that is a form of its own, else a few values, some of them known in part."""
    if fact.name in ORDERED and often(chance, 2):
        return FactColumn(fact.name, f"fact_{fact.name}", ORDERED[fact.name])  # type: ignore[arg-type]  # pyright: ignore
    values = [some_value(chance, fact) for _ in range(chance.randint(1, 6))]
    if fact.kind == "yes_no" and often(chance, 4):
        values.append({"disputed": [True, False]})
    return FactColumn(fact.name, f"fact_{fact.name}", "coded", tuple(values))


def some_value(chance: Random, fact: Fact) -> object:
    """What may be known of a fact, as a request would tell it."""
    while True:
        value = raw(fact, knowledge_of(chance, fact))
        try:
            parse_value(fact, value, fact.name)
        except RequestError:
            continue
        return value


def some_cell(chance: Random, column: FactColumn) -> object:
    if often(chance, 4):
        return None
    if column.form == "coded":
        return chance.randrange(len(column.values))
    return DAY + timedelta(days=chance.randint(-32, 2)) if column.form == "date" else pick(chance, POINTS)


def some_kind(chance: Random, law: Law, name: str, facts: dict[str, Fact]) -> RowKind:
    while True:
        supposed = {fact: some_value(chance, found) for fact, found in facts.items() if often(chance, 4)}
        alone = {fact: some_value(chance, found) for fact, found in facts.items() if often(chance, 5)}
        actions = tuple(dict.fromkeys(several(chance, ["hold", "transfer", "tell", "take"], 1, 2)))
        kind = RowKind(name, actions, supposed, alone if often(chance, 2) else {}, pick(chance, ["", "a note"]))
        try:
            for told in (kind.facts, {**kind.facts, **kind.alone}):
                parse_request(law.library, next(iter(law.agencies.values())), DAY, kind.actions, told)
        except RequestError:
            continue
        return kind


def some_log(chance: Random, law: Law, rows: int) -> tuple[Prepared, list[Line]]:
    tested = facts_tested(law.library)
    columns = tuple(some_column(chance, fact) for fact in tested.values() if not often(chance, 4))
    kinds = tuple(some_kind(chance, law, f"kind {number}", tested) for number in range(chance.randint(1, 3)))
    days = [DAY, DAY - timedelta(days=3), DAY - timedelta(days=1), DAY + timedelta(days=25), date(1999, 1, 1)]
    lines = [
        Line(
            agency=None if often(chance, 12) else chance.randrange(len(law.agencies)),
            kind=chance.randrange(len(kinds)),
            day=None if often(chance, 15) else pick(chance, days),
            cells=tuple(some_cell(chance, column) for column in columns),
        )
        for _ in range(rows)
    ]
    return Prepared(kinds, columns), lines


def compiles(law: Law) -> bool:
    """Whether no norm turns on itself, for any agency (generated law is made free of cycles for one of them)."""
    try:
        for agency in law.agencies.values():
            for action in law.vocabulary.asked_actions():
                law.scope(agency, DAY, ("us/aa/bill",)).unit(action)
    except RecursionError:
        return False
    except RequestError:
        return True
    return True


def test_every_row_is_answered_as_it_would_be_alone() -> None:
    met: Counter[str] = Counter()
    for seed in range(70):
        chance = Random(seed)
        law = Law(some_library(chance))
        if not compiles(law):
            continue
        prepared, lines = some_log(chance, law, 40)
        as_if = ("us/aa/bill",) if often(chance, 3) else ()
        said, found = compared(law, prepared, list(law.agencies), lines, as_if)
        assert not found, (seed, len(found), *found[0], prepared)
        met.update(one.status for one in said.values())
        met["missing"] += sum(bool(one.missing) for one in said.values())
        met["alone differs"] += sum(one.alone != one.status for one in said.values())
    wanted = ("required", "prohibited", "permitted", "unregulated", "conflict", "depends", "facts contradict")
    assert {corner: met[corner] for corner in (*wanted, "missing", "alone differs") if met[corner] < 5} == {}


@pytest.mark.parametrize("word", [5, 11])
def test_what_does_not_fit_into_one_number_is_put_into_several(word: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (masks, plan, packing):
        monkeypatch.setattr(module, "WORD", word)
    monkeypatch.setattr(masks, "WHOLE", (1 << word) - 1)
    divided = 0
    for seed in range(12):
        chance = Random(seed)
        law = Law(some_library(chance))
        if not compiles(law):
            continue
        prepared, lines = some_log(chance, law, 40)
        made = Signer(
            local(lines, prepared), law, Log("log", prepared.kinds, prepared.facts, tuple(law.agencies), True)
        )
        signed = made.sign()
        divided += any(len(query.keys_of(signed, place)) > 1 for place in range(len(signed.slots)))
        divided += any(len(packing.facts_of(signed, place)) > 1 for place in range(len(signed.slots)))
        found = differences(law, prepared, list(law.agencies), lines)
        assert not found, (seed, len(found), *found[0], prepared)
    assert divided
