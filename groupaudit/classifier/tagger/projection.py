"""What the networks read of a text: the embeddings and flags of its words, multiplied.

What comes of a piece's embedding is kept, since most pieces come again: that spares decoding it and
the largest product of all. Holds numbers only, never text.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

import numpy as np

from groupaudit.classifier.tagger.composed import FLAGS
from groupaudit.classifier.tagger.pieces import Floats, Ints, embeddings

_WORD = FLAGS.index("word")
#: Pieces of most words, at most.
_SHORT_WORD = 4
#: Bytes that what is kept may take.
_ROOM = 12 * 1024 * 1024


class Projection:
    """Rows of features for texts of a few thousand pieces at most. Thread-safe.

    ``weights`` are those of the networks' first layers: for ``embedding``, ``flags``, and ``bias``.
    """

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        self._weights, self._flags = weights["embedding"], weights["flags"]
        self._bias = weights["bias"]
        self._using = Lock()
        #: Where in ``_kept`` a piece is; -1 for one that is not there.
        self._places = np.full(embeddings().size, -1, dtype=np.int32)
        width = len(self._bias)
        self._kept = np.empty((_ROOM // (width * self._bias.itemsize), width), dtype=np.float32)
        self._count = 0

    def words(self, ids: Ints, marked: Floats) -> tuple[Floats, Ints]:
        """One row for each word, the mean of its pieces with the flags of any; and their numbers.

        The latter say of how many pieces each word is.
        """
        beginning = marked[:, _WORD] > 0
        beginning[0] = True
        starts = np.flatnonzero(beginning)
        lengths = np.append(starts[1:], len(marked)) - starts
        rows = _summed(self._embedded(ids), starts, lengths)
        rows /= lengths[:, None]
        rows += _of_any(marked, starts) @ self._flags
        rows += self._bias
        return rows, lengths

    def _embedded(self, ids: Ints) -> Floats:
        """The embeddings of ``ids``, multiplied."""
        with self._using:  # or another thread would forget what this one is about to read
            new = np.unique(ids[self._places[ids] < 0])
            if self._count + len(new) > len(self._kept):
                self._places.fill(-1)
                self._count, new = 0, np.unique(ids)
            if len(new):
                self._keep(new)
            rows: Floats = self._kept[self._places[ids]]
        return rows

    def _keep(self, new: Ints) -> None:
        places = np.arange(self._count, self._count + len(new))
        self._kept[places] = embeddings()(new) @ self._weights
        self._places[new] = places
        self._count += len(new)


def _summed(pieces: Floats, starts: Ints, lengths: Ints) -> Floats:
    """The sums of the rows of each word: of every first piece, then every second one, and so on.

    ``numpy.add.reduceat`` gives the same to the bit, but takes thrice as long for words of one or
    two pieces, as most are: it is left the long ones.
    """
    rows: Floats = pieces[starts]
    for number in range(1, _SHORT_WORD):
        longer = np.flatnonzero(lengths > number)
        rows[longer] += pieces[starts[longer] + number]
    rest = lengths > _SHORT_WORD
    if rest.any():
        long = lengths[rest]
        rows[rest] = np.add.reduceat(pieces[np.repeat(rest, lengths)], np.cumsum(long) - long)
    return rows


def _of_any(marked: Floats, starts: Ints) -> Floats:
    """The flags that any of the rows from each start to the next has; as bits, which is faster."""
    bits = np.bitwise_or.reduceat(np.packbits(marked > 0, axis=1), starts)
    return np.unpackbits(bits, axis=1, count=marked.shape[1]).astype(np.float32)
