"""The judge, on laws small enough to check by eye: each test is one rule of the semantics."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from generated import ALWAYS_IN_FORCE, DAY, make_library, make_norm
from generated_vocabulary import IMPOSSIBLE, make_vocabulary

from comity import reference
from comity.conditions import AtLeast, Contains, ForbiddenBelow, OneOf, Opposite, Records, RequiredAbove
from comity.library import Library
from comity.norms import Binds, Boundary, Dispute, Every, Interval, Limit, Norm, Target
from comity.reference import Answer, Situation
from comity.vocabulary import ActionRule

MINOR = OneOf("minor", frozenset({"yes"}))
FELONY = OneOf("grade", frozenset({"f1", "f2"}))
COMPLETE = dict.fromkeys(("us", "us/aa", "us/aa/bb"), ("any_action",))


def norm(norm_id: str, modality: str, *actions: str, **parts: object) -> Norm:
    return make_norm(norm_id, ALWAYS_IN_FORCE, {"modality": modality, "actions": actions, **parts})


def law(*norms: Norm, rulings: tuple[Dispute, ...] = (), complete: dict[str, tuple[str, ...]] = COMPLETE) -> Library:
    return make_library(norms, make_vocabulary(), rulings, complete)


def ask(
    library: Library,
    situation: Situation | None = None,
    *,
    agency: str = "us/aa/bb/police",
    action: str = "hold",
    day: date = DAY,
    texts: dict[str, bool] | None = None,
    as_if: tuple[str, ...] = (),
) -> Answer:
    return reference.answer(case(library, situation, agency, action, day, texts, as_if))


def case(
    library: Library,
    situation: Situation | None = None,
    agency: str = "us/aa/bb/police",
    action: str = "hold",
    day: date = DAY,
    texts: dict[str, bool] | None = None,
    as_if: tuple[str, ...] = (),
) -> reference.Case:
    return reference.Case(library, library.agencies()[agency], day, action, situation or {}, texts or {}, as_if)


def ruling(effect: str, *norms: str, **reach: object) -> Dispute:
    base = Dispute("stay", "Court", "No. 1", "flags", norms, DAY, "Stayed.", "text", "https://example.org", 1)
    return msgspec.structs.replace(base, effect=effect, **reach)


@pytest.mark.parametrize(
    ("modalities", "status", "deciding"),
    [
        ([], "unregulated", []),
        (["permits"], "permitted", ["permits"]),
        (["requires", "permits"], "required", ["requires"]),
        (["prohibits", "permits"], "prohibited", ["prohibits"]),
        (["prohibits", "requires", "permits"], "conflict", ["prohibits", "requires"]),
    ],
)
def test_the_status_follows_from_the_modalities_that_stand(
    modalities: list[str], status: str, deciding: list[str]
) -> None:
    library = law(*(norm(f"us/aa/act#{modality}", modality, "hold") for modality in modalities))
    answer = ask(library)
    assert answer.status == status
    assert answer.deciding == {f"us/aa/act#{modality}" for modality in deciding}
    assert answer.undefeated == {f"us/aa/act#{modality}" for modality in modalities}


def test_a_norm_on_an_inner_action_rules_on_all_below_it() -> None:
    library = law(norm("us/aa/act#1", "prohibits", "take"))
    assert ask(library, action="hold").status == "prohibited"
    assert ask(library, action="transfer").status == "prohibited"
    assert ask(library, action="tell").status == "unregulated"


def test_a_norm_counts_from_its_first_day_until_the_day_before_its_end() -> None:
    start, end = Boundary("start", DAY), Boundary("end", DAY + timedelta(days=2))
    dated = msgspec.structs.replace(norm("us/aa/act#1", "prohibits", "hold"), intervals=(Interval(start, end),))
    statuses = [ask(law(dated), day=DAY + timedelta(days=offset)).status for offset in (-1, 0, 1, 2)]
    assert statuses == ["unregulated", "prohibited", "prohibited", "unregulated"]


def test_old_and_new_text_share_one_uncertain_boundary() -> None:
    band = Boundary("turn", DAY - timedelta(days=5), DAY + timedelta(days=5))
    old = msgspec.structs.replace(
        norm("us/aa/act#old", "prohibits", "hold"), intervals=(Interval(Boundary("begin", date(2000, 1, 1)), band),)
    )
    new = msgspec.structs.replace(norm("us/aa/act#new", "permits", "hold"), intervals=(Interval(band),))
    assert ask(law(old, new), texts={"turn": False}).status == "prohibited"
    assert ask(law(old, new), texts={"turn": True}).status == "permitted"
    assert ask(law(old, new), day=DAY + timedelta(days=5)).status == "permitted"


@pytest.mark.parametrize(
    ("place", "binds", "bound"),
    [
        ("us/aa/act", Binds(), ["state-police", "bb/police", "bb/sheriff", "bb/park-district"]),
        ("us/aa/bb/ordinance", Binds(), ["bb/police", "bb/sheriff"]),
        ("us/aa/act", Binds(("law_enforcement",), ("jail",)), ["state-police", "bb/police"]),
        ("us/aa/act", Binds(agencies=("us/aa/bb/park-district",)), ["bb/park-district"]),
    ],
)
def test_a_norm_binds_the_kinds_it_names_within_its_own_government(place: str, binds: Binds, bound: list[str]) -> None:
    library = law(norm(f"{place}#1", "prohibits", "hold", binds=binds))
    found = [name for name in library.agencies() if ask(library, agency=name).status == "prohibited"]
    assert found == [f"us/aa/{name}" for name in bound]


def test_a_suspended_norm_does_not_count_while_and_where_the_ruling_acts() -> None:
    prohibits = norm("us/aa/act#1", "prohibits", "hold")
    stayed = law(prohibits, rulings=(ruling("suspends", "us/aa/act#1", until=DAY + timedelta(days=1)),))
    statuses = [ask(stayed, day=DAY + timedelta(days=offset)).status for offset in (-1, 0, 1)]
    assert statuses == ["prohibited", "unregulated", "prohibited"]
    elsewhere = law(prohibits, rulings=(ruling("suspends", "us/aa/act", agencies=("us/aa/bb/sheriff",)),))
    assert ask(elsewhere).status == "prohibited"
    assert ask(elsewhere, agency="us/aa/bb/sheriff").status == "unregulated"
    inside = law(prohibits, rulings=(ruling("suspends", "us/aa/act#1", places=("us/aa",)),))
    assert ask(inside).status == "unregulated"


def test_an_annulled_norm_never_counted_and_a_flagged_one_counts() -> None:
    prohibits = norm("us/aa/act#1", "prohibits", "hold")
    before = DAY - timedelta(days=900)
    assert ask(law(prohibits, rulings=(ruling("annuls", "us/aa/act#1"),)), day=before).status == "unregulated"
    assert ask(law(prohibits, rulings=(ruling("flags", "us/aa/act#1"),))).status == "prohibited"


def test_a_proposal_counts_only_when_asked_as_if() -> None:
    library = law(norm("us/aa/bill#1", "prohibits", "hold"))
    assert ask(library).status == "unregulated"
    assert ask(library, as_if=("us/aa/bill",)).status == "prohibited"


def test_when_unless_and_limit_make_a_norm_apply() -> None:
    library = law(
        norm("us/aa/act#1", "requires", "hold", unless=MINOR, limit=Limit("hours_held_plain", 48)),
    )
    assert ask(library, {"minor": "no", "hours_held_plain": 48.0}).status == "required"
    assert ask(library, {"minor": "no", "hours_held_plain": 48.5}).status == "unregulated"
    exempt = ask(library, {"minor": "yes", "hours_held_plain": 1.0})
    assert (exempt.status, exempt.defeated) == ("unregulated", frozenset())


@pytest.mark.parametrize(
    ("condition", "situation", "holds"),
    [
        (Contains("paper", frozenset({"d1", "d2"})), {"paper": frozenset({"d2", "w1"})}, True),
        (Contains("paper", frozenset({"d1"})), {"paper": frozenset[str]()}, False),
        (Opposite(MINOR), {"minor": "no"}, True),
        (AtLeast("served", DAY), {"served": DAY}, True),
        (AtLeast("served", DAY, strict=True), {"served": DAY}, False),
        (Records("convictions", 2, FELONY), {"convictions": ({"grade": "f1"}, {"grade": "petty"})}, False),
        (Records("convictions", 2, FELONY), {"convictions": ({"grade": "f1"}, {"grade": "f2"})}, True),
    ],
)
def test_conditions_test_what_they_say(condition: object, situation: Situation, holds: bool) -> None:
    library = law(norm("us/aa/act#1", "prohibits", "hold", when=condition))
    assert ask(library, situation).status == ("prohibited" if holds else "unregulated")


def test_a_lift_switches_off_prohibitions_and_grants_nothing() -> None:
    lift = norm("us/aa/act#lift", "lifts", lifts=(Target(ref="us/aa/act"),))
    library = law(norm("us/aa/act#no", "prohibits", "hold"), norm("us/aa/act#must", "requires", "tell"), lift)
    answer = ask(library)
    assert answer.status == "unregulated"
    assert answer.defeated == {("us/aa/act#no", "us/aa/act#lift")}
    assert ask(library, action="tell").status == "required"


def test_a_lift_reaches_requirements_only_if_it_says_so_and_only_its_actions() -> None:
    must = norm("us/aa/act#must", "requires", "hold", "tell")
    lift = norm(
        "us/aa/act#lift", "lifts", lifts=(Target(ref="us/aa/act"),), lifts_requires=True, only_actions=("take",)
    )
    assert ask(law(must, lift)).status == "unregulated"
    assert ask(law(must, lift), action="tell").status == "required"
    assert ask(law(must, msgspec.structs.replace(lift, lifts_requires=False))).status == "required"


def test_an_attacker_that_is_itself_defeated_defeats_nothing() -> None:
    library = law(
        norm("us/aa/act#no", "prohibits", "hold"),
        norm("us/aa/act#lift", "lifts", lifts=(Target(ref="us/aa/act#no"),)),
        norm("us/aa/act#but", "requires", "hold", when=MINOR, overrides=(Target(ref="us/aa/act#lift"),)),
    )
    assert ask(library, {"minor": "no"}).status == "unregulated"
    answer = ask(library, {"minor": "yes"})
    assert answer.status == "conflict"
    assert answer.defeated == {("us/aa/act#lift", "us/aa/act#but")}


def test_an_override_hits_other_modalities_on_its_own_action_and_never_itself() -> None:
    override = norm("us/code#1", "permits", "hold", overrides=(Target(ref="us/aa/act"), Target(ref="us/code")))
    library = law(
        override,
        norm("us/aa/act#no", "prohibits", "any_action"),
        norm("us/aa/act#may", "permits", "hold"),
    )
    answer = ask(library)
    assert answer.status == "permitted"
    assert answer.deciding == {"us/code#1", "us/aa/act#may"}
    assert ask(library, action="tell").status == "prohibited"


def test_a_pattern_below_means_lower_places_and_the_kinds_it_names() -> None:
    pattern = Target(below=True, modality="prohibits", actions=("take",), instrument_kinds=("ordinance",))
    library = law(
        norm("us/aa/act#1", "requires", "any_action", overrides=(pattern,)),
        norm("us/aa/bb/ordinance#1", "prohibits", "any_action"),
        norm("us/aa/bb/order#1", "prohibits", "transfer"),
    )
    assert ask(library, action="hold").status == "required"
    assert ask(library, action="transfer").status == "conflict"
    assert ask(library, action="tell").status == "conflict"


def test_yielding_is_the_same_edge_written_at_its_other_end() -> None:
    library = law(
        norm("us/code#must", "requires", "hold", when=MINOR),
        norm("us/aa/act#no", "prohibits", "hold", yields_to=(Target(place="us", modality="requires"),)),
    )
    assert ask(library, {"minor": "no"}).status == "prohibited"
    answer = ask(library, {"minor": "yes"})
    assert (answer.status, answer.defeated) == ("required", {("us/aa/act#no", "us/code#must")})


def test_there_is_no_rank_but_what_is_written() -> None:
    library = law(norm("us/code#must", "requires", "hold"), norm("us/aa/bb/ordinance#no", "prohibits", "hold"))
    assert ask(library).status == "conflict"


def test_links_read_off_what_other_places_say() -> None:
    library = law(
        norm("us/code#must", "requires", "hold", when=MINOR),
        norm("us/aa/act#may", "permits", "hold", unless=ForbiddenBelow()),
        norm("us/aa/bb/ordinance#no", "prohibits", "hold", unless=RequiredAbove()),
    )
    assert ask(library, {"minor": "no"}).deciding == {"us/aa/bb/ordinance#no"}
    assert ask(library, {"minor": "yes"}).undefeated == {"us/code#must", "us/aa/act#may"}
    assert ask(library, {"minor": "no"}, agency="us/aa/state-police").status == "permitted"


def test_law_not_encoded_is_asked_for_only_where_a_link_turns_on_it() -> None:
    linked = norm("us/aa/bb/ordinance#no", "prohibits", "hold", unless=RequiredAbove())
    plain = norm("us/aa/bb/ordinance#tell", "prohibits", "tell")
    library = law(linked, plain, complete={"us": (), "us/aa": ("any_action",)})
    answer = ask(library, {"required_by_law": "yes"})
    assert (answer.status, answer.deciding) == ("required", {"us#required_by_law"})
    assert ask(library, {"required_by_law": "no"}).status == "prohibited"
    assert ask(library, action="tell").status == "prohibited"
    nearest = law(linked, complete={"us": (), "us/aa": ()})
    assert ask(nearest, {"required_by_law": "yes"}).deciding == {"us/aa#required_by_law"}


def test_a_local_rule_not_encoded_forbids_what_state_law_leaves_to_it() -> None:
    may = norm("us/aa/act#may", "permits", "hold", unless=ForbiddenBelow())
    library = law(may, complete={"us": ("any_action",), "us/aa": ("any_action",)})
    answer = ask(library, {"local_rule_forbids": "yes"})
    assert (answer.status, answer.deciding) == ("prohibited", {"us/aa/bb#local_rule_forbids"})
    assert ask(library, {"local_rule_forbids": "no"}).status == "permitted"
    assert ask(library, agency="us/aa/state-police").status == "permitted"


def test_a_lift_may_turn_on_law_not_encoded() -> None:
    library = law(
        norm("us/aa/act#no", "prohibits", "hold"),
        norm("us/aa/act#lift", "lifts", lifts=(Target(ref="us/aa/act#no"),), when=RequiredAbove()),
        complete={"us/aa": ("any_action",)},
    )
    assert ask(library, {"required_by_law": "yes"}).status == "required"
    assert ask(library, {"required_by_law": "no"}).status == "prohibited"


def test_a_duty_is_defeated_only_where_it_is_named() -> None:
    duty = norm("us/aa/act#duty", "requires", "record")
    freed = norm("us/code#1", "permits", "record", overrides=(Target(ref="us/aa/act"),))
    assert reference.owed(case(law(duty, freed), action="record")) == {"us/aa/act#duty"}
    named = msgspec.structs.replace(freed, overrides=(Target(ref="us/aa/act#duty"),))
    assert reference.owed(case(law(duty, named), action="record")) == frozenset()


def test_a_duty_with_a_way_out_is_owed_until_one_of_its_actions_is_done() -> None:
    library = law(norm("us/aa/act#duty", "requires", "record", "copy", one_of=True))
    assert reference.owed(case(library, {"done": frozenset({"hold"})}, action="copy")) == {"us/aa/act#duty"}
    assert reference.owed(case(library, {"done": frozenset({"record"})}, action="copy")) == frozenset()


def test_a_standing_report_is_no_duty_of_the_request() -> None:
    library = law(norm("us/aa/act#report", "requires", "record", due=Every("year", "03-01")))
    assert reference.owed(case(library, action="record")) == frozenset()


def test_an_action_that_is_not_what_its_name_means_is_unregulated() -> None:
    vocabulary = make_vocabulary(IMPOSSIBLE, {"hold": ActionRule({"ground": "no"}, "That is no hold.")})
    library = make_library([norm("us/aa/act#1", "prohibits", "any_action")], vocabulary, (), COMPLETE)
    assert ask(library, {"ground": "no"}).status == "prohibited"
    assert ask(library, {"ground": "yes"}) == Answer("unregulated", frozenset(), frozenset(), frozenset())
    assert ask(library, {"ground": "yes"}, action="tell").status == "prohibited"
