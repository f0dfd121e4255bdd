"""The map of one situation as a picture: a row for each place, a cell for each action, in colours, hatchings and words.

No colour is needed to read it. Complete in itself: an SVG document for a slide, a page or a print.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from html import escape

import msgspec

from comity.lawmap import LawMap, MapCell, MapRow
from comity.statuslook import band, status_style
from comity.words import DISCLAIMER, STATUS_MARK, listed, plain

_MARGIN, _LEFT, _CELL, _GAP = 16, 270, 250, 6
_LINE, _PAD = 14, 6
_LABEL_CHARS, _CELL_CHARS = 36, 38
NO_BREAK = "\N{NO-BREAK SPACE}"
_MOST_CITED = 3
"""So many citations stand in a cell; the text that a pointer shows holds all."""


class Told(msgspec.Struct, frozen=True):
    """The words around the map: its title, what is said above it, and what its marks mean below."""

    title: str
    above: tuple[str, ...]
    below: tuple[str, ...]
    disputed: str
    not_text: str


def draw_map(result: LawMap, told: Told) -> str:
    """The picture as an SVG document."""
    heads = next((row.cells for row in result.rows if row.cells), ())
    columns = max(1, len(heads))
    width = 2 * _MARGIN + _LEFT + columns * (_CELL + _GAP)
    chars = int((width - 2 * _MARGIN) / 6.4)
    title, above = textwrap.wrap(told.title, int(chars * 0.68)), _wrapped((DISCLAIMER, *told.above), chars)
    body: list[str] = []
    y = float(_MARGIN)
    for line in title:
        y += 20
        body.append(f'<text x="{_MARGIN}" y="{y:g}" class="title">{escape(line)}</text>')
    for line in above:
        y += _LINE + 2
        body.append(f'<text x="{_MARGIN}" y="{y:g}" class="small">{escape(line)}</text>')
    y += 26
    for place, head in enumerate(heads):
        given = f" ({', '.join(head.given.values())})" if head.given else ""
        words = escape(plain(head.action).capitalize() + given)
        body.append(f'<text x="{_column(place):g}" y="{y:g}" class="label">{words}</text>')
    y += 8
    for row in result.rows:
        drawn, height = _row(row, y, columns, told)
        body += drawn
        y += height + _GAP
    y += 8
    for line in _wrapped((*told.below, f"Law {result.law.digest[:19]}…, comity {result.law.version}"), chars):
        y += _LINE + 2
        body.append(f'<text x="{_MARGIN}" y="{y:g}" class="small">{escape(line)}</text>')
    height = y + _MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="map-title map-desc" lang="en" '
            f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}">',
            f'<title id="map-title">{escape(told.title)}</title>',
            f'<desc id="map-desc">{escape(map_words(result))}</desc>',
            f"<style>\n{_STYLE}\n{status_style()}\n</style>",
            f'<rect width="{width:g}" height="{height:g}" fill="#fff"/>',
            *body,
            "</svg>\n",
        ]
    )


def map_words(result: LawMap) -> str:
    """The map in words, for those who cannot see it."""
    return " ".join(
        f"{row.name} ({row.agency_name}): {row.undecided or '; '.join(map(_cell_words, row.cells))}."
        for row in result.rows
    )


def _cell_words(cell: MapCell) -> str:
    cites = f" ({'; '.join((*cell.cites, *(f'possibly {cite}' for cite in cell.possibly)))})" if cell.cites else ""
    return f"{plain(cell.action)}: {_status_words(cell)}{cites}"


def _status_words(cell: MapCell) -> str:
    return f"depends: {listed(cell.possible)}" if cell.status == "depends" else STATUS_MARK[cell.status]


def _column(place: int) -> float:
    return _MARGIN + _LEFT + place * (_CELL + _GAP)


def _row(row: MapRow, top: float, columns: int, told: Told) -> tuple[list[str], float]:
    """A place's name and cells, and the height that they take."""
    names = textwrap.wrap(row.name, _LABEL_CHARS)
    agency = row.agency_name + ("" if row.own_law or row.undecided else "; only the country's law on this day")
    lines = [(line, "label") for line in names] + [(line, "small") for line in textwrap.wrap(agency, _LABEL_CHARS + 4)]
    cells = [_cell_lines(cell, told) for cell in row.cells]
    most = max([len(lines), *(len(status) + len(cited) for status, cited in cells)])
    height = most * _LINE + 2 * _PAD
    drawn = [
        f'<text x="{_MARGIN}" y="{top + _PAD + (number + 1) * _LINE - 3:g}" class="{kind}">{escape(line)}</text>'
        for number, (line, kind) in enumerate(lines)
    ]
    if row.undecided:
        wide = columns * (_CELL + _GAP) - _GAP
        shape = f'x="{_column(0):g}" y="{top:g}" width="{wide:g}" height="{height:g}"'
        drawn.append(f'<rect {shape} fill="#fff" stroke="#888" stroke-dasharray="4 3"/>')
        drawn.append(f'<text x="{_column(0) + _PAD:g}" y="{top + 18:g}" class="small">{escape(row.undecided)}</text>')
    for place, (cell, (status, cited)) in enumerate(zip(row.cells, cells, strict=True)):
        drawn += _cell(cell, status, cited, _column(place), top, height)
    return drawn, height


def _cell_lines(cell: MapCell, told: Told) -> tuple[list[str], list[str]]:
    marks = (told.disputed if cell.disputes else "") + (told.not_text if cell.not_text else "")
    cited = [
        f"{head}{'; '.join([*cites[:_MOST_CITED], *([f'{more} more'] if more > 0 else [])])}"
        for head, cites in (("", cell.cites), ("possibly ", cell.possibly))
        for more in (len(cites) - _MOST_CITED,)
        if cites
    ]
    return textwrap.wrap(f"{_status_words(cell)}{NO_BREAK}{marks}".strip(), _CELL_CHARS - 4), _wrapped(
        cited, _CELL_CHARS
    )


def _cell(
    cell: MapCell, status: Sequence[str], cited: Sequence[str], left: float, top: float, height: float
) -> Iterator[str]:
    yield f'<g class="{cell.status}"><title>{escape(_cell_words(cell))}</title>'
    yield band(cell.status, left, top, _CELL, height)
    for number, line in enumerate((*status, *cited)):
        kind = "status" if number < len(status) else "cite"
        y = top + _PAD + (number + 1) * _LINE - 3
        yield f'<text x="{left + _PAD + 1:g}" y="{y:g}" class="{kind}">{escape(line)}</text>'
    yield "</g>"


def _wrapped(lines: Sequence[str], chars: int) -> list[str]:
    return [part for line in lines for part in textwrap.wrap(line, chars, break_on_hyphens=False)]


_STYLE = """\
text { font-family: "Segoe UI", "DejaVu Sans", Verdana, Helvetica, Arial, sans-serif; font-size: 11.5px; }
text { fill: #161616; stroke-linejoin: round; }
text.title { font-size: 16px; font-weight: bold; } text.small { font-size: 11px; fill: #444; }
text.label { font-weight: 600; } text.status, text.cite { stroke-width: 4px; paint-order: stroke; }
text.status { font-weight: 700; } text.cite { font-size: 10.5px; }"""
