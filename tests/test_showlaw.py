"""Pages of the law in the terminal: examples as they would be asked, and counts in words."""

import re

from comity.commands.showlaw import as_told
from comity.decide import Law
from comity.request import parse_facts
from comity.telling import facts_from
from tests.documented import run


def test_every_example_of_the_law_can_be_asked_on_the_command_line_as_it_is_shown() -> None:
    law = Law.load()
    shown = 0
    for examples in law.library.examples().values():
        for example in examples:
            arguments = [f"{name}={as_told(value)}" for name, value in example.facts.items()]
            facts = facts_from(arguments, law.vocabulary)
            assert parse_facts(law.vocabulary, facts) == parse_facts(law.vocabulary, example.facts), arguments
            shown += len(arguments)
    assert shown > 1000


def test_one_of_a_thing_is_not_told_in_the_plural() -> None:
    places = run("comity law")
    assert "Kankakee County (county): 1 agency, 0 instruments, 0 norms" in places
    assert not re.search(r"\b1 (agencies|instruments|norms)\b", places)


def test_an_id_is_not_broken_over_two_lines() -> None:
    """So that it can be copied, and found by a search."""
    found = run("comity check us/il --all")
    assert "us/il/cook-county/sheriff" in found
    assert not re.search(r"[a-z]-\n", found)
