"""Options that would not be read are refused, not passed over: what was told, and what a way of use reads of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import click
from click.core import ParameterSource

from comity.errors import ComityError, nearest

COMMAND = "comity.command"
"""Where a context keeps which command its command line names."""


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
    at, says = "", _as_comity_says(error.format_message())
    if isinstance(error, click.NoSuchOption):
        at, says = error.option_name, _no_such_option(error.option_name, error.ctx)
    elif isinstance(error, click.BadOptionUsage):
        at, says = error.option_name, _wrong_number_of_values(error)
    elif isinstance(error, click.MissingParameter) and error.param is not None:
        at, says = _written(error.param), "is missing"
    elif isinstance(error, click.BadParameter) and error.param is not None:
        at, says = _written(error.param), _as_comity_says(error.message)
    is_enough = "did you mean" in says or "the command" in says
    helps = f": `{error.ctx.command_path} --help` tells more" if error.ctx and not is_enough else ""
    return ComityError("usage", says + helps, at)


def _as_comity_says(message: str) -> str:
    says = message[:1].lower() + message[1:].rstrip(".")
    return says.replace("a valid integer range", "a whole number").replace("a valid integer", "a whole number")


def _no_such_option(option: str, context: click.Context | None) -> str:
    """What is said of an option that a command does not have: that it stands in the wrong place, if it is another's."""
    if context is None:
        return "no such option"
    if context.parent is not None and option in _options_of(context.parent.command):
        return f"goes before the command: {context.parent.command_path} {option} … {context.info_name}"
    known = nearest(option, _options_of(context.command))
    group = context.find_root()
    named = group.meta.get(COMMAND)
    having = [name for name, options in _options_by_command(group) if option in options]
    if not having or (known and context is not group):
        return f"no such option{known}"
    if context is group:
        name = named if named in having else having[0]
        return f"goes after the command: {group.command_path} {name} {option}"
    return f"no such option of this, but of the command {' or '.join(having)}"


def _options_by_command(group: click.Context) -> list[tuple[str, list[str]]]:
    if not isinstance(group.command, click.Group):
        return []
    commands = ((name, group.command.get_command(group, name)) for name in group.command.list_commands(group))
    return [(name, _options_of(command)) for name, command in commands if command is not None]


def _options_of(command: click.Command) -> list[str]:
    return [name for parameter in command.params for name in parameter.opts if name.startswith("-")]


def _wrong_number_of_values(error: click.BadOptionUsage) -> str:
    if "does not take" in error.message:
        return "takes no value"
    several = re.search(r"requires (\d+) arguments", error.message)
    return f"needs {several[1]} values" if several else "needs a value"


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
    return parameter.human_readable_name.split()[0].strip("[].")
