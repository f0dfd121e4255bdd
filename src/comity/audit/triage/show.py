"""The measure of the triage as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.audit.triage.measure import HalfMeasure, Measure

if TYPE_CHECKING:
    from rich.console import Console


def show_measure(measure: Measure, out: Console) -> None:
    """Both halves, class by class."""
    out.print(f"{measure.labelled:,} labelled texts, {measure.read:,} read")
    if measure.unread:
        out.print(
            f"{measure.unread:,} labels are of texts of released logs, known by digest only: "
            "name each log with --texts to read those too"
        )
    for half in measure.halves:
        out.print()
        out.print(_head(half))
        out.print(_table(half))
    out.print()
    out.print("The rules were written on the development half. Most texts of both halves were made up by the same")
    out.print("hands as the rules, so on a log of other agencies expect less. A triage, not a verdict.")


def _head(half: HalfMeasure) -> str:
    share = f"{half.accuracy:.1%}" if half.accuracy is not None else "-"
    return f"{half.half} half: {half.texts:,} texts, {half.right:,} read as labelled ({share})"


def _table(half: HalfMeasure) -> object:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("class")
    for name in ("labelled", "found", "right", "precision (95 %)", "recall (95 %)"):
        table.add_column(name, justify="right")
    for one in half.classes:
        shares = (_share(one.precision, one.precision_between), _share(one.recall, one.recall_between))
        table.add_row(one.kind, str(one.labelled), str(one.found), str(one.right), *shares)
    return table


def _share(ratio: float | None, between: tuple[float, float] | None) -> str:
    return "-" if ratio is None or between is None else f"{ratio:.3f} ({between[0]:.3f}-{between[1]:.3f})"
