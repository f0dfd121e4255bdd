"""One command, `comity`. Each subcommand is imported only when it is used, so that every start is quick."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from click.exceptions import Exit, NoArgsIsHelpError

from comity.commands.options import COMMAND, usage_error
from comity.commands.surface import Settings, report_error, write_what_can_be_written
from comity.errors import ComityError, nearest
from comity.interruption import tell_interruption
from comity.regularfile import is_utf8

READER_GONE = 128 + signal.SIGPIPE
"""The exit status by which shells know a command whose output nobody read to its end."""

_COMMANDS: dict[str, tuple[str, str]] = {
    "decide": ("comity.commands.decide:decide", "What the law requires, permits or prohibits."),
    "ask": ("comity.commands.ask:ask", "The same as an interview: asks only what can still matter."),
    "law": ("comity.commands.law:law", "Browse, search and draw the encoded law."),
    "check": ("comity.commands.check:check", "Find what of the law conflicts, is silent or can never act."),
    "prove": ("comity.commands.prove:prove", "Prove a claim about the law, or refute it by an example."),
    "diff": ("comity.commands.diff:diff", "What changes between two dates, two agencies, or under a proposal."),
    "audit": ("comity.audit.command:audit", "Decide a file of past requests in bulk."),
    "replay": ("comity.audit.replaycommand:replay", "The rows of a log under other law: what would change."),
}


class _LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*_COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        return getattr(import_module(module), name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.list_commands(ctx) and not ctx.resilient_parsing:
            raise ComityError("usage", f'no command "{args[0]}"{nearest(args[0], self.list_commands(ctx))}', "command")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in _COMMANDS.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        write_what_can_be_written()
        ctx.meta["comity.json"] = "--json" in args
        ctx.meta[COMMAND] = next((word for word in args if word in _COMMANDS), None)
        with _told_errors(ctx):
            for word in args:
                if not is_utf8(word):
                    raise ComityError("usage", "is not UTF-8: write it so, or give the file another name", word)
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with _told_errors(ctx):
            return super().invoke(ctx)


@contextmanager
def _told_errors(ctx: click.Context) -> Generator[None]:
    """Tells what went wrong in one line, and ends with exit status 2."""
    try:
        yield
    except (Exit, NoArgsIsHelpError):
        raise
    except BrokenPipeError:
        # Whoever read the output wants no more of it, nor what is still to be written when the process ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        ctx.exit(READER_GONE)
    except ComityError as error:
        report_error(error, as_json=ctx.meta["comity.json"])
        ctx.exit(2)
    except click.UsageError as error:
        report_error(usage_error(error), as_json=ctx.meta["comity.json"])
        ctx.exit(2)
    except OSError as error:
        # A disk that is full, say: where no file is named, the standard output may be what cannot be written.
        says = ComityError("system", str(error.strerror), str(error.filename or "output"))
        report_error(says, as_json=ctx.meta["comity.json"] and error.filename is not None)
        ctx.exit(2)
    except RuntimeError as error:
        from comity.audit.watch import is_interruption

        if not is_interruption(error):
            raise
        ctx.exit(tell_interruption())
    except KeyboardInterrupt:
        ctx.exit(tell_interruption())


@click.group(
    "comity", cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="comity", prog_name="comity")
@click.option(
    "--law",
    "law_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Take the law from this folder instead of the law that comes with the program.",
)
@click.pass_context
def main(ctx: click.Context, law_folder: Path | None) -> None:
    """What the law of a place, on a date, requires, permits or prohibits when federal immigration authorities ask
    something of a local agency. It states encoded law; it is no legal advice.

    \b
    comity decide us/il/chicago/police --on 2025-01-21 --action hold \\
      instruments=i247a in_custody=yes
    """
    ctx.obj = Settings(law_folder)
