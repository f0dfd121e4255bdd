"""Requests: raw values from people and programs, checked against the vocabulary and turned into knowledge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import cast

import msgspec

from comity.citations import named_by_citation
from comity.errors import RequestError, nearest
from comity.knowledge import NEVER, Choice, Elements, Knowledge, Ordered, RecordList, Spans
from comity.library import Library
from comity.norms import Agency
from comity.vocabulary import Fact, Tree, Vocabulary

YES_NO = {True: "yes", False: "no", "yes": "yes", "no": "no", "true": "yes", "false": "no"}
DAY_END = time(23, 59, 59, 999999)
_DAY_FORM, _TIME_FORM = "2025-01-21", "2025-01-21T14:30"
LAST_YEAR = 2999
"""Of days that can be told: so far from the end of all calendars that deadlines can be reckoned from them."""


class Request(msgspec.Struct, frozen=True):
    """A request, checked. `moment` is set where the time of day was told; `facts` are as they were told."""

    agency: Agency
    on: date
    moment: datetime | None
    actions: tuple[str, ...]
    all_actions: bool
    known: dict[str, Knowledge]
    disputed: tuple[str, ...]
    facts: dict[str, object]
    as_if: tuple[str, ...] = ()
    told_apart: tuple[str, ...] = ()
    """Facts of which several values were told and this request stands for one."""

    def span_of_act(self) -> tuple[datetime, datetime]:
        """The earliest and latest time at which the act may lie: any hour of the day where only the day was told."""
        if self.moment is not None:
            return self.moment, self.moment
        return datetime.combine(self.on, time.min), datetime.combine(self.on, DAY_END)


def parse_request(
    library: Library,
    agency: Agency,
    on: date | str,
    actions: Sequence[str] | None,
    facts: Mapping[str, object] | None,
    as_if: Sequence[str] = (),
) -> list[Request]:
    """The request, checked; several where a fact that is answered one value at a time was told several.

    Raises RequestError naming the field and the likely fix.
    """
    day, moment = parse_on(on)
    for proposal in as_if:
        check_proposal(library, proposal)
    leaves = expand_actions(library.vocabulary, actions)
    requests: list[Request] = []
    for single in _one_at_a_time(library.vocabulary, facts or {}):
        known, disputed = parse_facts(library.vocabulary, single)
        check_possible(library.vocabulary, known)
        apart = tuple(name for name, value in single.items() if value is not (facts or {})[name])
        requests.append(
            Request(agency, day, moment, leaves, actions is None, known, disputed, dict(single), tuple(as_if), apart)
        )
    return requests


def parse_on(on: object, at: str = "on") -> tuple[date, datetime | None]:
    """The day, and the moment where a time of day is told, by the clock of the place; `at` names what tells it.

    Raises RequestError, also for a time zone: law runs on the clock of the place, and no law file says which that is.
    """
    value = _day_or_time(on, at, f"{_DAY_FORM} or {_TIME_FORM}")
    if isinstance(value, datetime):
        return value.date(), value
    if isinstance(value, date):
        return value, None
    raise RequestError("bad_date", f"{value!r} is not a date (write {_DAY_FORM} or {_TIME_FORM})", at)


def _day_or_time(told: object, at: str, form: str) -> object:
    """The date or datetime that a text in ISO 8601 tells; whatever else was told, as it is. Raises RequestError."""
    value = told
    if isinstance(told, str):
        try:
            value = date.fromisoformat(told) if len(told) <= len(_DAY_FORM) else datetime.fromisoformat(told)
        except ValueError:
            raise RequestError("bad_date", f'"{told}" is not a date (write {form})', at) from None
    if isinstance(value, datetime) and value.tzinfo is not None:
        says = f'"{told}" tells a time zone: law runs on the clock of the place, so write what that shows, as {form}'
        raise RequestError("bad_date", says, at)
    if isinstance(value, date):
        _check_year(value, at)
    return value


def _check_year(told: date, at: str) -> None:
    if told.year > LAST_YEAR:
        raise RequestError("bad_date", f"the year {told.year} is too late: the last is {LAST_YEAR}", at)


def check_proposal(library: Library, proposal: str) -> None:
    instrument = library.instruments.get(proposal)
    if instrument is None or instrument.kind != "proposal":
        proposals = [item.id for item in library.instruments.values() if item.kind == "proposal"]
        hint = nearest(proposal, proposals) or (f" (proposals: {', '.join(proposals)})" if proposals else "")
        raise RequestError("unknown_proposal", f'no proposal "{proposal}" is encoded{hint}', "as_if")


def expand_actions(vocabulary: Vocabulary, actions: Sequence[str] | None) -> tuple[str, ...]:
    """The leaf actions asked: an inner name stands for all below it; None for all actions."""
    if actions is None:
        return vocabulary.asked_actions()
    if isinstance(actions, str):
        raise RequestError("wrong_type", "actions is a list of names", "actions")
    if not actions:
        raise RequestError("wrong_type", "name at least one action, or leave actions out for all", "actions")
    leaves: dict[str, None] = {}
    for position, action in enumerate(actions):
        if not isinstance(cast(object, action), str) or action not in vocabulary.actions:
            hint = nearest(str(action), list(vocabulary.actions.leaves), vocabulary.asked_actions())
            owed = " (that is a duty that is owed, not an action that is asked)" if action in vocabulary.owed else hint
            raise RequestError("unknown_action", f'unknown action "{action}"{owed}', f"actions[{position}]")
        leaves.update(dict.fromkeys(vocabulary.actions.leaves[action]))
    return tuple(leaves)


def parse_facts(vocabulary: Vocabulary, facts: Mapping[str, object]) -> tuple[dict[str, Knowledge], tuple[str, ...]]:
    """What the facts tell, and the names of those told as disputed. A value None tells nothing."""
    known: dict[str, Knowledge] = {}
    disputed: list[str] = []
    for name, raw in facts.items():
        fact = vocabulary.facts.get(name)
        at = f"facts.{name}"
        if fact is None:
            hint = nearest(name, list(vocabulary.facts)) or " (`comity law --facts AGENCY` lists them)"
            raise RequestError("unknown_fact", f'unknown fact "{name}"{hint}', at)
        if fact.derived_from:
            inputs = ", ".join(fact.derived_from)
            raise RequestError("derived_fact", f'"{name}" is worked out from {inputs}: tell those instead', at)
        if raw is None:
            continue
        if isinstance(raw, Mapping) and "disputed" in cast("Mapping[str, object]", raw):
            disputed.append(name)
        known[name] = parse_value(fact, cast(object, raw), at)
    return known, tuple(disputed)


def parse_value(fact: Fact, raw: object, at: str) -> Knowledge:
    """What a raw value tells of a fact.

    Raises RequestError for a value of the wrong type or not in the vocabulary, naming the nearest.
    """
    match fact.kind:
        case "yes_no" | "one_of":
            return _choice(fact, raw, at)
        case "set_of":
            return _elements(fact, raw, at)
        case "records":
            return _records(fact, raw, at)
        case _:
            return _spans(fact, raw, at)


def _alternatives(raw: object, at: str) -> list[object]:
    """The values of `{one_of: […]}` and `{disputed: […]}`; a plain value alone."""
    if not isinstance(raw, Mapping):
        return [raw]
    given = cast("Mapping[str, object]", raw)
    if len(given) != 1 or next(iter(given)) not in ("one_of", "disputed"):
        raise RequestError("wrong_type", 'write a value, {"one_of": [...]} or {"disputed": [...]}', at)
    values = next(iter(given.values()))
    if not isinstance(values, list | tuple) or not values:
        raise RequestError("wrong_type", "list the values that are possible", at)
    return list(cast("Sequence[object]", values))


def _choice(fact: Fact, raw: object, at: str) -> Choice:
    leaves: set[str] = set()
    for value in _alternatives(raw, at):
        if fact.kind == "yes_no":
            if not isinstance(value, str | bool) or value not in YES_NO:
                raise RequestError("wrong_type", f'"{fact.name}" is answered yes or no, not {_shown(value)}', at)
            leaves.add(YES_NO[value])
        else:
            leaves.update(_leaves_under(fact, value, at))
    return Choice(frozenset(leaves))


def _leaves_under(fact: Fact, value: object, at: str) -> tuple[str, ...]:
    tree = cast(Tree, fact.tree)
    if not isinstance(value, str):
        raise RequestError("wrong_type", f'"{fact.name}" takes a name, not {_shown(value)}', at)
    if value not in tree:
        cited = named_by_citation(tree, value, fact.name, at)
        if cited is not None:
            return tree.leaves[cited]
        hint = nearest(value, list(tree.leaves), tree.all_leaves())
        raise RequestError("unknown_value", f'unknown value "{value}" for {fact.name}{hint}', at)
    return tree.leaves[value]


def _elements(fact: Fact, raw: object, at: str) -> Elements:
    is_open, absent = False, frozenset[str]()
    listed: object = raw
    if isinstance(raw, Mapping):
        given = dict(cast("Mapping[str, object]", raw))
        if not given or given.keys() - {"at_least", "not"}:
            raise RequestError("wrong_type", 'write a list, or {"at_least": [...], "not": [...]} for an open one', at)
        is_open, listed = True, given.get("at_least", [])
        excluded = given.get("not", [])
        if not isinstance(excluded, list | tuple):
            raise RequestError("wrong_type", "`not` takes a list of values", at)
        absent = frozenset(
            leaf for value in cast("Sequence[object]", excluded) for leaf in _leaves_under(fact, value, at)
        )
    if not isinstance(listed, list | tuple | set | frozenset):
        raise RequestError("wrong_type", f'"{fact.name}" takes a list of values, not {_shown(listed)}', at)
    values = cast("Sequence[object]", listed)
    present = tuple(frozenset(_leaves_under(fact, value, at)) for value in values)
    if any(choices <= absent for choices in present):
        raise RequestError("impossible", "a value stands both in the list and under `not`", at)
    return Elements(tuple(choices - absent for choices in present), is_open, absent)


def _spans(fact: Fact, raw: object, at: str) -> Spans:
    if isinstance(raw, Mapping) and "between" in cast("Mapping[str, object]", raw):
        given = cast("Mapping[str, object]", raw)["between"]
        ends = list(cast("Sequence[object]", given)) if isinstance(given, list | tuple) else []
        if len(ends) != 2:
            raise RequestError("wrong_type", "`between` takes two values", at)
        low, high = _span(fact, ends[0], at)[0], _span(fact, ends[1], at)[1]
        if high < low:  # type: ignore[operator]
            raise RequestError("impossible", "the first value of `between` is after the second", at)
        return Spans(((low, high),))
    return Spans(tuple(_span(fact, value, at) for value in _alternatives(cast(object, raw), at)))


def _span(fact: Fact, value: object, at: str) -> tuple[Ordered, Ordered]:
    """The closed range that one value tells: a day stands for all its hours where the fact is a time.

    `never` is a day after all others.
    """
    if fact.kind == "quantity":
        number = _number(fact, value, at)
        return number, number
    if value == "never" or value in NEVER:
        day, moment = NEVER
        return (day, day) if fact.kind == "date" else (moment, moment)
    told = value
    value = _day_or_time(told, at, _DAY_FORM if fact.kind == "date" else _TIME_FORM)
    if isinstance(value, datetime):
        if fact.kind == "datetime":
            return value, value
        if isinstance(told, str):
            raise RequestError("wrong_type", f'"{fact.name}" is a day, without a time', at)
        value = value.date()
    if not isinstance(value, date):
        raise RequestError("wrong_type", f'"{fact.name}" takes a date, not {_shown(value)}', at)
    if fact.kind == "datetime":
        return datetime.combine(value, time.min), datetime.combine(value, DAY_END)
    return value, value


def _number(fact: Fact, value: object, at: str) -> float:
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except ValueError:
        number = None
    if number is None or not 0 <= number < 1e12:
        raise RequestError("wrong_type", f'"{fact.name}" takes a number of {fact.unit}s, not {_shown(value)}', at)
    return number


def _records(fact: Fact, raw: object, at: str) -> RecordList:
    is_open = False
    listed: object = raw
    if isinstance(raw, Mapping):
        given = dict(cast("Mapping[str, object]", raw))
        if given.keys() != {"at_least"}:
            raise RequestError("wrong_type", 'write a list of records, or {"at_least": [...]} for an open one', at)
        is_open, listed = True, given["at_least"]
    if not isinstance(listed, list | tuple):
        raise RequestError("wrong_type", f'"{fact.name}" takes a list of records, not {_shown(listed)}', at)
    records: list[dict[str, Knowledge]] = []
    fields = fact.fields or {}
    for number, record in enumerate(cast("Sequence[object]", listed)):
        here = f"{at}[{number}]"
        if not isinstance(record, Mapping):
            raise RequestError("wrong_type", f"a record is a mapping of fields, not {_shown(record)}", here)
        told: dict[str, Knowledge] = {}
        for name, value in cast("Mapping[str, object]", record).items():
            if name not in fields or fields[name].derived_from:
                hint = nearest(str(name), [field for field in fields if not fields[field].derived_from])
                raise RequestError("unknown_fact", f'unknown field "{name}" of {fact.name}{hint}', here)
            if value is not None:
                told[name] = parse_value(fields[name], value, f"{here}.{name}")
        records.append(told)
    return RecordList(tuple(records), is_open)


def _one_at_a_time(vocabulary: Vocabulary, facts: Mapping[str, object]) -> list[Mapping[str, object]]:
    """The facts, once for each value of a fact that is answered one value at a time and was told several."""
    if not isinstance(cast(object, facts), Mapping):
        raise RequestError("wrong_type", "facts is a mapping of names to values", "facts")
    for name, raw in facts.items():
        fact = vocabulary.facts.get(name)
        if fact is not None and fact.each and isinstance(raw, list | tuple):
            values = cast("Sequence[object]", raw)
            if not values:
                raise RequestError("wrong_type", "name at least one value, or leave the fact out", f"facts.{name}")
            return [{**facts, name: value} for value in values]
    return [facts]


def check_possible(vocabulary: Vocabulary, known: Mapping[str, Knowledge]) -> None:
    """Refuse facts that contradict one another, by the vocabulary's list of impossible combinations."""
    for part in vocabulary.impossible:
        if part.parts.keys() <= known.keys() and all(
            _is_within(known[name], values) for name, values in part.parts.items()
        ):
            raise RequestError("impossible", cannot_all_be(part.parts), f"facts.{' and '.join(part.parts)}")


def cannot_all_be(facts: Iterable[str]) -> str:
    """What is said of facts that contradict one another."""
    return f"{' and '.join(facts)} cannot both be as told: correct one of them"


def _is_within(known: Knowledge, values: frozenset[str]) -> bool:
    if isinstance(known, Elements):
        return any(choices <= values for choices in known.present)
    return isinstance(known, Choice) and known.values <= values


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
