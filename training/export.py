"""Pupils as they ship: the weights of their first layers with 16 bits, the rest as quantised ONNX.

Most of the time goes into the convolutions. They become products of matrices, whose weights have 8
bits, and whose inputs get as many when a text is read (dynamic quantisation); what is small, and
what the answers are read from, keeps 32.
"""

from __future__ import annotations

import re
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from groupaudit.classifier.tagger.pieces import EMBEDDING
from training.network import Convolutional, Near

#: Weights of the first layers, all pupils' beside each other, by their names in ``projection.npz``.
Projections = dict[str, NDArray[np.float16]]


class _Product(nn.Module):
    """``Near`` for one text, as a product over what stands before, at and after each place."""

    def __init__(self, near: Near) -> None:
        super().__init__()
        self.norm, (self.distance,) = near.norm, near.conv.dilation
        self.weight = nn.Parameter(near.conv.weight.detach().transpose(1, 2).flatten(1))
        self.bias = near.conv.bias

    def forward(self, states: Tensor, _mask: Tensor) -> Tensor:
        """The states after the layer."""
        off = self.distance
        read = nn.functional.pad(self.norm(states), (0, 0, off, off))
        seen = torch.cat([read[:, : -2 * off], read[:, off:-off], read[:, 2 * off :]], -1)
        told = nn.functional.gelu(nn.functional.linear(seen, self.weight, self.bias))
        return states + told


class _Pupil(nn.Module):
    """A pupil for one text without padding, from its projected states."""

    def __init__(self, pupil: Convolutional) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            _Product(each) if isinstance(each, Near) else each for each in pupil.layers
        )
        self.norm, self.heads = pupil.norm, pupil.heads

    def forward(self, projected: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """As ``Heads``."""
        whole = torch.ones_like(projected[..., 0])
        states = nn.functional.gelu(projected)
        for layer in self.layers:
            states = layer(states, whole)
        return self.heads.alone(self.norm(states)[0])


class _Shipped(nn.Module):
    """The mean of all pupils' answers; their states stand beside each other in one row."""

    def __init__(self, pupils: Sequence[Convolutional]) -> None:
        super().__init__()
        self.widths = [pupil.project.out_features for pupil in pupils]
        self.pupils = nn.ModuleList(_Pupil(pupil) for pupil in pupils)

    def forward(self, projected: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """As ``Heads``."""
        parts = torch.split(projected, self.widths, -1)
        told = [pupil(part) for pupil, part in zip(self.pupils, parts, strict=True)]
        verdicts, categories, tags = (torch.stack(each).mean(0) for each in zip(*told, strict=True))
        return verdicts, categories, tags


def shipped(
    pupils: Sequence[Convolutional], mean: Tensor, deviation: Tensor
) -> tuple[Projections, bytes]:
    """``pupils`` in two: the weights of their projections by name, and what follows as ONNX.

    ``mean`` and ``deviation`` are those of the embeddings that they learned from; the projections
    are made to read embeddings as they are.
    """
    weight = torch.cat([pupil.project.weight.detach() for pupil in pupils]).clone()
    bias = torch.cat([pupil.project.bias.detach() for pupil in pupils])
    weight[:, :EMBEDDING] /= deviation
    bias = bias - weight[:, :EMBEDDING] @ mean
    rows = weight.numpy().T.astype(np.float16)
    arrays = {
        "embedding": rows[:EMBEDDING],
        "flags": rows[EMBEDDING:],
        "bias": bias.numpy().astype(np.float16),
    }
    return arrays, _onnx(_Shipped(pupils), len(bias))


def _onnx(model: _Shipped, inputs: int) -> bytes:
    """``model`` as quantised ONNX that reads ``inputs`` numbers for each word."""
    options: dict[str, Any] = {
        "input_names": ["features"],
        "output_names": ["verdicts", "categories", "tags"],
        "dynamic_axes": {"features": {1: "words"}, "tags": {0: "words"}},
        "opset_version": 17,
        "dynamo": False,
    }
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        exact, small = Path(folder) / "exact.onnx", Path(folder) / "small.onnx"
        # That this exporter is the older one (the newer needs one more library), and that a batch
        # of one text and its width are taken as given: all of it is meant.
        warnings.simplefilter("ignore")
        example = torch.zeros(1, 7, inputs)
        torch.onnx.export(model.eval(), (example,), str(exact), **options)
        _quantise(exact, small)
        return small.read_bytes()


def _quantise(exact: Path, small: Path) -> None:
    """Write ``exact`` to ``small`` with weights of 8 bits in the products that were convolutions.

    Of the 8 bits 7 are used: processors without VNNI add two products in 16 bits, which more would
    overflow, and the same post would get another score there.
    """
    products = [
        node.name
        for node in onnx.load(exact).graph.node
        if re.fullmatch(r"(/(pupils|layers)\.\d+)+/MatMul", node.name)
    ]
    quantize_dynamic(
        exact, small, weight_type=QuantType.QInt8, nodes_to_quantize=products, reduce_range=True
    )
