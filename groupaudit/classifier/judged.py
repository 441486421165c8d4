"""What was made of some passages, of a table or of a record; several make a classification."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from groupaudit.classifier.people import Known
from groupaudit.model.finding import Explanation, Verdict

#: Score where the structure of a table or a record decides.
SURE = 0.95


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with what carried it.

    ``keys`` are the keyed hashes of the persons concerned. ``known``, of those found in a text,
    has also the hashes of all words by which each is known; ``met`` are those of such hashes that
    a table or a record holds too. Where nobody is named, ``numbers`` are of numbers, and ``lesser``
    of what else tells persons apart.
    """

    verdict: Verdict
    score: float = 0.0
    keys: frozenset[int] = field(default=frozenset(), repr=False)
    categories: Counter[str] = field(default_factory=Counter)
    explanations: tuple[Explanation, ...] = ()
    known: Known = field(default_factory=dict, repr=False)
    met: frozenset[int] = field(default=frozenset(), repr=False)
    numbers: frozenset[int] = field(default=frozenset(), repr=False)
    lesser: frozenset[int] = field(default=frozenset(), repr=False)


def categories(judged: Iterable[Judged]) -> Counter[str]:
    """The categories of all of ``judged``, each as often as in the one that has most of it."""
    found: Counter[str] = Counter()
    for one in judged:
        found |= one.categories
    return found


def by_structure(
    verdict: Verdict,
    keys: frozenset[int],
    seen: Counter[str],
    explanation: Explanation,
    met: frozenset[int] = frozenset(),
) -> Judged:
    """The judgement of a table or of a record: its structure leaves no doubt either way."""
    score = SURE if verdict is Verdict.IDENTIFIABLE_HEALTH else 1 - SURE
    return Judged(verdict, score, keys, seen, (explanation,), met=met)
