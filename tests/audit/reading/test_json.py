"""JSON in the forms in which logs come: a line, a list, or several lines for each object."""

from __future__ import annotations

import json

import pytest

from tests.audit.reading.conftest import Desk

ROWS = [{"id": 1, "what": "é"}, {"id": 2, "what": None}, {"id": 3, "else": [1, "x"]}]
FORMS = {
    "lines": ("json lines", "\n".join(map(json.dumps, ROWS))),
    "list": ("json", json.dumps(ROWS)),
    "indented list": ("json", json.dumps(ROWS, indent=2)),
    "indented objects": ("json", "\n".join(json.dumps(row, indent=2) for row in ROWS)),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_forms(desk: Desk, form: str, mark: str) -> None:
    kind, text = FORMS[form]
    staged = desk.read(desk.file("log.json", mark + text))
    assert (staged.sources[0].kind, staged.sources[0].rows) == (kind, 3)
    assert desk.rows() == [
        (1, 0, 1, "1", "é", None),
        (2, 0, 2, "2", None, None),
        (3, 0, 3, "3", None, '[1,"x"]'),
    ]


def test_lines_in_utf_16(desk: Desk) -> None:
    text = FORMS["lines"][1].encode("utf-16")
    assert desk.read(desk.file("log.jsonl", text)).sources[0].encoding == "utf-16"
    assert desk.rows("SELECT what FROM staged WHERE row = 1") == [("é",)]
    assert "save it as UTF-8" in desk.error(desk.file("list.json", FORMS["list"][1].encode("utf-16"))).message


def test_columns_stand_in_the_order_of_the_first_object_with_each(desk: Desk) -> None:
    staged = desk.read(desk.file("log.jsonl", '{"z": 1, "b": 2}\n{"b": 2, "a": 3, "z": 1}\n{"c": 4, "a": 3}\n'))
    assert [column.name for column in staged.columns] == ["z", "b", "a", "c"]


def test_order_of_a_list_longer_than_a_row_group(desk: Desk) -> None:
    rows = [{"id": number, "text": "x" * (number % 50)} for number in range(1, 200_001)]
    assert desk.read(desk.file("log.json", json.dumps(rows))).rows == 200_000
    assert desk.rows("SELECT count(*) FROM staged WHERE row <> CAST(id AS BIGINT)") == [(0,)]


def test_entries_that_are_no_objects_are_set_apart(desk: Desk) -> None:
    staged = desk.read(desk.file("log.json", '[{"a": 1}, 7, {"a": 2}]'))
    assert (staged.rows, staged.quarantined) == (2, 1)
    assert desk.quarantine() == [(0, 2, "is no JSON object", "7")]
    assert desk.rows("SELECT row, a FROM staged ORDER BY row") == [(1, "1"), (3, "2")]


@pytest.mark.parametrize("form", ['{"a": 1}\n%s\nx\n{"a": 2}', '[{"a": 1}, %s, "x", {"a": 2}]'])
def test_objects_with_a_key_twice_are_set_apart(desk: Desk, form: str) -> None:
    """Which of the two values is meant is not told; keys within a value, or that differ in case, are no such thing."""
    staged = desk.read(desk.file("log.jsonl", form % '{"a": 7, "b": "x", "a": 8}'))
    assert (staged.rows, staged.quarantined) == (2, 2)
    assert [(row, reason) for _, row, reason, _ in desk.quarantine()] == [
        (2, "has a key twice"), (3, "is no JSON object")
    ]  # fmt: skip
    assert desk.quarantine()[0][3] == '{"a": 7, "b": "x", "a": 8}'
    assert desk.rows("SELECT row, a FROM staged ORDER BY row") == [(1, "1"), (4, "2")]


def test_keys_alike_that_are_not_the_same(desk: Desk) -> None:
    staged = desk.read(desk.file("log.jsonl", '{"a": {"x": 1}, "A": [{"x": 2}, {"x": 3}]}\n' * 2))
    assert (staged.rows, staged.quarantined) == (2, 0)


def test_log_in_which_every_object_has_a_key_twice(desk: Desk) -> None:
    error = desk.error(desk.file("log.jsonl", '{"a": 1, "a": 2}\n' * 3))
    assert (error.code, error.at) == ("file", "log.jsonl, row 1")
    assert "has a key twice, and of 3 records none can be read as a row" in error.message


@pytest.mark.parametrize("indent", [None, 1])
def test_list_inside_an_object(desk: Desk, indent: int | None) -> None:
    error = desk.error(desk.file("log.json", json.dumps({"count": 3, "rows": ROWS}, indent=indent)))
    assert (error.code, error.at) == ("file", "log.json")
    assert 'its rows in the list "rows"' in error.message
    assert "jq" in error.message


def test_list_cut_short(desk: Desk) -> None:
    error = desk.error(desk.file("log.json", json.dumps(ROWS)[:-5]))
    assert error.code == "file"
    assert error.at.startswith("log.json, near row 3")
    assert "cut short" in error.message


def test_line_longer_than_any_row(desk: Desk) -> None:
    error = desk.error(desk.file("log.jsonl", '{"a": 1}\n{"a": "' + "x" * 20_000_000 + '"}\n'))
    assert (error.code, error.at) == ("file", "log.jsonl, after row 1")
    assert "has a line of more than 8,388,608 bytes" in error.message
