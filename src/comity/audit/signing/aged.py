"""Records whose age counts: what a list of records tells turns on the row's day, and on the day of the arrest.

Few such combinations stand in a log. Each is worked out once, as for a single request, and joined to its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, cast

from comity.audit.layouts.form import FACT_TYPES, FactColumn, RowKind
from comity.audit.signing.columns import knowledge_of
from comity.audit.signing.engine import Engine
from comity.audit.signing.meanings import Follows, Meaning
from comity.decide import Law
from comity.derived import derive
from comity.knowledge import Knowledge
from comity.norms import Agency
from comity.request import Request

ARREST = "arrested_on"

Cells = Callable[[FactColumn, object], object]
"""A cell of a fact column in the form of requests."""


def age_records(
    engine: Engine,
    law: Law,
    kinds: Sequence[RowKind],
    facts: Sequence[FactColumn],
    relation: str,
    day: str,
    told: Cells,
) -> tuple[str, dict[str, tuple[Meaning, ...]]]:
    """The relation with a column `aged_<fact>` for each fact whose records have ages, and what its codes mean.

    `day` is SQL for the day of the act. Without such facts, the relation is returned as it is.
    """
    columns = {column.fact: column for column in facts}
    meanings: dict[str, tuple[Meaning, ...]] = {}
    blank = next(iter(law.agencies.values()))
    for fact in aged_facts(law, kinds, facts):
        used = [column for column in (columns.get(fact), columns.get(ARREST)) if column is not None]
        names = ["kind", *(column.column for column in used)]
        combinations = engine.rows(
            f"SELECT {day} AS on_day, {', '.join(names)} FROM {relation} AS told "
            f"GROUP BY {day}, {', '.join(names)} ORDER BY {', '.join(['1', *map(str, range(2, len(names) + 2))])}"
        )
        codes: dict[str, int] = {}
        found: list[Meaning] = []
        lines: list[tuple[object, ...]] = []
        for on, kind, *cells in combinations:
            supposed = kinds[int(kind)].facts
            known_facts = {name: supposed[name] for name in (fact, ARREST) if name in supposed}
            known_facts |= {c.fact: v for c, cell in zip(used, cells, strict=True) if (v := told(c, cell)) is not None}
            known = None if on is None else _known(law, blank, on, known_facts).get(fact)
            if known is not None:
                code = codes.setdefault(repr(known), len(codes))
                found += [Follows(known)] if code == len(found) else []
                lines.append((on, kind, *cells, code))
        meanings[fact] = tuple(found)
        relation = _joined(engine, relation, fact, day, used, lines)
    return relation, meanings


def aged_facts(law: Law, kinds: Sequence[RowKind], columns: Sequence[FactColumn]) -> list[str]:
    """The facts whose records tell something from which an age follows."""
    found: list[str] = []
    for name, fact in law.vocabulary.facts.items():
        inputs = {given for field in (fact.fields or {}).values() for given in field.derived_from}
        values = [value for column in columns if column.fact == name for value in column.values]
        values += [kind.facts[name] for kind in kinds if name in kind.facts]
        if any(inputs & record.keys() for value in values for record in _records(value)):
            found.append(name)
    return found


def _records(value: object) -> Iterator[Mapping[str, object]]:
    listed: object = cast("Mapping[str, object]", value).get("at_least") if isinstance(value, Mapping) else value
    if isinstance(listed, list | tuple):
        for record in cast("Sequence[object]", listed):
            if isinstance(record, Mapping):
                yield cast("Mapping[str, object]", record)


def _known(law: Law, agency: Agency, on: date, facts: Mapping[str, object]) -> dict[str, Knowledge]:
    known = knowledge_of(law.vocabulary, facts)
    return derive(Request(agency, on, None, (), True, known, (), {}))


def _joined(
    engine: Engine, relation: str, fact: str, day: str, used: Sequence[FactColumn], lines: Sequence[tuple[Any, ...]]
) -> str:
    """The relation with the codes joined to it, as a view."""
    keys = {"aged_day": "DATE", "aged_kind": "BIGINT"} | {f"aged_{c.column}": FACT_TYPES[c.form] for c in used}
    engine.table(f"ages_of_{fact}", {**keys, f"aged_{fact}": "BIGINT"}, lines)
    pairs = [(day, "aged_day"), ("told.kind", "aged_kind"), *((f"told.{c.column}", f"aged_{c.column}") for c in used)]
    matches = " AND ".join(f"{one} IS NOT DISTINCT FROM {other}" for one, other in pairs)
    view = f"{relation}_{fact}"
    engine.view(view, f"SELECT told.*, aged_{fact} FROM {relation} AS told LEFT JOIN ages_of_{fact} ON {matches}")
    return view
