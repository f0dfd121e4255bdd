"""What the tests of the encoded law share: the law itself, loaded once."""

from __future__ import annotations

import pytest

from comity.decide import Law


@pytest.fixture(scope="session")
def law() -> Law:
    return Law.load()
