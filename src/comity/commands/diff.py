"""`comity diff`: what changes between two dates, between two agencies, or under a proposal."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from comity.commands import completing
from comity.commands.options import StrictCommand
from comity.commands.surface import Settings, print_json
from comity.errors import RequestError
from comity.telling import facts_from
from comity.wholefiles import write_file

if TYPE_CHECKING:
    from comity.compare.diff import Diff
    from comity.compare.sides import Side
    from comity.decide import Law

_EPILOG = """\b
Examples:
  comity diff us/il/chicago/police --between 2018-01-01 2022-01-01
  comity diff us/il/local/jail us/tx/local/jail --on 2025-06-01 --action hold
  comity diff us/il/chicago/shelter --as-if us/il/chicago/o2023-0004222
  comity diff us/il/local/jail --between 2021-01-01 2022-06-01 \\
    --given instruments=i247a in_custody=yes -o diff.html

The conditions are exact: they hold every situation that is answered otherwise, and no other.
"""


@click.command(cls=StrictCommand, epilog=_EPILOG)
@click.argument(
    "sides",
    nargs=-1,
    required=True,
    metavar="AGENCY_OR_PLACE [AGENCY_OR_PLACE] [FACT=VALUE]...",
    shell_complete=completing.paths,
)
@click.option("--between", nargs=2, metavar="DATE DATE", help="Two days of one agency's law.")
@click.option("--on", metavar="DATE", help="The day, for two agencies or a proposal; today if left out.")
@click.option(
    "--as-if",
    multiple=True,
    metavar="PROPOSAL",
    help="The law as it stands, and as if this were law.",
    shell_complete=completing.proposals,
)
@click.option(
    "--action",
    "actions",
    multiple=True,
    metavar="ACTION",
    help="Only this action; may be repeated.",
    shell_complete=completing.actions,
)
@click.option("--given", multiple=True, metavar="FACT=VALUE", help="Only situations in which this is so; repeatable.")
@click.option("--full", is_flag=True, help="Print long lists of conditions and norms in full.")
@click.option("--markdown", is_flag=True, help="Print Markdown.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, always in full.")
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="FILE", help="Write a page: .html, .md or .json.")
@click.pass_obj
def diff(
    settings: Settings,
    sides: tuple[str, ...],
    between: tuple[str, str] | None,
    on: str | None,
    as_if: tuple[str, ...],
    actions: tuple[str, ...],
    given: tuple[str, ...],
    full: bool,
    markdown: bool,
    as_json: bool,
    out: Path | None,
) -> None:
    """What changes between two dates, two agencies, or with a proposal: in the law, and in the answers.

    A place stands for its jail, else its sheriff, else its police.
    """
    from comity.compare.diff import diff as compare

    if as_json and markdown:
        raise RequestError("usage", "print one form: --markdown or --json", "markdown")
    law = settings.load_to_compare()
    names = [name for name in sides if "=" not in name]
    facts = facts_from([*(name for name in sides if "=" in name), *given], law.vocabulary)
    before, after = _sides(law, names, between, on, as_if)
    result = compare(law, before, after, actions or None, facts)
    if out is not None:
        write_file(out, _written(law, result, out))
        click.echo(f"Written: {out}", err=True)
    if as_json:
        print_json(_as_data(result))
    elif markdown:
        from comity.commands.showdiff import markdown_of

        click.echo(markdown_of(law.vocabulary, result, full=full), nl=False)
    elif out is None:
        from comity.commands.showdiff import show_diff

        show_diff(law.vocabulary, result, full=full)


def _sides(
    law: Law, names: list[str], between: tuple[str, str] | None, on: str | None, as_if: tuple[str, ...]
) -> tuple[Side, Side]:
    """The two sides that the arguments name. Raises RequestError where they name one, or more than two."""
    from comity.compare.sides import Side
    from comity.request import parse_on

    agencies = [_agency(law, name) for name in names]
    told = [len(agencies) == 2, between is not None, bool(as_if)]
    if not agencies or len(agencies) > 2 or sum(told) != 1:
        message = "compare two days (--between), two agencies, or law with a proposal (--as-if): one of these"
        raise RequestError("usage", message, "sides")
    if between is not None:
        if on is not None:
            raise RequestError("usage", "--on has no meaning beside --between", "on")
        first, second = (parse_on(day, "between")[0] for day in between)
        if second <= first:
            message = f"the second day, {second}, is not after the first, {first}: the earlier one stands first"
            raise RequestError("bad_date", message, "between")
        return Side(agencies[0], first), Side(agencies[0], second)
    day = date.today() if on is None else parse_on(on)[0]
    return Side(agencies[0], day), Side(agencies[-1], day, as_if)


def _agency(law: Law, name: str) -> str:
    """The agency named, or the one asked of a place."""
    from comity.lawmap import agencies_asked

    place = law.library.jurisdictions.get(name)
    asked = agencies_asked(law.library, place) if place else ()
    return asked[0].id if asked else law.agency(name).id


def _as_data(result: Diff) -> object:
    import msgspec

    return msgspec.to_builtins(result, order="deterministic")


def _written(law: Law, result: Diff, out: Path) -> bytes:
    """The page in the form that the file's name asks for. Raises RequestError for another."""
    from comity.commands.showdiff import markdown_of, page_of

    match out.suffix.lower():
        case ".html" | ".htm":
            return page_of(law.vocabulary, result)
        case ".md":
            return markdown_of(law.vocabulary, result, full=True).encode()
        case ".json":
            import msgspec

            return msgspec.json.format(msgspec.json.encode(_as_data(result)), indent=2) + b"\n"
        case _:
            raise RequestError(
                "usage", f"a page is .html, .md or .json, not {out.suffix or 'without an ending'}", "out"
            )
