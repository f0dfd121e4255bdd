"""What `comity audit` does besides deciding a log: draft a mapping, review holders, triage reasons, check sharing.

The options stand here, with what each does and which other options it reads, so that the command itself stays one
about deciding.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from comity.audit.logoptions import refuse_two_places
from comity.commands.options import refuse_unread, refuse_without, told
from comity.errors import ComityError

if TYPE_CHECKING:
    from comity.audit.opening import Opening
    from comity.audit.sharing.searches import Searches
    from comity.commands.surface import Settings

Command = TypeVar("Command", bound=Callable[..., Any])

_FILE = click.Path(path_type=Path)
_OPTIONS = (
    click.option("--draft-map", is_flag=True, help="Print a mapping of LOG's columns to confirm; into the file --out."),
    click.option("--review", type=_FILE, metavar="AGENCIES", help="Put unknown holders of LOG into AGENCIES."),
    click.option("--reasons", type=_FILE, metavar="FILE", help="Class reason texts into FILE; with --out, use it."),
    click.option("--measure-triage", is_flag=True, help="Print how well reason texts are read."),
    click.option("--texts", type=_FILE, metavar="LOG", multiple=True, help="A log whose labelled texts are read too."),
    click.option("--sharing", type=_FILE, metavar="LIST", help="Check partners that share with the agency --place."),
    click.option("--on", metavar="DATE", help="The day of --sharing; today if left out."),
    click.option("--declarations", type=_FILE, metavar="CSV", help="The register of declarations to share by."),
)  # fmt: skip


_READING = ("files", "sheet", "query", "encoding", "delimiter", "header_row")
_READS: dict[str, tuple[str, ...]] = {
    "draft_map": (*_READING, "out", "force", "as_json"),
    "measure_triage": ("texts", "as_json"),
    "sharing": ("place", "on", "declarations", "out", "force", "as_json"),
    "review": (*_READING, "layout", "mapping", "state", "as_json"),
    "reasons": (*_READING, "layout", "mapping", "public", "as_json"),
    "made_up": ("out", "force"),
}
"""What each way of use reads besides its own option, by the parameters' names."""

_NEEDS = {
    "number": ("engine", "--engine postgres"),
    "master": ("engine", "--engine spark"),
    "seed": ("sample", "--sample N"),
    "sample_by": ("sample", "--sample N"),
    "smallest_cell": ("public", "--public"),
    "texts": ("measure_triage", "--measure-triage"),
    "on": ("sharing", "--sharing; the law of one day for all rows is --as-of"),
}

_UNREAD_BY_ENGINE = {
    "postgres": ("master", "sheet", "encoding", "delimiter", "header_row"),
    "spark": ("number", "query", "sheet", "encoding", "delimiter", "header_row"),
}


def refuse_unread_options(context: click.Context) -> None:
    """Refuses what the command line tells and what it asks for would not read. Raises ComityError (`usage`)."""
    given = told(context)
    way = next((mode for mode in _READS if mode in given and not (mode == "reasons" and "out" in given)), None)
    if way is not None:
        refuse_unread(context, given[way], (way, *_READS[way]))
    else:
        refuse_without(context, _NEEDS)
        for option in _UNREAD_BY_ENGINE.get(context.params["engine"], ()):
            if option in given:
                says = f"has no meaning with --engine {context.params['engine']}: leave it out"
                raise ComityError("usage", says, given[option])
        refuse_two_places(given)


class Modes(msgspec.Struct, frozen=True):
    """The options as given; none of them set means that a log is to be decided."""

    draft_map: bool = False
    review: Path | None = None
    reasons: Path | None = None
    public: bool = False
    measure_triage: bool = False
    texts: tuple[Path, ...] = ()
    sharing: Path | None = None
    on: str | None = None
    declarations: Path | None = None


def mode_options(command: Command) -> Command:
    """Adds the options to a command, which hands them to `run_mode` as keyword arguments."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def run_mode(
    settings: Settings,
    modes: Modes,
    files: tuple[str, ...],
    *,
    opening: Opening,
    place: str,
    out: Path | None,
    force: bool,
    as_json: bool,
) -> bool:
    """Does what an option of these asks for; False if none does. Raises ComityError."""
    if modes.draft_map:
        from comity.audit.layouts.command import draft_map

        draft_map(settings.load().vocabulary, _only(files), opening, out, force=force, as_json=as_json)
        return True
    if modes.measure_triage:
        from comity.audit.triage.command import measure_triage

        measure_triage(modes.texts, as_json=as_json)
        return True
    if modes.sharing is not None:
        from comity.audit.sharing.command import audit_sharing

        audit_sharing(
            settings.load(), modes.sharing, place, _day(modes.on), declarations=modes.declarations, folder=out,
            force=force, as_json=as_json,
        )  # fmt: skip
        return True
    if modes.review is not None:
        from comity.audit.holders.command import review_holders

        review_holders(settings.load(), _only(files), modes.review, opening, as_json=as_json)
        return True
    if modes.reasons is not None and out is None:
        from comity.audit.triage.command import triage_reasons

        triage_reasons(settings.load(), _only(files), modes.reasons, opening, public=modes.public, as_json=as_json)
        return True
    return False


def searches_of(modes: Modes) -> Searches:
    """What the options tell of searches of plate readers, for a log that is to be decided. Raises ComityError."""
    from comity.audit.sharing.declarations import read_declarations
    from comity.audit.sharing.searches import Searches
    from comity.audit.triage.verdicts import read_verdicts

    register = read_declarations(modes.declarations) if modes.declarations else None
    if modes.reasons and not modes.reasons.exists():
        says = "there is no such file of verdicts: without --out it is made from the log"
        raise ComityError("verdicts", says, str(modes.reasons))
    return Searches(register, read_verdicts(modes.reasons) if modes.reasons else ())


def _only(files: tuple[str, ...]) -> str:
    if len(files) != 1:
        says = f"reads one log, not {len(files)}" if files else "name the log to read"
        raise ComityError("file", says, "LOG")
    return files[0]


def _day(text: str | None) -> date:
    from comity.request import parse_on

    return date.today() if text is None else parse_on(text, "--on")[0]
