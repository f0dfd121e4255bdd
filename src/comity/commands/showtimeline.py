"""A place's timeline: printed, as a picture, as a page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from comity.commands.showlaw import Writer
from comity.commands.surface import print_json
from comity.decide import Law
from comity.errors import RequestError
from comity.telling import told_words
from comity.timeline import Timeline, standard_situations, timeline, turns_by_day
from comity.timelinepicture import draw_timeline, span_words
from comity.vocabulary import Vocabulary
from comity.wholefiles import write_file
from comity.words import DISCLAIMER, day_words


def tell_timeline(law: Law, place: str | None, until: date, out: Path | None, *, as_json: bool) -> None:
    """Write a place's timeline to a file, or print it. Raises RequestError where no place is named."""
    if place is None:
        raise RequestError("missing_key", "name a place: comity law us/il/chicago --timeline -o chicago.html", "path")
    told = timeline(law, place, until)
    if out is not None:
        write_file(out, _written(told, out, law.vocabulary))
        click.echo(f"Drawn: {out}", err=True)
    if as_json:
        print_json(told)
    elif out is None:
        _show(told)


def _written(told: Timeline, out: Path, vocabulary: Vocabulary) -> bytes:
    match out.suffix.lower():
        case ".svg":
            return draw_timeline(told).encode()
        case ".html" | ".htm":
            return page_of(told, vocabulary)
        case _:
            raise RequestError("usage", f"a timeline is .html or .svg, not {out.suffix or 'without an ending'}", "out")


def page_of(told: Timeline, vocabulary: Vocabulary) -> bytes:
    """The timeline as an HTML page, complete in itself."""
    from comity.pages import page

    return page(
        "timeline.html.j2",
        {
            "title": f"{told.name}: how the law answered standard situations, {told.start[:4]} to {told.until[:4]}",
            "told": told,
            "picture": draw_timeline(told),
            "turns": turns_by_day(told.rows),
            "day": _day_words,
            "span_words": span_words,
            "supposed": {
                situation.says: "; ".join(
                    f"{name}: {words}" for name, words in told_words(situation.facts, vocabulary).items()
                )
                for situation in standard_situations()
            },
        },
    )


def _day_words(on: str) -> str:
    return day_words(date.fromisoformat(on))


def _show(told: Timeline) -> None:
    write = Writer()
    write.heading(f"{told.name} ({told.place}): answers to standard situations through time")
    write.line("", DISCLAIMER)
    for row in told.rows:
        write.heading(f"{row.says} ({row.agency})")
        for span in row.spans:
            cites = f" ({'; '.join(span.cites)})" if span.cites else ""
            write.line("", f"{span_words(span)}{cites}")
        for turn in row.turns:
            for cause in turn.causes:
                changed = [f"from then on {', '.join(cause.began)}"] if cause.began else []
                changed += [f"no longer {', '.join(cause.ended)}"] if cause.ended else []
                write.line("", f"{_day_words(turn.on)}: {cause.title}: {'; '.join(changed)}", 4)
    if told.without:
        write.line("", f"No agency of the kind is encoded here for: {'; '.join(told.without)}.")
