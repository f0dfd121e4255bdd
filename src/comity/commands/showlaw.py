"""Pages of the law as people read them in a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from datetime import date

from rich.text import Text

from comity.commands.surface import console
from comity.lawpages import (
    AgencyPage,
    ExampleLine,
    FactLine,
    Hit,
    InstrumentPage,
    NormLine,
    NormPage,
    Page,
    PlaceLine,
    PlacePage,
)
from comity.norms import Dispute
from comity.telling import as_told
from comity.terminal import printable
from comity.words import EVIDENCE_WORDS, counted, day_words, listed, plain

_IN_FORCE = {"yes": "in force", "no": "not in force", "uncertain": "uncertain whether in force", "": ""}


class Writer:
    """Prints headings and wrapped lines to the terminal."""

    def __init__(self) -> None:
        self.out = console()

    def heading(self, words: str) -> None:
        self.out.print(Text(f"\n{printable(words)}", style="bold"), soft_wrap=True)

    def line(self, head: str, words: str = "", indent: int = 2) -> None:
        """A line that begins with `head` in bold; what is too long goes on under it."""
        told = printable(f"{head}  {words}".rstrip() if head else words)
        width = max(self.out.width, 60)
        rows = textwrap.wrap(
            told,
            width,
            initial_indent=" " * indent,
            subsequent_indent=" " * (indent + 4),
            break_on_hyphens=False,
            break_long_words=False,
        )
        if head:
            first = Text(rows.pop(0))
            first.stylize("bold", indent, indent + len(head))
            self.out.print(first, soft_wrap=True)
        self.plain(rows)

    def plain(self, rows: Iterable[str]) -> None:
        """Rows as they are: what has no style need not be laid out."""
        self.out.file.writelines(f"{row}\n" for row in rows)

    def field(self, name: str, words: str) -> None:
        if words:
            self.line(f"{name}:", words)


def show_law(result: Page | Sequence[PlaceLine] | Sequence[Hit] | Sequence[FactLine], on: date | None) -> None:
    """Print a page or a list of the law book."""
    write = Writer()
    if on is not None:
        write.out.print(Text(f"On {day_words(on)}.", style="dim"))
    match result:
        case PlacePage():
            _place(write, result)
        case AgencyPage():
            _agency(write, result)
        case InstrumentPage():
            _instrument(write, result)
        case NormPage():
            _norm(write, result)
        case _:
            for each in result:
                _listed(write, each)
            if not result:
                write.line("", "Nothing found.")


def _listed(write: Writer, each: PlaceLine | Hit | FactLine) -> None:
    match each:
        case PlaceLine():
            counts = (counted(each.agencies, "agency", "agencies"), counted(each.instruments, "instrument"))
            write.line(each.id, f"{each.name} ({each.kind}): {', '.join((*counts, counted(each.norms, 'norm')))}")
        case Hit():
            write.line(each.id, f"{f'{each.cite}: ' if each.cite else ''}{each.text}")
        case FactLine():
            _fact(write, each)


def _fact(write: Writer, fact: FactLine) -> None:
    write.line(fact.fact, f"{fact.ask} ({plain(fact.kind)}; tested by {counted(fact.norms, 'norm')})")
    if fact.help:
        write.line("", fact.help, 6)
    if fact.kind != "yes_no" and fact.values:
        write.line("", f"Values: {', '.join(fact.values)}", 6)
    if fact.fields:
        write.line("", f"Fields: {', '.join(fact.fields)}", 6)
    if fact.unit:
        write.line("", f"In {fact.unit}s", 6)
    for name, offences in fact.lists.items():
        cited = "; ".join(f"{cite} ({offence})" for offence, cite in offences.items())
        write.line("", f"On the statutory list {name}, by name or citation: {cited}", 6)


def _place(write: Writer, place: PlacePage) -> None:
    write.heading(f"{place.name} ({place.place}), {place.kind}")
    write.field("Division", place.ocd)
    write.field("Note", place.note)
    if place.complete_for:
        write.field("Wholly encoded for", ", ".join(place.complete_for))
    write.heading("Agencies")
    for agency in place.agencies:
        own = "; a government of its own" if agency.own_government else ""
        write.line(agency.id, f"{agency.name} ({', '.join(map(plain, agency.kinds))}{own})")
    write.heading("Instruments")
    for each in place.instruments:
        state = f"; {_IN_FORCE[each.in_force]}" if each.in_force else ""
        write.line(each.id, f"{each.title}, {each.cite} ({each.kind}, {counted(each.norms, 'norm')}{state})")
    if place.known:
        write.heading("Facts that the place keeps")
        for known in place.known:
            write.line(known.fact, f"{known.value}, from {day_words(known.start)}: {known.says} ({known.cite})")


def _agency(write: Writer, agency: AgencyPage) -> None:
    write.heading(f"{agency.name} ({agency.agency})")
    write.field("Kinds", ", ".join(map(plain, agency.kinds)))
    write.field("Place", agency.place)
    write.field("Source", agency.source)
    write.field("Its law changes on", ", ".join(day.isoformat() for day in agency.changes))
    write.heading("Norms that bind it")
    _norms(write, agency.norms)


def _instrument(write: Writer, page: InstrumentPage) -> None:
    write.heading(f"{page.title}, {page.cite} ({page.instrument})")
    write.field(
        "Kind", page.kind + (" (never law; answers can be asked as if it were)" if page.kind == "proposal" else "")
    )
    write.field("Source", f"{page.source} (read {page.read.isoformat()})")
    write.field("Note", page.note)
    write.heading("Versions")
    for version in page.versions:
        note = f" {version.note}" if version.note else ""
        write.line(version.name, f"{version.in_force}, by {version.by}.{note}")
    write.heading("Norms")
    _norms(write, page.norms)
    _disputes(write, page.disputes)
    if page.not_encoded:
        write.heading("Not encoded")
        for item in page.not_encoded:
            write.line(item.cite, item.says)
    write.line("", f"{counted(page.examples, 'example')} run as tests.")


def _norm(write: Writer, page: NormPage) -> None:
    write.heading(f"{page.cite} ({page.norm})")
    write.line("", page.says)
    if page.actions:
        write.field(page.modality.capitalize(), ", ".join(page.actions))
    else:
        write.field("Lifts", "switches off the prohibitions below; grants nothing")
    write.field("In", f"{page.title}; in force {'; '.join(page.times)}")
    write.field("That day", _IN_FORCE[page.in_force])
    write.field("Binds", page.who or page.binds)
    write.field("When", "; and ".join(page.when))
    write.field("Unless", "; and ".join(page.unless))
    for name, cite in page.terms.items():
        write.field("Term", f"{plain(name)}, defined in {cite}")
    write.field("Limit", page.limit)
    write.field("Owed to", page.owed_to)
    write.field("Due", page.due)
    write.field("Contents", ", ".join(map(plain, page.contents)))
    write.field("Note", page.note)
    write.field("Evidence", f"{EVIDENCE_WORDS[page.evidence]}, {page.read.isoformat()}: {page.source}")
    for title, lines in (
        ("Stood before it on the same actions", page.before),
        ("Came after it on the same actions", page.after),
        ("Defeats", page.defeats),
        ("Is defeated by", page.defeated_by),
    ):
        if lines:
            write.heading(title)
            _norms(write, lines)
    _disputes(write, page.disputes)
    if page.examples:
        write.heading("Examples")
        for example in page.examples:
            _example(write, example)


def _norms(write: Writer, norms: Iterable[NormLine]) -> None:
    for norm in norms:
        actions = f" {', '.join(norm.actions)}" if norm.actions else ""
        state = f"; {_IN_FORCE[norm.in_force]}" if norm.in_force else ""
        write.line(norm.id, f"{norm.cite} {norm.modality}{actions} ({'; '.join(norm.times)}{state})")
        write.line("", norm.says, 6)


def _disputes(write: Writer, disputes: Sequence[Dispute]) -> None:
    if disputes:
        write.heading("Disputes")
    for dispute in disputes:
        until = f" until {day_words(dispute.until)}" if dispute.until else ""
        told = (
            f"{dispute.court}, {dispute.cite}: {dispute.effect} from {day_words(dispute.start)}{until}. {dispute.says}"
        )
        write.line(dispute.id, told)


def _example(write: Writer, example: ExampleLine) -> None:
    facts = "; ".join(f"{name}={as_told(value)}" for name, value in example.facts.items()) or "no facts told"
    answers = listed([f"{action} {status}" for action, status in example.expect.items()], "and")
    says = f"{example.says} " if example.says else ""
    write.line("", f"{says}{example.agency} on {example.on}, {facts}: {answers}.")
