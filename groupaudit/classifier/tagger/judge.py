"""Reads a document with the networks: its verdict, its categories, and which words carry them.

A long document is read in windows; the one that tells most about a person decides, and the tags of
all count. Refuses to look at more than ``MOST_WINDOWS`` of them: those with most health and names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from groupaudit.classifier.span import Span
from groupaudit.classifier.tagger import network
from groupaudit.classifier.tagger.composed import FLAGS, Composed, compose, flags
from groupaudit.classifier.tagger.network import LONGEST, Told
from groupaudit.classifier.tagger.pieces import Floats, Pieces, vocabulary
from groupaudit.classifier.tagger.places import Place
from groupaudit.classifier.text import Passage
from groupaudit.model.finding import Verdict

#: Windows of a long document that are read, and how many pieces two neighbours share.
MOST_WINDOWS, OVERLAP = 8, 100
#: Pieces of a document that are looked at to choose its windows.
_REACH = LONGEST * 64
#: Probability from which a piece counts as tagged: as telling a health fact, as naming somebody
#: (from .5 on, 127 persons of 114 were counted on ``mail``, where tags weigh 3 in training).
TAGGED = (0.5, 0.7)
#: The same of a category: where it weighs 3 in training (``training.loss``), this means even odds.
SEEN = 0.75
_TELLING = np.array([name.startswith(("health-strong", "name-candidate", "id-")) for name in FLAGS])


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the networks say of a document.

    ``chances`` sum to 1. ``health`` and ``persons`` are the tagged stretches in reading order.
    """

    chances: Mapping[Verdict, float]
    categories: tuple[str, ...]
    health: tuple[Place, ...]
    persons: tuple[Place, ...]


def judge(passages: Sequence[Passage], spans: Sequence[Sequence[Span]]) -> Judgement:
    """The networks' judgement of ``passages``, whose detected spans are ``spans``."""
    composed = compose(passages)
    cut = vocabulary().pieces(composed.text, _REACH)
    marked = flags(composed, cut, spans)
    networks, told, tags = network.shipped(), [], np.zeros((len(cut), 2), dtype=np.float32)
    for start, end in _windows(marked):
        answer = networks.read(cut.ids[start:end], marked[start:end])
        told.append(answer)
        tags[start:end] = np.maximum(tags[start:end], answer.tags)
    worst = max(told, key=_about_a_person)
    return Judgement(
        chances=dict(zip(Verdict, map(float, worst.verdicts), strict=True)),
        categories=_seen(told),
        health=tuple(_places(composed, cut, tags[:, 0] >= TAGGED[0])),
        persons=tuple(_places(composed, cut, tags[:, 1] >= TAGGED[1])),
    )


def _windows(marked: Floats) -> list[tuple[int, int]]:
    """Ranges of pieces to read, in order."""
    count = len(marked)
    if count <= LONGEST:
        return [(0, count)]
    starts = range(0, count - OVERLAP, LONGEST - OVERLAP)
    ranges = [(start, min(start + LONGEST, count)) for start in starts]
    telling = [float(marked[start:end, _TELLING].sum()) for start, end in ranges]
    best = sorted(range(len(ranges)), key=lambda place: (-telling[place], place))[:MOST_WINDOWS]
    return [ranges[place] for place in sorted(best)]


def _about_a_person(told: Told) -> tuple[float, float]:
    identifiable, person = float(told.verdicts[0]), float(told.verdicts[1])
    return identifiable, person


def _seen(told: Sequence[Told]) -> tuple[str, ...]:
    names = network.category_names()
    highest = np.max([answer.categories for answer in told], axis=0)
    return tuple(name for name, chance in zip(names, highest, strict=True) if chance >= SEEN)


def _places(composed: Composed, cut: Pieces, marked: NDArray[np.bool_]) -> Iterator[Place]:
    """Runs of tagged pieces as stretches of the passages that hold them."""
    tagged = np.flatnonzero(marked)
    if not len(tagged):
        return iter(())
    breaks = np.flatnonzero(tagged[1:] - tagged[:-1] > 1)
    first, last = [0, *(breaks + 1)], [*breaks, len(tagged) - 1]
    starts, ends = cut.starts[tagged[first]].tolist(), cut.ends[tagged[last]].tolist()
    places = (_place(composed, start, end) for start, end in zip(starts, ends, strict=True))
    # Without characters where only what stands between two passages was tagged.
    return (place for place in places if place.start < place.end)


def _place(composed: Composed, start: int, end: int) -> Place:
    """A stretch of the composed text as one of the passage that it begins in."""
    while start < end and composed.text[start].isspace():
        start += 1
    passage = composed.passage_of(start)
    offset = composed.offsets[passage]
    return Place(passage, max(start, offset) - offset, min(end, composed.ends[passage]) - offset)
