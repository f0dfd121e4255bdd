"""Spark SQL: rows are answered as they are here."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.audit.engines.spark import Spark, start_spark
from comity.audit.run import Elsewhere, audit_log
from comity.decide import Law
from comity.errors import ComityError
from tests.audit.engines.conftest import RowByRow


@pytest.fixture(scope="module")
def spark() -> Spark:
    return start_spark("local-cluster[2,1,1024]")


def test_every_row_is_answered_as_it_would_be_alone(spark: Spark, encoded_law: Law) -> None:
    assert RowByRow(encoded_law, rows=250, kinds=1).differences(spark) == []


@pytest.mark.usefixtures("spark")
def test_files_that_are_not_there(tmp_path: Path, encoded_law: Law) -> None:
    with pytest.raises(ComityError, match="Spark cannot read it") as caught:
        audit_log([str(tmp_path / "none.parquet")], tmp_path / "out", law=encoded_law, elsewhere=Elsewhere("spark"))
    assert caught.value.code == "file"
    assert not (tmp_path / "out").exists()
