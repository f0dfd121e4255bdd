"""A log that is piped in: kept as a file in the folder of work, since a log is read more than once."""

from __future__ import annotations

import shutil
from pathlib import Path

from comity.audit.reading.numbered import no_room
from comity.errors import ComityError
from comity.terminal import standard_input

PIPED = "-"
"""Stands for the standard input where a log is named."""
_NAME = "standard input"


def file_of(name: str, work: Path) -> str:
    """The name of the file to read: of what is piped in, that of a copy in the folder of work.

    Raises ComityError: `file` where nothing is piped in, `disk` where there is no room for it.
    """
    if name != PIPED:
        return name
    stream = standard_input()
    if stream.isatty():
        raise ComityError("file", "nothing is piped in: write … | comity audit -, or name a file", PIPED)
    copy = work / _NAME
    try:
        with copy.open("wb") as file:
            shutil.copyfileobj(stream.buffer, file)
    except OSError as error:
        raise no_room(_NAME, work) from error
    return str(copy)
