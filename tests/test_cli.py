"""The command line: answers for people and programs, and every kind of bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from surfaces import error_of, run, run_json, surface_law

COMITY = Path(sys.executable).with_name("comity")
JAIL = "us/aa/jail"
HOLD = (JAIL, "--on", "2023-05-01", "--action", "hold")


@pytest.fixture(scope="module")
def law(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return surface_law(tmp_path_factory.mktemp("surfaces"))


def test_a_person_gets_the_status_the_reason_and_the_disclaimer(law: Path) -> None:
    result = run(law, "decide", *HOLD, "instruments=new_form")
    assert result.exit_code == 0, result.output
    assert "hold: prohibited" in result.stdout
    assert "AA 1(a) prohibits: No hold on a detainer." in result.stdout
    assert "This states encoded law; it is no legal advice." in result.stdout
    assert "Ct. App., Doe v. Aa" in result.stdout
    assert "AA 1(z): The end was not read." in result.stdout
    assert "give a copy" in result.stdout
    assert "\x1b[" not in result.stdout


def test_a_program_gets_the_keys_of_the_contract(law: Path) -> None:
    decision = run_json(law, "decide", *HOLD, "instruments=new_form")
    assert decision["law"]["digest"].startswith("sha256:")
    finding = decision["findings"][0]
    assert (finding["action"], finding["status"], finding["possible"]) == ("hold", "prohibited", ["prohibited"])
    assert finding["because"][0] == {
        "norm": "us/aa/act#hold",
        "cite": "AA 1(a)",
        "says": "No hold on a detainer.",
        "modality": "prohibits",
        "evidence": "text",
        "source": "https://example.org/act",
        "by": "law",
        "who": "",
        "review": "unsigned",
    }
    assert {"limit", "possibly", "also", "defeated", "missing", "ask_next", "disputes", "known_used", "notes"} <= set(
        finding
    )
    assert decision["duties"][0]["action"] == "give_copy"


def test_a_request_on_stdin_is_decided_like_one_on_the_command_line(law: Path) -> None:
    request = {"agency": JAIL, "on": "2023-05-01", "actions": ["hold"], "facts": {"instruments": ["new_form"]}}
    assert run_json(law, "decide", given=json.dumps(request)) == run_json(law, "decide", *HOLD, "instruments=new_form")


def test_what_is_not_told_is_asked_for_in_plain_words(law: Path) -> None:
    result = run(law, "decide", *HOLD)
    assert "hold: depends" in result.stdout
    assert "prohibited or unregulated" in result.stdout
    assert "instruments: Which papers? (ask this first)" in result.stdout


@pytest.mark.parametrize(
    ("argument", "told"),
    [
        ("instruments=new_form,warrant", ["new_form", "warrant"]),
        ("instruments=none", []),
        ("instruments=new_form,...", {"at_least": ["new_form"]}),
        ("instruments=new_form,-warrant,...", {"at_least": ["new_form"], "not": ["warrant"]}),
        ("in_custody=yes", "yes"),
        ("in_custody=?", None),
        ("in_custody=disputed:yes|no", {"disputed": ["yes", "no"]}),
        ("place=home|street", {"one_of": ["home", "street"]}),
        ("arrested_on=2023-01-01..2023-02-01", {"between": ["2023-01-01", "2023-02-01"]}),
        ("convictions=offence=murder;grade=felony", [{"offence": "murder", "grade": "felony"}]),
        ("convictions=offence=murder,offence=theft", [{"offence": "murder"}, {"offence": "theft"}]),
        ("convictions=offence=murder,...", {"at_least": [{"offence": "murder"}]}),
        ("convictions=none", []),
    ],
)
def test_facts_are_told_in_short_forms(law: Path, argument: str, told: object) -> None:
    name = argument.partition("=")[0]
    assert run_json(law, "decide", *HOLD, argument)["facts"] == {name: told}


def test_a_proposal_is_never_law_but_can_be_asked_as_if_it_were(law: Path) -> None:
    assert run_json(law, "decide", *HOLD, "instruments=new_form")["findings"][0]["status"] == "prohibited"
    as_if = run(law, "decide", *HOLD, "instruments=new_form", "--as-if", "us/aa/bill")
    assert "hold: required" in as_if.stdout
    assert "As if us/aa/bill were law, which it is not." in as_if.stdout


def test_without_an_action_all_are_answered_in_a_table(law: Path) -> None:
    decision = run_json(law, "decide", JAIL, "--on", "2023-05-01")
    assert [finding["action"] for finding in decision["findings"]] == ["hold", "transfer_custody", "tell"]


def test_why_and_walk_are_told_to_people_and_programs(law: Path) -> None:
    told = run(law, "decide", *HOLD, "instruments=new_form", "--why", "--walk").stdout
    assert "It would be unregulated if papers shown also included warrant (AA 1(b))." in told
    assert "2. Papers shown: warrant among them? No." in told
    explanation = run_json(law, "decide", *HOLD, "instruments=new_form", "--why")["explanation"][0]
    assert explanation["what_if"][0]["status"] == "unregulated"
    assert explanation["why"] == ["AA 1(a): No hold on a detainer."]


def test_a_receipt_replays_byte_for_byte(law: Path, tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.json"
    assert run(law, "decide", *HOLD, "instruments=new_form", "--receipt", str(receipt)).exit_code == 0
    assert run(law, "decide", "--replay", str(receipt)).stdout.startswith("The same, byte for byte")
    assert run_json(law, "decide", "--replay", str(receipt))["replay"] == "same"


def test_a_receipt_that_was_changed_or_is_of_other_law_is_refused(law: Path, tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.json"
    run(law, "decide", *HOLD, "instruments=new_form", "--receipt", str(receipt))
    whole = receipt.read_text()
    receipt.write_text(whole.replace('"status":"prohibited"', '"status":"permitted"'))
    assert error_of(law, "decide", "--replay", str(receipt))["code"] == "replay_differs"
    receipt.write_text(whole.replace("sha256:", "sha256:0"))
    assert error_of(law, "decide", "--replay", str(receipt))["code"] == "other_law"
    receipt.write_text("[]")
    assert error_of(law, "decide", "--replay", str(receipt))["code"] == "not_a_receipt"
    assert error_of(law, "decide", "--replay", str(tmp_path / "none.json"))["code"] == "cannot_read"
    written = error_of(law, "decide", *HOLD, "--receipt", str(tmp_path / "no" / "folder"))
    assert written["code"] == "cannot_write"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("us/aa/jial", "--action", "hold"), "unknown_agency", 'did you mean "us/aa/jail"?'),
        ((JAIL, "--action", "hodl"), "unknown_action", 'did you mean "hold"?'),
        ((JAIL, "--action", "give_copy"), "unknown_action", "a duty that is owed"),
        ((JAIL, "instrument=new_form"), "unknown_fact", 'did you mean "instruments"?'),
        ((JAIL, "instruments=new_from"), "unknown_value", 'did you mean "new_form"?'),
        ((JAIL, "in_custody=perhaps"), "wrong_type", "answered yes or no"),
        ((JAIL, "hours_held=3"), "derived_fact", "release_due_at"),
        ((JAIL, "in_custody=no", "place=jail"), "impossible", "cannot both be as told"),
        ((JAIL, "arrested_on=yesterday"), "bad_date", "2025-01-21"),
        ((JAIL, "in_custody"), "bad_fact", "write fact=value"),
        ((JAIL, "in_custody=yes", "in_custody=no"), "bad_fact", "told twice"),
        ((JAIL, "convictions=murder"), "bad_fact", "is not a field"),
        ((JAIL, "convictions=offense=murder"), "unknown_fact", 'did you mean "offence"?'),
        ((JAIL, "--on", "1990-01-01"), "before_law", "2020-01-01"),
        ((JAIL, "--on", "soon"), "bad_date", "is not a date"),
        ((JAIL, "--on", "2023-02-30"), "bad_date", "is not a date"),
        ((JAIL, "--as-if", "us/aa/bil"), "unknown_proposal", 'did you mean "us/aa/bill"?'),
        ((JAIL, "--frob"), "usage", "--frob"),
        (("--on", "2023-01-01"), "missing_key", "comity law"),
    ],
)
def test_bad_input_is_named_and_never_guessed_at(law: Path, arguments: tuple[str, ...], code: str, words: str) -> None:
    error = error_of(law, "decide", *arguments)
    assert error["code"] == code
    assert words in f"{error['at']}: {error['message']}"
    told = run(law, "decide", *arguments)
    assert told.exit_code == 2
    assert words in told.stderr
    assert told.stdout == ""


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (b"{", "not_json"),
        (b"", "not_json"),
        (b"\xff\xfe{}", "not_utf8"),
        (b"[" * 100_000, "too_deep"),
        (b'{"facts": ' * 50_000, "too_deep"),
        (b'{"agency": "us/aa/jail", "on": "2023-01-01", "on": "2020-01-01"}', "key_twice"),
        (b'{"agency": "us/aa/jail", "on": "2023-01-01", "facts": {"minor": true, "minor": true}}', "key_twice"),
        (b'{"agency": "us/aa/jail", "on": "2023-01-01", "facts": {"hours_held": ' + b"9" * 5_000 + b"}}", "not_json"),
        (b" " * 10_000_000, "too_large"),
        (b"[]", "wrong_type"),
        (b"null", "wrong_type"),
        (b"{}", "missing_key"),
        (b'{"agency": "us/aa/jail"}', "missing_key"),
        (b'{"agency": 7, "on": "2023-01-01"}', "wrong_type"),
        (b'{"agency": "us/aa/jail", "on": 2023}', "wrong_type"),
        (b'{"agency": "us/aa/jail", "on": "2023-01-01", "actions": "hold"}', "wrong_type"),
        (b'{"agency": "us/aa/jail", "on": "2023-01-01", "actions": [1]}', "wrong_type"),
        (b'{"agency": "us/aa/jail", "on": "2023-01-01", "actions": []}', "wrong_type"),
        (b'{"agency": "us/aa/jail", "on": "2023-01-01", "facts": []}', "wrong_type"),
        (b'{"agency": "us/aa/jail", "on": "2023-01-01", "as_if": "us/aa/bill"}', "wrong_type"),
        (b'{"agency": "us/aa/jail", "on": "2023-01-01", "fact": {}}', "unknown_key"),
        (b'{"agency": "us/aa/jail", "on": "2023-01-01", "facts": {"instruments": {"a": 1}}}', "wrong_type"),
        (b'{"agency": "us/aa/jail", "on": "2023-01-01", "facts": {"in_custody": 1}}', "wrong_type"),
        (b'{"agency": "us/aa/jail", "on": "2023-01-01", "facts": {"convictions": [[]]}}', "wrong_type"),
    ],
)
def test_a_bad_request_on_stdin_is_an_error_and_no_traceback(law: Path, given: bytes, code: str) -> None:
    assert error_of(law, "decide", given=given)["code"] == code


def test_a_day_to_come_is_answered_with_a_note(law: Path) -> None:
    decision = run_json(law, "decide", JAIL, "--on", "2090-01-01", "--action", "hold")
    assert "may have changed" in decision["notes"][0]


def test_control_characters_in_input_do_not_reach_the_terminal(law: Path) -> None:
    told = run(law, "decide", "us/aa/\x1b[2Jjail")
    assert told.exit_code == 2
    assert "\x1b" not in told.stderr


def test_unreadable_law_is_told_problem_by_problem(tmp_path: Path) -> None:
    folder = surface_law(tmp_path)
    (folder / "us" / "aa" / "act.yaml").write_text("instrument: us/aa/act\nnonsense: yes\n")
    told = run(folder, "decide", JAIL)
    assert told.exit_code == 2
    assert "us/aa/act.yaml:2" in told.stderr
    assert error_of(folder, "decide", JAIL)["code"] == "law"


def test_the_contents_list_places_with_counts(law: Path) -> None:
    places = {place["id"]: place for place in run_json(law, "law")}
    assert places["us/aa"] == {
        "id": "us/aa",
        "name": "Aa",
        "kind": "state",
        "agencies": 3,
        "instruments": 2,
        "norms": 8,
    }
    assert "us/aa" in run(law, "law").stdout


def test_a_place_an_instrument_and_an_agency_have_pages(law: Path) -> None:
    place = run_json(law, "law", "us/aa", "--on", "2019-01-01")
    assert [(each["id"], each["in_force"]) for each in place["instruments"]] == [
        ("us/aa/act", "no"),
        ("us/aa/bill", "no"),
    ]
    assert place["known"] == []
    act = run_json(law, "law", "us/aa/act")
    assert [version["in_force"] for version in act["versions"]] == [
        "from 1 January 2020 until before 1 January 2022",
        "from 1 January 2022",
    ]
    jail = run_json(law, "law", JAIL, "--on", "2021-01-01")
    assert [norm["id"] for norm in jail["norms"]] == [f"us/aa/act#{name}" for name in ("hold", "tell", "copy", "old")]
    for path in ("us/aa", "us/aa/act", JAIL):
        assert run(law, "law", path, "--on", "2023-01-01").exit_code == 0


def test_a_norm_has_its_words_history_defeat_disputes_and_examples(law: Path) -> None:
    norm = run_json(law, "law", "us/aa/act#hold", "--on", "2023-01-01")
    assert norm["when"] == ["paper (papers shown include detainer)"]
    assert norm["terms"] == {"paper": "AA 1(0)"}
    assert [line["id"] for line in norm["defeated_by"]] == ["us/aa/act#warrant"], "no proposal"
    assert norm["disputes"][0]["id"].endswith("doubt")
    assert norm["examples"][0]["says"] == "A detainer."
    bill = run_json(law, "law", "us/aa/bill#must")
    assert [line["id"] for line in bill["defeats"]] == ["us/aa/act#hold"]
    warrant = run_json(law, "law", "us/aa/act#warrant")
    assert [line["id"] for line in warrant["defeats"]] == ["us/aa/act#hold"]
    old = run_json(law, "law", "us/aa/act#old")
    assert [line["id"] for line in old["after"]] == ["us/aa/act#murder", "us/aa/act#custody"]
    assert "Came after it" in run(law, "law", "us/aa/act#old").stdout


def test_search_finds_by_words_and_day(law: Path) -> None:
    found = [hit["id"] for hit in run_json(law, "law", "--search", "handing over")]
    assert found == ["us/aa/act#old"]
    assert run_json(law, "law", "--search", "handing over", "--on", "2023-01-01") == []
    assert "Nothing found." in run(law, "law", "--search", "xyzzy").stdout


def test_the_facts_of_an_agency_are_those_its_law_tests(law: Path) -> None:
    facts = {fact["fact"]: fact for fact in run_json(law, "law", "--facts", JAIL)}
    assert facts["instruments"]["ask"] == "Which papers?"
    assert "release_due_at" in facts, "a derived fact is told by its inputs"
    assert "hours_held" not in facts
    assert "earlier_place" not in facts
    assert "Which papers?" in run(law, "law", "--facts", JAIL).stdout


def test_an_unknown_path_names_the_nearest(law: Path) -> None:
    assert 'did you mean "us/aa/act#hold"?' in error_of(law, "law", "us/aa/act#hodl")["message"]


def test_every_command_explains_itself_with_an_example() -> None:
    for command in ("decide", "ask", "law", "audit"):
        told = run(Path("."), command, "--help")
        assert told.exit_code == 0
        assert f"comity {command}" in told.stdout
        assert "--json" in told.stdout
    assert 'did you mean "decide"?' in run(Path("."), "decid").stderr


def test_a_closed_pipe_is_no_traceback(law: Path) -> None:
    script = f"{COMITY} --law {law} decide {JAIL} --on 2023-01-01 --json | head -c 1"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr
    script = f"{COMITY} --law {law} law us/aa/act | head -n 1"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr


def test_the_output_is_utf8_and_plain_where_it_is_piped(law: Path) -> None:
    environment = {**os.environ, "LC_ALL": "C", "FORCE_COLOR": "", "NO_COLOR": "1"}
    command = [str(COMITY), "--law", str(law), "decide", *HOLD, "instruments=new_form"]
    done = subprocess.run(command, capture_output=True, env=environment, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert b"\x1b[" not in done.stdout
    done.stdout.decode("utf-8")


def test_help_and_json_load_no_terminal_or_database_library(
    law: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A cache of its own: tests that run beside this one keep other law under the same names.
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    script = (
        "import sys; from comity.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "heavy = {'rich', 'duckdb', 'pyarrow', 'holidays', 'yaml'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)"
    )
    run_json(law, "decide", *HOLD)
    for arguments in (["--help"], ["--law", str(law), "decide", *HOLD, "--json"]):
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.stderr.splitlines()[-1] == "[]", done.stderr
