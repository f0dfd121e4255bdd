"""Duties that logs show, as the provisions read: whose they are, when they were in force, and how long they gave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pytest

from comity.audit.duties.verdicts import SUSPENSION, WHETHER_DONE
from comity.audit.opening import Opening
from comity.audit.results.files import Wanted
from comity.audit.signing.answers import missing_word
from comity.audit.verdicts import TEXT_NOT_READ
from comity.decide import Law
from comity.errors import ComityError, LawError
from tests.audit.duties.conftest import MAPPING, Row, Told, row

CALIFORNIA, MISSOURI, TEXAS = "us/ca/local/jail", "us/mo/local/jail", "us/tx/local/jail"
COPY, VERIFY, INFORM = "us/ca/truth-act#b-copy", "us/mo/jails#verify-local", "us/tx/detainer-article#inform"
Tell = Callable[..., Told]


def confined(booked: str, verified: str = "", agency: str = MISSOURI, *, received: str = "", **cells: str) -> Row:
    return row(agency, received or booked[:10], booked=booked, verified=verified, **{"proof": "none", **cells})


def test_a_copy_of_the_paper(told: Tell) -> None:
    """Cal. Gov. Code 7283.1(b): upon receiving a request the agency gives the person a copy. It sets no hours."""
    found = told([row(CALIFORNIA, copy_given=cell) for cell in ("Y", "N", "", "2025-03-05", "***", "perhaps")])
    assert [(number, verdict) for number, norm, verdict in found.verdicts() if norm == COPY] == [
        (1, "done"),
        (2, "not done on its face"),
        (3, "cannot tell"),
        (4, "done"),
        (5, "cannot tell"),
        (6, "cannot tell"),
    ]


def test_within_48_hours_of_confinement(told: Tell) -> None:
    """RSMo 544.472(1): the agency asks within 48 hours, whatever days these are."""
    found = told(
        [
            confined("2025-03-07 09:00", "2025-03-09 09:00"),
            confined("2025-03-07 09:00", "2025-03-09 09:01"),
            confined("2025-03-07 09:00", "2025-03-09"),
            confined("2025-03-07", "2025-03-08"),
            confined("2025-03-07", "2025-03-10"),
            confined("2025-03-07 09:00", "N"),
            confined("2025-03-07 09:00", "Y"),
            confined("2025-03-07 09:00", "2025-03-06"),
            confined("2025-03-20 09:00", "N"),
            row(MISSOURI, verified="2025-03-10", proof="none"),
        ]
    )
    assert found.lines() == [
        (1, "done in time", "done in time", ""),
        (2, "late on its face", "done after it was due", ""),
        (3, "cannot tell", "it turns on a clock time that is not told", "the clock time at which it was done"),
        (4, "done in time", "done in time", ""),
        (5, "late on its face", "done after it was due", ""),
        (6, "not done on its face", "the record says that it was not done", ""),
        (7, "cannot tell", "done, and when is not told", "when it was done"),
        (8, "cannot tell", "done before its time began, as it is told", "which of the two entries is right"),
        (
            9,
            "cannot tell",
            "not done, and its time was not over by the last day of the log",
            "what happened after the last day of the log",
        ),
        (10, "cannot tell", "when its time began is not told", "confined_at; charges"),
    ]
    [(started, due, done)] = found.ask("SELECT started, due, done FROM {} WHERE row = 2")
    assert [str(each) for each in (started, due, done)] == [
        "2025-03-07 09:00:00", "2025-03-09 09:00:00", "2025-03-09 09:01:00",
    ]  # fmt: skip


def test_the_law_of_the_day(told: Tell) -> None:
    """Local agencies of Missouri owe it from 28 August 2009, those of the State from 1 January."""
    days = ("2008-12-31", "2009-01-01", "2009-08-27", "2009-08-28")
    patrol = "us/mo/highway-patrol"
    rows = [confined(f"{day} 09:00", "N", agency) for agency in (MISSOURI, patrol) for day in days]
    found = told([*rows, confined("2009-12-31 09:00", "Y")])
    assert [(number, norm) for number, norm, verdict in found.verdicts() if verdict == "not done on its face"] == [
        (4, VERIFY), (6, "us/mo/jails#verify-state"), (7, "us/mo/jails#verify-state"), (8, "us/mo/jails#verify-state"),
    ]  # fmt: skip


def test_who_is_bound_and_when_it_is_owed(told: Tell) -> None:
    """A hospital of Missouri owes nothing; nor does a jail for a person who showed to be a citizen. If nothing is told
    of what was shown, whether it was owed is open."""
    found = told(
        [
            confined("2025-03-04 09:00", "N", "us/mo/local/hospital"),
            confined("2025-03-04 09:00", "N", proof="passport"),
            confined("2025-03-04 09:00", "N", proof=""),
            confined("2025-03-04 09:00", "2025-03-09", proof=""),
            confined("2025-03-04 09:00", "2025-03-05", proof=""),
            confined("2025-03-14 09:00", ""),
        ]
    )
    proof = "proof_of_lawful_status; proof_of_us_citizenship"
    open_law = "and whether it was owed turns on facts that are missing"
    assert found.lines()[:3] == [
        (3, "cannot tell", f"the record says that it was not done, {open_law}", proof),
        (4, "cannot tell", f"done after it was due, {open_law}", proof),
        (5, "done in time", "done in time", ""),
    ]


def test_three_days_after_the_request(told: Tell) -> None:
    """Vehicle and Traffic Law 201(12)(a): told within three days of the request, whatever hour it came at."""
    days = ("2025-03-07", "2025-03-07 23:59", "2025-03-08", "2025-03-08 00:01")
    found = told([row("us/ny/motor-vehicles", "2025-03-04 16:00", "records", person_told=day) for day in days])
    assert [verdict for *_, verdict in found.verdicts()] == [*["done in time"] * 2, *["late on its face"] * 2]


def test_business_days(told: Tell) -> None:
    """5 ILCS 825/11(a): an appeal is answered within 30 business days. Of 16 December 2024 these end on 30 January
    2025: Christmas, New Year's Day and the day of Martin Luther King are none."""
    days = ("2025-01-30", "2025-01-31")
    rows = [row("us/il/local/police", "2024-12-16 10:00", "certificate", answered=day) for day in days]
    assert [verdict for *_, verdict in told(rows).verdicts()] == ["done in time", "late on its face"]


def test_no_verdict_against_an_agency_stands_on_a_text_that_was_not_read(told: Tell) -> None:
    """Conn. Gen. Stat. 54-192h(c): a copy of the detainer is given. It was read in another document only."""
    rows = [row("us/ct/state-police", "2021-03-04 16:00", "detainer", copy_given=copy) for copy in ("Y", "N")]
    assert told(rows).lines() == [
        (1, "done", "done, and the law sets no time", ""),
        (
            2,
            "cannot tell",
            "the record says that it was not done, and its text has not been read",
            "the operative text of the deciding law",
        ),
    ]


def test_a_duty_that_a_court_suspended(told: Tell) -> None:
    """Tex. Code Crim. Proc. art. 2A.060(a)(2), from 1 September 2017, which a court suspended to 24 September."""
    days = ("2017-08-31", "2017-09-01", "2017-09-24", "2017-09-25")
    found = told([row(TEXAS, f"{day} 09:00", person_told="N", proof="none") for day in days])
    states = [state for (state,) in found.ask(f"SELECT state FROM {{}} WHERE norm = '{INFORM}' ORDER BY row")]
    assert states == ["suspended", "suspended", "owed"]
    assert [verdict for *_, verdict in found.verdicts()] == ["cannot tell", "cannot tell", "not done on its face"]
    assert found.lines()[0][3] == "whether the duty, which a court suspended, counts"


def test_a_duty_that_an_act_triggers(told: Tell) -> None:
    """Cal. Gov. Code 7283.1(b): who tells ICE of a release tells the person too. What was declined triggers nothing; of
    what no record shows, it is open whether it was done."""
    notice = "us/ca/truth-act#b-notice"
    mapping = MAPPING.replace(
        "{column: told, done: [Y], not_done: [N]}", f"{{column: told, not_done: [N], norms: [{notice}]}}"
    )
    outcomes = ("notified", "refused", "")
    found = told([row(CALIFORNIA, outcome=each, person_told="N") for each in outcomes], mapping)
    assert [line for line in found.verdicts() if line[1] == notice] == [
        (1, notice, "not done on its face"), (3, notice, "cannot tell"),
    ]  # fmt: skip
    [(settle,)] = found.ask(f"SELECT settle FROM {{}} WHERE row = 3 AND norm = '{notice}'")
    assert settle == "done"


def test_a_duty_whose_time_is_no_number(told: Tell) -> None:
    """Cal. Gov. Code 7283.1(a): consent in writing before the interview, of which the log does not tell the hour."""
    mapping = MAPPING.replace("asks: [disclose_information]", "asks: [interview_access]").replace(
        "  give_copy_to_subject:", "  obtain_written_consent:"
    )
    rows = [row(CALIFORNIA, paper="records", copy_given=cell) for cell in ("Y", "2025-03-04 09:00", "N", "")]
    when = "whether it was done before the interview"
    assert told(rows, mapping).lines() == [
        (1, "cannot tell", "done, and whether before the interview is no matter of counting", when),
        (2, "cannot tell", "done, and whether before the interview is no matter of counting", when),
        (3, "not done on its face", "the record says that it was not done", ""),
        (4, "cannot tell", "the record does not say whether it was done", "whether and when it was done"),
    ]


def test_duties_of_rows_that_ask_nothing(told: Tell) -> None:
    """A booking is no request, and the duty to have status verified is owed all the same."""
    found = told([confined("2025-03-04 09:00", "N", paper=""), confined("2025-03-14 09:00", "Y", paper="")])
    assert found.verdicts()[0] == (1, VERIFY, "not done on its face")
    assert found.summary.rows.apart == {"nothing asked": 2}


ZONED = ("2025-03-07T15:00Z", "2025-03-09T15:00Z", "2025-03-09T15:01Z")


def test_times_in_utc_are_told_by_the_clock_of_the_place(told: Tell, tmp_path: Path) -> None:
    booked, in_time, late = ZONED
    rows = [confined(booked, done, received="2025-03-07T15:00Z") for done in (in_time, late)]
    opening = Opening(mapping=tmp_path / "mapping.yaml", zone="America/Chicago")
    found = told(rows, opening=opening)
    # In the night between, clocks were put forward by an hour: by them, one more hour has passed.
    assert [verdict for *_, verdict in found.verdicts()] == ["late on its face", "late on its face"]
    assert [str(due) for (due,) in found.ask("SELECT due FROM {}")] == ["2025-03-09 09:00:00"] * 2
    unknown = told(rows)
    assert [line[1:] for line in unknown.lines()] == [
        ("cannot tell", "done, and when is not told", "when it was done")
    ] * 2


def test_without_such_columns_nothing_is_said_of_duties(told: Tell) -> None:
    found = told([row(CALIFORNIA)])
    assert found.summary.duties == ()
    names = {each.name for each in found.folder.iterdir()}
    assert not {name for name in names if "dut" in name}
    with duckdb.connect() as database:
        columns = database.execute(f"DESCRIBE SELECT * FROM '{found.folder / 'findings.parquet'}'").fetchall()
    assert "duties" not in {name for name, *_ in columns}
    assert 'id="duties"' not in (found.folder / "report.html").read_text()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("give_copy: {column: copy}", 'unknown duty "give_copy" (did you mean "give_copy_to_subject"?)'),
        ("give_copy_to_subject: {done: [Y]}", '"column" is missing'),
        ("give_copy_to_subject: {column: copies}", 'unknown column "copies" (did you mean "copy"?)'),
        ("give_copy_to_subject: {column: copy, when: yes}", 'unknown key "when"'),
        ("give_copy_to_subject: {column: copy, formats: ['%Q']}", '"%Q" is no form of dates'),
    ],
)
def test_a_mapping_that_tells_it_wrongly(told: Tell, wrong: str, says: str) -> None:
    start = MAPPING.index("duties:")
    with pytest.raises(LawError) as error:
        told([row(CALIFORNIA)], f"{MAPPING[:start]}duties:\n  {wrong}\n")
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("norm", "says"),
    [
        ("us/ca/truth-act#b-copies", 'did you mean "us/ca/truth-act#b-copy"?'),
        ("us/ca/truth-act#a", "lays no such duty on anybody for a single row"),
    ],
)
def test_a_mapping_that_names_another_norm(told: Tell, norm: str, says: str) -> None:
    mapping = MAPPING.replace("{column: copy, done: [Y]", f"{{column: copy, norms: ['{norm}'], done: [Y]")
    with pytest.raises(ComityError, match="duty give_copy_to_subject, norms") as error:
        told([row(CALIFORNIA, copy_given="Y")], mapping)
    assert says in str(error.value)


def decided(law: Law, cells: Row) -> list[tuple[str, str, str, str | None, tuple[str, ...]]]:
    """The duties of which columns tell, as one decision tells them: norm, duty, state, moment due, missing facts."""
    facts: dict[str, object] = {"requester": ["ice_ero"], "unsolicited": False, "purpose": "civil_immigration"}
    facts |= {"in_custody": True, "instruments": {"at_least": ["i247a"]}, "received_at": cells["Received"]}
    if cells["Booked"]:
        facts |= {"confined_at": cells["Booked"], "charges": [{"offence": "theft"}]}
    if cells["Proof"]:
        facts |= {"proof_of_us_citizenship": cells["Proof"] == "passport", "proof_of_lawful_status": False}
    if cells["Outcome"] == "notified":
        facts |= {"done": {"at_least": ["notify_release"]}, "declined": {"at_least": [], "not": ["notify_release"]}}
    if cells["Outcome"] == "refused":
        facts |= {"declined": {"at_least": ["notify_release"]}, "done": {"at_least": [], "not": ["notify_release"]}}
    decision = law.decide(agency=cells["Agency"], on=cells["Received"], actions=["hold", "notify_release"], facts=facts)
    known = law.library.norms()
    return sorted(
        (
            duty.because[0].norm,
            duty.action,
            duty.state,
            duty.due.at if duty.due else None,
            tuple(map(missing_word, duty.missing)),
        )
        for duty in decision.duties
        if duty.action in ("give_copy_to_subject", "inform_subject", "verify_status", "answer_appeal")
        and isinstance(duty.action, str)
        and not known[duty.because[0].norm].who
    )


def test_the_duties_are_those_that_decide_tells(told: Tell, law: Law) -> None:
    agencies = ("us/ca/local/jail", "us/mo/local/police", "us/tx/local/jail", "us/ga/local/jail", "us/al/local/jail")
    agencies += ("us/ok/local/jail", "us/mt/local/jail", "us/ct/local/police", "us/nj/local/jail", "us/il/local/jail")
    rows = [
        row(
            agency,
            f"{day} 10:00",
            outcome=outcome,
            booked=booked and f"{day} 08:30",
            proof=proof,
            verified="",
            copy_given="",
            person_told="",
        )
        for agency in agencies
        for day in ("2012-05-05", "2017-09-10", "2018-01-04", "2024-11-11", "2025-08-08", "2026-06-06")
        for outcome in ("", "notified", "refused")
        for booked in ("", "booked")
        for proof in ("", "none", "passport")
    ]
    found = told(rows)
    told_of = found.ask("SELECT row, norm, duty, state, strftime(due, '%Y-%m-%dT%H:%M:%S'), settle FROM {}")
    told_by = {WHETHER_DONE, SUSPENSION, TEXT_NOT_READ}
    lines = [(*line, tuple(each for each in settle.split("; ") if each not in told_by)) for *line, settle in told_of]
    alone = [(number, *duty) for number, cells in enumerate(rows, 1) for duty in decided(law, cells)]
    assert len(alone) > 500
    assert sorted(lines, key=str) == sorted(alone, key=str)


def test_every_number_is_a_sum_of_lines_and_two_runs_are_alike(told: Tell) -> None:
    rows = [
        row(agency, copy_given=cell, verified=cell, booked="2025-03-04 09:00", proof=proof)
        for agency in (CALIFORNIA, MISSOURI)
        for cell in ("Y", "N", "", "2025-03-05 10:00", "2025-03-09")
        for proof in ("none", "passport", "")
    ]
    first, second = told(rows), told(rows, name="again")
    for name in ("duties.parquet", "duty-groups.csv", "duty-groups.parquet", "findings.parquet", "report.html"):
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes()
    for duty in first.summary.duties:
        counted = dict(
            first.ask(
                f"SELECT verdict, count(*) FROM {{}} WHERE norm = '{duty.norm}' AND duty = '{duty.duty}' GROUP BY 1"
            )
        )
        assert duty.verdicts == counted
        assert sum(duty.states.values()) == duty.rows == sum(counted.values())
        assert {name: sum(why.values()) for name, why in duty.why.items()} == counted
        with duckdb.connect() as database:
            groups = database.execute(
                f"SELECT verdict, sum(rows) FROM '{first.folder / 'duty-groups.csv'}' "
                f"WHERE norm = '{duty.norm}' AND duty = '{duty.duty}' GROUP BY 1"
            ).fetchall()
            marked = database.execute(
                f"SELECT count(DISTINCT row) FROM '{first.folder / 'findings.parquet'}' "
                f"WHERE list_contains(string_split(duties, '; '), ?)",
                [duty.mark("cannot tell")],
            ).fetchone()
        assert {verdict: int(number) for verdict, number in groups} == counted
        assert marked == (counted.get("cannot tell", 0),)


def public(told: Tell, rows: Sequence[Row], name: str) -> dict[str, object]:
    found = told(rows, name=name, wanted=Wanted(smallest_cell=5))
    [source] = found.summary.input.sources
    contents = {}
    for file in sorted(found.folder.iterdir()):
        if file.suffix != ".parquet":
            contents[file.name] = file.read_text().replace(source.sha256, "")
    assert "duties.parquet" not in {file.name for file in found.folder.iterdir()}
    return contents


def copies(*cells: tuple[int, str]) -> list[Row]:
    return [row(CALIFORNIA, copy_given=cell) for number, cell in cells for _ in range(number)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (copies((12, ""), (3, "N")), copies((11, ""), (4, "N"))),
        (copies((30, ""), (2, "Y"), (4, "N")), copies((30, ""), (4, "Y"), (2, "N"))),
        (copies((30, "Y"), (20, ""), (1, "N")), copies((30, "Y"), (19, ""), (2, "N"))),
    ],
)
def test_small_numbers_of_duties_are_not_published(told: Tell, one: list[Row], other: list[Row]) -> None:
    assert public(told, one, "one") == public(told, other, "other")


def test_large_numbers_of_duties_are_published(told: Tell) -> None:
    found = told(copies((30, "Y"), (20, "N"), (2, "")), wanted=Wanted(smallest_cell=5))
    [duty] = [each for each in found.summary.duties if each.norm == COPY]
    assert duty.verdicts == {"done": 30}
    assert (duty.why, duty.states, duty.settle) == ({}, {}, {})
