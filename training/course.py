"""From labelled texts to networks that can be shipped: copies, teachers, pupils, release.

Several courses, each with texts of its own, go through together: what can be done beside each other
is (``--beside``).
"""

from __future__ import annotations

import argparse
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray

from training.augment import Augmenter
from training.batches import Taught
from training.beside import beside
from training.corpora import FOLDERS
from training.data import Example, examples
from training.encoder import Features
from training.learn import Learner, fresh
from training.recipe import COPIES, PUPILS, TEACHERS, Lesson
from training.release import Release, released
from training.teaching import lessons, taught
from training.texts import VERDICTS, Labelled

logger = logging.getLogger("training")

Weights = Mapping[str, NDArray[Any]]
#: As they were written, and each copy.
Copies = Sequence[Sequence[Example]]


@dataclass(frozen=True)
class Plan:
    """Who teaches, who learns, and where. ``beside`` networks are trained at once."""

    teachers: Sequence[Lesson]
    pupils: Sequence[Lesson]
    device: str
    work: Path
    beside: int


def add_options(parser: argparse.ArgumentParser) -> None:
    """What ``plan`` reads, and the folders of texts and the number of copies."""
    parser.add_argument("--texts", nargs="+", type=Path, default=FOLDERS, help="folders")
    parser.add_argument("--teachers", type=int, default=len(TEACHERS))
    parser.add_argument("--copies", type=int, default=COPIES, help="augmented, of each text")
    parser.add_argument("--epochs", type=int, help="for every network, instead of the recipe's")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument(
        "--beside",
        type=int,
        default=max(1, (os.cpu_count() or 1) // 2),
        help="networks that are trained at once (half as many as there are cores)",
    )
    parser.add_argument(
        "--work", type=Path, default=Path("build/training"), help="keeps the teachers' answers"
    )


def plan(options: argparse.Namespace) -> Plan:
    """What the command line asks for."""
    return Plan(
        teachers=[lesson.lasting(options.epochs) for lesson in TEACHERS[: options.teachers]],
        pupils=[lesson.lasting(options.epochs) for lesson in PUPILS],
        device=options.device,
        work=options.work,
        beside=options.beside,
    )


def copies(texts: Sequence[Labelled], number: int, names: Sequence[str]) -> list[list[Example]]:
    """``texts``, then ``number`` copies of them all, each augmented in its own way."""
    others = {each: [item.text for item in texts if item.verdict is each] for each in VERDICTS}
    made = [examples(texts)]
    for seed in range(1, number + 1):
        augment = Augmenter(seed, names, others)
        made.append(examples([augment(item) for item in texts]))
    logger.info("%d texts to learn, each with %d copies", len(texts), number)
    return made


def passed(courses: Sequence[Copies], how: Plan) -> list[Release]:
    """The pupils of each course."""
    answered = list(_answered(courses, how))
    grown = beside(
        [partial(_pupil, lesson, texts, how.device) for texts in answered for lesson in how.pupils],
        how.beside,
    )
    each = len(how.pupils)
    return [
        _released(how.pupils, grown[place * each : (place + 1) * each], course[0])
        for place, course in enumerate(courses)
    ]


def _answered(courses: Sequence[Copies], how: Plan) -> Iterator[list[list[Taught]]]:
    """The texts of each course with what its teachers make of them."""
    tasks = [lessons(how.teachers, course, how.device, how.work) for course in courses]
    kept = iter(beside([task for each in tasks for task in each], how.beside))
    for course, own in zip(courses, tasks, strict=True):
        yield taught(course, [next(kept) for _ in own])


def _pupil(lesson: Lesson, texts: Sequence[Sequence[Taught]], device: str) -> Weights:
    """The weights of a pupil that has learned ``texts``."""
    learner = Learner(lesson, [text.example for text in texts[0]], device)
    learner.train(texts)
    return {name: part.cpu().numpy() for name, part in learner.network.state_dict().items()}


def _released(
    pupils: Sequence[Lesson], grown: Sequence[Weights], texts: Sequence[Example]
) -> Release:
    networks = []
    for lesson, weights in zip(pupils, grown, strict=True):
        pupil = fresh(lesson)
        pupil.load_state_dict({name: torch.from_numpy(part) for name, part in weights.items()})
        networks.append(pupil)
    return released(networks, Features(texts))
