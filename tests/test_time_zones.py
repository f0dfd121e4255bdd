"""A time zone is never dropped: law runs on the clock of the place, and a moment told by another clock is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from surfaces import error_of, load, surface_law

from comity.errors import RequestError

ZONED = "2023-05-01T23:30Z"
JAIL = "us/aa/jail"


@pytest.mark.parametrize(
    ("line", "at"),
    [
        (f"decide {JAIL} --on {ZONED}", "on"),
        (f"decide {JAIL} --on 2023-05-01T23:30-06:00", "on"),
        (f"decide {JAIL} --on 2023-05-01 release_due_at={ZONED}", "facts.release_due_at"),
        (f"decide {JAIL} --on 2023-05-01 release_due_at={ZONED}..2023-05-03", "facts.release_due_at"),
        (f"decide {JAIL} --on 2023-05-01 arrested_on={ZONED}", "facts.arrested_on"),
        (f"ask {JAIL} --action hold --on {ZONED}", "on"),
        (f"law {JAIL} --on {ZONED}", "on"),
        (f"law --compare hold --on {ZONED}", "on"),
        (f"diff {JAIL} --between 2021-01-01 {ZONED}", "between"),
        (f"diff {JAIL} {JAIL} --on {ZONED}", "on"),
        (f"prove {JAIL} hold_is_never_required --from {ZONED}", "from"),
        (f"audit log.csv --out out --as-of {ZONED}", "--as-of"),
        (f"audit --sharing list.csv --on {ZONED}", "--on"),
        (f"replay log.csv --as-of {ZONED}", "--as-of"),
    ],
)
def test_a_time_zone_is_refused_wherever_a_day_is_told(line: str, at: str, tmp_path: Path) -> None:
    words = (word.replace("hold_is_never_required", "hold is never required") for word in line.split())
    error = error_of(surface_law(tmp_path), *words)
    assert (error["code"], error["at"]) == ("bad_date", at)
    assert "tells a time zone" in error["message"]
    assert "clock of the place" in error["message"]


def test_a_request_of_a_program_is_refused_likewise(tmp_path: Path) -> None:
    request = f'{{"agency": "{JAIL}", "on": "{ZONED}"}}'
    assert "tells a time zone" in error_of(surface_law(tmp_path), "decide", given=request)["message"]


def test_a_moment_with_a_time_zone_is_refused_in_python(tmp_path: Path) -> None:
    law, zoned = load(tmp_path), datetime(2023, 5, 1, 23, 30, tzinfo=UTC)
    with pytest.raises(RequestError, match=r"^on: .* tells a time zone"):
        law.decide(agency=JAIL, on=zoned, actions=["hold"])
    with pytest.raises(RequestError, match=r"^facts.release_due_at: .* tells a time zone"):
        law.decide(agency=JAIL, on=date(2023, 5, 1), actions=["hold"], facts={"release_due_at": zoned})
    with pytest.raises(RequestError, match=r"^facts.arrested_on: .* tells a time zone"):
        law.decide(agency=JAIL, on=date(2023, 5, 1), actions=["hold"], facts={"arrested_on": zoned})
    assert law.decide(agency=JAIL, on=zoned.replace(tzinfo=None), actions=["hold"]).on == "2023-05-01T23:30:00"
