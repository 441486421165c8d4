"""Trains the classifier's networks and writes them into the package: ``make train``.

    python -m training.train [--hold NAME,...] [--out FOLDER] [--work FOLDER] [--device cuda]

Teachers learn every text of the folders and augmented copies of it; pupils learn from the texts and
from what the teachers make of them (``training/recipe.py``). Files named by ``--hold`` are kept out
of all that and scored, as are ``mail`` and the texts of ``held/``. Without ``--out`` figures are
all that comes of it.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path

from training.corpora import files, surnames, unlearned
from training.course import add_options, copies, passed, plan
from training.data import examples
from training.release import record, scored
from training.texts import read

logger = logging.getLogger("training")


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, score, write. Raises SystemExit for wrong options."""
    logging.basicConfig(format="%(asctime)s %(message)s")
    logger.setLevel(logging.INFO)
    options = _options(arguments)
    held = frozenset(filter(None, options.hold.split(",")))
    found = files(options.texts)
    learned = [file for file in found if file.stem not in held]
    texts = [item for file in learned for item in read(file)]
    prepared = copies(texts, options.copies, surnames() if options.copies else ())
    (release,) = passed([prepared], plan(options))
    tested = [item for file in found if file.stem in held for item in read(file)] + unlearned()
    scores = scored(release.network(), examples(tested))
    for source, reached in scores.items():
        logger.info("%s: %s", source, reached)
    if options.out:
        release.write(options.out)
        record(options.out, learned, _recipe(options), scores)


def _recipe(options: argparse.Namespace) -> str:
    epochs = f"{options.epochs} epochs each" if options.epochs else "epochs of training/recipe.py"
    return f"{options.teachers} teachers, {options.copies} copies of each text, {epochs}"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    add_options(parser)
    parser.add_argument("--hold", default="", help="files (stems) to score instead of learning")
    parser.add_argument("--out", type=Path, help="folder of the package's weights")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
