"""The stated coverage holds for every truth in every stratum, summed over all outcomes."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from groupaudit.sampling import bounds, stratified
from groupaudit.sampling.stratified import Seen
from groupaudit.sampling.tails import Cell

#: For each class the strata: size, read at the stage of silence, read at the end.
DESIGNS = [
    (((20, 3, 6),), ((8, 3, 6),)),
    (((12, 2, 4), (12, 2, 4)), ((8, 3, 6),)),
    (((10, 2, 3), (10, 2, 4)), ((6, 2, 4), (6, 2, 4))),
    (((15, 5, 9), (15, 5, 9)),),
    (((40, 8, 10),), ((15, 8, 10),)),
    (((9, 2, 3), (9, 2, 3), (9, 2, 3)), ((10, 4, 6),)),
    (((30, 9, 9),), ((10, 6, 6),)),
]


def _of_cell(size, positives, read):
    return np.array([bounds.chance(size, positives, read, found) for found in range(read + 1)])


def _of_class(strata, positives, *, after_silence):
    """The distribution of the finds of a class, all or those after a silent stage."""
    chances = np.ones(1)
    for (size, stage, read), count in zip(strata, positives, strict=True):
        if after_silence:
            here = bounds.chance(size, count, stage, 0) * (
                _of_cell(size - stage, count, read - stage)
                if count <= size - stage
                else np.zeros(read - stage + 1)
            )
            here = np.append(here, np.zeros(stage))
        else:
            here = _of_cell(size, count, read)
        chances = np.convolve(chances, here)
    return chances


class _Intervals:
    """The interval of each outcome of a design, worked out once."""

    def __init__(self, design, confidence):
        self.design, self.confidence = design, confidence
        self.cells = [tuple(Cell(size, read) for size, _, read in strata) for strata in design]
        self.stages = [tuple(Cell(size, stage) for size, stage, _ in strata) for strata in design]
        self.silent = stratified.none_found(sum(self.stages, ()), confidence)
        ranges = (range(sum(read for *_, read in strata) + 1) for strata in design)
        self.of = {found: self._interval(found) for found in product(*ranges) if any(found)}

    def _interval(self, found):
        classes = zip(self.cells, found, self.stages, strict=True)
        return stratified.found_reading_on(tuple(Seen(*each) for each in classes), self.confidence)

    def coverage(self, truth):
        """The chance that the interval holds the sum of ``truth``, positives in each stratum."""
        places = iter(truth)
        split = [[next(places) for _ in strata] for strata in self.design]
        ends = [
            _of_class(*each, after_silence=False) for each in zip(self.design, split, strict=True)
        ]
        late = [
            _of_class(*each, after_silence=True) for each in zip(self.design, split, strict=True)
        ]
        silent = float(np.prod([chances.sum() for chances in late]))
        covered = silent * (self.silent[0] <= sum(truth) <= self.silent[1])
        for found, (low, high) in self.of.items():
            if low <= sum(truth) <= high:
                covered += np.prod(
                    [chances[count] for chances, count in zip(ends, found, strict=True)]
                )
                covered -= np.prod(
                    [chances[count] for chances, count in zip(late, found, strict=True)]
                )
        return covered


@pytest.mark.parametrize("confidence", [0.8, 0.95])
@pytest.mark.parametrize("design", DESIGNS)
def test_interval_holds_the_truth_wherever_the_positives_are(design, confidence):
    intervals = _Intervals(design, confidence)
    truths = list(product(*(range(size + 1) for strata in design for size, *_ in strata)))
    some = truths if len(truths) < 700 else truths[:: len(truths) // 500]

    assert min(map(intervals.coverage, some)) >= confidence - 1e-9


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_interval_holds_the_truth_when_reading_stops_at_the_first_find(confidence):
    sizes, turns = (14, 6), (0, 1, 0, 1, 0, 0, 1, 0)
    reads = [[turns[:place].count(each) for each in (0, 1)] for place in range(len(turns) + 1)]
    cells = [stratified.cells_of(sizes, each) for each in reads]
    silent = stratified.none_found(cells[-1], confidence)
    told = [
        stratified.found_first(before, after, cells[-1], confidence)
        for before, after in pairwise(cells)
    ]

    for truth in product(*(range(size + 1) for size in sizes)):
        chances = [
            np.prod([bounds.chance(*each, 0) for each in zip(sizes, truth, counts, strict=True)])
            for counts in reads
        ]
        covered = chances[-1] * (silent[0] <= sum(truth) <= silent[1])
        for place, (low, high) in enumerate(told):
            covered += (chances[place] - chances[place + 1]) * (low <= sum(truth) <= high)
        assert covered >= confidence - 1e-9


@st.composite
def classes(draw):
    """Up to two classes of up to three strata, some of which were read, with finds."""
    seen = []
    for _ in range(draw(st.integers(1, 2))):
        sizes = draw(st.lists(st.integers(1, 80), min_size=1, max_size=3))
        reads = [draw(st.integers(0, size)) for size in sizes]
        stage = [draw(st.integers(0, read)) for read in reads]
        found = draw(st.integers(0, sum(reads)))
        cells = stratified.cells_of(sizes, reads)
        seen.append(Seen(cells, found, stratified.cells_of(sizes, stage)))
    return tuple(seen)


@settings(max_examples=60, deadline=None)
@given(classes())
def test_bounds_hold_what_was_found_and_what_could_be(seen):
    found = sum(each.found for each in seen)
    unread = sum(each.size - each.read for each in seen)

    low, high = stratified.found_reading_on(seen, 0.95)

    assert found <= low <= high <= found + unread


@settings(max_examples=40, deadline=None)
@given(classes())
def test_bounds_do_not_fall_when_more_was_found(seen):
    # Without an early stop: a find can also rule out that a stage was nearly silent.
    first, *others = (Seen(each.cells, each.found, each.cells) for each in seen)
    assume(0 < first.found < first.read)
    more = Seen(first.cells, first.found + 1, first.cells)

    fewer = stratified.found_reading_on((first, *others), 0.9)
    most = stratified.found_reading_on((more, *others), 0.9)

    assert most[0] >= fewer[0]
    assert most[1] >= fewer[1]


def test_upper_bound_falls_when_more_is_read_in_silence():
    bounds_of = [
        stratified.none_found((Cell(900, 9 * reads), Cell(100, 3 * reads)), 0.95)[1]
        for reads in range(34)
    ]

    assert bounds_of == sorted(bounds_of, reverse=True)
    assert bounds_of[0] == 1000


def test_bounds_of_one_stratum_are_nearly_those_of_a_simple_random_sample():
    needed = bounds.reads_needed(2000, 0.01, 0.95)
    seen = Seen((Cell(2000, 500),), 6, (Cell(2000, needed),))

    low, high = stratified.found_reading_on((seen,), 0.95)
    exact = bounds.found_reading_on(2000, 500, 6, needed, 0.95)

    assert (low, high) == pytest.approx(exact, abs=1)
    assert low <= exact[0]
    assert high >= exact[1]


def test_finds_in_favoured_posts_weigh_less():
    plain, favoured = (Cell(1500, 150),), (Cell(500, 150),)

    there = (Seen(plain, 0, plain), Seen(favoured, 6, favoured))
    elsewhere = (Seen(plain, 6, plain), Seen(favoured, 0, favoured))

    assert stratified.estimate(there) == pytest.approx(20 / 2000)
    assert stratified.estimate(elsewhere) == pytest.approx(60 / 2000)
    assert stratified.found_reading_on(there, 0.95) < stratified.found_reading_on(elsewhere, 0.95)


def test_census_of_all_strata_leaves_no_doubt():
    seen = tuple(Seen((Cell(size, size),), 3, (Cell(size, 2),)) for size in (40, 10))

    assert stratified.found_reading_on(seen, 0.95) == (6, 6)


def test_class_that_was_not_read_is_not_taken_for_empty():
    unread = Seen((Cell(50, 0),), 0, (Cell(50, 0),))
    read = Seen((Cell(50, 25),), 5, (Cell(50, 9),))

    assert stratified.estimate((read, unread)) == pytest.approx(0.2)
    assert stratified.found_reading_on((read, unread), 0.95)[1] >= 50
