"""Scores the shipped classifier on texts never learned, for its record: ``make train``.

    python -m training.score [--out FOLDER]

The whole cascade is measured, thresholds included; ``training.train`` measures the networks alone.
A hospital measures its own mail with ``groupaudit evaluate``.
"""

from __future__ import annotations

import argparse
import json
import logging
import secrets
from collections.abc import Sequence
from pathlib import Path

from groupaudit.classifier import engine
from groupaudit.model.finding import Verdict
from training.corpora import unlearned
from training.metrics import Figures, figures
from training.texts import VERDICTS, Labelled

logger = logging.getLogger("training")

#: What the record calls figures of the whole classifier.
WHOLE = "whole_classifier"


def main(arguments: Sequence[str] | None = None) -> None:
    """Score, say the figures, and record them in the folder that ``--out`` names."""
    logging.basicConfig(format="%(message)s")
    logger.setLevel(logging.INFO)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, help="folder of the package's weights")
    folder = parser.parse_args(arguments).out
    texts = unlearned()
    scores = {
        source: whole([item for item in texts if item.source == source])
        for source in sorted({item.source for item in texts})
    }
    for source, reached in scores.items():
        logger.info("%s: %s", source, reached)
    if folder:
        _record(folder / "model.json", scores)


def whole(texts: Sequence[Labelled]) -> Figures:
    """Figures of the shipped classifier on ``texts``."""
    classifier = engine.build(secrets.token_bytes(32))
    told = [classifier.classify(item.document()).verdict for item in texts]
    return figures(
        [VERDICTS.index(item.verdict) for item in texts],
        [VERDICTS.index(verdict or Verdict.ORDINARY) for verdict in told],
    )


def _record(path: Path, scores: dict[str, Figures]) -> None:
    described = json.loads(path.read_text(encoding="utf-8"))
    described["metrics"][WHOLE] = {name: each.as_dict() for name, each in scores.items()}
    path.write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
