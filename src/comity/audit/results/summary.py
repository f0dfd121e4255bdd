"""The figures of a report, each a sum of counted lines, as one value that programs read as JSON."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from comity.audit.results.cube import Line
from comity.audit.results.ground import DECIDED, Answer, Check, Counts, Ground, LawChange, SourceNote
from comity.audit.results.rulings import STATUSES, Ruling
from comity.audit.verdicts import VERDICTS

if TYPE_CHECKING:
    from comity.library import Library

SAYS = "A row shows what its source recorded, not that a law was kept or broken. This is no legal advice."

NOT_SHOWN = "too few to show"
"""What stands for the value of a cell that public results take together with others."""


class InputNote(msgspec.Struct, frozen=True):
    """What was read: its sources, its days, and how many of its rows say that they are made up."""

    name: str
    sha256: str
    bytes: int
    rows: int
    made_up_rows: int
    first_date: date | None
    last_date: date | None
    sources: tuple[SourceNote, ...]


class RowCounts(msgspec.Struct, frozen=True):
    """`decided` and all of `apart` add up to the rows read.

    `identical` counts rows alike in every column but running numbers; all are counted, since each may be a request;
    None in public results where they are few.
    """

    decided: int
    apart: Counts
    identical: int | None


class ActionCount(msgspec.Struct, frozen=True):
    """How the rows that ask an action are answered, and the verdicts on them: each adds up to `rows`. `why` divides
    each verdict."""

    action: str
    rows: int
    statuses: Counts
    verdicts: Counts
    why: dict[str, Counts]


class MonthCount(msgspec.Struct, frozen=True):
    """One month's rows that ask an action, by status. `month` is `2015-07`, or what stands for it where none shows."""

    month: str
    action: str
    rows: int
    statuses: Counts


class FindingCount(msgspec.Struct, frozen=True):
    """Rows of one holder with one ruling; what the record says happened, and the verdicts, each add up to `rows`.

    `alone` is the status had no other paper been shown with the form.
    """

    action: str
    ruling: int | None
    status: str
    alone: str
    possible: tuple[str, ...]
    because: tuple[str, ...]
    possibly: tuple[str, ...]
    missing: tuple[str, ...]
    rows: int
    recorded: Counts
    verdicts: Counts


class HolderCount(msgspec.Struct, frozen=True, rename={"kind": "class"}):
    """One holder's rows. Every row asks one or more actions: under each action the findings add up to its rows."""

    holder: str | None
    kind: str | None
    agency: str | None
    standing: str
    rows: int
    recorded: Counts
    findings: tuple[FindingCount, ...]


class MissingFact(msgspec.Struct, frozen=True):
    """A fact that no column tells and that could change the answer of so many findings."""

    fact: str
    ask: str
    findings: int


class RulingCount(msgspec.Struct, frozen=True):
    """A ruling, the findings with it, and the verdicts on them."""

    ruling: Ruling
    rows: int
    recorded: Counts
    verdicts: Counts


class NormCount(msgspec.Struct, frozen=True):
    """A norm that decides so many findings, or may decide so many others."""

    norm: str
    cite: str
    says: str
    modality: str
    evidence: str
    source: str
    read: date
    who: str
    times: tuple[str, ...]
    decides: int
    may_decide: int


class LawUsed(msgspec.Struct, frozen=True):
    """A period of an agency's law, and the rows decided under it. `until` is the first day after it."""

    agency: str
    start: date | None
    until: date | None
    rows: int


class LawNote(msgspec.Struct, frozen=True):
    """The digest of the law, what of it was used, the changes within the days of the log, and the nearest outside."""

    digest: str
    used: tuple[LawUsed, ...]
    changes: tuple[LawChange, ...]
    last_change_before: LawChange | None
    next_change_after: LawChange | None


class Summary(msgspec.Struct, frozen=True):
    """The whole report: the same log under the same law gives the same bytes.

    `smallest_cell` is set in public results: no count of rows below it is shown, but 0.
    """

    place: str
    layout: str
    as_of: date | None
    says: str
    version: str
    smallest_cell: int | None
    input: InputNote
    quality: tuple[Check, ...]
    rows: RowCounts
    actions: tuple[ActionCount, ...]
    decisions_made: int
    months: tuple[MonthCount, ...]
    holders: tuple[HolderCount, ...]
    missing: tuple[MissingFact, ...]
    settle: Counts
    rulings: tuple[RulingCount, ...]
    norms: tuple[NormCount, ...]
    law: LawNote
    outcomes: dict[str, str]
    notes: tuple[str, ...]
    assumes: tuple[str, ...]
    cannot_tell: tuple[str, ...]
    unknown_words: dict[str, Counts]


def summarise(
    ground: Ground,
    rulings: Sequence[Ruling],
    library: Library,
    by_month: Sequence[Line],
    by_holder: Sequence[Line],
    *,
    smallest_cell: int | None = None,
) -> Summary:
    """The figures. The two sequences of lines hold the same rows: one is divided by months, the other by holders;
    where nothing is taken together they are the same lines."""
    return _Figures(ground, rulings, library, by_month, by_holder).summary(smallest_cell)


def count(found: Iterable[Line], key: Callable[[Line], str | None], order: Iterable[str] = ()) -> Counts:
    """Rows by a key: in the order given, then by name; lines without a value are counted as too few to show."""
    rows: Counter[str] = Counter()
    for line in found:
        rows[key(line) or NOT_SHOWN] += line.rows
    places = {name: place for place, name in enumerate(order)}
    return {name: rows[name] for name in sorted(rows, key=lambda name: (places.get(name, len(places)), name))}


class _Figures:
    def __init__(
        self,
        ground: Ground,
        rulings: Sequence[Ruling],
        library: Library,
        by_month: Sequence[Line],
        by_holder: Sequence[Line],
    ) -> None:
        self.ground = ground
        self.library = library
        self.rulings = {ruling.ruling: ruling for ruling in rulings}
        self.answers: dict[int, Answer] = {answer.answer: answer for answer in ground.answers}
        self.by_month = by_month
        self.by_holder = by_holder
        self.actions = list(dict.fromkeys(action for kind in ground.kinds for action in kind.actions))
        self.outcome_order = [outcome.name for outcome in ground.outcomes]

    def summary(self, smallest_cell: int | None) -> Summary:
        ground = self.ground
        return Summary(
            place=ground.place,
            layout=ground.layout,
            as_of=ground.as_of,
            says=SAYS,
            version=ground.version,
            smallest_cell=smallest_cell,
            input=self._input(),
            quality=ground.checks,
            rows=RowCounts(
                ground.standings.get(DECIDED, 0),
                {reason: ground.standings[reason] for reason in ground.reasons if reason in ground.standings},
                ground.identical,
            ),
            actions=tuple(self._action(action) for action in self.actions if self._asking(action)),
            decisions_made=ground.decisions,
            months=tuple(self._months()),
            holders=self._holders(),
            missing=self._missing(),
            settle=self._settle(),
            rulings=tuple(self._ruling_counts()),
            norms=self._norms(),
            law=self._law(),
            outcomes={outcome.name: outcome.says for outcome in ground.outcomes},
            notes=ground.notes,
            assumes=ground.assumes,
            cannot_tell=ground.cannot_tell,
            unknown_words=ground.unknown_words,
        )

    def _status(self, line: Line) -> str | None:
        return self.rulings[line.ruling].status if line.ruling is not None else None

    def _asking(self, action: str) -> list[Line]:
        return [line for line in self.by_holder if line.action == action]

    def _input(self) -> InputNote:
        ground = self.ground
        first = ground.sources[0]
        name = first.name if len(ground.sources) == 1 else f"{first.name} and {len(ground.sources) - 1} more"
        size = sum(source.bytes for source in ground.sources)
        return InputNote(
            name, first.sha256, size, ground.rows, ground.made_up, ground.first_day, ground.last_day, ground.sources
        )

    def _action(self, action: str) -> ActionCount:
        asking = self._asking(action)
        verdicts = count(asking, lambda line: line.verdict, VERDICTS)
        why = {
            name: count((line for line in asking if (line.verdict or NOT_SHOWN) == name), lambda line: line.why)
            for name in verdicts
        }
        return ActionCount(
            action, sum(line.rows for line in asking), count(asking, self._status, STATUSES), verdicts, why
        )

    def _months(self) -> Iterable[MonthCount]:
        for action in self.actions:
            months: dict[str, list[Line]] = defaultdict(list)
            for line in self.by_month:
                if line.action == action:
                    months[line.month.strftime("%Y-%m") if line.month else NOT_SHOWN].append(line)
            for month in sorted(months):
                rows = sum(line.rows for line in months[month])
                yield MonthCount(month, action, rows, count(months[month], self._status, STATUSES))

    def _recorded(self, found: Iterable[Line]) -> Counts:
        return count(found, lambda line: line.outcome, self.outcome_order)

    def _holders(self) -> tuple[HolderCount, ...]:
        """The most rows first; rows kept apart stand under their reason."""
        own: dict[tuple[str | None, str | None, str | None, str], list[Line]] = defaultdict(list)
        for line in self.by_holder:
            own[line.holder, line.kind_of_holder, line.agency, line.standing].append(line)
        found: list[HolderCount] = []
        for (holder, kind, agency, standing), lines in own.items():
            once = [line for line in lines if line.first]
            rows = sum(line.rows for line in once)
            found.append(
                HolderCount(holder, kind, agency, standing, rows, self._recorded(once), tuple(self._findings(lines)))
            )
        return tuple(sorted(found, key=lambda each: (-each.rows, each.holder or "", each.standing, each.agency or "")))

    def _findings(self, lines: Sequence[Line]) -> Iterable[FindingCount]:
        for action in self.actions:
            alike: dict[int | None, list[Line]] = defaultdict(list)
            for line in lines:
                if line.action == action:
                    alike[line.ruling].append(line)
            for number in sorted(alike, key=lambda number: number or 0):
                rows = sum(line.rows for line in alike[number])
                recorded = self._recorded(alike[number])
                verdicts = count(alike[number], lambda line: line.verdict, VERDICTS)
                if number is None:
                    yield FindingCount(action, None, NOT_SHOWN, NOT_SHOWN, (), (), (), (), rows, recorded, verdicts)
                    continue
                ruling = self.rulings[number]
                yield FindingCount(
                    action,
                    number,
                    ruling.status,
                    ruling.alone,
                    ruling.possible,
                    ruling.cites,
                    ruling.possibly_cites,
                    ruling.missing,
                    rows,
                    recorded,
                    verdicts,
                )

    def _per_ruling(self) -> Counter[int]:
        rows: Counter[int] = Counter()
        for line in self.by_holder:
            if line.ruling is not None:
                rows[line.ruling] += line.rows
        return rows

    def _missing(self) -> tuple[MissingFact, ...]:
        """The facts on which most findings turn first."""
        facts = self.library.vocabulary.facts
        rows: Counter[str] = Counter()
        for number, findings in self._per_ruling().items():
            for fact in self.rulings[number].missing:
                rows[fact] += findings
        return tuple(
            MissingFact(fact, facts[fact].ask if fact in facts else "Which of two texts was in force?", rows[fact])
            for fact in sorted(rows, key=lambda fact: (-rows[fact], fact))
        )

    def _settle(self) -> Counts:
        """What would settle the findings of which one cannot tell, by how many it would help settle."""
        rows: Counter[str] = Counter()
        for line in self.by_holder:
            for what in line.settle:
                rows[what] += line.rows
        return {what: rows[what] for what in sorted(rows, key=lambda what: (-rows[what], what))}

    def _ruling_counts(self) -> Iterable[RulingCount]:
        of_ruling: dict[int, list[Line]] = defaultdict(list)
        for line in self.by_holder:
            if line.ruling is not None:
                of_ruling[line.ruling].append(line)
        for number in sorted(of_ruling):
            found = of_ruling[number]
            rows = sum(line.rows for line in found)
            verdicts = count(found, lambda line: line.verdict, VERDICTS)
            yield RulingCount(self.rulings[number], rows, self._recorded(found), verdicts)

    def _norms(self) -> tuple[NormCount, ...]:
        from comity.words import interval_words

        decides: Counter[str] = Counter()
        may_decide: Counter[str] = Counter()
        for number, findings in self._per_ruling().items():
            for norm in self.rulings[number].norms:
                decides[norm] += findings
            for norm in self.rulings[number].possibly:
                may_decide[norm] += findings
        known = self.library.norms()
        found = [known[name] for name in sorted({*decides, *may_decide}) if name in known]
        return tuple(
            NormCount(
                norm.id,
                norm.cite,
                norm.says,
                norm.modality,
                norm.evidence,
                norm.source,
                norm.read,
                norm.who,
                tuple(interval_words(interval) for interval in norm.intervals),
                decides[norm.id],
                may_decide[norm.id],
            )
            for norm in sorted(found, key=lambda norm: (-decides[norm.id], -may_decide[norm.id], norm.id))
        )

    def _law(self) -> LawNote:
        ground = self.ground
        rows: Counter[tuple[str, date | None, date | None]] = Counter()
        for line in self.by_holder:
            if line.answer is not None and line.first:
                answer = self.answers[line.answer]
                rows[answer.agency, answer.law_from, answer.law_until] += line.rows
        used = tuple(
            LawUsed(*period, rows[period]) for period in sorted(rows, key=lambda key: (key[0], key[1] or date.min))
        )
        first, last = ground.as_of or ground.first_day, ground.as_of or ground.last_day
        if first is None or last is None:
            return LawNote(ground.digest, used, (), None, None)
        earlier = [change for change in ground.changes if change.day <= first]
        within = tuple(change for change in ground.changes if first < change.day <= last)
        later = [change for change in ground.changes if change.day > last]
        return LawNote(ground.digest, used, within, earlier[-1] if earlier else None, later[0] if later else None)
