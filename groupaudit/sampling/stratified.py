"""Bounds on the positives of a frame whose strata were read at different rates.

Posts are read as ``strata.Design`` says; reading stops at a stage fixed beforehand if nothing was
found by then. Outcomes are ordered by stage, then by score: the finds of each class times the
posts that one post of it stands for. What is unknown besides the total, how the positives are
split between the classes and scattered over their strata, is taken at its worst (Wendell and
Schmee 1996): a total is refuted only when every split that the finds allow is. So coverage is at
least 1 − α wherever the positives are. The errors are shared out as in ``bounds``: α/2 for either
side, all of α for the upper bound when nothing was found, which ``_lowest`` takes back from the
other side.

Splits are searched by branch and bound: chances fall when positives are added, so that the corner
of a range of splits bounds all of them. The search is cut off after a fixed effort, in favour of
not refuting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from groupaudit.sampling.bounds import smallest
from groupaudit.sampling.tails import Cell, Cells, Chances, at_most, most_expected, silence

#: Of α, what silence may spend: the rest keeps the other side able to refute (``_lowest``).
_SILENT_SHARE = 0.99
#: Ranges of splits looked at for one total before it is left standing.
_EFFORT = 64
#: Large bounds are searched to one in so many and rounded outwards.
_GRAINS = 200


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of a class: its strata, with what was read of each, and how much was found.

    ``stage`` are the same strata as they were when reading would have stopped, had nothing been
    found.
    """

    cells: Cells
    found: int
    stage: Cells = ()

    @property
    def size(self) -> int:
        """Posts of the class."""
        return sum(cell.size for cell in self.cells)

    @property
    def read(self) -> int:
        """Posts that were examined."""
        return sum(cell.read for cell in self.cells)

    def turned(self) -> Seen:
        """The same with positives and negatives exchanged."""
        return Seen(self.cells, self.read - self.found)


def estimate(classes: tuple[Seen, ...]) -> float:
    """The share of positives, each class weighted by its size (Horvitz and Thompson 1952).

    Classes of which nothing was read are taken to be like the others.
    """
    read = [each for each in classes if each.read]
    whole = sum(each.size for each in read)
    return sum(each.size * each.found / each.read for each in read) / whole if whole else 0.0


def silent_level(confidence: float) -> float:
    """The chance of silence at which a number of positives is refuted by it."""
    return _SILENT_SHARE * (1 - confidence)


def none_found(cells: Cells, confidence: float) -> tuple[int, int]:
    """Bounds on the positives when nothing was found in what was read of ``cells``."""
    level = silent_level(confidence)
    unread = sum(cell.size - cell.read for cell in cells)
    return 0, smallest(0, unread + 1, lambda count: silence(cells, count) <= level) - 1


def found_reading_on(classes: tuple[Seen, ...], confidence: float) -> tuple[int, int]:
    """Bounds when something was found and reading went on."""
    alpha = 1 - confidence
    search, turned = _Search(classes), _Search(tuple(each.turned() for each in classes))
    found = sum(each.found for each in classes)
    most = found + sum(each.size - each.read for each in classes)
    size = sum(each.size for each in classes)
    stage = tuple(cell for each in classes for cell in each.stage)
    low = _lowest(
        lambda count, level: turned.refutes(size - count, level), stage, (found, most), alpha
    )
    _, beyond = _bracket(found, most + 1, lambda count: search.refutes(count, alpha / 2))
    return low, max(low, beyond - 1)


def found_first(before: Cells, cells: Cells, stage: Cells, confidence: float) -> tuple[int, int]:
    """Bounds when reading stopped at its first find.

    ``before`` is what was read in silence, ``cells`` the same with the find. That anything is found
    so soon has at most the chance that is expected to be found.
    """
    alpha = 1 - confidence
    most = sum(cell.size for cell in cells) - sum(cell.read for cell in before)

    def refuted_from_below(count: int, level: float) -> bool:
        return most_expected(cells, count) <= level

    low = _lowest(refuted_from_below, stage, (1, most), alpha)
    high = smallest(1, most + 1, lambda count: silence(before, count) <= alpha / 2) - 1
    return low, max(low, high)


def _lowest(
    refuted: Callable[[int, float], bool], stage: Cells, limits: tuple[int, int], alpha: float
) -> int:
    """The fewest positives that the outcome does not refute.

    Totals that silence at the stage refutes at more than α/2 have only the rest of α left for this
    side. They are gone through in steps: what refutes the last total of a step at the level of its
    first refutes all between.
    """
    start, most = limits
    low, _ = _bracket(start, most, lambda count: not refuted(count, alpha / 2))
    level = _SILENT_SHARE * alpha
    count = smallest(start, low, lambda number: silence(stage, number) <= level)
    end = smallest(count, low, lambda number: silence(stage, number) <= alpha / 2)
    while count < end:
        level, last = alpha - silence(stage, count), end - 1
        while last > count and not refuted(last, level):
            last = (count + last) // 2
        if not refuted(last, level):
            return count
        count = last + 1
    return low


def _bracket(start: int, limit: int, holds: Callable[[int], bool]) -> tuple[int, int]:
    """Two numbers that are near: below the first nothing holds, from the other on everything does.

    ``limit`` is taken to hold.
    """
    low, high = start, limit
    while high - low > low // _GRAINS:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low, high


class _Search:
    """Whether outcomes as low as that seen are too unlikely under every split of a total."""

    def __init__(self, classes: tuple[Seen, ...]) -> None:
        self._classes = classes
        # A stage that is the end is among the scores already.
        self._staged = all(each.stage for each in classes) and any(
            each.stage != each.cells for each in classes
        )
        scale = prod(each.read or 1 for each in classes)
        self._worths = [each.size * scale // each.read if each.read else 0 for each in classes]
        self._score = sum(
            worth * each.found for worth, each in zip(self._worths, classes, strict=True)
        )
        self._chances: dict[tuple[int, int], Chances] = {}

    def refutes(self, total: int, level: float) -> bool:
        """Whether no split of ``total`` gives what was seen, or less, a chance above ``level``."""
        if len(self._classes) == 1:
            return self._chance((total,)) <= level
        plain, favoured = self._classes
        fewest = max(plain.found, total - favoured.size + favoured.read - favoured.found)
        most = min(plain.size - plain.read + plain.found, total - favoured.found)
        if any(self._chance((split, total - split)) > level for split in {fewest, most}):
            return False
        ranges, effort = [(fewest + 1, most - 1)], _EFFORT
        while ranges:
            first, last = ranges.pop()
            if first > last or self._chance((first, total - last)) <= level:
                continue
            effort -= 1
            middle = (first + last) // 2
            if not effort or self._chance((middle, total - middle)) > level:
                return False
            ranges += [(first, middle - 1), (middle + 1, last)]
        return True

    def _chance(self, positives: tuple[int, ...]) -> float:
        """At least the chance of what was seen or less, silence at the stage included."""
        if not self._staged:
            return self._scored(positives)
        silent = prod(
            silence(each.stage, count) for each, count in zip(self._classes, positives, strict=True)
        )
        return silent + self._scored(positives)

    def _scored(self, positives: tuple[int, ...]) -> float:
        """At least the chance of a score as low as that seen."""
        first, *others = (self._at_most(number, count) for number, count in enumerate(positives))
        if not others:
            return float(first[-1])
        worth, most = self._worths[1], len(others[0]) - 1
        rest = self._score - self._worths[0] * np.arange(len(first))
        places = np.minimum(rest // worth, most) if worth else np.full(len(first), most)
        return float(np.diff(first, prepend=0.0) @ others[0][places])

    def _at_most(self, number: int, positives: int) -> Chances:
        """The chances of finds in one class, up to the number that alone makes the score."""
        known = self._chances.get((number, positives))
        if known is None:
            seen, worth = self._classes[number], self._worths[number]
            upto = min(seen.read, self._score // worth) if worth else 0
            known = self._chances[number, positives] = at_most(seen.cells, positives, upto)
        return known


def cells_of(sizes: Sequence[int], reads: Sequence[int]) -> Cells:
    """Strata of ``sizes`` of which ``reads`` posts were examined."""
    return tuple(Cell(size, read) for size, read in zip(sizes, reads, strict=True))
