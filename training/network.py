"""The networks that are trained, and how a small one becomes an ONNX file.

Teachers are large and only train; what ships are pupils, which learn from the texts and from what
the teachers make of them.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from groupaudit.classifier.tagger.composed import FLAGS
from groupaudit.classifier.tagger.pieces import EMBEDDING
from training.texts import CATEGORIES, VERDICTS

#: Share of activations dropped in training, in the layers and in the blocks of a convolution.
DROPOUT, BLOCK_DROPOUT = 0.4, 0.2


@dataclass(frozen=True)
class Shape:
    """How a network is built. ``layers`` 0: convolutions instead of recurrent layers.

    ``context``: it reads the frozen convolutions of the sentence encoder beside the embeddings.
    """

    width: int
    hidden: int
    layers: int
    context: bool = False


#: What ships, of a single recurrent layer each: the network that reads every text word by word
#: (0.2 million weights), and those that read piece by piece where it is not sure (0.4 million).
QUICK = Shape(width=96, hidden=64, layers=1)
CAREFUL = Shape(width=128, hidden=96, layers=1)


class Heads(nn.Module):
    """From the states of pieces: a tag head, and document heads over pools of the states."""

    def __init__(self, states: int, middle: int) -> None:
        super().__init__()
        self.tag = nn.Linear(states, 2)
        self.attend = nn.Linear(states, 1)
        pooled = 4 * states + 4
        self.verdict = nn.Sequential(
            nn.Linear(pooled, middle), nn.GELU(), nn.Dropout(DROPOUT),
            nn.Linear(middle, len(VERDICTS)),
        )  # fmt: skip
        self.categories = nn.Linear(pooled, len(CATEGORIES))

    def forward(self, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of verdicts, of categories, and of the two tags of each piece."""
        tags = self.tag(states)
        pooled = self._pool(states, torch.sigmoid(tags) * mask[..., None], mask)
        return self.verdict(pooled), self.categories(pooled), tags

    def alone(self, states: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The same for one text without padding, with products of matrices instead of masks."""
        marks = nn.functional.linear(
            states,
            torch.cat([self.attend.weight, self.tag.weight]),
            torch.cat([self.attend.bias, self.tag.bias]),
        )
        attention, tags = torch.softmax(marks[:, :1], dim=0), marks[:, 1:]
        tagged = torch.sigmoid(tags)
        means = torch.cat([attention, tagged], dim=1).T @ states
        amount = tagged.sum(0)
        pools = [means[0], states.amax(0), (means[1:] / (amount[:, None] + 1)).flatten()]
        pooled = torch.cat([*pools, torch.log1p(amount), tagged.amax(0)])[None]
        return self.verdict(pooled)[0], self.categories(pooled)[0], tags

    def _pool(self, states: Tensor, tagged: Tensor, mask: Tensor) -> Tensor:
        """Attention, maximum, and means weighted by each tag; then how much is tagged."""
        outside = (mask == 0)[..., None]
        attention = torch.softmax(self.attend(states).masked_fill(outside, -1e4), dim=1)
        pools = [(attention * states).sum(1), states.masked_fill(outside, -1e4).amax(1)]
        for column in (0, 1):
            weight = tagged[..., column : column + 1]
            pools.append((weight * states).sum(1) / (weight.sum(1) + 1))
        return torch.cat([*pools, torch.log1p(tagged.sum(1)), tagged.amax(1)], dim=-1)


class Recurrent(nn.Module):
    """Projection, bidirectional LSTM layers, heads."""

    def __init__(self, inputs: int, shape: Shape) -> None:
        super().__init__()
        self.project = nn.Linear(inputs, shape.width)
        between = DROPOUT if shape.layers > 1 else 0.0
        self.rnn = nn.LSTM(
            shape.width, shape.hidden, shape.layers, batch_first=True, bidirectional=True,
            dropout=between,
        )  # fmt: skip
        self.drop = nn.Dropout(DROPOUT)
        self.heads = Heads(2 * shape.hidden, 160)

    def forward(self, features: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """As ``Heads``."""
        hidden = self.drop(nn.functional.gelu(self.project(features)))
        packed = nn.utils.rnn.pack_padded_sequence(
            hidden, mask.sum(1).long().cpu(), batch_first=True, enforce_sorted=False
        )
        states, _ = nn.utils.rnn.pad_packed_sequence(self.rnn(packed)[0], batch_first=True)
        return self.heads(self.drop(states), mask)  # type: ignore[no-any-return]


class Block(nn.Module):
    """One convolution over three pieces, ``distance`` apart, added to what it reads."""

    def __init__(self, width: int, distance: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.conv = nn.Conv1d(width, width, 3, padding=distance, dilation=distance)
        self.drop = nn.Dropout(BLOCK_DROPOUT)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """The states after the block; zero where ``mask`` is."""
        read = (self.norm(states) * mask[..., None]).transpose(1, 2)
        told = nn.functional.gelu(self.conv(read)).transpose(1, 2)
        added: Tensor = states + self.drop(told)
        return added * mask[..., None]


class Convolutional(nn.Module):
    """Projection, four convolutions ever farther apart, heads."""

    def __init__(self, inputs: int, shape: Shape) -> None:
        super().__init__()
        self.project = nn.Linear(inputs, shape.width)
        self.drop = nn.Dropout(DROPOUT)
        self.blocks = nn.ModuleList([Block(shape.width, distance) for distance in (1, 2, 4, 8)])
        self.norm = nn.LayerNorm(shape.width)
        self.heads = Heads(shape.width, 128)

    def forward(self, features: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """As ``Heads``."""
        states = self.drop(self.project(features)) * mask[..., None]
        for block in self.blocks:
            states = block(states, mask)
        return self.heads(self.drop(self.norm(states)), mask)  # type: ignore[no-any-return]


def network(inputs: int, shape: Shape) -> nn.Module:
    """A fresh network that reads ``inputs`` numbers a piece."""
    if shape.layers:
        return Recurrent(inputs, shape)
    return Convolutional(inputs, shape)


class _Whole(nn.Module):
    """Pupils for one text without padding, as they are shipped: the mean of what they answer."""

    def __init__(self, first: Sequence[nn.Module], pupils: Sequence[Recurrent]) -> None:
        super().__init__()
        self.parts = nn.ModuleList([*first, *pupils])
        self.read = tuple(zip(first, pupils, strict=True))

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """As ``Heads``."""
        told = []
        for first, pupil in self.read:
            states, _ = pupil.rnn(nn.functional.gelu(first(features)))
            told.append(pupil.heads.alone(states[0]))
        if len(told) == 1:
            return told[0]
        verdicts, categories, tags = (torch.stack(each).mean(0) for each in zip(*told, strict=True))
        return verdicts, categories, tags


def exported(pupils: Sequence[Recurrent], mean: Tensor, deviation: Tensor) -> bytes:
    """``pupils`` as one ONNX model, which gives the mean of their answers.

    ``mean`` and ``deviation`` are those of the embeddings that they learned from.
    """
    first = [_project(pupil, mean, deviation) for pupil in pupils]
    return _onnx(_Whole(first, pupils), EMBEDDING + len(FLAGS))


def split(
    pupil: Recurrent, mean: Tensor, deviation: Tensor
) -> tuple[dict[str, NDArray[np.float16]], bytes]:
    """``pupil`` in two: the weights of its projection by name, and what follows as ONNX."""
    project = _project(pupil, mean, deviation)
    weight = project.weight.detach().numpy().T.astype(np.float16)
    bias = project.bias.detach().numpy().astype(np.float16)
    arrays = {"embedding": weight[:EMBEDDING], "flags": weight[EMBEDDING:], "bias": bias}
    return arrays, _onnx(_Whole([nn.Identity()], [pupil]), project.out_features)


def _project(pupil: Recurrent, mean: Tensor, deviation: Tensor) -> nn.Linear:
    """The pupil's projection for embeddings as they are, which it learned from normalised ones."""
    project = nn.Linear(EMBEDDING + len(FLAGS), pupil.project.out_features)
    weight = pupil.project.weight.detach().clone()
    weight[:, :EMBEDDING] /= deviation
    project.weight.data = weight
    project.bias.data = pupil.project.bias.detach() - weight[:, :EMBEDDING] @ mean
    return project


def _onnx(whole: _Whole, inputs: int) -> bytes:
    """``whole`` with weights of 8 bits."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    options: dict[str, Any] = {
        "input_names": ["features"],
        "output_names": ["verdicts", "categories", "tags"],
        "dynamic_axes": {"features": {1: "pieces"}, "tags": {0: "pieces"}},
        "opset_version": 17,
        "dynamo": False,
    }
    with tempfile.TemporaryDirectory() as folder:
        large, small = Path(folder) / "large.onnx", Path(folder) / "small.onnx"
        with warnings.catch_warnings():
            # That this exporter is the older one (the newer needs one more library), and that a
            # batch of one text and its width are taken as given: all of it is meant.
            warnings.simplefilter("ignore")
            torch.onnx.export(whole.eval(), (torch.zeros(1, 7, inputs),), large, **options)
        quantize_dynamic(large, small, weight_type=QuantType.QInt8)
        return small.read_bytes()
