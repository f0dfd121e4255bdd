"""Files written whole or not at all: made beside those wanted, and put in their place when all is well."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from comity.errors import ComityError
from comity.regularfile import check_replaceable


@contextmanager
def whole_files(folder: Path) -> Generator[Path]:
    """A folder to write into; what stands in it at the end, in folders or not, takes its place in the folder wanted:
    all, or nothing if anything fails. What else that folder holds stays.

    Raises ComityError (`cannot_write`) if it cannot be written.
    """
    with _all_or_none(folder, folder) as made:
        yield made


@contextmanager
def whole_file(path: Path) -> Generator[Path]:
    """A file to write, which takes the place of the one wanted at the end, or is gone if anything fails.

    Raises ComityError (`cannot_write`) if it cannot be written.
    """
    with _all_or_none(path.parent, path) as made:
        check_replaceable(path)
        yield made / path.name


def write_file(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all into a folder that is there. Raises ComityError (`cannot_write`)."""
    if not path.parent.exists():
        raise ComityError("cannot_write", f"there is no folder {path.parent}: make it first", str(path))
    with whole_file(path) as made:
        made.write_bytes(content)


@contextmanager
def _all_or_none(folder: Path, at: Path) -> Generator[Path]:
    """Such a folder for what goes into `folder`; `at` is named in an error."""
    added: list[Path] = []
    made: Path | None = None
    try:
        _make_folder(folder, added)
        made = Path(tempfile.mkdtemp(prefix=".comity-", dir=folder))
        new, old = made / "new", made / "old"
        new.mkdir()
        yield new
        _put_in_place(new, old, folder, added)
        added.clear()
    except OSError as error:
        raise ComityError("cannot_write", f"cannot be written: {error.strerror}", str(at)) from error
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
        for each in reversed(added):
            with contextlib.suppress(OSError):
                each.rmdir()


def _put_in_place(new: Path, old: Path, folder: Path, added: list[Path]) -> None:
    """Moves the files, keeping what they replace until all are moved."""
    names = sorted(path.relative_to(new) for path in new.rglob("*") if not path.is_dir())
    for name in names:
        check_replaceable(folder / name)
        # One file is replaced in one step, which needs no way back.
        if (folder / name).exists() and len(names) > 1:
            (old / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / name, old / name)
    moved: list[Path] = []
    try:
        for name in names:
            _make_folder((folder / name).parent, added)
            (new / name).replace(folder / name)
            moved.append(name)
    except BaseException:
        for name in moved:
            if (old / name).exists():
                (old / name).replace(folder / name)
            else:
                (folder / name).unlink()
        raise


def _make_folder(folder: Path, added: list[Path]) -> None:
    """Makes the folder and those above it; adds to the list those that were not there, the highest first."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir()
        added.append(each)
