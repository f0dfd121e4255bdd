"""The files of a law folder: their bytes, the places they are of, and their digest."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from comity.errors import ComityError
from comity.regularfile import is_utf8, read_yaml

VOCABULARY = "vocabulary.yaml"
JURISDICTION = "jurisdiction.yaml"


def law_folder(path: Path | None = None) -> Path:
    """The folder named, or that of the law that comes along."""
    return path or Path(__file__).with_name("law")


def law_sources(folder: Path) -> dict[str, bytes]:
    """The bytes of every law file, by its path under the folder, in order of path.

    Raises ComityError (`cannot_read`) for a file or a folder that cannot be read, or has a name that is not UTF-8.
    """
    try:
        files = {file.relative_to(folder).as_posix(): file for file in _law_files(folder)}
        for name in files:
            if not is_utf8(name):
                raise ComityError("cannot_read", "its name is not UTF-8: give it another", name)
        return {name: read_yaml(files[name]) for name in sorted(files)}
    except OSError as error:
        raise ComityError("cannot_read", f"cannot be read: {error.strerror}", str(error.filename)) from error


def _law_files(folder: Path) -> Iterator[Path]:
    """The law files below a folder, links followed. Raises OSError for a folder that cannot be read, which would be law
    left out, and for a link that leads back to a folder in which it stands."""

    def stop(error: OSError) -> None:
        raise error

    for within, folders, names in os.walk(folder, onerror=stop, followlinks=True):
        for path in (Path(within, name) for name in folders):
            if path.is_symlink() and any(map(path.samefile, path.parents)):
                raise OSError(errno.ELOOP, "the link leads back to a folder in which it stands", str(path))
        yield from (Path(within, name) for name in (*folders, *names) if name.endswith((".yaml", ".yml")))


def digest_of(sources: dict[str, bytes]) -> str:
    """`sha256:` and the SHA-256 over each file's path, a zero byte and its bytes, in order of path."""
    total = hashlib.sha256()
    for name, raw in sources.items():
        total.update(name.encode() + b"\0" + raw)
    return f"sha256:{total.hexdigest()}"


def places_of(names: Iterable[str]) -> tuple[str, ...]:
    """The places that files of these names are of: each has a file of its own."""
    parts = (name.rpartition("/") for name in names)
    return tuple(place for place, _, file in parts if file == JURISDICTION)
