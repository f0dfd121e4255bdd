"""What is due in a year, and how well each place's law was read, as people read them in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from comity.commands.showlaw import Writer
from comity.lawcalendar import ReportCalendar, ReportDue
from comity.lawgrades import PlaceGrades
from comity.terminal import printable
from comity.words import DISCLAIMER, EVIDENCE_WORDS, day_words, plain

_STATES = {"due": "", "uncertain": "uncertain whether in force", "suspended": "suspended by a court"}
_NIL = {
    "certify": "that is certified",
    "report": "a report is made all the same",
    "none": "nothing is owed",
    "": "the encoded law does not say",
}


def show_calendar(calendar: ReportCalendar) -> None:
    """Print what is due, by day, and below it what each law asks."""
    write = Writer()
    write.heading(f"Standing reports due in {calendar.year}: {calendar.path}")
    if not calendar.reports:
        write.line("", "The encoded law asks for none.")
    else:
        write.out.print(_days(calendar.reports))
        write.heading("What each law asks")
        alike = {(each.norm, each.agencies): each for each in calendar.reports}
        for report in alike.values():
            _asked(write, report)
        last_read = min(report.read for report in calendar.reports)
        if last_read < date(calendar.year, 12, 31):
            write.line("", f"Days after {day_words(last_read)} follow the law as it stood when last read.", 0)
    write.line("", DISCLAIMER, 0)


def _days(reports: Sequence[ReportDue]) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold", padding=0)
    table.add_column("due", no_wrap=True)
    table.add_column("covers", no_wrap=True)
    for column in ("report", "to", "law"):
        table.add_column(column, overflow="fold")
    for report in reports:
        state = f" ({_STATES[report.state]})" if _STATES[report.state] else ""
        table.add_row(
            f"{'' if report.day_named else 'after '}{report.day.isoformat()}",
            f"{report.start.isoformat()} to {report.end.isoformat()}",
            Text(printable(", ".join(map(plain, report.actions)))),
            Text(printable(report.owed_to)),
            Text(printable(f"{report.cite}{state}")),
        )
    return table


def _asked(write: Writer, report: ReportDue) -> None:
    write.line(report.cite, report.says)
    for name, words in (
        ("Norm", report.norm),
        ("Binds", ", ".join(report.agencies)),
        ("Made by", report.who),
        ("To", report.owed_to),
        ("Contents", ", ".join(map(plain, report.contents))),
        ("Nothing to report", _NIL[report.nil]),
        ("Owed when", "; and ".join(report.when)),
        ("Unless", "; and ".join(report.unless)),
        ("Disputes", ", ".join(report.disputes)),
        ("Note", report.note),
        ("Evidence", f"{EVIDENCE_WORDS[report.evidence]}, {report.read.isoformat()}: {report.source}"),
    ):
        if words:
            write.line(f"{name}:", words, 6)


def show_grades(grades: Sequence[PlaceGrades], *, named: bool) -> None:
    """Print the grades of places; where a place was named, also its duties without a deadline."""
    write = Writer()
    write.out.print(_grades(grades))
    write.line(
        "",
        "text, secondary, unverified: norms by evidence. open: provisions not encoded. no day: duties without a "
        "deadline. signed: files that a reviewer signed and that stand so, of all. read: the first and the last day.",
        0,
    )
    broken = [each for grade in grades for each in grade.broken_references]
    if broken:
        write.heading("Names in the files' words that stand for nothing")
    for each in broken:
        write.line(each.at, each.name)
    for each in grades if named else ():
        if each.without_deadline:
            write.heading(f"Duties without a deadline: {each.name}")
            for norm in each.without_deadline:
                write.line("", norm)


def _grades(grades: Sequence[PlaceGrades]) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold", padding=0)
    table.add_column("place", overflow="fold")
    for column in (
        "norms",
        "text",
        "second-\nary",
        "unver-\nified",
        "exam-\nples",
        "open",
        "dis-\nputes",
        "no\nday",
        "signed",
    ):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("read", no_wrap=True)
    for each in grades:
        numbers = (
            each.norms, each.text, each.secondary, each.unverified,
            each.examples, each.not_encoded, each.disputes, len(each.without_deadline),
            f"{each.signed}/{each.files}",
        )  # fmt: skip
        table.add_row(each.place, *map(str, numbers), _read(each))
    return table


def _read(grades: PlaceGrades) -> str:
    if grades.oldest_read is None or grades.newest_read is None:
        return "-"
    return "\n".join(dict.fromkeys((grades.oldest_read.isoformat(), grades.newest_read.isoformat())))
