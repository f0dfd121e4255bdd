"""Duties of a log that is signed where it lies are those of the same rows read here."""

from __future__ import annotations

from pathlib import Path

import duckdb

from comity.audit.engines.postgres import connect_postgres
from comity.audit.opening import Opening
from comity.audit.run import Elsewhere, audit_log
from comity.decide import Law
from tests.audit.duties.conftest import row, write


def test_duties_are_told_alike_of_rows_in_a_database(server: str, tmp_path: Path, law: Law) -> None:
    rows = [
        row(agency, copy_given=copy, verified=verified, booked=booked, proof=proof)
        for agency in ("us/ca/local/jail", "us/mo/local/jail", "us/ga/local/jail")
        for copy, verified in (("Y", "2025-03-05 10:00"), ("N", "2025-03-09"), ("2025-03-05", ""), ("", "N"))
        for booked in ("2025-03-04 09:00", "2025-03-04", "")
        for proof in ("none", "")
    ]
    log, mapping = write(tmp_path, rows)
    session = connect_postgres(server)
    with duckdb.connect() as database, session.connection.cursor() as cursor:
        told = database.sql(f"SELECT row_number() OVER () AS id, * FROM read_csv('{log}', all_varchar = true)")
        cursor.adbc_ingest("duties", told.to_arrow_table(), mode="replace")
    session.connection.close()
    audit_log([str(log)], tmp_path / "here", law=law, opening=Opening(mapping=mapping))
    audit_log(
        [server],
        tmp_path / "there",
        law=law,
        opening=Opening(mapping=mapping, query="SELECT * FROM duties"),
        elsewhere=Elsewhere("postgres", number="id"),
    )
    for name in ("duties.parquet", "duty-groups.csv", "findings.parquet"):
        with duckdb.connect() as database:
            here, there = (
                database.execute(f"SELECT * FROM '{tmp_path / side / name}'").fetchall() for side in ("here", "there")
            )
        assert here == there
        assert here
