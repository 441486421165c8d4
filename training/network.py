"""The network that is trained, and how it becomes an ONNX file."""

from __future__ import annotations

import io
from typing import Any

import torch
from torch import Tensor, nn

from groupaudit.classifier.tagger.composed import FLAGS
from groupaudit.classifier.tagger.encoder import FEATURES
from training.texts import CATEGORIES, VERDICTS

INPUT = FEATURES + len(FLAGS)
WIDTH, HIDDEN, DROPOUT = 192, 160, 0.4


class Tagger(nn.Module):
    """Projection, two bidirectional LSTM layers, a tag head, and document heads over pools."""

    def __init__(self) -> None:
        super().__init__()
        self.project = nn.Linear(INPUT, WIDTH)
        self.recurrent = nn.LSTM(
            WIDTH, HIDDEN, 2, batch_first=True, bidirectional=True, dropout=DROPOUT
        )
        self.drop = nn.Dropout(DROPOUT)
        self.tag = nn.Linear(2 * HIDDEN, 2)
        self.attend = nn.Linear(2 * HIDDEN, 1)
        pooled = 4 * 2 * HIDDEN + 4
        self.verdict = nn.Sequential(
            nn.Linear(pooled, 160), nn.GELU(), nn.Dropout(DROPOUT), nn.Linear(160, len(VERDICTS))
        )
        self.categories = nn.Linear(pooled, len(CATEGORIES))

    def forward(self, features: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of verdicts, of categories, and of the two tags of each piece."""
        hidden = self.drop(nn.functional.gelu(self.project(features))) * mask[..., None]
        states = self.drop(self.recurrent(hidden)[0])
        tags = self.tag(states)
        pooled = self._pool(states, torch.sigmoid(tags) * mask[..., None], mask)
        return self.verdict(pooled), self.categories(pooled), tags

    def _pool(self, states: Tensor, tagged: Tensor, mask: Tensor) -> Tensor:
        """Attention, maximum, and means weighted by each tag; then how much is tagged."""
        outside = (mask == 0)[..., None]
        attention = torch.softmax(self.attend(states).masked_fill(outside, -1e4), dim=1)
        pools = [(attention * states).sum(1), states.masked_fill(outside, -1e4).amax(1)]
        for column in (0, 1):
            weight = tagged[..., column : column + 1]
            pools.append((weight * states).sum(1) / (weight.sum(1) + 1))
        return torch.cat([*pools, torch.log1p(tagged.sum(1)), tagged.amax(1)], dim=-1)


class _Whole(nn.Module):
    """The network for one text without padding, as it is shipped."""

    def __init__(self, tagger: Tagger) -> None:
        super().__init__()
        self.tagger = tagger

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """As ``Tagger``."""
        verdict, categories, tags = self.tagger(features, torch.ones(features.shape[:2]))
        return verdict, categories, tags


def exported(tagger: Tagger) -> bytes:
    """The network as ONNX with weights of 8 bits."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    tagger.eval()
    buffer = io.BytesIO()
    options: dict[str, Any] = {
        "input_names": ["features"],
        "output_names": ["verdicts", "categories", "tags"],
        "dynamic_axes": {"features": {1: "pieces"}, "tags": {1: "pieces"}},
        "opset_version": 17,
        "dynamo": False,
    }
    torch.onnx.export(_Whole(tagger), (torch.zeros(1, 7, INPUT),), buffer, **options)
    whole = onnx.load_model_from_string(buffer.getvalue())
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.onnx"
        quantize_dynamic(whole, small, weight_type=QuantType.QInt8)
        return small.read_bytes()
