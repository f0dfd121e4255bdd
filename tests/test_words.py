"""Words that are worked out, not looked up."""

from comity.words import counted


def test_a_number_agrees_with_what_it_counts() -> None:
    assert counted(0, "row") == "0 rows"
    assert counted(1, "row") == "1 row"
    assert counted(2_000, "row") == "2,000 rows"
    assert counted(1, "row is", "rows are") == "1 row is"
    assert counted(2, "agency", "agencies") == "2 agencies"
