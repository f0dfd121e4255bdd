"""Timing: short samples of every way in turn, round after round, so that what disturbs the machine disturbs all.

The time counted is that of the processor in this process (all its threads), not that of the clock on the wall: other
work on the machine then disturbs it little. All ways run on one thread.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from statistics import median
from time import process_time

import msgspec

SAMPLE = 0.004
"""Seconds that one sample takes at least."""


class Time(msgspec.Struct, frozen=True):
    """Processor seconds for one piece of work: the best of all samples, and the median."""

    best: float
    median: float


def interleaved(ways: Mapping[str, Callable[[], int]], rounds: int) -> dict[str, Time]:
    """The time of each way for one of the pieces of work whose number it returns. The garbage collector rests."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    repeats = {name: _repeats(way) for name, way in ways.items()}
    with collector_resting():
        for _ in range(rounds):
            for name, way in ways.items():
                times[name].append(_sample(way, repeats[name]))
    return {name: Time(min(found), median(found)) for name, found in times.items()}


def repeated(work: Callable[[], object], times: int) -> Time:
    """The time of work that is done as a whole, over so many times."""
    found: list[float] = []
    for _ in range(times):
        with collector_resting():
            start = process_time()
            work()
            found.append(process_time() - start)
    return Time(min(found), median(found))


@contextmanager
def collector_resting() -> Generator[None]:
    """With the garbage collected, and the collector off."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _repeats(way: Callable[[], int]) -> int:
    way()
    start = process_time()
    way()
    return max(1, round(SAMPLE / (process_time() - start)))


def _sample(way: Callable[[], int], repeats: int) -> float:
    done = 0
    start = process_time()
    for _ in range(repeats):
        done += way()
    return (process_time() - start) / done
