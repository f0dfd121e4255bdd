"""Which fact to ask next: the one after which the fewest further questions are to be expected."""

from __future__ import annotations

from collections.abc import Sequence

from comity.compile import ActionDiagrams
from comity.diagram import Diagrams, Node


def best_question(unit: ActionDiagrams, signature: Sequence[int], missing: Sequence[int]) -> int | None:
    """The variable, among the missing ones that can be asked, with the least expected number of questions left.

    Each answer that the law tells apart counts as equally likely; what is left after an answer is measured by the
    number of facts on which the status then still depends. None when nothing can be asked (only texts are uncertain).
    """
    askable = [variable for variable in missing if variable < len(unit.space.variables)]
    if len(askable) < 2:
        return next(iter(askable), None)
    status = unit.space.diagrams.restrict(unit.status, dict(enumerate(signature)))
    if status not in unit.questions:
        unit.questions[status] = _best(_Outline(unit.space.diagrams, status), askable)
    return unit.questions[status]


def _best(outline: _Outline, askable: Sequence[int]) -> int:
    best = (float("inf"), -1)
    for question in sorted(_Question(outline, variable) for variable in askable):
        # What is cheaply known of a question mostly settles that it is not the best.
        if (question.at_least, question.variable) < best:
            best = min(best, (question.expected(best[0]), question.variable))
    return best[1]


class _Outline:
    """A diagram, looked through once, from the leaves up, for what telling one of its variables would leave of it.

    `entered`: for each node, the uppermost variable from which an edge leads to it. `safe`: for each variable, as a bit
    mask, those that, once told, leave it asked for certain, since at one node it chooses between diagrams in which the
    answer does not matter.
    """

    def __init__(self, diagrams: Diagrams, root: Node) -> None:
        self.diagrams = diagrams
        self.layers = diagrams.layers(root)
        self.entered: dict[Node, int] = {}
        self.safe: dict[int, int] = {}
        for variable in reversed(self.layers):
            safe = 0
            for node in self.layers[variable]:
                free_once = 0
                for _, child in diagrams.edges(node):
                    self.entered[child] = variable
                    free = ~diagrams.support_mask(child)
                    safe |= free_once & free
                    free_once |= free
            self.safe[variable] = safe


class _Question:
    """One variable, and the diagram as each answer would leave it.

    Only the number of variables that would still be asked is worked out; the diagrams themselves, which would be built
    to be thrown away, are not. `at_least` is a number that `expected` does not go below.
    """

    def __init__(self, outline: _Outline, variable: int) -> None:
        self.variable = variable
        self._outline = outline
        self._asking = outline.layers[variable]
        above = [asked for asked in outline.layers if asked < variable]
        self._perhaps_asked = [outline.layers[asked] for asked in above if not outline.safe[asked] >> variable & 1]
        surely_asked = len(above) - len(self._perhaps_asked)
        diagrams = outline.diagrams
        reached_anyway = asked_anyway = 0
        for node, asked in outline.entered.items():
            if asked < variable < diagrams.variable(node):
                reached_anyway |= diagrams.reach(node)
                asked_anyway |= diagrams.support_mask(node)
        self._open: list[dict[Node, Node]] = []
        """For each answer after which several leaves can be reached, what follows at each node that asks."""
        edges = [(node, mask, child) for node in self._asking for mask, child in diagrams.edges(node)]
        answers = self._answers()
        left = 0
        for answer in answers:
            after = {node: child for node, mask, child in edges if mask & answer}
            reached, asked = reached_anyway, asked_anyway
            for child in after.values():
                reached |= diagrams.reach(child)
                asked |= diagrams.support_mask(child)
            if reached & (reached - 1):
                left += asked.bit_count() + surely_asked
                self._open.append(after)
        self._left = left
        self._number = len(answers)
        self.at_least = left / self._number

    def expected(self, bound: float) -> float:
        """The number of variables still asked, on average over the answers; or some number above the bound."""
        left = self._left
        for after in self._open:
            if left > bound * self._number:
                break
            alike: dict[tuple[Node, Node], bool] = {}
            left += sum(any(self._is_asked(node, after, alike) for node in nodes) for nodes in self._perhaps_asked)
        return left / self._number

    def __lt__(self, other: _Question) -> bool:
        return (self.at_least, self.variable) < (other.at_least, other.variable)

    def _answers(self) -> list[int]:
        """The cells of the variable that are possible, as masks of cells that the diagram nowhere tells apart."""
        first, *others = self._asking
        edges = self._outline.diagrams.edges
        pieces = [mask for mask, _ in edges(first)]
        for node in others:
            pieces = [piece & mask for piece in pieces for mask, _ in edges(node) if piece & mask]
        return pieces

    def _is_asked(self, node: Node, after: dict[Node, Node], alike: dict[tuple[Node, Node], bool]) -> bool:
        """Whether what the node asks would still make a difference there; `after` gives what follows on the answer."""
        (_, first), *others = self._outline.diagrams.edges(node)
        return not all(self._are_alike(first, child, after, alike) for _, child in others)

    def _are_alike(self, one: Node, other: Node, after: dict[Node, Node], alike: dict[tuple[Node, Node], bool]) -> bool:
        """Whether two nodes would be equal."""
        one, other = after.get(one, one), after.get(other, other)
        if one == other:
            return True
        diagrams = self._outline.diagrams
        if not (diagrams.support_mask(one) | diagrams.support_mask(other)) >> self.variable & 1:
            return False
        found = alike.get((one, other))
        if found is None:
            found = all(self._are_alike(*pair, after, alike) for pair in diagrams.pairs(one, other))
            alike[one, other] = found
        return found
