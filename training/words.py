"""Pieces of a batch joined to words, for the network that reads word by word.

A word has the flags and tags of any of its pieces, and the mean of their embeddings
(``training.encoder``): as the classifier joins them (``groupaudit.classifier.tagger.projection``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from groupaudit.classifier.tagger.composed import FLAGS
from training.batches import Batch

_WORD = FLAGS.index("word")
#: Logit of a tag where there is no word: as good as never.
_NEVER = -9.0


class Bags(NamedTuple):
    """The pieces of all words of a batch, word after word, and where each word starts."""

    ids: Tensor
    starts: Tensor


def word_numbers(flags: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The number of the word of each piece, from 0."""
    first = flags[:, _WORD] > 0
    first[:1] = True
    return np.cumsum(first) - 1


def in_words(batch: Batch) -> tuple[Batch, Bags]:
    """``batch`` with a row for each word instead of each piece, and what the words are made of."""
    inside = batch.mask > 0
    first = batch.flags[..., _WORD] > 0
    first[:, 0] = True
    first &= inside
    numbers = first.long().cumsum(1) - 1
    count = int(numbers.max()) + 1
    # What is padding goes to a slot of its own, which is cut off.
    places = torch.where(inside, numbers, count)
    answers = batch.answers
    if answers is not None:
        answers = answers._replace(tags=_highest(answers.tags, places, count, _NEVER))
    words = replace(
        batch,
        flags=_highest(batch.flags, places, count, 0.0),
        tags=_highest(batch.tags, places, count, 0.0),
        mask=_highest(batch.mask[..., None], places, count, 0.0)[..., 0],
        answers=answers,
    )
    return words, Bags(batch.ids[inside], first[inside].nonzero()[:, 0])


def _highest(values: Tensor, places: Tensor, count: int, empty: float) -> Tensor:
    """The highest value of each word's pieces; ``empty`` where there is no word."""
    whole = values.new_full((len(values), count + 1, values.shape[-1]), empty)
    index = _wide(places, values)
    return whole.scatter_reduce(1, index, values, "amax", include_self=False)[:, :count]


def _wide(places: Tensor, values: Tensor) -> Tensor:
    return places[..., None].expand(-1, -1, values.shape[-1])
