"""The file of the rows: gone through in the order of the rows, whatever order they come in."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pyarrow
import pyarrow.parquet as parquet
import pytest

from comity.audit.reading.database import connect
from comity.audit.rowsfile import MOST_GROUPS, Section, sections_of, write_rows
from comity.audit.watch import tell_nobody

ROWS = 1_200_000
"""More than so many groups of the database's hold."""


def numbers_of(path: Path, sections: list[Section]) -> list[int]:
    """The rows' numbers as they are gone through."""
    file = parquet.ParquetFile(path)
    found: list[int] = []
    for section in sections:
        numbers = file.read_row_groups(list(section.groups), columns=["row"]).column(0).to_pylist()
        found += sorted(number for number in numbers if section.first <= number <= section.last)
    return found


@pytest.mark.parametrize(
    ("order", "number"),
    [
        ("i", "i"),
        ("-i", "i"),
        ("i % 5, i", "i"),
        ("hash(i)", "i"),
        ("hash(i)", "i * 9_000_000_007 - 5_000_000_000_000"),
    ],
)
def test_rows_are_gone_through_in_order_in_whatever_order_they_come(order: str, number: str, tmp_path: Path) -> None:
    with connect(tmp_path) as database:
        rows = f"SELECT {number} AS row, 'text ' || i AS text FROM range({ROWS}) t(i)"
        database.execute(f"CREATE TABLE log AS {rows} ORDER BY {order}")
        path = write_rows(database, "log", tmp_path, ROWS, "writing", tell_nobody)
        sections = sections_of(path)
        found = numbers_of(path, sections)
        assert found == sorted(found)
        assert len(found) == ROWS
        assert max(len(section.groups) for section in sections) <= MOST_GROUPS
        assert all(one.last < other.first for one, other in pairwise(sections))
        same = "SELECT count(*) FROM log JOIN signed_rows s ON s.row = log.row AND s.text = log.text"
        assert database.execute(same).fetchone() == (ROWS,)


def test_each_section_names_all_the_groups_in_which_its_rows_stand(tmp_path: Path) -> None:
    """As threads of the database write them: groups in another order, and one that lies within another."""
    path = tmp_path / "groups.parquet"
    parquet.write_table(pyarrow.table({"row": [7, 9, 20, 1, 2, 4, 8, 3, 10]}), path, row_group_size=3)
    assert sections_of(path) == [Section(1, 2, (1,)), Section(3, 6, (1, 2)), Section(7, 20, (0, 2))]
    assert numbers_of(path, sections_of(path)) == [1, 2, 3, 4, 7, 8, 9, 10, 20]


def test_a_file_without_rows_has_no_sections(tmp_path: Path) -> None:
    with connect(tmp_path) as database:
        nothing = "(SELECT 1 AS row WHERE false)"
        assert sections_of(write_rows(database, nothing, tmp_path, 0, "writing", tell_nobody)) == []
