"""How many distinct persons a frame concerns, from those met in a sample of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from groupaudit.model.sample import PersonCount


def estimate_persons(
    per_post: Iterable[frozenset[int]], unnamed: int, examined: int, size: int
) -> PersonCount:
    """Distinct persons met at least, and estimated for all ``size`` posts.

    ``per_post`` holds the keyed hashes of the persons of each examined post; ``unnamed`` counts, at
    the least, persons who were met and cannot be told apart. The estimate is the lower bound of
    Chao and Lin (Biometrics 2012, 68: 912–921) for incidence data sampled without replacement: it
    adds f₁² / (n/(n−1)·2f₂ + r/(1−r)·f₁) to the persons seen, f₁ and f₂ being those seen in exactly
    one and two posts, n the posts examined and r their share. After a census it adds nothing.
    """
    seen = Counter(person for persons in per_post for person in persons)
    low = len(seen) + unnamed
    if examined >= size or examined == 0:
        return PersonCount(low=low, estimate=low)
    once = sum(times == 1 for times in seen.values())
    twice = sum(times == 2 for times in seen.values())
    share = examined / size
    correction = examined / (examined - 1) if examined > 1 else 1.0
    divisor = correction * 2 * twice + share / (1 - share) * once
    unseen = once * once / divisor if divisor else 0.0
    return PersonCount(low=low, estimate=round(low + unseen))
