"""Trains the classifier's model and writes it into the package: ``make train``.

    python -m training.train --texts FOLDER... [--hold NAME,...] [--seeds N] [--out FOLDER]

Every ``*.jsonl`` under the folders is read; files named by ``--hold`` are kept out of training and
scored instead. Writes ``tagger-N.onnx`` and ``model.json`` (data digest, metrics, thresholds) into
``--out``, or only prints the figures without it. Deterministic for a given machine and version.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import pickle
import random
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from groupaudit.classifier.tagger.composed import FLAGS
from training.augment import Augmenter
from training.data import Example, examples
from training.metrics import Figures, figures
from training.network import Tagger, exported
from training.texts import CATEGORIES, VERDICTS, Labelled, digest, read

logger = logging.getLogger("training")

SHARED = Path("../shared/corpora")
SURNAMES = Path("../shared/terminologies/insee_noms2008nat.txt")
EPOCHS, COPIES, BATCH, RATE = 12, 2, 32, 2e-3
SMOOTHING, TAG_WEIGHTS, CATEGORY_SHARE = 0.08, (2.0, 3.0), 0.3
#: Share of texts that a network sees as they were written; the others are augmented copies.
ORIGINAL = 0.45

Chances = NDArray[np.float32]


def main() -> None:
    """Train, score, write."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", force=True)
    options = _options()
    torch.set_num_threads(options.threads)
    held = frozenset(filter(None, options.hold.split(",")))
    files = [file for folder in options.texts for file in sorted(Path(folder).glob("*.jsonl"))]
    texts = [item for file in files for item in read(file)]
    learned = [item for item in texts if item.source not in held]
    copies = _prepared(learned, texts, options.cache)
    if options.prepare:
        return
    tested = examples([item for item in texts if item.source in held])
    mail = SHARED / "mail" / "text.jsonl"
    tested += examples([_named(item, "mail") for item in read(mail)]) if mail.exists() else []
    logger.info("%d texts to learn, %d to score", len(learned), len(tested))
    networks, chances = [], []
    for seed in range(options.first_seed, options.first_seed + options.seeds):
        networks.append(_trained(copies, seed, options.epochs))
        chances.append(_logits(networks[-1], tested))
        _say(f"seed {seed}", tested, chances[-1:])
    _say("average", tested, chances)
    if options.keep:
        Path(options.keep).write_bytes(
            pickle.dumps(
                [
                    (e.source, e.id, e.verdict, sum(c[n] for c in chances) / len(chances))
                    for n, e in enumerate(tested)
                ]
            )
        )
    if options.out:
        _write(Path(options.out), networks, files, tested, chances, held)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--texts", nargs="+", default=[str(SHARED / "train"), "training/corpus"])
    parser.add_argument("--hold", default="", help="files (stems) to score instead of learning")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--cache", default="", help="file that keeps the prepared texts")
    parser.add_argument("--prepare", action="store_true", help="only fill the cache")
    parser.add_argument("--keep", default="", help="file for the scores of the held texts")
    parser.add_argument("--out", default="", help="folder of the package's weights")
    return parser.parse_args()


def _named(item: Labelled, source: str) -> Labelled:
    from dataclasses import replace

    return replace(item, source=source)


def _prepared(
    learned: Sequence[Labelled], texts: Sequence[Labelled], cache: str
) -> list[list[Example]]:
    """For each text to learn: itself, then its augmented copies. The cache holds all ``texts``."""
    wanted = {(item.source, item.id) for item in learned}
    if not cache:
        return _augmented(learned)
    if not Path(cache).exists():
        Path(cache).write_bytes(pickle.dumps(_augmented(texts), protocol=5))
    kept = pickle.loads(Path(cache).read_bytes())  # noqa: S301 - our own file
    return [group for group in kept if (group[0].source, group[0].id) in wanted]


def _augmented(texts: Sequence[Labelled]) -> list[list[Example]]:
    ordinary = [item.text for item in texts if item.verdict.value == "ordinary"]
    augment = Augmenter(1, surnames(), ordinary)
    made = [examples(texts)]
    made += [examples([augment(item) for item in texts]) for _ in range(COPIES)]
    return [list(group) for group in zip(*made, strict=True)]


def surnames() -> list[str]:
    """Surnames to rename persons with."""
    lines = SURNAMES.read_text(encoding="latin-1").splitlines()
    names = [line.split("\t")[0].split("[")[0].strip() for line in lines[:40_000]]
    return [name for name in names if name.isalpha() and len(name) > 2]


def _trained(groups: Sequence[Sequence[Example]], seed: int, epochs: int) -> Tagger:
    torch.manual_seed(seed)
    draw = random.Random(seed)
    network = Tagger()
    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=1e-2)
    steps = math.ceil(len(groups) / BATCH) * epochs
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    for epoch in range(epochs):
        began, total = time.monotonic(), 0.0
        for batch in _batches(groups, draw):
            with torch.autocast("cpu", torch.bfloat16):
                loss = _loss(network, batch)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += float(loss.detach())
        logger.info(
            "seed %d epoch %d loss %.1f, %.0f s", seed, epoch, total, time.monotonic() - began
        )
    return network.eval()


def _batches(
    groups: Sequence[Sequence[Example]], draw: random.Random
) -> Iterator[Sequence[Example]]:
    """One pass over the texts, each as written or as one of its copies, by like length."""
    chosen = [group[0] if draw.random() < ORIGINAL else draw.choice(group[1:]) for group in groups]
    chosen.sort(key=lambda example: len(example) + draw.random() * 40)
    batches = [chosen[start : start + BATCH] for start in range(0, len(chosen), BATCH)]
    draw.shuffle(batches)
    yield from batches


def _loss(network: Tagger, batch: Sequence[Example]) -> Tensor:
    features, mask = _padded(batch)
    verdicts, categories, tags = (part.float() for part in network(features, mask))
    wanted = torch.zeros(*mask.shape, 2)
    for row, example in enumerate(batch):
        wanted[row, : len(example)] = torch.from_numpy(example.tags.astype(np.float32))
    marked = mask * torch.tensor([[float(example.spans)] for example in batch])
    tagging = nn.functional.binary_cross_entropy_with_logits(
        tags, wanted, pos_weight=torch.tensor(TAG_WEIGHTS), reduction="none"
    ).mean(-1)
    kinds = torch.from_numpy(np.stack([example.categories for example in batch])).float()
    return (
        nn.functional.cross_entropy(
            verdicts,
            torch.tensor([example.verdict for example in batch]),
            label_smoothing=SMOOTHING,
        )
        + (tagging * marked).sum() / marked.sum().clamp(min=1)
        + CATEGORY_SHARE
        * nn.functional.binary_cross_entropy_with_logits(
            categories, kinds, pos_weight=torch.tensor(3.0)
        )
    )


def _padded(batch: Sequence[Example]) -> tuple[Tensor, Tensor]:
    longest = max(map(len, batch))
    features = torch.zeros(len(batch), longest, batch[0].features.shape[1])
    mask = torch.zeros(len(batch), longest)
    for row, example in enumerate(batch):
        features[row, : len(example)] = torch.from_numpy(example.features)
        mask[row, : len(example)] = 1
    return features, mask


def _logits(network: Tagger, tested: Sequence[Example]) -> Chances:
    with torch.no_grad():
        rows = [network(*_padded([example]))[0][0].numpy() for example in tested]
    return np.array(rows, dtype=np.float32).reshape(-1, len(VERDICTS))


def _say(title: str, tested: Sequence[Example], logits: Sequence[Chances]) -> None:
    for source in sorted({example.source for example in tested}):
        logger.info("%s: %s: %s", title, source, _figures(tested, logits, source))


def _figures(tested: Sequence[Example], logits: Sequence[Chances], source: str) -> Figures:
    mean = np.mean(logits, axis=0)
    rows = [number for number, example in enumerate(tested) if example.source == source]
    return figures([tested[row].verdict for row in rows], [int(mean[row].argmax()) for row in rows])


def _write(  # noqa: PLR0917 - what a record is made of
    folder: Path,
    networks: Sequence[Tagger],
    files: Sequence[Path],
    tested: Sequence[Example],
    logits: Sequence[Chances],
    held: frozenset[str],
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("tagger-*.onnx"):
        old.unlink()
    for number, network in enumerate(networks):
        (folder / f"tagger-{number}.onnx").write_bytes(exported(network))
    learned = [file for file in files if file.stem not in held]
    described = {
        "trained": datetime.now(UTC).date().isoformat(),
        "data": [file.name for file in learned],
        "data_digest": digest(learned),
        "verdicts": [verdict.value for verdict in VERDICTS],
        "categories": list(CATEGORIES),
        "flags": list(FLAGS),
        "temperature": 1.0,
        "metrics": {
            source: _figures(tested, logits, source).as_dict()
            for source in sorted({example.source for example in tested})
        },
    }
    (folder / "model.json").write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
