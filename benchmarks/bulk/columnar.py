"""The norms written by hand as expressions over whole columns: DuckDB, Polars and OpenFisca (NumPy).

Each gives, for every row, a number with a bit for each norm that stands; the status follows from it, as for all peers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.bulk.law import columns
from benchmarks.in_python import plain_values
from benchmarks.ruling import Both, Either, Formula, Not, Ruling, Stands, without_names
from comity.conditions import AtLeast, Contains, OneOf

Standing = Counter[int]
"""How many rows have this number."""
COLUMNS = {column.fact: column for column in columns()}


def codes(test: OneOf | Contains) -> list[int]:
    """The codes of a column that pass a test."""
    values = COLUMNS[test.fact].values
    if isinstance(test, OneOf):
        wanted = plain_values(test.values)
        return [code for code, value in enumerate(values) if value in wanted]
    return [code for code, value in enumerate(values) if test.values & set(value)]  # type: ignore[arg-type]  # pyright: ignore


def in_duckdb(ruling: Ruling, log: Path) -> Standing:
    """A CASE for each norm, in SQL."""
    bits = [
        f"CASE WHEN {_sql(rule.stands)} THEN {1 << place}::BIGINT ELSE 0 END"
        for place, rule in enumerate(without_names(ruling.rules))
    ]
    with duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "400MB"}) as database:
        database.execute("SET enable_progress_bar = false")
        query = f"SELECT {' + '.join(bits)} AS standing, count(*) FROM read_parquet('{log}') GROUP BY standing"
        return Counter(dict(database.execute(query).fetchall()))


def _sql(formula: Formula) -> str:
    match formula:
        case Both(parts):
            return "(" + (" AND ".join(map(_sql, parts)) or "true") + ")"
        case Either(parts):
            return "(" + (" OR ".join(map(_sql, parts)) or "false") + ")"
        case Not(part):
            return f"(NOT {_sql(part)})"
        case OneOf() | Contains():
            found = codes(formula)
            return f"(fact_{formula.fact} IN ({', '.join(map(str, found))}))" if found else "false"
        case AtLeast(fact, bound, strict):
            return f"(fact_{fact} {'>' if strict else '>='} {bound})"
        case Stands():
            raise TypeError("a reference that was not written out")


def in_polars(ruling: Ruling, log: Path) -> Standing:
    """Lazy expressions, run by the streaming engine."""
    polars = import_module("polars")
    standing = sum(
        (_polars(polars, rule.stands).cast(polars.Int64) * (1 << place))
        for place, rule in enumerate(without_names(ruling.rules))
    )
    counted = polars.scan_parquet(log).select(standing.alias("standing")).group_by("standing").len()  # type: ignore[union-attr]
    return Counter(dict(counted.collect(engine="streaming").iter_rows()))


def _polars(polars: Any, formula: Formula) -> Any:
    match formula:
        case Both(parts):
            return polars.all_horizontal(polars.lit(True), *(_polars(polars, part) for part in parts))
        case Either(parts):
            return polars.any_horizontal(polars.lit(False), *(_polars(polars, part) for part in parts))
        case Not(part):
            return ~_polars(polars, part)
        case OneOf() | Contains():
            return polars.col(f"fact_{formula.fact}").is_in(codes(formula))
        case AtLeast(fact, bound, strict):
            column = polars.col(f"fact_{fact}")
            return column > bound if strict else column >= bound
        case Stands():
            raise TypeError("a reference that was not written out")


def in_openfisca(ruling: Ruling, log: Path) -> Standing:
    """OpenFisca-Core: a variable for each fact and one for each norm, over arrays of all rows."""
    numpy = import_module("numpy")
    periods, variables = import_module("openfisca_core.periods"), import_module("openfisca_core.variables")
    entity = import_module("openfisca_core.entities").Entity("row", "rows", "A row", "")
    system = import_module("openfisca_core.taxbenefitsystems").TaxBenefitSystem([entity])
    always = periods.DateUnit.ETERNITY
    with duckdb.connect(":memory:") as database:
        names = [column.column for column in COLUMNS.values()]
        selected: Any = database.execute(f"SELECT {', '.join(names)} FROM read_parquet('{log}')")
        arrays: dict[str, Any] = selected.fetchnumpy()
    given: dict[str, Any] = {name: arrays[name].astype("float32") for name in names}

    def variable(name: str, kind: type, formula: Callable[..., Any] | None = None) -> None:
        body = {"value_type": kind, "entity": entity, "definition_period": always, "label": name}
        if formula is not None:
            body["formula"] = formula
        system.add_variable(type(name, (variables.Variable,), body))

    for name in names:
        variable(name, float)
    for rule in ruling.rules:
        variable(rule.name, bool, _openfisca(numpy, rule.stands))
    simulation = (
        import_module("openfisca_core.simulations")
        .SimulationBuilder()
        .build_default_simulation(system, count=len(given[names[0]]))
    )
    for name in names:
        simulation.set_input(name, always, given[name])
    period = periods.period("2025-06")
    standing = sum(
        simulation.calculate(rule.name, period).astype("int64") << place for place, rule in enumerate(ruling.rules)
    )
    found, counts = numpy.unique(standing, return_counts=True)
    return Counter(dict(zip(found.tolist(), counts.tolist(), strict=True)))


def _openfisca(numpy: Any, formula: Formula) -> Callable[..., Any]:
    def value(row: Any, period: Any, part: Formula) -> Any:
        match part:
            case Both(parts):
                found = numpy.ones(row.count, dtype=bool)
                for inner in parts:
                    found &= value(row, period, inner)
                return found
            case Either(parts):
                found = numpy.zeros(row.count, dtype=bool)
                for inner in parts:
                    found |= value(row, period, inner)
                return found
            case Not(inner):
                return ~value(row, period, inner)
            case Stands(rule):
                return row(rule, period)
            case OneOf() | Contains():
                return numpy.isin(row(f"fact_{part.fact}", period), codes(part))
            case AtLeast(fact, bound, strict):
                cell = row(f"fact_{fact}", period)
                return cell > bound if strict else cell >= bound

    def stands(row: Any, period: Any) -> Any:
        return value(row, period, formula)

    return stands


ENGINES: dict[str, tuple[str, Callable[[Ruling, Path], Standing]]] = {
    "DuckDB, a CASE for each norm": ("duckdb", in_duckdb),
    "Polars, an expression for each norm": ("polars", in_polars),
    "OpenFisca-Core": ("openfisca_core", in_openfisca),
}
