"""The teachers, and what all of them make of every text and copy.

Their answers are kept in a folder, so that a training that was interrupted goes on from there. What
was answered to other texts, or by a teacher of another recipe, has another name and is not used.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from training.batches import Answer, Taught
from training.data import Example
from training.encoder import Features
from training.learn import Learner
from training.recipe import Lesson

logger = logging.getLogger("training")


def taught(
    lessons: Sequence[Lesson],
    copies: Sequence[Sequence[Example]],
    features: Features,
    device: torch.device,
    work: Path,
) -> list[list[Taught]]:
    """``copies`` with the mean answers of the teachers of ``lessons``, kept under ``work``."""
    if not lessons:
        return [[Taught(example) for example in group] for group in copies]
    work.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = [_answers(lesson, copies, features, device, work) for lesson in lessons]
    every = [example for group in copies for example in group]
    means = iter(_mean(each) for each in zip(*told, strict=True))
    paired = iter([Taught(example, mean) for example, mean in zip(every, means, strict=True)])
    return [[next(paired) for _ in group] for group in copies]


def _answers(
    lesson: Lesson,
    copies: Sequence[Sequence[Example]],
    features: Features,
    device: torch.device,
    work: Path,
) -> list[Answer]:
    """One teacher's answers to every text of every copy, one copy after the other."""
    every = [example for group in copies for example in group]
    kept = work / f"{lesson.name}-{_key(lesson, every)}.npz"
    if kept.exists():
        logger.info("%s: answers kept from an earlier run", lesson.name)
        return _loaded(kept, every)
    teacher = Learner(lesson, features, device)
    teacher.train([[Taught(example) for example in group] for group in copies])
    answers = teacher.answers(every)
    _keep(kept, answers)
    return answers


def _key(lesson: Lesson, examples: Sequence[Example]) -> str:
    """What answers depend on, in short: the recipe, and everything that the teacher reads."""
    total = hashlib.sha256(repr(lesson).encode())
    for example in examples:
        for part in (example.ids, example.flags, example.tags, example.categories):
            total.update(part.tobytes())
        total.update(bytes([example.verdict, example.spans]))
    return total.hexdigest()[:16]


def _keep(path: Path, answers: Sequence[Answer]) -> None:
    """Write ``answers``, whole or not at all."""
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as stream:
        np.savez(
            stream,
            verdicts=np.stack([answer.verdicts for answer in answers]),
            categories=np.stack([answer.categories for answer in answers]),
            tags=np.concatenate([answer.tags for answer in answers]),
        )
    unfinished.replace(path)


def _loaded(path: Path, examples: Sequence[Example]) -> list[Answer]:
    with np.load(path) as stored:
        verdicts, categories = stored["verdicts"], stored["categories"]
        tags = stored["tags"]
    ends = np.cumsum([len(example) for example in examples]).tolist()
    starts = [0, *ends]
    return [
        Answer(verdicts[row], categories[row], tags[starts[row] : end])
        for row, end in enumerate(ends)
    ]


def _mean(answers: Sequence[Answer]) -> Answer:
    tags = np.mean([answer.tags for answer in answers], axis=0, dtype=np.float32)
    return Answer(
        np.mean([answer.verdicts for answer in answers], axis=0, dtype=np.float32),
        np.mean([answer.categories for answer in answers], axis=0, dtype=np.float32),
        np.asarray(tags, dtype=np.float16),
    )
