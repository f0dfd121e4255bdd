"""What the law files state of themselves: bands, disputes and readings below the text. No finding of these is open."""

from __future__ import annotations

from comity.check.units import within
from comity.check.values import CheckFinding
from comity.library import Library
from comity.norms import Boundary, Instrument, Norm
from comity.words import EVIDENCE_WORDS, counted, day_words


def recorded(library: Library, path: str | None) -> list[CheckFinding]:
    """The bands, disputes and weak readings of a place and the places below."""
    findings: list[CheckFinding] = []
    for instrument in library.instruments.values():
        if within(instrument.place, path):
            findings += _of(instrument)
    return findings


def _of(instrument: Instrument) -> list[CheckFinding]:
    bands: dict[Boundary, list[Norm]] = {}
    for norm in instrument.norms:
        for interval in norm.intervals:
            for boundary in (interval.start, interval.until):
                if boundary is not None and boundary.latest is not None:
                    bands.setdefault(boundary, []).append(norm)
    found = [
        _stated(
            instrument,
            "band",
            f"a text takes effect on a day from {day_words(boundary.day)} to {day_words(boundary.latest)}",
            tuple(dict.fromkeys(norm.id for norm in norms)),
            norms[0].line,
            "answers in the band say which text they suppose",
        )
        for boundary, norms in bands.items()
        if boundary.latest is not None
    ]
    found += [
        _stated(
            instrument,
            "dispute",
            f"{dispute.court} {dispute.effect} from {day_words(dispute.start)}",
            dispute.norms,
            dispute.line,
            f"{dispute.id}: answers show it",
        )
        for dispute in instrument.disputes
    ]
    for grade in ("secondary", "unverified"):
        norms = [norm for norm in instrument.norms if norm.evidence == grade]
        if norms:
            says = f"{len(norms)} of {counted(len(instrument.norms), 'norm')}: {EVIDENCE_WORDS[grade]}"
            ids = tuple(norm.id for norm in norms)
            found.append(_stated(instrument, "reading", says, ids, norms[0].line, "answers that rest on it say so"))
    return found


def _stated(
    instrument: Instrument, finding: str, says: str, norms: tuple[str, ...], line: int, reason: str
) -> CheckFinding:
    at = f"{instrument.path}:{line}"
    return CheckFinding(finding, "stated", instrument.place, says, norms, (), (), at, None, reason, "")
