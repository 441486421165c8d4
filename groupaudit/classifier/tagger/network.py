"""The trained weights: embeddings and flags of pieces in, verdict, categories and tags out.

One bidirectional recurrent layer reads the pieces; a tag head says of each whether it tells a
health fact and whether it names the person concerned; a document head gives the verdict. The first
network reads every text; where it is not sure, its fellows, trained from other seeds, read too and
the answers are averaged. Run by ONNX Runtime on one thread.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
import onnxruntime

from groupaudit.classifier.tagger.pieces import Floats

#: Pieces of a text that are read together.
LONGEST = 1000
#: Probability of identifiable health, of one network, between which the others are asked.
UNSURE = (0.15, 0.8)


@dataclass(frozen=True, slots=True)
class Told:
    """What the networks say.

    ``verdicts`` and ``categories`` are probabilities in the order of the model's description;
    ``tags`` has one row for each piece: the probability of a health fact, and of naming the person.
    """

    verdicts: Floats
    categories: Floats
    tags: Floats


class Network:
    """The shipped networks. Thread-safe."""

    def __init__(self, models: Sequence[bytes], temperature: float) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._first, *self._others = [
            onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
            for model in models
        ]
        self._temperature = temperature

    def read(self, features: Floats) -> Told:
        """What one text tells; ``features`` has a row for each piece, at most ``LONGEST``."""
        feed = {"features": features[None]}
        answers = [self._first.run(None, feed)]
        if UNSURE[0] <= _softmax(answers[0][0][0] / self._temperature)[0] <= UNSURE[1]:
            answers += [session.run(None, feed) for session in self._others]
        logits, categories, tags = (
            np.mean([answer[place][0] for answer in answers], axis=0) for place in range(3)
        )
        return Told(_softmax(logits / self._temperature), _sigmoid(categories), _sigmoid(tags))


@lru_cache(maxsize=1)
def description() -> dict[str, object]:
    """What is recorded of the shipped model: data, metrics, thresholds, names of its outputs."""
    text = (resources.files(__package__) / "weights" / "model.json").read_text(encoding="utf-8")
    recorded: dict[str, object] = json.loads(text)
    return recorded


def category_names() -> tuple[str, ...]:
    """Names of the categories, in the order of the networks' output."""
    names = description()["categories"]
    return tuple(map(str, names)) if isinstance(names, list) else ()


@lru_cache(maxsize=1)
def shipped() -> Network:
    """The networks that come with the package, loaded when a text first reaches them."""
    folder = resources.files(__package__) / "weights"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".onnx")),
        key=lambda file: file.name,
    )
    return Network([file.read_bytes() for file in files], float(str(description()["temperature"])))


def _softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max())
    return np.asarray(raised / raised.sum(), dtype=np.float32)


def _sigmoid(logits: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)
