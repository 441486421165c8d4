"""How good verdicts are against labels: precision, recall and F1 with intervals, slice by slice.

Two questions are asked: is it ``identifiable_health``, and is it about one patient at all (that or
``health_person``). It counts; it reads no text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from groupaudit.model.finding import Verdict

#: The questions, by name, and the verdicts that answer them with yes.
QUESTIONS: dict[str, frozenset[Verdict]] = {
    "identifiable_health": frozenset({Verdict.IDENTIFIABLE_HEALTH}),
    "about one patient": frozenset({Verdict.IDENTIFIABLE_HEALTH, Verdict.HEALTH_PERSON}),
}

#: Standard normal quantile of a two-sided 95 % interval.
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled document: its label, its verdict (None: unreadable), what it is sliced by."""

    wanted: Verdict
    told: Verdict | None
    language: str = ""
    difficulty: str = ""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rate:
    """``hits`` of ``total``, as a share with its 95 % interval."""

    hits: int
    total: int

    @property
    def share(self) -> float:
        """0..1; 0 for none of none."""
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval (JASA 1927; Brown, Cai and DasGupta, Stat. Sci. 2001)."""
        if not self.total:
            return 0.0, 1.0
        n, p = self.total, self.share
        middle = (p + _Z * _Z / (2 * n)) / (1 + _Z * _Z / n)
        half = _Z * sqrt(p * (1 - p) / n + _Z * _Z / (4 * n * n)) / (1 + _Z * _Z / n)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Score:
    """Figures of one question on one slice of the documents."""

    part: str
    question: str
    documents: int
    precision: Rate
    recall: Rate

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 when nothing was found rightly."""
        both = self.precision.total + self.recall.total
        return 2 * self.precision.hits / both if both else 0.0


def evaluate(judged: Sequence[Judged]) -> Iterator[Score]:
    """Scores of everything, then by language, by difficulty, and recall by category."""
    yield from _scores("all", judged)
    yield from _sliced("language", judged, lambda one: (one.language,))
    yield from _sliced("difficulty", judged, lambda one: (one.difficulty,))
    found = [one for one in judged if one.wanted is Verdict.IDENTIFIABLE_HEALTH]
    yield from _sliced("category", found, lambda one: one.categories)


def confusion(judged: Iterable[Judged]) -> dict[tuple[Verdict, Verdict | None], int]:
    """How often each label was given each verdict."""
    counts: dict[tuple[Verdict, Verdict | None], int] = {}
    for one in judged:
        pair = one.wanted, one.told
        counts[pair] = counts.get(pair, 0) + 1
    return counts


def _sliced(
    title: str, judged: Sequence[Judged], values: Callable[[Judged], Iterable[str]]
) -> Iterator[Score]:
    names = sorted({name for one in judged for name in values(one) if name})
    for name in names:
        yield from _scores(f"{title} {name}", [one for one in judged if name in values(one)])


def _scores(part: str, judged: Sequence[Judged]) -> Iterator[Score]:
    for question, positive in QUESTIONS.items():
        wanted = [one.wanted in positive for one in judged]
        told = [one.told in positive for one in judged]
        hits = sum(one and other for one, other in zip(wanted, told, strict=True))
        yield Score(part, question, len(judged), Rate(hits, sum(told)), Rate(hits, sum(wanted)))
