"""The form of a layout, and of a log prepared by one."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from comity.audit.verdicts import Act
from comity.vocabulary import FactKind

HolderForm = Literal["name", "agency"]
TestKind = Literal["is", "matches", "empty", "told", "withheld"]
Values = Literal["", "one", "several"]
FactForm = Literal["coded", "date", "datetime", "quantity"]
FACT_TYPES: dict[FactForm, str] = {
    "coded": "BIGINT", "date": "DATE", "datetime": "TIMESTAMP", "quantity": "DOUBLE PRECISION"
}  # fmt: skip
"""The type of a column of a fact, by its form, in the SQL of every engine."""

EARLIEST, LATEST = date(1990, 1, 1), date(2049, 12, 31)
"""Days outside are set apart as impossible, where a layout gives no narrower range."""


class LayoutColumn(msgspec.Struct, frozen=True):
    """A column by the layout's own name for it, the names that files give it, and whether a file may lack it.

    `values` is how many different values it must have for the file to be of this layout, and `like` a pattern (RE2,
    whatever the case) that most of its values must match: others may call their columns so too.
    """

    name: str
    names: tuple[str, ...]
    optional: bool = False
    values: Values = ""
    like: str = ""


class Test(msgspec.Struct, frozen=True):
    """A test of a row's cell. `is`: one of the words, whatever case and blanks; `matches`: a pattern (RE2, whatever
    the case) found in it; `empty`, `told`: no value, or one; `withheld`: a redaction mark."""

    column: str
    kind: TestKind
    words: tuple[str, ...] = ()


When = tuple[Test, ...]
"""All must hold; none: always."""


class RowKind(msgspec.Struct, frozen=True):
    """What a row of one kind asks and tells: actions, and facts in the JSON form of requests.

    `alone` is what would be known besides, had no other paper been shown with it.
    """

    name: str
    actions: tuple[str, ...]
    facts: dict[str, object]
    alone: dict[str, object] = {}
    note: str = ""


class OutcomeClass(msgspec.Struct, frozen=True):
    """A class of what the record says happened, in a word for the head of a column, and with what it does not say.

    `shows` is what the record itself shows was done, or declined, of the asked actions; most classes show nothing.
    `together`: it is one entry for the whole request, so of several things asked it tells of none which one was meant.
    """

    name: str
    head: str
    says: str
    shows: dict[str, Act] = {}
    together: bool = False


class DayColumn(msgspec.Struct, frozen=True):
    """Where the day of a row stands: in one column, or (`time`) a day and a time of day in two; where the cell is
    empty, or the log has no such column, in the column `otherwise`.

    `formats` are those of strptime, tried in order after ISO forms. `zone` is the time zone of the text (an IANA name);
    empty where none is told. Days before `earliest` or after `latest` are set apart.
    """

    column: str
    formats: tuple[str, ...]
    time: str = ""
    otherwise: str = ""
    zone: str = ""
    earliest: date = EARLIEST
    latest: date = LATEST


class Holder(msgspec.Struct, frozen=True):
    """Whose act a row is about: columns with name, state and city (which may be one), or with an agency's id; or one
    fixed agency.

    `asked` says that the log itself names none, so that the one who audits must.
    """

    name: str = ""
    state: str = ""
    city: str = ""
    agency_column: str = ""
    agency: str = ""
    fixed_state: str = ""
    asked: bool = False


class FactSource(msgspec.Struct, frozen=True):
    """What columns tell of a fact: values by rules, first match first; or a column read as a date, time or number."""

    fact: str
    kind: FactKind
    rules: tuple[tuple[When, object], ...] = ()
    column: str = ""
    formats: tuple[str, ...] = ()


class Outcomes(msgspec.Struct, frozen=True):
    """How the outcome is read: rules from tests to classes, the first match counts; `silent` where no cell is told.

    Without a column and rules every row has the class `silent`.
    """

    column: str
    classes: tuple[OutcomeClass, ...]
    rules: tuple[tuple[When, str], ...]
    silent: str
    other: str


class DutyColumn(msgspec.Struct, frozen=True):
    """What a column tells of a duty of the agency: the moment or the day on which it was done; or, in words of its own,
    that it was `done`, or was not. Other cells tell nothing.

    `norms` are the norms of whose duties it tells; none: all under which the agency itself owes it.
    """

    duty: str
    column: str
    formats: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    not_done: tuple[str, ...] = ()
    norms: tuple[str, ...] = ()


class Marks(msgspec.Struct, frozen=True):
    """Cells that are no values: placeholders and interface text by their words, withheld ones by patterns (RE2)."""

    empty: tuple[str, ...]
    withheld: tuple[str, ...]
    partly_withheld: tuple[str, ...]
    interface: tuple[str, ...]


class Layout(msgspec.Struct, frozen=True):
    """A kind of log.

    `identifier` is a column that numbers entries, each of which should stand once.
    `keys` are the columns by which rows of two files are compared, `sequence` those whose numbers should have no gaps,
    `order` pairs of dates of which the first is not after the second, `zeros` columns in which 0 is no count.
    `changes` are days from which the same column means another thing, or is not filled.
    `assumes` is what the facts take as so, `cannot_tell` what no row of it tells. `cite` is where the form was seen.
    `searcher` is the column with the organisation that searched, where that is another than the holder.
    """

    name: str
    says: str
    columns: tuple[LayoutColumn, ...]
    day: DayColumn
    holder: Holder
    kinds: tuple[tuple[When, RowKind], ...]
    facts: tuple[FactSource, ...]
    outcomes: Outcomes
    marks: Marks
    duties: tuple[DutyColumn, ...] = ()
    reason: str = ""
    identifier: str = ""
    searcher: str = ""
    keys: tuple[str, ...] = ()
    sequence: tuple[str, ...] = ()
    order: tuple[tuple[str, str], ...] = ()
    zeros: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()
    cannot_tell: tuple[str, ...] = ()
    changes: tuple[tuple[date, str], ...] = ()
    cite: str = ""


class FactColumn(msgspec.Struct, frozen=True):
    """A fact that varies from row to row, in the column of `log` of that name.

    A coded column holds the place of a value in `values` (raw values in the JSON form of requests), from 0; NULL is
    unknown. The other forms hold the value itself.
    """

    fact: str
    column: str
    form: FactForm
    values: tuple[object, ...] = ()


class Prepared(msgspec.Struct, frozen=True):
    """A log in the view `log`: the meaning of its coded columns, how the layout was chosen, and what is to be minded.

    `log` has `row`, `source`, `source_row`; `day` (DATE), `moment` (TIMESTAMP, UTC; null where no time or no zone is
    told), `moment_local` (TIMESTAMP by the clock of the log or, where its zone is given, of the place; null where only
    a day is told; `has_moments` says whether any can be), `day_told` (the text) and `day_fault` (null, `not told`,
    `no date`, `out of range`); `holder_name`, `holder_state`, `holder_city` (trimmed, as told; `holder_form` says
    whether the name is an agency's id); `kind` (place in `kinds`; null where no kind matches), `outcome` (a class),
    `outcome_words`, `reason`, and of it `reason_class` and `reason_rule` where it is read; `searcher`, null where the
    layout names no column of it; a column `fact_<name>` for each of `facts`; and `made_up` where the log says so of
    rows.
    For each of the `duties` it has `done_<place>` (TIMESTAMP by the clock of the place; of a day its beginning) and
    `said_<place>` (whether it was done, where a time or a word says so), and with these `start_<fact>` for `starts`.
    `quarantined` counts the rows that this layout set apart besides those of reading; they are in `quarantine`.
    `first_faults` quotes the first day of each fault, with its place.
    """

    layout: Layout
    chosen: str
    kinds: tuple[RowKind, ...]
    facts: tuple[FactColumn, ...]
    outcomes: tuple[OutcomeClass, ...]
    holder_form: HolderForm
    columns: dict[str, str]
    rows: int
    quarantined: int
    has_moments: bool = False
    first_faults: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    duties: tuple[DutyColumn, ...] = ()

    @property
    def starts(self) -> tuple[str, ...]:
        """The facts whose time rows tell in a column, where duties may run from them."""
        sources = self.layout.facts if self.duties else ()
        return tuple(each.fact for each in sources if each.kind == "datetime" and each.column in self.columns)
