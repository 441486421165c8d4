"""Chances in a class are never below the truth, however its positives are scattered."""

from __future__ import annotations

from itertools import product
from math import comb, prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.sampling import tails
from groupaudit.sampling.tails import Cell

CELLS = [
    (Cell(6, 2), Cell(6, 2)),
    (Cell(4, 0), Cell(9, 5)),
    (Cell(7, 7), Cell(5, 1)),
    (Cell(5, 1), Cell(5, 2), Cell(5, 3)),
    (Cell(3, 1), Cell(11, 4), Cell(1, 0)),
    (Cell(4, 3), Cell(4, 3), Cell(4, 2), Cell(2, 1)),
]


def _scatterings(cells, positives):
    ranges = (range(cell.size + 1) for cell in cells)
    return [counts for counts in product(*ranges) if sum(counts) == positives]


def _exactly(cell, positives, found):
    if found > positives or cell.read - found > cell.size - positives:
        return 0.0
    ways = comb(positives, found) * comb(cell.size - positives, cell.read - found)
    return ways / comb(cell.size, cell.read)


def _finds(cells, counts):
    """The distribution of the finds, by convolution."""
    chances = np.ones(1)
    for cell, positives in zip(cells, counts, strict=True):
        here = [_exactly(cell, positives, found) for found in range(cell.read + 1)]
        chances = np.convolve(chances, here)
    return chances


@pytest.mark.parametrize("cells", CELLS)
def test_silence_is_the_best_of_all_scatterings(cells):
    for positives in range(sum(cell.size for cell in cells) + 1):
        best = max(
            prod(_exactly(cell, count, 0) for cell, count in zip(cells, counts, strict=True))
            for counts in _scatterings(cells, positives)
        )

        assert tails.silence(cells, positives) == pytest.approx(best, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("cells", CELLS)
def test_at_most_is_never_below_the_truth_whatever_the_scattering(cells):
    read = sum(cell.read for cell in cells)
    for positives in range(sum(cell.size for cell in cells) + 1):
        told = tails.at_most(cells, positives, read)

        assert told == pytest.approx(np.maximum.accumulate(told))
        for counts in _scatterings(cells, positives):
            assert (told >= np.cumsum(_finds(cells, counts)) - 1e-9).all()


@pytest.mark.parametrize("cells", CELLS)
def test_means_are_those_of_the_extreme_scatterings(cells):
    for positives in range(sum(cell.size for cell in cells) + 1):
        means = [
            sum(count * cell.read / cell.size for cell, count in zip(cells, counts, strict=True))
            for counts in _scatterings(cells, positives)
        ]

        assert tails.least_expected(cells, positives) == pytest.approx(min(means))
        assert tails.most_expected(cells, positives) == pytest.approx(max(means))


@given(st.integers(1, 400), st.data())
def test_at_most_of_one_cell_is_hypergeometric(size, data):
    cell = Cell(size, data.draw(st.integers(0, size)))
    positives = data.draw(st.integers(0, size))
    upto = data.draw(st.integers(0, cell.read))
    exact = np.cumsum([_exactly(cell, positives, found) for found in range(upto + 1)])

    assert tails.at_most((cell,), positives, upto) == pytest.approx(exact, abs=1e-9)


def test_at_most_is_near_the_truth_when_few_are_positive():
    cells = (Cell(500, 60),) * 4
    exact = np.cumsum(_finds(cells, (10, 10, 10, 10)))[:3]

    assert tails.at_most(cells, 40, 2) == pytest.approx(exact, rel=0.1)


def test_silence_stays_exact_in_large_frames():
    assert tails.silence((Cell(1_000_000, 299),), 10_000) == pytest.approx(0.99**299, rel=1e-3)
