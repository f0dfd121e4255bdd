"""A finding explained: why, why not otherwise, what would change it, and the way through the questions.

Everything is read off the diagrams the finding itself came from. The result is data (for programs) and, by `sentences`,
plain words (for people).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from comity.cells import RecordsVariable, SetVariable, Variable
from comity.compile import YES, ActionDiagrams, NormDiagrams
from comity.conditions import Records, Test, tests_of
from comity.decide import Law
from comity.defeat import condition_of
from comity.findings import Decision, Finding
from comity.knowledge import Knowledge
from comity.outcome import Outcome, outcome
from comity.outline import Question, Reader, cells_words, records_words
from comity.request import parse_request
from comity.words import MODALITY_WORDS, STATUS_SENTENCE, label, listed, plain, values_words

Masks = dict[int, int]


class WhatIf(msgspec.Struct, frozen=True):
    """Another answer on one fact, all else as told, and the statuses then possible.

    `change` is `adding` or `without` for what is in a set, `opposite` where the value would have to be untrue,
    `told` where nothing was told, else `instead`. `cites` are the provisions that make the difference.
    """

    fact: str
    change: str
    value: str
    status: str
    possible: tuple[str, ...]
    cites: tuple[str, ...]


class NearMiss(msgspec.Struct, frozen=True):
    """A norm that would apply, or might, if one fact were otherwise: which, and how (`change` as in `WhatIf`)."""

    norm: str
    cite: str
    modality: str
    says: str
    fact: str
    change: str
    value: str


class Defeated(msgspec.Struct, frozen=True):
    """A norm that applies, or may, but gives way; and the provisions to which it does."""

    norm: str
    cite: str
    modality: str
    says: str
    by: tuple[str, ...]


class WalkStep(msgspec.Struct, frozen=True):
    """One question on the way to the status, and the answer; `matters` is False where none was told or needed."""

    fact: str
    question: str
    answer: str
    matters: bool = True


class Explanation(msgspec.Struct, frozen=True):
    """Why an action has the status it has, and what would change it."""

    action: str
    status: str
    why: tuple[str, ...]
    why_not: tuple[Defeated, ...]
    what_if: tuple[WhatIf, ...]
    near_misses: tuple[NearMiss, ...]
    walk: tuple[WalkStep, ...]
    sentences: tuple[str, ...]


def explain_decision(law: Law, decision: Decision) -> tuple[Explanation, ...]:
    """An explanation for each finding of a decision, in their order.

    Raises RequestError if the decision was not made under this law.
    """
    requests = parse_request(
        law.library, law.agency(decision.agency), decision.on, decision.asked, decision.facts, list(decision.as_if)
    )
    findings = iter(decision.findings)
    explanations: list[Explanation] = []
    for request in requests:
        scope, _, known = law.situation(request)
        for action in request.actions:
            finding = next(findings)
            settled = law.with_implied(action, known)
            if settled is None:
                bare = Explanation(action, finding.status, finding.notes, (), (), (), (), ())
                explanations.append(msgspec.structs.replace(bare, sentences=tuple(sentences(bare))))
            else:
                explanations.append(explain(scope.unit(action), settled, finding))
    return tuple(explanations)


def explain(unit: ActionDiagrams, known: Mapping[str, Knowledge], finding: Finding) -> Explanation:
    """Explain a finding from the unit of diagrams that it came from and all that was known (told, kept and derived)."""
    masks: Masks = dict(unit.space.masks(known))
    here = outcome(unit, masks)
    why = tuple(dict.fromkeys(f"{note.cite}: {note.says}" for note in finding.because))
    why_not = tuple(_defeated(finding, unit))
    what_if = tuple(_what_ifs(unit, masks, here))
    near = tuple(_near_misses(unit, masks))
    bare = Explanation(finding.action, finding.status, why, why_not, what_if, near, tuple(_walk(unit, masks)), ())
    return msgspec.structs.replace(bare, sentences=tuple(sentences(bare)))


def sentences(explanation: Explanation) -> Iterator[str]:
    """The explanation as a desk officer would be told it."""
    yield f"{plain(explanation.action).capitalize()}: {explanation.status}. {STATUS_SENTENCE[explanation.status]}"
    for reason in explanation.why:
        yield f"Because {reason}"
    for gone in explanation.why_not:
        yield f"{gone.cite} ({MODALITY_WORDS[gone.modality]}) gives way to {'; '.join(gone.by)}."
    for other in explanation.what_if:
        cites = f" ({'; '.join(other.cites)})" if other.cites else ""
        would = f"would be {other.status}"
        if other.status == "depends":
            would = f"could be {listed(other.possible)}, as further facts go,"
        yield f"It {would} {change_words(other.fact, other.change, other.value)}{cites}."
    for miss in explanation.near_misses:
        clause = change_words(miss.fact, miss.change, miss.value)
        yield f"{miss.cite} ({MODALITY_WORDS[miss.modality]}) does not apply; it could {clause}."


def change_words(fact: str, change: str, value: str) -> str:
    """A change of one fact as a clause: "if papers shown also included a federal criminal warrant"."""
    what = label(fact)
    match change:
        case "adding":
            return f"if {what} also included {value}"
        case "without":
            return f"if {what} did not include {value}"
        case "opposite":
            return f"if this were not so: {value}"
        case "told":
            return f"if told: {value if value.startswith(what) else f'{what}: {value}'}"
        case _:
            return f"if it were so: {value}" if value.startswith(what) else f"if {what} were: {value}"


def tests_in(unit: ActionDiagrams) -> list[Test]:
    """All tests of the norms of a unit."""
    return [test for each in (*unit.rules, *unit.defeaters) for test in tests_of(condition_of(each.norm))]


def _defeated(finding: Finding, unit: ActionDiagrams) -> Iterator[Defeated]:
    cites = {each.norm.id: each.norm.cite for each in (*unit.rules, *unit.defeaters)}
    for gone in finding.defeated:
        by = tuple(dict.fromkeys(cites.get(norm, norm) for norm in gone.by))
        yield Defeated(gone.norm.norm, gone.norm.cite, gone.norm.modality, gone.norm.says, by)


def _what_ifs(unit: ActionDiagrams, masks: Masks, here: Outcome) -> Iterator[WhatIf]:
    """Each other answer on one fact that leads to other statuses, answers with the same result taken together."""
    tests = tests_in(unit)
    for number, variable in enumerate(unit.space.variables):
        merged: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[_Change]] = {}
        for change in _changes(variable, masks.get(number, variable.full), tests):
            then = outcome(unit, {**masks, number: change.cells})
            if then.possible and then.possible != here.possible:
                key = (change.kind, then.possible, _difference(here, then))
                merged.setdefault(key, []).append(change)
        for (kind, possible, cites), found in merged.items():
            status = possible[0] if len(possible) == 1 else "depends"
            yield WhatIf(variable.fact.name, kind, _what(variable, found), status, possible, cites)


class _Change(msgspec.Struct, frozen=True):
    """One way in which a fact could be otherwise, and the cells then possible; `leaves` or `words` say what changes."""

    kind: str
    cells: int
    leaves: tuple[str, ...] = ()
    words: str = ""


def _changes(variable: Variable, mask: int, tests: Iterable[Test]) -> Iterator[_Change]:
    match variable:
        case SetVariable():
            yield from _set_changes(variable, mask)
        case RecordsVariable():
            yield from _record_changes(variable, mask, tests)
        case _:
            kind = "told" if mask == variable.full else "instead"
            for cell in range(variable.size):
                if kind == "told" or not mask >> cell & 1:
                    yield _Change(kind, 1 << cell)


def _set_changes(variable: SetVariable, mask: int) -> Iterator[_Change]:
    """One class of values more or less; where nothing at all is told, one class alone."""
    vectors = [vector for vector in range(variable.size) if mask >> vector & 1]
    for index, members in enumerate(variable.classes):
        bit = 1 << index
        if mask == variable.full:
            yield _Change("told", 1 << bit, members)
        elif not any(vector & bit for vector in vectors):
            yield _Change("adding", cells_mask(vector | bit for vector in vectors), members)
        elif all(vector & bit for vector in vectors):
            yield _Change("without", cells_mask(vector & ~bit for vector in vectors), members)


def _record_changes(variable: RecordsVariable, mask: int, tests: Iterable[Test]) -> Iterator[_Change]:
    """As little more, or less, on the list as changes the truth of one test."""
    states = variable.states
    here = [state for cell, state in enumerate(states) if mask >> cell & 1]
    for test in tests:
        if not isinstance(test, Records) or test.fact != variable.fact.name:
            continue
        truth = variable.mask_of_test(test)
        words = records_words(variable.fact, test)
        if mask == variable.full:
            fitting = [state for cell, state in enumerate(states) if truth >> cell & 1]
            kind, chosen = "told", min(map(sum, fitting), default=0)
        elif not mask & truth:
            fitting = [s for c, s in enumerate(states) if truth >> c & 1 and any(_at_least(s, old) for old in here)]
            kind, chosen = "instead", min(map(sum, fitting), default=0)
        elif not mask & ~truth:
            fitting = [s for c, s in enumerate(states) if not truth >> c & 1 and any(_at_least(o, s) for o in here)]
            kind, chosen = "opposite", max(map(sum, fitting), default=0)
        else:
            continue
        cells = cells_mask(states.index(state) for state in fitting if sum(state) == chosen)
        if cells:
            yield _Change(kind, cells, words=words)


def _at_least(more: tuple[int, ...], less: tuple[int, ...]) -> bool:
    return all(a >= b for a, b in zip(more, less, strict=True))


def cells_mask(cells: Iterable[int]) -> int:
    """The mask of some cells."""
    mask = 0
    for cell in cells:
        mask |= 1 << cell
    return mask


def _what(variable: Variable, found: list[_Change]) -> str:
    match variable:
        case SetVariable():
            words = values_words(variable.fact.tree, [leaf for change in found for leaf in change.leaves])
            return f"{words} alone" if found[0].kind == "told" else words
        case RecordsVariable():
            return listed(list(dict.fromkeys(change.words for change in found)))
        case _:
            mask = 0
            for change in found:
                mask |= change.cells
            return cells_words(variable, mask)


def _difference(here: Outcome, then: Outcome) -> tuple[str, ...]:
    """The citations that make the difference: norms that newly decide or defeat; failing that, those that fall away."""
    before = {norm.id for norm in here.because} | {norm.id for _, by in here.defeated for norm in by}
    after = [*then.because, *(norm for _, by in then.defeated for norm in by)]
    new = [norm.cite for norm in after if norm.id not in before]
    if not new:
        told = before.union(norm.id for norm in here.possibly)
        new = [norm.cite for norm in then.possibly if norm.id not in told]
    if not new:
        kept = {norm.id for norm in then.because}
        new = [norm.cite for norm in here.because if norm.id not in kept]
    return tuple(dict.fromkeys(new))


def _near_misses(unit: ActionDiagrams, masks: Masks) -> Iterator[NearMiss]:
    """Norms that cannot apply as things stand, but for one fact."""
    diagrams = unit.space.diagrams
    tests = tests_in(unit)

    def might_apply(compiled: NormDiagrams, known: Masks) -> bool:
        return bool(diagrams.reach(diagrams.restrict(compiled.applies, known)) & YES)

    for compiled in (*unit.rules, *unit.defeaters):
        if might_apply(compiled, masks):
            continue
        norm = compiled.norm
        for number, variable in enumerate(unit.space.variables):
            mask = masks.get(number, variable.full)
            changes = [
                change
                for change in _changes(variable, mask, tests)
                if might_apply(compiled, {**masks, number: change.cells})
            ]
            for kind in dict.fromkeys(change.kind for change in changes):
                needed = _what(variable, [change for change in changes if change.kind == kind])
                yield NearMiss(norm.id, norm.cite, norm.modality, norm.says, variable.fact.name, kind, needed)


def _walk(unit: ActionDiagrams, masks: Masks) -> Iterator[WalkStep]:
    """The questions of the status diagram, as far as what is known settles the way."""
    reader = Reader(unit.space, tests_in(unit))
    diagrams = unit.space.diagrams
    known = dict(masks)
    step = reader.read(unit.status)
    while isinstance(step, Question):
        told = known.get(step.variable, diagrams.full[step.variable])
        # What is known of other facts may rule an answer out; ways that read alike are one.
        after = {
            answer: diagrams.restrict(unit.status, {**known, step.variable: told & answer.cells})
            for answer in step.answers
            if answer.cells & told
        }
        fitting = [answer for answer, node in after.items() if diagrams.reach(node)]
        if not fitting:
            return
        if len(fitting) == 1:
            yield WalkStep(step.fact, step.text, fitting[0].words)
        elif len({reader.read(after[answer]) for answer in fitting}) > 1:
            yield WalkStep(step.fact, step.text, "not told: the answer turns on it")
            return
        else:
            yield WalkStep(step.fact, step.text, "not told, and not needed", matters=False)
        known[step.variable] = told & fitting[0].cells
        step = fitting[0].then
