"""How a report was made, so that someone else can make it again and see what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from comity.audit.duties.verdicts import DUTY_VERDICTS
from comity.audit.placing import DECIDED
from comity.audit.results.ground import SourceNote
from comity.audit.results.summary import Summary
from comity.audit.verdicts import VERDICTS
from comity.words import counted


class Part(msgspec.Struct, frozen=True):
    """A part of the methods page: paragraphs, named values, points."""

    title: str
    says: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    points: tuple[str, ...] = ()


SampledBy = Literal["status", "verdict", "holder", "outcome"]


class Sampling(msgspec.Struct, frozen=True):
    """A sample for review: how many rows, the seed, and the column of findings over whose values it is spread."""

    rows: int
    seed: int
    by: SampledBy | None = None


def methods(summary: Summary, layout_says: str, held: str, sampling: Sampling | None) -> tuple[Part, ...]:
    """The parts, in order. `held` says which findings the page itself holds."""
    return (
        _read(summary),
        _counted(summary),
        *_matched(summary),
        Part(
            "What decided",
            (
                "Each row is decided under the law of its own day."
                if summary.as_of is None
                else f"Every row is decided under the law of {summary.as_of}, whatever its own day.",
                "Rows that the law cannot tell apart are decided once, and the answer holds for all of them. What no "
                "column tells stays unknown: an answer stands only if every way of filling in the unknown leads to it; "
                "otherwise it depends, and the facts on which it turns are named.",
            ),
            (
                ("place", summary.place),
                ("layout", f"{summary.layout}: {layout_says}"),
                ("law", summary.law.digest),
                ("program", f"comity {summary.version}"),
                ("decisions made", f"{summary.decisions_made:,}"),
            ),
            summary.notes,
        ),
        Part(
            "Verdicts",
            (
                "A verdict compares the law of the row's day with what the record itself shows was done or declined. "
                "A verdict of the first kind is given only where the operative text of the deciding law was read. "
                "Law that is not encoded could bear on any of them: each ruling lists what is known to be left out.",
            ),
            tuple(VERDICTS.items()),
        ),
        *_duties(summary),
        *_said_of_layout(summary),
        _sampled(sampling, held),
        _small_cells(summary.smallest_cell),
    )


def _said_of_layout(summary: Summary) -> Iterator[Part]:
    for title, points in (("Taken as so", summary.assumes), ("What this log cannot tell", summary.cannot_tell)):
        if points:
            yield Part(title, points=points)


def _duties(summary: Summary) -> Iterator[Part]:
    if summary.duties:
        says = (
            "A verdict on a duty compares the law of the row's day with what a column of the log says of whether and "
            "when it was done, by the clock of the place. A time told as a day is any time of that day. The first two "
            "verdicts are given only where the duty is owed whatever is missing, and the text of its norm was read."
        )
        columns = tuple((f"{duty.cite}: {duty.words}", f"column {duty.column}") for duty in summary.duties)
        yield Part("Duties", (says,), (*columns, *DUTY_VERDICTS.items()))


def as_markdown(parts: Sequence[Part]) -> str:
    """The methods as a Markdown page."""
    text = ["# Methods"]
    for part in parts:
        text += ["", f"## {part.title}"]
        for line in part.says:
            text += ["", _flat(line)]
        if part.facts:
            text += ["", "| what | value |", "| --- | --- |"]
            text += [f"| {_cell(name)} | {_cell(value)} |" for name, value in part.facts]
        if part.points:
            text += ["", *(f"* {_flat(point)}" for point in part.points)]
    return "\n".join(text) + "\n"


def _flat(text: str) -> str:
    """One line of text in which no mark-up takes effect."""
    flat = " ".join(text.split())
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#" else letter for letter in flat)


def _cell(text: str) -> str:
    return _flat(text).replace("|", "\\|")


def _read(summary: Summary) -> Part:
    told = summary.input
    read = [(source, "") for source in told.sources] + [(source, ", given beside the log") for source in told.beside]
    facts = tuple((source.name, f"SHA-256 {source.sha256}{_size(source)}{how}") for source, how in read)
    return Part("What was read", (summary.says,), facts)


def _matched(summary: Summary) -> Iterator[Part]:
    if summary.matched:
        says = (
            "The names of holders, each with its state and city, by how it was found who they are. What is only alike "
            "is not used unless a person accepts it; findings.parquet tells the way of each row (matched)."
        )
        yield Part("Holders", (says,), tuple((way, f"{names:,}") for way, names in summary.matched.items()))


def _size(source: SourceNote) -> str:
    size = "" if source.bytes is None else f", {source.bytes:,} bytes"
    return size + ("" if source.rows is None else f", {counted(source.rows, 'row')}")


def _counted(summary: Summary) -> Part:
    rows = summary.rows
    facts = [(DECIDED, f"{rows.decided:,}"), *((reason, f"{number:,}") for reason, number in rows.apart.items())]
    total = rows.decided + sum(rows.apart.values())
    said = "read" if summary.smallest_cell is None else "shown"
    return Part(
        "Rows in and out",
        (f"{counted(summary.input.rows, 'row was', 'rows were')} {said}; decided and set apart add up to {total:,}.",),
        (*facts, ("all", f"{total:,}")),
    )


def _sampled(sampling: Sampling | None, held: str) -> Part:
    says = [held]
    if sampling:
        says.append(
            f"sample.csv holds {counted(sampling.rows, 'row')} drawn for review with the seed {sampling.seed}: those "
            "that come first by the SHA-256 of the seed, the digest of their source and their number in it"
            + (f"; in turn the next row of each {sampling.by}." if sampling.by else ".")
        )
    return Part("Samples", tuple(line for line in says if line))


def _small_cells(smallest: int | None) -> Part:
    if smallest is None:
        return Part("Small counts", ("Every count is shown. This edition is not meant for publication.",))
    return Part(
        "Small counts",
        (
            f"No count below {smallest} is shown, but 0. Cells with fewer rows are taken together with other small "
            "ones and, where their sum could still give one away, with the smallest of the larger cells beside them. "
            "Every number in every file is a sum of what is shown, so that no subtraction leads back to a small cell.",
            "What was found odd in the log itself is told, and not in how many rows. No row, no text of a row, and no "
            "sample is part of this edition.",
        ),
    )
