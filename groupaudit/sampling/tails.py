"""Chances in a class of strata of which only the total of positives is known, not where they are.

A class holds ``positives`` sensitive posts, scattered over its cells in some unknown way; of each
cell a fixed number of posts is drawn without replacement. Every function answers for the worst
scattering, so that its answer is never below the true chance:

- ``silence``: that nothing is found. Exact: the chance is a product of factors that are log-concave
  in the positives of their cell, so that giving each positive to the cell where it costs least
  (greedy) is best.
- ``at_most``: that so many are found or fewer. Exact in a class of one cell (hypergeometric). With
  several, what is found is a sum of independent hypergeometric numbers, each of which is
  distributed like a sum of independent yes-no trials (Vatutin and Mikhailov 1982); the tails of
  such a sum are below those of the binomial distribution with as many trials and the same mean,
  one or more away from the mean (Hoeffding 1956, theorem 4).
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, floor, lgamma, log, log1p
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: What rounding may do to a mean.
_ROUNDING = 1e-9


class Cell(NamedTuple):
    """A stratum: how many posts it has, and how many were examined."""

    size: int
    read: int


Cells = tuple[Cell, ...]
Chances = NDArray[np.float64]


def log_choose(total: int, chosen: int) -> float:
    """Natural logarithm of the number of ways to choose ``chosen`` of ``total``."""
    return lgamma(total + 1) - lgamma(chosen + 1) - lgamma(total - chosen + 1)


@lru_cache(maxsize=65536)
def silence(cells: Cells, positives: int) -> float:
    """The largest chance that no positive is found, over all ways to scatter ``positives``."""
    unread = sum(cell.size for cell in cells if not cell.read)
    rest = positives - unread
    if rest <= 0:
        return 1.0
    drawn = [cell for cell in cells if cell.read]
    if rest > sum(cell.size - cell.read for cell in drawn):
        return 0.0
    scattered = _cheapest(drawn, rest)
    return exp(
        sum(
            log_choose(cell.size - count, cell.read) - log_choose(cell.size, cell.read)
            for cell, count in zip(drawn, scattered, strict=True)
        )
    )


def _cheapest(cells: list[Cell], positives: int) -> list[int]:
    """How many positives each cell gets if each goes where it lowers the chance of silence least.

    The one after i others in a cell of N posts, n of them read, costs the factor 1 − n/(N − i): it
    goes to the cell with the largest worth (N − i)/n. Bisection over the worth leaves a few
    candidates, which are taken in order.
    """
    low, high = 1.0, max(cell.size / cell.read for cell in cells) + 1
    least, most = [0] * len(cells), [cell.size - cell.read for cell in cells]
    while sum(most) - sum(least) > 2 * len(cells):
        worth = (low + high) / 2
        counts = [
            min(max(floor(cell.size - cell.read * worth) + 1, 0), cell.size - cell.read)
            for cell in cells
        ]
        if sum(counts) > positives:
            low, most = worth, counts
        else:
            high, least = worth, counts
    for _ in range(positives - sum(least)):
        best = max(
            (number for number, count in enumerate(least) if count < most[number]),
            key=lambda number: (cells[number].size - least[number]) / cells[number].read,
        )
        least[best] += 1
    return least


def least_expected(cells: Cells, positives: int) -> float:
    """The smallest mean number of finds, over all ways to scatter ``positives``."""
    mean = 0.0
    for cell in sorted(cells, key=lambda cell: cell.read / cell.size):
        count = min(positives, cell.size)
        mean += count * cell.read / cell.size
        positives -= count
    return mean


def most_expected(cells: Cells, positives: int) -> float:
    """The largest mean number of finds, over all ways to scatter ``positives``."""
    size, read = sum(cell.size for cell in cells), sum(cell.read for cell in cells)
    return read - least_expected(cells, size - positives)


def at_most(cells: Cells, positives: int, upto: int) -> Chances:
    """Upper bounds on the chances of 0, 1, … ``upto`` finds or fewer; never falling.

    ``upto`` is at most the number of posts read, ``positives`` at most that of all posts.
    """
    if len(cells) == 1:
        return _hypergeometric(cells[0], positives, upto)
    chances = _poisson_binomial(cells, positives, upto)
    chances[0] = min(chances[0], silence(cells, positives))
    return chances


def _hypergeometric(cell: Cell, positives: int, upto: int) -> Chances:
    """The chances of 0, 1, … ``upto`` finds or fewer in one cell."""
    size, read = cell
    spare = size - positives - read
    lowest, highest = max(0, -spare), min(read, positives)
    chances = np.zeros(upto + 1)
    if upto < lowest:
        return chances
    mode = (read + 1) * (positives + 1) // (size + 2)
    start, end = min(max(mode, lowest), upto, highest), min(upto, highest)
    down = np.arange(start, lowest, -1.0)
    up = np.arange(start, end, 1.0)
    falls = down * (spare + down) / ((positives - down + 1) * (read - down + 1))
    rises = (positives - up) * (read - up) / ((up + 1) * (spare + up + 1))
    chances[lowest : start + 1] = np.cumprod(np.append(1.0, falls))[::-1]
    chances[start + 1 : end + 1] = np.cumprod(rises)
    middle = (
        log_choose(positives, start)
        + log_choose(size - positives, read - start)
        - log_choose(size, read)
    )
    chances = np.minimum(np.cumsum(chances) * exp(middle), 1.0)
    chances[highest:] = 1.0
    return chances


def _poisson_binomial(cells: Cells, positives: int, upto: int) -> Chances:
    """Hoeffding's bound up to one below the mean, Markov's in the gap, 1 above.

    The finds can be counted by trials in four ways: one for each post read, for each positive, and
    the same for the posts not read and for the negatives, of which the finds are then a shifted
    number. Each is valid; the one that varies least is taken.
    """
    size, read = sum(cell.size for cell in cells), sum(cell.read for cell in cells)
    mean = least_expected(cells, positives)
    ways = (
        (read, 0),
        (positives, 0),
        (size - positives, size - positives - read),
        (size - read, size - read - positives),
    )
    trials, shift = min(ways, key=lambda way: _variance(way[0], mean + way[1]))
    chances = np.ones(upto + 1)
    top = max(-1, min(upto, floor(mean - 1 - _ROUNDING)))
    gap = top + 1
    if gap <= upto and gap < mean:
        chances[gap] = min(1.0, *(_markov(way, mean + by, gap + by) for way, by in ways))
    if top >= 0:
        chances[: top + 1] = _binomial(trials, (mean + shift) / max(trials, 1), top, shift)
    return np.minimum.accumulate(chances[::-1])[::-1]


def _variance(trials: int, mean: float) -> float:
    return mean * (1 - mean / trials) if trials else 0.0


def _markov(trials: int, mean: float, count: int) -> float:
    """At least the chance that so few of the trials succeed, or fewer."""
    return (trials - mean + _ROUNDING) / (trials - count) if trials > count else 1.0


def _binomial(trials: int, share: float, top: int, shift: int) -> Chances:
    """The chances of 0, 1, … ``top`` or fewer, if that plus ``shift`` is binomial.

    ``top`` is below the mean, so that the terms fall faster and faster from there on: what lies
    below 0 is less than a geometric series.
    """
    place, fewest = top + shift, max(shift, 0)
    chances = np.zeros(top + 1)
    if place < 0 or share >= 1:
        return chances
    counts = np.arange(place, fewest, -1.0)
    odds = (1 - share) / share
    terms = np.cumprod(np.append(1.0, counts * odds / (trials - counts + 1)))
    fall = fewest * odds / (trials - fewest + 1)
    below = terms[-1] * fall / (1 - fall)
    highest = log_choose(trials, place) + place * log(share) + (trials - place) * log1p(-share)
    chances[fewest - shift :] = (np.cumsum(terms[::-1]) + below) * exp(highest)
    return np.minimum(chances, 1.0)
