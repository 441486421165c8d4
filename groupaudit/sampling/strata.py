"""Divides a frame into strata before anything is read, and says in which order their posts come.

Strata are told from what a reference says: its date, whether it has attachments, how long its
conversation is. Posts with attachments and posts of long conversations are favoured by a whole
number, the weight; time is divided into slices of equally many posts, read in proportion. Nothing
here knows what a post holds, and the weight depends on the frame alone: it is known, never
estimated.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace
from itertools import islice
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from groupaudit.model.sample import PostRef
from groupaudit.sampling.tails import Cell, silence

#: Posts of a conversation from which on it is long: others than its first readers know it by then.
LONG_CONVERSATION = 8
#: Weights to choose from, the largest first that costs no more than may be spent.
WEIGHTS = (3, 2)
#: Smaller frames are nearly read whole: nothing is gained by dividing them.
SMALLEST_DIVIDED = 100
#: A slice of time holds as many posts at least: few enough reads in it would be none.
_SMALLEST_SLICE = 50
_MOST_SLICES = 8


@dataclass(frozen=True, slots=True)
class Stratum:
    """``size`` posts that are read at the same rate, ``weight`` times that of plain posts."""

    size: int
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Design:
    """The strata of a frame. Those of one weight make a class, read at one rate over time."""

    strata: tuple[Stratum, ...]

    @property
    def size(self) -> int:
        """Posts in the frame."""
        return sum(stratum.size for stratum in self.strata)

    @property
    def classes(self) -> tuple[tuple[int, ...], ...]:
        """The numbers of the strata of each weight, the lightest first."""
        weights = sorted({stratum.weight for stratum in self.strata})
        return tuple(
            tuple(number for number, stratum in enumerate(self.strata) if stratum.weight == weight)
            for weight in weights
        )

    def turns(self) -> Iterator[int]:
        """Whose post comes next, by number of the stratum, until every post came.

        The post j (from 0) of a stratum of N posts and weight w comes at the moment (j + ½) / (w·N)
        so that whenever reading stops, each stratum is within one post of its due.
        """
        queue = [
            (0.5 / (stratum.weight * stratum.size), number, 0)
            for number, stratum in enumerate(self.strata)
            if stratum.size
        ]
        heapify(queue)
        while queue and queue[0][0] != float("inf"):
            _, number, place = queue[0]
            yield number
            stratum, following = self.strata[number], place + 1
            moment = (following + 0.5) / (stratum.weight * stratum.size)
            if following == stratum.size:
                moment = float("inf")
            heapreplace(queue, (moment, number, following))

    def reads_to_silence(self, positives: int, level: float, most: int) -> int:
        """The fewest reads whose chance to miss all ``positives``, wherever they are, is ``level``.

        Looks at the first ``most`` reads only; the size of the frame when they do not suffice, and
        0 when there are fewer posts than ``positives``.
        """
        if positives > self.size:
            return 0
        turns = np.fromiter(islice(self.turns(), most), dtype=np.uint8)
        sizes = [stratum.size for stratum in self.strata]

        def missed(reads: int) -> float:
            counts = np.bincount(turns[:reads], minlength=len(sizes))
            return silence(tuple(map(Cell, sizes, counts.tolist())), positives)

        reads = bisect_left(range(len(turns) + 1), x=True, key=lambda reads: missed(reads) <= level)
        return reads if reads <= len(turns) else self.size


@dataclass(frozen=True, slots=True)
class Sketch:
    """What sampling keeps of each post: 4 bytes for its date, one for whether it is favoured.

    ``dates`` are in hours; posts without a date come before all others.
    """

    favoured: NDArray[np.bool_]
    dates: NDArray[np.int32]

    @classmethod
    def of(cls, refs: Sequence[PostRef]) -> Sketch:
        """The sketch of ``refs``, in two passes over them."""
        size = len(refs)
        long = _long_conversations(refs)
        favoured, dates = np.zeros(size, np.bool_), np.zeros(size, np.int32)
        for place, ref in enumerate(refs):
            favoured[place] = ref.attachments or (bool(long) and _conversation(ref) in long)
            dates[place] = _hours(ref)
        return cls(favoured, dates)

    def design(self, weight: int) -> tuple[Design, NDArray[np.uint8]]:
        """The strata if favoured posts have ``weight``, and the number of each post's stratum.

        With weight 1 there is no class of favoured posts, only slices of time.
        """
        size = len(self.dates)
        labels = np.zeros(size, np.uint8)
        if size < SMALLEST_DIVIDED:
            return Design((Stratum(size),)), labels
        strata: list[Stratum] = []
        chosen = self.favoured if weight > 1 else np.zeros(size, np.bool_)
        for members, rate in ((~chosen, 1), (chosen, weight)):
            if not members.any():
                continue
            slices = _slices(self.dates[members])
            labels[members] = slices + len(strata)
            strata += [Stratum(int(count), rate) for count in np.bincount(slices)]
        return Design(tuple(strata)), labels


def _long_conversations(refs: Sequence[PostRef]) -> frozenset[int]:
    """Hashes of the conversations with many posts; 4 bytes a post while they are counted."""
    hashes = np.fromiter((_conversation(ref) for ref in refs), dtype=np.uint32, count=len(refs))
    hashes.sort()
    if len(hashes) < LONG_CONVERSATION:
        return frozenset()
    repeated = hashes[LONG_CONVERSATION - 1 :] == hashes[: 1 - LONG_CONVERSATION]
    long = np.unique(hashes[LONG_CONVERSATION - 1 :][repeated])
    return frozenset(int(each) for each in long) - {crc32(b"")}


def _conversation(ref: PostRef) -> int:
    return crc32(ref.thread.encode())


def _hours(ref: PostRef) -> int:
    """Hours since 1970, which 32 bits hold for every year that a date can have."""
    return int(ref.date.timestamp() // 3600) if ref.date else -(2**31)


def _slices(dates: NDArray[np.int32]) -> NDArray[np.intp]:
    """The slice of time of each date, oldest 0; equal dates stay together.

    Where they are many, there are fewer slices, so that none is much smaller than it should be.
    """
    count = max(1, min(_MOST_SLICES, len(dates) // _SMALLEST_SLICE))
    ranks = [len(dates) * number // count for number in range(1, count)]
    edges: list[int] = []
    before = 0
    for edge in np.partition(dates, ranks)[ranks] if ranks else ():
        older = int(np.count_nonzero(dates < edge))
        if min(older - before, len(dates) - older) >= _SMALLEST_SLICE // 2:
            edges.append(edge)
            before = older
    return np.searchsorted(np.array(edges, dates.dtype), dates, side="right")


def reading_orders(
    refs: Sequence[PostRef], labels: NDArray[np.uint8], strata: int, seed: int, group: str
) -> tuple[NDArray[np.intp], ...]:
    """The places of the posts of each stratum in random order: 8 bytes a post, 24 while sorted.

    A post's rank depends on ``seed``, ``group`` and its key alone: the same seed gives the same
    order again, and posts that are added leave the order of the older ones in a stratum as it was.
    """
    ranks = (_rank(seed, group, ref.key) for ref in refs)
    order = np.argsort(np.fromiter(ranks, dtype=np.uint64, count=len(refs)), kind="stable")
    return tuple(order[labels[order] == number] for number in range(strata))


def _rank(seed: int, group: str, key: str) -> int:
    digest = hashlib.blake2b(f"{seed}\0{group}\0{key}".encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "big")
