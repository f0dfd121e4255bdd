"""Layouts: what the columns of a log mean, which actions its rows ask, and what its outcomes say.

A layout says only what a row itself tells. What no column tells stays unknown, and the answers say so.
"""

from __future__ import annotations

import msgspec

from comity.errors import ComityError, nearest


class Form(msgspec.Struct, frozen=True):
    """An edition of a request form: the actions that it asks, and the facts that its name tells.

    `alone` is what would be known besides, had no other paper been shown with it.
    """

    name: str
    actions: tuple[str, ...]
    facts: dict[str, object]
    alone: dict[str, object]
    note: str = ""


class Outcome(msgspec.Struct, frozen=True):
    """A class of what the record says happened, in a word for the head of a column, and with what it does not say."""

    name: str
    head: str
    says: str


class Layout(msgspec.Struct, frozen=True):
    """A kind of log. `columns` must all stand in the file, `optional` may.

    `forms` pairs a pattern of the form column with the form meant, first match first (regular expressions of RE2,
    whatever the case). `outcomes` maps the words of the outcome column, in capitals, to a class; other words fall in
    the class `OTHER_OUTCOME`. `assumes` is what the facts of the forms take as so.
    """

    name: str
    says: str
    columns: tuple[str, ...]
    optional: tuple[str, ...]
    forms: tuple[tuple[str, Form], ...]
    form_not_told: Form
    outcomes: dict[str, str]
    outcome_classes: tuple[Outcome, ...]
    assumes: tuple[str, ...]
    cannot_tell: tuple[str, ...]

    def form_named(self, name: str) -> Form:
        return next(form for form in (self.form_not_told, *(form for _, form in self.forms)) if form.name == name)


NO_OUTCOME = "no outcome recorded"
BOOKED = "booked into detention"
DECLINED = "recorded as declined"
LIFTED = "lifted or closed"
MOVED = "moved, released early or died"
OTHER_OUTCOME = "other"


EDITIONS = ("i247", "i247_2013", "i247a", "i247d", "i247n", "i247x")


def _detainer(edition: str, *actions: str, note: str = "") -> Form:
    """A row of a detainer file shows the detainer, not what other papers were shown: the list stays open,
    but for other editions of the form.

    Whoever signed it is an officer of DHS (8 CFR 287.7(b)); of which part of DHS no column tells. A detainer asks for
    custody of a person whom the agency holds, in order to arrest and remove that person (8 CFR 287.7(a)). It is a
    request, and commands no agency anything: what a court may have ordered is another question than the row's.
    """
    facts: dict[str, object] = {
        "instruments": {"at_least": [edition], "not": [other for other in EDITIONS if other != edition]}
        if edition in EDITIONS
        else {"at_least": [edition]},
        "requester": ["dhs"],
        "purpose": "civil_immigration",
        "stated_purpose": "civil_immigration",
        "paper_commands_this_agency": False,
        "unsolicited": False,
        "in_custody": True,
    }
    return Form(edition, actions, facts, {"instruments": [edition]}, note)


ICE_DETAINERS = Layout(
    name="ice-detainers",
    says="ICE's own list of detainers, one row a form, as released in 2015",
    columns=("prepare_date", "detainer_type", "facility", "state", "city", "lift_reason"),
    optional=("source_row", "made_up"),
    forms=(
        (r"^\s*I-?247A\b", _detainer("i247a", "hold", "notify_release")),
        (r"^\s*I-?247D\b", _detainer("i247d", "hold", "notify_release")),
        (r"^\s*I-?247N\b", _detainer("i247n", "notify_release")),
        (r"^\s*I-?247X\b", _detainer("i247x", "transfer_custody")),
        (r"^\s*I-?247\b.*as of March 2013", _detainer("i247_2013", "hold", "notify_release")),
        (r"^\s*I-?247\b.*prior to March 2013", _detainer("i247", "hold", "notify_release")),
    ),
    form_not_told=_detainer(
        "immigration_detainer",
        "hold",
        "notify_release",
        note="The edition of the form is not told. Form I-247N asks for notice only, not for a hold.",
    ),
    outcomes={
        "BOOKED INTO DETENTION": BOOKED,
        "DETAINER DECLINED BY LEA": DECLINED,
        "LIFTED": LIFTED,
        "LIFTED - LACK OF FUNDS": LIFTED,
        "LIFTED - LACK OF SPACE": LIFTED,
        "PROSECUTORIAL DISCRETION": LIFTED,
        "CASE CLOSED": LIFTED,
        "ALIEN NOT SUBJECT TO DEPORTATION": LIFTED,
        "NOT AMENABLE TO REMOVAL": LIFTED,
        "NONCITIZEN NOT AMENABLE TO REMOVAL": LIFTED,
        "UNITED STATES CITIZEN INTERVIEWED": LIFTED,
        "USC OR PRESUMPTIVE CLAIM TO US CITIZENSHIP": LIFTED,
        "TRANSFERRED": MOVED,
        "EARLY RELEASE": MOVED,
        "DIED": MOVED,
    },
    outcome_classes=(
        Outcome(NO_OUTCOME, "silent", "The record is silent. It does not say that the request was granted."),
        Outcome(BOOKED, "booked", "ICE booked the person into its detention at some time. Not that anybody was held."),
        Outcome(DECLINED, "declined", "ICE entered that the agency declined. It does not say why, or of what."),
        Outcome(LIFTED, "lifted", "ICE withdrew the request or closed the case."),
        Outcome(MOVED, "moved", "The person was moved, was released early, or died."),
        Outcome(OTHER_OUTCOME, "other", "Words that this layout does not know; they stand in the findings."),
    ),
    assumes=(
        "the rows record requests of DHS, and the answers are about those requests: no court is taken to have ordered "
        "the agency itself to act",
        "the person was in the custody of the agency named, as a detainer supposes (8 CFR 287.7(a))",
        "the purpose is civil immigration enforcement: a detainer seeks custody in order to arrest and remove",
    ),
    cannot_tell=(
        "on what day a hold would have begun: the law used is that of the day on which the form was prepared",
        "whether the person was held past the end of the agency's own ground, for how long, or at all",
        "whether notice of a release was given",
        "what other papers were shown with the form: a judge's warrant may change the answer",
        "why a request was declined: a decline may have any lawful reason",
        "whether two identical rows are two requests or one entered twice: the file numbers no person",
    ),
)

LAYOUTS: dict[str, Layout] = {layout.name: layout for layout in (ICE_DETAINERS,)}


def layout_named(name: str) -> Layout:
    """The layout of that name.

    Raises ComityError (`layout`) naming the nearest.
    """
    if name not in LAYOUTS:
        known = sorted(LAYOUTS)
        hint = nearest(name, known) or f" (known: {', '.join(known)})"
        raise ComityError("layout", f'there is no layout "{name}"{hint}', "--layout")
    return LAYOUTS[name]
