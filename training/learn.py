"""One network's training from fresh weights, and its answers on texts.

The same seed gives the same network on the same machine, but for the rounding of a GPU's sums.
"""

from __future__ import annotations

import logging
import math
import random
import time
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from groupaudit.classifier.tagger.composed import FLAGS
from groupaudit.classifier.tagger.pieces import EMBEDDING
from training.batches import SIZE, Answer, Batch, Logits, Taught, batches, epoch, padded
from training.data import Example
from training.encoder import CONTEXT, Features
from training.loss import loss
from training.network import network
from training.recipe import Lesson
from training.words import in_words, word_numbers

logger = logging.getLogger("training")

#: Highest rate of the cycle, decay of weights, longest step.
RATE, DECAY, LONGEST_STEP = 2e-3, 1e-2, 1.0


def fresh(lesson: Lesson) -> nn.Module:
    """The network of ``lesson`` before it has learned anything."""
    torch.manual_seed(lesson.seed)
    inputs = (CONTEXT if lesson.shape.context else EMBEDDING) + len(FLAGS)
    return network(inputs, lesson.shape)


class Learner:
    """A network, what it reads, and the device that both are on.

    ``known`` are texts whose pieces are known to it; ``device`` is ``cpu``, ``cuda``, or ``auto``
    for a GPU where there is one.
    """

    def __init__(self, lesson: Lesson, known: Sequence[Example], device: str) -> None:
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        self._lesson, self._device = lesson, torch.device(device)
        self._features = Features(known).to(self._device)
        self.network = fresh(lesson).to(self._device)

    def train(self, copies: Sequence[Sequence[Taught]]) -> None:
        """Learn ``copies[0]``, the texts, and their copies in the others."""
        lesson, draw = self._lesson, random.Random(self._lesson.seed)
        weights = list(self.network.parameters())
        optimiser = torch.optim.AdamW(weights, RATE, weight_decay=DECAY)
        steps = math.ceil(len(copies[0]) / SIZE) * lesson.epochs
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
        self.network.train()
        for number in range(lesson.epochs):
            began, total = time.monotonic(), torch.zeros((), device=self._device)
            for texts in epoch(copies, draw):
                wrong = loss(*self._read(padded(texts, self._device)))
                optimiser.zero_grad()
                wrong.backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_(weights, LONGEST_STEP)
                optimiser.step()
                schedule.step()
                total += wrong.detach()
            logger.info(
                "%s: epoch %d of %d, loss %.1f, %.0f s",
                lesson.name, number + 1, lesson.epochs, float(total), time.monotonic() - began,
            )  # fmt: skip
        self.network.eval()

    @torch.no_grad()
    def answers(self, examples: Sequence[Example]) -> list[Answer]:
        """What the network makes of each text; every piece gets the tags of its word."""
        self.network.eval()
        texts = [Taught(example) for example in examples]
        found: dict[int, Answer] = {}
        for group in batches(texts, random.Random(0)):
            told, _ = self._read(padded(group, self._device))
            verdicts, categories, tags = (part.cpu().numpy() for part in told)
            for row, text in enumerate(group):
                own = tags[row, self._places(text.example)].astype("float16")
                found[id(text)] = Answer(verdicts[row], categories[row], own)
        return [found[id(text)] for text in texts]

    def _places(self, example: Example) -> NDArray[np.int64]:
        """For each piece of a text, the place of its tags."""
        return word_numbers(example.flags) if self._lesson.words else np.arange(len(example))

    def _read(self, batch: Batch) -> tuple[Logits, Batch]:
        """What the network says, and ``batch`` in the units that it read: pieces or words."""
        with torch.no_grad():
            features, batch = self._seen(batch)
            seen = torch.cat([self._blinded(features), self._blinded(batch.flags)], -1)
        # Half the numbers' bits make a GPU twice as fast and nothing worse.
        on_gpu = self._device.type == "cuda"
        with torch.autocast(self._device.type, torch.bfloat16, enabled=on_gpu):
            told = self.network(seen, batch.mask)
        return Logits(*(part.float() for part in told)), batch

    def _seen(self, batch: Batch) -> tuple[Tensor, Batch]:
        if not self._lesson.words:
            context = self._lesson.shape.context
            return self._features(batch.ids, batch.mask, context=context), batch
        words, bags = in_words(batch)
        return self._features.words(bags, words.mask), words

    def _blinded(self, values: Tensor) -> Tensor:
        """``values`` with some rows hidden, in training only: no single word should decide."""
        if not self.network.training:
            return values
        kept = torch.rand(*values.shape[:2], 1, device=values.device) > self._lesson.blinded
        return values * kept
