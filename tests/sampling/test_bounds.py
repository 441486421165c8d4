"""The stated coverage holds for every truth, by summing over every possible outcome."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.sampling import Policy, bounds

DESIGNS = [
    # size, max_prevalence, max_posts
    (12, 0.1, 12),
    (40, 0.1, 40),
    (50, 0.05, 30),
    (90, 0.03, 60),
    (120, 0.01, 40),
]


def _reading_on(size: int, positives: int, policy: Policy) -> float:
    """Exact probability that the interval holds the truth when reading goes on after a find."""
    most = min(policy.max_posts, size)
    stop = min(bounds.reads_needed(size, policy.max_prevalence, policy.confidence), most)
    silent = bounds.chance(size, positives, stop, 0)
    low, high = bounds.none_found(size, stop, policy.confidence)
    covered = silent if low <= positives <= high else 0.0
    for found in range(1, min(most, positives) + 1):
        never = silent * bounds.chance(size - stop, positives, most - stop, found)
        low, high = bounds.found_reading_on(size, most, found, stop, policy.confidence)
        if low <= positives <= high:
            covered += bounds.chance(size, positives, most, found) - never
    return covered


def _stopping_at_first(size: int, positives: int, policy: Policy) -> float:
    """The same when reading stops at the first find."""
    most = min(policy.max_posts, size)
    stop = min(bounds.reads_needed(size, policy.max_prevalence, policy.confidence), most)
    silent = bounds.chance(size, positives, stop, 0)
    low, high = bounds.none_found(size, stop, policy.confidence)
    covered = silent if low <= positives <= high else 0.0
    for read in range(1, stop + 1):
        here = bounds.chance(size, positives, read - 1, 0) - bounds.chance(size, positives, read, 0)
        low, high = bounds.found_first_at(size, read, stop, policy.confidence)
        if low <= positives <= high:
            covered += here
    return covered


@pytest.mark.parametrize(("size", "max_prevalence", "max_posts"), DESIGNS)
@pytest.mark.parametrize("confidence", [0.9, 0.95])
@pytest.mark.parametrize("coverage", [_reading_on, _stopping_at_first])
def test_interval_holds_the_truth_at_the_stated_confidence(
    coverage, confidence, size, max_prevalence, max_posts
):
    policy = Policy(confidence=confidence, max_prevalence=max_prevalence, max_posts=max_posts)

    worst = min(coverage(size, positives, policy) for positives in range(size + 1))

    assert worst >= confidence - 1e-9


@given(st.integers(1, 60), st.data())
def test_chance_equals_counting_samples(size, data):
    positives = data.draw(st.integers(0, size))
    read = data.draw(st.integers(0, size))
    found = data.draw(st.integers(0, read))
    exact = comb(positives, found) * comb(size - positives, read - found) / comb(size, read)

    assert bounds.chance(size, positives, read, found) == pytest.approx(exact, abs=1e-9)


@pytest.mark.parametrize(
    ("size", "expected"),
    [(0, 0), (1, 1), (50, 48), (775, 241), (20_000, 296), (1_000_000, 299)],
)
def test_reads_needed_for_one_percent_at_95(size, expected):
    assert bounds.reads_needed(size, 0.01, 0.95) == pytest.approx(expected, abs=2)


@pytest.mark.parametrize("size", [1, 7, 60, 775])
def test_none_found_in_a_census_leaves_no_doubt(size):
    assert bounds.none_found(size, size, 0.95) == (0, 0)


@given(st.integers(2, 400), st.data())
def test_bounds_hold_what_was_found(size, data):
    read = data.draw(st.integers(1, size))
    found = data.draw(st.integers(1, read))

    low, high = bounds.found_reading_on(size, read, found, min(read, 20), 0.95)

    assert found <= low <= high <= size - (read - found)
