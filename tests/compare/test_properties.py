"""What the law files claim of themselves holds, for every combination of facts and every day."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from smallworld import HEAD, small_law

from comity.cli import main
from comity.compare.properties import proofs_of, properties_of, prove_properties
from comity.decide import Law
from comity.errors import LawError
from comity.loading import load_library
from comity.norms import Property

BAN = """norms:
- {id: may, cite: "0", in_force: v1.., permits: [tell], says: Tell., evidence: text}
- {id: ban, cite: "1", in_force: v2.., prohibits: [hold], when: {in_custody: yes}, says: No., evidence: text}
"""
CLAIM = """properties:
  - claim: hold is always prohibited when in_custody yes
    agencies: [us/aa/jail, us/aa/police]
    from: 2022-01-01
    cite: "1"
    says: Nobody is held.
"""


@cache
def law() -> Law:
    return Law.load()


PROPERTIES = properties_of(law().library)


@pytest.mark.parametrize("claimed", PROPERTIES, ids=[f"{each.path}:{each.line}" for each in PROPERTIES])
def test_property(claimed: Property) -> None:
    for each in proofs_of(law(), claimed):
        assert each.proof.counterexamples == ()
        assert each.proof.vacuous != each.proof.periods, "no facts satisfy its condition on any day"


def test_every_place_claims_five_properties_or_one_for_each_norm() -> None:
    library = law().library
    claimed = Counter(each.path.rpartition("/")[0] for each in PROPERTIES)
    norms = Counter(norm.place for norm in library.norms().values())
    assert {place: claimed[place] for place, count in norms.items() if claimed[place] < min(5, count)} == {}


def test_a_property_is_proved_for_each_of_its_agencies(tmp_path: Path) -> None:
    proofs = list(prove_properties(Law(load_library(small_law(tmp_path, act=HEAD + BAN + CLAIM), cache=False))))
    assert [(each.proof.agency, each.proof.proved, each.at) for each in proofs] == [
        ("us/aa/jail", True, "us/aa/act.yaml:15"),
        ("us/aa/police", True, "us/aa/act.yaml:15"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        ("from: 2022-01-01", "from: 2021-12-31\n    to: 2022-02-01"),
        ("always prohibited", "never prohibited"),
        ("in_custody yes", "place home"),
    ],
    ids=["a day too early", "the opposite", "where the norm does not apply"],
)
def test_a_property_that_does_not_hold_is_refuted(tmp_path: Path, change: tuple[str, str]) -> None:
    library = load_library(small_law(tmp_path, act=HEAD + BAN + CLAIM.replace(*change)), cache=False)
    assert not any(each.proof.proved for each in prove_properties(Law(library)) if each.proof.agency == "us/aa/police")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("always prohibited", "always forbidden"), 'unknown status "forbidden"'),
        (("hold is", "hodl is"), 'did you mean "hold"'),
        (("in_custody yes", "in_custdy yes"), 'did you mean "in_custody"'),
        (("us/aa/police", "us/aa/polise"), 'unknown agency "us/aa/polise" (did you mean "us/aa/police"?)'),
        (("    agencies: [us/aa/jail, us/aa/police]\n", ""), '"agencies" is missing'),
        (('    cite: "1"\n', ""), '"cite" is missing'),
    ],
)
def test_a_property_that_cannot_be_read_is_named(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    with pytest.raises(LawError) as refused:
        load_library(small_law(tmp_path, act=HEAD + BAN + CLAIM.replace(*change)), cache=False)
    assert message in str(refused.value)
    assert "us/aa/act.yaml:1" in str(refused.value)


class TestCommand:
    def run(self, *arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, [*arguments])
        return done.exit_code, done.output

    def test_those_of_a_place(self, tmp_path: Path) -> None:
        folder = str(small_law(tmp_path, act=HEAD + BAN + CLAIM))
        assert self.run("--law", folder, "prove", "us/aa")[0] == 0
        code, output = self.run("--law", folder, "prove", "us/bb")
        assert code == 2
        assert 'no place is called "us/bb"' in output

    def test_a_refuted_one_exits_1_and_is_shown(self, tmp_path: Path) -> None:
        act = HEAD + BAN + CLAIM.replace("always", "never")
        code, output = self.run("--law", str(small_law(tmp_path, act=act)), "prove")
        assert code == 1
        assert "us/aa/act.yaml:15: Nobody is held." in output
        assert "comity decide us/aa/jail" in output

    def test_days_go_with_a_claim(self) -> None:
        assert self.run("prove", "us/il", "--from", "2025-01-01")[0] == 2
        assert self.run("prove", "us/il/local/jail", "obstruct is always prohibited")[0] == 2
