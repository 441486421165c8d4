"""Fits the weights of the rule scorer on labelled texts and writes ``weights.json``.

    python scripts/fit_weights.py OUT.json LABELLED.jsonl...

Each line has ``label``, ``text`` and perhaps ``subject`` and ``from``. Deterministic, no dependency:
full-batch gradient descent with momentum on a few dozen features. Prints nothing about any text.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from pathlib import Path

from groupaudit.classifier.features import features
from groupaudit.classifier.lexicon import load
from groupaudit.classifier.reading import Reader
from groupaudit.classifier.text import passages
from groupaudit.model.finding import Verdict
from groupaudit.model.post import Document, Part, PartKind

ROUNDS, RATE, MOMENTUM, RIDGE = 400, 0.5, 0.9, 0.002
VERDICTS = list(Verdict)

Example = tuple[dict[str, float], int]


def main(out: Path, sources: list[Path]) -> None:
    """Fit on ``sources`` and write ``out``."""
    digest = hashlib.sha256()
    examples: list[Example] = []
    reader = Reader(load())
    for source in sorted(sources):
        digest.update(source.read_bytes())
        examples += [example(json.loads(line), reader) for line in source.read_text("utf-8").splitlines() if line]
    weights = fit(examples)
    table = {v.value: {name: round(w, 4) for name, w in sorted(weights[i].items())} for i, v in enumerate(VERDICTS)}
    about = {"texts": len(examples), "sources": sorted(s.stem for s in sources), "sha256": digest.hexdigest()}
    out.write_text(json.dumps({"fitted_on": about, "weights": table}, indent=1) + "\n", "utf-8")


def example(record: dict[str, str], reader: Reader) -> Example:
    """Features and label of one labelled text."""
    document = Document(
        id=str(record.get("id", "")), sender=record.get("from") or "", subject=record.get("subject") or "",
        parts=(Part(PartKind.BODY, text=record["text"]),),
    )  # fmt: skip
    return features(reader.read(passages(document))), VERDICTS.index(Verdict(record["label"]))


def fit(examples: list[Example]) -> list[dict[str, float]]:
    """Weights of a multinomial logistic regression with a ridge penalty."""
    names = sorted({name for values, _ in examples for name in values})
    place = {name: i for i, name in enumerate(names)}
    rows = [([(place[n], v) for n, v in values.items()], label) for values, label in examples]
    weights = [[0.0] * len(names) for _ in VERDICTS]
    speed = [[0.0] * len(names) for _ in VERDICTS]
    scale = _scales(rows, len(names))
    for _ in range(ROUNDS):
        slope = _slope(rows, weights, len(names))
        for k in range(len(VERDICTS)):
            for i in range(len(names)):
                step = slope[k][i] / len(rows) + RIDGE * weights[k][i]
                speed[k][i] = MOMENTUM * speed[k][i] - RATE / scale[i] * step
                weights[k][i] += speed[k][i]
    return [dict(zip(names, row, strict=True)) for row in weights]


def _scales(rows: list[tuple[list[tuple[int, float]], int]], size: int) -> list[float]:
    """Mean square of each feature, floored: rare features take larger steps, but not wild ones."""
    totals = [0.0] * size
    for row, _ in rows:
        for i, value in row:
            totals[i] += value * value
    return [max(0.15, total / len(rows)) * 4 for total in totals]


def _slope(
    rows: list[tuple[list[tuple[int, float]], int]], weights: list[list[float]], size: int
) -> list[list[float]]:
    slope = [[0.0] * size for _ in VERDICTS]
    for row, label in rows:
        logits = [sum(line[i] * value for i, value in row) for line in weights]
        highest = max(logits)
        raised = [math.exp(logit - highest) for logit in logits]
        total = sum(raised)
        for k, value in enumerate(raised):
            error = value / total - (k == label)
            line = slope[k]
            for i, x in row:
                line[i] += error * x
    return slope


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
