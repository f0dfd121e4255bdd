"""What a text file is, before its rows are read: encoding, digest, delimiter, and where its header stands."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from comity.audit.reading.source import MOST_COLUMNS
from comity.errors import ComityError
from comity.words import counted

START = 4096
"""So many bytes at the start of a file show what it is."""
CHUNK = 1 << 20
SAMPLE_BYTES = 1 << 18
SAMPLE_RECORDS = 200
DELIMITERS = (",", ";", "\t", "|", "^", "~", "\x1f")
"""Of two that fit alike, the first is taken."""
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
HEADER_SHARE = 0.6
"""A header fills at least so much of the widest record's width; titles above it do not."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # The mark of UTF-32 begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NO_WINDOWS_1252 = b"\x81\x8d\x8f\x90\x9d"


class Encoding(msgspec.Struct, frozen=True):
    """How a text is encoded (a name that Python knows), the SHA-256 of its bytes, and what is to be said about it.

    `quotes_pair` is whether its double quotes are an even number, as they are where every quote that opens closes.
    """

    name: str
    sha256: str
    quotes_pair: bool
    notes: tuple[str, ...] = ()


class Shape(msgspec.Struct, frozen=True):
    """The form of a delimited text: the delimiter, the header's cells, its row among the records (from 1), and how many
    lines lie before the first row of data."""

    delimiter: str
    header: tuple[str, ...]
    header_row: int
    lines_before: int


def find_encoding(path: Path, told: str | None) -> Encoding:
    """Reads the file once: its digest, and the encoding in which all of it is text.

    Raises ComityError (`encoding`) naming the first cell that is no text, (`file`) for bytes that are no text at all.
    """
    name = told or _marked_encoding(path)
    digest = hashlib.sha256()
    check = codecs.getincrementaldecoder(_codec(name or "utf-8", path))()
    failed = mixed = others = False
    quotes = zeros = 0
    with path.open("rb") as file:
        for chunk in _chunks(file):
            digest.update(chunk)
            quotes += chunk.count(b'"')
            zeros += chunk.count(0)
            if not failed and not (chunk.isascii() and chunk and name is None):
                try:
                    mixed = not check.decode(chunk, final=not chunk).isascii() or mixed
                except UnicodeError as error:
                    failed = True
                    if isinstance(error, UnicodeDecodeError):
                        mixed = mixed or not error.object[: error.start].isascii()
            # To look for each of these in turn is a hundred times faster than to go through the bytes here.
            others = others or (failed and any(byte in chunk for byte in _NO_WINDOWS_1252))
    sha256 = digest.hexdigest()
    notes: list[str] = []
    if zeros and not (name or "").startswith(("utf-16", "utf-32")):
        times = counted(zeros, "time")
        notes.append(f"it holds the byte 0, which no text has, {times}: the cells with it are kept as they are")
    if not failed:
        return Encoding(name or "utf-8", sha256, quotes % 2 == 0, tuple(notes))
    if name is not None or mixed or others:
        raise first_bad_cell(path, name or "utf-8")
    note = "it is not UTF-8 text, and was read as Windows-1252: check names with accents, or name the --encoding"
    return Encoding("cp1252", sha256, quotes % 2 == 0, (note, *notes))


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """The file in pieces; the last is empty, at which a text that breaks off in mid-letter shows."""
    while chunk := file.read(CHUNK):
        yield chunk
    yield b""


def _codec(name: str, path: Path) -> str:
    """Python's name of an encoding of text."""
    try:
        "".encode(name)
        codecs.getincrementaldecoder(name)("replace").decode(b"")
        return codecs.lookup(name).name
    except (LookupError, UnicodeError):
        raise ComityError(
            "encoding", f'there is no encoding "{name}": write utf-8, utf-16 or cp1252', path.name
        ) from None


def _marked_encoding(path: Path) -> str | None:
    """The encoding that the file's first bytes show. Raises ComityError (`file`) for bytes that no text has."""
    with path.open("rb") as file:
        start = file.read(START)
    name = _shown_encoding(start)
    if name is None and b"\0" in start:
        line = start[: start.index(0)].count(b"\n") + 1
        says = "is no text, whatever it is called: it holds a byte 0, which no text has. Save it as CSV again"
        raise ComityError("file", says, f"{path.name}, line {line}")
    return name


def _shown_encoding(start: bytes) -> str | None:
    """The encoding that a byte-order mark, or the pattern of UTF-16's empty bytes, shows."""
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if odd > len(start) // 5 and even <= len(start) // 20:
        return "utf-16-le"
    if even > len(start) // 5 and odd <= len(start) // 20:
        return "utf-16-be"
    return None


def decoded_start(start: bytes) -> str:
    """The first bytes of a file as text, as far as their encoding shows in them, without a byte-order mark."""
    return start.decode(_shown_encoding(start) or "utf-8", "replace").removeprefix("\ufeff")


def first_bad_cell(path: Path, encoding: str) -> ComityError:
    """The error for the first cell that is no text in the encoding."""
    wrong = "is not UTF-8 text: save the file as UTF-8, or name its --encoding"
    if encoding not in ("utf-8", "utf-8-sig"):
        return ComityError(
            "encoding",
            f"is not {encoding} text, as --encoding or its first bytes say: name another --encoding, or none",
            path.name,
        )
    take_long_cells()
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        header: list[str] = []
        try:
            for number, cells in enumerate(csv.reader(file)):
                header = header or cells
                for place, cell in enumerate(cells):
                    if any("\udc80" <= letter <= "\udcff" for letter in cell):
                        named = header[place] if number and place < len(header) else str(place + 1)
                        column = named.encode("utf-8", "replace").decode()
                        at = f"{path.name}, {f'row {number}' if number else 'header'}, column {column}"
                        return ComityError("encoding", wrong, at)
        except csv.Error:
            pass
    return ComityError("encoding", wrong, path.name)


def take_long_cells() -> None:
    """Lets the csv module read cells as long as any that a log may have; its own limit is 128 KiB."""
    csv.field_size_limit(16 * SAMPLE_BYTES)


def find_shape(path: Path, encoding: str, delimiter: str | None, header_row: int | None) -> Shape:
    """Works out delimiter and header from the start of the file.

    Raises ComityError (`columns`, `file`) if no header can be found in it or it has too many columns.
    """
    sample = _sample(path, encoding)
    if not sample.strip():
        raise ComityError("file", "is empty", path.name)
    take_long_cells()
    if delimiter is None:
        delimiter = max(DELIMITERS, key=lambda sign: _consistency(sample, sign))
    records, lines = _records(sample, delimiter)
    if max(map(len, records), default=0) > MOST_COLUMNS:
        raise too_many_columns(max(map(len, records)), path.name)
    place = header_place(records) if header_row is None else header_row - 1
    if not 0 <= place < len(records):
        raise ComityError(
            "columns", f"has no row {place + 1} near its start to be the header", f"{path.name}, --header-row"
        )
    return Shape(delimiter, tuple(records[place]), place + 1, lines[place])


def too_many_columns(number: int, name: str) -> ComityError:
    """The error (`columns`) for a source with more than any log has."""
    says = f"has {number:,} columns or more, and at most {MOST_COLUMNS:,} are read: is the --delimiter right?"
    return ComityError("columns", says, name)


def _sample(path: Path, encoding: str) -> str:
    """The whole lines at the start of the file."""
    with path.open("rb") as file:
        raw = file.read(SAMPLE_BYTES)
        whole = not file.read(1)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(raw)
    text = text.removeprefix("\ufeff")
    if whole:
        return text
    end = max(text.rfind("\n"), text.rfind("\r"))
    if end < 0:
        most = max(text.count(sign) for sign in DELIMITERS) + 1
        if most > MOST_COLUMNS:
            raise too_many_columns(most, path.name)
        raise ComityError("file", f"has a first line of more than {SAMPLE_BYTES:,} bytes: it is no table", path.name)
    return text[: end + 1]


def _records(sample: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """The first records that are not blank, and for each the number of lines up to its end."""
    records: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if cells:
                records.append(cells)
                lines.append(reader.line_num)
            if len(records) >= SAMPLE_RECORDS:
                break
    except csv.Error:
        pass
    return records, lines


def _consistency(sample: str, delimiter: str) -> tuple[float, int]:
    """How well a delimiter explains the sample: the share of records of the commonest width, and that width."""
    widths = [len(cells) for cells in _records(sample, delimiter)[0]]
    several = [width for width in widths if width > 1]
    if not several:
        return 0.0, 0
    common = max(sorted(set(several)), key=several.count)
    return several.count(common) / len(widths), common


def header_place(records: Sequence[Sequence[str]]) -> int:
    """Which of the first records is the header: the first that fills most of the width, and is not mostly numbers."""
    width = max((_filled(cells) for cells in records), default=0)
    wide = [place for place, cells in enumerate(records) if _filled(cells) >= max(1.0, HEADER_SHARE * width)]
    return next((place for place in wide if _wordy(records[place])), wide[0] if wide else 0)


def _filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _wordy(cells: Sequence[str]) -> bool:
    """Whether most cells have a letter: names of columns, not numbers or dates."""
    return sum(any(letter.isalpha() for letter in cell) for cell in cells) * 2 > _filled(cells)
