"""Every Python example that the documentation shows is run; what a page asserts holds."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.documented import ROOT, pages

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WITH_EXAMPLES = [page for page in pages() if BLOCK.search(page.read_text("utf-8"))]


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_page_run_in_their_order(page: Path) -> None:
    text = page.read_text("utf-8")
    names: dict[str, Any] = {}
    for block in BLOCK.finditer(text):
        # Blank lines before the block, so that an error names the page's own line.
        code = "\n" * text.count("\n", 0, block.start(1)) + block.group(1)
        exec(compile(code, str(page), "exec"), names)


def test_pages_show_examples_and_assert_something() -> None:
    blocks = [block for page in WITH_EXAMPLES for block in BLOCK.findall(page.read_text("utf-8"))]
    assert len(blocks) >= 5
    assert sum("assert " in block for block in blocks) >= 5
