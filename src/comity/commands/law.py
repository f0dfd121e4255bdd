"""`comity law`: the encoded law as a book, as pictures, place by place, as a calendar, and how well it was read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from comity.commands import completing
from comity.commands.options import StrictCommand, refuse_unread, refuse_without, told
from comity.commands.surface import Settings, print_json
from comity.errors import RequestError
from comity.telling import facts_from
from comity.wholefiles import write_file

if TYPE_CHECKING:
    from comity.decide import Law

_EPILOG = """\b
Examples:
  comity law                                     all places
  comity law us/il/local/jail --on 2025-01-21    what binds a jail on a day
  comity law us/il/trust-act#15-a-hold           one norm and its history
  comity law --search "civil warrant"
  comity law us/il/local/jail --diagram hold -o hold.svg in_custody=yes
  comity law --compare hold --given instruments=i247a in_custody=yes
  comity law us/il/chicago --timeline -o chicago.html
"""

_READS: dict[str, tuple[str, ...]] = {
    "book": (),
    "new": (),
    "sign": ("reviewer", "on"),
    "reports": ("year",),
    "verify": ("path",),
    "timeline": ("path", "on", "out"),
    "compare": ("path", "facts", "given", "on", "kind", "out"),
    "diagram": ("path", "facts", "given", "on", "agency", "out"),
    "search": ("on",),
    "facts_of": ("on",),
}
"""What each way of use reads besides its own option and --json, by the parameters' names."""

_SECTIONS = {
    "What is shown": ("on", "search", "facts_of", "reports", "year", "verify", "as_json"),
    "Pictures and comparisons": ("diagram", "agency", "compare", "kind", "given", "timeline", "out"),
    "Files that are written": ("book", "new", "sign", "reviewer"),
}

_NEEDS = {
    "year": ("reports", "--reports AGENCY_OR_PLACE"),
    "kind": ("compare", "--compare ACTION"),
    "given": ("compare", "--compare or --diagram"),
    "facts": ("compare", "--compare or --diagram"),
    "agency": ("diagram", "--diagram ACTION"),
    "out": ("diagram", "--diagram, --compare or --timeline"),
    "reviewer": ("sign", "--sign FILE"),
    "on": ("path", "a path: PLACE, AGENCY, INSTRUMENT or NORM"),
}


@click.command(cls=StrictCommand, sections=_SECTIONS, epilog=_EPILOG)
@click.argument("path", required=False, shell_complete=completing.paths)
@click.argument("facts", nargs=-1, metavar="[FACT=VALUE]...")
@click.option("--on", metavar="DATE", help="What was in force on this day.")
@click.option("--search", metavar="WORDS", help="Find places, agencies, instruments, norms, offences by their words.")
@click.option("--facts", "facts_of", metavar="AGENCY", help="The facts that the law for an agency tests.")
@click.option(
    "--reports", metavar="AGENCY_OR_PLACE", help="The standing reports due in a year, there and in the places below."
)
@click.option("--year", metavar="YEAR", help="With --reports: the year; this year if left out.")
@click.option(
    "--verify", is_flag=True, help="How well the law of each place (of PATH and below) was read, and what is open."
)
@click.option(
    "--diagram",
    metavar="ACTION",
    help="Draw the questions that decide an action (PATH is an agency or a norm).",
    shell_complete=completing.actions,
)
@click.option(
    "--compare",
    multiple=True,
    metavar="ACTION",
    help="Ask it of an agency of every place (of PATH and below), side by side; may be repeated.",
    shell_complete=completing.actions,
)
@click.option("--kind", metavar="KIND", help="With --compare: the kind of agency asked (police, jail, hospital, ...).")
@click.option(
    "--given", multiple=True, metavar="FACT=VALUE", help="What is told, as FACT=VALUE after the path; may be repeated."
)
@click.option(
    "--timeline", is_flag=True, help="The answers of a place to standard situations from 2006 to --on DATE (today)."
)
@click.option("--agency", metavar="AGENCY", help="With --diagram and a norm: the agency asked.")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="With --diagram: the .svg to write; with --compare and --timeline: .html or .svg.",
)
@click.option(
    "--book",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the reference documentation, pages that link to one another, into a folder.",
)
@click.option(
    "--new", metavar="PLACE", help="Begin the files of a new place, or of a new instrument of one, in --law or a copy."
)
@click.option("--sign", metavar="FILE", help="Sign the file of an instrument or place as its reviewer; see --as.")
@click.option("--as", "reviewer", metavar="NAME", help="With --sign: the reviewer's public name and role.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
@click.pass_context
def law(
    context: click.Context,
    settings: Settings,
    path: str | None,
    facts: tuple[str, ...],
    on: str | None,
    search: str | None,
    facts_of: str | None,
    reports: str | None,
    year: str | None,
    verify: bool,
    diagram: str | None,
    compare: tuple[str, ...],
    kind: str | None,
    given: tuple[str, ...],
    timeline: bool,
    agency: str | None,
    out: Path | None,
    book: Path | None,
    new: str | None,
    sign: str | None,
    reviewer: str | None,
    as_json: bool,
) -> None:
    """Browse, search and draw the encoded law.

    PATH is a place, an agency, an instrument or a norm; without one, the places are listed.
    """
    from comity import lawbook

    _refuse_unread_options(context)
    if book is not None or new is not None or sign is not None:
        _write(settings, book, new, sign, reviewer, on, as_json)
        return
    loaded = settings.load()
    if reports is not None:
        _reports(loaded, reports, year, as_json)
        return
    if verify:
        _verify(loaded, path, as_json)
        return
    if timeline:
        from comity.commands.showtimeline import tell_timeline

        tell_timeline(loaded, path, date.today() if on is None else _day(on), out, as_json=as_json)
        return
    facts = (*facts, *given)
    if compare:
        _compare(loaded, path, facts, on, compare, kind, out, as_json)
        return
    day = None if on is None else _day(on)
    if diagram is not None:
        _draw(loaded, path, facts, day or date.today(), diagram, agency, out, as_json)
        return
    if search is not None:
        result = lawbook.search(loaded.library, search, day)
    elif facts_of is not None:
        result = lawbook.facts_told(loaded.library, loaded.agency(facts_of), day)
    elif path is None:
        result = lawbook.contents(loaded.library)
    else:
        result = lawbook.page(loaded.library, path, day)
    if as_json:
        print_json(result)
        return
    from comity.commands.showlaw import show_law

    show_law(result, day)


def _refuse_unread_options(context: click.Context) -> None:
    """Refuses whatever is told that the way of use asked for does not read. Raises ComityError (`usage`)."""
    given = told(context)
    way = next((option for option in _READS if option in given), None)
    if way is None:
        refuse_without(context, _NEEDS)
    else:
        refuse_unread(context, given[way], (way, *_READS[way], "as_json"))


def _write(
    settings: Settings,
    book: Path | None,
    new: str | None,
    sign: str | None,
    reviewer: str | None,
    on: str | None,
    as_json: bool,
) -> None:
    """Write the book, the files of a new place, or a signature."""
    if book is not None:
        from comity.commands.writebook import write_the_book

        write_the_book(settings, book, as_json=as_json)
    elif new is not None:
        from comity.commands.newlaw import new_law

        new_law(settings, new, as_json=as_json)
    elif sign is not None:
        from comity.commands.signlaw import sign_law

        sign_law(settings, sign, reviewer, None if on is None else _day(on), as_json=as_json)


def _day(on: str) -> date:
    from comity.request import parse_on

    return parse_on(on)[0]


def _reports(loaded: Law, of: str, year: str | None, as_json: bool) -> None:
    from comity.lawcalendar import parse_year, report_calendar

    calendar = report_calendar(loaded.library, of, date.today().year if year is None else parse_year(year))
    if as_json:
        print_json(calendar)
        return
    from comity.commands.showcalendar import show_calendar

    show_calendar(calendar)


def _verify(loaded: Law, place: str | None, as_json: bool) -> None:
    from comity.lawgrades import place_grades

    grades = place_grades(loaded.library, place)
    if as_json:
        print_json(grades)
        return
    from comity.commands.showcalendar import show_grades

    show_grades(grades, named=place is not None)


def _compare(
    loaded: Law,
    path: str | None,
    facts: tuple[str, ...],
    on: str | None,
    actions: tuple[str, ...],
    kind: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Put one situation to every place. The first argument is a place only if it tells no fact."""
    from comity.lawmap import law_map

    is_place = path is not None and "=" not in path
    told = facts if is_place or path is None else (path, *facts)
    result = law_map(
        loaded,
        on=date.today() if on is None else on,
        actions=actions,
        facts=facts_from(told, loaded.vocabulary),
        kind=kind or "",
        within=path if is_place and path is not None else "",
    )
    if out is not None:
        from comity.commands.showmap import page_of

        write_file(out, page_of(loaded.vocabulary, result, out.suffix))
        click.echo(f"Drawn: {out}", err=True)
    if as_json:
        print_json(result)
    elif out is None:
        from comity.commands.showmap import show_map

        show_map(result)


def _draw(
    loaded: Law,
    path: str | None,
    facts: tuple[str, ...],
    day: date,
    action: str,
    agency: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    from comity.picture import draw_norm, draw_status
    from comity.request import parse_request
    from comity.words import action_words, day_words, known_words, label

    if out is not None and out.suffix.lower() != ".svg":
        raise RequestError("usage", f"a diagram is .svg, not {out.suffix or 'without an ending'}", "out")
    norm = loaded.library.norms().get(path or "")
    asked = agency or (path if norm is None else None)
    if asked is None:
        raise RequestError("missing_key", "name the agency asked: --agency AGENCY", "agency")
    told = facts_from(facts, loaded.vocabulary)
    request = parse_request(loaded.library, loaded.agency(asked), day, [action], told)[0]
    leaf, *others = request.actions
    if others:
        raise RequestError("wrong_type", f"one action at a time: {', '.join(request.actions)}", "diagram")
    scope, _, known = loaded.situation(request)
    unit = scope.unit(leaf)
    masks = dict(unit.space.masks(known))
    picture = draw_status(unit, masks) if norm is None else draw_norm(unit, norm.id, masks)
    if picture is None:
        raise RequestError("unknown_path", f"{path} has no part in {action} for {asked} on {day.isoformat()}", "path")
    names = loaded.vocabulary.facts
    shown = [f"{label(name)}: {known_words(names[name], value)}" for name, value in request.known.items()]
    title = f"{request.agency.name}: {action_words(loaded.vocabulary, unit.action)}"
    subtitle = f"{norm.cite}. " if norm else ""
    subtitle += f"Law in force on {day_words(day)}." + (f" Told: {'; '.join(shown)}." if shown else "")
    svg = picture.svg(title, subtitle)
    if out is None and not as_json:
        click.echo(svg, nl=False)
        return
    if out is not None:
        write_file(out, svg.encode())
    if as_json:
        print_json({"title": title, "text": picture.text(), "file": None if out is None else str(out)})
    else:
        click.echo(f"Drawn: {out}", err=True)
