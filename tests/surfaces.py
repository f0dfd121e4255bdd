"""A small law for the tests of the surfaces, and a way to run the command on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from smallworld import small_law

from comity.cli import main
from comity.decide import Law
from comity.loading import load_library

ACT = """
instrument: us/aa/act
title: An Act on Holds
cite: AA 1
kind: statute
source: https://example.org/act
read: 2025-01-02
versions:
  v1: {from: 2020-01-01, by: L. 1}
  v2: {from: 2022-01-01, by: L. 2}
terms:
  paper:
    cite: AA 1(0)
    is: {instruments: {any: [detainer]}}
norms:
  - id: hold
    cite: AA 1(a)
    in_force: v1..
    prohibits: [hold]
    when: paper
    says: No hold on a detainer.
    evidence: text
  - id: warrant
    cite: AA 1(b)
    in_force: v2..
    lifts: [hold]
    when: {instruments: {any: [warrant]}}
    says: Not where a warrant is shown.
    evidence: text
  - id: murder
    cite: AA 1(c)
    in_force: v2..
    requires: [transfer_custody]
    when: {convictions: {any: {offence: homicide, grade: felony}}}
    says: A person convicted of a felony homicide is handed over.
    evidence: secondary
  - id: custody
    cite: AA 1(d)
    in_force: v2..
    prohibits: [transfer_custody]
    when: {in_custody: yes, place: [home, street]}
    says: Nobody is handed over outside the jail.
    evidence: text
  - id: tell
    cite: AA 1(e)
    in_force: v1..
    permits: [tell]
    limit: {hours_held: 48}
    says: For two days.
    evidence: text
  - id: copy
    cite: AA 1(f)
    in_force: v1..
    requires: [give_copy]
    when: paper
    due: {within: 2, unit: day, after: release_due_at}
    says: The person gets a copy.
    evidence: text
  - id: old
    cite: AA 1(g)
    in_force: v1
    permits: [transfer_custody]
    says: Handing over was allowed.
    evidence: text
disputes:
  - id: doubt
    court: Ct. App.
    cite: Doe v. Aa
    effect: flags
    norms: [hold]
    from: 2021-01-01
    says: The hold ban is contested.
    evidence: text
    source: https://example.org/doe
not_encoded:
  - {cite: AA 1(z), says: The end was not read., actions: [hold]}
examples:
  - says: A detainer.
    given: {agency: us/aa/jail, on: 2023-01-01, facts: {instruments: [new_form]}}
    expect: {hold: prohibited}
    because: [hold]
"""

PROPOSAL = """
instrument: us/aa/bill
title: A Bill
cite: AA bill 7
kind: proposal
source: https://example.org/bill
read: 2025-01-02
versions:
  v1: {from: 2023-01-01, by: as if passed}
norms:
  - {id: must, cite: AA bill 7, in_force: v1.., requires: [hold], overrides: [us/aa/act], says: Holds., evidence: text}
"""


def surface_law(folder: Path) -> Path:
    """The folder of the small law."""
    return small_law(folder, act=ACT, bill=PROPOSAL)


def load(folder: Path) -> Law:
    return Law(load_library(surface_law(folder), cache=False))


def run(law: Path, *arguments: str, given: str | bytes | None = None) -> Result:
    """Run the command on a law folder."""
    return CliRunner().invoke(main, ["--law", str(law), *arguments], input=given)


def run_json(law: Path, *arguments: str, given: str | bytes | None = None) -> Any:
    """Run the command with --json and read what it prints; it must succeed."""
    result = run(law, *arguments, "--json", given=given)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def error_of(law: Path, *arguments: str, given: str | bytes | None = None) -> dict[str, str]:
    """The error that the command reports with --json."""
    result = run(law, *arguments, "--json", given=given)
    assert result.exit_code == 2, result.output
    return json.loads(result.stdout)["error"]
