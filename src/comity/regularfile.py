"""What can be read or replaced as a file: one who opens a pipe that nobody writes to waits for ever."""

from __future__ import annotations

import errno
import stat
from pathlib import Path


def check_regular(path: Path) -> None:
    """Raises OSError for a pipe, a socket or a device; and, as opening it would, for what is not there."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise OSError(errno.EINVAL, "a pipe, a socket or a device stands there, and a file is needed", str(path))


def read_regular(path: Path) -> bytes:
    """The bytes of a file. Raises OSError as `check_regular` does, and as reading does."""
    check_regular(path)
    return path.read_bytes()


def check_replaceable(path: Path) -> None:
    """Raises OSError for a pipe, a socket or a device, whose place a file would take; nothing need be there."""
    if path.exists():
        check_regular(path)


def is_utf8(name: str) -> bool:
    """Whether a name that the system gave is UTF-8: no reader of tables and no JSON takes one that is not."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
