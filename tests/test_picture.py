"""Pictures of decision diagrams: complete, accessible, and true to the diagram."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from surfaces import error_of, load, run, run_json, surface_law

from comity import explain
from comity.compile import ActionDiagrams
from comity.decide import Law
from comity.outline import Outcome, Question, Reader, Step
from comity.picture import draw_norm, draw_status

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def law(tmp_path_factory: pytest.TempPathFactory) -> Law:
    return load(tmp_path_factory.mktemp("picture"))


def unit_of(law: Law, action: str, on: date = date(2023, 5, 1)) -> ActionDiagrams:
    return law.scope(law.agency("us/aa/jail"), on).unit(action)


def drawn(unit: ActionDiagrams) -> ElementTree.Element:
    return ElementTree.fromstring(draw_status(unit, {}).svg("A title & more", "A subtitle <here>"))


def words_of(svg: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in svg.iter(f"{SVG}text")]


def boxes_of(svg: ElementTree.Element) -> list[tuple[float, float, float, float]]:
    """The rectangles of the boxes, without background, legend and inner borders."""
    (group,) = svg.findall(f"{SVG}g")
    found: list[tuple[float, float, float, float]] = []
    for shape in group:
        if shape.tag == f"{SVG}rect" and "inner" not in shape.get("class", ""):
            x, y, width, height = (float(shape.get(name, "")) for name in ("x", "y", "width", "height"))
            found.append((x, y, x + width, y + height))
        elif shape.tag == f"{SVG}polygon":
            points = [tuple(map(float, point.split(","))) for point in shape.get("points", "").split()]
            found.append(
                (
                    min(p[0] for p in points),
                    min(p[1] for p in points),
                    max(p[0] for p in points),
                    max(p[1] for p in points),
                )
            )
    return found


def test_the_picture_shows_questions_answers_statuses_and_citations(law: Law) -> None:
    words = words_of(drawn(unit_of(law, "hold")))
    assert "Papers shown: detainer among" in words
    assert {"yes", "no", "PROHIBITED", "UNREGULATED", "AA 1(a)"} <= set(words)
    assert "A title & more" in words
    assert "This states encoded law; it is no legal advice." in words


def test_the_picture_is_accessible_and_complete_in_itself(law: Law) -> None:
    text = draw_status(unit_of(law, "hold"), {}).svg("Title", "Sub")
    svg = ElementTree.fromstring(text)
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "title desc"
    description = svg.findtext(f"{SVG}desc") or ""
    assert "Question 1. Papers shown: detainer among them?" in description
    assert "prohibited, AA 1(a)" in description
    assert not re.search(r"(href|src|url\()", text)


def test_no_two_boxes_overlap_and_all_text_stands_inside_the_picture(law: Law) -> None:
    for action in ("hold", "transfer_custody", "tell"):
        svg = drawn(unit_of(law, action))
        boxes = boxes_of(svg)
        assert boxes
        for position, (left, top, right, bottom) in enumerate(boxes):
            for other_left, other_top, other_right, other_bottom in boxes[position + 1 :]:
                apart = right <= other_left or other_right <= left or bottom <= other_top or other_bottom <= top
                assert apart
        width, height = (float(svg.get(name, "")) for name in ("width", "height"))
        assert all(right <= width and bottom <= height for _, _, right, bottom in boxes)


def test_statuses_differ_by_shape_and_word_not_only_by_colour(law: Law) -> None:
    text = draw_status(unit_of(law, "transfer_custody"), {}).svg("T", "S")
    assert "<polygon" in text, "prohibited has eight corners"
    assert 'class="inner"' in text, "required has a double border"
    assert 'class="box dotted"' in text, "unregulated is dotted"


def test_the_outline_gives_the_same_status_as_the_diagram_everywhere(law: Law) -> None:
    """Every assignment of cells that can be, followed through the outline, ends in the diagram's own leaf."""
    for action in ("hold", "transfer_custody", "tell"):
        unit = unit_of(law, action)
        root = Reader(unit.space, explain.tests_in(unit)).read(unit.status)
        checked = 0
        for cells in _assignments(unit):
            leaf = unit.space.diagrams.reach(unit.space.diagrams.restrict(unit.status, cells))
            if leaf:
                assert _follow(root, cells) == leaf
                checked += 1
        assert checked


def _assignments(unit: ActionDiagrams) -> list[dict[int, int]]:
    found: list[dict[int, int]] = [{}]
    for number, variable in enumerate(unit.space.variables):
        found = [{**each, number: 1 << cell} for each in found for cell in range(variable.size)]
    return found


def _follow(step: Step, cells: dict[int, int]) -> int:
    while isinstance(step, Question):
        (answer,) = [each for each in step.answers if each.cells & cells[step.variable]]
        step = answer.then
    assert isinstance(step, Outcome)
    return step.value


def test_a_norm_is_drawn_by_when_it_takes_effect(law: Law) -> None:
    unit = unit_of(law, "hold")
    picture = draw_norm(unit, "us/aa/act#hold", {})
    assert picture is not None
    assert {"PROHIBITED", "NO EFFECT"} <= set(words_of(ElementTree.fromstring(picture.svg("T", "S"))))
    assert draw_norm(unit, "us/aa/act#tell", {}) is None


def test_the_command_draws_to_a_file_and_tells_it_in_words(tmp_path: Path) -> None:
    folder = surface_law(tmp_path)
    file = tmp_path / "hold.svg"
    told = run(folder, "law", "us/aa/jail", "--diagram", "hold", "--on", "2023-05-01", "-o", str(file))
    assert told.exit_code == 0, told.output
    assert "Aa Jail: keep a person" in file.read_text(encoding="utf-8")
    printed = run(folder, "law", "us/aa/jail", "--diagram", "hold", "--on", "2023-05-01").stdout
    assert printed == file.read_text(encoding="utf-8")
    narrowed = run_json(folder, "law", "us/aa/jail", "--diagram", "hold", "--on", "2023-05-01", "instruments=none")
    assert narrowed["text"] == "unregulated"
    norm = run_json(
        folder, "law", "us/aa/act#hold", "--diagram", "hold", "--agency", "us/aa/jail", "--on", "2023-05-01"
    )
    assert norm["text"].endswith("no: prohibited.")


def test_what_cannot_be_drawn_is_an_error(tmp_path: Path) -> None:
    folder = surface_law(tmp_path)
    assert error_of(folder, "law", "--diagram", "hold")["code"] == "missing_key"
    assert error_of(folder, "law", "us/aa/jial", "--diagram", "hold")["code"] == "unknown_agency"
    assert error_of(folder, "law", "us/aa/jail", "--diagram", "comply", "--on", "2023-05-01")["code"] == "wrong_type"
    other = error_of(
        folder, "law", "us/aa/act#tell", "--diagram", "hold", "--agency", "us/aa/jail", "--on", "2023-05-01"
    )
    assert other["code"] == "unknown_path"


def test_a_large_diagram_is_cut_with_a_word_not_drawn_without_end() -> None:
    law = Law.load()
    unit = law.scope(law.agency("us/il/chicago/police"), date(2025, 1, 21)).unit("disclose_information")
    text = draw_status(unit, {}).svg("T", "S")
    assert len(text) < 400_000
    ElementTree.fromstring(text)
