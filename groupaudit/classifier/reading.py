"""A document read: its passages, the spans found in them, the persons, and the cues.

This is what a scorer judges: the rule scorer of this version, or a model put in its place. It holds
text and never leaves the classifier.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from groupaudit.classifier import cues, lexicon, persons, wording
from groupaudit.classifier.detectors import IDENTITY, REGISTRY
from groupaudit.classifier.detectors.pattern import Detector, Prefilter
from groupaudit.classifier.lexicon import STRONG, Lexicon
from groupaudit.classifier.persons import Linked, Units
from groupaudit.classifier.span import Kind, Role, Span
from groupaudit.classifier.text import Passage
from groupaudit.classifier.wording import Wording, unit_words


@dataclass(frozen=True, slots=True)
class Reading:
    """``spans[i]`` are those of ``passages[i]``, in order and without overlap of the same kind.

    ``told[i][u]`` is how likely unit ``u`` of passage ``i`` tells the health of one person by its
    words, ``about`` the log-odds that the whole is about an identifiable patient, ``familiar`` the
    share of its words that the weights know.
    """

    passages: tuple[Passage, ...] = field(repr=False)
    spans: tuple[tuple[Span, ...], ...]
    linked: tuple[Linked, ...]
    cues: dict[str, int]
    told: tuple[tuple[float, ...], ...] = ()
    about: float = 0.0
    familiar: float = 1.0

    def all(self, kind: Kind) -> Iterable[Span]:
        """Every span of ``kind``."""
        return (span for found in self.spans for span in found if span.kind is kind)

    @property
    def candidates(self) -> tuple[Linked, ...]:
        """Mentions of persons whom a health fact may concern."""
        return tuple(item for item in self.linked if item.mention.span.role is Role.CANDIDATE)


@dataclass(frozen=True, slots=True)
class Reader:
    """Runs lexicon, detectors and word weights over passages."""

    lexicon: Lexicon
    wording: Wording
    extra: tuple[Detector, ...] = ()

    def spans(self, passages: tuple[Passage, ...]) -> tuple[tuple[Span, ...], ...]:
        """Every span found in each of ``passages``."""
        sender = _sender_tokens(passages)
        return tuple(tuple(self._spans(passage, sender)) for passage in passages)

    def read(self, passages: tuple[Passage, ...]) -> Reading:
        """Everything found in ``passages``."""
        spans = self.spans(passages)
        units = [Units(passage) for passage in passages]
        weights = [persons.weights_by_unit(*pair) for pair in zip(units, spans, strict=True)]
        found = persons.mentions(zip(range(len(passages)), passages, units, spans, strict=True))
        linked = tuple(persons.link(mention, weights[mention.passage]) for mention in found)
        words = [unit_words(*three) for three in zip(passages, units, spans, strict=True)]
        told = tuple(tuple(self.wording.told(one)) for one in words)
        every = frozenset[str]().union(*(unit for one in words for unit in one))
        about, familiar = self.wording.about_somebody(every), self.wording.familiar(every)
        return Reading(passages, spans, linked, cues.count(passages), told, about, familiar)

    def _spans(self, passage: Passage, sender: frozenset[bytes]) -> list[Span]:
        kept: list[Span] = []
        hits = _prefilter().hits(passage.folded)
        found = [(place < len(IDENTITY), REGISTRY[place]) for place in sorted(hits)]
        taken = bytearray(len(passage.text) + 1)
        for detector in (*self.extra, *(d for identity, d in found if identity)):
            _keep(kept, taken, detector.find(passage), passage)
        health = bytearray(len(passage.text) + 1)
        for detector in (d for identity, d in found if not identity):
            _keep(kept, health, detector.find(passage), passage)
        terms = self.lexicon.spans(passage)
        free = (span for span in terms if not taken[span.start] or span.weight >= STRONG)
        _keep(kept, health, free, passage)
        kept.sort(key=lambda span: (span.start, -span.end))
        return [persons.with_role(passage, span, sender) for span in kept]


@lru_cache(maxsize=1)
def shipped_reader() -> Reader:
    """The reader with the shipped lexicons alone."""
    return Reader(lexicon.load(), wording.shipped())


@lru_cache(maxsize=1)
def _prefilter() -> Prefilter:
    return Prefilter([(detector.expression, detector.case) for detector in REGISTRY])


def _keep(kept: list[Span], taken: bytearray, spans: Iterable[Span], passage: Passage) -> None:
    """Keep those of ``spans`` whose characters are free and may decide, and take them."""
    silent = bool(passage.silent)  # almost never: asked once, not for each span
    for span in spans:
        free = taken.find(1, span.start, span.end) < 0
        if free and not (silent and passage.is_silent(span.start)):
            kept.append(span)
            taken[span.start : span.end] = b"\1" * (span.end - span.start)


def _sender_tokens(passages: tuple[Passage, ...]) -> frozenset[bytes]:
    """Telling words of the sender's display name."""
    for passage in passages:
        if passage.kind == "from":
            name = passage.folded.lower.split(b"<")[0]
            return persons.name_tokens(name) if b"@" not in name else frozenset()
    return frozenset()
