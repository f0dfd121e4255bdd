"""All ways of deciding in bulk that the benchmarks time give the same answers, on small logs. Nothing here is timed."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path

import duckdb
import pytest

from benchmarks.agreement import PEERS
from benchmarks.bulk.columnar import ENGINES
from benchmarks.bulk.encoded import encoded
from benchmarks.bulk.law import ACTION, DAY, made_up_law
from benchmarks.bulk.measure import (
    Answers,
    Disagreement,
    check,
    columnar_times,
    facts_of,
    made_up,
    made_up_places,
    our_times,
    row_times,
    rules_of,
    times_apart,
)
from benchmarks.bulk.rows import Shape, write_log
from comity.audit.signing.answers import IMPOSSIBLE
from comity.decide import Law
from comity.errors import RequestError

ROWS = 3_000


@pytest.mark.parametrize("shape", ["skewed", "all different"])
def test_all_ways_agree(shape: Shape, tmp_path: Path) -> None:
    law, log = made_up_law(), tmp_path / "log.parquet"
    write_log(log, ROWS, shape)
    times, counts = our_times(lambda: made_up(law), log, ROWS, tmp_path)
    assert sum(counts.values()) == ROWS
    assert len({status for status, _ in counts}) >= 4
    assert times[0].signatures < ROWS
    assert {time.way for time in columnar_times(rules_of(law), log, ROWS, counts)} == set(ENGINES)
    assert {time.way for time in row_times(rules_of(law), log, 0.2)} == set(PEERS)


def test_the_counts_are_those_of_single_decisions(tmp_path: Path) -> None:
    law, log = made_up_law(2), tmp_path / "log.parquet"
    write_log(log, 400, "all different")
    _, counts = our_times(lambda: made_up(made_up_law()), log, 400, tmp_path)
    [agency, *_] = law.agencies
    single: Answers = Counter()
    for facts in facts_of(log):
        finding = law.decide(agency=agency, on=DAY, actions=[ACTION], facts=facts).findings[0]
        single[finding.status, frozenset(note.norm for note in finding.because)] += 1
    assert counts == single


def test_a_process_of_its_own_counts_alike(tmp_path: Path) -> None:
    log = tmp_path / "log.parquet"
    write_log(log, 400, "all different", agencies=2)
    times, counts, peak = times_apart(partial(made_up_places, 2), log, 400, tmp_path)
    assert [time.rows for time in times] == [400, 400, 400]
    assert counts == our_times(partial(made_up_places, 2), log, 400, tmp_path)[1]
    assert 50 < peak < 1000


def test_a_way_that_differs_is_found() -> None:
    with pytest.raises(Disagreement, match="wrong"):
        check("wrong", Counter({("permitted", frozenset[str]()): 1}), Counter({("required", frozenset[str]()): 1}))


def test_logs_are_alike_on_every_run(tmp_path: Path) -> None:
    one, two = tmp_path / "one.parquet", tmp_path / "two.parquet"
    for path in (one, two):
        write_log(path, 500, "skewed", unknown=0.2, agencies=3)
    assert one.read_bytes() == two.read_bytes()


def test_the_counts_under_encoded_law_are_those_of_single_decisions(tmp_path: Path) -> None:
    law, log = Law.load(), tmp_path / "log.parquet"
    subject = encoded(law, ("us/il/chicago/police", "us/ca/los-angeles/police", "us/fl/miami-dade/sheriff"))
    write_log(log, 300, "all different", unknown=0.1, agencies=3, facts=subject.facts, days=5_000)
    _, counts = our_times(lambda: subject, log, 300, tmp_path)
    with duckdb.connect(":memory:") as database:
        rows = database.execute(f"SELECT * EXCLUDE (row, kind) FROM read_parquet('{log}') ORDER BY row").fetchall()
    single: Answers = Counter()
    for agency, day, *cells in rows:
        told = zip(subject.facts, cells, strict=True)
        facts = {"requester": ["dhs"]} | {c.fact: c.values[cell] for c, cell in told if cell is not None}
        try:
            found = law.decide(agency=subject.agencies[agency], on=day, actions=["hold"], facts=facts).findings[0]
        except RequestError as error:
            if error.code == "impossible":
                single[IMPOSSIBLE, frozenset()] += 1
            continue
        single[found.status, frozenset(note.norm for note in found.because)] += 1
    assert counts == single
    assert len({status for status, _ in counts}) >= 4
