"""The pupils as they ship: files, figures of what stands in them, and the record beside them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import nn

from groupaudit.classifier.tagger.composed import FLAGS
from groupaudit.classifier.tagger.network import Network
from training.data import Example
from training.encoder import Features
from training.export import shipped
from training.metrics import Figures, figures
from training.network import Convolutional
from training.texts import CATEGORIES, VERDICTS, digest

#: What the record calls figures of the networks alone, the likeliest verdict taken.
ALONE = "networks_alone"


@dataclass(frozen=True)
class Release:
    """The networks as bytes: what ``groupaudit.classifier.tagger.network`` loads."""

    projection: Mapping[str, NDArray[np.float16]]
    model: bytes

    def network(self) -> Network:
        """The networks, ready to read."""
        projection = {name: part.astype(np.float32) for name, part in self.projection.items()}
        return Network(self.model, projection)

    def write(self, folder: Path) -> None:
        """Put the files into ``folder``, in place of those of an earlier release."""
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(folder / "projection.npz", allow_pickle=False, **self.projection)
        (folder / "network.onnx").write_bytes(self.model)


def released(pupils: Sequence[nn.Module], features: Features) -> Release:
    """The trained pupils. ``features`` are those that they learned from."""
    mean, deviation = features.mean.cpu(), features.deviation.cpu()
    return Release(*shipped([_pupil(pupil) for pupil in pupils], mean, deviation))


def scored(network: Network, examples: Sequence[Example]) -> dict[str, Figures]:
    """Figures of ``network`` on each source of ``examples``: the likeliest verdict of each text."""
    told = [
        int(network.read(example.ids.astype(np.int64), example.flags.astype(np.float32))
            .verdicts.argmax())
        for example in examples
    ]  # fmt: skip
    pairs = list(zip(examples, told, strict=True))
    return {
        source: figures(
            [example.verdict for example, _ in pairs if example.source == source],
            [verdict for example, verdict in pairs if example.source == source],
        )
        for source in sorted({example.source for example in examples})
    }


def record(folder: Path, files: Sequence[Path], recipe: str, scores: Mapping[str, Figures]) -> None:
    """Write ``model.json``: what the networks in ``folder`` learned from, how, and what they reach.

    ``scores`` are figures by source.
    """
    described = {
        "trained": datetime.now(UTC).date().isoformat(),
        "recipe": recipe,
        "data": [file.name for file in files],
        "data_digest": digest(files),
        "weights": weights(folder),
        "verdicts": [verdict.value for verdict in VERDICTS],
        "categories": list(CATEGORIES),
        "flags": list(FLAGS),
        "metrics": {ALONE: {source: each.as_dict() for source, each in scores.items()}},
    }
    (folder / "model.json").write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")


def weights(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file of networks in ``folder``, by name."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.suffix in (".onnx", ".npz")
    }


def _pupil(network: nn.Module) -> Convolutional:
    if not isinstance(network, Convolutional):
        raise TypeError("only networks of convolutions can be shipped")
    return network.cpu().eval()
