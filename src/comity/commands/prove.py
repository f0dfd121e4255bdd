"""`comity prove`: a claim about the law, proved for every combination of facts, or refuted by an example."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from comity.commands import completing
from comity.commands.options import StrictCommand
from comity.commands.surface import Settings, print_json
from comity.telling import command_line
from comity.words import counted

if TYPE_CHECKING:
    from comity.compare.prove import Proof

MOST_SHOWN = 3
"""Counterexamples that people are shown; programs get all."""

_EPILOG = """\b
Examples:
  comity prove us/il/chicago/police --from 2021-03-05 \\
    "hold is never required or permitted when instruments only i247a"
  comity prove us/il/local/jail --from 2021-08-02 --until 2025-12-31 \\
    "transfer_custody is always prohibited when instruments only i247a, i200"

\b
A claim: ACTION is never|always STATUS [or STATUS]…
         [when FACT TEST [and FACT TEST]…]
Tests:   in_custody yes · purpose civil_immigration, mixed ·
         instruments only|any|all|none i247a, i200 · instruments empty ·
         received_at before 2025-01-01

Without a claim, the properties that the law files of a place and of those below it claim are proved, as in
`comity prove us/il`.

The exit code is 0 for a proof, 1 for a claim that is refuted, 2 for one that cannot be read.
"""


@click.command(cls=StrictCommand, epilog=_EPILOG)
@click.argument("path", metavar="[AGENCY|PLACE]", required=False, shell_complete=completing.paths)
@click.argument("claim", required=False)
@click.option("--from", "start", metavar="DATE", help="The first day for which the claim is made.")
@click.option("--until", metavar="DATE", help="The last day; without it, the day on which the law was last read.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
@click.pass_context
def prove(
    context: click.Context,
    settings: Settings,
    path: str | None,
    claim: str | None,
    start: str | None,
    until: str | None,
    as_json: bool,
) -> None:
    """Prove a claim about an agency's law for every combination of facts, or give a request that refutes it."""
    if path is None or claim is None:
        _prove_properties(context, settings, path, start or until, as_json)
    else:
        _prove_claim(context, settings, path, claim, start, until, as_json)


def _prove_claim(
    context: click.Context,
    settings: Settings,
    agency: str,
    claim: str,
    start: str | None,
    until: str | None,
    as_json: bool,
) -> None:
    from comity.compare.claims import parse_claim
    from comity.compare.prove import prove as prove_claim
    from comity.errors import RequestError
    from comity.request import parse_on

    if start is None:
        raise RequestError("missing_key", "a claim is made from some day on: --from DATE", "from")
    law = settings.load_to_compare()
    first, _ = parse_on(start, "from")
    last = parse_on(until, "until")[0] if until else law.library.last_read() or first
    if last < first:
        raise RequestError("bad_date", f"the last day, {last}, is before the first, {first}", "until")
    proof = prove_claim(law, agency, parse_claim(claim, law.vocabulary), first, last)
    if as_json:
        print_json(proof)
    else:
        _show(proof)
        click.echo("This states encoded law; it is no legal advice.")
    context.exit(0 if proof.proved else 1)


def _prove_properties(
    context: click.Context, settings: Settings, path: str | None, days: str | None, as_json: bool
) -> None:
    """Prove what the law files claim."""
    from comity.compare.properties import prove_properties
    from comity.errors import RequestError

    if days is not None:
        raise RequestError("usage", "--from and --until go with a claim: a property has days of its own", "claim")
    proofs = list(prove_properties(settings.load_to_compare(), path))
    refuted = [each for each in proofs if not each.proof.proved]
    if as_json:
        print_json(proofs)
    else:
        for each in refuted:
            click.echo(f"{each.at}: {each.says} ({each.cite})")
            _show(each.proof)
        where = f" of {path} and the places below" if path else ""
        click.echo(f"Proved: {len(proofs) - len(refuted)} of {counted(len(proofs), 'property', 'properties')}{where}.")
        click.echo("This states encoded law; it is no legal advice.")
    context.exit(1 if refuted else 0)


def _show(proof: Proof) -> None:
    periods = counted(len(proof.periods), "period")
    click.echo(f"{proof.agency}, {proof.start} to {proof.until}: {periods} of law")
    click.echo(f"  {proof.claim}")
    if proof.proved:
        click.echo("Proved, for every combination of facts that can be.")
    if proof.vacuous:
        click.echo(f"No facts can satisfy its condition in the periods from: {', '.join(proof.vacuous)}")
    for each in proof.counterexamples[:MOST_SHOWN]:
        click.echo(f"Refuted from {each.on[:10]}: {each.action} is {each.status}, as in")
        click.echo(f"  {command_line(each.agency, each.on, each.action, each.facts)}")
        for text, reached in each.texts.items():
            click.echo(f"  supposing that {text} is {'already' if reached else 'not yet'} in force")
    further = len(proof.counterexamples) - MOST_SHOWN
    if further > 0:
        click.echo(f"and in {counted(further, 'further period')} (--json lists all)")
