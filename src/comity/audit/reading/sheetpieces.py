"""A workbook (XLSX) → the same workbook with its sheets cut into pieces of few rows.

Calamine holds a whole sheet in memory, of which the largest take gigabytes. It still reads every cell: here nothing is
understood of a sheet but where its rows begin. What the file unpacks to is bounded on the way.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

import msgspec

from comity.errors import ComityError

ROWS = 512
"""A piece holds at most so many rows: with a cell in the last column that a workbook can have, some 270 MB."""
PIECE_BYTES = 16 << 20
LONGEST_ROW = 64 << 20
CHUNK = 1 << 20

LARGEST_PART = 64 << 20
"""Of the parts that are read whole (the list of sheets, the styles), each unpacks to at most so much."""
LARGEST_TEXTS = 512 << 20
"""The shared texts of all sheets may take so much memory: their bytes, and `EACH_TEXT` for each."""
EACH_TEXT = 32

STYLES, TEXTS = "styles.xml", "sharedStrings.xml"

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

_ROOT = re.compile(rb"<((?:\w+:)?)worksheet\b[^>]*>")
_ROWS = re.compile(rb"<((?:\w+:)?)sheetData\s*(/?)>")
_ROW_NUMBER = re.compile(rb"\sr=[\"'](\d+)")
_MERGED = re.compile(rb"<((?:\w+:)?)mergeCells\b.*?</\1mergeCells>", re.DOTALL)
_END_OF_TEXT = re.compile(rb"</(?:\w+:)?si>")


class CutSheet(msgspec.Struct, frozen=True):
    """A sheet as it was cut: the names of its pieces, in order; whether the workbook hides it; how many of its cells
    hold an error instead of a value, and how many a formula whose value was not saved."""

    name: str
    pieces: tuple[str, ...]
    hidden: bool
    errors: int
    not_computed: int


class Book(msgspec.Struct, frozen=True):
    """The parts of a workbook, by their names in its archive: sheets with cells (name, part, whether it is hidden),
    styles and shared texts (empty if there are none); and whether its days count from 1904."""

    sheets: tuple[tuple[str, str, bool], ...]
    styles: str
    texts: str
    from_1904: bool


def cut_workbook(path: Path, target: Path, tell: Callable[[int, int], None]) -> list[CutSheet] | None:
    """Writes the cut workbook, and returns its sheets; `tell` hears how many bytes of how many are cut. None if the
    archive is no such workbook.

    Raises ComityError (`file`) for a workbook that is spoilt, or has a part too large for memory.
    """
    with zipfile.ZipFile(path) as archive:
        book = _book_of(archive, path)
        if book is None:
            return None
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as cut:
            if book.styles:
                cut.writestr(f"xl/{STYLES}", _whole_part(archive, book.styles, path))
            if book.texts:
                _copy_texts(archive, book.texts, cut, path)
            of = sum(archive.getinfo(part).file_size for _, part, _ in book.sheets)
            found: list[CutSheet] = []
            done = 0
            for number, (name, part, hidden) in enumerate(book.sheets, 1):
                pieces: list[str] = []
                errors = not_computed = 0
                with archive.open(part) as sheet:
                    for piece in _pieces(sheet, f"{path.name}, sheet {name}"):
                        pieces.append(f"{number}.{len(pieces) + 1}")
                        cut.writestr(f"xl/worksheets/{pieces[-1]}.xml", piece)
                        errors += piece.count(b't="e"')
                        not_computed += piece.count(b"</f></c>")
                        tell(done + sheet.tell(), of)
                done += archive.getinfo(part).file_size
                found.append(CutSheet(name, tuple(pieces), hidden, errors, not_computed))
            _write_book(cut, [piece for sheet in found for piece in sheet.pieces], book)
    return found


@contextmanager
def spoilt_named(path: Path) -> Generator[None]:
    """Raises ComityError (`file`) for whatever is wrong with the archive that a workbook is, or the XML in it."""
    try:
        yield
    except (
        zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError, ElementTree.ParseError
    ) as error:  # fmt: skip
        raise ComityError("file", f"is a spoilt workbook: {error}", path.name) from error


def _whole_part(archive: zipfile.ZipFile, part: str, path: Path) -> bytes:
    if archive.getinfo(part).file_size > LARGEST_PART:
        raise ComityError("file", f"is no usual workbook: its {part} unpacks to over {LARGEST_PART:,} bytes", path.name)
    return archive.read(part)


def _book_of(archive: zipfile.ZipFile, path: Path) -> Book | None:
    """The parts of the workbook, each where the one before says that it is; None if the archive holds none."""
    parts = {part.replace("\\", "/").casefold(): part for part in archive.namelist()}

    def part_of(target: str, folder: str) -> str:
        inside = target.lstrip("/") if target.startswith(("/", "xl/")) else posixpath.join(folder, target)
        return parts.get(posixpath.normpath(inside).casefold(), "")

    def links_of(part: str) -> list[tuple[str, str, str]]:
        if not part:
            return []
        root = ElementTree.fromstring(_whole_part(archive, part, path))
        return [(link.get("Id", ""), link.get("Type", ""), link.get("Target", "")) for link in root]

    starts = [target for _, kind, target in links_of(part_of("_rels/.rels", "")) if kind.endswith("/officeDocument")]
    book = part_of(starts[0], "") if starts else ""
    if not book.lower().endswith(".xml"):
        return None
    folder, name = posixpath.split(book.replace("\\", "/"))
    links = {
        link: (kind.rpartition("/")[2], part_of(target, folder))
        for link, kind, target in links_of(part_of(f"_rels/{name}.rels", folder))
    }
    root = ElementTree.fromstring(_whole_part(archive, book, path))
    sheets: list[tuple[str, str, bool]] = []
    for sheet in root.iterfind("{*}sheets/{*}sheet"):
        link = next((value for attribute, value in sheet.attrib.items() if attribute.endswith("}id")), "")
        kind, part = links.get(link, ("", ""))
        if kind == "worksheet":
            sheets.append((sheet.get("name", ""), part, sheet.get("state", "visible") != "visible"))
    settings = root.find("{*}workbookPr")
    from_1904 = settings is not None and settings.get("date1904") in ("1", "true")
    others = dict(links.values())
    return Book(tuple(sheets), others.get("styles", ""), others.get("sharedStrings", ""), from_1904)


def _copy_texts(archive: zipfile.ZipFile, part: str, cut: zipfile.ZipFile, path: Path) -> None:
    """Copies the shared texts, which Calamine holds in memory; what would not fit there is refused."""
    size = 0
    with archive.open(part) as texts, cut.open(f"xl/{TEXTS}", "w", force_zip64=True) as copy:
        while chunk := texts.read(CHUNK):
            size += len(chunk) + EACH_TEXT * len(_END_OF_TEXT.findall(chunk))
            if size > LARGEST_TEXTS:
                says = (
                    "has more different texts than fit in memory: save each sheet as CSV, and name the files or their "
                    "folder"
                )
                raise ComityError("file", says, path.name)
            copy.write(chunk)


def _pieces(sheet: IO[bytes], at: str) -> Iterator[bytes]:
    """The sheet in pieces, each a sheet of its own: its rows stand where they stood. The last tells merged cells."""
    head, prefix, rest = _opening(sheet, at)
    row, end = re.compile(b"<" + prefix + rb"row\b[^>]*>"), b"</" + prefix + b"sheetData"
    start, searched, number, group = -1, 0, 0, 0
    while True:
        last = rest.find(end, searched)
        for match in row.finditer(rest, searched, last if last >= 0 else len(rest)):
            searched = match.end()
            told = _ROW_NUMBER.search(match[0])
            number = int(told[1]) if told else number + 1
            if start >= 0 and ((number - 1) // ROWS != group or match.start() - start > PIECE_BYTES):
                yield head + rest[start : match.start()] + _closing(prefix)
                start = -1
            if start < 0:
                start, group = match.start(), (number - 1) // ROWS
        if last >= 0:
            rows = rest[start:last] if start >= 0 else b""
            yield head + rows + _closing(prefix, _merged(rest[last:], sheet))
            return
        if len(rest) - searched > LONGEST_ROW:
            raise ComityError("file", f"has a row of more than {LONGEST_ROW:,} bytes", f"{at}, row {number or 1}")
        if start > 0:
            rest, searched, start = rest[start:], searched - start, 0
        chunk = sheet.read(CHUNK)
        if not chunk:
            raise ComityError("file", "is a workbook cut short: a sheet does not end", at)
        rest += chunk


def _opening(sheet: IO[bytes], at: str) -> tuple[bytes, bytes, bytes]:
    """What opens a sheet and its rows, the prefix of its elements' names, and what is read of it from there on."""
    read = b""
    while chunk := sheet.read(CHUNK):
        read += chunk
        root, rows = _ROOT.search(read), _ROWS.search(read)
        if root is not None and rows is not None:
            if rows[2]:
                return root[0] + rows[0][:-2] + b">", root[1], _closing(root[1]) + read[rows.end() :]
            return root[0] + rows[0], root[1], read[rows.end() :]
        if len(read) > LONGEST_ROW:
            break
    raise ComityError("file", "cannot be read as a workbook: a sheet has no rows, nor a place for them", at)


def _closing(prefix: bytes, merged: bytes = b"") -> bytes:
    return b"".join((b"</", prefix, b"sheetData>", merged, b"</", prefix, b"worksheet>"))


def _merged(tail: bytes, sheet: IO[bytes]) -> bytes:
    """The list of merged cells, which follows the rows, if there is one within so many bytes of them."""
    while len(tail) < PIECE_BYTES and b"mergeCells>" not in tail and (chunk := sheet.read(CHUNK)):
        tail += chunk
    found = _MERGED.search(tail)
    # What is left is read too: only at its end does a member show that it is not what the archive says.
    while sheet.read(CHUNK):
        pass
    return found[0] if found else b""


def _write_book(cut: zipfile.ZipFile, pieces: list[str], book: Book) -> None:
    """Lists the pieces as the sheets of the cut workbook."""
    root = ElementTree.Element("workbook", {"xmlns": _MAIN, "xmlns:r": _OFFICE})
    ElementTree.SubElement(root, "workbookPr", {"date1904": "1" if book.from_1904 else "0"})
    sheets = ElementTree.SubElement(root, "sheets")
    for number, piece in enumerate(pieces, 1):
        ElementTree.SubElement(sheets, "sheet", {"name": piece, "sheetId": str(number), "r:id": f"s{number}"})
    cut.writestr("xl/workbook.xml", ElementTree.tostring(root))
    links = [(f"s{number}", "worksheet", f"worksheets/{piece}.xml") for number, piece in enumerate(pieces, 1)]
    links += [("styles", "styles", STYLES)] if book.styles else []
    links += [("texts", "sharedStrings", TEXTS)] if book.texts else []
    cut.writestr("xl/_rels/workbook.xml.rels", _links(links))
    cut.writestr("_rels/.rels", _links([("book", "officeDocument", "xl/workbook.xml")]))


def _links(links: Iterable[tuple[str, str, str]]) -> bytes:
    root = ElementTree.Element("Relationships", {"xmlns": _PACKAGE})
    for name, kind, target in links:
        told = {"Id": name, "Type": f"{_OFFICE}/{kind}", "Target": target}
        ElementTree.SubElement(root, "Relationship", told)
    return ElementTree.tostring(root)
