"""`comity law --sign`: a reviewer signs a law file."""

from __future__ import annotations

from datetime import date

import click

from comity.commands.surface import Settings, print_json
from comity.wholefiles import write_file


def sign_law(settings: Settings, path: str, by: str | None, on: date | None, *, as_json: bool) -> None:
    """Write a reviewer's signature into the file of an instrument or place, in a law folder that is named: that of the
    program stays as it is. Raises RequestError."""
    from comity.errors import RequestError, nearest
    from comity.lawfiles.signing import sign

    if settings.law_folder is None:
        says = f"name the folder of the file that is signed: comity --law FOLDER law --sign {path}"
        raise RequestError("missing_key", says, "--law")
    if by is None:
        raise RequestError("missing_key", 'a reviewer signs by name and role: --as "Name, role"', "as")
    library = settings.load().library
    if path in library.instruments:
        name = library.instruments[path].path
    elif path in library.jurisdictions:
        name = f"{path}/jurisdiction.yaml"
    else:
        hint = nearest(path, [*library.instruments, *library.jurisdictions])
        raise RequestError("unknown_path", f'no instrument or place is called "{path}"{hint}', "sign")
    file = settings.law_folder / name
    day = on or date.today()
    write_file(file, sign(file.read_bytes(), by, day))
    if as_json:
        print_json({"file": name, "reviewed_by": by.strip(), "reviewed_on": day})
    else:
        click.echo(
            f"{name}: signed by {by.strip()}, {day.isoformat()}. Any change to the file makes the signature lapse."
        )
