"""`comity law --new`: the files of a new place, to be filled in."""

from __future__ import annotations

import click

from comity.commands.surface import Settings, print_json


def new_law(settings: Settings, place: str, *, as_json: bool) -> None:
    """Write the scaffold of a place into the law folder. Raises ComityError if it cannot be written."""
    from comity.errors import ComityError
    from comity.lawfiles.scaffold import scaffold, write_scaffold
    from comity.lawfolder import law_folder

    files = scaffold(settings.load().library, place)
    folder = law_folder(settings.law_folder)
    try:
        write_scaffold(files, folder)
    except OSError as error:
        raise ComityError("cannot_write", f"cannot write the files: {error.strerror}", str(folder)) from None
    if as_json:
        print_json({"folder": str(folder), "files": sorted(files)})
        return
    for name in sorted(files):
        click.echo(f"{name}: fill in each text in angle brackets")
    click.echo(f"Until they are filled in, or deleted, no command can read the law in {folder}.")
    click.echo(f"Then: comity law {place}, comity check {place} --examples")
