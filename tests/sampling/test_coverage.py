"""The stated coverage, simulated: over group sizes, prevalences, and places where positives lie.

Small designs are summed exactly elsewhere (``test_bounds``, ``test_stratified``); here whole
samples are drawn, with their strata, weights and stopping rule, in groups of 1 to 5,000 posts.
"""

from __future__ import annotations

from functools import cache
from itertools import accumulate
from math import comb
from random import Random

import pytest

from groupaudit.sampling import Policy, bounds
from tests.sampling.test_strata import frame, run

CONFIDENCE = 0.9
SIZES = (1, 2, 7, 30, 80, 150, 299, 600, 1200, 5000)
#: Of the posts; the first two stand for no post and for a single one.
SHARES = (0, 1e-9, 0.004, 0.0099, 0.011, 0.05, 0.3, 0.8, 1)
RUNS = 20
#: A design that keeps its word fails a test that allows so much once in ten thousand times.
ALARM = 1e-4

refs_of = cache(lambda size: frame(size, 0.25))


def _anywhere(refs, count):
    return Random(count).sample(refs, count)


def _attached_first(refs, count):
    return sorted(refs, key=lambda ref: not ref.attachments)[:count]


def _newest_first(refs, count):
    return refs[len(refs) - count :]


def _missed(size, share, where, full, number):
    """Whether the interval of one sample misses the share of positives of its group."""
    refs = refs_of(size)
    count = min(size, max(round(size * share), share > 0))
    positives = frozenset(ref.key for ref in where(refs, count))
    policy = Policy(confidence=CONFIDENCE, max_posts=300, full_when_found=full)
    interval = run(refs, policy, positives, f"g{number}@ch.example")[0].interval()
    return not interval.low - 1e-9 <= count / size <= interval.high + 1e-9


@pytest.fixture(scope="module", params=[True, False], ids=["reading on", "stopping"])
def missed(request):
    """How many of the samples miss, by prevalence and place of the positives."""
    return {
        (share, where.__name__): sum(
            _missed(SIZES[number % len(SIZES)], share, where, request.param, number)
            for number in range(RUNS)
        )
        for share in SHARES
        for where in (_anywhere, _attached_first, _newest_first)
    }


def _allowed(runs):
    """Misses that no more than ``ALARM`` of the designs exceed that miss as often as is stated."""
    chances = (
        comb(runs, count) * (1 - CONFIDENCE) ** count * CONFIDENCE ** (runs - count)
        for count in range(runs + 1)
    )
    return sum(reached < 1 - ALARM for reached in accumulate(chances))


def test_stated_coverage_holds_at_each_prevalence_wherever_the_positives_are(missed):
    assert {case: count for case, count in missed.items() if count > _allowed(RUNS)} == {}


def test_stated_coverage_holds_over_all(missed):
    assert sum(missed.values()) <= _allowed(RUNS * len(missed))


@pytest.mark.parametrize("size", [600, 1200, 5000])
@pytest.mark.parametrize("share", [0.02, 0.05, 0.3])
def test_divided_samples_tell_about_as_much_as_simple_ones(size, share):
    """Coverage alone could be had by intervals that tell nothing."""
    refs = refs_of(size)
    positives = frozenset(ref.key for ref in _anywhere(refs, round(size * share)))
    sample, _ = run(refs, Policy(max_posts=300), positives)
    low, high = bounds.found_reading_on(size, sample.examined, sample.found, 290, 0.95)

    interval = sample.interval()
    assert interval.high - interval.low <= 1.6 * (high - low) / size
