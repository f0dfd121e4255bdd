"""Packed text (gzip, Zstandard, bzip2, a ZIP archive of one file) → the text, in the folder of work, within bounds."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from comity.audit.reading.arrow import arrow
from comity.audit.reading.numbered import SHARE_OF_TEXT, SPARE_BYTES, no_room
from comity.errors import ComityError

PACKERS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bz2", b"PK\x03\x04": "zip"}
PACKED_SUFFIXES = (".gz", ".zst", ".bz2", ".zip")

CHUNK = 1 << 20
SMALL_UNPACKED = 64 << 20
"""What unpacks to less than this is read whatever its ratio."""
LARGEST_RATIO = 500
"""Text of a log packs to a tenth or a hundredth of its size; what packs better than this is made to fill a disk."""


def inner_name(path: Path) -> Path:
    """The name of what is packed in a file: `log.csv` of `log.csv.gz`; of others, their own."""
    return path.with_suffix("") if path.suffix.lower() in PACKED_SUFFIXES else path


def packer_of(path: Path) -> str:
    """How the file is packed, by its first bytes: gzip, zstd, bz2, zip; empty if it is not."""
    with path.open("rb") as file:
        start = file.read(4)
    return next((packer for mark, packer in PACKERS.items() if start.startswith(mark)), "")


def unpacked_start(path: Path, packer: str, size: int) -> bytes:
    """The first bytes of what is packed in the file. Raises ComityError (`file`) for a file that is spoilt."""
    with _opened(path, packer) as file:
        return bytes(file.read(size))


def unpack(path: Path, packer: str, folder: Path) -> Path:
    """Unpacks the file into a new folder, under its own name, and returns where it stands.

    Raises ComityError (`disk`) as soon as it is more than the disk has room for, with the copy that reading it makes;
    (`file`) for a file that is spoilt, cut short, or unpacks to far more than any log.
    """
    size = max(1, path.stat().st_size)
    room = int((shutil.disk_usage(folder.parent).free - SPARE_BYTES) / (1 + SHARE_OF_TEXT))
    folder.mkdir()
    target = folder / path.name
    written = 0
    with _opened(path, packer) as file, target.open("wb") as out:
        while chunk := file.read(CHUNK):
            written += len(chunk)
            if written > SMALL_UNPACKED and written > LARGEST_RATIO * size:
                says = (
                    f"unpacks to {written:,} bytes and more, over {LARGEST_RATIO} times its size: it is not read. "
                    "If it is what it seems, unpack it and give the file in it"
                )
                raise ComityError("file", says, path.name)
            if written > room:
                wanted = f"it unpacks to more than {max(0, room):,} bytes, which is all there is room for"
                raise no_room(path.name, folder.parent, wanted)
            _put(out, chunk, path, folder.parent)
    return target


def _put(out: Any, chunk: bytes, path: Path, work: Path) -> None:
    try:
        out.write(chunk)
    except OSError as error:
        raise no_room(path.name, work) from error


@contextmanager
def _opened(path: Path, packer: str) -> Generator[Any]:
    """What is packed in the file, to be read; whatever goes wrong inside is a ComityError about the file."""
    try:
        if packer == "zip":
            with zipfile.ZipFile(path) as archive, archive.open(_only_member(archive, path)) as member:
                yield member
        else:
            types = arrow()
            with types.OSFile(str(path)) as raw, types.CompressedInputStream(raw, packer) as stream:
                yield stream
    except (OSError, EOFError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        says = f"is packed ({packer}), and cannot be unpacked: {error}. Fetch or pack it again"
        raise ComityError("file", says, path.name) from error


def _only_member(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    members = [member for member in archive.infolist() if not member.is_dir() and not member.filename.startswith("__")]
    if any(member.filename == "[Content_Types].xml" for member in members):
        raise ComityError("file", "is a workbook by another name: call it .xlsx", path.name)
    if len(members) != 1:
        says = f"is an archive of {len(members)} files: unpack it, and name the folder"
        raise ComityError("file", says, path.name)
    return members[0]
