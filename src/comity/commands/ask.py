"""`comity ask`: the interview in the terminal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import click

from comity.commands import completing
from comity.commands.options import StrictCommand
from comity.commands.surface import Settings, print_json
from comity.errors import ComityError, RequestError
from comity.telling import facts_from
from comity.terminal import printable, standard_input
from comity.words import counted

if TYPE_CHECKING:
    from comity.interview import Interview, Prompt

_HELP = """\
  a value or the number of a choice answers the question
  ?  do not know: the question is left open
  b  back: take the last answer back
  h  this help
  q  stop here and show what is known"""

_EPILOG = """\b
Example:
  comity ask us/il/local/jail --action hold --on 2025-01-21
  printf '1,7\\nno\\n' | comity ask us/il/local/jail --action hold
"""


class _Ended(Exception):
    """The input has ended, or the person has."""


class _Back(Exception):
    """The person takes the last answer back."""


@click.command(cls=StrictCommand, epilog=_EPILOG)
@click.argument("agency", shell_complete=completing.agencies)
@click.argument("facts", nargs=-1, metavar="[FACT=VALUE]...")
@click.option(
    "--action",
    "actions",
    multiple=True,
    required=True,
    metavar="ACTION",
    help="What is asked; may be repeated.",
    shell_complete=completing.actions,
)
@click.option("--on", metavar="DATE", help="The day or time of the act; today if left out.")
@click.option("--json", "as_json", is_flag=True, help="Print the final decision as JSON (questions go to stderr).")
@click.pass_obj
def ask(
    settings: Settings, agency: str, facts: tuple[str, ...], actions: tuple[str, ...], on: str | None, as_json: bool
) -> None:
    """An interview: asks only what can still change the answer, the most telling question first.

    Answers may also be piped, one a line; where they end, the answer is given on what is known.
    """
    from comity.interview import Interview

    law = settings.load(agency)
    interview = Interview(law, agency, on or date.today().isoformat(), actions, facts_from(facts, law.vocabulary))
    talk = _Talk(to_stderr=as_json)
    _run(interview, talk)
    if as_json:
        print_json(interview.decision)
        return
    from comity.commands.show import show_decision

    click.echo()
    show_decision(law, interview.decision)


class _Talk:
    """Speaks with the person: on the terminal, or over pipes."""

    def __init__(self, *, to_stderr: bool) -> None:
        self._to_stderr = to_stderr

    def say(self, words: str) -> None:
        click.echo(printable(words), err=self._to_stderr)

    def hear(self) -> str:
        """One answer, without its line end. Raises _Ended where there is none."""
        click.echo("> ", nl=False, err=self._to_stderr)
        try:
            raw = standard_input().buffer.readline(10_000)
        except KeyboardInterrupt:
            raise _Ended from None
        if not raw:
            raise _Ended
        text = raw.decode("utf-8", errors="replace").strip()
        if not standard_input().isatty():
            self.say(text)
        if text in ("q", "quit"):
            raise _Ended
        if text in ("b", "back"):
            raise _Back
        return text


def _run(interview: Interview, talk: _Talk) -> None:
    """Ask until nothing is left to ask, or the input ends."""
    talk.say("Answer with a value or a number; ? not known, b back, h help, q stop.")
    try:
        while (prompt := interview.next()) is not None:
            _ask_one(interview, prompt, talk)
    except _Ended:
        talk.say("\nStopped here: this is what is known so far.")


def _ask_one(interview: Interview, prompt: Prompt, talk: _Talk) -> None:
    count = interview.open_questions()
    talk.say(f"\n{prompt.ask}  [{counted(count, 'fact')} can still matter]")
    try:
        if prompt.kind == "records":
            interview.answer(prompt.fact, _records(interview, prompt, talk))
            return
        _offer(prompt, talk)
        _until_valid(prompt, talk, lambda text: interview.answer(prompt.fact, interview.read(prompt, text)))
    except _Back:
        taken = interview.back()
        talk.say("Taken back." if taken else "This is the first question.")
    except RequestError as error:
        talk.say(f"That cannot be: {error.message}")


def _until_valid(prompt: Prompt, talk: _Talk, take: Callable[[str], None]) -> None:
    """Hear answers until one can be taken."""
    while True:
        text = talk.hear()
        if text in ("h", "help"):
            talk.say(_HELP)
            if prompt.help:
                talk.say(f"  {prompt.help}")
            continue
        if not text:
            talk.say("Please answer, or ? if it is not known.")
            continue
        try:
            take(text)
        except ComityError as error:
            talk.say(f"That cannot be: {error.message}")
        else:
            return


def _offer(prompt: Prompt, talk: _Talk) -> None:
    from comity.interview import answer_words

    if prompt.kind == "set_of":
        talk.say("  0. none of these")
    for number, choice in enumerate(prompt.choices, start=1):
        talk.say(f"  {number}. {choice.words}")
    talk.say(f"  ({answer_words(prompt)}; ? not known)")


def _records(interview: Interview, prompt: Prompt, talk: _Talk) -> object:
    """The records told one by one: a list, an open list where there may be more, None where nothing is known."""
    records: list[dict[str, object]] = []
    talk.say("  (yes for each one known, no when there are no more; ? if there may be)")
    while True:
        more = _yes_no(talk, "Is there one?" if not records else "Is there another?")
        if more is None:
            return {"at_least": records} if records else None
        if not more:
            return records
        record: dict[str, object] = {}
        for field in prompt.fields:
            talk.say(f"  {field.ask}")
            _offer(field, talk)
            _until_valid(field, talk, _keep(interview, prompt, record, field))
        records.append(record)


def _keep(interview: Interview, prompt: Prompt, record: dict[str, object], field: Prompt) -> Callable[[str], None]:
    def take(text: str) -> None:
        value = interview.read_field(prompt, field, text)
        if value is not None:
            record[field.fact] = value

    return take


def _yes_no(talk: _Talk, question: str) -> bool | None:
    """True, False, or None where it is not known."""
    answers = {"y": True, "yes": True, "n": False, "no": False, "?": None}
    while True:
        talk.say(f"  {question} (yes, no or ?)")
        text = talk.hear().lower()
        if text in answers:
            return answers[text]
        talk.say("Please answer yes, no or ?.")
