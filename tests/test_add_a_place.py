"""The guide to adding a place shows the files that it speaks of as they are."""

from __future__ import annotations

import re
from pathlib import Path

import comity
from tests.documented import ROOT

BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_what_the_guide_shows_of_the_law_stands_in_the_law() -> None:
    guide = (ROOT / "docs/how-to/add-a-place.md").read_text(encoding="utf-8")
    folder = Path(comity.__file__).parent / "law/us/ma/boston"
    written = [file.read_text(encoding="utf-8") for file in folder.glob("*.yaml")]
    shown = BLOCK.findall(guide)
    assert len(shown) > 5
    assert [block for block in shown if not any(block in text for text in written)] == []
