"""Examples are read when they are wanted: the same as if they had been read with the rest of their file."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from smallworld import HEAD, MALFORMED, ONE_NORM, small_law

from comity.cli import main
from comity.decide import Law
from comity.errors import LawError
from comity.lawfiles.problems import Problems
from comity.lawfiles.yamlsource import Mapping, Node, read_but_examples, read_source
from comity.lawfolder import law_folder, law_sources
from comity.loading import load_library

LAW = law_sources(law_folder())
ACT = f"""{HEAD}norms:
  {ONE_NORM}}}
examples:
  - given: {{agency: us/aa/jail, on: 2021-02-01}}
    expect: {{hold: prohibited}}
"""


def read(raw: bytes) -> tuple[Node | None, bool]:
    """The node of a file, and whether there is a problem."""
    problems = Problems()
    return read_source("file", raw, problems, scaffolded=True), bool(len(problems))


def read_in_two(raw: bytes) -> tuple[Node | None, bool, bool]:
    """The same of a file read without its examples and then with them; and whether they were read apart."""
    problems = Problems()
    node, examples = read_but_examples("file", raw, problems)
    if not examples or not isinstance(node, Mapping) or "examples" in node.entries:
        return node, bool(len(problems)), False
    late = read_source("file", examples.encode(), problems, scaffolded=True)
    if not isinstance(late, Mapping):
        return None, True, True
    assert list(late.entries) == ["examples"]
    return (
        Mapping(node.entries | late.entries, node.key_lines | late.key_lines, node.line),
        bool(len(problems)),
        True,
    )


def assert_same_in_two(raw: bytes) -> bool:
    """That nothing is lost, added, moved to another line or let pass; whether the examples were read apart."""
    whole, wrong = read(raw)
    node, wrong_in_two, apart = read_in_two(raw)
    assert wrong_in_two == wrong
    if not wrong:
        assert node == whole
    return apart


@pytest.mark.parametrize("file", LAW)
def test_a_law_file_read_in_two_says_the_same_on_the_same_lines(file: str) -> None:
    node, _ = read(LAW[file])
    assert isinstance(node, Mapping)
    assert assert_same_in_two(LAW[file]) == (list(node.entries)[-1] == "examples")


@pytest.mark.parametrize("file", sorted(path for path in MALFORMED.rglob("*.yaml")), ids=lambda path: path.name)
def test_what_is_wrong_is_wrong_in_two_too(file: Path) -> None:
    assert_same_in_two(file.read_bytes())
    assert_same_in_two(file.read_bytes().rstrip() + b"\nexamples:\n  - says: one more\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('note: "open\nexamples:\n  closed"\n', id="quotation"),
        pytest.param("note: 'open\nexamples:\n  - a'\n", id="single quotation"),
        pytest.param("binds: {any: [a,\nexamples:\n  - b]}\n", id="brackets"),
        pytest.param("{a: b,\nexamples:\n  c}\n", id="whole file in braces"),
        pytest.param("|\n a\nexamples:\n  b\n", id="whole file a text"),
        pytest.param("  a: b\nexamples:\n  - c\n", id="indented mapping before"),
        pytest.param("- a\nexamples:\n  - c\n", id="list before"),
        pytest.param("a: b\n...\nexamples:\n  - c\n", id="document ended"),
        pytest.param("a: b\n---\nexamples:\n  - c\n", id="second document"),
        pytest.param("%YAML 1.1\n---\na: b\n...\n%YAML 1.1\n---\nexamples:\n  - c\n", id="directives"),
        pytest.param("a: b\nexamples:\n  - c\nnorms:\n  - d\n", id="norms after them"),
        pytest.param("a: b\nexamples:\n  - c\n\rnorms:\n  - d\n", id="norms after another line end"),
        pytest.param("a: b\nexamples:\n  - c\n\u2028norms:\n  - d\n", id="norms after a line separator"),
        pytest.param("a: b\nexamples:\n  - c\n? norms\n: - d\n", id="norms by a long key"),
        pytest.param("examples: a\nb: c\nexamples:\n  - d\n", id="twice"),
        pytest.param('"examples": a\nb: c\nexamples:\n  - d\n', id="twice, in quotation marks"),
        pytest.param("a: b\na: c\nexamples:\n  - d\n", id="other key twice"),
        pytest.param("a: &b c\nexamples:\n  - *b\n", id="alias"),
        pytest.param("a: b\nexamples:\n  - c\n\td\n", id="tab"),
        pytest.param("a: b\nexamples:\n  - <what is asked>\n", id="gap"),
        pytest.param("a: b\nexamples:\n" + "  [" * 50 + "]" * 50, id="too deep"),
        pytest.param("a: b\nexamples:\n  - \x07\n", id="control character"),
    ],
)
def test_what_stands_around_examples_is_not_mistaken(text: str) -> None:
    assert_same_in_two(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: |\n  b\n\nexamples:\n  - c\n", id="block before"),
        pytest.param("a: |+\n  b\n\n\nexamples:\n  - |+\n    c\n\n", id="block that keeps its empty lines"),
        pytest.param("a: b\n  c\nexamples:\n  - d\n", id="text over two lines before"),
        pytest.param("a:\n- b\nexamples:\n- c\n- d\n", id="lists that are not indented"),
        pytest.param("a:\nexamples:\n# all\n  - c\n\n# more\n  - d\n", id="remarks among them"),
        pytest.param("---\na: |\n examples:\n b\nexamples:\n  - examples:\n", id="word elsewhere"),
        pytest.param("? a\nexamples:\n  - d\n", id="long key before"),
        pytest.param("\ufeffa: b\nexamples: []\n", id="byte order mark"),
    ],
)
def test_examples_are_read_apart_whatever_stands_before_them(text: str) -> None:
    assert assert_same_in_two(text.encode())


LINES = (
    "a: b", "c:", "d: |", "e: >+", 'f: "open', 'closed"', "g: 'open", "closed'", "h: [i,", "j]", "k: {l: m,", "n: o}",
    "examples:", "examples: p", "examples:\r", "examples :", '"examples":', "  examples:", "  - q", "- r", "    s: t",
    "  u", "v", "? w", ": x", "# y", "", "---", "...", "%YAML 1.1", "\rz: a", "\x85b: c", "  - <d>", "&e f", "!g h",
)  # fmt: skip


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=7), st.lists(st.sampled_from(LINES), max_size=5))
def test_any_lines_before_and_after_say_the_same_in_two(before: list[str], after: list[str]) -> None:
    assert_same_in_two("\n".join([*before, "examples:", *after, ""]).encode())


class TestWhereAnExampleIsWrong:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return small_law(tmp_path, act=ACT.replace("hold: prohibited", "hodl: prohibited"))

    WRONG = 'us/aa/act.yaml:15: example: unknown action "hodl" (did you mean "hold"?)'

    def test_it_is_told_once_examples_are_wanted(self, folder: Path) -> None:
        library = load_library(folder, cache=False)
        for _ in range(2):
            with pytest.raises(LawError) as caught:
                library.examples_of("us/aa/act")
            assert [str(problem) for problem in caught.value.problems] == [self.WRONG]

    @pytest.mark.parametrize(
        "command", [("check",), ("check", "us"), ("law", "us/aa/act"), ("law", "us/aa/act#a"), ("law", "--verify")]
    )
    def test_whatever_shows_or_runs_examples_says_so(self, folder: Path, command: tuple[str, ...]) -> None:
        told = CliRunner().invoke(main, ["--law", str(folder), *command])
        assert (told.exit_code, told.stderr) == (2, f"comity: 1 problem in the law files\n{self.WRONG}\n")

    def test_a_decision_needs_none(self, folder: Path) -> None:
        decision = Law(load_library(folder, cache=False)).decide(agency="us/aa/jail", on="2021-02-01", actions=["hold"])
        assert decision.findings[0].status == "prohibited"

    @pytest.mark.parametrize("syntax", ["[a", "{a: b}}", "- [", '"'])
    def test_what_is_no_yaml_is_told_with_its_line(self, tmp_path: Path, syntax: str) -> None:
        library = load_library(small_law(tmp_path, act=f"{ACT}  - {syntax}\n"), cache=False)
        with pytest.raises(LawError, match=r"us/aa/act\.yaml:1[67]: not valid YAML"):
            library.examples()

    def test_it_is_told_with_what_else_is_wrong(self, tmp_path: Path) -> None:
        act = ACT.replace("hold: prohibited", "hodl: prohibited").replace("prohibits: [hold]", "prohibits: [hodl]")
        with pytest.raises(LawError) as caught:
            load_library(small_law(tmp_path, act=act), cache=False)
        assert [problem.at for problem in caught.value.problems] == ["us/aa/act.yaml:12", "us/aa/act.yaml:15"]


def test_examples_of_a_library_from_the_cache_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kept, read_anew = [load_library() for _ in range(2)][1], load_library(cache=False)
    assert kept.examples() == read_anew.examples()
    assert kept.examples_of("us/il/trust-act") == read_anew.examples()["us/il/trust-act"]


def test_examples_once_read_are_kept_until_a_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = small_law(tmp_path / "law", act=ACT)
    read_from_files = load_library(folder, cache=False).examples()
    assert load_library(folder).examples() == read_from_files
    [kept] = (tmp_path / "cache").rglob("examples.msgpack")
    assert load_library(folder).examples() == read_from_files
    before = kept.read_bytes()
    act = folder / "us" / "aa" / "act.yaml"
    act.write_text(act.read_text("utf-8").replace("2021-02-01", "2021-02-02"), encoding="utf-8")
    assert load_library(folder).examples()["us/aa/act"][0].on == "2021-02-02"
    assert kept.read_bytes() != before


def test_examples_of_a_part_of_the_law_are_not_kept_as_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = small_law(tmp_path / "law", act=ACT, other=ACT.replace("us/aa/act", "us/aa/other"))
    load_library(folder, agency="us/aa/jail").examples()
    assert load_library(folder).examples().keys() == load_library(folder, cache=False).examples().keys()
