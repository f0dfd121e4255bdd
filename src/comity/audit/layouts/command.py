"""`comity audit --draft-map`: a first mapping of a log's own columns, to be confirmed by a person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from comity.errors import ComityError
from comity.words import counted

if TYPE_CHECKING:
    from comity.audit.opening import Opening
    from comity.vocabulary import Vocabulary


def draft_map(
    vocabulary: Vocabulary, log: str, opening: Opening, out: Path | None, *, force: bool, as_json: bool
) -> None:
    """Prints a mapping drafted from the log, read as `opening` says, or writes it to the file `out`.

    Raises ComityError for a log that cannot be read, and for a file that stands already.
    """
    from comity.audit.layouts.draft import draft_mapping
    from comity.audit.layouts.readrows import UNCONFIRMED
    from comity.audit.opening import read_log
    from comity.audit.reading.database import look_into
    from comity.wholefiles import whole_file

    if out is not None and out.exists() and not force:
        raise ComityError("output", "exists already: name another file, or replace it with --force", str(out))
    with look_into(log) as (database, work):
        staged = read_log(database, [log], opening, work)
        draft = draft_mapping(database, staged, vocabulary)
    guesses = draft.count(f"{UNCONFIRMED}: ")
    if out is not None:
        with whole_file(out) as made:
            made.write_text(draft, encoding="utf-8")
        click.echo(f"{out}: {counted(guesses, 'guess', 'guesses')} to confirm, each marked {UNCONFIRMED}", err=True)
    if as_json:
        from comity.commands.surface import print_json

        print_json({"mapping": draft, "guesses": guesses})
    elif out is None:
        click.echo(draft, nl=False)
