"""Makes the law wrong in every small way and counts how many of the wrongs the tests of the law notice.

`python -m tests.law.mutate [PLACE…]` mutates the instruments of the places named (or an instrument by its name; without
any, of Illinois, Chicago, Cook County, Evanston and the United States), and lists each mutation that none noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.progress import track
from rich.table import Table

from comity.decide import Law
from tests.law.mutations import KINDS, mutations
from tests.law.trial import Result, Tried, share, survivors, try_mutations

PLACES = ("us/il", "us/il/chicago", "us/il/cook-county", "us/il/evanston", "us")


class Count(msgspec.Struct, frozen=True):
    """How many mutations were made, how many of them change no answer, and how many of the others were noticed."""

    made: int
    equivalent: int
    noticed: int
    share: float


class Summary(msgspec.Struct, frozen=True):
    """The counts of a run, and every mutation that nothing noticed."""

    all: Count
    kinds: dict[str, Count]
    places: dict[str, Count]
    not_noticed: tuple[Result, ...]


def summary(results: Sequence[Result]) -> Summary:
    """The counts by kind and by place, in the order of kinds and of places met."""
    return Summary(
        all=_count(results),
        kinds=_counts(results, lambda result: result.kind, KINDS),
        places=_counts(results, lambda result: result.place, dict.fromkeys(result.place for result in results)),
        not_noticed=tuple(survivors(results)),
    )


def _count(results: Sequence[Result]) -> Count:
    noticed = sum(bool(result.noticed_by) for result in results)
    equivalent = sum(bool(result.equivalent) and not result.noticed_by for result in results)
    return Count(len(results), equivalent, noticed, round(share(results), 4))


def _counts(results: Sequence[Result], key: Callable[[Result], str], names: Iterable[str]) -> dict[str, Count]:
    return {name: _count(some) for name in names if (some := [result for result in results if key(result) == name])}


def _show(console: Console, found: Summary) -> None:
    for title, counts in (("By kind", found.kinds), ("By place", found.places)):
        table = Table("", title=title)
        for column in ("made", "equivalent", "noticed", "share"):
            table.add_column(column, justify="right")
        for name, count in (*counts.items(), ("all", found.all)):
            cells = (count.made, count.equivalent, count.noticed)
            table.add_row(name, *map(str, cells), f"{count.share:.1%}", style="bold" if name == "all" else None)
        console.print(table)
    for result in found.not_noticed:
        console.print(f"not noticed: {result.subject}: {result.kind}: {result.change}", soft_wrap=True, markup=False)


@click.command(help=__doc__)
@click.argument("places", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print the counts, and what nothing noticed, as JSON.")
@click.option("--law", "folder", type=click.Path(exists=True, path_type=Path), help="A folder of law files.")
@click.option("--every", default=1, show_default=True, help="Try only every so many-th mutation.")
def main(places: tuple[str, ...], as_json: bool, folder: Path | None, every: int) -> None:
    law = Law.load(folder)
    console = Console(stderr=as_json)
    chosen = list(mutations(law.library, places or PLACES))[::every]

    def progress(tried: Tried, total: int) -> Tried:
        return track(tried, "Trying mutations", total, console=console)

    found = summary(try_mutations(law, chosen, progress=progress))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)))
    else:
        _show(console, found)


if __name__ == "__main__":
    main()
