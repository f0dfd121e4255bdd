"""Wrong law is noticed: of small changes to the law of Illinois and Chicago, nearly all change an expected answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from comity.decide import Law
from tests.law.mutate import summary
from tests.law.mutations import KINDS, Mutation, mutations
from tests.law.trial import Result, Trial, equivalent_mutations, share, survivors, try_mutations

PLACES = ("us/il", "us/il/chicago")
SAMPLE = 97
"""So many mutations are tried here, spread evenly; `python -m tests.law.mutate` tries all."""


@cache
def law() -> Law:
    return Law.load()


@cache
def all_mutations() -> tuple[Mutation, ...]:
    return tuple(mutations(law().library, PLACES))


def test_a_sample_of_mutations_is_noticed() -> None:
    made = all_mutations()
    results = try_mutations(law(), made[:: len(made) // SAMPLE])
    assert share(results) >= 0.95, survivors(results)


def test_every_kind_of_mutation_is_made_and_no_two_are_told_alike() -> None:
    made = [*all_mutations(), *mutations(law().library, ["us"])]
    assert {mutation.kind for mutation in made} == set(KINDS)
    assert [key for key, times in Counter(mutation.key for mutation in made).items() if times > 1] == []


def test_every_mutation_changes_the_law() -> None:
    instruments = law().library.instruments
    unchanged = [
        mutation.key
        for mutation in all_mutations()
        if mutation.instrument == instruments[mutation.subject.partition("#")[0].partition(" ")[0]]
    ]
    assert unchanged == []


@pytest.mark.parametrize(
    ("subject", "change", "noticed_by"),
    [
        ("us/il/trust-act#15-a-hold", "the norm is gone", "us/il/trust-act"),
        ("us/il/trust-act#15-a-hold", "prohibits made permits", "us/il/trust-act"),
        ("us/il/trust-act#15-h-1", "unless: all of it dropped", "us/il/trust-act"),
        ("us/il/trust-act#25-report", "due: 03-01 made 02-28", "us/il/trust-act"),
    ],
)
def test_a_wrong_is_noticed_by_the_law_file_it_is_in(subject: str, change: str, noticed_by: str) -> None:
    (mutation,) = [mutation for mutation in all_mutations() if mutation.key == (subject, change)]
    assert trial().noticed_by(mutation).startswith(noticed_by)


@cache
def trial() -> Trial:
    return Trial(law())


def test_equivalent_mutations_exist_and_change_no_answer() -> None:
    """A reason in the table stands for one mutation that is made, and that none of the questions notices.

    Those of federal law reach every agency there is, which takes long: the script tries them.
    """
    listed = equivalent_mutations()
    made = {mutation.key: mutation for mutation in mutations(law().library) if mutation.key in listed}
    assert set(listed) - set(made) == set()
    below = [mutation for mutation in made.values() if mutation.instrument.place != "us"]
    assert [result.subject for result in try_mutations(law(), below) if result.noticed_by] == []


def test_the_share_leaves_equivalent_mutations_out() -> None:
    def results() -> Iterator[Result]:
        for number in range(4):
            yield Result(
                "norm dropped", "us/il", f"us/il/trust-act#{number}", "the norm is gone", "" if number else "x"
            )
        yield Result("norm dropped", "us/il", "us/il/trust-act#5", "the norm is gone", "", equivalent="the same text")

    made = list(results())
    assert share(made) == 0.25
    count = summary(made).kinds["norm dropped"]
    assert (count.made, count.equivalent, count.noticed, count.share) == (5, 1, 1, 0.25)
    assert [result.subject[-1] for result in survivors(made)] == ["1", "2", "3"]
