"""Which duties each row brings with it: decided once for all rows that the duties cannot tell apart.

The diagrams are those by which `Law.decide` tells duties, and the codes of facts those by which rows are signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import msgspec

from comity.audit.duties.tested import Tested, tested_at
from comity.audit.duties.verdicts import State
from comity.audit.reading.arrow import arrow
from comity.audit.signing.aged import age_records
from comity.audit.signing.answers import missing_word
from comity.audit.signing.clocks import calendar, calendar_list
from comity.audit.signing.columns import Encoding, knowledge_of
from comity.audit.signing.dialect import select_sql
from comity.audit.signing.engine import ArrowTable, Local
from comity.audit.signing.ground import Ground, ground_of
from comity.audit.signing.meanings import Nothing
from comity.audit.signing.plan import Planner
from comity.audit.signing.program import lies_within
from comity.audit.signing.representatives import numbers_of, told_of
from comity.audit.signing.sets import listed
from comity.audit.signing.sign import Signer
from comity.audit.signing.units import asked_of
from comity.audit.verdicts import shown
from comity.compile import DutyDiagram
from comity.derived import CLOCKS
from comity.duties import is_suspended
from comity.knowledge import Knowledge
from comity.notes import missing_names
from comity.outcome import duty_outcome
from comity.scope import Scope

if TYPE_CHECKING:
    import duckdb

    from comity.audit.layouts.form import OutcomeClass, Prepared

Basis = tuple[int, State, tuple[str, ...]]
"""A duty as it stands for a row: the number of the duty, its state, and the facts that would settle that."""

Diagrams = Mapping[int, Sequence[tuple[DutyDiagram, int]]]
"""The duties of each stretch of law: the diagram, and the number of the duty."""


class OwedByRows(msgspec.Struct, frozen=True):
    """The duties that rows may bring with them, and the bases, whose numbers are in `duty_states`.

    `relation` is SQL for the rows with the columns `keys`, which make the signature.
    """

    tested: tuple[Tested, ...]
    bases: tuple[Basis, ...]
    relation: str
    keys: tuple[str, ...]


TRIGGERED = "reason_apart IS NULL AND stretch IS NOT NULL AND kind IS NOT NULL"
"""SQL for the rows that may bring duties with them: those that the law of some agency and day is put to."""


def owed_by_rows(database: duckdb.DuckDBPyConnection, signer: Signer, prepared: Prepared) -> OwedByRows | None:
    """Decides the duties of which some column tells, for the rows of `signed_rows`; None if they can bring none.

    Writes `duty_signatures` (the `signature` of each combination of what the duties tell apart) and `duty_states`
    (signature → the numbers of bases).
    """
    tested, found = _tested(database, signer, prepared)
    if not found:
        return None
    near = Local(database)
    day, kinds, facts = signer.act.day, signer.log.kinds, signer.log.facts
    relation, aged = age_records(near, signer.law, kinds, facts, "signed_rows", day, told_of)
    planner = Planner(signer.law, near.dialect, signer.calendar, signer.as_if, kinds, facts, signer.act, aged)
    encodings = planner.encodings([diagram.space for own in found.values() for diagram, _ in own], ())
    near.register({calendar_list(clock): listed(calendar(clock)) for clock in CLOCKS})
    codes = [f"{encoding.sql} AS code_{number}" for number, encoding in enumerate(encodings)]
    joined = [each for encoding in encodings for each in encoding.joined]
    coded = (
        f"({select_sql(['triggered.*', *codes], f'(SELECT * FROM {relation} WHERE {TRIGGERED}) AS triggered', joined)})"
    )
    keys = ("stretch", "kind", "outcome", *(f"code_{number}" for number in range(len(encodings))))
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE duty_signatures AS SELECT row_number() OVER (ORDER BY {', '.join(keys)}) - 1 "
        f"AS signature, * FROM (SELECT DISTINCT {', '.join(keys)} FROM {coded})"
    )
    deciding = _Deciding(signer, prepared, encodings, found)
    pairs = list(deciding.states(near.arrow("SELECT * FROM duty_signatures ORDER BY signature")))
    cells = arrow().table({"signature": listed(each for each, _ in pairs), "basis": listed(each for _, each in pairs)})
    near.fill("duty_states", {"signature": "BIGINT", "basis": "BIGINT"}, cells)
    return OwedByRows(tested, tuple(deciding.bases), coded, keys)


def _tested(
    database: duckdb.DuckDBPyConnection, signer: Signer, prepared: Prepared
) -> tuple[tuple[Tested, ...], Diagrams]:
    """The duties of which columns tell, and those of each stretch of law that some row is of."""
    held = database.execute(f"SELECT DISTINCT stretch FROM signed_rows WHERE {TRIGGERED} ORDER BY 1").fetchall()
    numbers: dict[str, int] = {}
    tested: list[Tested] = []
    found: dict[int, list[tuple[DutyDiagram, int]]] = {}
    for (stretch,) in held:
        for diagram, each in tested_at(_scope_of(signer, stretch), prepared.duties):
            if each.name not in numbers:
                numbers[each.name] = len(tested)
                tested.append(each)
            found.setdefault(stretch, []).append((diagram, numbers[each.name]))
    return tuple(tested), found


def _scope_of(signer: Signer, stretch: int) -> Scope:
    found = signer.calendar.stretches[stretch]
    return signer.law.scope(signer.law.agency(found.agency), found.day, signer.as_if)


class _Deciding:
    """Decides signatures, and numbers what comes of it."""

    def __init__(
        self,
        signer: Signer,
        prepared: Prepared,
        encodings: Sequence[Encoding],
        found: Diagrams,
    ) -> None:
        self.signer = signer
        self.prepared = prepared
        self.encodings = encodings
        self.found = found
        self.bases: dict[Basis, int] = {}
        self.asked = asked_of(signer.law, prepared.kinds)
        self.outcomes = {outcome.name: outcome for outcome in prepared.outcomes}
        self._decided: dict[tuple[object, ...], tuple[State | Literal[""], tuple[str, ...]]] = {}
        self._grounds: dict[tuple[int, int, str], tuple[Scope, Ground, dict[str, Knowledge]]] = {}

    def states(self, signatures: ArrowTable) -> Iterator[tuple[int, int]]:
        """For each signature the numbers of the bases of its duties, owed or maybe owed."""
        columns = [numbers_of(signatures[f"code_{number}"]).tolist() for number in range(len(self.encodings))]
        stretches, kinds = (numbers_of(signatures[name]).tolist() for name in ("stretch", "kind"))
        outcomes: list[str] = signatures["outcome"].to_pylist()
        for signature, (stretch, kind, outcome) in enumerate(zip(stretches, kinds, outcomes, strict=True)):
            if stretch in self.found:
                codes = [column[signature] for column in columns]
                for basis in self._bases(stretch, kind, outcome, codes):
                    yield signature, self.bases.setdefault(basis, len(self.bases))

    def _bases(self, stretch: int, kind: int, outcome: str, codes: Sequence[int]) -> Iterator[Basis]:
        scope, ground, supposed = self._ground(stretch, kind, outcome)
        known = dict(supposed)
        told: dict[str, int] = {}
        for encoding, code in zip(self.encodings, codes, strict=True):
            meaning = ground.codes[encoding.fact][code]
            told[encoding.fact] = code
            if meaning.told is not None:
                known[encoding.fact] = meaning.told
        if self._contradict(known):
            return
        for diagram, duty in self.found[stretch]:
            masks = diagram.space.diagrams.full.copy()
            for position, variable in enumerate(diagram.space.variables):
                fact = variable.fact.name
                if fact in told and not isinstance(ground.codes[fact][told[fact]], Nothing):
                    masks[position] = ground.codes[fact][told[fact]].mask(variable)
                elif fact in supposed:
                    masks[position] = variable.mask_of(supposed[fact])
            state, missing = self._decide(scope, diagram, tuple(masks), known)
            if state:
                yield duty, state, missing

    def _decide(
        self, scope: Scope, diagram: DutyDiagram, masks: tuple[int, ...], known: Mapping[str, Knowledge]
    ) -> tuple[State | Literal[""], tuple[str, ...]]:
        found = self._decided.get((id(diagram), masks))
        if found is None:
            state, variables = duty_outcome(diagram, dict(enumerate(masks)))
            missing = tuple(map(missing_word, missing_names(diagram.space, variables, known)))
            suspended = state and is_suspended(scope.disputes_of(diagram.norm))
            found = self._decided[id(diagram), masks] = "suspended" if suspended else state, missing
        return found

    def _ground(self, stretch: int, kind: int, outcome: str) -> tuple[Scope, Ground, dict[str, Knowledge]]:
        """The law of a stretch, the ground of a kind of row, and what is known of every such row with this outcome."""
        found = self._grounds.get((stretch, kind, outcome))
        if found is None:
            scope, row, asked = _scope_of(self.signer, stretch), self.prepared.kinds[kind], self.asked[kind]
            vocabulary = self.signer.law.vocabulary
            ground = ground_of(vocabulary, scope, row, asked, self.prepared.facts, self.encodings)
            acts = knowledge_of(vocabulary, acts_shown(self.outcomes[outcome], asked))
            known = {**ground.kept, **{name: acts[name] for name in acts}, **ground.worlds[0]}
            found = self._grounds[stretch, kind, outcome] = scope, ground, known
        return found

    def _contradict(self, known: Mapping[str, Knowledge]) -> bool:
        """Whether what a row tells cannot all be so."""
        return any(
            all(fact in known and lies_within(known[fact], leaves) for fact, leaves in part.parts.items())
            for part in self.signer.law.vocabulary.impossible
        )


def acts_shown(outcome: OutcomeClass, asked: Sequence[str]) -> dict[str, object]:
    """What an outcome shows of the actions asked, as the facts `done` and `declined`; what it does not is left open."""
    acts = {action: shown(action, asked, outcome.shows, together=outcome.together).act for action in asked}
    done = [action for action, act in acts.items() if act == "done"]
    declined = [action for action, act in acts.items() if act == "declined"]
    if not done and not declined:
        return {}
    return {"done": {"at_least": done, "not": declined}, "declined": {"at_least": declined, "not": done}}
