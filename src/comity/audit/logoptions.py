"""The options that say how a log is to be read: the same for every command that reads one."""

from __future__ import annotations

from collections.abc import Callable, Container
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from comity.errors import ComityError

if TYPE_CHECKING:
    from comity.audit.opening import Opening

Command = TypeVar("Command", bound=Callable[..., Any])

_FILE = click.Path(path_type=Path)
_OPTIONS = (
    click.option("--layout", metavar="NAME", help="What the columns mean; worked out from them if left out."),
    click.option("--map", "mapping", type=_FILE, metavar="MAPPING", help="A file that says what the columns mean."),
    click.option("--agency", default="", metavar="ID", help="The agency whose log it is, where the log names none."),
    click.option("--state", default="", metavar="NAME", help="The state of the holders, where the log names none."),
    click.option(
        "--zone",
        default="",
        metavar="ZONE",
        help="The time zone of the place (America/Chicago), where the log's times are UTC.",
    ),
    click.option("--sheet", metavar="NAME", help="The one sheet of a workbook to read."),
    click.option("--query", metavar="SQL", help="The rows of a database: LOG is then postgresql://… or sqlite://…."),
    click.option("--encoding", metavar="NAME", help="The encoding of text files; worked out if left out."),
    click.option("--delimiter", metavar="SIGN", help="What parts the cells of text files; worked out if left out."),
    click.option(
        "--header-row", type=click.IntRange(1), metavar="N", help="The row of the header; worked out if left out."
    ),
)
READING = ("layout", "mapping", "zone", "sheet", "query", "encoding", "delimiter", "header_row")
"""The options of what is read, in the order in which help lists them."""
_NAMES = ("layout", "mapping", "query", "sheet", "encoding", "delimiter", "header_row", "agency", "state", "zone")


def log_options(command: Command) -> Command:
    """Adds the options to a command, which hands them to `opening_of` as keyword arguments."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def opening_of(options: dict[str, Any]) -> Opening:
    """How the options say that the log is to be opened. Takes them out of all that the command was told."""
    from comity.audit.opening import Opening

    return Opening(**{name: options.pop(name) for name in _NAMES})


def refuse_two_places(given: Container[str]) -> None:
    """Refuses a state beside an agency, of the options told by name. Raises ComityError (`usage`)."""
    if "agency" in given and "state" in given:
        raise ComityError("usage", "has no meaning beside --agency, whose place is known", "--state")
