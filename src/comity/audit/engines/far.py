"""A log that stays where it is: its texts are told here by the layout, its rows are signed there.

Only different texts come to this process, each once: a dictionary of them is made for each group of columns, with what
the layout, the holders and the dates make of each, and sent back. The engine joins its rows to the dictionaries and
works out the signatures; of each row no more than its number, its texts' numbers and its keys is handed on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from comity.audit.engines.dictionaries import Dictionary, far_columns, groups_of
from comity.audit.holders import Resolver, resolve
from comity.audit.layouts.apply import apply
from comity.audit.layouts.choose import choose_layout
from comity.audit.layouts.form import Layout, Prepared
from comity.audit.opening import given_of
from comity.audit.placed import Taking
from comity.audit.placing import place_rows
from comity.audit.reading.arrow import arrow
from comity.audit.reading.database import count, named, one_file
from comity.audit.reading.quarantine import Quarantine
from comity.audit.reading.source import Column, Source, Staged
from comity.audit.rowsfile import carried_of, write_rows
from comity.audit.sharing.searches import reads_reasons, tell_searches, tells_searches
from comity.audit.signing.engine import ArrowTable, Engine, Local, Rows
from comity.audit.signing.plan import Plan
from comity.audit.signing.sign import Log, Signer
from comity.audit.triage.purpose import tell_stated_purpose
from comity.audit.watch import tell_nobody
from comity.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from comity.audit.signing.dialect import Dialect
    from comity.audit.signing.plan import Lists
    from comity.decide import Law

MOST_TEXTS = 500_000
"""Different texts of one group of columns that are fetched."""

SAMPLE = 1_000
"""Rows by which the layout is chosen."""

NO_DAY_WANTED = date(1990, 1, 1)
"""The day given where days are not looked at yet, so that no text is set apart for want of one."""


class FarEngine(Engine, Protocol):
    """An engine besides the one at hand. The view `raw` holds the log's rows: `row`, and the columns."""

    def columns(self) -> tuple[str, ...]:
        """The columns of `raw`, without `row`."""
        ...

    def text(self, column: str) -> str:
        """SQL for a column of `raw` as text."""
        ...

    def write_signed(self, target: Path) -> None:
        """Writes the view `signed` once: as Parquet to the target, and there as the relation `signed_rows`."""
        ...

    def source(self) -> Source:
        """What the rows are, for the methods of the report."""
        ...


class Signed(msgspec.Struct, frozen=True):
    """A log signed elsewhere: what stands here in `staged`, `log`, `placed` and `signed_rows`, and who signed it.

    `rows` is the file of `signed_rows`.
    """

    staged: Staged
    prepared: Prepared
    signer: Signer
    plan: Plan
    rows: Path


def sign_far(
    database: duckdb.DuckDBPyConnection,
    far: FarEngine,
    law: Law,
    reading: Taking,
    work: Path,
    tell: Callable[[str], None],
) -> Signed:
    """Signs the rows of `raw` where they are, and makes the views of the rest of the audit here.

    Raises ComityError as reading does, and `texts` where a group of columns has too many different texts to fetch.
    """
    columns = far.columns()
    Quarantine(database)
    staged = Staged((far.source(),), tuple(Column(name) for name in columns), 0, 0)
    tell("choosing the layout")
    _stage(database, columns, columns, far.arrow(f"SELECT {_texts_sql(far, columns)} FROM raw LIMIT {SAMPLE}"))
    choice = choose_layout(database, staged, law.vocabulary, reading.opening.layout, reading.opening.mapping)
    tell("reading the different texts")
    dictionaries = [_dictionary(far, name, group) for name, group in groups_of(choice.layout, staged).items()]
    apart = frozenset(dictionary.name for dictionary in dictionaries)
    agencies: tuple[str, ...] = ()
    prepared: Prepared | None = None
    for dictionary in sorted(dictionaries, key=lambda each: each.name == "texts"):
        _stage(database, columns, dictionary.columns, dictionary.texts)
        here = msgspec.structs.replace(staged, rows=dictionary.texts.num_rows)
        made = apply(database, choice.layout, here, given_of(reading.opening, law.library), choice.why)
        if dictionary.name == "texts":
            if tells_searches(made, reading.searches):
                made = tell_searches(database, made, reading.opening.agency, reading.searches)
            # The texts hold every holder's name, so the table of holders stands for the rows too.
            resolve(database, reading.resolver or Resolver(law.library))
            agencies = place_rows(database, law.library, made, reading.place, NO_DAY_WANTED)
            prepared = made
        tell(f"sending back what {dictionary.name} mean")
        types, meanings = dictionary.meanings(database, made, apart)
        far.fill(f"dictionary_{dictionary.name}", types, meanings)
    assert prepared is not None
    far.view("log", far_columns(far, dictionaries, prepared, apart, has_law_day=reading.as_of is not None))
    numbers = tuple(f"number_of_{dictionary.name}" for dictionary in dictionaries)
    log = Log("log", prepared.kinds, prepared.facts, agencies, prepared.has_moments, numbers)
    signer = Signer(_Divided(far, Local(database)), law, log, as_of=reading.as_of, as_if=reading.as_if)
    tell("signing")
    plan = signer.sign()
    target = work / "signed-far.parquet"
    far.write_signed(target)
    made = _here(database, signer, plan, staged, dictionaries, choice.layout, choice.why, reading, target)
    return msgspec.structs.replace(made, prepared=msgspec.structs.replace(made.prepared, facts=prepared.facts))


class _Divided:
    """The far engine for all but the answers, which are written down here."""

    def __init__(self, far: FarEngine, near: Local) -> None:
        self.far = far
        self.near = near
        self.dialect: Dialect = far.dialect

    def register(self, lists: Lists) -> None:
        self.far.register(lists)

    def rows(self, sql: str) -> Rows:
        return self.far.rows(sql)

    def arrow(self, sql: str) -> ArrowTable:
        return self.far.arrow(sql)

    def view(self, name: str, sql: str) -> None:
        self.far.view(name, sql)

    def table(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]]) -> None:
        self._keeper(name).table(name, columns, rows)

    def fill(self, name: str, columns: Mapping[str, str], cells: ArrowTable) -> None:
        self._keeper(name).fill(name, columns, cells)

    def _keeper(self, name: str) -> Engine:
        return self.near if name in ("answers", "periods") or name.startswith("keyed_") else self.far


def _texts_sql(far: FarEngine, columns: Sequence[str]) -> str:
    """SQL for columns as texts, called by their places."""
    return ", ".join(f"{far.text(column)} AS text_{place}" for place, column in enumerate(columns)) or "1 AS nothing"


def _dictionary(far: FarEngine, name: str, group: tuple[str, ...]) -> Dictionary:
    """Fetches the different texts of a group of columns. Raises ComityError (`texts`) if they are too many."""
    order = ", ".join(str(place + 1) for place in range(max(len(group), 1)))
    texts = far.arrow(f"SELECT DISTINCT {_texts_sql(far, group)} FROM raw ORDER BY {order} LIMIT {MOST_TEXTS + 1}")
    if texts.num_rows > MOST_TEXTS:
        says = (
            f"have more than {MOST_TEXTS:,} different texts together, too many to look at one by one: "
            "give a query with fewer columns or coarser ones, or leave --engine out"
        )
        raise ComityError("texts", says, ", ".join(group))
    return Dictionary(name, group, texts)


def _stage(database: duckdb.DuckDBPyConnection, columns: Sequence[str], told: Sequence[str], texts: ArrowTable) -> None:
    """Makes the view `staged` of these texts, numbered from 1; the other columns are null."""
    _keep_texts(database, "far_texts", "place", told, texts)
    shown = ", ".join(
        f"{f'text_{told.index(column)}' if column in told else 'CAST(NULL AS VARCHAR)'} AS {named(column)}"
        for column in columns
    )
    database.execute(
        "CREATE OR REPLACE VIEW staged AS SELECT place AS row, 0 AS source, place AS source_row, "
        f"{shown} FROM far_texts"
    )


def _keep_texts(
    database: duckdb.DuckDBPyConnection, table: str, number: str, columns: Sequence[str], texts: ArrowTable
) -> None:
    """Writes a table of the texts of these columns, numbered from 1."""
    types = {number: "BIGINT"} | {f"text_{place}": "VARCHAR" for place in range(len(columns))}
    numbers = arrow().array(range(1, texts.num_rows + 1), type=arrow().int64())
    Local(database).fill(table, types, texts.append_column(number, numbers))


def _here(
    database: duckdb.DuckDBPyConnection,
    signer: Signer,
    plan: Plan,
    staged: Staged,
    dictionaries: Sequence[Dictionary],
    layout: Layout,
    chosen: str,
    reading: Taking,
    target: Path,
) -> Signed:
    """The views `staged`, `log` and `placed` of the rows, and their file, from their numbers, texts and keys."""
    files = [target] if target.is_file() else sorted(target.glob("*.parquet"))
    database.execute(
        f"CREATE OR REPLACE VIEW signed_far AS SELECT * FROM read_parquet([{', '.join(map(one_file, files))}])"
    )
    for dictionary in dictionaries:
        _keep_texts(database, f"texts_of_{dictionary.name}", "number", dictionary.columns, dictionary.texts)
    database.execute(f"CREATE OR REPLACE VIEW staged AS {_rows_sql(staged, dictionaries)}")
    rows = count(database, "SELECT count(*) FROM signed_far")
    source = msgspec.structs.replace(staged.sources[0], rows=rows)
    whole = msgspec.structs.replace(staged, sources=(source,), rows=rows)
    prepared = apply(database, layout, whole, given_of(reading.opening, signer.law.library), chosen)
    if tells_searches(prepared) and reads_reasons(prepared):
        # The different texts have been read, so that the table of reasons stands for the rows too.
        tell_stated_purpose(database)
    place_rows(database, signer.law.library, prepared, reading.place, reading.as_of)
    keys = [name for name, *_ in database.execute("DESCRIBE signed_far").fetchall()]
    kept = ", ".join(f"f.{name}" for name in keys if name == "stretch" or name.startswith("key_"))
    told = ", ".join(f"p.{name}" for name in carried_of(prepared))
    placed = f"(SELECT p.row, {told}, {kept} FROM placed p JOIN signed_far f ON p.row = f.row)"
    own = write_rows(database, placed, target.parent, rows, "bringing the rows together", tell_nobody)
    return Signed(whole, prepared, signer, plan, own)


def _rows_sql(staged: Staged, dictionaries: Sequence[Dictionary]) -> str:
    cells = dict(_cells(dictionaries))
    shown = ", ".join(
        f"{cells.get(column.name, 'CAST(NULL AS VARCHAR)')} AS {named(column.name)}" for column in staged.columns
    )
    joins = " ".join(
        f"JOIN texts_of_{each.name} ON texts_of_{each.name}.number = f.number_of_{each.name}" for each in dictionaries
    )
    return f"SELECT f.row, 0 AS source, f.row AS source_row, {shown} FROM signed_far f {joins}"


def _cells(dictionaries: Sequence[Dictionary]) -> Iterator[tuple[str, str]]:
    for dictionary in dictionaries:
        for place, column in enumerate(dictionary.columns):
            yield column, f"texts_of_{dictionary.name}.text_{place}"
