"""A decision diagram as a picture that a lawyer can read: SVG, complete in itself.

Questions stand in boxes from left to right, answers on the lines, outcomes with the provisions that decide.
The picture is a tree, so that no line crosses another; a part that several answers share is drawn once, numbered, and
elsewhere referred to by its number. Each status has a shape and a word of its own besides its colour.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from html import escape

from comity.compile import NO, STATUSES, YES, ActionDiagrams, NormDiagrams
from comity.conditions import tests_of
from comity.defeat import condition_of
from comity.outline import Answer, Outcome, Question, Reader, Step
from comity.statuslook import LIGHT
from comity.words import DISCLAIMER

Masks = Mapping[int, int]
Outcomes = Callable[[int, Masks], "tuple[str, Sequence[str]]"]
"""From the value of a leaf and what the path settles: its name (a status, or other words) and citations."""

_MODALITIES = {
    "required": ("requires",),
    "prohibited": ("prohibits",),
    "permitted": ("permits",),
    "conflict": ("requires", "prohibits"),
}

_MOST_BOXES = 160
_SMALL = 3
"""A shared part of at most so many boxes is drawn again rather than referred to."""
_LINE, _CHAR = 16, 6.9
_BOX_WIDTH, _GAP, _MARGIN, _PADDING = 236, 156, 24, 9
_BOX_CHARS = int((_BOX_WIDTH - 2 * _PADDING) / _CHAR)
_EDGE_CHARS = int((_GAP - 44) / _CHAR)
_EFFECTS = {"requires": "required", "prohibits": "prohibited", "permits": "permitted", "lifts": "prohibitions lifted"}


def draw_status(unit: ActionDiagrams, known: Masks) -> Picture:
    """The picture of an action's status, as far as what is known leaves it open; leaves cite what decides there."""

    def outcome(value: int, masks: Masks) -> tuple[str, Sequence[str]]:
        status = STATUSES[value.bit_length() - 1]
        return status, _deciding(unit, _MODALITIES.get(status, ()), masks)

    return _picture(unit, unit.status, outcome, known)


def draw_norm(unit: ActionDiagrams, norm_id: str, known: Masks) -> Picture | None:
    """The picture of when one norm applies and is not defeated; None where the norm has no part in the action."""
    for compiled in (*unit.rules, *unit.defeaters):
        if compiled.norm.id == norm_id:
            names = {NO: "no effect", YES: _EFFECTS[compiled.norm.modality]}
            return _picture(unit, compiled.undefeated, _named(names), known)
    return None


def _named(names: Mapping[int, str]) -> Outcomes:
    def outcome(value: int, _masks: Masks) -> tuple[str, Sequence[str]]:
        return names[value], ()

    return outcome


def _picture(unit: ActionDiagrams, node: int, outcomes: Outcomes, known: Masks) -> Picture:
    diagrams = unit.space.diagrams
    tests = [test for each in (*unit.rules, *unit.defeaters) for test in tests_of(condition_of(each.norm))]
    root = Reader(unit.space, tests).read(diagrams.restrict(node, known))
    return Picture(root, diagrams.full, outcomes, known)


def _deciding(unit: ActionDiagrams, modalities: Sequence[str], masks: Masks) -> list[str]:
    """The citations of the norms that decide wherever the masks reach; failing any, of those that may."""

    def truth(compiled: NormDiagrams) -> int:
        return unit.space.diagrams.reach(unit.space.diagrams.restrict(compiled.decides, masks))

    told = [(each.norm.cite, truth(each)) for each in unit.rules if each.norm.modality in modalities]
    certain = [cite for cite, value in told if value == YES]
    possible = [f"or {cite}" if position else cite for position, cite in enumerate(c for c, v in told if v & YES)]
    return list(dict.fromkeys(certain or possible))


class _Box:
    """A box to draw: its lines, the branches that leave it, and, once laid out, its place."""

    def __init__(self, kind: str, lines: list[str], heading: str = "") -> None:
        self.kind = kind
        self.heading = heading
        self.lines = lines
        self.branches: list[tuple[list[str], _Box]] = []
        self.number = 0
        self.x = self.y = 0.0

    @property
    def height(self) -> float:
        count = len(self.lines) + (1 if self.heading else 0)
        return count * _LINE + 2 * _PADDING


class Picture:
    """Lays out and draws one reading of a diagram."""

    def __init__(self, root: Step, full: Sequence[int], outcomes: Outcomes, settled: Masks) -> None:
        self._full = full
        self._outcomes = outcomes
        self._sizes: dict[Step, int] = {}
        self._numbers: dict[Step, int] = {}
        self._shared = self._find_shared(root)
        self._settled = self._join_masks(root, settled)
        self._drawn: set[Step] = set()
        self._boxes = 0
        self.root = self._box(root, settled)
        self.height = self._place(self.root, 0, 0)

    def svg(self, title: str, subtitle: str) -> str:
        """The picture as an SVG document."""
        boxes = _all_boxes(self.root)
        kinds = [kind for kind in LIGHT if any(box.kind == kind for box in boxes)]
        width = max(*(box.x + _BOX_WIDTH for box in boxes), 760) + 2 * _MARGIN
        titles = textwrap.wrap(title, int(width / 11))
        head = [*titles, *textwrap.wrap(subtitle, int(width / 8))]
        top = _MARGIN + (len(head) + 1) * 20
        height = top + self.height + 3 * _MARGIN + 20
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" lang="en" '
            f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}">',
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="desc">{escape(self.text())}</desc>',
            _STYLE,
            f'<rect width="{width:g}" height="{height:g}" fill="#fff"/>',
        ]
        for row, line in enumerate(head):
            look = "title" if row < len(titles) else "small"
            parts.append(f'<text x="{_MARGIN}" y="{_MARGIN + 20 * row + 14}" class="{look}">{escape(line)}</text>')
        parts.append(f'<g transform="translate({_MARGIN} {top:g})">')
        parts += [line for box in boxes for line in _edges(box)]
        parts += [line for box in boxes for line in _draw(box)]
        parts.append("</g>")
        parts += _legend(kinds, top + self.height + _MARGIN)
        parts.append(f'<text x="{_MARGIN}" y="{height - _MARGIN:g}" class="small">{escape(DISCLAIMER)}</text></svg>')
        return "\n".join(parts) + "\n"

    def text(self) -> str:
        """The picture in words, for those who cannot see it."""
        told: list[str] = []
        for box in _all_boxes(self.root):
            if box.branches:
                ways = [f"{' '.join(words)}: {_summary(child)}" for words, child in box.branches]
                told.append(f"Question {box.number}. {' '.join(box.lines)} " + "; ".join(ways) + ".")
        return " ".join(told) or _summary(self.root)

    def _find_shared(self, root: Step) -> set[Step]:
        """The questions, with more than a few boxes under them, to which more than one answer leads."""
        uses: Counter[Step] = Counter()
        seen: set[Step] = set()

        def visit(step: Step) -> int:
            uses[step] += 1
            if step in seen:
                return self._sizes[step]
            seen.add(step)
            self._sizes[step] = 1 + sum(visit(answer.then) for answer in _answers(step))
            return self._sizes[step]

        visit(root)
        return {step for step, count in uses.items() if count > 1 and self._sizes[step] > _SMALL}

    def _join_masks(self, root: Step, settled: Masks) -> dict[Step, Masks]:
        """For each step, what all the ways that lead to it settle in common."""
        order: list[Step] = []
        seen: set[Step] = set()

        def visit(step: Step) -> None:
            if step not in seen:
                seen.add(step)
                for answer in _answers(step):
                    visit(answer.then)
                order.append(step)

        visit(root)
        joined: dict[Step, Masks] = {root: settled}
        for step in reversed(order):
            for answer in _answers(step):
                way = self._after(step, answer, joined[step])
                before = joined.get(answer.then)
                joined[answer.then] = way if before is None else _either(before, way)
        return joined

    def _after(self, step: Step, answer: Answer, masks: Masks) -> Masks:
        if not isinstance(step, Question):
            return masks
        known = masks.get(step.variable, self._full[step.variable])
        return {**masks, step.variable: known & answer.cells}

    def _box(self, step: Step, masks: Masks) -> _Box:
        self._boxes += 1
        if isinstance(step, Outcome):
            name, cites = self._outcomes(step.value, masks)
            return _Box(name, _wrap(cites), name.upper())
        if step in self._drawn:
            return _Box("refer", [f"go on at question {self._numbers[step]}"])
        if self._boxes > _MOST_BOXES:
            return _Box("more", _wrap(["More questions follow: tell more facts to see them."]))
        if step in self._shared:
            self._drawn.add(step)
            masks = self._settled[step]
        box = _Box("question", _wrap([step.text]))
        self._numbers[step] = box.number = len(self._numbers) + 1 if step not in self._numbers else self._numbers[step]
        box.heading = f"{box.number}"
        for answer in step.answers:
            child = self._box(answer.then, self._after(step, answer, masks))
            box.branches.append((textwrap.wrap(answer.words, _EDGE_CHARS), child))
        return box

    def _place(self, box: _Box, depth: int, top: float) -> float:
        """Give the box and all that follows its place; the height that they take."""
        box.x = depth * (_BOX_WIDTH + _GAP)
        at = top
        for words, child in box.branches:
            height = self._place(child, depth + 1, at)
            # The answer's words stand above the line that enters the child, so they need room there.
            short = max(0.0, len(words) * _LINE + 6 - (child.y + child.height / 2 - at))
            if short:
                _move(child, short)
            at += height + short
        own = box.height + 16
        if not box.branches:
            box.y = top + 8
            return own
        first, last = box.branches[0][1], box.branches[-1][1]
        centre = (first.y + first.height / 2 + last.y + last.height / 2) / 2
        box.y = centre - box.height / 2
        low = top + 8 - box.y
        if low > 0:
            _move(box, low)
            at += low
        return max(at - top, box.y + box.height + 8 - top)


def _answers(step: Step) -> tuple[Answer, ...]:
    return step.answers if isinstance(step, Question) else ()


def _either(one: Masks, other: Masks) -> Masks:
    return {variable: one[variable] | other[variable] for variable in one.keys() & other.keys()}


def _wrap(texts: Sequence[str]) -> list[str]:
    return [line for text in texts for line in textwrap.wrap(text, _BOX_CHARS)]


def _move(box: _Box, down: float) -> None:
    box.y += down
    for _, child in box.branches:
        _move(child, down)


def _all_boxes(box: _Box) -> list[_Box]:
    return [box, *(found for _, child in box.branches for found in _all_boxes(child))]


def _summary(box: _Box) -> str:
    if box.branches:
        return f"go to question {box.number}"
    return ", ".join([box.heading.lower(), *box.lines] if box.heading else box.lines)


def _edges(box: _Box) -> list[str]:
    parts: list[str] = []
    start_x, start_y = box.x + _BOX_WIDTH, box.y + box.height / 2
    trunk = start_x + 18
    for words, child in box.branches:
        y = child.y + child.height / 2
        parts.append(f'<path d="M{start_x:g} {start_y:g}H{trunk:g}V{y:g}H{child.x - 7:g}" class="edge"/>')
        parts.append(f'<path d="M{child.x - 8:g} {y - 4:g}l8 4l-8 4z"/>')
        for row, line in enumerate(words):
            up = (len(words) - row - 1) * _LINE + 5
            parts.append(f'<text x="{trunk + 8:g}" y="{y - up:g}" class="answer">{escape(line)}</text>')
    return parts


def _draw(box: _Box) -> list[str]:
    parts = [_shape(box.kind, box.x, box.y, _BOX_WIDTH, box.height)]
    row = box.y + _PADDING + 12
    lines = [(box.heading, "number" if box.kind == "question" else "status")] if box.heading else []
    lines += [(line, "text") for line in box.lines]
    for line, kind in lines:
        parts.append(f'<text x="{box.x + _PADDING + 4:g}" y="{row:g}" class="{kind}">{escape(line)}</text>')
        row += _LINE
    return parts


def _shape(kind: str, x: float, y: float, width: float, height: float) -> str:
    fill = LIGHT[kind].ground if kind in LIGHT else "#fff"
    plain = f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}"'
    match kind:
        case "required":
            return (
                f'{plain} class="box heavy"/><rect x="{x + 4:g}" y="{y + 4:g}" '
                f'width="{width - 8:g}" height="{height - 8:g}" class="inner"/>'
            )
        case "prohibited":
            cut = 8
            points = (
                (x + cut, y), (x + width - cut, y), (x + width, y + cut), (x + width, y + height - cut),
                (x + width - cut, y + height), (x + cut, y + height), (x, y + height - cut), (x, y + cut),
            )  # fmt: skip
            told = " ".join(f"{px:g},{py:g}" for px, py in points)
            return f'<polygon points="{told}" fill="{fill}" class="box heavy"/>'
        case "permitted":
            return f'{plain} rx="14" class="box"/>'
        case "conflict":
            return f'{plain} class="box heavy dashed"/>'
        case "unregulated":
            return f'{plain} class="box dotted"/>'
        case "refer" | "more":
            return f'{plain} rx="14" class="box dashed"/>'
        case _:
            return f'{plain} rx="3" class="box"/>'


def _legend(kinds: Sequence[str], top: float) -> list[str]:
    parts: list[str] = []
    x = float(_MARGIN)
    for kind in kinds:
        parts.append(_shape(kind, x, top, 26, 18))
        parts.append(f'<text x="{x + 33:g}" y="{top + 14:g}" class="small">{kind}</text>')
        x += 33 + len(kind) * _CHAR + 24
    return parts


_STYLE = """<style>
text { font-family: "DejaVu Sans", Verdana, Helvetica, Arial, sans-serif; font-size: 11.5px; fill: #111; }
.title { font-size: 16px; font-weight: bold; } .small { font-size: 11.5px; fill: #333; }
.status { font-weight: bold; letter-spacing: 0.4px; } .number { font-size: 10px; fill: #555; font-weight: bold; }
.answer { font-style: italic; } .edge { fill: none; stroke: #333; stroke-width: 1.1; }
.box { stroke: #222; stroke-width: 1.1; } .heavy { stroke-width: 2; }
.inner { fill: none; stroke: #222; stroke-width: 0.8; }
.dashed { stroke-dasharray: 7 4; } .dotted { stroke-dasharray: 2 3; }
</style>"""
