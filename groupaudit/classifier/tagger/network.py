"""The trained weights: embeddings and flags of words in, verdict, categories and tags out.

Layers of convolutions look at a word's neighbours, and others at the whole text; a tag head says of
each word whether it tells a health fact and whether it names the person concerned; a document head
gives the verdict. Run by ONNX Runtime on one thread, one text at a time: several at once take as
long, and would make each depend on its neighbours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from groupaudit.classifier.once import once
from groupaudit.classifier.tagger.pieces import Floats, Ints
from groupaudit.classifier.tagger.projection import Projection

#: Pieces of a text that are read together.
LONGEST = 1000


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
    """The networks of one training, as one. Thread-safe."""

    def __init__(self, model: bytes, projection: Mapping[str, Floats]) -> None:
        self._session = _session(model)
        self._projection = Projection(projection)

    def read(self, ids: Ints, marked: Floats) -> Told:
        """What one text of at most ``LONGEST`` pieces tells: their ids, and their flags in rows.

        Each piece gets the tags of its word.
        """
        words, lengths = self._projection.words(ids, marked)
        verdict, categories, tags = self._session.run(None, {"features": words[None]})
        return Told(_softmax(verdict), _sigmoid(categories), _sigmoid(tags).repeat(lengths, axis=0))


def _session(model: bytes) -> Any:
    import onnxruntime  # noqa: PLC0415 - most audits of quiet groups need none of its 30 MB

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Texts differ in length: an arena would keep room for the longest in every session.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


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


@once
def shipped() -> Network:
    """The networks that come with the package, loaded when a text first reaches them.

    From here on matrices are multiplied on one thread each, too: they are so small that a second
    one only spins, and texts are read on all cores as it is.
    """
    threadpool_limits(limits=1, user_api="blas")
    return loaded(resources.files(__package__) / "weights")


def loaded(folder: Traversable) -> Network:
    """The networks whose files lie in ``folder``."""
    with (folder / "projection.npz").open("rb") as stream, np.load(stream) as stored:
        projection = {name: stored[name].astype(np.float32) for name in stored.files}
    return Network((folder / "network.onnx").read_bytes(), projection)


def _softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max())
    return np.asarray(raised / raised.sum(), dtype=np.float32)


def _sigmoid(logits: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)
