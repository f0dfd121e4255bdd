"""Which fact to ask next: the one after which the fewest further questions are to be expected."""

from __future__ import annotations

from collections.abc import Sequence

from comity.compile import ActionDiagrams
from comity.diagram import Node


def best_question(unit: ActionDiagrams, signature: Sequence[int], missing: Sequence[int]) -> int | None:
    """The variable, among the missing ones that can be asked, with the least expected number of questions left.

    Each answer that the law tells apart counts as equally likely; what is left after an answer is measured by the
    number of facts on which the status then still depends. None when nothing can be asked (only texts are uncertain).
    """
    diagrams = unit.space.diagrams
    status = diagrams.restrict(unit.status, dict(enumerate(signature)))
    askable = [variable for variable in missing if variable < len(unit.space.variables)]
    if len(askable) < 2:
        return next(iter(askable), None)

    def expected(variable: int) -> float:
        classes = diagrams.classes(status, variable, signature[variable])
        answers = {diagrams.restrict(status, {variable: mask}) for mask in classes}
        return sum(_left(unit, answer) for answer in answers) / len(answers)

    return min(askable, key=lambda variable: (expected(variable), variable), default=None)


def _left(unit: ActionDiagrams, status: Node) -> int:
    diagrams = unit.space.diagrams
    reached = diagrams.reach(status)
    return 0 if reached & (reached - 1) == 0 else len(diagrams.support(status))
