"""Units of law: where nothing turns that the asked actions rest on, answers read alike."""

from __future__ import annotations

import pytest

from comity.audit.signing.units import Calendar, Stretch, class_key, program_key
from comity.decide import Law


@pytest.fixture(scope="module")
def law() -> Law:
    return Law.load()


@pytest.mark.parametrize("actions", [("hold",), ("share_alpr", "notify_release"), ("inquire_status",)])
def test_stretches_called_alike_read_alike(law: Law, actions: tuple[str, ...]) -> None:
    known = Calendar(law, list(law.agencies)[::40], ())
    alike = known.alike(actions).tolist()

    def read(stretch: Stretch) -> list[tuple[object, ...]]:
        scope = law.scope(law.agency(stretch.agency), stretch.day)
        return [part for action in actions for part in (program_key(scope, action), class_key(scope, action, stretch))]

    for stretch, first in zip(known.stretches, alike, strict=True):
        other = known.stretches[first]
        assert (other.agency, other.day <= stretch.day) == (stretch.agency, True)
        assert read(stretch) == read(other), (stretch, other)
    assert len(set(alike)) < 0.7 * len(alike)
