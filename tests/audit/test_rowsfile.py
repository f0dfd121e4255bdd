"""The file of the rows: gone through in the order of the rows, whatever order they come in."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pyarrow
import pyarrow.parquet as parquet
import pytest

from comity.audit.reading.database import connect
from comity.audit.rowsfile import MOST_GROUPS, Stretch, stretches_of, write_rows
from comity.audit.watch import tell_nobody

ROWS = 1_500_000


def numbers_of(path: Path, stretches: list[Stretch]) -> list[int]:
    """The rows' numbers as they are gone through."""
    file = parquet.ParquetFile(path)
    found: list[int] = []
    for stretch in stretches:
        numbers = file.read_row_groups(list(stretch.groups), columns=["row"]).column(0).to_pylist()
        found += sorted(number for number in numbers if stretch.first <= number <= stretch.last)
    return found


@pytest.mark.parametrize("order", ["i", "-i", "hash(i)", "i % 5, i"])
@pytest.mark.parametrize("number", ["i", "i * 9_000_000_007 - 5_000_000_000_000"])
def test_rows_are_gone_through_in_order_in_whatever_order_they_come(order: str, number: str, tmp_path: Path) -> None:
    with connect(tmp_path) as database:
        rows = f"SELECT {number} AS row, 'text ' || i AS text FROM range({ROWS}) t(i)"
        database.execute(f"CREATE TABLE log AS {rows} ORDER BY {order}")
        path = write_rows(database, "log", tmp_path, ROWS, "writing", tell_nobody)
        stretches = stretches_of(path)
        found = numbers_of(path, stretches)
        assert found == sorted(found)
        assert len(found) == ROWS
        assert max(len(stretch.groups) for stretch in stretches) <= MOST_GROUPS
        assert all(one.last < other.first for one, other in pairwise(stretches))
        same = "SELECT count(*) FROM log JOIN signed_rows s ON s.row = log.row AND s.text = log.text"
        assert database.execute(same).fetchone() == (ROWS,)


def test_each_stretch_names_all_the_groups_in_which_its_rows_stand(tmp_path: Path) -> None:
    """As threads of the database write them: groups in another order, and one that lies within another."""
    path = tmp_path / "groups.parquet"
    parquet.write_table(pyarrow.table({"row": [7, 9, 20, 1, 2, 4, 8, 3, 10]}), path, row_group_size=3)
    assert stretches_of(path) == [Stretch(1, 2, (1,)), Stretch(3, 6, (1, 2)), Stretch(7, 20, (0, 2))]
    assert numbers_of(path, stretches_of(path)) == [1, 2, 3, 4, 7, 8, 9, 10, 20]


def test_a_file_without_rows_has_no_stretches(tmp_path: Path) -> None:
    with connect(tmp_path) as database:
        nothing = "(SELECT 1 AS row WHERE false)"
        assert stretches_of(write_rows(database, nothing, tmp_path, 0, "writing", tell_nobody)) == []
