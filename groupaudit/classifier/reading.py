"""A document read: its passages, the spans found in them, the persons, and the cues.

This is what a scorer judges: the rule scorer of this version, or a model put in its place. It holds
text and never leaves the classifier.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from groupaudit.classifier import cues, persons
from groupaudit.classifier.detectors import HEALTH, IDENTITY
from groupaudit.classifier.detectors.pattern import Detector
from groupaudit.classifier.lexicon import Lexicon
from groupaudit.classifier.persons import Linked, Units
from groupaudit.classifier.span import Kind, Role, Span
from groupaudit.classifier.text import Passage


@dataclass(frozen=True, slots=True)
class Reading:
    """``spans[i]`` are those of ``passages[i]``, in order and without overlap of the same kind."""

    passages: tuple[Passage, ...] = field(repr=False)
    spans: tuple[tuple[Span, ...], ...]
    linked: tuple[Linked, ...]
    cues: dict[str, int]

    def all(self, kind: Kind) -> Iterable[Span]:
        """Every span of ``kind``."""
        return (span for found in self.spans for span in found if span.kind is kind)

    @property
    def candidates(self) -> tuple[Linked, ...]:
        """Mentions of persons whom a health fact may concern."""
        return tuple(item for item in self.linked if item.mention.span.role is Role.CANDIDATE)


@dataclass(frozen=True, slots=True)
class Reader:
    """Runs lexicon and detectors over passages."""

    lexicon: Lexicon
    extra: tuple[Detector, ...] = ()

    def read(self, passages: tuple[Passage, ...]) -> Reading:
        """Everything found in ``passages``."""
        sender = _sender_tokens(passages)
        spans = [self._spans(passage, sender) for passage in passages]
        units = [Units(passage) for passage in passages]
        weights = [persons.weights_by_unit(*pair) for pair in zip(units, spans, strict=True)]
        found = persons.mentions(zip(range(len(passages)), passages, units, spans, strict=True))
        linked = tuple(persons.link(mention, weights[mention.passage]) for mention in found)
        return Reading(passages, tuple(map(tuple, spans)), linked, cues.count(passages))

    def _spans(self, passage: Passage, sender: frozenset[bytes]) -> list[Span]:
        kept: list[Span] = []
        taken = bytearray(len(passage.text) + 1)
        for detector in (*self.extra, *IDENTITY):
            _keep(kept, taken, detector.find(passage), passage)
        health = bytearray(len(passage.text) + 1)
        for detector in HEALTH:
            _keep(kept, health, detector.find(passage), passage)
        for span in self.lexicon.find(passage.folded):
            if not taken[span.start] or span.weight >= 1.0:
                _keep(kept, health, [span], passage)
        kept.sort(key=lambda span: (span.start, -span.end))
        return [persons.with_role(passage, span, sender) for span in kept]


def _keep(kept: list[Span], taken: bytearray, spans: Iterable[Span], passage: Passage) -> None:
    """Keep those of ``spans`` whose characters are free and may decide, and take them."""
    for span in spans:
        if not any(taken[span.start : span.end]) and not passage.is_silent(span.start):
            kept.append(span)
            taken[span.start : span.end] = b"\1" * (span.end - span.start)


def _sender_tokens(passages: tuple[Passage, ...]) -> frozenset[bytes]:
    """Telling words of the sender's display name."""
    for passage in passages:
        if passage.kind == "from":
            name = passage.folded.lower.split(b"<")[0]
            return persons.name_tokens(name) if b"@" not in name else frozenset()
    return frozenset()
