"""Packed text is read as what is in it; what is made to fill a disk is not read."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import zipfile
from collections import namedtuple
from collections.abc import Callable

import pyarrow as pa
import pytest

from tests.audit.reading.conftest import Desk

TEXT = b"a,b\n1,x\n2,y\n"


def _zstd(text: bytes) -> bytes:
    target = pa.BufferOutputStream()
    with pa.CompressedOutputStream(target, "zstd") as stream:
        stream.write(text)
    return target.getvalue().to_pybytes()


def _zip(*texts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, text in enumerate(texts):
            archive.writestr(f"log{place}.csv", text)
    return target.getvalue()


@pytest.mark.parametrize(
    ("suffix", "pack"), [("gz", gzip.compress), ("zst", _zstd), ("bz2", bz2.compress), ("zip", _zip)]
)
def test_packed_csv(desk: Desk, suffix: str, pack: Callable[[bytes], bytes]) -> None:
    packed = pack(TEXT)
    staged = desk.read(desk.file(f"log.csv.{suffix}", packed))
    (source,) = staged.sources
    assert (source.name, source.kind, source.rows) == (f"log.csv.{suffix}", "csv", 2)
    assert (source.bytes, source.sha256) == (len(packed), hashlib.sha256(packed).hexdigest())
    assert desk.rows() == [(1, 0, 1, "1", "x"), (2, 0, 2, "2", "y")]
    assert not list(desk.work.glob("unpacked*"))


def test_file_packed_in_several_pieces(desk: Desk) -> None:
    desk.read(desk.file("log.csv.gz", gzip.compress(TEXT) + gzip.compress(b"3,z\n")))
    assert desk.rows("SELECT a FROM staged ORDER BY row") == [("1",), ("2",), ("3",)]


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [("log.jsonl.gz", b'{"a": 1}\n{"a": 2}\n', "json lines"), ("log.json.gz", b'[{"a": 1}, {"a": 2}]', "json")],
)
def test_packed_json(desk: Desk, name: str, text: bytes, kind: str) -> None:
    assert desk.read(desk.file(name, gzip.compress(text))).sources[0].kind == kind
    assert desk.rows("SELECT a FROM staged ORDER BY row") == [("1",), ("2",)]


def test_text_that_is_only_called_packed(desk: Desk) -> None:
    staged = desk.read(desk.file("log.csv.gz", TEXT), desk.file("log.jsonl.gz", b'{"a": 1}\n'))
    assert [source.rows for source in staged.sources] == [2, 1]


def test_packed_files_of_a_folder(desk: Desk) -> None:
    (desk.folder / "logs").mkdir()
    desk.file("logs/a.csv.gz", gzip.compress(TEXT))
    desk.file("logs/b.csv", TEXT)
    staged = desk.read(desk.folder / "logs")
    assert [(source.name, source.rows) for source in staged.sources] == [("a.csv.gz", 2), ("b.csv", 2)]


@pytest.mark.parametrize("pack", [gzip.compress, _zstd, bz2.compress, _zip])
def test_packed_file_cut_short(desk: Desk, pack: Callable[[bytes], bytes]) -> None:
    packed = pack("".join(f"{n},{hash(n)}\n" for n in range(200_000)).encode())
    error = desk.error(desk.file("log.csv.gz", packed[: len(packed) // 2]))
    assert (error.code, error.at) == ("file", "log.csv.gz")
    assert "cannot be unpacked" in error.message
    assert not list(desk.work.glob("unpacked*"))


@pytest.mark.parametrize("pack", [gzip.compress, _zstd])
def test_file_that_is_made_to_fill_a_disk(desk: Desk, pack: Callable[[bytes], bytes]) -> None:
    error = desk.error(desk.file("log.csv.gz", pack(b"a,b\n" + b"\n" * (100 << 20))))
    assert (error.code, error.at) == ("file", "log.csv.gz")
    assert "over 500 times its size" in error.message
    assert "unpack it and give the file in it" in error.message
    assert not list(desk.work.glob("unpacked*"))


def test_packed_file_with_more_in_it_than_the_disk_has_room_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(10, 9, 1))
    error = desk.error(desk.file("log.csv.gz", gzip.compress(TEXT)))
    assert error.code == "disk"
    assert "unpacks to more than" in error.message
    assert "Write to a larger disk (--out)" in error.message


def test_archive_that_is_no_one_file(desk: Desk) -> None:
    assert "is an archive of 2 files" in desk.error(desk.file("logs.zip", _zip(TEXT, TEXT))).message
    with zipfile.ZipFile(desk.folder / "book.zip", "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", "<x/>")
    assert "call it .xlsx" in desk.error(desk.folder / "book.zip").message


def test_workbook_and_parquet_are_not_packed_once_more(desk: Desk) -> None:
    assert "packed once more" in desk.error(desk.file("log.parquet.gz", gzip.compress(b"PAR1...PAR1"))).message
    assert "packed once more" in desk.error(desk.file("log.xlsx.gz", gzip.compress(_zip(TEXT)))).message


def test_empty_file_packed(desk: Desk) -> None:
    assert desk.error(desk.file("log.csv.gz", gzip.compress(b""))).message == "is empty"
