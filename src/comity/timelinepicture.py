"""A timeline as a picture: a band for each situation, in colours, hatchings and words, complete in itself.

No colour is needed to read it: each status has a hatching of its own, and its name where there is room. The numbers
over the bands are those of the days on which an answer changed, listed beside the picture.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import escape

from comity.statuslook import LIGHT, band, status_style
from comity.timeline import Row, Span, Timeline, turns_by_day
from comity.words import DISCLAIMER, STATUS_MARK, day_words, listed, plain

_WIDTH, _LEFT, _RIGHT, _MARGIN = 1120, 318, 18, 16
_BAND, _ROW, _LINE = 30, 62, 15
_LABEL_CHARS = 40
_CHAR = 6.6
"""The width of a letter of the bands' words, roughly."""
_SHORT = {"required": "must", "prohibited": "must not", "permitted": "may", "unregulated": "–", "depends": "?"}


def draw_timeline(told: Timeline) -> str:
    """The picture as an SVG document."""
    turns = turns_by_day(told.rows)
    numbers = {on: number for number, on in enumerate(turns, 1)}
    top = _MARGIN + 70
    bottom = top + len(told.rows) * _ROW
    height = bottom + 86
    span = f"{day_words(date.fromisoformat(told.start))} to {day_words(date.fromisoformat(told.until))}"
    title = f"{told.name}: answers to standard situations, {span}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="timeline-title timeline-desc" lang="en" '
        f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}">',
        f'<title id="timeline-title">{escape(title)}</title>',
        f'<desc id="timeline-desc">{escape(timeline_words(told))}</desc>',
        f"<style>\n{_STYLE}\n{status_style()}\n</style>",
        f'<rect width="{_WIDTH}" height="{height}" class="paper"/>',
        f'<text x="{_MARGIN}" y="{_MARGIN + 16}" class="title">{escape(title)}</text>',
        *_axis(told, top, bottom),
    ]
    for row_number, row in enumerate(told.rows):
        parts += _row(told, row, numbers, top + row_number * _ROW)
    statuses = [status for status in LIGHT if any(s.status == status for row in told.rows for s in row.spans)]
    parts += _legend(statuses, bottom + 30)
    parts.append(f'<text x="{_MARGIN}" y="{height - 10}" class="small">{escape(DISCLAIMER)}</text></svg>')
    return "\n".join(parts) + "\n"


def timeline_words(told: Timeline) -> str:
    """The timeline in words, for those who cannot see it."""
    sentences = [f"{row.says} ({row.agency_name}): {'; '.join(map(span_words, row.spans))}." for row in told.rows]
    return " ".join(sentences)


def span_words(span: Span) -> str:
    """A stretch of days and its answer."""
    until = f" until before {day_words(date.fromisoformat(span.until))}" if span.until else ""
    return f"from {day_words(date.fromisoformat(span.start))}{until}: {status_words(span)}"


def status_words(span: Span) -> str:
    """The answer of a span in words."""
    if not span.status:
        return "no law encoded"
    return f"depends: {listed(span.possible)}" if span.status == "depends" else span.status


def _at(told: Timeline, day: date) -> float:
    start, until = date.fromisoformat(told.start), date.fromisoformat(told.until)
    part = (day - start).days / (until - start).days
    return _LEFT + part * (_WIDTH - _LEFT - _RIGHT)


def _axis(told: Timeline, top: float, bottom: float) -> Iterator[str]:
    first, last = date.fromisoformat(told.start).year, date.fromisoformat(told.until).year
    step = max(1, round((last - first) / 10))
    for year in range(first, last + 1):
        day = date(year, 1, 1)
        if day < date.fromisoformat(told.start):
            continue
        x = _at(told, day)
        named = (year - first) % step == 0
        yield f'<path d="M{x:.1f} {top - 8:g}V{bottom:g}" class="{"year" if named else "between"}"/>'
        if named:
            yield f'<text x="{x:.1f}" y="{top - 14:g}" class="small">{year}</text>'


def _row(told: Timeline, row: Row, numbers: Mapping[str, int], top: float) -> Iterator[str]:
    lines = textwrap.wrap(row.says, _LABEL_CHARS)[:2]
    for number, line in enumerate(lines):
        yield f'<text x="{_MARGIN}" y="{top + 18 + number * _LINE:g}" class="label">{escape(line)}</text>'
    agency = textwrap.shorten(row.agency_name, _LABEL_CHARS, placeholder="…")
    yield f'<text x="{_MARGIN}" y="{top + 18 + len(lines) * _LINE:g}" class="small">{escape(agency)}</text>'
    for span in row.spans:
        yield from _band(told, span, top + 16)
    before = -20.0
    for turn in row.turns:
        # Numbers of days that lie close together stand beside one another.
        x = max(_at(told, date.fromisoformat(turn.on)), before + 17)
        before = x
        words = f"{day_words(date.fromisoformat(turn.on))}: {turn.before or 'no law encoded'} to {turn.after}"
        yield (
            f'<g><title>{escape(words)}</title><circle cx="{x:.1f}" cy="{top + 8:g}" r="8" class="turn"/>'
            f'<text x="{x:.1f}" y="{top + 11.6:g}" class="number">{numbers[turn.on]}</text></g>'
        )


def _band(told: Timeline, span: Span, top: float) -> Iterator[str]:
    left = _at(told, date.fromisoformat(span.start))
    right = _at(told, date.fromisoformat(span.until or told.until))
    width = max(right - left, 1.5)
    said = escape(f"{span_words(span)}{'; ' if span.cites else ''}{'; '.join(span.cites)}")
    yield f'<g class="{span.status or "none"}"><title>{said}</title>'
    if span.status:
        yield band(span.status, left, top, width, _BAND)
    else:
        yield f'<rect x="{left:.1f}" y="{top:g}" width="{width:.1f}" height="{_BAND}" stroke-dasharray="4 3"/>'
    for words in (status_words(span), span.status, _SHORT.get(span.status, "")):
        if words and len(words) * _CHAR + 12 <= width:
            yield f'<text x="{left + 7:.1f}" y="{top + 19.5:g}" class="status">{escape(words)}</text>'
            break
    yield "</g>"


def _legend(statuses: Sequence[str], top: float) -> Iterator[str]:
    x = float(_MARGIN)
    for status in statuses:
        yield f'<g class="{status}">{band(status, x, top, 30, 18)}</g>'
        words = STATUS_MARK[status] + (" on facts or dates not told" if status == "depends" else "")
        words += ": no encoded rule" if status == "unregulated" else ""
        yield f'<text x="{x + 37:g}" y="{top + 13:g}" class="small">{escape(plain(words))}</text>'
        x += 37 + len(words) * 6.3 + 22


_STYLE = """\
text { font-family: "Segoe UI", "DejaVu Sans", Verdana, Helvetica, Arial, sans-serif; font-size: 12px; fill: #161616; }
text.title { font-size: 16px; font-weight: bold; } text.small { font-size: 11px; fill: #444; }
text.label { font-weight: 600; } text.number { font-size: 9.5px; fill: #fff; text-anchor: middle; font-weight: bold; }
text.status { font-size: 11.5px; font-weight: 700; stroke-width: 4px; paint-order: stroke; stroke-linejoin: round; }
.paper { fill: #fff; } .year { stroke: #bbb; fill: none; } .between { stroke: #e6e6e6; fill: none; }
.turn { fill: #333; } g.none { fill: #fff; stroke: #777; } g.none text { stroke: #fff; }"""
