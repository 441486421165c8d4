"""Trains the classifier's networks and writes them into the package: ``make train``.

    python -m training.train [--hold NAME,...] [--out FOLDER] [--work FOLDER] [--device cuda]

Teachers learn every text of the folders and augmented copies of it; pupils learn from the texts and
from what the teachers make of them (``training/recipe.py``). Files named by ``--hold`` are kept out
of all that and scored, as is ``mail``. Without ``--out`` the figures are all that comes of it.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path

import torch

from training.augment import Augmenter
from training.batches import Taught
from training.corpora import FOLDERS, files, mail, surnames
from training.data import Example, examples
from training.encoder import Features
from training.learn import Learner
from training.recipe import CAREFUL_PUPILS, COPIES, QUICK_PUPIL, TEACHERS, Lesson
from training.release import Release, record, released, scored
from training.teaching import taught
from training.texts import VERDICTS, Labelled, read

logger = logging.getLogger("training")


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, score, write. Raises SystemExit for wrong options."""
    logging.basicConfig(format="%(asctime)s %(message)s")
    logger.setLevel(logging.INFO)
    options = _options(arguments)
    held = frozenset(filter(None, options.hold.split(",")))
    found = files(options.texts)
    learned = [file for file in found if file.stem not in held]
    release = _trained([item for file in learned for item in read(file)], options)
    tested = [item for file in found if file.stem in held for item in read(file)] + mail()
    scores = scored(release.network(), examples(tested)) if tested else {}
    for source, reached in scores.items():
        logger.info("%s: %s", source, reached)
    if options.out:
        release.write(options.out)
        record(options.out, learned, _recipe(options), scores)


def copies(texts: Sequence[Labelled], number: int, names: Sequence[str]) -> list[list[Example]]:
    """``texts``, then ``number`` copies of them all, each augmented in its own way."""
    others = {each: [item.text for item in texts if item.verdict is each] for each in VERDICTS}
    made = [examples(texts)]
    for seed in range(1, number + 1):
        augment = Augmenter(seed, names, others)
        made.append(examples([augment(item) for item in texts]))
        logger.info("copy %d of %d prepared", seed, number)
    return made


def _trained(texts: Sequence[Labelled], options: argparse.Namespace) -> Release:
    device = _device(options.device)
    prepared = copies(texts, options.copies, surnames() if options.copies else ())
    logger.info("%d texts to learn, on %s", len(texts), device)
    features = Features(prepared[0]).to(device)
    teachers = [lesson.lasting(options.epochs) for lesson in TEACHERS[: options.teachers]]
    answered = taught(teachers, prepared, features, device, options.work)

    def pupil(lesson: Lesson) -> torch.nn.Module:
        return _pupil(lesson.lasting(options.epochs), answered, features, device)

    return released(pupil(QUICK_PUPIL), [pupil(lesson) for lesson in CAREFUL_PUPILS], features)


def _pupil(
    lesson: Lesson, answered: Sequence[Sequence[Taught]], features: Features, device: torch.device
) -> torch.nn.Module:
    learner = Learner(lesson, features, device)
    learner.train(answered)
    return learner.network


def _device(name: str) -> torch.device:
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)


def _recipe(options: argparse.Namespace) -> str:
    epochs = f"{options.epochs} epochs each" if options.epochs else "epochs of training/recipe.py"
    return f"{options.teachers} teachers, {options.copies} copies of each text, {epochs}"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--texts", nargs="+", type=Path, default=FOLDERS, help="folders")
    parser.add_argument("--hold", default="", help="files (stems) to score instead of learning")
    parser.add_argument("--teachers", type=int, default=len(TEACHERS))
    parser.add_argument("--copies", type=int, default=COPIES, help="augmented, of each text")
    parser.add_argument("--epochs", type=int, help="for every network, instead of the recipe's")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument(
        "--work", type=Path, default=Path("build/training"), help="keeps the teachers' answers"
    )
    parser.add_argument("--out", type=Path, help="folder of the package's weights")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
