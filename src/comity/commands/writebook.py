"""`comity law --book`: the reference documentation, written from the law files."""

from __future__ import annotations

from pathlib import Path

import click

from comity.commands.progress import progress
from comity.commands.surface import Settings, print_json
from comity.words import counted


def write_the_book(settings: Settings, folder: Path, *, as_json: bool) -> None:
    """Write the book into a folder. Raises ComityError if it cannot be written."""
    from comity.book.write import INDEX, write_book

    library = settings.load().library
    with progress("Writing") as on_progress:
        pages = write_book(library, folder, on_progress)
    if as_json:
        print_json({"folder": str(folder), "pages": pages})
    else:
        click.echo(f"{counted(pages, 'page')}: {folder / INDEX}")
