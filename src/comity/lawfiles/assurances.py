"""Reads what a law file says of itself: findings acknowledged, properties claimed, and the signature of a reviewer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import get_args

from comity.compare.claims import parse_claim
from comity.errors import ComityError
from comity.lawfiles.days import days
from comity.lawfiles.reading import Reading
from comity.lawfiles.references import References
from comity.lawfiles.yamlsource import Mapping, Node, Text
from comity.norms import Acknowledgement, FindingKind, Property, Review
from comity.vocabulary import Vocabulary

SIGNATURE_KEYS = ("reviewed_by", "reviewed_on", "reviewed_digest")
ASSURANCE_KEYS = ("acknowledged", "properties", *SIGNATURE_KEYS)
FINDING_KINDS: tuple[FindingKind, ...] = get_args(FindingKind)
_SIGNATURE = re.compile(rb"^(?:reviewed_by|reviewed_on|reviewed_digest):.*(?:\r?\n|\Z)", re.MULTILINE)
_WHAT_NARROWS: dict[str, tuple[FindingKind, ...]] = {
    "norms": ("conflict", "never_decides", "exception", "permission", "no_deadline"),
    "against": ("conflict",),
    "actions": ("conflict", "gap"),
    "agencies": ("conflict", "gap"),
    "kinds": ("conflict", "gap"),
}


def signed_digest(raw: bytes) -> str:
    """`sha256:` and the SHA-256 of the bytes of a law file without the lines of its signature."""
    return f"sha256:{hashlib.sha256(unsigned(raw)).hexdigest()}"


def unsigned(raw: bytes) -> bytes:
    """The bytes of a law file without the lines of its signature."""
    return _SIGNATURE.sub(b"", raw)


class Assurances:
    """Reads them from one file. `subject` is the instrument or place that the file states; `full_id` turns the id of
    a norm as an instrument's file may write it into its full id, and notes the reference."""

    def __init__(
        self,
        reading: Reading,
        top: Mapping,
        vocabulary: Vocabulary,
        references: References,
        subject: str,
        full_id: Callable[[Reading, Text], str] | None = None,
    ) -> None:
        self.reading = reading
        self.top = top
        self.vocabulary = vocabulary
        self.references = references
        self.subject = subject
        self.full_id = full_id

    def acknowledged(self) -> tuple[Acknowledgement, ...]:
        return tuple(self._acknowledgement(node) for node in self.reading.items(self.top, "acknowledged"))

    def properties(self) -> tuple[Property, ...]:
        return tuple(self._property(node) for node in self.reading.items(self.top, "properties"))

    def review(self, raw: bytes) -> Review | None:
        """The signature; None where the file bears none."""
        if not any(key in self.top.entries for key in SIGNATURE_KEYS):
            return None
        about = self.reading.about("signature")
        signed = about.text(self.top, "reviewed_digest")
        return Review(
            about.text(self.top, "reviewed_by"), about.day(self.top, "reviewed_on"), signed == signed_digest(raw)
        )

    def _acknowledgement(self, node: Node) -> Acknowledgement:
        about = self.reading.about("acknowledged")
        mapping = about.mapping(node, "an entry of acknowledged")
        about.keys(mapping, ("finding", "reason", *_WHAT_NARROWS))
        finding: FindingKind = about.word(mapping, "finding", FINDING_KINDS, "kind of finding")
        for key, kinds in _WHAT_NARROWS.items():
            if key in mapping.entries and finding not in kinds:
                about.problem("type", f'"{key}" has a meaning only for {", ".join(kinds)}', mapping.key_lines[key])
        actions, kinds = mapping.entries.get("actions"), mapping.entries.get("kinds")
        known = {**self.vocabulary.actions.leaves, **self.vocabulary.owed}
        return Acknowledgement(
            finding=finding,
            reason=about.text(mapping, "reason"),
            path=self.reading.file,
            line=mapping.line,
            norms=self._norms(about, mapping, "norms") or (() if finding == "gap" else (self.subject,)),
            against=self._norms(about, mapping, "against"),
            actions=about.names(actions, "action", known) if actions else (),
            agencies=self._agencies(about, mapping, or_place=True),
            kinds=about.names(kinds, "agency kind", self.vocabulary.agency_kinds.leaves) if kinds else (),
        )

    def _norms(self, about: Reading, mapping: Mapping, key: str) -> tuple[str, ...]:
        """Norms, instruments or places, by their full ids."""
        node = mapping.entries.get(key)
        return tuple(self._norm(about, text) for text in about.texts(node, f'"{key}"')) if node else ()

    def _norm(self, about: Reading, text: Text) -> str:
        if text.value in self.references.places:
            return text.value
        if self.full_id is not None:
            return self.full_id(about, text)
        self.references.refer(about, text.value, text.line)
        return text.value

    def _property(self, node: Node) -> Property:
        about = self.reading.about("property")
        mapping = about.mapping(node, "a property")
        about.keys(mapping, ("claim", "agencies", "from", "to", "cite", "says"))
        start, until = days(about, mapping)
        claim = about.text(mapping, "claim")
        if claim:
            try:
                parse_claim(claim, self.vocabulary)
            except ComityError as error:
                about.problem(error.code, error.message, mapping.key_lines["claim"])
        agencies = self._agencies(about, mapping)
        if not agencies:
            about.problem("missing", '"agencies" is missing: for whom is it claimed?', mapping.line)
        return Property(
            claim=claim,
            agencies=agencies,
            start=start,
            cite=about.text(mapping, "cite"),
            says=about.text(mapping, "says"),
            path=self.reading.file,
            line=mapping.line,
            until=until,
        )

    def _agencies(self, about: Reading, mapping: Mapping, *, or_place: bool = False) -> tuple[str, ...]:
        node = mapping.entries.get("agencies")
        return self.references.agency_names(about, node, or_place=or_place) if node else ()
