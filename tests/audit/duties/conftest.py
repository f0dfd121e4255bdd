"""Logs with columns that tell of duties, as their mappings and rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from comity.audit.opening import Opening
from comity.audit.results.summary import Summary
from comity.audit.run import audit_log
from comity.decide import Law

MAPPING = """\
layout: requests
says: Requests received, and what was done about them
columns:
  received: {names: [Received]}
  agency: {names: [Agency]}
  paper: {names: [Paper]}
  outcome: {names: [Outcome], optional: yes}
  copy: {names: [Copy given], optional: yes}
  told: {names: [Person told], optional: yes}
  verified: {names: [Verified], optional: yes}
  booked: {names: [Booked], optional: yes}
  proof: {names: [Proof], optional: yes}
  answered: {names: [Answered], optional: yes}
day: {column: received, formats: ["%Y-%m-%d %H:%M"]}
holder: {agency_column: agency}
facts: {requester: [ice_ero], unsolicited: no, purpose: civil_immigration, in_custody: yes}
tells:
  received_at: {column: received}
  confined_at: {column: booked}
  charges: [{when: {booked: {told: yes}}, is: [{offence: theft}]}]
  proof_of_us_citizenship: {column: proof, values: {none: no, passport: yes}}
  proof_of_lawful_status: {column: proof, values: {none: no, passport: no}}
kinds:
  - name: records
    when: {paper: {is: [records]}}
    asks: [disclose_information]
  - name: certificate
    when: {paper: {is: [certificate]}}
    asks: [certify_victim]
    facts: {appeal_against_refusal: yes, investigated_crime: yes}
  - name: detainer
    when: {paper: {told: yes}}
    asks: [hold, notify_release]
    facts: {instruments: {at_least: [i247a]}}
  - name: booking
    asks: []
outcome:
  column: outcome
  classes:
    - {name: ICE was told, words: [notified], shows: {notify_release: done}}
    - {name: ICE was not told, words: [refused], shows: {notify_release: declined}}
duties:
  give_copy_to_subject: {column: copy, done: [Y], not_done: [N]}
  inform_subject: {column: told, done: [Y], not_done: [N]}
  verify_status: {column: verified, done: [Y], not_done: [N]}
  answer_appeal: {column: answered, not_done: [N]}
"""

Row = dict[str, str]


class Told:
    """An audit: its figures, and its lines of duties as (row, norm, verdict, why, settle)."""

    def __init__(self, summary: Summary, folder: Path) -> None:
        self.summary = summary
        self.folder = folder

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect() as database:
            return database.execute(sql.format(f"'{self.folder / 'duties.parquet'}'")).fetchall()

    def verdicts(self) -> list[tuple[int, str, str]]:
        return self.ask("SELECT row, norm, verdict FROM {} ORDER BY row, norm, duty")

    def lines(self) -> list[tuple[int, str, str, str]]:
        return self.ask("SELECT row, verdict, why, settle FROM {} ORDER BY row, norm, duty")


@pytest.fixture(scope="session")
def law() -> Law:
    return Law.load()


@pytest.fixture
def told(tmp_path: Path, law: Law) -> Callable[..., Told]:
    def tell(rows: Sequence[Row], mapping: str = MAPPING, name: str = "out", **options: Any) -> Told:
        log, mapped = write(tmp_path, rows, mapping)
        options = {"opening": Opening(mapping=mapped), **options}
        return Told(audit_log([str(log)], tmp_path / name, law=law, force=True, **options).summary, tmp_path / name)

    return tell


def write(folder: Path, rows: Sequence[Row], mapping: str = MAPPING) -> tuple[Path, Path]:
    """The log and its mapping as files; a cell that a row does not tell is empty."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(names), *(",".join(row.get(name, "") for name in names) for row in rows)]
    (folder / "log.csv").write_text("\n".join(lines) + "\n")
    (folder / "mapping.yaml").write_text(mapping)
    return folder / "log.csv", folder / "mapping.yaml"


def row(agency: str, received: str = "2025-03-04 10:00", paper: str = "I-247A", **cells: str) -> Row:
    """A row; the names of further cells have `_` for blanks."""
    named = {name.replace("_", " ").capitalize(): value for name, value in cells.items()}
    return {"Received": received, "Agency": agency, "Paper": paper, **named}
