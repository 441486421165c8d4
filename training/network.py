"""The networks that are trained.

Teachers are large and only train; what ships are pupils, which learn from the texts and from what
the teachers make of them (``training.export``).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from training.texts import CATEGORIES, VERDICTS

#: Share of activations dropped in training, in the layers and in the blocks of a convolution.
DROPOUT, BLOCK_DROPOUT = 0.4, 0.2
#: Numbers between the pools and the verdict.
MIDDLE = 160
#: The distance that stands for the whole text (``Shape``).
ALL = 0


@dataclass(frozen=True)
class Shape:
    """How a network is built: ``width`` numbers for each piece or word, and layers over them.

    ``distances``: one layer for each, a convolution over three places so far apart, or for ``ALL``
    one that tells every place of the whole text. ``hidden``: a recurrent layer of so many numbers
    instead. ``context``: it reads the frozen convolutions of the sentence encoder too.
    """

    width: int
    distances: tuple[int, ...] = ()
    hidden: int = 0
    context: bool = False


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
    """Projection, a bidirectional LSTM layer, heads."""

    def __init__(self, inputs: int, shape: Shape) -> None:
        super().__init__()
        self.project = nn.Linear(inputs, shape.width)
        self.rnn = nn.LSTM(shape.width, shape.hidden, batch_first=True, bidirectional=True)
        self.drop = nn.Dropout(DROPOUT)
        self.heads = Heads(2 * shape.hidden, MIDDLE)

    def forward(self, features: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """As ``Heads``."""
        hidden = self.drop(nn.functional.gelu(self.project(features)))
        packed = nn.utils.rnn.pack_padded_sequence(
            hidden, mask.sum(1).long().cpu(), batch_first=True, enforce_sorted=False
        )
        states, _ = nn.utils.rnn.pad_packed_sequence(self.rnn(packed)[0], batch_first=True)
        return self.heads(self.drop(states), mask)  # type: ignore[no-any-return]


class Near(nn.Module):
    """A convolution over three places, ``distance`` apart, added to what it reads."""

    def __init__(self, width: int, distance: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.conv = nn.Conv1d(width, width, 3, padding=distance, dilation=distance)
        self.drop = nn.Dropout(BLOCK_DROPOUT)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """The states after the layer; zero where ``mask`` is."""
        read = (self.norm(states) * mask[..., None]).transpose(1, 2)
        told = nn.functional.gelu(self.conv(read)).transpose(1, 2)
        added: Tensor = states + self.drop(told)
        return added * mask[..., None]


class Far(nn.Module):
    """Two attentions over the whole text and its maximum, added to every place."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.attend = nn.Linear(width, 2)
        self.tell = nn.Linear(3 * width, width)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """The states after the layer; zero where ``mask`` is."""
        outside = (mask == 0)[..., None]
        attention = torch.softmax(self.attend(states).masked_fill(outside, -1e4), dim=1)
        means = (attention.transpose(1, 2) @ states).flatten(1)
        most = states.masked_fill(outside, -1e4).amax(1)
        told = nn.functional.gelu(self.tell(torch.cat([means, most], -1)))
        added: Tensor = states + told[:, None]
        return added * mask[..., None]


class Convolutional(nn.Module):
    """Projection, layers that look near or far, heads."""

    def __init__(self, inputs: int, shape: Shape) -> None:
        super().__init__()
        self.project = nn.Linear(inputs, shape.width)
        self.drop = nn.Dropout(DROPOUT)
        self.layers = nn.ModuleList([_layer(shape.width, each) for each in shape.distances])
        self.norm = nn.LayerNorm(shape.width)
        self.heads = Heads(shape.width, MIDDLE)

    def forward(self, features: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """As ``Heads``."""
        states = self.drop(nn.functional.gelu(self.project(features))) * mask[..., None]
        return self.heads(self.drop(self.read(states, mask)), mask)  # type: ignore[no-any-return]

    def read(self, states: Tensor, mask: Tensor) -> Tensor:
        """What the layers make of projected states."""
        for layer in self.layers:
            states = layer(states, mask)
        told: Tensor = self.norm(states)
        return told


def _layer(width: int, distance: int) -> nn.Module:
    return Far(width) if distance == ALL else Near(width, distance)


def network(inputs: int, shape: Shape) -> nn.Module:
    """A fresh network that reads ``inputs`` numbers for each place."""
    return Recurrent(inputs, shape) if shape.hidden else Convolutional(inputs, shape)
