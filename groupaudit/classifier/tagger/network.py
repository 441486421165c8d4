"""The trained weights: embeddings and flags of pieces in, verdict, categories and tags out.

One bidirectional recurrent layer reads a text; a tag head says of each piece whether it tells a
health fact and whether it names the person concerned; a document head gives the verdict. A quick
network reads every text word by word; where it is not sure, careful ones read it piece by piece and
their answers are averaged. Run by ONNX Runtime on one thread.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from threading import Lock
from typing import Any

import numpy as np
import onnxruntime

from groupaudit.classifier.once import once
from groupaudit.classifier.tagger.composed import FLAGS
from groupaudit.classifier.tagger.pieces import Floats, Ints, embeddings

#: Pieces of a text that are read together.
LONGEST = 1000
#: Probability of identifiable health, of the quick network, between which the careful ones decide.
UNSURE = (0.2, 0.75)
_WORD = FLAGS.index("word")


@dataclass(frozen=True, slots=True)
class Told:
    """What the networks say.

    ``verdicts`` and ``categories`` are probabilities in the order of the model's description;
    ``tags`` has one row for each piece: the probability of a health fact, and of naming the person.
    """

    verdicts: Floats
    categories: Floats
    tags: Floats


class Quick:
    """The network that reads word by word. Thread-safe.

    What it makes of a piece's embedding is kept once it was computed: most pieces come again.
    """

    def __init__(self, model: bytes, projection: Mapping[str, Floats]) -> None:
        self._session = _session(model)
        self._weights, self._bias = projection["embedding"], projection["bias"]
        self._flags = projection["flags"]
        self._adding = Lock()
        #: Where in ``_kept`` a piece is; -1 for one not seen yet.
        self._places = np.full(embeddings().size, -1, dtype=np.int32)
        self._kept = np.empty((0, len(self._bias)), dtype=np.float32)
        self._count = 0

    def read(self, ids: Ints, marked: Floats) -> Told:
        """What one text tells. Each word is the mean of its pieces, with the flags of all."""
        beginning = marked[:, _WORD] > 0
        beginning[0] = True
        starts = np.flatnonzero(beginning)
        lengths = np.diff(starts, append=len(marked))
        words: Floats = np.add.reduceat(self._projected(ids), starts)
        words /= lengths[:, None]
        words += np.maximum.reduceat(marked, starts) @ self._flags + self._bias
        verdict, categories, tags = _answer(self._session, words)
        return Told(_softmax(verdict), _sigmoid(categories), _sigmoid(tags.repeat(lengths, axis=0)))

    def _projected(self, ids: Ints) -> Floats:
        if (self._places[ids] < 0).any():
            with self._adding:
                self._keep(np.unique(ids[self._places[ids] < 0]))
        rows: Floats = self._kept[self._places[ids]]
        return rows

    def _keep(self, new: Ints) -> None:
        """Add pieces. Room doubles; a place is told last, so that readers need no lock."""
        count = self._count + len(new)
        if count > len(self._kept):
            room = np.empty((max(2 * len(self._kept), count), len(self._bias)), dtype=np.float32)
            room[: self._count] = self._kept[: self._count]
            self._kept = room
        self._kept[self._count : count] = embeddings()(new) @ self._weights
        self._places[new] = np.arange(self._count, count)
        self._count = count


class Network:
    """The shipped networks. Thread-safe."""

    def __init__(self, quick: Quick, careful: Sequence[bytes]) -> None:
        self._quick = quick
        self._careful = [_session(model) for model in careful]

    def read(self, ids: Ints, marked: Floats) -> Told:
        """What one text of at most ``LONGEST`` pieces tells: their ids, and their flags in rows."""
        told = self._quick.read(ids, marked)
        return self._carefully(ids, marked) if UNSURE[0] <= told.verdicts[0] <= UNSURE[1] else told

    def _carefully(self, ids: Ints, marked: Floats) -> Told:
        features = np.concatenate([embeddings()(ids), marked], axis=1)
        answers = [_answer(session, features) for session in self._careful]
        verdict, categories, tags = (np.mean(each, axis=0) for each in zip(*answers, strict=True))
        return Told(_softmax(verdict), _sigmoid(categories), _sigmoid(tags))


def _session(model: bytes) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Texts differ in length: an arena would keep room for the longest in every session.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _answer(session: Any, features: Floats) -> tuple[Floats, Floats, Floats]:
    """Logits of the verdicts, of the categories, and of the tags of each row."""
    verdicts, categories, tags = session.run(None, {"features": features[None]})
    return verdicts[0], categories[0], tags[0]


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
    """The networks that come with the package, loaded when a text first reaches them."""
    folder = resources.files(__package__) / "weights"
    names = sorted(file.name for file in folder.iterdir() if file.name.startswith("careful-"))
    careful = [(folder / name).read_bytes() for name in names]
    with (folder / "quick.npz").open("rb") as stream, np.load(stream) as stored:
        projection = {name: stored[name].astype(np.float32) for name in stored.files}
    return Network(Quick((folder / "quick.onnx").read_bytes(), projection), careful)


def _softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max())
    return np.asarray(raised / raised.sum(), dtype=np.float32)


def _sigmoid(logits: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)
