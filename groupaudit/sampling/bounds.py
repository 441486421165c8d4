"""Exact bounds on a share of a finite population, for samples drawn without replacement.

A group of ``size`` posts holds ``positives`` sensitive ones, an unknown number. Posts are read in
random order under one of three designs, and each design orders its possible outcomes from the one
that speaks for the fewest positives to the one that speaks for the most. The bounds at confidence
1 − α are the numbers of positives under which what was seen, or anything more extreme, has a chance
above α/2 (Clopper and Pearson 1934, inverted for the hypergeometric distribution and, where reading
may stop early, for the stage-wise ordering of Armitage 1957; Jennison and Turnbull 2000, §8.4).
When nothing was found only an upper bound is meant, so it has all of α; ``_lowest`` takes what that
spends beyond α/2 back from the other tail. Coverage is at least 1 − α whatever the truth, because
every tail is computed and none is approximated.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from functools import lru_cache
from math import exp

from groupaudit.sampling.tails import log_choose


def chance(size: int, positives: int, read: int, found: int) -> float:
    """Hypergeometric probability of ``found`` positives among ``read`` of ``size`` posts."""
    if not max(0, read + positives - size) <= found <= min(read, positives):
        return 0.0
    return exp(
        log_choose(positives, found)
        + log_choose(size - positives, read - found)
        - log_choose(size, read)
    )


def chance_at_most(size: int, positives: int, read: int, found: int) -> float:
    """Probability of ``found`` positives or fewer among ``read`` of ``size`` posts."""
    lowest = max(0, read + positives - size)
    return min(1.0, sum(chance(size, positives, read, count) for count in range(lowest, found + 1)))


def too_many(size: int, max_prevalence: float) -> int:
    """The fewest positives that are more than ``max_prevalence`` of ``size`` posts."""
    return int(max_prevalence * size + 1e-9) + 1


@lru_cache(maxsize=4096)
def reads_needed(size: int, max_prevalence: float, confidence: float) -> int:
    """Posts to read without a find before "at most ``max_prevalence``" holds at ``confidence``.

    ``size`` when nothing short of reading everything would do.
    """
    refuted = too_many(size, max_prevalence)
    if refuted > size:
        return 0
    return smallest(0, size, lambda read: chance(size, refuted, read, 0) <= 1 - confidence)


def smallest(start: int, limit: int, holds: Callable[[int], bool]) -> int:
    """The smallest number from ``start`` to ``limit`` for which ``holds``, which is monotone.

    ``limit`` if there is none.
    """
    return bisect_left(range(start, limit), x=True, key=holds) + start


def none_found(size: int, read: int, confidence: float) -> tuple[int, int]:
    """Bounds on the positives when ``read`` posts held none."""
    alpha = 1 - confidence
    excluded = smallest(0, size - read + 1, lambda count: chance(size, count, read, 0) <= alpha)
    return 0, max(0, excluded - 1)


def found_reading_on(
    size: int, read: int, found: int, stop_at: int, confidence: float
) -> tuple[int, int]:
    """Bounds when ``found`` > 0 among ``read``, in a design that stops at ``stop_at`` finding none.

    An outcome counts for fewer positives than another if it stopped early, or else found fewer.
    """
    tail = (1 - confidence) / 2

    def at_most(positives: int) -> float:
        early_only = _early_stop_but_more(size, positives, read, found, stop_at)
        return chance_at_most(size, positives, read, found) + early_only

    def at_least(positives: int) -> float:
        early_only = _early_stop_but_more(size, positives, read, found - 1, stop_at)
        return 1 - chance_at_most(size, positives, read, found - 1) - early_only

    most = size - (read - found)
    low = _lowest(size, at_least, (found, most), stop_at, confidence)
    high = smallest(found, most + 1, lambda count: at_most(count) <= tail) - 1
    return low, max(low, high)


def _lowest(
    size: int,
    at_least: Callable[[int], float],
    limits: tuple[int, int],
    stop_at: int,
    confidence: float,
) -> int:
    """The fewest positives that the outcome does not refute.

    Just above what a silent sample excludes, that exclusion alone has spent between α/2 and α, and
    only the rest of α may be used to refute from the other side.
    """
    alpha = 1 - confidence
    start, most = limits
    low = smallest(start, most, lambda count: at_least(count) > alpha / 2)
    count = smallest(start, low, lambda number: chance(size, number, stop_at, 0) <= alpha)
    while count < low:
        spent = chance(size, count, stop_at, 0)
        if spent <= alpha / 2:
            break
        if at_least(count) > alpha - spent:
            return count
        count += 1
    return low


def _early_stop_but_more(size: int, positives: int, read: int, found: int, stop_at: int) -> float:
    """Chance that the first ``stop_at`` posts hold none though all ``read`` hold over ``found``."""
    if stop_at >= read or positives == 0:
        return 0.0
    silent = chance(size, positives, stop_at, 0)
    if silent == 0.0:
        return 0.0
    rest = chance_at_most(size - stop_at, positives, read - stop_at, found)
    return silent * max(0.0, 1 - rest)


def found_first_at(size: int, read: int, stop_at: int, confidence: float) -> tuple[int, int]:
    """Bounds when reading stops at the first find, which was post number ``read``."""
    tail = (1 - confidence) / 2
    most = size - (read - 1)

    def at_least(positives: int) -> float:
        return 1 - chance(size, positives, read, 0)

    low = _lowest(size, at_least, (1, most), stop_at, confidence)
    high = smallest(1, most + 1, lambda count: chance(size, count, read - 1, 0) <= tail) - 1
    return low, max(low, high)
