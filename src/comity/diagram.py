"""Reduced ordered multi-valued decision diagrams. This module knows nothing of law.

A diagram maps an assignment of cells to variables to an integer leaf. A variable has cells 0 … size-1; a set of cells
is a bit mask. An inner node asks one variable and partitions its cells among its children as (mask, child) pairs, so
its cost goes with the number of different children, not with the number of cells. Nodes are kept once each, so two
diagrams over the same variables are equal exactly when their node numbers are.

Leaves whose values are themselves bit masks can be joined: `reach` takes the bitwise or, so that a diagram of single
bits yields the set of results still possible under incomplete knowledge, exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from comity.truths import SETTLING

Node = int
Edges = tuple[tuple[int, Node], ...]
Layers = dict[int, list[Node]]
"""The inner nodes of a diagram by the variable that they ask, in order of the variables."""


class Diagrams:
    """A family of diagrams over one ordered list of variables, sharing their nodes.

    `sizes` gives the number of cells of each variable, in order.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        self.full = [(1 << size) - 1 for size in sizes]
        self._depth = len(self.full)
        self._variable: list[int] = []
        self._content: list[Edges | int] = []
        self._index: dict[tuple[int, Edges | int], Node] = {}
        self._reach: list[int] = []
        self._support: list[int] = []
        self._zero: list[bool] = []

    def leaf(self, value: int) -> Node:
        return self._keep(self._depth, value)

    def test(self, variable: int, mask: int) -> Node:
        """1 where the variable's cell is in the mask, else 0."""
        return self.node(variable, [(mask, self.leaf(1)), (self.full[variable] & ~mask, self.leaf(0))])

    def node(self, variable: int, edges: Iterable[tuple[int, Node]]) -> Node:
        """The reduced node with these edges; masks that are empty fall away, equal children merge."""
        merged: dict[Node, int] = {}
        for mask, child in edges:
            if mask:
                merged[child] = merged.get(child, 0) | mask
        if len(merged) == 1:
            return next(iter(merged))
        parts = [(mask, child) for child, mask in merged.items()]
        if len(parts) > 2 or not parts[0][0] & 1:
            parts.sort(key=_lowest_cell)
        return self._keep(variable, tuple(parts))

    def is_leaf(self, node: Node) -> bool:
        return self._variable[node] == self._depth

    def value(self, node: Node) -> int:
        """The value of a leaf."""
        content = self._content[node]
        assert isinstance(content, int)
        return content

    def variable(self, node: Node) -> int:
        """The variable an inner node asks; the number of variables for a leaf."""
        return self._variable[node]

    def edges(self, node: Node) -> Edges:
        """The (mask, child) pairs of an inner node."""
        content = self._content[node]
        assert isinstance(content, tuple)
        return content

    def combine(self, operation: Callable[..., int], *nodes: Node) -> Node:
        """The diagram whose leaf, everywhere, is `operation` of the leaves of the given diagrams."""
        memo: dict[tuple[Node, ...], Node] = {}
        settle = SETTLING.get(operation)

        def visit(parts: tuple[Node, ...]) -> Node:
            found = memo.get(parts)
            if found is not None:
                return found
            left = parts if settle is None else settle(self, parts)
            if isinstance(left, int):
                result = left
            else:
                top = min([self._variable[part] for part in left])
                if top == self._depth:
                    result = self.leaf(operation(*(self.value(part) for part in left)))
                else:
                    result = self.node(top, [(mask, visit(children)) for mask, children in self.split(top, left)])
            memo[parts] = result
            return result

        return visit(nodes)

    def restrict(self, node: Node, known: Mapping[int, int]) -> Node:
        """The diagram where each variable in `known` may only take the cells of its mask.

        Cells that are excluded count as "does not matter": the result asks no variable whose remaining cells agree.
        """
        telling = sum(1 << variable for variable, mask in known.items() if mask != self.full[variable])
        memo: dict[Node, Node] = {}

        def visit(here: Node) -> Node:
            found = memo.get(here)
            if found is not None:
                return found
            if not telling & self._support[here]:
                return here
            variable = self._variable[here]
            if telling >> variable & 1:
                allowed = known[variable]
                kept = [(mask & allowed, visit(child)) for mask, child in self.edges(here) if mask & allowed]
            else:
                kept = [(mask, visit(child)) for mask, child in self.edges(here)]
            memo[here] = result = self.node(variable, kept)
            return result

        return visit(node)

    def where(self, node: Node, value: int) -> Node:
        """1 where the leaf has this value, else 0."""
        memo: dict[Node, Node] = {}

        def visit(here: Node) -> Node:
            if self._reach[here] & value != value:
                return self.leaf(0)
            found = memo.get(here)
            if found is None:
                content = self._content[here]
                found = memo[here] = (
                    self.leaf(int(content == value))
                    if isinstance(content, int)
                    else self.node(self._variable[here], [(mask, visit(child)) for mask, child in content])
                )
            return found

        return visit(node)

    def reach(self, node: Node) -> int:
        """The bitwise or of the values of all leaves that can be reached."""
        return self._reach[node]

    def reach_under(self, node: Node, known: Mapping[int, int], enough: int = -1) -> int:
        """The bitwise or of the values of all leaves that can be reached where variables take only the cells known.

        Stops short once all bits of `enough` are found: bits outside it may then be missing.
        """
        variables, contents = self._variable, self._content
        seen = {node}
        pending = [node]
        total = 0
        while pending:
            here = pending.pop()
            content = contents[here]
            if isinstance(content, int):
                total |= content
                if total & enough == enough:
                    break
                continue
            allowed = known.get(variables[here], -1)
            for mask, child in content:
                if mask & allowed and child not in seen:
                    seen.add(child)
                    pending.append(child)
        return total

    def support(self, node: Node) -> frozenset[int]:
        """The variables on which the diagram depends."""
        mask = self._support[node]
        return frozenset(variable for variable in range(self._depth) if mask >> variable & 1)

    def support_mask(self, node: Node) -> int:
        """The variables on which the diagram depends, as a bit mask."""
        return self._support[node]

    def can_differ(self, layers: Layers, variables: frozenset[int]) -> bool:
        """Whether, with the cells of all other variables settled in some way, those of `variables` still decide between
        two leaves that are unlike and neither of them 0. The leaves of the diagram so layered are single bits, or 0."""
        refuted: set[frozenset[Node]] = set()
        varied = sum(1 << variable for variable in variables)

        def visit(choices: frozenset[Node]) -> bool:
            """Whether it is so of the diagrams between which the variables met so far choose."""
            if choices in refuted:
                return False
            reached = support = free_of_zero = 0
            for here in choices:
                reached |= self._reach[here]
                support |= self._support[here]
                free_of_zero += not self._zero[here]
            if reached & (reached - 1) == 0 or (len(choices) == 1 and not support & varied):
                return False
            if free_of_zero > 1:
                return True
            top = min(self._variable[here] for here in choices)
            if top in variables:
                asking = [here for here in choices if self._variable[here] == top]
                below = frozenset(child for here in asking for _, child in self.edges(here))
                found = visit(below.union(choices.difference(asking)))
            else:
                found = any(visit(frozenset(children)) for _, children in self.split(top, tuple(choices)))
            if not found:
                refuted.add(choices)
            return found

        return any(visit(frozenset({here})) for variable in variables for here in layers.get(variable, ()))

    def pairs(self, one: Node, other: Node) -> list[tuple[Node, Node]]:
        """The nodes at which two diagrams, not both leaves, arrive together after the first variable either asks."""
        top = min(self._variable[one], self._variable[other])
        return [(first, second) for _, (first, second) in self.split(top, (one, other))]

    def meet(self, bits: int, one: Node, other: Node) -> bool:
        """Whether the first has a leaf with one of the bits somewhere where the leaf of the second is not 0."""
        variables, contents, reach = self._variable, self._content, self._reach
        seen = {(one, other)}
        pending = [(one, other)] if reach[one] & bits and reach[other] else []
        while pending:
            first, second = pending.pop()
            ones, others = contents[first], contents[second]
            if isinstance(ones, int) and isinstance(others, int):
                return True
            if variables[first] < variables[second]:
                fresh = [(child, second) for _, child in self.edges(first)]
            elif variables[second] < variables[first]:
                fresh = [(first, child) for _, child in self.edges(second)]
            else:
                fresh = [
                    (child, there)
                    for mask, child in self.edges(first)
                    for other_mask, there in self.edges(second)
                    if mask & other_mask
                ]
            for pair in fresh:
                if pair not in seen and reach[pair[0]] & bits and reach[pair[1]]:
                    seen.add(pair)
                    pending.append(pair)
        return False

    def walk(self, node: Node, cells: Mapping[int, int]) -> list[tuple[int, int]]:
        """The (variable, mask taken) pairs walked from the node, as far as `cells` (one-cell masks) settles the way."""
        steps: list[tuple[int, int]] = []
        while not self.is_leaf(node):
            variable = self._variable[node]
            known = cells.get(variable, self.full[variable])
            fitting = [(mask, child) for mask, child in self.edges(node) if mask & known]
            if len(fitting) != 1:
                break
            mask, node = fitting[0]
            steps.append((variable, mask))
        return steps

    def nodes(self, node: Node) -> list[Node]:
        """All nodes of the diagram, inner nodes and leaves, each once, parents before children."""
        seen: set[Node] = {node}
        pending = [node]
        while pending:
            content = self._content[pending.pop()]
            if isinstance(content, tuple):
                fresh = [child for _, child in content if child not in seen]
                seen.update(fresh)
                pending += fresh
        return sorted(seen, key=self._variable.__getitem__)

    def layers(self, node: Node) -> Layers:
        """The layers of a diagram."""
        layers: Layers = {}
        seen = {node}
        pending = [node]
        while pending:
            here = pending.pop()
            content = self._content[here]
            if isinstance(content, tuple):
                layers.setdefault(self._variable[here], []).append(here)
                for _, child in content:
                    if child not in seen:
                        seen.add(child)
                        pending.append(child)
        return {variable: layers[variable] for variable in sorted(layers)}

    def settled(self, parts: Iterable[Node], neutral: bool) -> list[Node] | Node:
        """The parts that are no leaves, each once, where a leaf that is not 0 is `neutral` (or one that is 0, if it is
        false); a leaf of the other sort settles all."""
        kept: list[Node] = []
        for part in parts:
            content = self._content[part]
            if isinstance(content, int):
                if bool(content) is not neutral:
                    return part
            elif part not in kept:
                kept.append(part)
        return kept

    def is_bit(self, node: Node) -> bool:
        """Whether all leaves are 0 or 1."""
        return self._reach[node] <= 1

    def _keep(self, variable: int, content: Edges | int) -> Node:
        key = (variable, content)
        found = self._index.get(key)
        if found is not None:
            return found
        if isinstance(content, int):
            support, reach, zero = 0, content, content == 0
        else:
            support, reach, zero = 1 << variable, 0, False
            for _, child in content:
                support |= self._support[child]
                reach |= self._reach[child]
                zero = zero or self._zero[child]
        self._support.append(support)
        self._reach.append(reach)
        self._zero.append(zero)
        self._variable.append(variable)
        self._content.append(content)
        self._index[key] = len(self._index)
        return len(self._index) - 1

    def split(self, top: int, parts: tuple[Node, ...]) -> list[tuple[int, tuple[Node, ...]]]:
        """The cells of a variable above which no part asks, split so that within each mask every part has one child."""
        variables = self._variable
        asking = [place for place, part in enumerate(parts) if variables[part] == top]
        if len(asking) == 1:
            [place] = asking
            before, after = parts[:place], parts[place + 1 :]
            return [(mask, (*before, child, *after)) for mask, child in self.edges(parts[place])]
        pieces: list[tuple[int, tuple[Node, ...]]] = [(self.full[top], ())]
        for part in parts:
            if variables[part] != top:
                pieces = [(mask, (*children, part)) for mask, children in pieces]
                continue
            edges = self.edges(part)
            pieces = [
                (both, (*children, child))
                for mask, children in pieces
                for edge_mask, child in edges
                if (both := mask & edge_mask)
            ]
        return pieces


def _lowest_cell(edge: tuple[int, Node]) -> int:
    return edge[0] & -edge[0]
