"""Keeps a library that was read, so that the next start need not read its files again.

The cache is only ever a copy: what cannot be read or written is passed over, and deleting it changes nothing.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import tempfile
from collections.abc import Generator
from functools import cache
from pathlib import Path

import msgspec

from comity.library import Library
from comity.program import VERSION

READERS = (
    "bound", "citations", "conditions", "defeat", "errors", "knowledge", "library", "loading", "norms", "program",
    "request", "vocabulary", "compare/claims",
    "lawfiles/assurances", "lawfiles/cache", "lawfiles/conditions", "lawfiles/days", "lawfiles/defeatcycles",
    "lawfiles/examples", "lawfiles/instruments", "lawfiles/jurisdictions", "lawfiles/library", "lawfiles/norms",
    "lawfiles/problems", "lawfiles/reading", "lawfiles/references", "lawfiles/versions", "lawfiles/vocabulary",
    "lawfiles/yamlsource", "lawfolder",
)  # fmt: skip
"""The modules that read law files, and those of the types they give: others among them give another library."""


@contextlib.contextmanager
def no_collecting() -> Generator[None]:
    """Makes a library without collecting garbage: its few hundred thousand values all stay, and looking through them
    again and again only costs time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def cached_library(digest: str) -> Library | None:
    """The library kept under the digest; None where there is none, or none that can be read."""
    try:
        with no_collecting():
            library = msgspec.msgpack.decode(_file(digest).read_bytes(), type=Library)
    except (OSError, ValueError, RuntimeError):
        return None
    return library if library.digest == digest else None


def keep_library(library: Library) -> None:
    """Keeps the library under its digest, if the cache can be written."""
    file = _file(library.digest)
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f"{file.stem}-")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(msgspec.msgpack.encode(library))
            os.replace(name, file)
        except OSError:
            os.unlink(name)
            raise


def _file(digest: str) -> Path:
    folder = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    name = f"library-{digest.removeprefix('sha256:')}-{VERSION}-{_readers_digest()}.msgpack"
    return Path(folder, "comity", name)


@cache
def _readers_digest() -> str:
    total = hashlib.sha256()
    package = Path(__file__).parent.parent
    for name in READERS:
        total.update((package / f"{name}.py").read_bytes())
    return total.hexdigest()[:16]
