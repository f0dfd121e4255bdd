"""Loads the library: every law file under a folder, read, checked and kept in a cache under its digest."""

from __future__ import annotations

import hashlib
from pathlib import Path

from comity.errors import ComityError
from comity.lawfiles.cache import cached_library, keep_library, no_collecting
from comity.library import Library


def load_library(path: Path | None = None, *, cache: bool = True) -> Library:
    """The law in a folder that holds `vocabulary.yaml` and the places below it; without one, the law that comes along.

    Raises `LawError` holding every problem of every file, each with its file, line and norm.
    """
    sources = law_sources(law_folder(path))
    digest = digest_of(sources)
    kept = cached_library(digest) if cache else None
    if kept is not None:
        return kept
    # Reading YAML takes a parser and a dozen modules that a start from the cache does without.
    from comity.lawfiles.library import read_library

    with no_collecting():
        library = read_library(sources, digest)
    if cache:
        keep_library(library)
    return library


def law_folder(path: Path | None = None) -> Path:
    """The folder named, or that of the law that comes along."""
    return path or Path(__file__).with_name("law")


def law_sources(folder: Path) -> dict[str, bytes]:
    """The bytes of every law file, by its path under the folder, in order of path.

    Raises ComityError (`cannot_read`) for one that cannot be read.
    """
    files = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*.y*ml")}
    try:
        return {name: files[name].read_bytes() for name in sorted(files)}
    except OSError as error:
        raise ComityError("cannot_read", f"cannot be read: {error.strerror}", str(error.filename)) from error


def digest_of(sources: dict[str, bytes]) -> str:
    """`sha256:` and the SHA-256 over each file's path, a zero byte and its bytes, in order of path."""
    total = hashlib.sha256()
    for name, raw in sources.items():
        total.update(name.encode() + b"\0" + raw)
    return f"sha256:{total.hexdigest()}"
