"""The law as a book: places, instruments, norms with their history, and what may be told of a request.

Nothing here decides anything: it only reads the library.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from comity.bound import AgencyLaw, concerns, in_force
from comity.citations import citation_key
from comity.conditions import Condition, Contains, OneOf, Records, Term, Test, tests_of
from comity.defeat import attacks, condition_of
from comity.errors import RequestError, nearest
from comity.lawpages import (
    AgencyLine,
    AgencyPage,
    ExampleLine,
    FactLine,
    Hit,
    InstrumentLine,
    InstrumentPage,
    NormLine,
    NormPage,
    Page,
    PlaceLine,
    PlacePage,
    VersionLine,
)
from comity.library import Library, is_above
from comity.norms import Agency, Example, Instrument, Interval, Jurisdiction, Norm
from comity.vocabulary import Fact, Tree
from comity.words import condition_lines, due_words, interval_words, listed, plain


def contents(library: Library) -> tuple[PlaceLine, ...]:
    """Every place, with how much of its law is encoded."""
    lines: list[PlaceLine] = []
    for place in sorted(library.jurisdictions.values(), key=lambda each: each.id):
        own = [instrument for instrument in library.instruments.values() if instrument.place == place.id]
        norms = sum(len(instrument.norms) for instrument in own)
        lines.append(PlaceLine(place.id, place.name, place.kind, len(place.agencies), len(own), norms))
    return tuple(lines)


def page(library: Library, path: str, on: date | None = None) -> Page:
    """The page of a place, an agency, an instrument or a norm. Raises RequestError naming the nearest path."""
    agencies, norms = library.agencies(), library.norms()
    if path in library.jurisdictions:
        return _place_page(library, library.jurisdictions[path], on)
    if path in agencies:
        return _agency_page(library, agencies[path], on)
    if path in library.instruments:
        return _instrument_page(library, library.instruments[path], on)
    if path in norms:
        return _norm_page(library, norms[path], on)
    known = [*library.jurisdictions, *agencies, *library.instruments, *norms]
    hint = nearest(path, known) or " (without a path, `comity law` lists the places)"
    raise RequestError("unknown_path", f'nothing in the law is called "{path}"{hint}', "path")


def search(library: Library, words: str, on: date | None = None) -> tuple[Hit, ...]:
    """Everything whose name, citation or words hold all the words, norms in force that day only if a day is told.

    Raises RequestError where there is no word.
    """
    wanted = words.casefold().split()
    if not wanted:
        raise RequestError("missing_key", 'says no word to look for: --search "civil warrant"', "search")

    def holds(*texts: str) -> bool:
        text = " ".join(texts).casefold()
        return all(word in text for word in wanted)

    found: list[Hit] = []
    for place in library.jurisdictions.values():
        if holds(place.id, place.name):
            found.append(Hit("place", place.id, "", place.name))
        found += [Hit("agency", each.id, "", each.name) for each in place.agencies if holds(each.id, each.name)]
    for instrument in library.instruments.values():
        if holds(instrument.id, instrument.title, instrument.cite):
            found.append(Hit("instrument", instrument.id, instrument.cite, instrument.title))
        for norm in instrument.norms:
            told = (norm.id, norm.cite, norm.says, norm.modality, *norm.actions, norm.note)
            if (on is None or in_force(norm.intervals, on) is not None) and holds(*told):
                found.append(Hit("norm", norm.id, norm.cite, norm.says))
    return (*found, *_offences(library, words, holds))


def _offences(library: Library, words: str, holds: Callable[..., bool]) -> Iterator[Hit]:
    """The offences of statutory lists whose citation, name or list holds the words."""
    tree, key = _cited_values(library), citation_key(words)
    for name, citation in tree.citations.items() if tree else ():
        above = tree.path(name) if tree else ()
        if holds(name, citation, *above) or key in citation_key(citation):
            yield Hit("offence", name, citation, f"an offence on {' > '.join(above)}" if above else "an offence")


def _cited_values(library: Library) -> Tree | None:
    """The taxonomy whose values have citations: the offences."""
    facts = library.vocabulary.facts.values()
    fields = (field for fact in facts for field in (fact.fields or {}).values())
    return next((each.tree for each in (*facts, *fields) if each.tree is not None and each.tree.citations), None)


def facts_told(library: Library, agency: Agency, on: date | None = None) -> tuple[FactLine, ...]:
    """The facts that the law binding an agency tests (that day's law, or all), those most tested first."""
    facts = library.vocabulary.facts
    uses: dict[str, int] = {}
    norms = _norms_for(library, agency, on)
    for norm in norms:
        tested = {test.fact for test in tests_of(condition_of(norm))}
        told = {name for fact in tested for name in (facts[fact].derived_from or (fact,)) if name in facts}
        for name in told:
            uses[name] = uses.get(name, 0) + 1
    ordered = sorted(uses, key=lambda name: (-uses[name], name))
    tests = {test: None for norm in norms for test in tests_of(condition_of(norm))}
    return tuple(_fact_line(facts[name], uses[name], tests) for name in ordered)


def _lists_tested(fact: Fact, tests: Iterable[Test]) -> dict[str, dict[str, str]]:
    """The statutory lists that tests on the fact, or on a field of its records, name an offence of."""
    own = [test for test in tests if test.fact == fact.name]
    if fact.fields is not None:
        inner = [each for test in own if isinstance(test, Records) for each in tests_of(test.such_that)]
        return {name: cited for field in fact.fields.values() for name, cited in _lists_tested(field, inner).items()}
    if fact.tree is None:
        return {}
    values = {name for test in own if isinstance(test, OneOf | Contains) for name in test.values}
    lists: dict[str, dict[str, str]] = {}
    for name, citation in fact.tree.citations.items():
        for above in fact.tree.path(name)[:1]:
            lists.setdefault(above, {})[name] = citation
    return {name: cited for name, cited in lists.items() if not values.isdisjoint(cited)}


def _fact_line(fact: Fact, norms: int, tests: Iterable[Test]) -> FactLine:
    values = fact.tree.all_leaves() if fact.tree else ("yes", "no") if fact.kind == "yes_no" else ()
    fields = tuple(name for name, field in (fact.fields or {}).items() if not field.derived_from)
    lists = _lists_tested(fact, tests)
    return FactLine(fact.name, fact.kind, fact.ask, fact.help, values, fields, fact.unit, norms, lists)


def _norms_for(library: Library, agency: Agency, on: date | None) -> list[Norm]:
    law = AgencyLaw(library, agency)
    return law.norms if on is None else [bound.norm for bound in law.norms_on(on)]


def _place_page(library: Library, place: Jurisdiction, on: date | None) -> PlacePage:
    own = [instrument for instrument in library.instruments.values() if instrument.place == place.id]
    return PlacePage(
        place=place.id,
        name=place.name,
        kind=place.kind,
        ocd=place.ocd,
        note=place.note,
        agencies=tuple(AgencyLine(each.id, each.name, each.kinds, each.own_government) for each in place.agencies),
        instruments=tuple(
            InstrumentLine(each.id, each.title, each.cite, each.kind, len(each.norms), _any_in_force(each, on))
            for each in sorted(own, key=lambda each: each.id)
        ),
        known=tuple(known for known in place.known if on is None or known.holds_on(on)),
        complete_for=place.complete_for,
    )


def _agency_page(library: Library, agency: Agency, on: date | None) -> AgencyPage:
    return AgencyPage(
        agency=agency.id,
        name=agency.name,
        kinds=agency.kinds,
        place=agency.place,
        own_government=agency.own_government,
        source=agency.source,
        changes=tuple(AgencyLaw(library, agency).changes),
        norms=tuple(_norm_line(norm, on) for norm in _norms_for(library, agency, on)),
    )


def _instrument_page(library: Library, instrument: Instrument, on: date | None) -> InstrumentPage:
    return InstrumentPage(
        instrument=instrument.id,
        title=instrument.title,
        cite=instrument.cite,
        kind=instrument.kind,
        source=instrument.source,
        read=instrument.read,
        note=instrument.note,
        versions=tuple(
            VersionLine(version.name, interval_words(version.interval), version.by, version.note)
            for version in instrument.versions
        ),
        norms=tuple(_norm_line(norm, on) for norm in instrument.norms),
        disputes=instrument.disputes,
        not_encoded=instrument.not_encoded,
        examples=len(library.examples_of(instrument.id)),
    )


def _norm_page(library: Library, norm: Norm, on: date | None) -> NormPage:
    instrument = library.instruments[norm.instrument]
    facts = library.vocabulary.facts
    others = [
        other
        for each in library.instruments.values()
        if (each.kind != "proposal" or each is instrument) and _may_meet(each.place, norm.place)
        for other in each.norms
        if other.id != norm.id
    ]
    limit = ""
    if norm.limit is not None:
        unit = facts[norm.limit.clock].unit
        limit = f"counts for at most {norm.limit.at_most:g} {unit}s: {facts[norm.limit.clock].ask}"
    return NormPage(
        norm=norm.id,
        cite=norm.cite,
        title=instrument.title,
        modality=norm.modality,
        actions=norm.actions,
        says=norm.says,
        binds=_binds_words(norm),
        who=norm.who,
        when=tuple(condition_lines(norm.when, facts)),
        unless=() if norm.unless is None else tuple(condition_lines(norm.unless, facts)),
        terms=dict(_terms(norm.when)) | (dict(_terms(norm.unless)) if norm.unless else {}),
        limit=limit,
        owed_to=norm.owed_to,
        due=due_words(norm.due),
        contents=norm.contents,
        times=tuple(interval_words(interval) for interval in norm.intervals),
        in_force=_in_force(norm, on),
        evidence=norm.evidence,
        source=norm.source,
        read=norm.read,
        note=norm.note,
        before=tuple(_norm_line(other, on) for other in others if _stood_before(library, other, norm)),
        after=tuple(_norm_line(other, on) for other in others if _stood_before(library, norm, other)),
        defeats=tuple(_norm_line(other, on) for other in others if _attacks(library, norm, other)),
        defeated_by=tuple(_norm_line(other, on) for other in others if _attacks(library, other, norm)),
        disputes=tuple(
            dispute for each in library.instruments.values() for dispute in each.disputes if concerns(dispute, norm)
        ),
        examples=tuple(
            ExampleLine(example.says, example.agency, example.on, example.facts, example.expect)
            for example in _examples_decided_by(library, norm)
        ),
    )


def _examples_decided_by(library: Library, norm: Norm) -> Iterator[Example]:
    for instrument in library.instruments.values():
        # Reading the examples of all law for one norm would take long; a text with no backslash says what it says.
        if norm.local_id in instrument.examples or "\\" in instrument.examples:
            yield from (each for each in library.examples_of(instrument.id) if norm.id in (each.because or ()))


def _may_meet(place: str, other: str) -> bool:
    """Whether the laws of two places can bind the same agency."""
    return place == other or is_above(place, other) or is_above(other, place)


def _norm_line(norm: Norm, on: date | None) -> NormLine:
    times = tuple(interval_words(interval) for interval in norm.intervals)
    return NormLine(norm.id, norm.cite, norm.modality, norm.actions, norm.says, times, _in_force(norm, on))


def _in_force(norm: Norm, on: date | None) -> str:
    if on is None:
        return ""
    bands = in_force(norm.intervals, on)
    return "no" if bands is None else "uncertain" if bands else "yes"


def _any_in_force(instrument: Instrument, on: date | None) -> str:
    told = {_in_force(norm, on) for norm in instrument.norms}
    return next((word for word in ("yes", "uncertain", "no") if word in told), "")


def _binds_words(norm: Norm) -> str:
    if norm.binds.agencies:
        return listed(norm.binds.agencies, "and")
    meant = listed([plain(kind) for kind in norm.binds.any], "and")
    return f"{meant}, but no {listed([plain(kind) for kind in norm.binds.none])}" if norm.binds.none else meant


def _terms(condition: Condition) -> Iterator[tuple[str, str]]:
    """The defined terms of a condition, each with the citation of its definition."""
    if isinstance(condition, Term):
        yield condition.name, condition.cite
    parts: Iterable[Condition] = getattr(condition, "parts", ())
    inner: Condition | None = getattr(condition, "part", None)
    for part in (*parts, *((inner,) if inner is not None else ())):
        yield from _terms(part)


def _leaf_actions(library: Library, norm: Norm) -> frozenset[str]:
    tree = library.vocabulary.actions
    return frozenset(leaf for action in norm.actions for leaf in (tree.leaves[action] if action in tree else (action,)))


def _stood_before(library: Library, old: Norm, new: Norm) -> bool:
    """Whether one norm's time ends where another of the same place, on the same actions, begins, or earlier."""
    if old.place != new.place or not _leaf_actions(library, old) & _leaf_actions(library, new):
        return False
    ends = [interval.until.day for interval in old.intervals if interval.until is not None]
    if len(ends) < len(old.intervals):
        return False
    return max(ends) <= min(interval.start.day for interval in new.intervals)


def _attacks(library: Library, attacker: Norm, norm: Norm) -> bool:
    """Whether an edge of defeat runs from one norm to the other on some action, at some time when both stand."""
    if not any(_overlap(one, other) for one in attacker.intervals for other in norm.intervals):
        return False
    return any(attacks(attacker, norm, action, library) for action in _leaf_actions(library, norm))


def _overlap(one: Interval, other: Interval) -> bool:
    """Whether some day may lie in both."""
    return not (
        (one.until is not None and (one.until.latest or one.until.day) <= other.start.day)
        or (other.until is not None and (other.until.latest or other.until.day) <= one.start.day)
    )
