"""Keeps what was read of law files, so that the next start need not read them again.

The cache is only ever a copy: what cannot be read or written is passed over, and deleting it changes nothing.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import tempfile
from collections.abc import Generator
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec

from comity.program import VERSION

READERS = (
    "bound", "citations", "conditions", "defeat", "errors", "knowledge", "lawfolder", "library", "loading", "norms",
    "program", "regularfile", "request", "vocabulary", "compare/claims",
    "lawfiles/assurances", "lawfiles/cache", "lawfiles/conditions", "lawfiles/days", "lawfiles/defeatcycles",
    "lawfiles/examples", "lawfiles/instruments", "lawfiles/jurisdictions", "lawfiles/library", "lawfiles/norms",
    "lawfiles/placelaw", "lawfiles/places", "lawfiles/problems", "lawfiles/reading", "lawfiles/references",
    "lawfiles/versions", "lawfiles/vocabulary", "lawfiles/yamlsource",
)  # fmt: skip
"""The modules that read law files, and those of the types they give: others among them give another library."""

_Value = TypeVar("_Value")


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


class LawCache:
    """Values kept by name, one a name, each under the digest of all that it was read from. `law` names the law that
    they are of, so that one does not take the place of another."""

    def __init__(self, law: str) -> None:
        self._law = law

    def kept(self, name: str, digest: str, kind: type[_Value]) -> _Value | None:
        """The value of that name, if it is the one kept under the digest and can be read."""
        try:
            raw = self._file(name).read_bytes()
            head = digest.encode()
            return msgspec.msgpack.decode(memoryview(raw)[len(head) :], type=kind) if raw.startswith(head) else None
        except (OSError, ValueError, RuntimeError):
            return None

    def keep(self, name: str, digest: str, value: object) -> None:
        """Keeps the value instead of any other of its name, if the cache can be written."""
        file = self._file(name)
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=file.parent, prefix=f"{file.stem}-")
            try:
                with os.fdopen(handle, "wb") as out:
                    out.write(digest.encode() + msgspec.msgpack.encode(value))
                os.replace(draft, file)
            except OSError:
                os.unlink(draft)
                raise

    def _file(self, name: str) -> Path:
        return self._folder / f"{name.replace('/', '.')}.msgpack"

    @cached_property
    def _folder(self) -> Path:
        caches = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
        readers = hashlib.sha256()
        package = Path(__file__).parent.parent
        for name in READERS:
            readers.update((package / f"{name}.py").read_bytes())
        return Path(caches, "comity", f"{self._law}-{VERSION}-{readers.hexdigest()[:16]}")
