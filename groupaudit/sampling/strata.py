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
#: Posts that are looked up at a time: a look-up takes many bytes a post.
_PIECE = 1 << 16
_COLUMNS = np.dtype([("rank", "u8"), ("hours", "i4"), ("conversation", "u4"), ("attachments", "?")])


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
    """What sampling keeps of each post while it draws: 13 bytes, 21 for a moment.

    ``hours`` are dates; posts without one come before all others. A post's rank depends on the
    seed, the group and its key alone: the same seed gives the same order again, and posts that are
    added leave the order of the older ones in a stratum as it was.
    """

    ranks: NDArray[np.uint64]
    hours: NDArray[np.int32]
    favoured: NDArray[np.bool_]

    @classmethod
    def of(cls, refs: Sequence[PostRef], seed: int, group: str) -> Sketch:
        """The sketch of ``refs``, in one pass over them."""
        start = f"{seed}\0{group}\0"
        size = len(refs)
        ranks, hours = np.empty(size, np.uint64), np.empty(size, np.int32)
        conversations, favoured = np.empty(size, np.uint32), np.empty(size, np.bool_)
        rows = (
            (_rank(start + ref.key), _hours(ref), crc32(ref.thread.encode()), ref.attachments)
            for ref in refs
        )
        for here in _pieces(size):
            piece = np.fromiter(islice(rows, _PIECE), dtype=_COLUMNS)
            ranks[here], hours[here] = piece["rank"], piece["hours"]
            conversations[here], favoured[here] = piece["conversation"], piece["attachments"]
        favoured |= _in_long_conversations(conversations)
        return cls(ranks, hours, favoured)

    def design(self, weight: int) -> tuple[Design, NDArray[np.uint8]]:
        """The strata if favoured posts have ``weight``, and the number of each post's stratum.

        With weight 1 there is no class of favoured posts, only slices of time.
        """
        size = len(self.hours)
        labels = np.zeros(size, np.uint8)
        if size < SMALLEST_DIVIDED:
            return Design((Stratum(size),)), labels
        strata: list[Stratum] = []
        chosen = self.favoured if weight > 1 else np.zeros(size, np.bool_)
        for members, rate in ((~chosen, 1), (chosen, weight)):
            if not members.any():
                continue
            edges = _edges(self.hours[members])
            for here in _pieces(size):
                hours = self.hours[here][members[here]]
                slices = np.searchsorted(edges, hours, side="right")
                labels[here][members[here]] = slices + len(strata)
            of_rate, first = labels[members], len(strata)
            strata += [
                Stratum(int(np.count_nonzero(of_rate == number)), rate)
                for number in range(first, first + len(edges) + 1)
            ]
        return Design(tuple(strata)), labels

    def orders(self, labels: NDArray[np.uint8], strata: int) -> tuple[NDArray[np.uint32], ...]:
        """The places of the posts of each stratum in random order, 4 bytes a post."""
        members = (np.flatnonzero(labels == number) for number in range(strata))
        return tuple(
            posts[np.argsort(self.ranks[posts], kind="stable")].astype(np.uint32)
            for posts in members
        )


def _in_long_conversations(conversations: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which posts belong to a conversation of many; those that name none do not."""
    if len(conversations) < LONG_CONVERSATION:
        return np.zeros(len(conversations), np.bool_)
    hashes = np.sort(conversations)
    last = hashes[LONG_CONVERSATION - 1 :]
    long = np.unique(last[last == hashes[: 1 - LONG_CONVERSATION]])
    long = long[long != crc32(b"")]
    pieces = _pieces(len(conversations))
    return np.concatenate([np.isin(conversations[here], long) for here in pieces])


def _rank(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest()[:8], "big")


def _hours(ref: PostRef) -> int:
    """Hours since 1970, which 32 bits hold for every year that a date can have."""
    return int(ref.date.timestamp() // 3600) if ref.date else -(2**31)


def _pieces(size: int) -> Iterator[slice]:
    """Pieces of columns of ``size`` posts: what is made of all at once takes many bytes a post."""
    return (slice(first, first + _PIECE) for first in range(0, size, _PIECE))


def _edges(dates: NDArray[np.int32]) -> NDArray[np.int32]:
    """The dates at which slices of time begin, but for the oldest; equal dates stay together.

    Where they are many, there are fewer slices, so that none is much smaller than it should be.
    ``dates`` are put into another order.
    """
    count = max(1, min(_MOST_SLICES, len(dates) // _SMALLEST_SLICE))
    ranks = np.array([len(dates) * number // count for number in range(1, count)], np.intp)
    dates.partition(ranks)
    edges: list[int] = []
    before = 0
    for edge in dates[ranks]:
        older = int(np.count_nonzero(dates < edge))
        if min(older - before, len(dates) - older) >= _SMALLEST_SLICE // 2:
            edges.append(edge)
            before = older
    return np.array(edges, dates.dtype)
