"""How good verdicts are against labels: precision, recall and F1 with intervals, slice by slice.

Two questions are asked of every slice: is it ``identifiable_health``, and is it about one patient
at all (that or ``health_person``). Each verdict, each category that was told and the number of
persons are measured over everything. It counts; it reads no text.
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
    """One labelled document: its label, its verdict (None: unreadable), what it is sliced by.

    ``categories`` are the labelled ones (None: not labelled, so that nobody knows whether there is
    any), ``seen`` those that were told. ``persons`` is the labelled number of persons (None: not
    labelled), ``counted`` the number told. ``score`` is 0..1 for ``identifiable_health``, None for
    an unreadable document.
    """

    wanted: Verdict
    told: Verdict | None
    language: str = ""
    difficulty: str = ""
    categories: tuple[str, ...] | None = None
    seen: tuple[str, ...] = ()
    persons: int | None = None
    counted: int = 0
    score: float | None = None


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

    @property
    def f1_interval(self) -> tuple[float, float]:
        """The 95 % interval of ``f1``: Wilson's of the hits among hits, misses and false alarms.

        F1 is a monotone function of that share: 2 s / (1 + s).
        """
        hits = self.precision.hits
        low, high = Rate(hits, self.precision.total + self.recall.total - hits).interval
        return 2 * low / (1 + low), 2 * high / (1 + high)


def evaluate(judged: Sequence[Judged]) -> Iterator[Score]:
    """Scores of everything, then by language and by difficulty."""
    yield from _scores("all", judged)
    yield from _sliced("language", judged, lambda one: one.language)
    yield from _sliced("difficulty", judged, lambda one: one.difficulty)


def by_verdict(judged: Sequence[Judged]) -> Iterator[Score]:
    """Each verdict against all the others."""
    for verdict in Verdict:
        wanted = [one.wanted is verdict for one in judged]
        yield _score("all", verdict.value, wanted, [one.told is verdict for one in judged])


def by_category(judged: Sequence[Judged]) -> Iterator[Score]:
    """Each labelled category: in how many documents it was told rightly, and of how many.

    Only documents whose categories are labelled count: of others nobody knows what is in them.
    """
    labelled = list(_labelled(judged))
    for name in _names(labelled):
        wanted = [name in categories for _, categories in labelled]
        yield _score("all", name, wanted, [name in one.seen for one, _ in labelled])


def without_categories(judged: Iterable[Judged]) -> int:
    """How many documents have no labelled categories and are left out of the figures on them."""
    return sum(one.categories is None for one in judged)


def found_by_category(judged: Sequence[Judged]) -> dict[str, Rate]:
    """How many of the ``identifiable_health`` documents with each category were found as such."""
    labelled = list(_labelled(judged))
    positive = [each for each in labelled if each[0].wanted is Verdict.IDENTIFIABLE_HEALTH]
    holding = {n: [one for one, held in positive if n in held] for n in _names(labelled)}
    return {
        name: Rate(sum(one.told is one.wanted for one in documents), len(documents))
        for name, documents in holding.items()
    }


def _labelled(judged: Iterable[Judged]) -> Iterator[tuple[Judged, tuple[str, ...]]]:
    """The documents whose categories are labelled, each with these."""
    return ((one, one.categories) for one in judged if one.categories is not None)


def _names(labelled: Iterable[tuple[Judged, tuple[str, ...]]]) -> list[str]:
    return sorted({name for _, categories in labelled for name in categories})


@dataclass(frozen=True, slots=True)
class Counting:
    """Persons counted in the documents that are ``identifiable_health`` by label and by verdict.

    ``exact`` is the share counted exactly, ``error`` the mean absolute error in persons,
    ``counted`` and ``labelled`` the totals.
    """

    exact: Rate
    error: float
    counted: int
    labelled: int

    @property
    def ratio(self) -> float | None:
        """Persons counted for each labelled one; None where none is labelled."""
        return self.counted / self.labelled if self.labelled else None


def counting(judged: Iterable[Judged]) -> Counting:
    """How well persons are counted. Documents that were missed are a matter of recall."""
    both = [
        (one.persons, one.counted)
        for one in judged
        if one.persons is not None and one.wanted is one.told is Verdict.IDENTIFIABLE_HEALTH
    ]
    errors = [abs(labelled - counted) for labelled, counted in both]
    return Counting(
        Rate(errors.count(0), len(both)),
        sum(errors) / len(both) if both else 0.0,
        sum(counted for _, counted in both),
        sum(labelled for labelled, _ in both),
    )


def confusion(judged: Iterable[Judged]) -> dict[tuple[Verdict, Verdict | None], int]:
    """How often each label was given each verdict."""
    counts: dict[tuple[Verdict, Verdict | None], int] = {}
    for one in judged:
        pair = one.wanted, one.told
        counts[pair] = counts.get(pair, 0) + 1
    return counts


def _sliced(
    title: str, judged: Sequence[Judged], value: Callable[[Judged], str]
) -> Iterator[Score]:
    for name in sorted({value(one) for one in judged} - {""}):
        yield from _scores(f"{title} {name}", [one for one in judged if value(one) == name])


def _scores(part: str, judged: Sequence[Judged]) -> Iterator[Score]:
    for question, positive in QUESTIONS.items():
        wanted = [one.wanted in positive for one in judged]
        told = [one.told in positive for one in judged]
        yield _score(part, question, wanted, told)


def _score(part: str, question: str, wanted: Sequence[bool], told: Sequence[bool]) -> Score:
    hits = sum(one and other for one, other in zip(wanted, told, strict=True))
    return Score(part, question, len(wanted), Rate(hits, sum(told)), Rate(hits, sum(wanted)))
