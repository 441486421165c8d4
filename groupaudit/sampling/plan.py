"""Draws posts in random order and decides when enough were read.

Nothing found: reading stops as soon as "at most ``max_prevalence`` of the posts" holds at
``confidence``. Something found: with ``full_when_found`` reading goes on to ``max_posts`` to count
persons, else it stops there. A group small enough is read whole (a census).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from groupaudit.model.sample import Interval, PostRef, SamplingKind
from groupaudit.sampling import bounds

#: Share of a group beyond which its remaining posts are read too.
_NEARLY_ALL = 0.9


@dataclass(frozen=True, slots=True)
class Policy:
    """When to stop: ``max_posts`` for each group; ``max_prevalence``, ``confidence`` in 0..1."""

    confidence: float = 0.95
    max_prevalence: float = 0.01
    max_posts: int = 500
    full_when_found: bool = True
    seed: int = 20230526


class SequentialSample:
    """One group's sample: iterate over the references to read, and tell what each one held.

    The order depends on the seed, ``group`` and the keys alone: the same seed gives the same sample
    again, and an archive that grew keeps the relative order of its older posts. A post that could
    not be read is told with ``skip``: it counts as not examined.
    """

    def __init__(self, refs: Sequence[PostRef], policy: Policy, group: str) -> None:
        self._size = len(refs)
        self._policy = policy
        self._refs = refs
        self._order = _order(refs, policy.seed, group)
        self._limit = min(policy.max_posts, self._size)
        needed = bounds.reads_needed(self._size, policy.max_prevalence, policy.confidence)
        if needed >= _NEARLY_ALL * self._size:
            needed = self._size  # the last few posts buy certainty
        self._stop_at = min(needed, self._limit)
        self.examined = 0
        self.found = 0
        self._first_find: int | None = None

    def __iter__(self) -> Iterator[PostRef]:
        """The posts to read, one at a time, until enough were read."""
        for place in self._order:
            if self.enough:
                return
            yield self._refs[place]

    def observe(self, *, positive: bool) -> None:
        """One more post was examined."""
        self.examined += 1
        if positive:
            self.found += 1
            self._first_find = self._first_find or self.examined

    @property
    def enough(self) -> bool:
        """Whether the stopping rule is met."""
        if self.examined >= self._limit:
            return True
        if self.found:
            return not self._policy.full_when_found
        return self.examined >= self._stop_at

    @property
    def kind(self) -> SamplingKind:
        """A census when every post of the frame was examined."""
        whole = self.examined == self._size
        return SamplingKind.CENSUS if whole else SamplingKind.SEQUENTIAL

    def interval(self) -> Interval:
        """The share of positives in the frame, as far as the examined posts tell."""
        if self._size == 0:
            return Interval(0.0, 0.0, 0.0, self._policy.confidence)
        low, high = self._bounds()
        estimate = self.found / self.examined if self.examined else 0.0
        return Interval(
            estimate=estimate,
            low=low / self._size,
            high=high / self._size,
            confidence=self._policy.confidence,
        )

    def _bounds(self) -> tuple[int, int]:
        confidence = self._policy.confidence
        if self.found == 0:
            return bounds.none_found(self._size, self.examined, confidence)
        if self._policy.full_when_found:
            return bounds.found_reading_on(
                self._size, self.examined, self.found, self._stop_at, confidence
            )
        return bounds.found_first_at(self._size, self.examined, self._stop_at, confidence)


def _order(refs: Sequence[PostRef], seed: int, group: str) -> NDArray[np.intp]:
    """The places of ``refs`` by rank: 8 bytes a post, 20 while they are sorted."""
    ranks = (_rank(seed, group, ref.key) for ref in refs)
    return np.argsort(np.fromiter(ranks, dtype=np.uint64, count=len(refs)), kind="stable")


def _rank(seed: int, group: str, key: str) -> int:
    digest = hashlib.blake2b(f"{seed}\0{group}\0{key}".encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "big")
