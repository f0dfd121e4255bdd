"""The vocabulary: trees, facts, and combinations that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest
from smallworld import SMALL_LAW, small_law

from comity.loading import load_library
from comity.vocabulary import ActionRule, Impossible, Vocabulary


@pytest.fixture(scope="module")
def small() -> Vocabulary:
    return load_library(SMALL_LAW, cache=False).vocabulary


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    """The vocabulary that comes along, alone, so that only its own problems show."""
    law = tmp_path_factory.mktemp("law")
    source = Path(__file__).parents[1] / "src" / "comity" / "law" / "vocabulary.yaml"
    (law / "vocabulary.yaml").write_bytes(source.read_bytes())
    return load_library(law, cache=False).vocabulary


class TestTrees:
    def test_inner_names_stand_for_the_leaves_below_them(self, small: Vocabulary) -> None:
        tree = small.actions
        assert tree.leaves["comply"] == ("hold", "transfer_custody")
        assert small.asked_actions() == ("hold", "transfer_custody", "tell")
        assert tree.is_under("hold", "any_action")
        assert not tree.is_under("tell", "comply")
        assert tree.is_leaf("tell")
        assert not tree.is_leaf("comply")

    def test_a_name_over_an_empty_list_is_a_leaf(self, small: Vocabulary) -> None:
        instruments = small.facts["instruments"].tree
        assert instruments is not None
        assert instruments.all_leaves() == ("old_form", "new_form", "warrant")

    def test_roots_are_named_after_the_fact_that_owns_the_tree(self, small: Vocabulary) -> None:
        roots = {name: fact.tree.root for name, fact in small.facts.items() if fact.tree}
        assert roots == {
            "place": "any_place",
            "earlier_place": "any_place",
            "instruments": "any_instruments",
            "done": "any_done",
            "asked": "any_action",
        }
        assert small.agency_kinds.root == "any_agency"

    def test_what_was_done_may_be_an_asked_action_or_a_duty(self, small: Vocabulary) -> None:
        done = small.facts["done"].tree
        assert done is not None
        assert done.all_leaves() == ("hold", "transfer_custody", "tell", "give_copy", "explain")
        assert done.leaves["any_action"] == ("hold", "transfer_custody", "tell")
        assert done.leaves["comply"] == ("hold", "transfer_custody")


class TestFacts:
    def test_records_share_fields_and_may_derive_some(self, small: Vocabulary) -> None:
        convictions, charges = small.facts["convictions"].fields, small.facts["charges"].fields
        assert convictions is not None
        assert charges is not None
        assert list(charges) == [*convictions, "pending"]
        assert convictions["years_since"].derived_from == ("judgment_on", "arrested_on")
        offence = convictions["offence"].tree
        assert offence is not None
        assert offence.root == "any_offence"
        assert offence.leaves["homicide"] == ("murder", "manslaughter")

    def test_derived_facts_name_their_inputs_and_unit(self, small: Vocabulary) -> None:
        hours = small.facts["hours_held"]
        assert (hours.kind, hours.unit, hours.derived_from) == ("quantity", "hour", ("release_due_at", "on"))

    def test_meanings_of_actions(self, small: Vocabulary) -> None:
        assert small.says["hold"] == "keep a person"
        assert small.owed == {"give_copy": "give a copy", "explain": "explain"}
        assert small.action_rules == {"hold": ActionRule({"other_ground": "no"}, "That is no hold.")}

    def test_a_fact_that_follows_from_others_cannot_be_no_beside_them(self, small: Vocabulary) -> None:
        assert small.impossible == (
            Impossible({"in_custody": frozenset({"no"}), "place": frozenset({"jail"})}),
            Impossible({"place": frozenset({"home", "street"}), "civil_purpose": frozenset({"no"})}),
        )


class TestTheVocabularyThatComesAlong:
    def test_every_fact_has_a_question(self, real: Vocabulary) -> None:
        assert len(real.facts) > 40
        for fact in real.facts.values():
            for each in (fact, *(fact.fields or {}).values()):
                assert "?" in each.ask or each.derived_from, each.name

    def test_every_action_asked_has_its_meaning(self, real: Vocabulary) -> None:
        assert set(real.asked_actions()) == real.says.keys()

    def test_no_name_is_both_asked_and_owed(self, real: Vocabulary) -> None:
        assert not set(real.actions.leaves) & real.owed.keys()

    def test_detainer_editions_are_detainers_and_papers_of_administrative_kind_are_warrants(
        self, real: Vocabulary
    ) -> None:
        papers = real.facts["instruments"].tree
        assert papers is not None
        assert papers.is_under("i247a", "immigration_detainer")
        assert papers.is_under("i205", "warrant")
        assert not papers.is_under("i205", "judicial_warrant")

    def test_a_hold_means_that_no_other_ground_is_left(self, real: Vocabulary) -> None:
        assert real.action_rules["hold"].implies == {"other_lawful_ground": "no"}

    def test_reading_it_twice_gives_the_same(self, real: Vocabulary, tmp_path: Path) -> None:
        law = small_law(tmp_path)
        assert load_library(law, cache=False) == load_library(law, cache=False)
        assert real.facts["stated_purpose"].tree == real.facts["purpose"].tree
