"""The map of facilities."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from comity.audit.holders.facilities import COLUMNS, load_holders, read_holders
from comity.decide import Law
from comity.errors import ComityError

HEADER = ",".join(COLUMNS)


def test_every_agency_is_one_the_law_knows(law: Law) -> None:
    agencies = {holder.agency for holder in load_holders() if holder.agency}
    assert agencies <= set(law.agencies)
    assert {"us/il/cook-county/sheriff", "us/il/mchenry-county/sheriff", "us/il/kankakee-county/sheriff"} <= agencies


def test_agencies_fit_their_class(law: Law) -> None:
    kinds = {"state": "prison", "county": "jail", "city": "police"}
    # Probation officers keep juvenile halls; a county may have police; some cities have a jail department of their own.
    others = {"state": set[str](), "county": {"probation", "police"}, "city": {"jail", "city_office"}}
    for holder in load_holders():
        if holder.kind not in kinds:
            assert holder.agency == "", holder
        elif holder.agency:
            assert {kinds[holder.kind], *others[holder.kind]} & set(law.agencies[holder.agency].kinds), holder
        else:
            assert "no agency of that kind is encoded" in holder.note or "not encoded as an agency" in holder.note, (
                holder
            )


def test_every_entry_says_how_it_is_known() -> None:
    for holder in load_holders():
        assert holder.source.startswith("http"), holder
        assert holder.matched, holder
        assert holder.note, holder


def test_facilities_with_five_rows_or_more_are_mapped(real_file: Path) -> None:
    mapped = {(holder.facility, holder.city) for holder in load_holders()}
    with duckdb.connect(":memory:") as database:
        often = database.execute(
            f"SELECT facility, city FROM '{real_file}' WHERE state = 'ILLINOIS' GROUP BY ALL HAVING count(*) >= 5"
        ).fetchall()
    assert len(often) == 31
    assert set(often) <= mapped


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("facility,state\n", "the columns must be"),
        (f"{HEADER}\nA,B,C,,D,town,,,\n", 'unknown class "town"'),
        (f"{HEADER}\nA,B,C,,D,other,,,\nA,B,C,,E,other,,,\n", "stands twice"),
    ],
)
def test_a_map_that_does_not_fit(text: str, says: str) -> None:
    with pytest.raises(ComityError, match=says):
        read_holders(text)
