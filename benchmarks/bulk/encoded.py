"""The encoded law as a subject of bulk decisions: what a log of detainers tells, much of it in sets or only in part."""

from __future__ import annotations

from benchmarks.bulk.measure import Subject
from comity.audit.layouts.form import FactColumn, RowKind
from comity.decide import Law

AGENCY = "us/il/chicago/police"
DAYS = 5_000
"""Days over which the rows of a log lie: from 2011 on, so that the law changes within the log in nearly every place."""

UNKNOWN = 0.1
"""The share of cells that tell nothing."""

DETAINER = RowKind("detainer", ("hold",), {"requester": ["dhs"]}, {})

_ANY = {"one_of": [True, False]}
_VALUES: dict[str, tuple[object, ...]] = {
    "acting_for_immigration_enforcement": (True, False),
    "area": ("public", "nonpublic"),
    "charges": ([], [{"offence": "murder"}], {"at_least": [{"grade": "misdemeanor"}]}),
    "convictions": (
        [],
        [{"offence": "murder", "grade": "felony_1"}],
        [{"violent": True}],
        {"at_least": [{"grade": "misdemeanor"}]},
    ),
    "held_as": ("arrested", "sentenced", "pretrial", {"one_of": ["arrested", "pretrial"]}),
    "in_custody": (True, False),
    "information": ("citizenship_or_immigration_status", "court_dates", "home_address"),
    "instruments": (
        ["i247a"],
        ["immigration_detainer"],
        ["i247a", "i200"],
        {"at_least": ["i247a"], "not": ["i247d", "i247x"]},
        {"at_least": ["judicial_warrant"]},
        [],
    ),
    "minor": (True, False),
    "other_lawful_ground": (True, False, _ANY),
    "place": ("home", "jail"),
    "purpose": ("criminal_investigation", "civil_immigration", {"one_of": ["civil_immigration", "other_crime"]}),
    "stated_purpose": ("civil_immigration", "criminal_investigation"),
    "subject_consents": (True, False, _ANY),
}


def encoded(law: Law, agencies: tuple[str, ...]) -> Subject:
    """A log of detainers at these agencies."""
    facts = tuple(
        FactColumn(name, f"fact_{name}", "coded", values)
        for name, values in _VALUES.items()
        if name in law.vocabulary.facts
    )
    return Subject(law, (DETAINER,), facts, agencies)


def encoded_law(agencies: tuple[str, ...]) -> Subject:
    """The encoded law, of which nothing is compiled yet."""
    return encoded(Law.load(), agencies)
