"""All ways of deciding that the benchmarks time give the same answers. Nothing here is timed."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from benchmarks import by_hand, differences
from benchmarks.agreement import BY_HAND, CASES, ON, PEERS, Disagreement, case, check
from benchmarks.ruling import Not, Stands, Untranslatable, named_in, ruling, without_names
from benchmarks.situations import situations
from benchmarks.whole_program import run
from comity.decide import Law

AGENCIES = ("us/il/chicago/police", "us/il/local/jail")


@pytest.fixture(scope="module")
def law() -> Law:
    return Law.load()


@pytest.mark.parametrize("agency", AGENCIES)
def test_the_python_translations_agree_on_every_action(law: Law, agency: str) -> None:
    untranslatable: list[str] = []
    for action in law.vocabulary.asked_actions():
        try:
            decided = case(law, agency, action, 40, {})
        except Untranslatable:
            untranslatable.append(action)
            continue
        assert decided.situations
    assert untranslatable == ["arrest"]


@pytest.mark.parametrize("peer", PEERS)
def test_peers_agree_on_what_is_timed(law: Law, peer: str) -> None:
    _, translate = PEERS[peer]
    for agency, action in CASES:
        assert peer in case(law, agency, action, 40, {peer: translate}).ways


def test_the_function_by_hand_still_states_the_law(law: Law) -> None:
    decided = case(law, by_hand.AGENCY, by_hand.ACTION, 400, {})
    assert decided.ways[BY_HAND] is by_hand.hold


def test_a_way_that_differs_is_found(law: Law) -> None:
    agency, action = CASES[0]
    decided = case(law, agency, action, 40, {})
    wrong = {"wrong": lambda _: ("permitted", frozenset[str]())}
    with pytest.raises(Disagreement, match="wrong says permitted because of nothing"):
        check(law, msgspec.structs.replace(decided, ways=wrong))


@pytest.mark.parametrize(("agency", "action"), CASES)
def test_made_up_requests_are_complete_and_all_different(law: Law, agency: str, action: str) -> None:
    found = situations(law, agency, ON, action, 100)
    decider = law.decider(agency, ON)
    answers = [decider(action, situation.facts) for situation in found]
    assert len({repr(situation.facts) for situation in found}) == 100
    assert not any(answer.missing for answer in answers)
    assert len({answer.status for answer in answers}) >= 3
    assert found == situations(law, agency, ON, action, 100)


def test_rules_follow_those_they_name_and_can_do_without_names(law: Law) -> None:
    rules = ruling(law, "us/il/chicago/police", ON, "hold").rules
    for position, rule in enumerate(rules):
        assert set(named_in(rule.stands)) <= {other.name for other in rules[:position]}
    defeated = next(rule for rule in rules if rule.norm == "us/il/trust-act#15-a-hold")
    order = next(rule for rule in rules if rule.norm == "us/judicial-process#order")
    assert Not(Stands(order.name)) in defeated.stands.parts  # type: ignore[union-attr]
    assert not any(list(named_in(rule.stands)) for rule in without_names(rules))


def test_a_program_that_fails_is_not_timed() -> None:
    assert run([sys.executable, "-c", "print('so')"]).printed == "so\n"
    with pytest.raises(ChildProcessError, match="said before"):
        run([sys.executable, "-c", "print('said before'); raise SystemExit(3)"])


def test_places_whose_law_is_like_no_others_are_compared_those_with_most_norms_first(law: Law) -> None:
    found = differences.places(law, ON)
    agencies = [law.agency(agency) for agency in found]
    norms = [frozenset(item.norm.id for item in law.scope(agency, ON).bound) for agency in agencies]
    assert len(set(norms)) == len({agency.place for agency in agencies}) == len(found) > 40
    assert [len(each) for each in norms] == list(found.values())
    chosen = differences.pairs(found, 9, seed=1)
    products = [found[one] * found[other] for one, other in chosen]
    assert products[:5] == sorted(products, reverse=True)[:5]
    assert len(set(chosen)) == 9


def test_comparisons_are_timed_until_the_time_given_is_used_up(tmp_path: Path) -> None:
    written = tmp_path / "measured.json"
    done = CliRunner().invoke(
        differences.main, ["--on", "2025-01-21", "--seconds", "0", "--commands", "0", "--json", str(written)]
    )
    assert done.exit_code == 0, done.output
    report = msgspec.json.decode(written.read_bytes(), type=differences.Report)
    assert [len(report.agencies), len(report.days), len(report.commands)] == [1, 1, 0]
    [found] = report.agencies
    assert found.changes > 0
    assert differences.arguments(found) == (
        "diff",
        found.before.split()[0],
        found.after.split()[0],
        "--on",
        "2025-01-21",
    )
    [found] = report.days
    assert differences.arguments(found)[2] == "--between"
