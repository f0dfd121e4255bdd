"""Commands that write several files write all of them or none."""

from __future__ import annotations

import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from smallworld import small_law

from comity.audit.sharing.check import check_sharing
from comity.audit.sharing.partners import Partner
from comity.audit.sharing.write import FILES, write_report
from comity.book.write import write_book
from comity.decide import Law
from comity.errors import ComityError
from comity.wholefiles import whole_file, whole_files, write_file


def held(folder: Path) -> dict[str, str]:
    """Every file below the folder, with its text, and every folder."""
    return {
        str(path.relative_to(folder)): "" if path.is_dir() else path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
    }


FAULTS = (KeyboardInterrupt(), OSError(28, "No space left on device"), ComityError("code", "says", "at"))


def write(folder: Path, *names: str, fault: BaseException | None = None) -> None:
    """Writes these files together; the fault comes when they are made, and not yet in their places."""
    with whole_files(folder) as made:
        for name in names:
            (made / name).parent.mkdir(exist_ok=True)
            (made / name).write_text("new")
        if fault is not None:
            raise fault


def test_all_files_take_their_places_beside_others(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a").write_text("old")
    (tmp_path / "out" / "other").write_text("other")
    write(tmp_path / "out", "a", "b/c")
    assert held(tmp_path) == {"out": "", "out/a": "new", "out/b": "", "out/b/c": "new", "out/other": "other"}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_fails_while_it_is_made_leaves_all_as_it_was(fault: BaseException, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a").write_text("old")
    for folder in (tmp_path / "out", tmp_path / "new" / "deep"):
        with pytest.raises((KeyboardInterrupt, ComityError)):
            write(folder, "a", fault=fault)
    assert held(tmp_path) == {"out": "", "out/a": "old"}


def test_what_fails_while_files_are_moved_is_taken_back(tmp_path: Path) -> None:
    """A folder that is not empty stands where the last file is to go."""
    out = tmp_path / "out"
    (out / "z" / "full").mkdir(parents=True)
    (out / "a").write_text("old")
    before = held(tmp_path)
    with pytest.raises(ComityError, match="cannot be written") as caught:
        write(out, "a", "b", "c/d", "z")
    assert (caught.value.code, caught.value.at) == ("cannot_write", str(out))
    assert held(tmp_path) == before


def test_a_file_gets_the_rights_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    write_file(tmp_path / "out", b"x")
    with whole_file(tmp_path / "new" / "out") as made:
        made.write_text("x")
    rights = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("plain", "out", "new/out")}
    assert len(rights) == 1


def test_a_file_is_written_only_into_a_folder_that_is_there(tmp_path: Path) -> None:
    with pytest.raises(ComityError, match="make it first"):
        write_file(tmp_path / "none" / "out", b"x")
    assert held(tmp_path) == {}


def test_sharing_results_are_all_or_none(tmp_path: Path) -> None:
    law = Law.load()
    report = check_sharing(law, "us/il/local/police", date(2025, 1, 21), (Partner("Ames IA PD", True, None),), "list")
    (tmp_path / "out" / "sharing.json").mkdir(parents=True)
    (tmp_path / "out" / "sharing.json" / "full").write_text("")
    before = held(tmp_path)
    with pytest.raises(ComityError, match="cannot be written"):
        write_report(tmp_path / "out", report, force=True)
    assert held(tmp_path) == before
    write_report(tmp_path / "other", report)
    assert sorted(held(tmp_path / "other")) == sorted(FILES)


def test_a_book_is_written_over_an_older_one_whole_or_not_at_all(tmp_path: Path) -> None:
    library = Law.load(small_law(tmp_path / "law")).library
    pages = write_book(library, tmp_path / "book")
    whole = held(tmp_path / "book")
    assert sum(name.endswith(".html") for name in whole) == pages
    (tmp_path / "book" / "index.html").write_text("older")
    (tmp_path / "book" / "norms.html").unlink()
    (tmp_path / "book" / "norms.html" / "full").mkdir(parents=True)
    before = held(tmp_path / "book")
    with pytest.raises(ComityError, match="cannot be written"):
        write_book(library, tmp_path / "book")
    assert held(tmp_path / "book") == before
    (tmp_path / "book" / "norms.html" / "full").rmdir()
    (tmp_path / "book" / "norms.html").rmdir()
    write_book(library, tmp_path / "book")
    assert held(tmp_path / "book") == whole


def test_a_disk_with_too_little_room_gets_no_part_of_a_book(tmp_path: Path) -> None:
    """A limit of sixteen kilobytes for every file stands for a disk on which there is room for the smaller pages."""
    limited = f"ulimit -f 16; {sys.executable} -m comity law --book book"
    ended = subprocess.run(["bash", "-c", limited], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (2, "comity: book: cannot be written: File too large\n")
    assert held(tmp_path) == {}
