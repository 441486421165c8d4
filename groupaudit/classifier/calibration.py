"""Whether scores mean what they say: of documents scored 0.8, eight in ten should be positive.

A table of bins and two figures of the whole. It counts; it changes no score.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from groupaudit.classifier.evaluation import Judged, Rate
from groupaudit.model.finding import Verdict

#: Bins of equal width between 0 and 1.
BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Documents scored from ``low`` to under ``high`` (the last bin holds 1).

    ``expected`` is their mean score, ``observed`` how many of them are ``identifiable_health``.
    """

    low: float
    high: float
    expected: float
    observed: Rate


@dataclass(frozen=True, slots=True)
class Calibration:
    """``bins`` without the empty ones; both figures are None where nothing was scored.

    ``brier`` is the mean squared difference of score and truth (Brier, Mon. Weather Rev. 1950; 0 is
    perfect, 0.25 is a coin). ``error`` is the expected calibration error: the mean distance of
    score and share over the bins, weighted by their documents (Naeini et al., AAAI 2015).
    """

    bins: tuple[Bin, ...]
    brier: float | None
    error: float | None


def calibration(judged: Iterable[Judged]) -> Calibration:
    """The calibration of every document that has a score."""
    scored = [
        (one.score, one.wanted is Verdict.IDENTIFIABLE_HEALTH)
        for one in judged
        if one.score is not None
    ]
    if not scored:
        return Calibration((), None, None)
    inside: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for pair in scored:
        inside[min(int(pair[0] * BINS), BINS - 1)].append(pair)
    bins = tuple(_bin(number, pairs) for number, pairs in enumerate(inside) if pairs)
    return Calibration(
        bins,
        sum((score - truth) ** 2 for score, truth in scored) / len(scored),
        sum(abs(one.expected - one.observed.share) * one.observed.total for one in bins)
        / len(scored),
    )


def _bin(number: int, pairs: Sequence[tuple[float, bool]]) -> Bin:
    mean = sum(score for score, _ in pairs) / len(pairs)
    positive = sum(truth for _, truth in pairs)
    return Bin(number / BINS, (number + 1) / BINS, mean, Rate(positive, len(pairs)))
