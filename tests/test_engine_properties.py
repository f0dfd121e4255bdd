"""The engine against the judge, on generated law and generated requests. Each property is named as a sentence.

What a run met is counted, and it must have met the corners worth meeting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from random import Random

import msgspec
from completions import CLOCKS, Completion, Outlook, TooMany, missing, norms_at_hand, outlook
from generated import ALWAYS_IN_FORCE, DAY, make_library, make_norm, unarmed, with_norms
from generated_requests import Asked, Question, complete, exact, knowledge_of, raw, some_question
from generated_vocabulary import ACTIONS, FACTS, OWED, make_vocabulary
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st
from hypothesis.errors import UnsatisfiedAssumption
from smallest import smallest

from comity import conditions, reference
from comity.decide import Law
from comity.errors import RequestError
from comity.findings import Decision, Finding
from comity.knowledge import Elements, Knowledge, RecordList, Spans
from comity.library import Library
from comity.norms import Boundary, Interval, Norm
from comity.notes import missing_names
from tests.known import decide_known

CORNERS = (
    "partial sets",
    "open records",
    "bands",
    "inner actions",
    "nested defeat",
    "impossible combinations",
    "lifts",
    "conflict",
    "disputes",
    "links",
    "depends",
)


def questions(duties: bool = False) -> st.SearchStrategy[Question]:
    """Some law and a request, each from a seed of its own: laws are too large to be made choice by choice."""
    return st.randoms(use_true_random=True).map(lambda chance: some_question(chance, duties))


def completed(library: Library, asked: Asked) -> list[Completion]:
    """The completions. An example with too many is passed over."""
    try:
        return complete(library, asked)
    except TooMany:
        return reject()


def decided(law: Law, asked: Asked, knowledge: Mapping[str, Knowledge] | None = None) -> Finding:
    """The engine's finding. An example with no law yet for the agency is passed over."""
    told = asked.knowledge if knowledge is None else knowledge
    try:
        return decide_known(law, asked.agency.id, asked.day, asked.action, dict(told), asked.as_if)
    except RequestError as error:
        assume(error.code != "before_law")
        raise


def seen(finding: Finding) -> Outlook:
    """A finding, as the brute force states its own."""
    return Outlook(
        possible=frozenset(finding.possible),
        because=frozenset(note.norm for note in finding.because),
        possibly=frozenset(note.norm for note in finding.possibly),
        also=frozenset(note.norm for note in finding.also),
        defeated=frozenset((defeat.norm.norm, by) for defeat in finding.defeated for by in defeat.by),
        missing=frozenset(named(name) for name in finding.missing),
    )


def named(missing_fact: str | dict[str, str]) -> str:
    return missing_fact if isinstance(missing_fact, str) else f"text:{missing_fact['text_in_force']}"


def lifts_of(library: Library) -> frozenset[str]:
    return frozenset(norm.id for norm in library.norms().values() if norm.modality == "lifts")


def corners(library: Library, asked: Asked, found: Sequence[Completion]) -> list[str]:
    """Which of the corners worth meeting an example meets."""
    case = reference.Case(library, asked.agency, asked.day, asked.action, {}, {}, asked.as_if)
    norms = {norm.id: norm for norm in norms_at_hand(case)}
    tested = {test.fact for norm in norms.values() for test in conditions.tests_of(norm.when)}
    known = [told for fact, told in asked.knowledge.items() if fact in tested]
    answers = [completion.answer for completion in found]
    deciding = {norms[name] for answer in answers for name in answer.deciding}
    defeats = {pair for answer in answers for pair in answer.defeated}
    open_sets = [told for told in known if isinstance(told, Elements)]
    meets = {
        "partial sets": any(told.open or any(len(leaves) > 1 for leaves in told.present) for told in open_sets),
        "open records": any(isinstance(told, RecordList) and told.open for told in known),
        "bands": any(name.startswith("text:") for name in outlook(found, frozenset()).missing),
        "inner actions": any(asked.action not in norm.actions for norm in deciding),
        "nested defeat": any(by == loser for _, by in defeats for loser, _ in defeats),
        "impossible combinations": bool(
            tested & {fact for part in library.vocabulary.impossible for fact in part.parts}
        ),
        "lifts": any(norms[by].modality == "lifts" for _, by in defeats),
        "conflict": any(answer.status == "conflict" for answer in answers),
        "disputes": any(
            reference.removes(dispute, norm, asked.agency, asked.day)
            for instrument in library.instruments.values()
            for dispute in instrument.disputes
            for norm in library.norms().values()
        ),
        "links": any(name.partition("#")[2] in ("required_by_law", "local_rule_forbids") for name in norms),
        "depends": len({answer.status for answer in answers}) > 1,
    }
    assert meets.keys() == set(CORNERS)
    return [corner for corner, is_met in meets.items() if is_met]


def assert_met(met: Counter[str], wanted: Sequence[str], times: int) -> None:
    """A run that passes by every corner proves little."""
    assert {corner: met[corner] for corner in wanted if met[corner] < times} == {}


def differs(library: Library, asked: Asked) -> bool:
    """Whether the engine and the brute force disagree."""
    try:
        found = complete(library, asked)
    except TooMany:
        return False
    try:
        return bool(found) and seen(decided(Law(library), asked)) != outlook(found, lifts_of(library))
    except UnsatisfiedAssumption:
        return False


def test_unknowns_agree_with_brute_force_completion() -> None:
    met: Counter[str] = Counter()

    @settings(max_examples=800)
    @given(questions())
    def agree(question: Question) -> None:
        library, asked, found = question
        if differs(library, asked):
            library, asked = smallest(library, asked, differs)
            expected = outlook(complete(library, asked), lifts_of(library))
            assert seen(decided(Law(library), asked)) == expected, Question(library, asked, found)
        met.update(corners(library, asked, found))

    agree()
    assert_met(met, CORNERS, 5)


@settings(max_examples=250)
@given(questions())
def test_the_diagrams_agree_with_the_reference(question: Question) -> None:
    library, asked, found = question
    law = Law(library)
    for situation, same in groupby(found, key=lambda completion: completion.situation):
        told = {name: exact(value) for name, value in situation.items()}
        assert seen(decided(law, asked, told)) == outlook(list(same), lifts_of(library))


def test_duties_are_owed_as_brute_force_completion_says() -> None:
    met: Counter[str] = Counter()

    @settings(max_examples=500)
    @given(questions(duties=True), st.sampled_from(OWED))
    def agree(question: Question, duty: str) -> None:
        library, asked, _ = question
        law = Law(library)
        knowledge = {"asked": Elements((frozenset({asked.action}),)), **asked.knowledge}
        found = completed(library, msgspec.structs.replace(asked, action=duty, knowledge=knowledge))
        assume(law.agency_law(asked.agency, asked.as_if).period(asked.day))
        scope = law.scope(asked.agency, asked.day, asked.as_if)
        suspended = {norm.id for norm, _ in scope.law.removed_on(asked.day)}
        for compiled in scope.duties():
            if duty == compiled.norm.actions[0] and compiled.norm.id not in suspended:
                owed = [compiled.norm.id in completion.owed for completion in found]
                state = "owed" if all(owed) else "may_be_owed" if any(owed) else ""
                told, variables = scope.owed(compiled, knowledge)
                names = {named(name) for name in missing_names(compiled.space, variables, knowledge)}
                assert (told, names) == (state, missing(found, owed))
                met[state or "not owed"] += 1
                met["a way out"] += compiled.norm.one_of
                met["defeated"] += any(loser == compiled.norm.id for one in found for loser, _ in one.answer.defeated)

    agree()
    assert_met(met, ["owed", "may_be_owed", "not owed", "a way out", "defeated"], 5)


@settings(max_examples=150)
@given(questions())
def test_unregulated_is_never_permitted(question: Question) -> None:
    library, asked, _ = question
    finding = decided(Law(library), asked)
    deciding = {note.modality for note in (*finding.because, *finding.possibly)}
    assert ("permitted" in finding.possible) == ("permits" in deciding)
    if finding.status == "unregulated":
        assert not deciding


@settings(max_examples=150)
@given(questions())
def test_an_unknown_that_cannot_matter_is_never_asked(question: Question) -> None:
    library, asked, found = question
    law = Law(library)
    finding = decided(law, asked)
    assert bool(finding.missing) == (finding.status == "depends")
    names = [name for name in finding.missing if isinstance(name, str)]
    if len(names) < len(finding.missing):
        return
    for completion in found:
        # What is asked is enough: once it is told, the status stands, whatever stays unknown.
        told = {**asked.knowledge, **{name: exact(completion.situation[name]) for name in names}}
        assert decided(law, asked, told).status == completion.answer.status


@settings(max_examples=150)
@given(questions())
def test_a_switched_off_prohibition_grants_nothing(question: Question) -> None:
    library, asked, _ = question
    kept = [norm for norm in library.norms().values() if norm.modality in ("prohibits", "lifts")]
    # Yielding to a law not encoded would bring in what that law requires.
    silent = with_norms(library, [msgspec.structs.replace(norm, yields_to=()) for norm in kept])
    finding = decided(Law(silent), asked)
    assert {"prohibited", "unregulated", "required", "conflict"} >= set(finding.possible)
    if not any(note.norm.endswith("#required_by_law") for note in (*finding.because, *finding.possibly)):
        assert {"prohibited", "unregulated"} >= set(finding.possible)


@settings(max_examples=150)
@given(questions())
def test_defeat_is_written_down(question: Question) -> None:
    library, asked, _ = question
    norms = library.norms()
    for defeat in decided(Law(library), asked).defeated:
        for by in defeat.by:
            written = [norms[by].lifts, norms[by].overrides] if by in norms else []
            written += [norms[defeat.norm.norm].yields_to] if defeat.norm.norm in norms else []
            assert any(written)
    peaceful = with_norms(library, [unarmed(norm) for norm in norms.values()])
    assert decided(Law(peaceful), asked).defeated == ()


@settings(max_examples=150)
@given(questions())
def test_yesterdays_law_decides_yesterday(question: Question) -> None:
    library, asked, _ = question
    yesterday = msgspec.structs.replace(asked, day=DAY - timedelta(days=1))
    past = [norm for norm in library.norms().values() if reference.may_be_in_force(norm, yesterday.day)]
    lasting = [ending_tomorrow(norm, yesterday.day) for norm in past]
    then = seen(decided(Law(with_norms(library, past)), yesterday))
    assert seen(decided(Law(library), yesterday)) == then
    assert seen(decided(Law(with_norms(library, lasting)), yesterday)) == then


def ending_tomorrow(norm: Norm, day: date) -> Norm:
    """The norm, repealed the day after."""
    end = Boundary("repeal", day + timedelta(days=1))
    spans = tuple(
        span if span.until is not None and span.until.reached(end.day) is not False else Interval(span.start, end)
        for span in norm.intervals
    )
    return msgspec.structs.replace(norm, intervals=spans)


@settings(max_examples=100)
@given(questions())
def test_receipts_replay_byte_for_byte(question: Question) -> None:
    library, asked, _ = question
    facts = {name: raw(FACTS[name], told) for name, told in asked.knowledge.items()}
    try:
        decision = Law(library).decide(
            agency=asked.agency.id, on=asked.day, actions=["any_action"], facts=facts, as_if=asked.as_if
        )
    except RequestError as error:
        assume(error.code not in ("before_law", "impossible"))
        raise
    receipt = decision.to_json()
    kept = msgspec.json.decode(receipt, type=Decision)
    assert Law(library).replay(kept).to_json() == receipt
    assert {finding.action for finding in decision.findings} == set(ACTIONS.all_leaves())


def alike(chance: Random) -> tuple[Question, Asked]:
    """A question, and a different request that has the same signature."""
    while True:
        given = some_question(chance, duties=False)
        asked, knowledge = given.asked, dict(given.asked.knowledge)
        law = Law(given.library)
        if law.agency_law(asked.agency, asked.as_if).period(asked.day):
            for variable in law.scope(asked.agency, asked.day, asked.as_if).unit(asked.action).space.variables:
                name = variable.fact.name
                if name in knowledge and name not in CLOCKS:
                    redrawn = [knowledge_of(chance, variable.fact) for _ in range(5)]
                    same = [told for told in redrawn if variable.mask_of(told) == variable.mask_of(knowledge[name])]
                    knowledge[name] = next((told for told in same if told != knowledge[name]), knowledge[name])
        if knowledge != asked.knowledge:
            return given, msgspec.structs.replace(asked, knowledge=knowledge)


@settings(max_examples=100)
@given(st.randoms(use_true_random=True).map(alike))
def test_equal_signatures_have_equal_findings(rows: tuple[Question, Asked]) -> None:
    (library, asked, found), other = rows
    scope = Law(library).scope(asked.agency, asked.day, asked.as_if)
    assert scope.signature(asked.action, other.knowledge) == scope.signature(asked.action, asked.knowledge)
    assert outlook(completed(library, other), lifts_of(library)) == outlook(found, lifts_of(library))


def test_what_one_clock_shows_bounds_the_other() -> None:
    late = {
        "modality": "prohibits",
        "actions": ("hold",),
        "when": conditions.AtLeast("hours_held_business", 24.0, strict=True),
    }
    begun = {"modality": "permits", "actions": ("hold",), "when": conditions.AtLeast("hours_held_plain", 24.0)}
    norms = [make_norm("us/aa/act#1", ALWAYS_IN_FORCE, late), make_norm("us/aa/act#2", ALWAYS_IN_FORCE, begun)]
    law = Law(make_library(norms, make_vocabulary()))
    told: dict[str, Knowledge] = {"hours_held_plain": Spans(((24.0, 24.0),))}
    assert decide_known(law, "us/aa/bb/police", DAY, "hold", told).status == "permitted"
