"""The map of one situation, place by place, as people read it in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from comity.commands.show import STYLES
from comity.commands.surface import console
from comity.errors import RequestError
from comity.findings import Missing
from comity.lawmap import LawMap, MapCell, MapRow
from comity.telling import as_told, told_words
from comity.terminal import printable
from comity.vocabulary import Vocabulary
from comity.words import DISCLAIMER, STATUS_MARK, action_words, day_words, label, listed, plain

DISPUTED = "‡"
NOT_TEXT = "†"
_MOST_BESIDE = 2
"""So many actions stand side by side; further ones are a table of their own, in the same order of places."""
_MOST_IN_CELL = 3


def show_map(result: LawMap) -> None:
    """Print the map: one table for every few actions, what the marks mean, and where no such agency is encoded."""
    out = console()
    kind = plain(result.kind) if result.kind else "jail, else sheriff, else police"
    out.print(Text(f"One situation, place by place, {_when(result.on)}", style="bold"))
    out.print(DISCLAIMER)
    for note in result.notes:
        out.print(Text(f"Note: {printable(note)}", style="yellow"))
    out.print(f"Agency asked: {kind}.")
    if result.facts:
        told = "; ".join(f"{name}={as_told(value)}" for name, value in result.facts.items())
        out.print(Text(printable(f"Told: {told}.")))
    heads = next((row.cells for row in result.rows if row.cells), ())
    for first in range(0, max(len(heads), 1), _MOST_BESIDE):
        out.print()
        out.print(_table(result.rows, heads, range(first, min(first + _MOST_BESIDE, len(heads)))))
    out.print()
    for line in _legend(result):
        out.print(Text(printable(line), style="dim"))
    out.print(Text(f"\nLaw {result.law.digest[:19]}…, comity {result.law.version}", style="dim"))


def page_of(vocabulary: Vocabulary, result: LawMap, suffix: str = ".html") -> bytes:
    """The map as an HTML page or an SVG picture, complete in itself. Raises RequestError for a file of another kind."""
    match suffix.lower():
        case ".svg":
            return _picture(vocabulary, result).encode()
        case ".html" | ".htm":
            return _page(vocabulary, result)
        case _:
            raise RequestError("usage", f"a map is .html or .svg, not {suffix or 'without an ending'}", "out")


def _picture(vocabulary: Vocabulary, result: LawMap) -> str:
    from comity.lawmappicture import Told, draw_map

    said = "; ".join(f"{name}: {words}" for name, words in told_words(result.facts, vocabulary).items())
    asked = f"Agency asked in each place: {plain(result.kind) if result.kind else 'jail, else sheriff, else police'}."
    told = f"Told: {said}." if said else "Nothing is told: where that matters, the answer depends."
    return draw_map(
        result,
        Told(
            title=f"One situation, place by place, {_when(result.on)}",
            above=(asked, told, *(f"Note: {note}" for note in result.notes)),
            below=tuple(_legend(result)),
            disputed=DISPUTED,
            not_text=NOT_TEXT,
        ),
    )


def _page(vocabulary: Vocabulary, result: LawMap) -> bytes:
    from comity.pages import page

    return page(
        "map.html.j2",
        {
            "title": f"One situation, place by place, {_when(result.on)}",
            "result": result,
            "kind": plain(result.kind) if result.kind else "jail, else sheriff, else police",
            "told": told_words(result.facts, vocabulary),
            "heads": next((row.cells for row in result.rows if row.cells), ()),
            "says": {action: action_words(vocabulary, action) for action in result.actions},
            "states": [
                (state, list(rows)) for state, rows in groupby(result.rows, key=lambda row: row.name.partition(":")[0])
            ],
            "legend": list(_legend(result)),
            "listed": listed,
            "missing_name": _missing_words,
            "disputed": DISPUTED,
            "not_text": NOT_TEXT,
        },
    )


def _when(on: str) -> str:
    from datetime import date, datetime

    if len(on) <= 10:
        return day_words(date.fromisoformat(on))
    moment = datetime.fromisoformat(on)
    return f"{day_words(moment)} {moment:%H:%M}"


def _table(rows: Sequence[MapRow], heads: Sequence[MapCell], shown: range) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold", expand=True)
    table.add_column("place and agency asked", ratio=2, min_width=32, overflow="fold")
    for position in shown:
        table.add_column(_head(heads[position]), ratio=3, overflow="fold")
    if not shown:
        table.add_column("answer", ratio=3, overflow="fold")
    for row in rows:
        if row.undecided:
            cells = [Text(row.undecided, style="dim")]
        else:
            cells = [_cell_text(row.cells[position]) for position in shown]
        table.add_row(_place_text(row), *cells)
    return table


def _head(cell: MapCell) -> Text:
    given = f" ({', '.join(cell.given.values())})" if cell.given else ""
    return Text(printable(f"{cell.action}{given}"))


def _place_text(row: MapRow) -> Text:
    text = Text(printable(row.name)).append(f"\n{printable(row.agency)}", style="dim")
    if not row.own_law and not row.undecided:
        text.append("\nonly the country's law on this day", style="dim")
    return text


def _cell_text(cell: MapCell) -> Text:
    words = STATUS_MARK[cell.status]
    if cell.status == "depends":
        words = f"depends: {listed(cell.possible)}"
    text = Text(words, style=STYLES[cell.status])
    marks = (DISPUTED if cell.disputes else "") + (NOT_TEXT if cell.not_text else "")
    if marks:
        text.append(f" {marks}", style="not bold")
    lines = (
        ("", _some(cell.cites)),
        ("possibly ", _some(cell.possibly)),
        ("turns on ", _some([_missing_name(name) for name in cell.missing], ", ")),
    )
    for head, said in lines:
        if said:
            text.append(f"\n{head}{printable(said)}", style="none")
    return text


def _missing_name(missing: Missing) -> str:
    return missing if isinstance(missing, str) else "text in force"


def _missing_words(missing: Missing) -> str:
    return label(_missing_name(missing))


def _some(words: Sequence[str], mark: str = "; ") -> str:
    """The first few, and how many more."""
    more = len(words) - _MOST_IN_CELL
    return mark.join(words[:_MOST_IN_CELL]) + (f"{mark}{more} more" if more > 0 else "")


def _legend(result: LawMap) -> Iterator[str]:
    cells = [cell for row in result.rows for cell in row.cells]
    if any(row.place.endswith("/local") for row in result.rows):
        yield "local: a town or county whose own law is not encoded; an ordinance or policy there may say more."
    if any(cell.disputes for cell in cells):
        yield f"{DISPUTED} A court's word bears on it: `comity decide` tells which."
    if any(cell.not_text for cell in cells):
        yield f"{NOT_TEXT} Rests in part on a reading that is not of the operative text."
    if result.without:
        yield f"No such agency is encoded for: {', '.join(result.without)}."
