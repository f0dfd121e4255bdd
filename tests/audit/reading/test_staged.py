"""The view `staged`: rows numbered exactly, whatever the file and however many."""

from __future__ import annotations

import json
from collections.abc import Callable

import duckdb
import pytest

from comity.audit.reading.stage import stage
from tests.audit.reading.conftest import Desk
from tests.audit.workbooks import write_workbook

MANY = 300_001
"""More than two row groups of 122,880 rows."""


def test_row_numbers_over_several_files(desk: Desk) -> None:
    first = desk.file("a.csv", "n,x\n1,a\n2,b\n")
    second = desk.file("b.csv", "n,x\n3,c\n")
    staged = desk.read(first, second)
    assert desk.rows() == [(1, 0, 1, "1", "a"), (2, 0, 2, "2", "b"), (3, 1, 1, "3", "c")]
    assert [source.rows for source in staged.sources] == [2, 1]
    assert (staged.rows, staged.quarantined) == (3, 0)


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
def test_row_numbers_of_many_rows(desk: Desk, kind: str) -> None:
    form = {"csv": "csv, HEADER", "parquet": "parquet, ROW_GROUP_SIZE 2048", "jsonl": "json"}[kind]
    for name, start in (("a", 0), ("b", MANY)):
        with duckdb.connect(":memory:", config={"threads": 1}) as database:
            database.execute(
                f"COPY (SELECT i AS n, hash(i) AS x FROM range({start}, {start + MANY}) AS r(i)) "
                f"TO '{desk.folder / name}.{kind}' (FORMAT {form})"
            )
    staged = desk.read(str(desk.folder / f"*.{kind}"))
    assert staged.rows == 2 * MANY
    wrong = (
        "row <> CAST(n AS BIGINT) + 1 OR source_row <> row - source * 300001 "
        "OR CAST(hash(CAST(n AS BIGINT)) AS VARCHAR) <> CAST(x AS VARCHAR)"
    )
    assert desk.rows(f"SELECT count(*) FROM staged WHERE {wrong}") == [(0,)]
    assert desk.rows("SELECT count(DISTINCT row), max(row) FROM staged") == [(2 * MANY, 2 * MANY)]


def test_records_apart_keep_their_numbers(desk: Desk) -> None:
    path = desk.file("log.csv", 'a,b\n1,2\n3\n"x\ny",4\n5,6,7\na,b\n8,9\n')
    staged = desk.read(path)
    assert desk.rows("SELECT row, source_row, a, b FROM staged ORDER BY row") == [
        (1, 1, "1", "2"),
        (3, 3, "x\ny", "4"),
        (6, 6, "8", "9"),
    ]
    assert desk.quarantine() == [
        (0, 2, "has 1 cell where the header has 2", "3"),
        (0, 4, "has 3 cells where the header has 2", "5,6,7"),
        (0, 5, "repeats the header", "a,b"),
    ]
    assert (staged.rows, staged.quarantined) == (3, 3)


def test_faults_far_into_a_file(desk: Desk) -> None:
    lines = [f"{number},x" for number in range(1, MANY + 1)]
    lines[200_000] = "200001"
    lines[250_000] = "250001,x,y"
    desk.read(desk.file("log.csv", "n,x\n" + "\n".join(lines) + "\n"))
    assert [(row, text) for _, row, _, text in desk.quarantine()] == [(200_001, "200001"), (250_001, "250001,x,y")]
    assert desk.rows("SELECT count(*) FROM staged WHERE row <> CAST(n AS BIGINT)") == [(0,)]


def test_faults_in_every_part_of_a_file_that_is_read_ahead(desk: Desk) -> None:
    rows, every = 600_000, 37_501
    ragged = (f"{number},{'x' * 50}{'' if number % every else ',over'}" for number in range(1, rows + 1))
    staged = desk.read(desk.file("log.csv", "n,x\n" + "\n".join(ragged) + "\n"))
    assert [row for _, row, _, _ in desk.quarantine()] == list(range(every, rows + 1, every))
    assert (staged.rows, staged.quarantined) == (rows - rows // every, rows // every)
    assert desk.rows("SELECT count(*) FROM staged WHERE row <> CAST(n AS BIGINT)") == [(0,)]


def test_columns_of_files_that_differ(desk: Desk) -> None:
    desk.read(desk.file("a.csv", "n,Birth Date\n1,x\n"), desk.file("b.csv", "N ,other\n2,y\n"))
    assert desk.rows('SELECT row, n, "Birth Date", other FROM staged ORDER BY row') == [
        (1, "1", "x", None),
        (2, "2", None, "y"),
    ]


def test_many_files_of_the_same_columns_are_one_scan(desk: Desk) -> None:
    (desk.folder / "logs").mkdir()
    for number in range(200):
        more = (",more", ",y") if number % 2 else ("", "")
        desk.file(f"logs/{number:03}.csv", f"n,x{more[0]}\n{2 * number + 1},a{more[1]}\n{2 * number + 2},b{more[1]}\n")
    for number in range(2):
        with duckdb.connect(":memory:") as database:
            rows = f"VALUES ({401 + number}, 'a', 'z')"
            database.execute(f"COPY (FROM ({rows}) r(n, X, file_index)) TO '{desk.folder}/logs/{200 + number}.parquet'")
    staged = desk.read(desk.folder / "logs")
    assert staged.rows == 402
    assert desk.rows("SELECT count(*), count(DISTINCT source) FROM staged WHERE row = CAST(n AS BIGINT)") == [
        (402, 202)
    ]
    assert desk.rows(
        "SELECT source, source_row, x, more, file_index FROM staged WHERE row IN (4, 6, 402) ORDER BY row"
    ) == [
        (1, 2, "b", "y", None),
        (2, 2, "b", None, None),
        (201, 1, "a", None, "z"),
    ]
    plan = desk.rows("EXPLAIN SELECT min(x) FROM staged")[0][1]
    assert plan.count("READ_PARQUET") == 4


def test_json_lines(desk: Desk) -> None:
    lines = [{"id": 1, "what": "a"}, {"what": None, "who/where": {"x": [1]}, "id": "two"}]
    path = desk.file("log.jsonl", "\n".join(map(json.dumps, lines)) + "\n\nnot json\n[1]\n")
    staged = desk.read(path)
    assert desk.rows() == [(1, 0, 1, "1", "a", None), (2, 0, 2, "two", None, '{"x":[1]}')]
    assert [(row, text) for _, row, _, text in desk.quarantine()] == [(3, "not json"), (4, "[1]")]
    assert staged.sources[0].kind == "json lines"


def test_the_same_file_reads_the_same(desk: Desk) -> None:
    path = desk.file("log.csv", "a,b\n" + "1,2\n" * 1000)
    first = desk.read(path)
    desk.database.execute("DROP VIEW staged")
    assert desk.read(path) == first


@pytest.mark.parametrize("sign", ["^", "~", "\x1f"])
def test_rare_delimiters(desk: Desk, sign: str) -> None:
    staged = desk.read(desk.file("log.csv", f"when{sign}what\n2025-01-01 10:00{sign}a, b; c\n"))
    assert staged.sources[0].delimiter == sign
    assert desk.rows("SELECT what FROM staged") == [("a, b; c",)]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx"])
def test_how_far_a_file_is_read_is_told(desk: Desk, kind: str) -> None:
    path = desk.folder / f"log.{kind}"
    if kind == "xlsx":
        write_workbook(path, {"a": [["n", "x"], *([n, "a"] for n in range(2_000))]})
    else:
        desk.database.execute(f"COPY (SELECT i AS n, sha256(i::VARCHAR) AS x FROM range({MANY}) r(i)) TO '{path}'")
    told: list[tuple[str, int, int]] = []
    stage(desk.database, [str(path), str(desk.file("other.csv", "n,x\n1,2\n"))], desk.options(), tell_to(told))
    shares = [done / of for _, done, of in told]
    assert shares == sorted(shares)
    assert len(shares) > 3
    assert shares[-1] == 1
    assert {name for name, _, _ in told} == {path.name, "other.csv"}


def tell_to(told: list[tuple[str, int, int]]) -> Callable[[str, int, int], None]:
    return lambda step, done, of: told.append((step.partition(":")[0], done, of))
