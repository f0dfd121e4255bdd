"""Spark SQL: rows are answered as they are here."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from comity.audit.engines.spark import Spark, start_spark
from comity.audit.opening import Opening
from comity.audit.run import Elsewhere, audit_log
from comity.decide import Law
from comity.errors import ComityError
from tests.audit.duties.conftest import row, write
from tests.audit.engines.conftest import RowByRow


@pytest.fixture(scope="module")
def spark() -> Spark:
    return start_spark("local-cluster[2,1,1024]")


def test_every_row_is_answered_as_it_would_be_alone(spark: Spark, encoded_law: Law) -> None:
    assert RowByRow(encoded_law, rows=250, kinds=1).differences(spark) == []


@pytest.mark.parametrize("other", ["1 AS a", "1 AS a, 'x' AS c", "1 AS a, 2 AS b"])
def test_files_with_other_columns_are_refused(spark: Spark, tmp_path: Path, other: str) -> None:
    """Spark would read the second as if it told nothing, or text, in what only the first has."""
    first, second = (str(tmp_path / name) for name in ("a.parquet", "b.parquet"))
    with duckdb.connect(":memory:") as database:
        for path, cells in ((first, "1 AS a, 'x' AS b"), (second, other)):
            database.execute(f"COPY (SELECT {cells}) TO '{path}' (FORMAT parquet)")
    with pytest.raises(ComityError, match="audit each by itself") as caught:
        spark.read([first, second])
    assert (caught.value.code, caught.value.at) == ("columns", second)
    assert first in caught.value.message


@pytest.mark.usefixtures("spark")
def test_files_that_are_not_there(tmp_path: Path, encoded_law: Law) -> None:
    with pytest.raises(ComityError, match="Spark cannot read it") as caught:
        audit_log([str(tmp_path / "none.parquet")], tmp_path / "out", law=encoded_law, elsewhere=Elsewhere("spark"))
    assert caught.value.code == "file"
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("spark")
def test_duties_are_those_of_the_same_rows_read_here(tmp_path: Path, encoded_law: Law) -> None:
    log, mapping = write(
        tmp_path,
        [
            row(agency, copy_given=cell, verified=cell, booked="2025-03-04 09:00", proof="none", outcome=outcome)
            for agency in ("us/ca/los-angeles/police", "us/mo/local/jail", "us/il/chicago/police")
            for cell in ("Y", "N", "", "2025-03-05 10:00", "2025-03-09")
            for outcome in ("notified", "")
        ],
    )
    with duckdb.connect() as database:
        rows = f"SELECT * FROM read_csv('{log}', all_varchar=true)"
        database.execute(f"COPY ({rows}) TO '{tmp_path}/log.parquet' (FORMAT parquet)")
    for name, elsewhere in (("here", None), ("there", Elsewhere("spark"))):
        opening = Opening(mapping=mapping)
        source = [str(tmp_path / "log.parquet")]
        audit_log(source, tmp_path / name, law=encoded_law, opening=opening, elsewhere=elsewhere)
    with duckdb.connect() as database:
        here, there = (
            database.execute(f"SELECT * FROM '{tmp_path}/{name}/duties.parquet'").fetchall()
            for name in ("here", "there")
        )
    assert here == there
    verdicts = {verdict for line in here for verdict in line}
    assert {"done in time", "late on its face", "not done on its face", "cannot tell"} <= verdicts
