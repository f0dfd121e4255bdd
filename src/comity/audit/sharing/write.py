"""A checked sharing list as files: CSV, JSON and one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from comity import pages
from comity.audit.results.tables import write_json
from comity.audit.sharing.check import (
    Answer,
    Checked,
    SharingReport,
    alike,
    deciding_words,
    groups_of,
    heading_of,
    listed_words,
    settling_words,
)
from comity.audit.sharing.declarations import others_words
from comity.audit.spreadsheet import put_lines
from comity.errors import ComityError
from comity.wholefiles import whole_files

FILES = ("partners.csv", "sharing.html", "sharing.json")

COLUMNS = (
    "organisation", "class", "state", "why", "we_share", "they_share", "declared", "declared_on", "purpose", "answer",
    "possible", "because", "possibly", "still_to_ask", "settled_by", "evidence", "disputes",
)  # fmt: skip


def write_report(folder: Path, report: SharingReport, *, force: bool = False) -> None:
    """Writes the three files into the folder, all or none; it may hold earlier ones only with `force`.

    Raises ComityError: `output` for a folder that holds them already, `cannot_write` if they cannot be written.
    """
    there = [name for name in FILES if (folder / name).exists()]
    if there and not force:
        says = f"holds {there[0]} already: name another folder, or replace it with --force"
        raise ComityError("output", says, str(folder))
    with whole_files(folder) as made:
        put_lines(made / "partners.csv", COLUMNS, _rows(report))
        write_json(made / "sharing.json", report)
        (made / "sharing.html").write_bytes(page(report))


def _rows(report: SharingReport) -> Iterator[list[str]]:
    for partner in report.partners:
        for answer in partner.answers:
            yield [*_partner_cells(partner), *_answer_cells(answer)]


def _partner_cells(partner: Checked) -> list[str]:
    declared_on = partner.declared_on.isoformat() if partner.declared_on else ""
    return [
        partner.organisation, partner.kind, partner.state or "", partner.why, yes_no(partner.we_share),
        yes_no(partner.they_share), partner.declared, declared_on,
    ]  # fmt: skip


def _answer_cells(answer: Answer) -> list[str]:
    return [
        answer.purpose, answer.status, "; ".join(answer.possible), "; ".join(answer.because),
        "; ".join(answer.possibly), " ".join(answer.missing), "; ".join(settling_words(answer)), answer.evidence or "",
        "; ".join(answer.disputes),
    ]  # fmt: skip


def yes_no(told: bool | None) -> str:
    """A direction as the list tells it; empty where it does not."""
    return "" if told is None else ("yes" if told else "no")


def page(report: SharingReport) -> bytes:
    """The HTML page, in UTF-8: everything from the list is escaped, nothing is fetched."""
    told: dict[str, object] = {
        "report": report,
        "groups": groups_of(report),
        "alike": alike,
        "deciding_words": deciding_words,
        "yes_no": yes_no,
        "settling_words": settling_words,
        "others_words": others_words,
        "listed_words": listed_words,
        "heading_of": heading_of,
    }
    return pages.page("sharing.html.j2", told)
