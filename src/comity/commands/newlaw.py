"""`comity law --new`: the files of a new place, to be filled in."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import click

from comity.commands.surface import Settings, print_json
from comity.errors import ComityError

OWN_COPY = Path("law")
"""Where a copy of the law that comes along is made, to work on, where no other law is named."""


def new_law(settings: Settings, place: str, *, as_json: bool) -> None:
    """Write the scaffold of a place into the law folder named, or a new copy of the law that comes along: that of the
    program itself stays as it is. Raises ComityError if it cannot be written."""
    from comity.lawfiles.scaffold import scaffold, write_scaffold

    folder = settings.law_folder or OWN_COPY
    if settings.law_folder is None and OWN_COPY.exists():
        says = f"is there already: begin in it with comity --law {OWN_COPY} law --new {place}, or in another folder"
        raise ComityError("exists", says, str(OWN_COPY))
    files = scaffold(settings.load().library, place)
    try:
        if settings.law_folder is None:
            _copy_of_law(files)
        else:
            write_scaffold(files, folder)
    except OSError as error:
        # Copying says of each file what went wrong with it.
        says = error.args[0][0][2] if isinstance(error, shutil.Error) else error.strerror
        raise ComityError("cannot_write", f"cannot write the files: {says}", str(folder)) from None
    if as_json:
        print_json({"folder": str(folder), "files": sorted(files)})
        return
    if settings.law_folder is None:
        click.echo(f"{folder}: a copy of the law that comes with the program, to work on")
    for name in sorted(files):
        click.echo(f"{name}: fill in each text in angle brackets")
    click.echo(f"Until they are filled in, or deleted, no command can read the law in {folder}.")
    click.echo(f"Then: comity --law {folder} law {place}, comity --law {folder} check {place} --examples")


def _copy_of_law(files: dict[str, str]) -> None:
    """The copy with the new files in it, whole or not at all."""
    from comity.lawfiles.scaffold import write_scaffold
    from comity.lawfolder import law_folder

    with tempfile.TemporaryDirectory(dir=".", prefix=f".{OWN_COPY}.") as draft:
        copied = Path(shutil.copytree(law_folder(), Path(draft, OWN_COPY)))
        write_scaffold(files, copied)
        copied.rename(OWN_COPY)
