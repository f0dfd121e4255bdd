"""Questions whose right answers are written down: the examples of the law files, and the situations from the news.

A mutation is noticed if any of them is answered otherwise than it should be.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec

from comity.bound import binds, in_force
from comity.decide import Law
from comity.errors import ComityError
from comity.examples import check
from comity.library import Library, binds_government
from comity.norms import Example, Instrument, Norm
from comity.request import expand_actions, parse_on
from comity.vocabulary import Vocabulary
from tests.law.mutated import concerns_duties, has_say
from tests.law.test_situations import CASES, Case, instruments


class Question(msgspec.Struct, frozen=True):
    """A question with a known answer. `on_duties`: the answer tells duties, reports or when they are due; `names` are
    the norms that it names; `right` asks the question of some law and says whether the answer is the one known."""

    name: str
    instrument: str
    agency: str
    day: date
    as_if: tuple[str, ...]
    actions: tuple[str, ...]
    on_duties: bool
    names: frozenset[str]
    right: Callable[[Law], bool]


def questions(library: Library) -> list[Question]:
    """Every example of the law files, and every situation."""
    examples = [
        _of_example(library.vocabulary, library.instruments[name], example)
        for name, examples in library.examples().items()
        for example in examples
    ]
    return [*examples, *map(_of_case, CASES)]


def _of_example(vocabulary: Vocabulary, instrument: Instrument, example: Example) -> Question:
    def right(law: Law) -> bool:
        return next(check(law, instrument, example), None) is None

    named = [example.because, example.possibly, example.defeated, example.reports, tuple(example.due)]
    owed = [example.duties, example.owed, example.reports, example.disputes]
    return Question(
        name=f"{instrument.path}:{example.line}",
        instrument=instrument.id,
        agency=example.agency,
        day=parse_on(example.on)[0],
        as_if=example.as_if,
        actions=expand_actions(vocabulary, list(example.expect) or None),
        on_duties=bool(example.due) or any(told is not None for told in owed),
        names=frozenset(name for told in named for name in told or ()),
        right=right,
    )


def _of_case(case: Case) -> Question:
    def right(law: Law) -> bool:
        try:
            decision = law.decide(
                agency=case.agency, on=case.on, actions=[case.action], facts=case.facts, as_if=case.as_if
            )
        except ComityError:
            return False
        found = decision.findings[0]
        return (found.status, instruments(found)) == (case.answer, case.by)

    return Question(
        name=f"situation: {case.on} {case.action}: {case.says}",
        instrument="",
        agency=case.agency,
        day=parse_on(case.on)[0],
        as_if=case.as_if,
        actions=(case.action,),
        on_duties=False,
        names=frozenset(),
        right=right,
    )


class Reach:
    """What a changed norm can bear on: which agencies on which days, which actions, and whether duties."""

    def __init__(self, library: Library, norm: Norm) -> None:
        vocabulary = library.vocabulary
        self._norm = norm
        self._proposal = library.instruments[norm.instrument].kind == "proposal"
        self._agencies = {
            agency.id
            for agency in library.agencies().values()
            if binds_government(norm.place, agency) and binds(norm.binds, agency, vocabulary)
        }
        self._actions = {action for action in vocabulary.asked_actions() if has_say(norm, action, library)}
        self._on_duties = concerns_duties(norm, library)

    def holds(self, question: Question) -> bool:
        """Whether the answer to the question can turn on the norm."""
        return (
            question.agency in self._agencies
            and in_force(self._norm.intervals, question.day) is not None
            and (not self._proposal or self._norm.instrument in question.as_if)
            and ((self._on_duties and question.on_duties) or not self._actions.isdisjoint(question.actions))
        )
