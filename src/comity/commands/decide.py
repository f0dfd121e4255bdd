"""`comity decide`: one request, answered."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click
import msgspec

from comity.commands import completing
from comity.commands.options import StrictCommand, refuse_unread
from comity.commands.surface import Settings, print_json, read_file, read_json
from comity.errors import ComityError, RequestError, nearest
from comity.telling import FACTS_HELP, facts_from
from comity.terminal import standard_input
from comity.wholefiles import write_file

if TYPE_CHECKING:
    from comity.decide import Law
    from comity.findings import Decision

_KEYS = ("agency", "on", "actions", "facts", "as_if")

_EPILOG = f"""{FACTS_HELP}

\b
Examples:
  comity decide us/il/chicago/police --on 2025-01-21 --action hold \\
    instruments=i247a in_custody=yes
  comity decide us/il/local/jail --action hold --why instruments=i247a,...
  comity decide --json < request.json
"""


@click.command(cls=StrictCommand, epilog=_EPILOG)
@click.argument("agency", required=False, shell_complete=completing.agencies)
@click.argument("facts", nargs=-1, metavar="[FACT=VALUE]...")
@click.option(
    "--on", metavar="DATE", help="The day or time of the act (2025-01-21 or 2025-01-21T14:30); today if left out."
)
@click.option(
    "--action",
    "actions",
    multiple=True,
    metavar="ACTION",
    help="What is asked; may be repeated. All, if left out.",
    shell_complete=completing.actions,
)
@click.option(
    "--as-if",
    multiple=True,
    metavar="PROPOSAL",
    help="Decide as if this proposal were law.",
    shell_complete=completing.proposals,
)
@click.option("--why", is_flag=True, help="Explain: why, why not otherwise, what would change it.")
@click.option("--walk", is_flag=True, help="Show the questions on the way to each answer.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON; without AGENCY, read the request as JSON from stdin."
)
@click.option("--receipt", type=click.Path(path_type=Path), metavar="FILE", help="Also write the decision to a file.")
@click.option(
    "--replay",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Decide again what a receipt decided, and compare.",
)
@click.pass_obj
@click.pass_context
def decide(
    context: click.Context,
    settings: Settings,
    agency: str | None,
    facts: tuple[str, ...],
    on: str | None,
    actions: tuple[str, ...],
    as_if: tuple[str, ...],
    why: bool,
    walk: bool,
    as_json: bool,
    receipt: Path | None,
    replay: Path | None,
) -> None:
    """What the law requires, permits or prohibits of an agency on a day.

    Facts that are not told are unknown: the answer says whether they matter, and which to ask.
    """
    if replay is not None:
        refuse_unread(context, "--replay, which decides what the receipt asks", ("replay", "as_json"))
        _replay(settings.load(), replay, as_json)
        return
    if agency is not None:
        law = settings.load("" if as_if else agency)
        decision = law.decide(
            agency=agency,
            on=on or date.today(),
            actions=actions or None,
            facts=facts_from(facts, law.vocabulary),
            as_if=as_if,
        )
    elif as_json and on is None and not actions and not as_if:
        request = read_json(standard_input().buffer, "stdin")
        law = settings.load(_agency_told(request))
        decision = decide_request(law, request)
    else:
        raise RequestError(
            "missing_key", "name an agency (`comity law` lists them), or pipe a request to --json", "agency"
        )
    if receipt is not None:
        write_file(receipt, decision.to_json() + b"\n")
    _show(law, decision, as_json=as_json, why=why, walk=walk)


def decide_request(law: Law, raw: object) -> Decision:
    """Decide a request as a program states it. Raises RequestError, also for a key that is missing or unknown."""
    if not isinstance(raw, dict):
        raise RequestError("wrong_type", "a request is an object with agency, on, actions, facts", "request")
    request = cast("dict[str, object]", raw)
    for key in request:
        if key not in _KEYS:
            raise RequestError("unknown_key", f'unknown key "{key}"{nearest(key, _KEYS)}', key)
    agency, on = (_text(request, key) for key in ("agency", "on"))
    facts = request.get("facts")
    if facts is not None and not isinstance(facts, dict):
        raise RequestError("wrong_type", "facts is an object of names to values", "facts")
    return law.decide(
        agency=agency,
        on=on,
        actions=_names(request, "actions"),
        facts=cast("dict[str, object] | None", facts),
        as_if=_names(request, "as_if") or (),
    )


def _agency_told(raw: object) -> str:
    """The agency of a request; empty where it cannot be told, or where proposals of any place are to be law."""
    request = cast("dict[str, object]", raw) if isinstance(raw, dict) else {}
    agency = request.get("agency")
    return agency if isinstance(agency, str) and not request.get("as_if") else ""


def _text(request: dict[str, object], key: str) -> str:
    if key not in request:
        raise RequestError("missing_key", f"the request does not say {key}", key)
    value = request[key]
    if not isinstance(value, str):
        raise RequestError("wrong_type", f"{key} is a text", key)
    return value


def _names(request: dict[str, object], key: str) -> list[str] | None:
    value = request.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(name, str) for name in cast("list[object]", value)):
        raise RequestError("wrong_type", f"{key} is a list of names", key)
    return cast("list[str]", value)


def _replay(law: Law, path: Path, as_json: bool) -> None:
    """Decide a receipt again. Raises ComityError if it is no receipt, is of another law, or comes out otherwise."""
    from comity.findings import Decision

    raw = read_file(path)
    try:
        kept = msgspec.json.decode(raw, type=Decision)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        says = f"is no receipt ({error}): `comity decide … --receipt FILE` writes one"
        raise ComityError("not_a_receipt", says, str(path)) from None
    again = law.replay(kept).to_json()
    if again != raw.rstrip(b"\n"):
        raise ComityError("replay_differs", "the receipt does not say what this law decides: it was changed", str(path))
    if as_json:
        print_json({"replay": "same", "law": kept.law})
    else:
        click.echo(f"The same, byte for byte, under law {kept.law.digest} by version {kept.law.version}.")


def _show(law: Law, decision: Decision, *, as_json: bool, why: bool, walk: bool) -> None:
    explanations = None
    if why or walk:
        from comity.explain import explain_decision

        explanations = explain_decision(law, decision)
    if not as_json:
        from comity.commands.show import show_decision

        show_decision(law, decision, explanations, walk=walk, why=why)
    elif explanations is None:
        print_json(decision)
    else:
        print_json({**msgspec.to_builtins(decision), "explanation": explanations})
