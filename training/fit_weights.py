# A script, not a package; its long lines are figures and docstrings.
# ruff: noqa: E501
"""Fits the weights of the rule scorer on labelled texts; run by hand, with the metrics it prints.

    python training/fit_weights.py FOLDER LABELLED.jsonl...

Writes ``words.json`` and ``weights.json`` into FOLDER. A line of LABELLED has ``label``, ``text``,
``health_spans`` and perhaps ``subject`` and ``from``. Each file is a fold: what the words tell of a
text is always judged by weights that have not seen its file, and so is every printed figure.
Deterministic, without dependencies; needs some minutes. Prints counts and figures only, never a text.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from groupaudit.classifier.features import features
from groupaudit.classifier.lexicon import load
from groupaudit.classifier.persons import Units
from groupaudit.classifier.reading import Reader, Reading
from groupaudit.classifier.score import LinearScorer
from groupaudit.classifier.text import Passage, passages
from groupaudit.classifier.wording import Wording, unit_words
from groupaudit.model.finding import Verdict
from groupaudit.model.post import Document, Part, PartKind

VERDICTS = list(Verdict)
ROUNDS, RATE, MOMENTUM, RIDGE = 500, 0.5, 0.9, 0.003
EPOCHS_UNITS, EPOCHS_DOCUMENTS, PULL, RARE = 8, 6, 0.006, 3
#: A unit that tells is rarer than one that does not: it counts that much more.
POSITIVE = 1.5
THRESHOLDS = (0.35, 0.4, 0.42, 0.45, 0.5, 0.6)

Row = tuple[dict[str, float], int]
Told = tuple[list[str], bool]


@dataclass(frozen=True)
class Example:
    """One labelled text, read; ``units`` are the words of its sentences and whether they tell."""

    label: int
    reading: Reading
    units: list[list[tuple[frozenset[str], bool]]]

    def words(self) -> frozenset[str]:
        """The words of all units."""
        return frozenset[str]().union(*(words for passage in self.units for words, _ in passage))


def main(folder: Path, sources: list[Path]) -> None:
    """Fit on ``sources``, print out-of-fold figures, write the weights into ``folder``."""
    reader = Reader(load(), Wording({}, {}))
    folds = {
        s.stem: [example(json.loads(line), reader) for line in s.open(encoding="utf-8")]
        for s in sorted(sources)
    }
    rows = {name: stacked(name, folds) for name in folds}
    for name in folds:
        figures(
            name,
            rows[name],
            scorer(fit([r for other in folds if other != name for r in rows[other]])),
        )
    about = {
        "sources": sorted(folds),
        "texts": sum(map(len, folds.values())),
        "sha256": digest(sources),
    }
    final = fit([row for fold in rows.values() for row in fold])
    table = {
        v.value: {n: round(w, 4) for n, w in sorted(final[i].items())}
        for i, v in enumerate(VERDICTS)
    }
    write(folder / "weights.json", {"fitted_on": about, "weights": table})
    words = wording([e for fold in folds.values() for e in fold])
    kept = {"units": rounded(words.units), "documents": rounded(words.documents)}
    write(folder / "words.json", {"fitted_on": about, **kept})


def digest(sources: Iterable[Path]) -> str:
    """SHA-256 over the sources in the order of their names."""
    return hashlib.sha256(b"".join(source.read_bytes() for source in sorted(sources))).hexdigest()


def rounded(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights that matter, with two decimals."""
    return {word: round(w, 2) for word, w in sorted(weights.items()) if abs(w) >= 0.05 or not word}


def write(path: Path, value: Mapping[str, Any]) -> None:
    """Write ``value`` compactly, one top-level key a line."""
    lines = [f"{json.dumps(key)}: {json.dumps(value[key], separators=(',', ':'))}" for key in value]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def example(record: dict[str, Any], reader: Reader) -> Example:
    """One labelled text, read without word weights."""
    document = Document(
        id="", sender=record.get("from") or "", subject=record.get("subject") or "",
        parts=(Part(PartKind.BODY, text=record["text"]),),
    )  # fmt: skip
    found = passages(document)
    reading = reader.read(found)
    units = [labelled_units(p, reading, i, record["health_spans"]) for i, p in enumerate(found)]
    return Example(VERDICTS.index(Verdict(record["label"])), reading, units)


def labelled_units(
    passage: Passage, reading: Reading, index: int, told: list[str]
) -> list[tuple[frozenset[str], bool]]:
    """The words of each unit and whether a labelled health span touches it."""
    units = Units(passage)
    telling: set[int] = set()
    for span in told:
        start = passage.text.find(span)
        if start >= 0:
            telling.update(range(units.of(start), units.of(start + len(span) - 1) + 1))
    words = unit_words(passage, units, reading.spans[index])
    return [(one, number in telling) for number, one in enumerate(words)]


def stacked(name: str, folds: dict[str, list[Example]]) -> list[Row]:
    """Features of one fold, its words judged by weights fitted on the other folds."""
    words = wording([e for other, fold in folds.items() if other != name for e in fold])
    return [(features(told(e, words)), e.label) for e in folds[name]]


def told(one: Example, words: Wording) -> Reading:
    """The reading with what ``words`` make of it."""
    chances = tuple(tuple(words.told(w for w, _ in passage)) for passage in one.units)
    return replace(one.reading, told=chances, about=words.about_somebody(one.words()))


def wording(examples: list[Example]) -> Wording:
    """Word weights for units and for documents."""
    units = [(sorted(w), y) for e in examples for passage in e.units for w, y in passage if w]
    documents = [(sorted(e.words()), e.label == 0) for e in examples]
    return Wording(descend(units, EPOCHS_UNITS), descend(documents, EPOCHS_DOCUMENTS))


def descend(rows: list[Told], epochs: int) -> dict[str, float]:
    """Logistic regression over sets of words by AdaGrad; words seen in too few rows are left out."""
    seen = Counter(word for words, _ in rows for word in words)
    kept = [([w for w in words if seen[w] >= RARE] + [""], y) for words, y in rows]
    weights: dict[str, float] = defaultdict(float)
    squares: dict[str, float] = defaultdict(lambda: 0.01)
    order = random.Random(1)
    for _ in range(epochs):
        order.shuffle(kept)
        for words, y in kept:
            logit = sum(weights[word] for word in words)
            error = (1 / (1 + math.exp(-max(-30.0, min(30.0, logit)))) - y) * (
                POSITIVE if y else 1.0
            )
            for word in words:
                slope = error + (PULL * weights[word] if word else 0.0)
                squares[word] += slope * slope
                weights[word] -= 0.15 * slope / math.sqrt(squares[word])
    return dict(weights)


def fit(rows: list[Row]) -> list[dict[str, float]]:
    """Weights of a multinomial logistic regression with a ridge penalty."""
    names = sorted({name for values, _ in rows for name in values})
    place = {name: i for i, name in enumerate(names)}
    packed = [([(place[n], v) for n, v in values.items()], label) for values, label in rows]
    weights = [[0.0] * len(names) for _ in VERDICTS]
    speed = [[0.0] * len(names) for _ in VERDICTS]
    scale = _scales(packed, len(names))
    for _ in range(ROUNDS):
        slope = _slope(packed, weights, len(names))
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


def scorer(weights: list[dict[str, float]]) -> LinearScorer:
    """A scorer with these weights."""
    return LinearScorer(dict(zip(VERDICTS, weights, strict=True)))


def figures(name: str, rows: list[Row], fitted: LinearScorer) -> None:
    """Print precision and recall of identifiable_health at some thresholds."""
    chances = [
        (fitted.of(values)[Verdict.IDENTIFIABLE_HEALTH], label == 0) for values, label in rows
    ]
    cells = []
    for threshold in THRESHOLDS:
        right = sum(c >= threshold and y for c, y in chances)
        said, true = sum(c >= threshold for c, _ in chances), sum(y for _, y in chances)
        cells.append(f"{threshold}: P {right / max(1, said):.3f} R {right / max(1, true):.3f}")
    sys.stdout.write(f"{name:10} " + "  ".join(cells) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
