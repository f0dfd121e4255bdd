"""What can be read or replaced as a file: one who opens a pipe that nobody writes to waits for ever."""

from __future__ import annotations

import errno
import hashlib
import stat
from pathlib import Path


def check_regular(path: Path) -> None:
    """Raises OSError for a pipe, a socket or a device; and, as opening it would, for what is not there."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise OSError(errno.EINVAL, "a pipe, a socket or a device stands there, and a file is needed", str(path))


LARGEST_YAML = 2_000_000
"""The most bytes that a file of law, or a mapping, may hold: far above any real one."""


def read_yaml(path: Path) -> bytes:
    """The bytes of a YAML file, of one that is too large one more than it may hold. Raises OSError as `check_regular`
    does, and as reading does."""
    check_regular(path)
    with path.open("rb") as file:
        return file.read(LARGEST_YAML + 1)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
