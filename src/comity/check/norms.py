"""Findings about single norms: never deciding, exceptions and edges that never act, permissions alone, no deadline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from comity.bound import concerns
from comity.check.observed import NormSeen, Observed
from comity.check.values import Raw
from comity.defeat import hits, is_duty
from comity.library import Library
from comity.norms import Norm, Target
from comity.words import condition_words


def norm_findings(library: Library, observed: Observed, norms: Sequence[Norm]) -> list[Raw]:
    """The findings about each of the norms, after all units that they stand in were looked at."""
    findings: list[Raw] = []
    for norm in norms:
        seen = observed.norms.get(norm.id)
        why = _never_decides(observed, norm, seen)
        if why:
            findings.append(_raw(library, "never_decides", norm, why, _removed(library, norm, seen)))
        elif seen is not None:
            findings += _idle(library, observed, seen)
            if norm.modality == "permits" and not norm.overrides and not seen.beside_prohibition:
                says = "permits what no norm prohibits to any agency it binds"
                findings.append(_raw(library, "permission", norm, says))
        if is_duty(norm, library.vocabulary) and norm.due is None:
            says = f"requires {', '.join(norm.actions)} and sets no time"
            findings.append(_raw(library, "no_deadline", norm, says))
    return findings


def _raw(library: Library, finding: str, norm: Norm, says: str, stated: str = "") -> Raw:
    at = f"{library.instruments[norm.instrument].path}:{norm.line}"
    return Raw(finding, norm.place, says, (norm.id,), norm.actions, (), at, stated)


def _never_decides(observed: Observed, norm: Norm, seen: NormSeen | None) -> str:
    """Why a norm can never decide; empty if it can."""
    if seen is None:
        return "counts for no agency that is encoded"
    if norm.modality == "lifts":
        if any(attacker == norm.id for attacker, _, _ in observed.defeats):
            return ""
        return "lifts nothing: no norm that it names ever applies together with it"
    if seen.decides:
        return ""
    if not seen.applies:
        return "can never apply: its conditions cannot all be so"
    return "decides nothing: wherever it applies, " + (
        "it gives way to another norm" if not seen.undefeated else "another norm stands that decides"
    )


def _removed(library: Library, norm: Norm, seen: NormSeen | None) -> str:
    """The court's word because of which a norm never counts, where there is one."""
    disputes = [dispute for each in library.instruments.values() for dispute in each.disputes]
    removing = [dispute for dispute in disputes if dispute.effect != "flags" and concerns(dispute, norm)]
    return "" if seen is not None or not removing else f"{removing[0].court} {removing[0].effect} it: {removing[0].id}"


def _idle(library: Library, observed: Observed, seen: NormSeen) -> Iterator[Raw]:
    """What of a norm's exceptions, alternatives and edges of defeat never comes to act."""
    norm = seen.norm
    for part in seen.idle:
        words = condition_words(part.part, library.vocabulary.facts)
        what = "its exception" if part.kind == "unless" else "one of its alternatives"
        yield _raw(library, "exception", norm, f"{what} never comes to act: {words}")
    for key, targets in (("lifts", norm.lifts), ("overrides", norm.overrides), ("yields_to", norm.yields_to)):
        for target in targets:
            if _runs(library, observed.defeats, norm, target, yields=key == "yields_to"):
                continue
            # A pattern speaks of law that may exist though none is encoded; a norm named is meant to be there.
            aims = target.ref or _runs(library, observed.aims, norm, target, yields=key == "yields_to")
            stated = "" if aims else "it aims at law of which none is encoded"
            says = f'its edge "{key}: {_target_words(target)}" never defeats anything'
            yield _raw(library, "exception", norm, says, stated)


Edges = Mapping[tuple[str, str, str], tuple[Norm, Norm]]


def _runs(library: Library, edges: Edges, norm: Norm, target: Target, *, yields: bool) -> bool:
    """Whether one of the edges is that which a norm has to a target."""
    for (attacker_id, defeated_id, action), (attacker, defeated) in edges.items():
        here, other = (defeated_id, attacker) if yields else (attacker_id, defeated)
        if here == norm.id and hits(norm, target, other, action, library):
            return True
    return False


def _target_words(target: Target) -> str:
    if target.ref:
        return target.ref
    parts = ["below"] if target.below else [f"in {target.place}"]
    parts += [target.modality] if target.modality else []
    return " ".join([*parts, *target.actions, *target.instrument_kinds])
