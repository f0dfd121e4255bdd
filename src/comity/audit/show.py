"""The report on the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from comity.audit.layouts.form import OutcomeClass
from comity.audit.placing import APART, DECIDED
from comity.audit.results.brief import brief
from comity.audit.results.ground import LawChange, found_words
from comity.audit.results.summary import (
    NOT_SHOWN,
    TRIAGE_SAYS,
    FindingCount,
    HolderCount,
    Summary,
    days_told,
    nothing_compared,
)
from comity.terminal import printable
from comity.words import counted

HOLDERS_SHOWN = 12
ANSWERS_SHOWN = 6
FACTS_SHOWN = 8
PERIODS_SHOWN = 6
CITES_SHOWN = 4
"""So many of each are printed; the report has all."""
NAME_SHOWN = 26
"""So many letters of a name are shown at least."""

STATUS_STYLE = {
    "required": "green",
    "prohibited": "red",
    "permitted": "cyan",
    "conflict": "magenta",
    "depends": "yellow",
    "unregulated": "default",
}


def show(summary: Summary, outcomes: Sequence[OutcomeClass], console: Console, folder: str) -> None:
    """Prints the summary: rows, answers by holder, why, what cannot be told, and the law used."""
    if summary.input.made_up_rows:
        made_up = f"MADE UP: {counted(summary.input.made_up_rows, 'row is', 'rows are')} no record of anything."
        console.print(Text(made_up, style="bold reverse"))
    console.print(
        Text(f"{printable(summary.input.name)}: {counted(summary.input.rows, 'row')}, {_dates(summary)}", style="bold")
    )
    console.print(_rows_table(summary))
    _show_quality(summary, console)
    if summary.smallest_cell is not None and summary.actions:
        console.print("\nA · in these tables stands for none, or for too few to show.")
    for action in summary.actions:
        _head(console, f"Asked: {action.action}")
        console.print(Padding(Text(action.says, style="dim"), (0, 0, 0, 2)))
        console.print(_holder_table(summary, outcomes, action.action, console.width))
        answers = tuple(_answers(summary, action.action))
        for line in (*answers[:ANSWERS_SHOWN], *_further(answers[ANSWERS_SHOWN:], "further answer")):
            console.print(Padding(line, (0, 0, 0, 2)))
    _show_verdicts(summary, console)
    _show_duties(summary, console)
    _show_reasons(summary, console)
    _show_outcomes(summary, outcomes, console)
    _show_missing(summary, console)
    _show_law(summary, console)
    for head, lines in (("Taken as so", summary.assumes), ("What this file cannot tell", summary.cannot_tell)):
        if lines:
            _head(console, head)
        for line in lines:
            console.print(Padding(Text(f"· {line}"), (0, 0, 0, 2)))
    _head(console, "In brief")
    for line in brief(summary):
        console.print(Padding(Text(line), (0, 0, 0, 2)))
    console.print(Text(f"\n{summary.says}", style="italic"))
    console.print(Text(f"Written to {printable(folder)}: open report.html there in a browser"), soft_wrap=True)


def _head(console: Console, text: str) -> None:
    console.print(Text(f"\n{text}", style="bold"))


def _further(left: Sequence[object], one: str, many: str = "") -> Iterator[Text]:
    """A line for what is left out of a list, if anything is."""
    if left:
        yield Text(f"and {counted(len(left), one, many)}: see report.html", style="dim")


def _show_quality(summary: Summary, console: Console) -> None:
    """What the log is worth, before anything that it says."""
    checks = [check for check in summary.quality if check.rows is None or check.rows]
    if not checks and not summary.rows.identical:
        return
    _head(console, "What the log is worth")
    table = _table(show_header=False)
    table.add_column(justify="right")
    table.add_column()
    for check in checks:
        rows = "" if check.rows is None else f"{check.rows:,}"
        share = f" ({_share(check.rows, check.of)} of the rows)" if check.rows and check.of else ""
        table.add_row(rows, printable(f"{check.about}: {found_words(check)}{share}"))
    if summary.rows.identical:
        table.add_row(
            f"{summary.rows.identical:,}", "rows are alike in every column but running numbers; all are counted"
        )
    console.print(table)


def _share(rows: int, of: int) -> str:
    return f"{rows / of:.1%}" if rows * 1000 >= of else "less than 0.1%"


def _show_verdicts(summary: Summary, console: Console) -> None:
    if not summary.actions:
        if says := nothing_compared(summary):
            console.print(f"\n{says}")
        return
    _head(console, "The law beside the record")
    table = _table()
    table.add_column("asked")
    table.add_column("verdict", no_wrap=True)
    table.add_column("findings", justify="right", style="bold")
    table.add_column("why")
    for action in summary.actions:
        for verdict, rows in action.verdicts.items():
            why = "; ".join(f"{part:,} {reason}" for reason, part in action.why[verdict].items())
            table.add_row(action.action, verdict, f"{rows:,}", why)
    console.print(table)


def _show_duties(summary: Summary, console: Console) -> None:
    if not summary.duties:
        return
    _head(console, "Duties beside the record")
    for duty in summary.duties:
        due = f", {duty.due}" if duty.due else ""
        console.print(Padding(Text(f"{duty.words}{due}: {duty.cite}"), (0, 0, 0, 2)))
        table = _table(show_header=False)
        table.add_column(justify="right", style="bold")
        table.add_column(no_wrap=True)
        table.add_column(style="dim")
        for verdict, rows in duty.verdicts.items():
            why = "; ".join(f"{part:,} {reason}" for reason, part in duty.why.get(verdict, {}).items())
            table.add_row(f"{rows:,}", verdict, why)
        console.print(Padding(table, (0, 0, 0, 4)))


def _show_reasons(summary: Summary, console: Console) -> None:
    if not summary.reasons:
        return
    _head(console, "What the reasons say, as read")
    table = _table(show_header=False)
    table.add_column(justify="right", style="bold")
    table.add_column()
    for name, number in summary.reasons.items():
        table.add_row(f"{number:,}", name)
    console.print(table)
    console.print(TRIAGE_SAYS)


def _dates(summary: Summary) -> str:
    if summary.as_of:
        return f"decided under the law of {summary.as_of}"
    days = days_told(summary.input)
    return f"{days}, each decided under the law of its day" if summary.input.first_date else days


def _table(show_header: bool = True) -> Table:
    return Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim", show_header=show_header)


def _rows_table(summary: Summary) -> Table:
    table = _table(show_header=False)
    table.add_column(justify="right")
    table.add_column()
    rows = counted(summary.rows.decided, "row").partition(" ")[2]
    decided = f"{rows} decided" if "/" not in summary.place else f"{rows} of {summary.place} decided"
    table.add_row(f"{summary.rows.decided:,}", decided)
    for reason, rows in summary.rows.apart.items():
        table.add_row(f"{rows:,}", f"apart: {reason}" + (f" ({APART[reason]})" if reason in APART else ""))
    few = summary.smallest_cell
    what = "in the file" if few is None else f"shown; groups of fewer than {few} may be left out"
    rows_read = counted(summary.input.rows, "row").partition(" ")[2]
    table.add_row(f"{summary.input.rows:,}", f"{rows_read} {what}", style="bold")
    return table


def _findings(holder: HolderCount, action: str) -> Iterator[FindingCount]:
    return (finding for finding in holder.findings if finding.action == action)


def _name(holder: HolderCount, width: int) -> str:
    name = printable(holder.holder or "several, too few to show each")
    return name if len(name) <= width else f"{name[: width - 1]}…"


def _holder_table(summary: Summary, classes: Sequence[OutcomeClass], action: str, width: int) -> Table:
    """Agencies down, statuses within, outcomes across; those with fewer rows are one line a status."""
    asking = [holder for holder in summary.holders if holder.standing == DECIDED and any(_findings(holder, action))]
    total: Counter[str] = Counter()
    for holder in asking:
        for finding in _findings(holder, action):
            total.update(finding.recorded)
    outcomes = [(outcome.name, outcome.head) for outcome in classes if total[outcome.name]]
    outcomes += [(NOT_SHOWN, NOT_SHOWN)] if total[NOT_SHOWN] else []
    numbers = len(f"{total.total():,}")
    taken = sum(1 + max(len(head), numbers) for _, head in outcomes) + len(" unregulated ") + numbers
    room = max(NAME_SHOWN, width - taken)
    lines: dict[tuple[str, str], Counter[str]] = {}
    others: Counter[str] = Counter()
    for place, holder in enumerate(asking):
        own = list(_findings(holder, action))
        first = place < HOLDERS_SHOWN
        others.update(() if first else {finding.status for finding in own})
        for finding in own:
            name = _name(holder, room) if first else ""
            lines.setdefault((name, finding.status), Counter()).update(finding.recorded)
    table = _table()
    table.add_column("agency")
    table.add_column("law says", no_wrap=True)
    for _, head in outcomes:
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("rows", justify="right", style="bold")
    for (name, status), recorded in lines.items():
        cells = [f"{recorded[outcome]:,}" if recorded[outcome] else "·" for outcome, _ in outcomes]
        name = name or f"{counted(others[status], 'agency', 'agencies')} with fewer rows"
        table.add_row(Text(name), Text(status, STATUS_STYLE.get(status, "dim")), *cells, f"{sum(recorded.values()):,}")
    sums = [f"{total[name]:,}" for name, _ in outcomes]
    table.add_row("all", "", *sums, f"{sum(total.values()):,}", style="bold")
    return table


def _answers(summary: Summary, action: str) -> Iterator[Text]:
    """Each answer once, the most frequent first: its norms, and where it depends, on what."""
    counts: Counter[tuple[str, str, Sequence[str], Sequence[str], Sequence[str]]] = Counter()
    for holder in summary.holders:
        for finding in _findings(holder, action):
            cites = finding.because or finding.possibly
            counts[finding.status, finding.alone, finding.possible, cites, finding.missing] += finding.rows
    for (status, alone, possible, cites, missing), rows in counts.most_common():
        line = Text(f"{rows:,} ")
        line.append(status, STATUS_STYLE.get(status, "dim"))
        if len(possible) > 1:
            line.append(f" ({' or '.join(possible)})")
        if cites:
            line.append(f": {'; '.join(cites)}")
        if missing:
            line.append(f". Turns on {', '.join(missing)}", "dim")
        if alone != status:
            line.append(". Had no other paper been shown: ")
            line.append(alone, STATUS_STYLE.get(alone, "dim"))
        yield line


def _show_outcomes(summary: Summary, classes: Sequence[OutcomeClass], console: Console) -> None:
    _head(console, "What the record says happened")
    table = _table(show_header=False)
    table.add_column()
    table.add_column()
    seen = {name for holder in summary.holders for name in holder.recorded}
    for outcome in classes:
        if outcome.name in seen:
            says = f"{outcome.name}. {outcome.says}" if outcome.name != outcome.head else outcome.says
            table.add_row(f"  {outcome.head}", says)
    console.print(table)


def _show_missing(summary: Summary, console: Console) -> None:
    if not summary.missing:
        return
    _head(console, "Facts not in the file that could change an answer")
    table = _table()
    table.add_column("findings", justify="right")
    table.add_column("fact", no_wrap=True)
    table.add_column("question")
    for fact in summary.missing[:FACTS_SHOWN]:
        table.add_row(f"{fact.findings:,}", fact.fact, fact.ask)
    console.print(table)
    for line in _further(summary.missing[FACTS_SHOWN:], "further fact"):
        console.print(line)


def _show_law(summary: Summary, console: Console) -> None:
    _head(console, "Law used")
    periods: Counter[tuple[str, date, date]] = Counter()
    for used in summary.law.used:
        place = "/".join(used.agency.split("/")[:2])
        periods[place, used.start or date.min, used.until or date.max] += used.rows
    several = len({place for place, _, _ in periods}) > 1
    ordered = sorted(periods)
    for place, start, until in ordered[:PERIODS_SHOWN]:
        rows = counted(periods[place, start, until], "row")
        where = f"{place}: " if several else ""
        end = "to this day" if until == date.max else f"until before {until}"
        console.print(f"  {where}{rows} under law that stood from {start} {end}", soft_wrap=True)
    for line in _further(ordered[PERIODS_SHOWN:], "further period of law", "further periods of law"):
        console.print(Padding(line, (0, 0, 0, 2)))
    days = [change.day for change in summary.law.changes]
    within = f"{counted(len(days), 'day')} of the log" + (f", first {days[0]}, last {days[-1]}" if days[1:] else "")
    told = [f"law on these actions changed on {within}"] if days else []
    for label, change in (
        ("last change of law on these actions before the log's days", summary.law.last_change_before),
        ("first change after them", summary.law.next_change_after),
    ):
        told += [f"{label}: {_change(change)}"] if change else []
    for line in (*told, *summary.notes):
        console.print(Padding(Text(line), (0, 0, 0, 2)))
    console.print(Text(f"  law {summary.law.digest}", style="dim"))


def _change(change: LawChange) -> str:
    cites = [*change.cites[:CITES_SHOWN], *(["…"] if change.cites[CITES_SHOWN:] else [])]
    return f"{change.day} ({'; '.join(cites)})"
