"""Labelled texts as arrays: pieces, flags and targets of every piece."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from groupaudit.classifier.reading import Reader, shipped_reader
from groupaudit.classifier.reflow import reflowed, typed
from groupaudit.classifier.tagger.composed import Composed, compose, flags
from groupaudit.classifier.tagger.network import LONGEST
from groupaudit.classifier.tagger.pieces import Pieces, vocabulary
from groupaudit.classifier.text import passages, unify
from training.texts import CATEGORIES, VERDICTS, Labelled

Bits = NDArray[np.uint8]


@dataclass(frozen=True)
class Example:
    """One text as the network sees it. ``tags`` has a column for health and one for persons."""

    source: str
    verdict: int
    ids: NDArray[np.int32]
    flags: Bits
    tags: Bits
    categories: Bits
    spans: bool

    def __len__(self) -> int:
        return len(self.ids)


def examples(items: Sequence[Labelled], processes: int | None = None) -> list[Example]:
    """Every text of ``items``, in order; read by as many processes as there are cores for None."""
    with get_context("fork").Pool(processes) as pool:
        return list(pool.imap(_example, items, chunksize=64))


def _example(item: Labelled) -> Example:
    reader: Reader = shipped_reader()
    found = reflowed(passages(item.document()))
    composed = compose(found)
    pieces = vocabulary().pieces(composed.text, LONGEST)
    return Example(
        source=item.source,
        verdict=VERDICTS.index(item.verdict),
        ids=pieces.ids.astype(np.int32),
        flags=flags(composed, pieces, reader.read(found).spans).astype(np.uint8),
        tags=_tags(composed, pieces, item),
        categories=np.array([name in item.categories for name in CATEGORIES], dtype=np.uint8),
        spans=item.spans,
    )


def _tags(composed: Composed, pieces: Pieces, item: Labelled) -> Bits:
    tags = np.zeros((len(pieces), 2), dtype=np.uint8)
    text = composed.text.replace("\n", " ")
    for column, spans in enumerate((item.health, item.person)):
        for span in spans:
            told = typed(unify(span)).replace("\n", " ")
            for start in _occurrences(text, told):
                end = start + len(told)
                tags[(pieces.ends > start) & (pieces.starts < end), column] = 1
    return tags


def _occurrences(text: str, span: str) -> Iterator[int]:
    """Where ``span`` stands; a short one is taken once, since it may be part of another word."""
    place = text.find(span) if span else -1
    while place >= 0:
        yield place
        place = text.find(span, place + 1) if len(span) > 6 else -1
