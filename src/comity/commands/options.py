"""Options that would not be read are refused, not passed over: what was told, and what a way of use reads of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import click
from click.core import ParameterSource

from comity.errors import ComityError, nearest


class StrictCommand(click.Command):
    """A command that refuses an option told as an empty text, which would count as left out.

    `sections` are the headings under which its help lists the options, by the parameters' names; what stands under none
    comes last.
    """

    def __init__(self, *args: Any, sections: Mapping[str, Sequence[str]] | None = None, **told: Any) -> None:
        super().__init__(*args, **told)
        self.sections = sections or {}

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
        records = {option.name: record for option in options if (record := option.get_help_record(ctx)) is not None}
        named = {name for names in self.sections.values() for name in names}
        last = "Other options" if self.sections else "Options"
        for heading, names in {**self.sections, last: [name for name in records if name not in named]}.items():
            with formatter.section(heading):
                formatter.write_dl([records[name] for name in names])

    def invoke(self, ctx: click.Context) -> Any:
        for name, written in told(ctx).items():
            value: object = ctx.params[name]
            if value == "" or (isinstance(value, tuple) and "" in value):
                raise ComityError("usage", "is empty: say what is meant, or leave it out", written)
        return super().invoke(ctx)


def usage_error(error: click.UsageError) -> ComityError:
    """What click finds wrong with a command line, told as comity tells errors."""
    command = error.ctx.command if error.ctx else None
    known = [name for parameter in command.params for name in parameter.opts] if command else []
    at, says = "", error.format_message()
    if isinstance(error, click.NoSuchOption):
        at, says = error.option_name, f"no such option{nearest(error.option_name, known)}"
    elif isinstance(error, click.BadOptionUsage):
        at, says = error.option_name, "needs a value"
    elif isinstance(error, click.MissingParameter) and error.param is not None:
        at, says = _written(error.param), "is missing"
    elif isinstance(error, click.BadParameter) and error.param is not None:
        at, says = _written(error.param), error.message[:1].lower() + error.message[1:].rstrip(".")
    helps = f": `{error.ctx.command_path} --help` tells more" if error.ctx and "did you mean" not in says else ""
    return ComityError("usage", says + helps, at)


def told(context: click.Context) -> dict[str, str]:
    """The parameters that the command line tells, by name: each as it is written (`--seed`, `LOG`)."""
    return {
        parameter.name: _written(parameter)
        for parameter in context.command.params
        if parameter.name
        and context.get_parameter_source(parameter.name) is ParameterSource.COMMANDLINE
        and context.params.get(parameter.name) not in (None, (), False)
    }


def refuse_unread(context: click.Context, beside: str, read: Collection[str]) -> None:
    """Refuses whatever is told and not among the names `read`, as it has no meaning `beside` an option.

    Raises ComityError (`usage`).
    """
    for name, written in told(context).items():
        if name not in read:
            raise ComityError("usage", f"has no meaning beside {beside}: leave one out", written)


def refuse_without(context: click.Context, needs: dict[str, tuple[str, str]]) -> None:
    """Refuses what is told without what it needs: `{"seed": ("sample", "--sample N")}`.

    Raises ComityError (`usage`).
    """
    given = told(context)
    for name, (needed, wording) in needs.items():
        if name in given and needed not in given:
            raise ComityError("usage", f"has no meaning without {wording}", given[name])


def _written(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    return parameter.human_readable_name.strip("[].").partition("]")[0]
