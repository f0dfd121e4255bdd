"""The examples of the law files: run, and told where they disagree.

`python -m comity.examples [PLACE]` runs those of a place and below (all, without one).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from comity.decide import Law
from comity.errors import ComityError
from comity.findings import Decision, Duty, Finding, Report
from comity.norms import Example, Instrument
from comity.words import counted


def disagreements(law: Law, place: str = "") -> Iterator[ComityError]:
    """Every example of a place and below that disagrees with the law, naming file, line and what differs."""
    for instrument, example in examples_within(law, place):
        yield from check(law, instrument, example)


def examples_within(law: Law, place: str = "") -> list[tuple[Instrument, Example]]:
    """The examples of a place and below, each with its instrument. Raises LawError."""
    return [
        (law.library.instruments[name], example)
        for name, examples in law.library.examples().items()
        if name.startswith(place)
        for example in examples
    ]


def check(law: Law, instrument: Instrument, example: Example) -> Iterator[ComityError]:
    """What differs between an example and the decision: a problem each."""
    at = f"{instrument.path}:{example.line}"
    try:
        decision = law.decide(
            agency=example.agency,
            on=example.on,
            actions=list(example.expect) or None,
            facts=example.facts,
            as_if=example.as_if,
        )
    except ComityError as error:
        yield ComityError("example", f"the example cannot be decided: {error}", at)
        return
    for action, status in example.expect.items():
        found = decision.finding(action)
        if found.status != status:
            yield ComityError("example", f"{action} is {_told(found)}, the example expects {status}", at)
    for key, got in _sets(decision).items():
        wanted = getattr(example, key)
        if wanted is not None and set(wanted) != got:
            shown = ", ".join(sorted(got)) or "none"
            yield ComityError("example", f"{key} is {shown}; the example expects {', '.join(wanted) or 'none'}", at)
    yield from _late(decision, example, at)


def _late(decision: Decision, example: Example, at: str) -> Iterator[ComityError]:
    """Duties and reports that are due at another time than the example says, or not due, or only possibly."""
    found = {note.norm: item for item in (*decision.duties, *decision.reports) for note in item.because}
    for norm, wanted in example.due.items():
        told = _when(found.get(norm))
        if wanted not in told:
            yield ComityError("example", f"{norm} is due: {told[0]}; the example expects {wanted}", at)


def _when(owed: Duty | Report | None) -> tuple[str, ...]:
    """When a duty or report is due, in the ways that an example may say it."""
    if owed is None or owed.state == "suspended":
        return ("not owed",)
    if owed.state == "may_be_owed":
        return ("possibly",)
    if owed.due is None:
        return ("none",)
    return (owed.due.at, owed.due.says) if owed.due.at else (owed.due.says,)


def _sets(decision: Decision) -> dict[str, set[str]]:
    findings = decision.findings
    counting = [duty for duty in decision.duties if duty.state != "suspended"]
    shown = (*findings, *decision.duties, *decision.reports)
    return {
        "because": {note.norm for finding in findings for note in finding.because},
        "possibly": {note.norm for finding in findings for note in finding.possibly},
        "defeated": {defeat.norm.norm for finding in findings for defeat in finding.defeated},
        "missing": {_name(missing) for finding in findings for missing in finding.missing},
        "possible": {status for finding in findings for status in finding.possible},
        "disputes": {dispute.id for item in shown for dispute in item.disputes},
        "duties": {name for duty in counting for name in _actions(duty.action)},
        "owed": {
            name
            for item in (*decision.duties, *decision.reports)
            if item.state == "owed"
            for name in _actions(item.action)
        },
        "reports": {note.norm for report in decision.reports if report.state != "suspended" for note in report.because},
    }


def _name(missing: str | dict[str, str]) -> str:
    return missing if isinstance(missing, str) else missing["text_in_force"]


def _actions(action: str | dict[str, tuple[str, ...]]) -> Iterable[str]:
    return [action] if isinstance(action, str) else action["one_of"]


def _told(finding: Finding) -> str:
    because = ", ".join(note.norm for note in (*finding.because, *finding.possibly))
    missing = ", ".join(map(_name, finding.missing))
    return finding.status + (f" because of {because}" if because else "") + (f", missing {missing}" if missing else "")


def main() -> int:
    law = Law.load()
    place = sys.argv[1] if len(sys.argv) > 1 else ""
    found = list(disagreements(law, place))
    for problem in found:
        print(problem)
    print(f"{counted(len(examples_within(law, place)), 'example')}, {counted(len(found), 'disagreement')}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
