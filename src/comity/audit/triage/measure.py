"""How well the triage reads: its precision and recall on texts that a person labelled by reading.

The labelled set is phrases.csv (texts made up for it) and labels.csv (digests of the texts of released logs, whose
words are not kept here: they are looked up in logs that the caller names). It is split by digest into a development
half, on which the rules were written, and a test half, on which they were not.
"""

from __future__ import annotations

import csv
import math
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from comity.audit.reading.database import look_into, named
from comity.audit.triage.classify import classify
from comity.audit.triage.rules import CLASSES, ReasonClass
from comity.audit.triage.texts import digest, normalised
from comity.errors import ComityError

if TYPE_CHECKING:
    import duckdb

Half = Literal["development", "test"]
Pair = tuple[ReasonClass, ReasonClass]
"""The label of a text, and the class found."""

HALVES: tuple[Half, ...] = ("development", "test")

REASON_COLUMNS = ("reason", "search reason")

IN_TEST_HALF = "13579bdf"
"""A text whose digest ends in one of these is of the test half."""


_NORMAL_95 = 1.959964


class ClassMeasure(msgspec.Struct, frozen=True):
    """Of one class: how many texts are labelled so, how many were found so, and how many of both are the same.

    `precision` and `recall` are None where there is nothing to divide by; beside each, the interval in which it lies
    with 95 % confidence were the texts drawn at random (`between`).
    """

    kind: ReasonClass
    labelled: int
    found: int
    right: int
    precision: float | None
    precision_between: tuple[float, float] | None
    recall: float | None
    recall_between: tuple[float, float] | None


class HalfMeasure(msgspec.Struct, frozen=True):
    """Of one half of the labelled set: how many texts were read, and how many as labelled; and class by class."""

    half: Half
    texts: int
    right: int
    accuracy: float | None
    classes: tuple[ClassMeasure, ...]


class Wrong(msgspec.Struct, frozen=True):
    """A text read otherwise than labelled. `text` is empty for those of released logs."""

    half: Half
    digest: str
    text: str
    labelled: ReasonClass
    found: ReasonClass
    rule: str


class Measure(msgspec.Struct, frozen=True):
    """The figures of both halves; `unread` labels had no text in the logs named."""

    labelled: int
    read: int
    unread: int
    halves: tuple[HalfMeasure, ...]
    wrong: tuple[Wrong, ...]


def load_phrases() -> list[tuple[str, ReasonClass]]:
    """The phrases made up for the labelled set, each with its label."""
    return [(row["phrase"], _kind(row["class"])) for row in _rows("phrases.csv")]


def load_labels() -> dict[str, ReasonClass]:
    """The labels of texts of released logs, by digest of the normalised text."""
    return {row["digest"]: _kind(row["class"]) for row in _rows("labels.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("comity.audit.triage").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _kind(word: str) -> ReasonClass:
    return msgspec.convert(word, ReasonClass)


def measure(database: duckdb.DuckDBPyConnection, logs: tuple[Path, ...] = ()) -> Measure:
    """The measure on the phrases, and on the labels whose texts stand in the column `reason` of the logs.

    Raises ComityError (`columns`) for a log without a column `reason`.
    """
    phrases = load_phrases()
    database.execute(
        "CREATE OR REPLACE TEMP TABLE labelled_texts AS SELECT unnest(CAST(? AS VARCHAR[])) AS reason, true AS own",
        [[phrase for phrase, _ in phrases]],
    )
    for log in logs:
        database.execute(
            "INSERT INTO labelled_texts SELECT unnest(CAST(? AS VARCHAR[])), false", [_labelled_texts(log)]
        )
    classify(database, "labelled_texts")
    labels = dict(load_labels()) | _digests_of(database, phrases)
    results = database.execute(
        "SELECT DISTINCT r.digest, r.class, r.rule, CASE WHEN t.own THEN r.normalised ELSE '' END FROM reasons r "
        "JOIN (SELECT reason, bool_or(own) AS own FROM labelled_texts GROUP BY reason) t "
        "ON t.reason IS NOT DISTINCT FROM r.reason ORDER BY r.digest, 4 DESC"
    ).fetchall()
    return _measured(labels, results)


def _digests_of(database: duckdb.DuckDBPyConnection, phrases: list[tuple[str, ReasonClass]]) -> dict[str, ReasonClass]:
    listed = "SELECT unnest(CAST(? AS VARCHAR[])) AS phrase, unnest(CAST(? AS VARCHAR[])) AS kind"
    rows = database.execute(
        f"SELECT {digest(normalised('phrase'))}, kind FROM ({listed})",
        [[phrase for phrase, _ in phrases], [kind for _, kind in phrases]],
    ).fetchall()
    return {found: _kind(kind) for found, kind in rows}


def _labelled_texts(log: Path) -> list[str]:
    """The texts of a log that are labelled, by their digest."""
    from comity.audit.reading.source import ReadingOptions
    from comity.audit.reading.stage import stage

    with look_into(str(log)) as (database, work):
        staged = stage(database, [str(log)], ReadingOptions(work))
        names = [column.name for column in staged.columns if column.name.strip().lower() in REASON_COLUMNS]
        if not names:
            raise ComityError("columns", 'has no column "reason", whose texts are to be read', str(log))
        text = f"CAST({named(names[0])} AS VARCHAR)"
        rows = database.execute(
            f"SELECT DISTINCT {text} FROM staged WHERE list_contains(?, {digest(normalised(text))}) ORDER BY 1",
            [list(load_labels())],
        ).fetchall()
    return [row[0] for row in rows]


def half_of(text_digest: str) -> Half:
    """The half to which a text belongs, whatever its label."""
    return "test" if text_digest[-1] in IN_TEST_HALF else "development"


def _measured(labels: dict[str, ReasonClass], results: list[tuple[str, str, str, str]]) -> Measure:
    found: dict[str, tuple[ReasonClass, str, str]] = {}
    for text_digest, kind, rule, text in results:
        if text_digest in labels:
            found.setdefault(text_digest, (_kind(kind), rule, text))
    wrong = tuple(
        Wrong(half_of(one), one, text, labels[one], kind, rule)
        for one, (kind, rule, text) in sorted(found.items())
        if labels[one] != kind
    )
    halves = tuple(_half(half, labels, found) for half in HALVES)
    return Measure(len(labels), len(found), len(labels) - len(found), halves, wrong)


def _half(half: Half, labels: dict[str, ReasonClass], found: dict[str, tuple[ReasonClass, str, str]]) -> HalfMeasure:
    pairs: list[Pair] = [(labels[one], kind) for one, (kind, _, _) in found.items() if half_of(one) == half]
    right = sum(label == kind for label, kind in pairs)
    classes = tuple(_class(kind, pairs) for kind in CLASSES)
    return HalfMeasure(half, len(pairs), right, _ratio(right, len(pairs)), classes)


def _class(kind: ReasonClass, pairs: list[Pair]) -> ClassMeasure:
    labelled = sum(label == kind for label, _ in pairs)
    told = sum(found == kind for _, found in pairs)
    right = sum(label == found == kind for label, found in pairs)
    return ClassMeasure(
        kind, labelled, told, right, _ratio(right, told), between(right, told), _ratio(right, labelled),
        between(right, labelled),
    )  # fmt: skip


def between(part: int, whole: int) -> tuple[float, float] | None:
    """The interval of a share with 95 % confidence (Wilson, 1927), which holds for small numbers and shares near 1."""
    if not whole:
        return None
    share, square = part / whole, _NORMAL_95**2
    middle = share + square / (2 * whole)
    reach = _NORMAL_95 * math.sqrt(share * (1 - share) / whole + square / (4 * whole**2))
    low, high = ((middle + way) / (1 + square / whole) for way in (-reach, reach))
    return round(max(low, 0.0), 4), round(min(high, 1.0), 4)


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
