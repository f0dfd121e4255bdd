"""What all commands share: settings, errors, reading input safely, writing to terminals and pipes."""

from __future__ import annotations

import gc
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click
import msgspec

from comity.errors import ComityError
from comity.regularfile import check_regular
from comity.terminal import printable

if TYPE_CHECKING:
    from rich.console import Console

    from comity.decide import Law

MOST_BYTES = 1_000_000
"""The most that a request or a receipt may hold: far above any real one."""
LONGEST_LINE = 1_000
"""Of an error told to people: no message of the program's own is longer."""


class Settings(msgspec.Struct, frozen=True):
    """The options given before the subcommand."""

    law_folder: Path | None = None

    def load(self, agency: str = "") -> Law:
        """The law to decide by; with an agency, what decisions for that agency need. Raises LawError."""
        from comity.decide import Law

        law = Law.load(self.law_folder, agency)
        # The law stays for the life of the command: the collector need not look through it again and again.
        gc.freeze()
        return law

    def load_to_compare(self) -> Law:
        """All law, for a command that ends with one comparison or proof: nearly all that it makes stays to its end, so
        that the collector would look through it again and again in vain."""
        law = self.load()
        gc.disable()
        return law


def write_what_can_be_written() -> None:
    """Where the locale has no UTF-8, letters that it lacks are written as `?`, rather than none at all.

    What is written to a stream that is closed goes nowhere.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def report_error(error: ComityError, *, as_json: bool) -> None:
    """Tell an error: people on stderr, programs as JSON on stdout."""
    if as_json:
        told = {"error": {"code": error.code, "message": printable(error.message), "at": printable(error.at)}}
        print_json(told)
    else:
        click.echo("\n".join(map(_clipped, f"comity: {printable(str(error))}".split("\n"))), err=True)


def _clipped(line: str) -> str:
    """A line of an error that a value told floods, without the middle: its end says what to do."""
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE // 2]} … {line[-LONGEST_LINE // 2 :]}"


def print_json(value: object) -> None:
    """One JSON document and a line end, in UTF-8 whatever the locale."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2))


def read_json(stream: BinaryIO, at: str) -> object:
    """The JSON document in a stream. Raises ComityError if it is too long, not UTF-8, not JSON or nested too deep."""
    raw = stream.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise ComityError("too_large", f"more than {MOST_BYTES:,} bytes: a request is far smaller", at)
    if not raw.strip():
        raise ComityError("not_json", "is empty: pipe a request, as in comity decide --json < request.json", at)
    return parse_json(raw, at)


def parse_json(raw: bytes, at: str) -> object:
    """The value of a JSON document. Raises ComityError, also where an object has a key twice: which one is meant is not
    told."""
    import json

    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ComityError("not_utf8", f"not UTF-8 text: byte {error.start + 1} cannot be read", at) from None
    try:
        value = msgspec.json.decode(raw)
        # msgspec takes the last of two values; it has refused by now all that would take the other reader long.
        json.loads(raw, object_pairs_hook=lambda pairs: _each_once(pairs, at))
        return value
    except RecursionError:
        raise ComityError("too_deep", "nested too deep: a request has a few levels only", at) from None
    except msgspec.DecodeError as error:
        raise ComityError("not_json", f"not JSON: {error}", at) from None


def _each_once(pairs: list[tuple[str, object]], at: str) -> None:
    keys = [key for key, _ in pairs]
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ComityError("key_twice", f'the key "{twice}" stands twice in one object: leave one out', at)


def read_file(path: Path) -> bytes:
    """The bytes of a small file. Raises ComityError if it cannot be read or is too large."""
    try:
        check_regular(path)
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES * 10 + 1)
    except FileNotFoundError:
        raise ComityError("cannot_read", "there is no such file", str(path)) from None
    except OSError as error:
        raise ComityError("cannot_read", f"cannot read the file: {error.strerror}", str(path)) from None
    if len(raw) > MOST_BYTES * 10:
        raise ComityError("too_large", "the file is too large to be a receipt", str(path))
    return raw


def console() -> Console:
    """A terminal that shows colour where it can; plain text where it is piped or NO_COLOR is set."""
    from rich.console import Console

    class Terminal(Console):
        # rich itself would end the process, with a status that says something else here.
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    width = None if sys.stdout.isatty() else 100
    colours = None if os.environ.get("NO_COLOR") else "auto"
    return Terminal(color_system=colours, highlight=False, markup=False, emoji=False, width=width, soft_wrap=False)
