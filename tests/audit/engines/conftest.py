"""What the tests of engines share: rows of every form, decided one by one, and a session of PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from comity.audit.engines.postgres import Postgres, connect_postgres
from comity.audit.layouts.form import FACT_TYPES
from comity.audit.signing.engine import Engine
from comity.decide import Law
from tests.audit.signing.rowbyrow import Line, Prepared, Said, in_bulk, one_by_one, plain
from tests.audit.signing.test_signing_encoded_law import KINDS, columns_of, some_line


@pytest.fixture(scope="session")
def encoded_law() -> Law:
    return Law.load()


@pytest.fixture
def postgres(server: str) -> Iterator[Postgres]:
    session = connect_postgres(server)
    yield session
    session.connection.close()


class RowByRow:
    """Rows of many places and days: what an engine says of each, beside what a decision by itself says."""

    def __init__(self, law: Law, rows: int, kinds: int, columns: int | None = None) -> None:
        chance = Random(7)
        self.law = law
        self.agencies = list(law.agencies)
        self.prepared = Prepared(KINDS[:kinds], columns_of(law)[:columns])
        width = len(self.prepared.facts)
        lines = [some_line(chance, columns_of(law), len(self.agencies)) for _ in range(rows)]
        self.lines = [Line(x.agency, x.kind % kinds, x.day, x.cells[:width], x.moment) for x in lines]

    def differences(self, engine: Engine) -> list[tuple[object, Said | None, Said | None]]:
        columns = {"row": "BIGINT", "agency": "BIGINT", "kind": "BIGINT", "day": "DATE", "moment_local": "TIMESTAMP"}
        columns |= {fact.column: FACT_TYPES[fact.form] for fact in self.prepared.facts}
        rows: list[tuple[Any, ...]] = [
            (number, line.agency, line.kind, line.day, line.moment, *line.cells)
            for number, line in enumerate(self.lines, 1)
        ]
        engine.table("log", columns, rows)
        bulk = plain(in_bulk(engine, self.law, self.prepared, self.agencies))
        single = plain(one_by_one(self.law, self.prepared, self.agencies, self.lines))
        assert len(single) > len(self.lines)
        return [(key, bulk.get(key), single.get(key)) for key in {*bulk, *single} if bulk.get(key) != single.get(key)]
