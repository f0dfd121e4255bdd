"""The interview: asks only what can matter, takes not knowing, goes back, and ends cleanly."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from surfaces import load, run, surface_law

from comity.decide import Law
from comity.errors import RequestError
from comity.explain import explain_decision
from comity.interview import Interview, Prompt

JAIL = "us/aa/jail"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return surface_law(tmp_path_factory.mktemp("interview"))


@pytest.fixture(scope="module")
def law(tmp_path_factory: pytest.TempPathFactory) -> Law:
    return load(tmp_path_factory.mktemp("interview-law"))


def begin(law: Law, *actions: str, on: str = "2023-05-01", **facts: object) -> Interview:
    return Interview(law, JAIL, on, actions, facts)


def ask(folder: Path, action: str, answers: str, *more: str) -> str:
    result = run(folder, "ask", JAIL, "--action", action, "--on", "2023-05-01", *more, given=answers)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_first_question_is_the_most_telling_and_in_plain_words(law: Law) -> None:
    prompt = begin(law, "hold").next()
    assert prompt is not None
    assert (prompt.fact, prompt.ask, prompt.many) == ("instruments", "Which papers?", True)
    assert [choice.words for choice in prompt.choices] == ["detainer", "warrant"]


def test_an_answered_interview_asks_no_more(law: Law) -> None:
    interview = begin(law, "hold")
    interview.answer("instruments", ["detainer"])
    assert interview.next() is None
    assert interview.decision.findings[0].status == "prohibited"


def test_only_facts_that_can_change_an_answer_are_ever_asked(law: Law) -> None:
    """Along every way through the interview, each question is about a missing fact, and in the end none is missing."""
    seen: set[str] = set()

    def follow(interview: Interview, depth: int) -> None:
        prompt = interview.next()
        if prompt is None:
            assert not interview.decision.findings[0].missing
            return
        assert prompt.fact in interview.decision.findings[0].missing
        seen.add(prompt.fact)
        assert depth < 10
        answers = ["yes", "no"] if prompt.kind == "yes_no" else [choice.values[0] for choice in prompt.choices]
        records = [[], [{"offence": "murder", "grade": "felony"}]]
        for answer in records if prompt.kind == "records" else answers:
            interview.answer(prompt.fact, answer)
            follow(interview, depth + 1)
            interview.back()

    follow(begin(law, "transfer_custody"), 0)
    assert seen == {"convictions", "in_custody", "place"}


def test_not_known_leaves_the_question_open_and_goes_on(law: Law) -> None:
    interview = begin(law, "transfer_custody")
    for _ in range(3):
        prompt = interview.next()
        assert prompt is not None
        interview.answer(prompt.fact, None)
    assert interview.next() is None
    assert interview.decision.findings[0].status == "depends"


def test_going_back_takes_the_last_answer_back(law: Law) -> None:
    interview = begin(law, "hold")
    assert interview.back() is None
    interview.answer("instruments", [])
    assert interview.back() == "instruments"
    assert interview.decision.findings[0].status == "depends"


def test_an_answer_that_cannot_be_changes_nothing(law: Law) -> None:
    interview = begin(law, "transfer_custody", in_custody="no")
    with pytest.raises(RequestError):
        interview.answer("place", "jail")
    assert interview.told == {}


def test_a_clock_asks_for_the_time_of_the_act_and_of_release(law: Law) -> None:
    interview = begin(law, "tell")
    asked: list[str] = []
    while (prompt := interview.next()) is not None:
        asked.append(prompt.fact)
        text = "14:30" if prompt.fact == "on" else "2023-04-29T20:00"
        interview.answer(prompt.fact, interview.read(prompt, text))
    assert "release_due_at" in asked
    assert interview.decision.findings[0].action == "tell"


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("1", ["detainer"]),
        ("1,2", ["detainer", "warrant"]),
        ("0", []),
        ("none", []),
        ("2,...", {"at_least": ["warrant"]}),
    ],
)
def test_sets_are_answered_by_number_or_name(law: Law, text: str, raw: object) -> None:
    interview = begin(law, "hold")
    prompt = interview.next()
    assert prompt is not None
    assert interview.read(prompt, text) == raw


@pytest.mark.parametrize("text", ["7", "detaner", "1;2", "²", "-1"])
def test_what_is_no_answer_is_refused(law: Law, text: str) -> None:
    interview = begin(law, "hold")
    prompt = interview.next()
    assert prompt is not None
    with pytest.raises(RequestError):
        interview.read(prompt, text)


def test_the_terminal_shows_choices_takes_numbers_and_prints_the_finding(folder: Path) -> None:
    told = ask(folder, "hold", "1\n")
    assert "Which papers?" in told
    assert "  1. detainer" in told
    assert "hold: prohibited" in told
    assert "give a copy" in told


def test_the_terminal_helps_refuses_and_goes_back(folder: Path) -> None:
    told = ask(folder, "transfer_custody", "h\nb\nnonsense\nyes\nb\nno\n?\n?\n?\n?\n")
    assert "take the last answer back" in told
    assert "This is the first question." in told
    assert "Please answer yes, no or ?." in told or "That cannot be" in told
    assert "transfer_custody: depends" in told


def test_records_are_told_one_by_one(folder: Path) -> None:
    first = ask(folder, "transfer_custody", "", "in_custody=no")
    assert "Which convictions?" in first
    told = ask(folder, "transfer_custody", "yes\nmurder\n1\nno\n", "in_custody=no")
    assert "Of what grade?" in told
    assert "transfer_custody: required" in told


def test_the_end_of_input_ends_with_what_is_known(folder: Path) -> None:
    told = ask(folder, "hold", "")
    assert "Stopped here" in told
    assert "hold: depends" in told
    assert "hold: depends" in ask(folder, "hold", "q\n")


def test_with_json_only_the_decision_is_on_stdout(folder: Path) -> None:
    told = ask(folder, "hold", "1\n", "--json")
    assert json.loads(told)["findings"][0]["status"] == "prohibited"


def test_input_that_is_not_utf8_is_only_a_wrong_answer(folder: Path) -> None:
    result = run(folder, "ask", JAIL, "--action", "hold", "--on", "2023-05-01", given=b"\xff\xfe\n1\n")
    assert result.exit_code == 0
    assert "hold: prohibited" in result.stdout


def test_unknown_names_end_before_the_first_question(folder: Path) -> None:
    result = run(folder, "ask", "us/aa/jial", "--action", "hold")
    assert result.exit_code == 2
    assert 'did you mean "us/aa/jail"?' in result.stderr


def _some_answer(interview: Interview, prompt: Prompt, chance: Random) -> object:
    """An answer that a person might give, or not knowing."""
    if chance.random() < 0.15:
        return None
    if prompt.kind == "records":
        texts = {"yes_no": "yes", "date": "2010-01-01", "quantity": "3"}
        told = {f.fact: interview.read_field(prompt, f, texts.get(f.kind, "1")) for f in prompt.fields}
        return [told] if chance.random() < 0.5 else {"at_least": [told]}
    texts = {"date": "2018-01-01", "datetime": "2020-01-01T10:00", "time": "14:30", "quantity": "3"}
    choices = ["yes", "no"] if prompt.kind == "yes_no" else [str(n) for n in range(1, len(prompt.choices) + 1)]
    return interview.read(prompt, texts[prompt.kind] if prompt.kind in texts else chance.choice(choices))


def test_interviews_on_the_real_law_end_and_are_explained_without_contradiction() -> None:
    law = Law.load()
    chance = Random(7)
    held = 0
    while held < 150:
        agency, action = chance.choice(list(law.agencies)), chance.choice(law.vocabulary.asked_actions())
        interview = Interview(law, agency, f"{chance.choice([2018, 2022, 2025, 2026])}-05-20", [action], {})
        asked: list[str] = []
        while (prompt := interview.next()) is not None:
            assert prompt.fact not in asked
            asked.append(prompt.fact)
            try:
                interview.answer(prompt.fact, _some_answer(interview, prompt, chance))
            except RequestError as error:
                if error.code != "impossible":
                    raise
                interview.answer(prompt.fact, None)
        finding = interview.decision.findings[0]
        (explanation,) = explain_decision(law, interview.decision)
        if finding.status != "depends":
            assert all("turns on" not in step.answer for step in explanation.walk)
        assert all(change.possible != finding.possible for change in explanation.what_if)
        held += 1
