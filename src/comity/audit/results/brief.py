"""A report in a few sentences: what could be decided, what the law said, and what that comes to beside the record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from comity.audit.results.summary import NOT_SHOWN, Summary
from comity.audit.verdicts import CANNOT_TELL, CONTRARY
from comity.words import counted


def brief(summary: Summary) -> tuple[str, ...]:
    """The sentences, in the order of the report: first what the log is worth."""
    return (_rows(summary), *_law(summary), *_verdicts(summary), *_duties(summary))


def _rows(summary: Summary) -> str:
    rows, decided = summary.input.rows, summary.rows.decided
    read = "shown" if summary.smallest_cell else "read"
    says = f"Of {counted(rows, 'row')} {read} {decided:,} {'is' if decided == 1 else 'are'} decided"
    if not summary.rows.apart:
        return f"All {counted(rows, 'row')} {read} are decided." if rows > 1 else f"{says}."
    reason, most = max(summary.rows.apart.items(), key=lambda each: each[1])
    apart = rows - decided
    why = f": {reason}" if most == apart else f", {most:,} of them for {_quoted(reason)}"
    return f"{says}, and {apart:,} set apart{why}."


def _quoted(reason: str) -> str:
    return f"\N{LEFT DOUBLE QUOTATION MARK}{reason}\N{RIGHT DOUBLE QUOTATION MARK}"


def _law(summary: Summary) -> Iterator[str]:
    for action in summary.actions:
        said = ", ".join(f"{status} {number:,}" for status, number in _most_first(action.statuses))
        yield f"{action.action}, asked in {counted(action.rows, 'row')}. The law said: {said}."


def _verdicts(summary: Summary) -> Iterator[str]:
    if not summary.actions:
        return
    verdicts, why = Counter[str](), Counter[str]()
    for action in summary.actions:
        verdicts.update(action.verdicts)
        why.update(action.why.get(CANNOT_TELL, {}))
    contrary, unsure = verdicts[CONTRARY], verdicts[CANNOT_TELL]
    all_of_them = counted(verdicts.total(), "finding")
    if contrary:
        yield f"Of {all_of_them} {contrary:,} {'is' if contrary == 1 else 'are'} contrary to the law on its face."
    elif summary.smallest_cell is not None:
        yield f"Of {all_of_them} none is shown as contrary to the law on its face: there are none, or too few to show."
    else:
        yield f"Of {all_of_them} none is contrary to the law on its face. That does not say that the law was kept."
    if unsure:
        shown = [(reason, number) for reason, number in _most_first(why) if reason != NOT_SHOWN]
        reason, most = shown[0] if shown else ("", 0)
        part = "" if most == unsure else f"in {most:,} of them "
        yield f"In {counted(unsure, 'finding')} one cannot tell{f', {part}since {reason}' if reason else ''}."


def _duties(summary: Summary) -> Iterator[str]:
    if not summary.duties:
        return
    verdicts = Counter[str]()
    for duty in summary.duties:
        verdicts.update(duty.verdicts)
    yield "Duties: " + ", ".join(f"{verdict} {number:,}" for verdict, number in _most_first(verdicts)) + "."


def _most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: -each[1])
