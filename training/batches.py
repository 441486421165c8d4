"""Texts to learn, put together in batches of like length, as tensors on the device.

A text is learned as it was written or as one of its copies, drawn anew in each epoch.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.data import Example

#: Texts in a batch, and share of texts that are learned as they were written.
SIZE, ORIGINAL = 32, 0.3
#: Pieces by which lengths are blurred, so that batches differ from epoch to epoch.
_BLUR = 40


class Logits(NamedTuple):
    """Of verdicts and of categories for each text, of the two tags for each piece."""

    verdicts: Tensor
    categories: Tensor
    tags: Tensor


@dataclass(frozen=True)
class Answer:
    """What the teachers make of one text: logits as in ``Logits``."""

    verdicts: NDArray[np.float32]
    categories: NDArray[np.float32]
    tags: NDArray[np.float16]


@dataclass(frozen=True)
class Taught:
    """A text to learn, with the teachers' answer where there are teachers."""

    example: Example
    answer: Answer | None = None


@dataclass(frozen=True)
class Batch:
    """Texts padded to one length. ``mask`` is 1 for each piece, ``spans`` 1 where tags are known.

    ``answers`` are the teachers'; None without teachers.
    """

    ids: Tensor
    flags: Tensor
    tags: Tensor
    mask: Tensor
    verdicts: Tensor
    categories: Tensor
    spans: Tensor
    answers: Logits | None


def epoch(copies: Sequence[Sequence[Taught]], draw: random.Random) -> Iterator[list[Taught]]:
    """Every text once, in batches; ``copies[0]`` are the texts as they were written."""
    drawn = [_drawn(group, draw) for group in zip(*copies, strict=True)]
    return batches(drawn, draw)


def batches(texts: Sequence[Taught], draw: random.Random) -> Iterator[list[Taught]]:
    """``texts`` in batches of like length, in no order."""
    blurred = [len(text.example) + draw.random() * _BLUR for text in texts]
    order = sorted(range(len(texts)), key=blurred.__getitem__)
    starts = list(range(0, len(order), SIZE))
    draw.shuffle(starts)
    for start in starts:
        yield [texts[place] for place in order[start : start + SIZE]]


def padded(texts: Sequence[Taught], device: torch.device) -> Batch:
    """``texts`` as tensors on ``device``."""
    examples = [text.example for text in texts]
    answers = [text.answer for text in texts if text.answer]
    lengths = np.array([len(example) for example in examples])
    mask = np.arange(lengths.max()) < lengths[:, None]
    return Batch(
        ids=_rows([example.ids for example in examples], device).long(),
        flags=_rows([example.flags for example in examples], device).float(),
        tags=_rows([example.tags for example in examples], device).float(),
        mask=torch.from_numpy(mask).to(device).float(),
        verdicts=torch.tensor([example.verdict for example in examples], device=device),
        categories=_stacked([example.categories for example in examples], device),
        spans=torch.tensor([float(example.spans) for example in examples], device=device),
        answers=_answers(answers, device) if answers else None,
    )


def _drawn(group: Sequence[Taught], draw: random.Random) -> Taught:
    copied = len(group) > 1 and draw.random() >= ORIGINAL
    return draw.choice(group[1:]) if copied else group[0]


def _answers(answers: Sequence[Answer], device: torch.device) -> Logits:
    return Logits(
        _stacked([answer.verdicts for answer in answers], device),
        _stacked([answer.categories for answer in answers], device),
        _rows([answer.tags for answer in answers], device).float(),
    )


def _stacked(rows: Sequence[NDArray[np.generic]], device: torch.device) -> Tensor:
    return torch.from_numpy(np.stack(rows)).to(device).float()


def _rows(arrays: Sequence[NDArray[np.generic]], device: torch.device) -> Tensor:
    """One array for each text, of different lengths, as one tensor filled up with zeros."""
    longest = max(map(len, arrays))
    whole = np.zeros((len(arrays), longest, *arrays[0].shape[1:]), dtype=arrays[0].dtype)
    for row, array in zip(whole, arrays, strict=True):
        row[: len(array)] = array
    return torch.from_numpy(whole).to(device)
