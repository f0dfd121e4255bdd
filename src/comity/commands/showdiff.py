"""What differs between two laws, as people read it: in a terminal, as Markdown, as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from itertools import groupby

import msgspec

from comity.commands.showlaw import Writer
from comity.compare.diff import ActionDiff, Case, Change, Conditions, Diff, Example, NormLine, Runnable, SideNote
from comity.compare.ledger import LedgerNorm
from comity.compare.owed import DutyChange, DutyTerms
from comity.telling import as_told, command_line, told_words
from comity.vocabulary import Vocabulary
from comity.words import DISCLAIMER, MODALITY_WORDS, action_words, counted, day_words, label, listed, plain

MOST_NORMS = 12
"""So many norms of each side are listed where nobody asks for all."""
MOST_LINES = 14
"""Exceptions of so many lines are printed where nobody asks for all."""


class Line(msgspec.Struct, frozen=True):
    """A line of the report. `kind`: heading (of a level), text, item (of a level), command."""

    kind: str
    text: str
    level: int = 0


def lines(vocabulary: Vocabulary, result: Diff, full: bool) -> Iterator[Line]:
    """The report, line by line: the law itself first, then the answers."""
    yield Line("heading", heading(result), 1)
    yield Line("text", DISCLAIMER)
    for note in result.notes:
        yield Line("text", f"Note: {note}")
    if result.given:
        told = "; ".join(f"{name}: {words}" for name, words in told_words(result.given, vocabulary).items())
        yield Line("text", f"Only situations in which it is told: {told}.")
    yield from _ledger(result, full)
    yield from _duties(vocabulary, result)
    if not result.actions:
        yield Line("text", "No situation is answered otherwise.")
    for action in result.actions:
        yield from _action(vocabulary, action, side_words(result), full)
    if result.unchanged:
        yield Line("heading", "Answered alike in every situation", 2)
        yield Line("text", ", ".join(result.unchanged))
    yield Line("text", f"Law {result.law.digest[:19]}…, comity {result.law.version}")


def heading(result: Diff) -> str:
    """What is compared with what."""
    before, after = result.before, result.after
    if before.agency != after.agency:
        return f"{_named(before)} and {_named(after)}, {_day(before)}"
    if before.on != after.on:
        return f"{_named(before)}: {_day(before)} and {_day(after)}"
    return f"{_named(before)}, {_day(before)}: the law, and as if {listed(after.as_if, 'and')} were law"


def _named(side: SideNote) -> str:
    return f"{side.name} ({side.agency})"


def _day(side: SideNote) -> str:
    return day_words(date.fromisoformat(side.on))


def side_words(result: Diff) -> tuple[str, str]:
    """The sides, each in few words."""
    before, after = result.before, result.after
    if before.agency != after.agency:
        return before.agency, after.agency
    if before.on != after.on:
        return _day(before), _day(after)
    return "the law", "the proposal"


def _ledger(result: Diff, full: bool) -> Iterator[Line]:
    ledger = result.ledger
    first, second = side_words(result)
    yield Line("heading", "What differs in the law itself", 2)
    yield Line("text", f"Norms in force on both sides: {ledger.both}.")
    for words, norms in ((first, ledger.before), (second, ledger.after)):
        yield Line("text", f"Only {words}: {len(norms) or 'none'}.")
        yield from _norm_lines(norms, full)
    for words, kept in ((first, ledger.kept_before), (second, ledger.kept_after)):
        for fact in kept:
            yield Line("text", f"A fact kept only {words}: {label(fact.fact)}: {as_told(fact.value)} ({fact.cite}).")


def _norm_lines(norms: Sequence[LedgerNorm], full: bool) -> Iterator[Line]:
    shown = norms if full else norms[:MOST_NORMS]
    for title, group in groupby(shown, key=lambda norm: norm.title):
        yield Line("item", title, 0)
        for norm in group:
            yield Line("item", ledger_words(norm), 1)
    if len(shown) < len(norms):
        yield Line("item", f"and {len(norms) - len(shown)} more (--full lists all)", 0)


def ledger_words(norm: LedgerNorm) -> str:
    """A norm of the ledger: its citation, its effect, what it says, and what is to mind about it."""
    effect = "a duty" if norm.duty else MODALITY_WORDS[norm.modality].removeprefix("which ").removesuffix(" it")
    minded = f" (on the other side a court keeps it from counting: {norm.court})" if norm.court else ""
    minded += " (it is not known whether it was in force that day)" if norm.uncertain else ""
    minded += " (it is not known whether it was in force on the other day too)" if norm.uncertain_there else ""
    return f"{norm.cite}, {effect}: {norm.says}{minded}"


def _duties(vocabulary: Vocabulary, result: Diff) -> Iterator[Line]:
    duties = result.duties
    if not (duties.before or duties.after or duties.changed):
        return
    first, second = side_words(result)
    yield Line("heading", "What is owed", 2)
    yield Line("text", f"Duties that stand alike on both sides: {duties.both}.")
    for words, only in ((first, duties.before), (second, duties.after)):
        yield Line("text", f"Owed only {words}: {len(only) or 'none'}.")
        for duty in only:
            yield Line("item", duty_words(vocabulary, duty), 0)
            for term in terms_of(duty):
                yield Line("item", term, 1)
    if duties.changed:
        yield Line("text", f"Owed on both sides, but otherwise: {len(duties.changed)}.")
    for change in duties.changed:
        yield Line("item", changed_duty_words(vocabulary, change), 0)
        for term in changed_terms(change, (first, second)):
            yield Line("item", term, 1)


def duty_words(vocabulary: Vocabulary, duty: DutyTerms) -> str:
    """A duty in a line: what is owed, and its citation."""
    acts = listed([action_words(vocabulary, action) for action in duty.actions], "or" if duty.one_of else "and")
    return f"{acts} ({duty.cite})"


def terms_of(duty: DutyTerms) -> list[str]:
    """The terms of a duty, a line each: by whom, to whom, by when, with what, and on which conditions."""
    return [f"{name}: {words}" for name, words in _terms(duty).items() if words]


def changed_duty_words(vocabulary: Vocabulary, change: DutyChange) -> str:
    """A duty that changes, in a line."""
    if change.before.cite == change.after.cite:
        return duty_words(vocabulary, change.after)
    return f"{duty_words(vocabulary, change.before)}, then {change.after.cite}"


def changed_terms(change: DutyChange, sides: tuple[str, str]) -> list[str]:
    """The terms in which a duty is unlike, a line each, as they stand on either side."""
    before, after = _terms(change.before), _terms(change.after)
    return [
        f"{name}: {sides[0]}: {before[name] or 'not told'}; {sides[1]}: {after[name] or 'not told'}"
        for name in before
        if before[name] != after[name]
    ]


def _terms(duty: DutyTerms) -> dict[str, str]:
    return {
        "made by": duty.who,
        "to": duty.owed_to,
        "due": duty.due,
        "holds": ", ".join(map(plain, duty.contents)),
        "when": "; and ".join(duty.when),
        "unless": "; and ".join(duty.unless),
        "tells of requests where": "; and ".join(duty.reports_on),
    }


def _action(vocabulary: Vocabulary, action: ActionDiff, sides: tuple[str, str], full: bool) -> Iterator[Line]:
    yield Line("heading", f"{action.action}: {action_words(vocabulary, action.action)}", 2)
    for change in action.changes:
        yield Line("heading", change_words(change, action), 3)
        for case in change.cases:
            yield from _case(case, sides, full)
    if action.terms:
        yield Line("text", "Terms as the law defines them:")
        for name, meaning in action.terms.items():
            yield Line("item", f"{name}: {meaning}", 0)


def change_words(change: Change, action: ActionDiff) -> str:
    """The old and the new status, and in how many situations."""
    return (
        f"{change.before} → {change.after} "
        f"({change.situations:,} of the {counted(action.situations, 'situation')} that these laws tell apart)"
    )


def _case(case: Case, sides: tuple[str, str], full: bool) -> Iterator[Line]:
    if case.when == Conditions(()):
        yield Line("text", "In every situation" + (":" if not case.unless else ", except where:"))
    else:
        yield Line("text", "Where:")
        yield from _conditions(case.when, 0)
        if case.unless:
            yield Line("text", "except where:")
    excepted = [line for number, each in enumerate(case.unless, 1) for line in _numbered(each, number, 0)]
    if full or len(excepted) <= MOST_LINES:
        yield from excepted
    else:
        yield from excepted[:MOST_LINES]
        more = len(excepted) - MOST_LINES
        yield Line(
            "item", f"and {counted(more, 'more line')} of exceptions (--full prints all; --given narrows them)", 0
        )
    yield Line("text", decided_words(case, sides))
    yield Line("text", "For example:")
    for command in commands_of(case.example):
        yield Line("command", command)
    for text, reached in case.example.texts.items():
        yield Line("text", f"supposing that {text} was {'already' if reached else 'not yet'} in force")


def _conditions(conditions: Conditions, level: int) -> Iterator[Line]:
    for line in conditions.all:
        yield Line("item", line, level)
    if conditions.any:
        if conditions.all:
            yield Line("item", "and one of these:", level)
        for number, each in enumerate(conditions.any, 1):
            yield from _numbered(each, number, level + bool(conditions.all))


def _numbered(conditions: Conditions, number: int, level: int) -> Iterator[Line]:
    """One of several, its lines joined where they are few."""
    if not conditions.any:
        yield Line("item", f"({number}) {'; and '.join(conditions.all)}", level)
        return
    yield Line("item", f"({number}) {'; and '.join([*conditions.all, 'one of these:'])}", level)
    for inner, each in enumerate(conditions.any, 1):
        yield from _numbered(each, inner, level + 1)


def decided_words(case: Case, sides: tuple[str, str]) -> str:
    """Which norms decide on either side, by their citations."""

    def cites(norms: Sequence[NormLine]) -> str:
        return "; ".join(dict.fromkeys(norm.cite for norm in norms)) or "no norm"

    return f"Decides: {sides[0]}: {cites(case.decided_before)}; {sides[1]}: {cites(case.decided_after)}."


def commands_of(example: Example) -> list[str]:
    """The commands that ask the example of either side."""

    def command(asked: Runnable) -> str:
        return command_line(asked.agency, asked.on, asked.action, asked.facts, asked.as_if)

    return [command(example.before), command(example.after)]


def show_diff(vocabulary: Vocabulary, result: Diff, *, full: bool) -> None:
    """Print the report in the terminal."""
    write = Writer()
    for line in lines(vocabulary, result, full):
        match line.kind:
            case "heading":
                write.heading(line.text)
            case "item":
                write.line("", f"- {line.text}", indent=4 + 2 * line.level)
            case "command":
                write.plain([f"    {line.text}"])
            case _:
                write.line("", line.text)


def markdown_of(vocabulary: Vocabulary, result: Diff, *, full: bool) -> str:
    """The report as Markdown."""
    parts: list[str] = []
    before = ""
    for line in lines(vocabulary, result, full):
        if line.kind != before or line.kind in ("heading", "text"):
            parts.append("")
        before = line.kind
        match line.kind:
            case "heading":
                parts.append(f"{'#' * line.level} {_escaped(line.text)}")
            case "item":
                parts.append(f"{'  ' * line.level}- {_escaped(line.text)}")
            case "command":
                parts.append(f"    {line.text}")
            case _:
                parts.append(_escaped(line.text))
    return "\n".join(parts).lstrip() + "\n"


def _escaped(text: str) -> str:
    """The text with nothing in it that Markdown or HTML would take for markup."""
    for mark in "\\`*_<[":
        text = text.replace(mark, f"\\{mark}")
    return text


def page_of(vocabulary: Vocabulary, result: Diff) -> bytes:
    """The report as an HTML page, complete in itself."""
    from comity.pages import page

    sides = side_words(result)
    return page(
        "diff.html.j2",
        {
            "title": heading(result),
            "result": result,
            "sides": sides,
            "given": told_words(result.given, vocabulary),
            "action_words": {each.action: action_words(vocabulary, each.action) for each in result.actions},
            "kept": [
                (words, label(fact.fact), as_told(fact.value), fact)
                for words, facts in zip(sides, (result.ledger.kept_before, result.ledger.kept_after), strict=True)
                for fact in facts
            ],
            "by_title": _by_title,
            "ledger_words": ledger_words,
            "duty_words": partial(duty_words, vocabulary),
            "terms_of": terms_of,
            "changed_duty_words": partial(changed_duty_words, vocabulary),
            "changed_terms": changed_terms,
            "decided_words": decided_words,
            "commands_of": commands_of,
        },
    )


def _by_title(norms: Sequence[LedgerNorm]) -> list[tuple[str, list[LedgerNorm]]]:
    return [(title, list(group)) for title, group in groupby(norms, key=lambda norm: norm.title)]
