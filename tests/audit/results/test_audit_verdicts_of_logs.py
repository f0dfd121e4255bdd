"""Verdicts from a log to its results: two places whose law points opposite ways, and the records of real forms."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.audit.opening import Opening
from comity.audit.run import audit_log
from comity.decide import Law
from tests.audit.conftest import DUPAGE, I247_2013, I247N, query, row
from tests.audit.results.conftest import write_log

MAPPING = """
layout: notices
says: A made-up log of requests for notice of release, and whether notice was given
columns:
  asked: {names: [Asked On]}
  answer: {names: [Answer]}
day: {column: asked}
holder: {agency: AGENCY}
facts:
  requester: [dhs]
  purpose: civil_immigration
  stated_purpose: civil_immigration
  paper_commands_this_agency: no
  unsolicited: no
  in_custody: yes
kinds:
  - name: notice
    asks: [notify_release]
    facts: {instruments: {at_least: [i247n], not: [i247, i247_2013, i247a, i247d, i247x]}}
outcome:
  column: answer
  silent: {name: no answer recorded, head: silent, says: Nothing is recorded.}
  classes:
    - {name: told, head: told, words: [told], shows: {notify_release: done}, says: The agency told when.}
    - {name: refused, head: refused, words: [refused], shows: {notify_release: declined}, says: It said no.}
  other: {name: other, head: other, says: Other words.}
"""


def verdicts(folder: Path, law: Law, agency: str) -> dict[str, tuple[str, str, str]]:
    (folder / "notices.yaml").write_text(MAPPING.replace("AGENCY", agency))
    (folder / "notices.csv").write_text("Asked On,Answer\n2024-09-01,told\n2024-09-01,refused\n2024-09-01,\n")
    opening = Opening(mapping=folder / "notices.yaml")
    audit_log([str(folder / "notices.csv")], folder / "out", law=law, opening=opening)
    found = query(folder / "out" / "findings.parquet", "SELECT outcome, status, verdict, why FROM {} ORDER BY row")
    return {outcome: (status, verdict, why) for outcome, status, verdict, why in found}


def test_where_the_law_prohibits(tmp_path: Path, law: Law) -> None:
    """MCC 2-173-020(a), read in its own words, forbids Chicago's police to answer, whatever else was shown."""
    assert verdicts(tmp_path, law, "us/il/chicago/police") == {
        "told": ("prohibited", "contrary on its face", "done though prohibited"),
        "refused": ("prohibited", "consistent", "declined as prohibited"),
        "no answer recorded": ("prohibited", "cannot tell", "the record does not show what was done"),
    }


def test_where_the_law_requires(tmp_path: Path, law: Law) -> None:
    """O.C.G.A. 42-1-11.5 requires Georgia's jails to honour detainers. It was read only in others' words: so no refusal
    is called contrary, since an exception may have been left out."""
    assert verdicts(tmp_path, law, "us/ga/local/jail") == {
        "told": ("required", "consistent", "done as required"),
        "refused": ("required", "cannot tell", "the deciding text has not been read"),
        "no answer recorded": ("required", "cannot tell", "the record does not show what was done"),
    }


@pytest.mark.parametrize(
    ("form", "outcome", "action", "verdict", "why"),
    [
        # Booked into ICE's detention is no act of the jail.
        (I247_2013, "Booked into Detention", "hold", "cannot tell", "the record does not show what was done"),
        # One entry for a form that asks for a hold and for notice.
        (I247_2013, "Detainer Declined by LEA", "hold", "cannot tell", "what was declined is not told"),
        # Federal law leaves notice to the jail: whatever it did.
        (I247_2013, "", "notify_release", "consistent", "the law left it to the agency"),
        # I-247N asks for notice only, so that is what was declined.
        (I247N, "Detainer Declined by LEA", "notify_release", "consistent", "the law left it to the agency"),
    ],
)
def test_what_ice_records(
    form: str, outcome: str, action: str, verdict: str, why: str, tmp_path: Path, law: Law
) -> None:
    log = write_log(tmp_path / "log.csv", [row("2015-01-21", form=form, place=DUPAGE, outcome=outcome)])
    audit_log([str(log)], tmp_path / "out", law=law, place="us/il")
    sql = f"SELECT verdict, why FROM {{}} WHERE action = '{action}'"
    assert query(tmp_path / "out/findings.parquet", sql) == [(verdict, why)]


@pytest.mark.parametrize(
    ("agency", "searcher", "alone", "missing"),
    [
        # Cal. Civ. Code 1798.90.55(b): to no federal agency and to none of another state, whatever the purpose.
        ("us/ca/local/police", "[Federal] Federal Bureau of Investigation (FBI)", "prohibited", {"instruments"}),
        ("us/ca/local/police", "Dallas TX PD", "prohibited", {"instruments"}),
        ("us/co/local/police", "Dallas TX PD", "unregulated", {"instruments"}),
        # That plate-reader data are such, and not open to the public, no row need tell.
        ("us/ca/local/police", "Pasadena CA PD", "depends", {"instruments", "purpose", "local_rule_forbids"}),
    ],
)
def test_a_search_by_others_had_no_paper_been_shown(
    tmp_path: Path, law: Law, agency: str, searcher: str, alone: str, missing: set[str]
) -> None:
    log, out = tmp_path / "network.csv", tmp_path / "out"
    log.write_text(
        "ID,Org Name,Total Networks Searched,Reason,Search Time\n"
        f'1,{searcher},12,stolen vehicle,"01/15/2025, 03:00:00 PM UTC"\n'
        '2,Fresno CA PD,12,stolen vehicle,"01/15/2025, 03:10:00 PM UTC"\n'
    )
    opening = Opening(layout="flock-network-audit", agency=agency)
    audit_log([str(log)], out, law=law, opening=opening)
    told = query(out / "findings.parquet", "SELECT verdict, alone, missing FROM {} WHERE row = 1")
    ((verdict, found, turns),) = told
    assert found == alone
    assert verdict == ("consistent" if alone == "unregulated" else "cannot tell")
    assert missing <= set(turns)
    assert not {"information", "open_to_public"} & set(turns)


@pytest.mark.parametrize(
    ("place", "told", "turns"),
    [
        # Rhode Island's policy of 2014 turns on a final order: one that the form was ticked for stood on its day.
        ("ACI,RHODE ISLAND,CRANSTON", "1 Convicted Criminal,YES,YES,Robbery", set()),
        ("ACI,RHODE ISLAND,CRANSTON", "1 Convicted Criminal,YES,NO,Robbery", {"final_removal_order"}),
        ("ACI,RHODE ISLAND,CRANSTON", "1 Convicted Criminal,NO,YES,Robbery", {"final_removal_order"}),
        # Ala. Code 31-13-19 turns on a conviction: none of a time after the request.
        ("SHELBY COUNTY JAIL,ALABAMA,COLUMBIANA", "1 Convicted Criminal,NO,NO,Robbery", set()),
        ("SHELBY COUNTY JAIL,ALABAMA,COLUMBIANA", "2 Pending Criminal Charges,NO,NO,Robbery", {"convictions"}),
    ],
)
def test_what_ice_recorded_later_is_not_told_of_the_day(
    tmp_path: Path, law: Law, place: str, told: str, turns: set[str]
) -> None:
    log, out = tmp_path / "log.csv", tmp_path / "out"
    log.write_text(
        "detainer_prepare_date,detainer_type,detention_facility,facility_state,facility_city,detainer_lift_reason,"
        "detainer_prepared_criminality,final_order_yes_no,deportation_ordered_yes_no,most_serious_conviction_charge\n"
        f"2025-06-01,I247A - Notice of Action,{place},,{told}\n"
    )
    audit_log([str(log)], out, law=law)
    missing = {fact for (fact,) in query(out / "findings.parquet", "SELECT unnest(missing) FROM {}")}
    assert missing & {"final_removal_order", "convictions"} == turns


def test_no_final_order_is_told_where_the_form_was_not_ticked_either(tmp_path: Path, law: Law) -> None:
    log, out = tmp_path / "log.csv", tmp_path / "out"
    log.write_text(
        "detainer_prepare_date,detainer_type,detention_facility,facility_state,facility_city,detainer_lift_reason,"
        "final_order_yes_no,deportation_ordered_yes_no\n"
        "2025-06-01,I247A - Notice of Action,ACI,RHODE ISLAND,CRANSTON,,NO,NO\n"
    )
    audit_log([str(log)], out, law=law)
    assert query(out / "findings.parquet", "SELECT status FROM {} WHERE action = 'hold'") == [("prohibited",)]


@pytest.mark.parametrize(
    ("day", "why"), [("2025-05-20", "facts are missing"), ("2025-05-21", "the deciding text has not been read")]
)
def test_vermont_where_the_words_of_an_amendment_were_not_read(tmp_path: Path, law: Law, day: str, why: str) -> None:
    """Former 20 V.S.A. 4652(b) let an agency sign in an emergency; of the amendment of 2025 descriptions were read."""
    log, out = tmp_path / "log.csv", tmp_path / "out"
    log.write_text(
        "STATE,LAW ENFORCEMENT AGENCY,SUPPORT TYPE,SIGNED\n"
        f"VERMONT,Burlington Police Department,Task Force Model,{day}\n"
    )
    audit_log([str(log)], out, law=law)
    assert query(out / "findings.parquet", "SELECT verdict, why FROM {}") == [("cannot tell", why)]


@pytest.mark.parametrize(
    ("agency", "status", "verdict", "missing"),
    [
        # No law of Florida speaks, and no court is taken to have ordered a search.
        ("us/fl/local/police", "unregulated", "unregulated", set()),
        # ORS 181A.826 turns on what the search was for: no paper of a court is asked about besides.
        ("us/or/local/police", "depends", "cannot tell", {"acting_for_immigration_enforcement"}),
        # Ark. Code 12-12-1804(d): whatever is shared must show an offence, and go to law enforcement.
        ("us/ar/local/police", "depends", "cannot tell", {"plate_data_show_offence", "requester"}),
    ],
)
def test_an_agencys_own_searches(
    tmp_path: Path, law: Law, agency: str, status: str, verdict: str, missing: set[str]
) -> None:
    log, out = tmp_path / "portal.csv", tmp_path / "out"
    log.write_text('id,userId,searchDate,cameraCount,reason\n1,7,"7/7/2025, 10:00:00 AM",90,stolen car\n')
    opening = Opening(layout="flock-portal-search", agency=agency)
    audit_log([str(log)], out, law=law, opening=opening)
    [(found, set_beside, turns)] = query(out / "findings.parquet", "SELECT status, verdict, missing FROM {}")
    assert (found, set_beside, set(turns)) == (status, verdict, missing)
