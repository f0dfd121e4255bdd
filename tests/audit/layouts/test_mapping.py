"""A user's own mapping: read like a built-in layout, with every error named; drafted from a log, and then confirmed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from comity.audit.layouts.draft import draft_mapping
from comity.audit.layouts.read import read_layout, read_mapping
from comity.errors import ComityError, LawError
from comity.request import parse_value
from comity.vocabulary import Vocabulary
from tests.audit.layouts.conftest import Bench

MAPPING = """\
layout: county-jail
says: Requests received by one jail
columns:
  received: {names: [Date of Request]}
  jail: {names: [Jail]}
  paper: {names: [Paper]}
  custody: {names: ["In Custody?"], optional: yes}
  due: {names: [Release Due], optional: yes}
  result: {names: [Result]}
day: {column: received, formats: ["%d-%b-%Y"]}
holder: {name: jail, in_state: ILLINOIS}
facts: {requester: [dhs]}
tells:
  in_custody: {column: custody, values: {Y: yes, N: no}}
  release_due_at: {column: due, formats: ["%d-%b-%Y %H:%M"]}
  instruments:
    - {when: {paper: {matches: 'I-?247A'}, custody: {is: [Y]}}, is: {at_least: [i247a]}}
    - {when: {paper: {empty: yes}}, is: []}
kinds:
  - name: hold
    when: {paper: {told: yes}}
    asks: [hold]
  - name: question
    asks: [inquire_status]
outcome:
  column: result
  classes:
    - {name: kept, words: [Held, Kept], shows: {hold: done}, says: The person was kept.}
    - {name: let go, when: {result: {matches: '^rel'}}, shows: {hold: declined}, says: The person was released.}
marks: {empty: [no info]}
keys: [received, jail]
assumes: [the jail wrote the log]
cannot_tell: [why]
"""


def test_a_mapping_from_cells_to_facts(bench: Bench) -> None:
    bench.text(
        "Date of Request,Jail,Paper,In Custody?,Release Due,Result\n"
        "03-Feb-2025,A,I-247A,Y,04-Feb-2025 10:30,held\n"
        "04-Feb-2025,A,I-247A,N,05-Feb-2025 00:00,Released at noon\n"
        "05-Feb-2025,no info,no info,***,,\n"
        "06-Feb-2025,A,letter,,,Lost\n"
    )
    prepared = bench.apply(MAPPING)
    assert [column.fact for column in prepared.facts] == ["in_custody", "release_due_at", "instruments"]
    assert [column.form for column in prepared.facts] == ["coded", "datetime", "coded"]
    values = [column.values for column in prepared.facts]
    assert values == [("yes", "no"), (), ({"at_least": ["i247a"]}, [])]
    assert bench.rows(
        "SELECT day::VARCHAR, holder_name, holder_state, kind, outcome, outcome_words, fact_in_custody, "
        "fact_release_due_at::VARCHAR, fact_instruments FROM log ORDER BY row"
    ) == [
        ("2025-02-03", "A", "ILLINOIS", 0, "kept", "held", 0, "2025-02-04 10:30:00", 0),
        ("2025-02-04", "A", "ILLINOIS", 0, "let go", "Released at noon", 1, None, None),
        ("2025-02-05", None, "ILLINOIS", 1, "no outcome recorded", None, None, None, 1),
        ("2025-02-06", "A", "ILLINOIS", 0, "other", "Lost", None, None, None),
    ]
    assert prepared.kinds[0].facts == {"requester": ["dhs"]}
    assert next(shown for shown in prepared.outcomes if shown.name == "kept").shows == {"hold": "done"}


def test_a_mapping_names_an_offence_by_its_section(bench: Bench) -> None:
    told = MAPPING.replace(
        "custody: {column: custody, values: {Y: yes, N: no}}",
        "custody: {column: custody, values: {Y: yes, N: no}}\n"
        "  arrested_for: {column: paper, values: {A: [Cal. Penal Code § 245], B: [ca_pen_245], C: [dui]}}",
    )
    bench.text("Date of Request,Jail,Paper,Result\n03-Feb-2025,A,A,\n03-Feb-2025,A,B,\n03-Feb-2025,A,C,\n")
    column = next(column for column in bench.apply(told).facts if column.fact == "arrested_for")
    fact = bench.vocabulary.facts["arrested_for"]
    section, name, other = (parse_value(fact, value, "arrested_for") for value in column.values)
    assert section == name != other
    wrong = told.replace("Code § 245", "Code § 245(a)(1)")
    assert problems_of(wrong, bench.vocabulary) == [
        'mapping.yaml:15: fact arrested_for: no statutory list has the value "Cal. Penal Code § 245(a)(1)" for '
        'arrested_for (did you mean "Cal. Penal Code 245"?); a value on none is told by its common name'
    ]


@pytest.mark.parametrize("kind", ["TINYINT", "UTINYINT", "USMALLINT", "BIGINT", "BOOLEAN", "VARCHAR"])
def test_whole_numbers_and_truths_mean_what_their_texts_mean(bench: Bench, kind: str) -> None:
    """Columns of Parquet that hold no texts are compared as they are, with the same result."""
    told = MAPPING.replace("values: {Y: yes, N: no}", "values: {'1': yes, '0': no, 'true': yes, 'false': no}")
    path = bench.folder / "log.parquet"
    cells = ["true", "false", None] if kind == "BOOLEAN" else ["1", "0", None, "3"]
    bench.database.execute(
        f"COPY (SELECT '03-Feb-2025' AS \"Date of Request\", 'A' AS \"Jail\", 'I-247A' AS \"Paper\", "
        f"CAST(unnest(?) AS {kind}) AS \"In Custody?\", '' AS \"Result\") TO '{path}' (FORMAT parquet)",
        [cells],
    )
    bench.read(path)
    bench.apply(told)
    found = [cell for (cell,) in bench.rows("SELECT fact_in_custody FROM log ORDER BY row")]
    assert found == [0, 1, None, None][: len(cells)]


def problems_of(text: str, vocabulary: Vocabulary) -> list[str]:
    with pytest.raises(LawError) as caught:
        read_layout("mapping.yaml", text.encode(), vocabulary)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("in_custody: {col", "in_custodi: {col", '14: fact in_custodi: unknown fact "in_custodi"'),
        ("column: custody", "column: custdy", '14: unknown column "custdy" (did you mean "custody"?)'),
        ("asks: [hold]", "asks: [hodl]", '22: kind hold: unknown action "hodl" (did you mean "hold"?)'),
        ("hold: done", "take_into_custody: done", '28: outcome: "take_into_custody" stands for several actions; name'),
        ("[i247a]", "[i2]", '17: fact instruments: unknown value "i2" for instruments'),
        ("Y: yes", "Y: perhaps", '14: fact in_custody: "in_custody" is answered yes or no'),
        ("hold: done", "hold: made", '28: outcome: unknown showing "made" (one of done, declined)'),
        ("'^rel'", "'^(rel'", '29: outcome: "^(rel" is no pattern: missing )'),
        ("'^rel'", "'^rel(?=eased)'", '29: outcome: "^rel(?=eased)" is no pattern of RE2, which has no (?='),
        ("in_state: ILLINOIS", "agency: us/il", '11: holder: name one of "name", "agency_column", "agency"'),
        ("keys: [received", "kees: [received", '31: unknown key "kees" (did you mean "keys"?)'),
        ("{column: received,", "{column: received, zone: Chicago,", '10: day: "Chicago" is no time zone'),
        ("says: Requests", "\tsays: Requests", "2: a tab; indent and separate with spaces"),
    ],
)  # fmt: skip
def test_errors_name_line_field_and_nearest_word(vocabulary: Vocabulary, old: str, new: str, says: str) -> None:
    assert old in MAPPING
    found = problems_of(MAPPING.replace(old, new, 1), vocabulary)
    assert any(problem.startswith(f"mapping.yaml:{says}") for problem in found), found


@pytest.mark.parametrize(
    ("holder", "note"),
    [
        ("{name: jail, state: paper}", ("a row without a state is taken to be of Illinois, as was told",)),
        ("{name: jail}", ("every row is taken to be of Illinois, as was told",)),
        ("{agency_column: jail}", ()),
        ("{agency: us/tx/local/jail}", ()),
    ],
)
def test_a_state_that_is_given_is_told_of(bench: Bench, holder: str, note: tuple[str, ...]) -> None:
    bench.text("Date of Request,Jail,Paper,Result\n03-Feb-2025,A,IL,\n04-Feb-2025,A,,\n")
    mapping = MAPPING.replace("{name: jail, in_state: ILLINOIS}", holder)
    assert bench.apply(mapping, state="IL").notes == note
    assert bench.apply(mapping).notes == ()


def test_an_inner_name_asks_all_actions_below_it(vocabulary: Vocabulary) -> None:
    told = MAPPING.replace("asks: [hold]", "asks: [let_in, admit_to_area]")
    [first, _] = read_layout("mapping.yaml", told.encode(), vocabulary).kinds
    assert first[1].actions == ("interview_access", "admit_to_area", "lend_facility")


def test_all_problems_are_told_at_once(vocabulary: Vocabulary) -> None:
    assert len(problems_of(MAPPING.replace("hold", "hodl").replace("i247a]", "i247z]"), vocabulary)) >= 3


def test_mapping_that_is_no_mapping(vocabulary: Vocabulary, tmp_path: Path) -> None:
    assert problems_of("- a\n- b\n", vocabulary) == [
        "mapping.yaml:1: a layout must be a mapping (key: value), not a list"
    ]
    assert "anchors and aliases" in problems_of("layout: &a x\n", vocabulary)[0]
    with pytest.raises(ComityError) as caught:
        read_mapping(tmp_path / "nowhere.yaml", vocabulary)
    assert caught.value.code == "file"


JAIL = "Booking ID ,Date of Request,Jail,State,City,Final Removal Order,Disposition,In Custody?,Notes\n" + "".join(
    f"{n},{1 + n % 12}/{1 + n % 28}/2025,Cook County Jail,IL,Chicago,{'Yes' if n % 2 else 'No'},"
    f"{'Released' if n % 3 else 'Transferred'},Y,text {n}\n"
    for n in range(100)
)


def test_draft_is_refused_until_every_guess_is_confirmed(bench: Bench, vocabulary: Vocabulary) -> None:
    bench.text(JAIL)
    draft = draft_mapping(bench.database, bench.staged, vocabulary)
    problems = problems_of(draft, vocabulary)
    guesses = draft.count("  confirm: ")
    assert len(problems) == guesses >= 5
    assert all('then delete its "confirm"' in problem for problem in problems)
    assert any("day is still a guess" in problem for problem in problems)
    assert any("tells.final_removal_order is still a guess" in problem for problem in problems)


def without_guesses(draft: str) -> str:
    """The draft as a person leaves it who agrees with every guess."""
    lines: list[str] = []
    inside = -1
    for line in draft.splitlines():
        indent = len(line) - len(line.lstrip())
        if inside >= 0 and indent > inside:
            continue
        inside = indent if line.lstrip().startswith("confirm: ") else -1
        if inside < 0:
            lines.append(line)
    return "\n".join(lines) + "\n"


def test_draft_confirmed_reads_the_log(bench: Bench, vocabulary: Vocabulary) -> None:
    bench.text(JAIL)
    prepared = bench.apply(without_guesses(draft_mapping(bench.database, bench.staged, vocabulary)))
    assert [column.fact for column in prepared.facts] == ["final_removal_order", "in_custody"]
    assert bench.rows(
        "SELECT day::VARCHAR, holder_name, holder_state, holder_city, outcome, fact_final_removal_order, "
        "fact_in_custody FROM log WHERE row = 2"
    ) == [("2025-02-02", "Cook County Jail", "IL", "Chicago", "Released", 1, 0)]


def test_draft_of_a_log_some_of_whose_days_are_not_told(bench: Bench, vocabulary: Vocabulary) -> None:
    bench.text("Date of Request,Jail\n1/2/2025,A\n1/3/2025,B\n1/4/2025,C\nnot recorded,D\n")
    assert "  column: date_of_request\n" in draft_mapping(bench.database, bench.staged, vocabulary)


def test_draft_takes_no_short_name_for_a_part_of_a_long_one(bench: Bench, vocabulary: Vocabulary) -> None:
    draft = drafted(bench, vocabulary, "Date,ST,No\n2025-01-02,IL,7\n2025-01-03,IL,8\n")
    assert (draft["holder"].get("name"), "tells" in draft) == (None, False)


def test_draft_knows_papers_by_what_they_are_called(bench: Bench, vocabulary: Vocabulary) -> None:
    bench.text("Date,Jail,What came,Note\n1/2/2025,A,I-247A detainer,x\n1/3/2025,B,I-200 (ICE),y\n1/4/2025,C,other,z\n")
    told = yaml.safe_load(draft_mapping(bench.database, bench.staged, vocabulary))["tells"]["instruments"]
    assert (told["column"], told["values"]) == (
        "what_came",
        {"I-200 (ICE)": {"at_least": ["i200"]}, "I-247A detainer": {"at_least": ["i247a"]}},
    )


def test_draft_of_a_log_without_days(bench: Bench, vocabulary: Vocabulary) -> None:
    bench.text("a,b\n1,x\n")
    with pytest.raises(ComityError) as caught:
        draft_mapping(bench.database, bench.staged, vocabulary)
    assert "no column of dates" in caught.value.message


@pytest.mark.parametrize("form", ["%Q", "%m/%d/%", ""])
def test_form_of_dates_that_there_is_not(vocabulary: Vocabulary, form: str) -> None:
    broken = MAPPING.replace('formats: ["%d-%b-%Y"]}', f"formats: ['{form}']}}")
    assert broken != MAPPING
    (problem,) = problems_of(broken, vocabulary)
    assert problem.startswith("mapping.yaml:")
    assert f'"{form}" is no form of dates, as %m/%d/%Y' in problem


def test_column_of_a_mapping_that_the_file_lacks(bench: Bench, vocabulary: Vocabulary) -> None:
    bench.text(JAIL)
    draft = without_guesses(draft_mapping(bench.database, bench.staged, vocabulary))
    with pytest.raises(ComityError) as caught:
        bench.apply(draft.replace("- Date of Request", "- Date of Requests"))
    assert caught.value.at == "log.csv"
    assert '"Date of Requests" (here "date_of_request") (did you mean "date of request"?)' in caught.value.message


def drafted(bench: Bench, vocabulary: Vocabulary, text: str) -> dict[str, Any]:
    bench.text(text)
    return yaml.safe_load(draft_mapping(bench.database, bench.staged, vocabulary))


def test_draft_of_a_visitors_log(bench: Bench, vocabulary: Vocabulary) -> None:
    draft = drafted(
        bench,
        vocabulary,
        "Sign In,Sign Out,Visitor Organization,Purpose of Visit,Admitted\n"
        "2025-03-10 08:55,2025-03-10 09:40,Acme Supplies,Delivery,Yes\n"
        "2025-03-11 10:02,2025-03-11 10:05,DHS/ICE,Ask about a pupil,No\n",
    )
    assert draft["day"]["column"] == "sign_in"
    assert draft["holder"]["asked"] == "yes"
    assert draft["tells"]["requester"]["values"] == {"DHS/ICE": ["ice"]}
    assert (draft["outcome"]["column"], draft["reason"]) == ("admitted", "purpose_of_visit")


def test_draft_of_a_courts_warrants(bench: Bench, vocabulary: Vocabulary) -> None:
    draft = drafted(
        bench,
        vocabulary,
        "Warrant No.;Issued;Type of Warrant;Judge / Issuing Officer;Status\n"
        "W-1;3 Feb 2025;Bench warrant;Judge;Served\n"
        "W-2;14 Feb 2025;Administrative warrant (I-200);Officer;Received\n"
        "W-3;15 Feb 2025;Search warrant;Judge;Received\n",
    )
    assert (draft["day"]["column"], draft["day"]["formats"]) == ("issued", ["%d %b %Y"])
    # A search warrant may be a federal one or a state's, and the word does not say which.
    assert draft["tells"]["instruments"]["values"] == {
        "Bench warrant": {"at_least": ["warrant"]},
        "Administrative warrant (I-200)": {"at_least": ["i200"]},
    }


def test_draft_of_what_is_asked(bench: Bench, vocabulary: Vocabulary) -> None:
    draft = drafted(
        bench,
        vocabulary,
        "Timestamp,Agency,State,Requesting Agency,Request,Response\n"
        "2025-05-01T12:00:00Z,Los Angeles County Sheriff,California,ICE,notify of release,sent\n"
        "2025-05-02T12:00:00Z,Los Angeles County Sheriff,California,ICE,hold,not honored\n",
    )
    asked = [(kind["when"], kind["asks"]) for kind in draft["kinds"]]
    assert asked == [
        ({"request": ["hold"]}, ["hold"]),
        ({"request": ["notify of release"]}, ["notify_release"]),
    ]
    assert (draft["holder"]["name"], draft["holder"]["state"]) == ("agency", "state")
    assert draft["outcome"]["column"] == "response"
    assert "reason" not in draft
