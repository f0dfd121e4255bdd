"""The digest of the law, and the cache under it."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from smallworld import HEAD, ONE_NORM, small_law

import comity
from comity.bound import AgencyLaw
from comity.decide import Law
from comity.errors import ComityError, LawError
from comity.examples import examples_within
from comity.lawfiles.cache import READERS
from comity.library import Library
from comity.loading import load_library
from comity.norms import Agency

ELSEWHERE = "{jurisdiction: us/bb, name: Bb, ocd: ocd-division/country:us/state:bb, kind: state, holidays: US}\n"
"""A place besides the small world's, of which the law of the others says nothing."""


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


class TestPart:
    """What is loaded for one agency."""

    @pytest.fixture
    def law(self, tmp_path: Path) -> Path:
        law = small_law(tmp_path, act=f"{HEAD}norms:\n  {ONE_NORM}}}\n")
        (law / "us" / "bb").mkdir()
        (law / "us" / "bb" / "jurisdiction.yaml").write_text(ELSEWHERE, encoding="utf-8")
        return law

    def test_the_law_that_binds_each_agency_is_all_there(self) -> None:
        whole = load_library()
        for place in whole.jurisdictions.values():
            if place.agencies:
                part = load_library(agency=place.agencies[0].id, cache=False)
                assert part.digest == whole.digest
                assert len(part.jurisdictions) < len(whole.jurisdictions)
                for agency in place.agencies:
                    assert law_of(part, agency) == law_of(whole, agency)

    def test_decisions_are_the_same_to_the_byte(self) -> None:
        whole = Law.load()
        places = ("us/al", "us/ca/los-angeles", "us/il/chicago", "us/il/cook-county", "us/la/new-orleans", "us/tx")
        asked = 0
        for place in places:
            parts: dict[str, Law] = {}
            for number, (_, example) in enumerate(examples_within(whole, place)):
                if number % 10 == 0 and not example.as_if:
                    part = parts.setdefault(example.agency, Law(load_library(agency=example.agency)))
                    request = {"agency": example.agency, "on": example.on, "facts": example.facts}
                    assert part.decide(**request).to_json() == whole.decide(**request).to_json()  # type: ignore[arg-type]
                    asked += 1
        assert asked > 50

    def test_all_law_is_loaded_for_an_agency_that_is_not_found(self, law: Path) -> None:
        whole = load_library(law, cache=False)
        assert load_library(law, agency="us/aa/nobody", cache=False) == whole
        assert load_library(law, agency="us/zz/nobody", cache=False) == whole
        assert load_library(law, agency="nobody", cache=False) == whole

    def test_all_law_is_loaded_where_a_norm_yields_to_the_law_of_another_place(self, law: Path) -> None:
        act = law / "us" / "aa" / "act.yaml"
        yields = "yields_to: {in: us/bb, modality: requires}"
        act.write_text(f"{HEAD}norms:\n  {ONE_NORM}, {yields}}}\n", encoding="utf-8")
        assert load_library(law, agency="us/aa/jail", cache=False).jurisdictions.keys() == {"us", "us/aa", "us/bb"}

    def test_an_error_in_its_files_is_told_with_all_others(self, law: Path) -> None:
        for place in ("aa", "bb"):
            (law / "us" / place / "broken.yaml").write_text("a: [", encoding="utf-8")
        with pytest.raises(LawError) as part:
            load_library(law, agency="us/aa/jail", cache=False)
        with pytest.raises(LawError) as whole:
            load_library(law, cache=False)
        assert str(part.value) == str(whole.value)
        assert "us/bb/broken.yaml" in str(part.value)

    def test_an_error_in_another_place_keeps_no_decision_from_being_made(self, law: Path) -> None:
        (law / "us" / "bb" / "broken.yaml").write_text("a: [", encoding="utf-8")
        part = Law(load_library(law, agency="us/aa/jail", cache=False))
        assert part.decide(agency="us/aa/jail", on="2021-01-01", actions=["hold"]).findings[0].status == "prohibited"

    def test_the_day_on_which_law_was_last_read_is_that_of_law_that_reaches_the_agency(self, law: Path) -> None:
        other = f"{HEAD}norms:\n  {ONE_NORM}}}\n".replace("us/aa/act", "us/bb/act").replace("2025-01-02", "2025-12-31")
        (law / "us" / "bb" / "act.yaml").write_text(other, encoding="utf-8")
        whole = load_library(law, cache=False)
        assert whole.last_read() == date(2025, 12, 31)
        for library in (whole, load_library(law, agency="us/aa/jail", cache=False)):
            notes = [Law(library).decide(agency="us/aa/jail", on=f"2025-01-0{day}").notes for day in (2, 3)]
            read = "The law was last read on 2025-01-02; it may have changed, or may yet change, by this day."
            assert notes == [(), (read,)]

    def test_what_is_said_of_agencies_of_other_places_is_not_checked(self, law: Path) -> None:
        act = law / "us" / "aa" / "act.yaml"
        act.write_text(f"{HEAD}norms:\n  {ONE_NORM}, binds: {{agencies: [us/bb/jail]}}}}\n", encoding="utf-8")
        assert len(load_library(law, agency="us/aa/jail", cache=False).jurisdictions) == 2
        with pytest.raises(LawError, match='unknown agency "us/bb/jail"'):
            load_library(law, cache=False)


def law_of(library: Library, agency: Agency) -> tuple[object, ...]:
    law = AgencyLaw(library, agency)
    return law.norms, law.disputes, law.not_encoded, law.known, law.changes, law.last_read


class TestCache:
    @pytest.fixture
    def law(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        condition = "{release_due_at: {after: 2020-01-01}, arrested_on: {after: 2020-01-01}, hours_held: {below: 4}}"
        return small_law(tmp_path, act=f"{HEAD}norms:\n  {ONE_NORM}, when: {condition}}}\n")

    @pytest.fixture
    def kept(self, tmp_path: Path) -> Callable[[], dict[str, int]]:
        """The files of the cache, each with a number that changes when it is written."""
        caches = tmp_path / "cache" / "comity"
        return lambda: {
            f"{file.parent.name.partition('-')[0]}/{file.stem}": file.stat().st_ino
            for file in caches.glob("*/*.msgpack")
        }

    def test_a_library_from_the_cache_equals_one_from_yaml(self, law: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        first = load_library(law)
        monkeypatch.setattr("comity.lawfiles.places.read_place", None)
        monkeypatch.setattr("comity.lawfiles.places.read_vocabulary_file", None)
        again = load_library(law)
        assert again == first
        assert again.instruments["us/aa/act"].norms[0].when == first.instruments["us/aa/act"].norms[0].when
        assert again is not first

    def test_a_corrupt_cache_is_read_over(self, law: Path, tmp_path: Path) -> None:
        first = load_library(law)
        files = list((tmp_path / "cache" / "comity").glob("*/*"))
        assert len(files) == 4
        for kept in files:
            whole = kept.read_bytes()
            for spoilt in (b"", b"nonsense", whole[: len(whole) // 2], whole[:-1], whole[:71] + b"\xff" * 100):
                kept.write_bytes(spoilt)
                assert load_library(law) == first
                assert kept.read_bytes() == whole

    def test_only_a_place_of_which_a_file_changed_is_read_anew(
        self, law: Path, kept: Callable[[], dict[str, int]]
    ) -> None:
        load_library(law)
        before = kept()
        load_library(law)
        assert kept() == before
        act = law / "us" / "aa" / "act.yaml"
        act.write_text(act.read_text(encoding="utf-8").replace("No holds.", "Hold nobody."), encoding="utf-8")
        load_library(law)
        after = kept()
        assert {name for name in after if after[name] != before[name]} == {"other/place us.aa", "other/together"}

    def test_all_places_are_read_anew_where_the_vocabulary_or_the_places_change(
        self, law: Path, kept: Callable[[], dict[str, int]]
    ) -> None:
        load_library(law)
        before = kept()
        vocabulary = law / "vocabulary.yaml"
        vocabulary.write_text(vocabulary.read_text(encoding="utf-8") + "# A remark.\n", encoding="utf-8")
        load_library(law)
        second = kept()
        assert all(second[name] != before[name] for name in before)
        (law / "us" / "bb").mkdir()
        (law / "us" / "bb" / "jurisdiction.yaml").write_text(ELSEWHERE, encoding="utf-8")
        load_library(law)
        third = kept()
        assert {name for name in second if third[name] == second[name]} == {"other/vocabulary"}

    def test_what_one_file_says_of_another_is_checked_though_neither_place_is_read(self, law: Path) -> None:
        (law / "us" / "bb").mkdir()
        (law / "us" / "bb" / "jurisdiction.yaml").write_text(ELSEWHERE, encoding="utf-8")
        other = law / "us" / "bb" / "other.yaml"
        other.write_text(f"{HEAD}norms:\n  {ONE_NORM}}}\n".replace("us/aa/act", "us/bb/other"), encoding="utf-8")
        act = law / "us" / "aa" / "act.yaml"
        act.write_text(f"{HEAD}norms:\n  {ONE_NORM}, overrides: [us/bb/other#a]}}\n", encoding="utf-8")
        load_library(law)
        other.write_text(other.read_text(encoding="utf-8").replace("id: a,", "id: b,"), encoding="utf-8")
        for _ in range(2):
            with pytest.raises(LawError, match='unknown norm or dispute "us/bb/other#a"'):
                load_library(law)

    def test_the_law_that_comes_along_and_another_do_not_take_each_others_place(
        self, law: Path, kept: Callable[[], dict[str, int]]
    ) -> None:
        load_library(agency="us/al/local/jail")
        before = kept()
        load_library(law)
        assert before.items() <= kept().items()
        assert len(kept()) > len(before)

    def test_no_cache_can_be_written(self, law: Path, tmp_path: Path) -> None:
        (tmp_path / "cache").write_text("a file, not a folder")
        assert load_library(law) == load_library(law, cache=False)

    def test_nothing_but_what_was_read_is_left_behind(self, law: Path, tmp_path: Path) -> None:
        load_library(law)
        load_library(law)
        names = {file.name for file in (tmp_path / "cache" / "comity").glob("*/*")}
        assert names == {"place us.msgpack", "place us.aa.msgpack", "together.msgpack", "vocabulary.msgpack"}

    def test_changed_law_is_read_anew(self, law: Path) -> None:
        first = load_library(law)
        act = law / "us" / "aa" / "act.yaml"
        act.write_text(act.read_text(encoding="utf-8").replace("No holds.", "Hold nobody."), encoding="utf-8")
        second = load_library(law)
        assert second.digest != first.digest
        assert second.instruments["us/aa/act"].norms[0].says == "Hold nobody."

    def test_a_part_is_of_the_same_law_as_the_whole(self, law: Path) -> None:
        whole, part = load_library(law), load_library(law, agency="us/aa/jail")
        assert part == whole
        (law / "us" / "aa" / "act.yaml").unlink()
        load_library(law, agency="us/aa/jail")
        (law / "us" / "bb").mkdir()
        (law / "us" / "bb" / "jurisdiction.yaml").write_text(ELSEWHERE, encoding="utf-8")
        first, again = load_library(law, agency="us/aa/jail"), load_library(law, agency="us/aa/jail")
        assert first == again
        assert first.digest == load_library(law).digest != whole.digest
        assert first.jurisdictions.keys() == {"us", "us/aa"}

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
