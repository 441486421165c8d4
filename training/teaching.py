"""The teachers, and what all of them make of every text and copy.

Their answers are kept in a folder, so that a training that was interrupted goes on from there. What
was answered to other texts, or by a teacher of another recipe, has another name and is not used.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from training.batches import Answer, Taught
from training.data import Example
from training.learn import Learner
from training.recipe import Lesson

logger = logging.getLogger("training")


def lessons(
    teachers: Sequence[Lesson], copies: Sequence[Sequence[Example]], device: str, work: Path
) -> list[Callable[[], Path]]:
    """Tasks: for each of ``teachers``, to learn ``copies`` and keep its answers under ``work``."""
    work.mkdir(mode=0o700, parents=True, exist_ok=True)
    return [partial(_teach, lesson, copies, device, work) for lesson in teachers]


def taught(copies: Sequence[Sequence[Example]], kept: Sequence[Path]) -> list[list[Taught]]:
    """``copies`` with the mean of the answers that teachers kept; with none, where none did."""
    if not kept:
        return [[Taught(example) for example in group] for group in copies]
    every = [example for group in copies for example in group]
    told = [_loaded(path, every) for path in kept]
    means = iter(_mean(each) for each in zip(*told, strict=True))
    return [[Taught(example, next(means)) for example in group] for group in copies]


def _teach(lesson: Lesson, copies: Sequence[Sequence[Example]], device: str, work: Path) -> Path:
    """Where one teacher's answers to every text of every copy lie, one copy after the other."""
    every = [example for group in copies for example in group]
    kept = work / f"{lesson.name}-{_key(lesson, every)}.npz"
    if kept.exists():
        logger.info("%s: answers kept from an earlier run", lesson.name)
        return kept
    teacher = Learner(lesson, copies[0], device)
    teacher.train([[Taught(example) for example in group] for group in copies])
    _keep(kept, teacher.answers(every))
    return kept


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
