"""How many distinct persons a frame concerns, from those met in a sample of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from groupaudit.model.sample import PersonCount


@dataclass(frozen=True, slots=True)
class EvenPart:
    """The examined posts that had the same chance of being drawn: how many, of how many posts.

    ``finds`` says of each positive post, in the order of reading, whether it is one of them.
    """

    examined: int
    size: int
    finds: tuple[bool, ...]


def estimate_persons(
    per_post: Sequence[frozenset[int]], unnamed: int, even: EvenPart
) -> PersonCount:
    """Distinct persons met at least, and estimated for the whole frame.

    ``per_post`` holds the keyed hashes of the persons of each positive post; ``unnamed`` counts, at
    the least, persons who were met and cannot be told apart: they may be some of the others, as in
    a copy that is read less well, so they add nothing to these. The estimate is the lower bound of
    Chao and Lin (Biometrics 2012, 68: 912–921) for incidence data sampled without replacement: it
    adds f₁² / (n/(n−1)·2f₂ + r/(1−r)·f₁) to the persons seen, f₁ and f₂ being those seen in exactly
    one and two posts, n the posts examined and r their share. After a census it adds nothing. It
    is made for posts of one chance, so it sees the even part only, and is never below the persons
    met in all posts.
    """
    low = max(len(frozenset().union(*per_post)), unnamed)
    seen = Counter(
        person
        for persons, counts in zip(per_post, even.finds, strict=True)
        if counts
        for person in persons
    )
    if even.examined >= even.size or even.examined == 0:
        return PersonCount(low=low, estimate=low)
    once = sum(times == 1 for times in seen.values())
    twice = sum(times == 2 for times in seen.values())
    share = even.examined / even.size
    correction = even.examined / (even.examined - 1) if even.examined > 1 else 1.0
    divisor = correction * 2 * twice + share / (1 - share) * once
    unseen = once * once / divisor if divisor else 0.0
    return PersonCount(low=low, estimate=max(low, round(len(seen) + unseen)))
