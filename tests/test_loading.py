"""The digest of the law, and the cache under it."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

import pytest
from smallworld import HEAD, ONE_NORM, small_law

import comity
from comity.errors import ComityError
from comity.lawfiles.cache import READERS
from comity.loading import load_library


def test_a_law_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    law = small_law(tmp_path)
    (law / "us" / "aa" / "other.yaml").mkdir()
    with pytest.raises(ComityError, match=r"other\.yaml: cannot be read: Is a directory"):
        load_library(law)


class TestDigest:
    def test_it_is_the_sha256_of_names_and_bytes_in_order_of_name(self, tmp_path: Path) -> None:
        law = small_law(tmp_path)
        names = ["us/aa/jurisdiction.yaml", "us/jurisdiction.yaml", "vocabulary.yaml"]
        whole = b"".join(name.encode() + b"\0" + (law / name).read_bytes() for name in names)
        assert load_library(law, cache=False).digest == f"sha256:{hashlib.sha256(whole).hexdigest()}"


class TestCache:
    @pytest.fixture
    def law(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        condition = "{release_due_at: {after: 2020-01-01}, arrested_on: {after: 2020-01-01}, hours_held: {below: 4}}"
        return small_law(tmp_path, act=f"{HEAD}norms:\n  {ONE_NORM}, when: {condition}}}\n")

    def test_a_library_from_the_cache_equals_one_from_yaml(self, law: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        first = load_library(law)
        monkeypatch.setattr("comity.lawfiles.library.read_library", None)
        again = load_library(law)
        assert again == first
        assert again.instruments["us/aa/act"].norms[0].when == first.instruments["us/aa/act"].norms[0].when
        assert again is not first

    def test_a_corrupt_cache_is_read_over(self, law: Path, tmp_path: Path) -> None:
        first = load_library(law)
        (kept,) = (tmp_path / "cache" / "comity").iterdir()
        whole = kept.read_bytes()
        for spoilt in (b"", b"nonsense", whole[: len(whole) // 2], b"\xff" * 100):
            kept.write_bytes(spoilt)
            assert load_library(law) == first
            assert kept.read_bytes() == whole

    def test_no_cache_can_be_written(self, law: Path, tmp_path: Path) -> None:
        (tmp_path / "cache").write_text("a file, not a folder")
        assert load_library(law) == load_library(law, cache=False)

    def test_nothing_but_the_library_is_left_behind(self, law: Path, tmp_path: Path) -> None:
        load_library(law)
        load_library(law)
        assert [file.suffix for file in (tmp_path / "cache" / "comity").iterdir()] == [".msgpack"]

    def test_changed_law_is_read_anew(self, law: Path) -> None:
        first = load_library(law)
        act = law / "us" / "aa" / "act.yaml"
        act.write_text(act.read_text(encoding="utf-8").replace("No holds.", "Hold nobody."), encoding="utf-8")
        second = load_library(law)
        assert second.digest != first.digest
        assert second.instruments["us/aa/act"].norms[0].says == "Hold nobody."

    def test_its_name_covers_every_module_that_reads_law_files(self) -> None:
        folder = Path(comity.__file__).parent
        found, waiting = set[str](), ["loading"]
        while waiting:
            module = waiting.pop()
            found.add(module)
            for node in ast.walk(ast.parse((folder / f"{module}.py").read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("comity."):
                    imported = (node.module or "").removeprefix("comity.").replace(".", "/")
                    if imported not in found:
                        waiting.append(imported)
        assert set(READERS) == found
