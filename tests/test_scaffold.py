"""The files of a new place: scaffolded, refused until filled in, never written over what is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from smallworld import small_law
from surfaces import ACT, error_of, run, run_json

from comity.cli import main
from comity.errors import LawError
from comity.lawfolder import digest_of, law_folder, law_sources
from comity.loading import load_library


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_law(tmp_path, act=ACT)


def problems(folder: Path) -> list[str]:
    with pytest.raises(LawError) as refused:
        load_library(folder, cache=False)
    return [str(problem) for problem in refused.value.problems]


def test_a_new_place_has_a_jurisdiction_and_an_instrument(folder: Path) -> None:
    told = run_json(folder, "law", "--new", "us/aa/bee")
    assert told["files"] == ["us/aa/bee/jurisdiction.yaml", "us/aa/bee/new-instrument.yaml"]
    text = (folder / "us/aa/bee/jurisdiction.yaml").read_text(encoding="utf-8")
    assert "jurisdiction: us/aa/bee\n" in text
    assert "holidays: US-AA\n" in text


def test_each_gap_is_told_with_its_file_its_line_and_what_to_fill_in(folder: Path) -> None:
    run(folder, "law", "--new", "us/aa/bee")
    found = problems(folder)
    gaps = {
        f"us/aa/bee/{name}:{number}"
        for name in ("jurisdiction.yaml", "new-instrument.yaml")
        for number, line in enumerate((folder / "us/aa/bee" / name).read_text(encoding="utf-8").splitlines(), 1)
        if "<" in line
    }
    assert {problem.partition(": ")[0] for problem in found} == gaps
    assert all(": fill in: " in problem for problem in found)
    assert "us/aa/bee/jurisdiction.yaml:3: fill in: its name" in found


def test_a_file_filled_in_loads(folder: Path) -> None:
    run(folder, "law", "--new", "us/aa/bee")
    place = folder / "us/aa/bee/jurisdiction.yaml"
    filled = {
        "<its name>": "Bee",
        "<place or county, as its kind is>": "place",
        '"<its kind: state, county, city or local>"': "city",
        '"<what was looked for and not found, and whom its law does not bind>"': "Nothing.",
        "<the name of an agency>": "Bee Police",
        '"<its kinds, as agency_kinds in vocabulary.yaml has them>"': "police",
        '"<the address of its page>"': '"https://example.org"',
    }
    text = place.read_text(encoding="utf-8")
    for gap, answer in filled.items():
        assert gap in text
        text = text.replace(gap, answer)
    place.write_text(text, encoding="utf-8")
    (folder / "us/aa/bee/new-instrument.yaml").unlink()
    bee = load_library(folder, cache=False).jurisdictions["us/aa/bee"]
    assert (bee.name, bee.kind, bee.ocd) == ("Bee", "city", "ocd-division/country:us/state:aa/place:bee")


def test_a_place_that_is_there_gets_a_new_instrument_only(folder: Path) -> None:
    before = (folder / "us/aa/jurisdiction.yaml").read_bytes()
    assert run_json(folder, "law", "--new", "us/aa")["files"] == ["us/aa/new-instrument.yaml"]
    assert (folder / "us/aa/jurisdiction.yaml").read_bytes() == before


def test_a_new_state_can_be_begun(folder: Path) -> None:
    assert len(run_json(folder, "law", "--new", "us/bb")["files"]) == 2


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("us/bb/bee", "unknown_place"),
        ("us/aa/Bee", "bad_place"),
        ("us/aa/../bb", "bad_place"),
        ("/etc", "bad_place"),
        ("us", "bad_place"),
    ],
)
def test_what_cannot_be_begun_is_refused(folder: Path, place: str, code: str) -> None:
    before = sorted(folder.rglob("*"))
    assert error_of(folder, "law", "--new", place)["code"] == code
    assert sorted(folder.rglob("*")) == before


def test_nothing_is_written_over(folder: Path) -> None:
    stray = folder / "us/aa/bee"
    stray.mkdir()
    (stray / "new-instrument.yaml.bak").write_text("", encoding="utf-8")
    run(folder, "law", "--new", "us/aa/bee")
    assert error_of(folder, "law", "--new", "us/aa/bee")["code"] == "law"


def test_without_a_law_folder_a_copy_is_begun_and_the_program_keeps_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own = law_folder()
    before = digest_of(law_sources(own))
    done = CliRunner().invoke(main, ["law", "--new", "us/il/aurora"])
    assert done.exit_code == 0, done.output
    assert "law: a copy of the law that comes with the program" in done.output
    assert "comity --law law check us/il/aurora --examples" in done.output
    copied, kept = law_sources(Path("law")), law_sources(own)
    assert copied.keys() - kept.keys() == {"us/il/aurora/jurisdiction.yaml", "us/il/aurora/new-instrument.yaml"}
    assert kept.items() <= copied.items()
    assert digest_of(kept) == before
    assert [path.name for path in tmp_path.iterdir()] == ["law"]
    again = CliRunner().invoke(main, ["law", "--new", "us/il/elgin"])
    assert again.exit_code == 2
    assert again.stderr.startswith(
        "comity: law: is there already: begin in it with comity --law law law --new us/il/elgin"
    )


def test_what_is_no_place_makes_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["law", "--new", "Aurora"]).exit_code == 2
    assert list(tmp_path.iterdir()) == []
