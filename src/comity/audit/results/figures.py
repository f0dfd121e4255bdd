"""The figures of a report, each a sum of counted lines, worked out where the lines are: in the database.

Of what grows with the log, so much is fetched as a summary lists: the agencies and rulings with the most rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from comity.audit.placing import DECIDED
from comity.audit.reading.database import parts_of
from comity.audit.results.duties import count_duties
from comity.audit.results.ground import Counts, Ground
from comity.audit.results.holderfigures import holder_counts
from comity.audit.results.rulings import STATUSES, read_rulings
from comity.audit.results.summary import (
    NOT_SHOWN,
    SAYS,
    ActionCount,
    InputNote,
    LawNote,
    LawUsed,
    MissingFact,
    MonthCount,
    NormCount,
    RowCounts,
    RulingCount,
    Summary,
    ordered,
    pairs_by,
)
from comity.audit.verdicts import VERDICTS

if TYPE_CHECKING:
    import duckdb

    from comity.library import Library

RULINGS = 5_000
"""The rulings that a summary lists: those with the most findings."""


def summarise(
    database: duckdb.DuckDBPyConnection,
    ground: Ground,
    library: Library,
    by_month: str,
    by_holder: str,
    *,
    smallest_cell: int | None = None,
) -> Summary:
    """The figures. The two tables of lines hold the same rows: one is divided by months, the other by holders; where
    nothing is taken together they are the same table."""
    return _Figures(database, ground, library, by_month, by_holder).summary(smallest_cell)


class _Figures:
    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        ground: Ground,
        library: Library,
        by_month: str,
        by_holder: str,
    ) -> None:
        self.database = database
        self.ground = ground
        self.library = library
        self.by_month = by_month
        self.by_holder = by_holder
        self.outcomes = [outcome.name for outcome in ground.outcomes]
        asked = {action for (action,) in self._rows(f"SELECT DISTINCT action FROM {by_holder}")}
        actions = dict.fromkeys(action for kind in ground.kinds for action in kind.actions)
        self.actions = [action for action in actions if action in asked]
        database.execute(
            "CREATE OR REPLACE TEMP TABLE found_rulings AS SELECT ruling, sum(rows)::BIGINT AS rows "
            f"FROM {by_holder} WHERE ruling IS NOT NULL GROUP BY ruling"
        )
        [(self.found_rulings,)] = self._rows("SELECT count(*) FROM found_rulings")

    def summary(self, smallest_cell: int | None) -> Summary:
        ground = self.ground
        holders, left_out = holder_counts(self.database, self.by_holder, self.actions, self.outcomes)
        if self.found_rulings > RULINGS:
            left_out += (f"{self.found_rulings - RULINGS:,} rulings with fewer findings: they are in rulings.csv",)
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
            actions=tuple(self._action(action) for action in self.actions),
            decisions_made=ground.decisions,
            months=tuple(self._months()),
            holders=holders,
            matched=ground.matched,
            missing=self._missing(),
            settle=self._settle(),
            rulings=tuple(self._ruling_counts()),
            norms=self._norms(),
            law=self._law(),
            outcomes={outcome.name: outcome.says for outcome in ground.outcomes},
            notes=ground.notes,
            assumes=ground.assumes,
            cannot_tell=ground.cannot_tell,
            left_out=left_out,
            duties=count_duties(self.database, ground, self.library, public=smallest_cell is not None),
        )

    def _rows(self, sql: str, given: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self.database.execute(sql, list(given)).fetchall()

    def _input(self) -> InputNote:
        ground = self.ground
        first = ground.sources[0]
        many = len(ground.sources)
        sheets = {source.name for source in ground.sources} == {first.name}
        name = first.name if many == 1 else f"{first.name}{f', {many} sheets' if sheets else f' and {many - 1} more'}"
        sizes = [source.bytes for source in ground.sources if source.bytes is not None]
        size = sum(sizes) if sizes else None
        return InputNote(
            name,
            first.sha256,
            size,
            ground.rows,
            ground.made_up,
            ground.first_day,
            ground.last_day,
            ground.sources,
            ground.beside,
        )

    def _action(self, action: str) -> ActionCount:
        from comity.words import action_words

        lines = self._rows(
            f"SELECT status, verdict, why, sum(rows)::BIGINT FROM {self.by_holder} WHERE action = ? GROUP BY ALL",
            [action],
        )
        verdicts = ordered(((verdict, rows) for _, verdict, _, rows in lines), VERDICTS)
        why = {
            name: ordered((why, rows) for _, verdict, why, rows in lines if (verdict or NOT_SHOWN) == name)
            for name in verdicts
        }
        statuses = ordered(((status, rows) for status, _, _, rows in lines), STATUSES)
        says = action_words(self.library.vocabulary, action)
        return ActionCount(action, sum(rows for *_, rows in lines), statuses, verdicts, why, says)

    def _months(self) -> Iterable[MonthCount]:
        for action in self.actions:
            found = pairs_by(
                self._rows(
                    f"SELECT strftime(month, '%Y-%m'), status, sum(rows)::BIGINT FROM {self.by_month} WHERE action = ? "
                    "GROUP BY ALL",
                    [action],
                )
            )
            months = {month or NOT_SHOWN: pairs for (month,), pairs in found.items()}
            for month in sorted(months):
                rows = sum(number for _, number in months[month])
                yield MonthCount(month, action, rows, ordered(months[month], STATUSES))

    def _missing(self) -> tuple[MissingFact, ...]:
        """The facts on which most findings turn first."""
        facts = self.library.vocabulary.facts
        rows = self._per_ruling("missing")
        return tuple(
            MissingFact(fact, facts[fact].ask if fact in facts else "Which of two texts was in force?", rows[fact])
            for fact in sorted(rows, key=lambda fact: (-rows[fact], fact))
        )

    def _settle(self) -> Counts:
        """What would settle the findings of which one cannot tell, by how many it would help settle."""
        rows: Counter[str] = Counter(
            dict(
                self._rows(
                    f"SELECT unnest({parts_of('settle')}) AS what, sum(rows)::BIGINT FROM (SELECT settle, "
                    f"sum(rows) AS rows FROM {self.by_holder} GROUP BY 1) GROUP BY 1"
                )
            )
        )
        return {what: rows[what] for what in sorted(rows, key=lambda what: (-rows[what], what))}

    def _per_ruling(self, column: str) -> Counter[str]:
        """The findings by what stands in a list of their rulings."""
        return Counter(
            dict(
                self._rows(
                    f"SELECT what, sum(rows)::BIGINT FROM (SELECT unnest(r.{column}) AS what, f.rows FROM ruled r "
                    "JOIN found_rulings f ON f.ruling = r.ruling) GROUP BY what"
                )
            )
        )

    def _ruling_counts(self) -> Iterable[RulingCount]:
        self.database.execute(
            "CREATE OR REPLACE TEMP TABLE listed_rulings AS "
            f"SELECT ruling, rows FROM found_rulings ORDER BY rows DESC, ruling LIMIT {RULINGS}"
        )
        rows: dict[int, int] = dict(self._rows("SELECT ruling, rows FROM listed_rulings"))
        rulings = read_rulings(self.database, sorted(rows))
        recorded, verdicts = (
            pairs_by(
                self._rows(
                    f"SELECT l.ruling, l.{column}, sum(l.rows)::BIGINT FROM {self.by_holder} l "
                    "JOIN listed_rulings r ON r.ruling = l.ruling GROUP BY ALL"
                )
            )
            for column in ("outcome", "verdict")
        )
        for number in sorted(rows):
            counts = ordered(recorded[number,], self.outcomes), ordered(verdicts[number,], VERDICTS)
            yield RulingCount(rulings[number], rows[number], *counts)

    def _norms(self) -> tuple[NormCount, ...]:
        from comity.words import interval_words

        decides, may_decide = self._per_ruling("norms"), self._per_ruling("possibly")
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
        periods = self._rows(
            f"SELECT l.agency, p.law_from, p.law_until, sum(l.rows)::BIGINT FROM {self.by_holder} l JOIN periods p "
            "ON p.stretch = l.stretch WHERE l.first AND l.answer IS NOT NULL GROUP BY ALL"
        )
        used = tuple(LawUsed(*cells) for cells in sorted(periods, key=lambda each: (each[0], each[1] or date.min)))
        first, last = ground.as_of or ground.first_day, ground.as_of or ground.last_day
        if first is None or last is None:
            return LawNote(ground.digest, used, (), None, None)
        earlier = [change for change in ground.changes if change.day <= first]
        within = tuple(change for change in ground.changes if first < change.day <= last)
        later = [change for change in ground.changes if change.day > last]
        return LawNote(ground.digest, used, within, earlier[-1] if earlier else None, later[0] if later else None)
