"""A decision as people read it in a terminal or on paper: a table, then sentences."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from comity.commands.surface import console
from comity.terminal import printable
from comity.words import (
    DISCLAIMER,
    EVIDENCE_WORDS,
    STATUS_MARK,
    STATUS_SENTENCE,
    TIME_OF_ACT,
    day_words,
    label,
    listed,
    plain,
)

if TYPE_CHECKING:
    from rich.console import Console

    from comity.decide import Law
    from comity.explain import Explanation
    from comity.findings import Decision, DueNote, Duty, Finding, Missing, NormNote, Report

STYLES = {
    "required": "bold blue",
    "prohibited": "bold red",
    "permitted": "bold green",
    "conflict": "bold yellow",
    "unregulated": "dim",
    "depends": "bold magenta",
}
_LABEL_WIDTH = 13
_MOST_IN_CELL = 3
_MOST_IN_FULL = 4
"""Up to so many findings are told in full; more are only listed in the table."""


def show_decision(
    law: Law,
    decision: Decision,
    explanations: Sequence[Explanation] | None = None,
    *,
    why: bool = False,
    walk: bool = False,
) -> None:
    """Print a decision for people; with its explanations where they are given."""
    out = console()
    agency = law.agency(decision.agency)
    out.print(Text(f"{agency.name} ({agency.id}), {_when(decision.on)}", style="bold"))
    out.print(DISCLAIMER)
    for note in decision.notes:
        out.print(Text(f"Note: {printable(note)}", style="yellow"))
    out.print()
    out.print(_table(decision.findings))
    full = why or walk or len(decision.findings) <= _MOST_IN_FULL
    for position, finding in enumerate(decision.findings):
        if full:
            out.print()
            out.print(_heading(finding))
            _lines(out, _finding_lines(law, finding))
            if explanations is not None:
                _lines(out, _explanation_lines(explanations[position], why=why, walk=walk))
    if not full:
        out.print("\nName one action (--action) to see its answer in full; --why explains it.")
    _owed(out, law, decision)
    out.print()
    review = _review(decision)
    if review:
        out.print(Text(review, style="dim"))
    out.print(Text(f"Law {decision.law.digest[:19]}…, comity {decision.law.version}", style="dim"))


def _review(decision: Decision) -> str:
    """Of how many of the law files that decide a reviewer's signature stands; empty where none decides."""
    notes = [note for finding in decision.findings for note in (*finding.because, *finding.possibly)]
    notes += [note for duty in decision.duties for note in duty.because]
    states = {note.norm.partition("#")[0]: note.review for note in notes if note.source}
    if not states:
        return ""
    signed = sum(state == "signed" for state in states.values())
    lapsed = [file for file, state in states.items() if state == "lapsed"]
    told = f"; the signature has lapsed of {', '.join(lapsed)}" if lapsed else ""
    return f"Law files that decide here: {len(states)}, signed by a reviewer: {signed}{told}."


def _when(on: str) -> str:
    from datetime import date, datetime

    if len(on) <= 10:
        return day_words(date.fromisoformat(on))
    moment = datetime.fromisoformat(on)
    return f"{day_words(moment)} {moment:%H:%M}"


def _table(findings: Sequence[Finding]) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    table.add_column("action", no_wrap=True)
    table.add_column("answer", overflow="fold")
    table.add_column("by", overflow="fold")
    table.add_column("still to ask", overflow="fold")
    for finding in findings:
        deciding = finding.because or finding.possibly
        cites = list(dict.fromkeys(note.cite for note in deciding))
        missing = [_missing_name(name) for name in finding.missing]
        missing.sort(key=lambda name: name != finding.ask_next)
        table.add_row(
            Text(_action(finding)),
            Text(STATUS_MARK[finding.status], style=STYLES[finding.status]),
            Text(_some(cites, "; ")),
            Text(_some(missing, ", ")),
        )
    return table


def _some(words: Sequence[str], mark: str) -> str:
    """The first few, and how many more."""
    more = len(words) - _MOST_IN_CELL
    return mark.join(words[:_MOST_IN_CELL]) + (f"{mark}{more} more" if more > 0 else "")


def _action(finding: Finding) -> str:
    given = f" ({', '.join(finding.given.values())})" if finding.given else ""
    return printable(f"{finding.action}{given}")


def _heading(finding: Finding) -> Text:
    text = Text(f"{_action(finding)}: ", style="bold")
    return text.append(finding.status, style=STYLES[finding.status])


def _lines(out: Console, lines: Iterable[tuple[str, str]]) -> None:
    """Labelled lines, the words in a column of their own."""
    before = ""
    for name, words in lines:
        head = f"  {'' if name == before else name:<{_LABEL_WIDTH}}"
        rows = textwrap.wrap(printable(words), max(out.width - len(head) - 1, 40), break_on_hyphens=False)
        for number, row in enumerate(rows):
            line = Text().append(" " * len(head) if number else head, style="dim").append(row)
            out.print(line, soft_wrap=True)
        before = name


def _finding_lines(law: Law, finding: Finding) -> Iterator[tuple[str, str]]:
    yield "", STATUS_SENTENCE[finding.status]
    if finding.status == "depends":
        yield "possible", listed(finding.possible)
    for note in finding.because:
        yield "because", norm_words(note)
    for note in finding.possibly:
        yield "possibly", norm_words(note)
    for note in finding.also:
        yield "also", norm_words(note)
    cites = {norm_id: norm.cite for norm_id, norm in law.library.norms().items()}
    for gone in finding.defeated:
        by = "; ".join(dict.fromkeys(cites.get(norm, norm) for norm in gone.by))
        yield "gives way", f"{gone.norm.cite} ({gone.norm.modality}) to {by}"
    if finding.limit is not None:
        limit = finding.limit
        lapse = f"; lapses {limit.lapses_at}, then {limit.then}" if limit.lapses_at else ""
        yield "limit", f"at most {limit.at_most:g} {limit.unit}s ({label(limit.clock)}){lapse}"
    for name in finding.missing:
        first = " (ask this first)" if name == finding.ask_next else ""
        yield "still to ask", f"{_missing_name(name)}: {_question(law, name)}{first}"
    for dispute in finding.disputes:
        until = f" to {dispute.until}" if dispute.until else ""
        since = f"from {dispute.start}{until}"
        yield "dispute", f"{dispute.court}, {dispute.cite} ({dispute.effect}, {since}): {dispute.says}"
    for known in finding.known_used:
        yield "on record", f"{label(known.fact)}: {_value(known.value)}. {known.says} ({known.cite})"
    for item in finding.not_encoded:
        yield "not encoded", f"{item.cite}: {item.says}"
    for note in finding.notes:
        yield "note", note


def norm_words(note: NormNote) -> str:
    """A norm as a finding shows it, on one line."""
    by = " [the agency's own policy]" if note.by == "policy" else ""
    evidence = "" if note.evidence == "text" else f" [{EVIDENCE_WORDS[note.evidence]}]"
    who = f" [binds {note.who}]" if note.who else ""
    return f"{note.cite} {note.modality}{by}: {note.says}{who}{evidence}"


def _explanation_lines(explanation: Explanation, *, why: bool, walk: bool) -> Iterator[tuple[str, str]]:
    if why:
        told = len(explanation.why) + len(explanation.why_not) + 1
        for sentence in explanation.sentences[told:]:
            yield "what if", sentence
    if walk:
        for number, step in enumerate(explanation.walk, start=1):
            yield "walk", f"{number}. {step.question} {step.answer[:1].upper()}{step.answer[1:]}."


def _missing_name(missing: Missing) -> str:
    return missing if isinstance(missing, str) else "text in force"


def _question(law: Law, missing: Missing) -> str:
    if missing == "on":
        return TIME_OF_ACT
    if isinstance(missing, str):
        return law.vocabulary.facts[missing].ask
    return f"on that day it is not certain which text counted ({', '.join(missing.values())})"


def _value(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return listed([plain(str(each)) for each in value], "and")  # type: ignore[misc]
        case _:
            return plain(str(value))


def _owed(out: Console, law: Law, decision: Decision) -> None:
    if decision.refusal_limits:
        out.print(Text("\nThe limit of every refusal: to decline is not to obstruct", style="bold"))
        _lines(out, (("prohibited", f"{note.says} ({note.cite})") for note in decision.refusal_limits))
    if decision.duties:
        out.print(Text("\nWhat this request brings with it", style="bold"))
        _lines(out, (line for duty in decision.duties for line in _duty_lines(law, duty)))
    if decision.reports:
        out.print(Text("\nReports in which it appears", style="bold"))
        _lines(out, (line for report in decision.reports for line in _report_lines(law, report)))


def _duty_lines(law: Law, duty: Duty) -> Iterator[tuple[str, str]]:
    names = [duty.action] if isinstance(duty.action, str) else list(duty.action["one_of"])
    what = listed([law.vocabulary.owed.get(name, plain(name)) for name in names])
    yield _state(duty.state), f"{what}{_to(duty.owed_to)}{_due(duty.due)}. {norm_words(duty.because[0])}"
    yield from (("", f"{dispute.court}, {dispute.cite}: {dispute.says}") for dispute in duty.disputes)
    if duty.missing:
        yield "", f"turns on: {', '.join(_missing_name(name) for name in duty.missing)}"


def _report_lines(law: Law, report: Report) -> Iterator[tuple[str, str]]:
    what = law.vocabulary.owed.get(report.action, plain(report.action))
    yield _state(report.state), f"{what}{_to(report.owed_to)}{_due(report.due)}. {norm_words(report.because[0])}"
    if report.missing:
        yield "", f"turns on: {', '.join(_missing_name(name) for name in report.missing)}"


def _state(state: str) -> str:
    return state.replace("_", " ")


def _to(owed_to: str) -> str:
    return f", to {owed_to}" if owed_to else ""


def _due(due: DueNote | None) -> str:
    if due is None:
        return ""
    at = f" ({due.at.replace('T', ' ')})" if due.at else ""
    return f", {due.says}{at}"
