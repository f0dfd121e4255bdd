"""A sharing list under the law of a place and day: every answer is the law's own (`Law.decide`), none stands here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import msgspec

from comity.audit.sharing.declarations import Register
from comity.audit.sharing.partners import Partner
from comity.audit.sharing.requesters import CLASSES, PartnerClass, Requester, home_of, requester_of
from comity.decide import Law
from comity.errors import ComityError
from comity.findings import Decision
from comity.norms import worst_evidence
from comity.words import counted

ACTION = "share_alpr"

STANDING: dict[str, object] = {"instruments": [], "open_to_public": False, "information": "alpr_data"}
"""What a sharing list itself supposes: standing access to plate-reader data that the public has not, on no paper."""

ASSUMES = (
    "the access is a standing one, without a paper shown for each search",
    "plate-reader data are not open to the public",
    "an organisation is what its name says it is",
)


class Purpose(msgspec.Struct, frozen=True):
    """A purpose for which the answer is worked out, and the facts that it tells."""

    name: str
    facts: dict[str, object]


PURPOSES = (
    Purpose("civil immigration enforcement", {"purpose": "civil_immigration"}),
    Purpose("an immigration crime", {"purpose": "immigration_crime"}),
    Purpose("another crime", {"purpose": "other_crime", "acting_for_immigration_enforcement": False}),
    Purpose(
        "protected health care", {"purpose": "health_care_investigation", "acting_for_immigration_enforcement": False}
    ),
    Purpose("a purpose not told", {}),
)

PAPERS: tuple[tuple[str, dict[str, object]], ...] = (
    ("a written declaration, received on or before the day", {}),
    ("a court order that commands this agency", {"instruments": ["court_order"], "paper_commands_this_agency": True}),
)
"""Papers that may change an answer. Whether they do is asked of the law; the declaration is dated on the day."""


class Answer(msgspec.Struct, frozen=True):
    """The answer for one purpose.

    `because` are the deciding norms, `possibly` those that may decide; `missing` the facts to ask for, as questions;
    `settled_by` the papers that would change or settle the answer, each with the answer it would then be; `evidence`
    the worst grade at which a deciding norm was read.
    """

    purpose: str
    status: str
    possible: tuple[str, ...]
    because: tuple[str, ...]
    possibly: tuple[str, ...]
    missing: tuple[str, ...]
    settled_by: tuple[tuple[str, str], ...]
    evidence: str | None
    disputes: tuple[str, ...]


_NOTHING_SETTLES = {
    "unregulated": "no encoded law speaks",
    "depends": "none of the papers tried, but the facts still to ask",
    "required": "nothing: it is required",
    "permitted": "nothing: it is permitted",
}


def settling_words(answer: Answer) -> tuple[str, ...]:
    """What would settle or change an answer, each paper with the answer then; where nothing would, why not."""
    if answer.settled_by:
        return tuple(f"{paper}: {then}" for paper, then in answer.settled_by)
    return (_NOTHING_SETTLES.get(answer.status, "none of the papers tried"),)


class Checked(msgspec.Struct, frozen=True):
    """A partner with its class and the answers. `requester` is the fact of that name, None where the organisation's
    name does not tell it. `declared_on` is None where none is registered or none was asked for;
    `declared` tells which: yes, later (than the day asked about), no, not known."""

    organisation: str
    kind: PartnerClass
    state: str | None
    why: str
    requester: tuple[str, ...] | None
    we_share: bool | None
    they_share: bool | None
    declared: str
    declared_on: date | None
    answers: tuple[Answer, ...]


class SharingReport(msgspec.Struct, frozen=True):
    """A sharing list, checked. `lines` are those of the list: an organisation on several stands once among `partners`.
    `declared_by_others` are the organisations of the register that are not on the list.
    `duties` and `not_encoded` are those of all answers together."""

    agency: str
    agency_name: str
    on: date
    law: str
    version: str
    source: str
    lines: int
    declarations: str
    declared_by_others: tuple[str, ...]
    assumes: tuple[str, ...]
    counts: dict[str, int]
    partners: tuple[Checked, ...]
    duties: tuple[str, ...]
    not_encoded: tuple[str, ...]
    notes: tuple[str, ...]


def alike(answers: Sequence[Answer]) -> list[Answer]:
    """The answers with those that differ in nothing but their purpose as one, whose purpose names them all."""
    purposes: dict[Answer, list[str]] = {}
    for answer in answers:
        purposes.setdefault(msgspec.structs.replace(answer, purpose=""), []).append(answer.purpose)
    words = {len(PURPOSES): "any purpose, told or not"}
    return [
        msgspec.structs.replace(answer, purpose=words.get(len(names), "; ".join(names)))
        for answer, names in purposes.items()
    ]


def deciding_words(answer: Answer) -> str:
    """Which norms decide, or possibly decide; empty where none does."""
    return "; ".join(answer.because) or (f"possibly {'; '.join(answer.possibly)}" if answer.possibly else "")


def heading_of(group: list[Checked]) -> str:
    """What the organisations of a group have in common, and how many they are."""
    first = group[0]
    asks = "" if first.requester or first.kind == "unknown" else ", who asks not told by the name"
    return f"{first.kind}{asks}, declaration {first.declared}: {counted(len(group), 'organisation')}"


def groups_of(report: SharingReport) -> list[list[Checked]]:
    """Organisations with the same class, declaration and answers are one group; the largest first."""
    found: dict[object, list[Checked]] = {}
    for partner in report.partners:
        found.setdefault((partner.kind, partner.declared, partner.answers), []).append(partner)
    return sorted(found.values(), key=lambda group: (-len(group), group[0].kind, group[0].organisation))


def listed_words(report: SharingReport) -> str:
    """How many organisations the list has; where some stand on several lines, on how many lines."""
    organisations = counted(len(report.partners), "organisation")
    return organisations + (f" on {report.lines:,} lines" if report.lines > len(report.partners) else "")


def check_sharing(
    law: Law, agency: str, on: date, partners: tuple[Partner, ...], source: str, register: Register | None = None
) -> SharingReport:
    """Each partner's class, and what the law of the day says on sharing with it for each purpose.

    Raises RequestError for an unknown agency or a day before any law, ComityError (`place`) for an agency of no state.
    """
    home = home_of(agency)
    found = law.agency(agency)
    if not home:
        raise ComityError("place", f"{agency} lies in no state, so no partner can be of another", "--place")
    checker = _Checker(law, agency, on)
    checked = tuple(
        checker.partner(partner, requester_of(partner.organisation, home), register) for partner in partners
    )
    many = Counter(partner.kind for partner in checked)
    return SharingReport(
        agency=agency,
        agency_name=found.name,
        on=on,
        law=checker.law_note,
        version=checker.version,
        source=source,
        lines=sum(partner.lines for partner in partners),
        declarations=register.name if register else "",
        declared_by_others=register.others(partner.organisation for partner in partners) if register else (),
        assumes=ASSUMES,
        counts={kind: many[kind] for kind in CLASSES},
        partners=checked,
        duties=tuple(checker.duties),
        not_encoded=tuple(checker.not_encoded),
        notes=tuple(checker.notes),
    )


class _Checker:
    """One agency on one day. Partners that the law cannot tell apart are decided once."""

    def __init__(self, law: Law, agency: str, on: date) -> None:
        self._law = law
        self._agency = agency
        self._on = on
        self._answers: dict[tuple[tuple[str, ...] | None, str], tuple[Answer, ...]] = {}
        self.duties: dict[str, None] = {}
        self.not_encoded: dict[str, None] = {}
        self.notes: dict[str, None] = {}
        self.law_note = law.digest
        self.version = ""

    def partner(self, partner: Partner, requester: Requester, register: Register | None) -> Checked:
        day = register.of(partner.organisation) if register else None
        told = "" if register is None else (day.isoformat() if day else "never")
        answers = self._answers.get((requester.fact, told))
        if answers is None:
            answers = tuple(self._answer(purpose, requester.fact, told) for purpose in PURPOSES)
            self._answers[requester.fact, told] = answers
        return Checked(
            partner.organisation, requester.kind, requester.state, requester.why, requester.fact, partner.we_share,
            partner.they_share, self._declared(register, day), day, answers,
        )  # fmt: skip

    def _declared(self, register: Register | None, day: date | None) -> str:
        if day is not None:
            return "yes" if day <= self._on else "later"
        return "not known" if register is None else "no"

    def _answer(self, purpose: Purpose, requester: tuple[str, ...] | None, declared: str) -> Answer:
        facts: dict[str, object] = {**STANDING, **purpose.facts}
        if requester is not None:
            facts["requester"] = list(requester)
        if declared:
            facts["declaration_on"] = declared
        decision = self._decide(facts)
        self._remember(decision)
        finding = decision.findings[0]
        vocabulary = self._law.vocabulary.facts
        return Answer(
            purpose=purpose.name,
            status=finding.status,
            possible=finding.possible,
            because=tuple(dict.fromkeys(norm.cite for norm in finding.because)),
            possibly=tuple(dict.fromkeys(norm.cite for norm in finding.possibly)),
            missing=tuple(
                vocabulary[fact].ask if isinstance(fact, str) and fact in vocabulary else str(fact)
                for fact in finding.missing
            ),
            settled_by=self._settled_by(facts, finding.status),
            evidence=worst_evidence(norm.evidence for norm in finding.because),
            disputes=tuple(dispute.cite for dispute in finding.disputes),
        )

    def _settled_by(self, facts: dict[str, object], status: str) -> tuple[tuple[str, str], ...]:
        """The papers with which the answer would be another."""
        if status not in ("prohibited", "depends", "conflict"):
            return ()
        found: list[tuple[str, str]] = []
        for name, paper in PAPERS:
            told = paper or {"declaration_on": self._on.isoformat()}
            then = self._decide({**facts, **told}).findings[0].status
            if then != status:
                found.append((name, then))
        return tuple(found)

    def _decide(self, facts: dict[str, object]) -> Decision:
        return self._law.decide(agency=self._agency, on=self._on, actions=[ACTION], facts=facts)

    def _remember(self, decision: Decision) -> None:
        self.version = decision.law.version
        for duty in decision.duties:
            self.duties.update(dict.fromkeys(f"{norm.cite}: {norm.says}" for norm in duty.because))
        for gap in decision.findings[0].not_encoded:
            self.not_encoded[f"{gap.cite}: {gap.says}"] = None
        self.notes.update(dict.fromkeys([*decision.notes, *decision.findings[0].notes]))
