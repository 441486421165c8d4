"""A document read: its passages and the spans found in them.

This is what the networks judge. It holds text and never leaves the classifier.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from groupaudit.classifier import fictitious, lexicon, roles
from groupaudit.classifier.detectors import IDENTITY, REGISTRY
from groupaudit.classifier.detectors.pattern import Detector, Prefilter
from groupaudit.classifier.lexicon import STRONG, Lexicon
from groupaudit.classifier.once import once
from groupaudit.classifier.persons import name_tokens
from groupaudit.classifier.span import Kind, Span
from groupaudit.classifier.text import Passage


@dataclass(frozen=True, slots=True)
class Reading:
    """``spans[i]`` are those of ``passages[i]``, in order and without overlap of the same kind."""

    passages: tuple[Passage, ...] = field(repr=False)
    spans: tuple[tuple[Span, ...], ...]

    @property
    def length(self) -> int:
        """Characters in all passages."""
        return sum(len(passage.text) for passage in self.passages)

    def all(self, kind: Kind) -> Iterable[Span]:
        """Every span of ``kind``."""
        return (span for found in self.spans for span in found if span.kind is kind)


@dataclass(frozen=True, slots=True)
class Reader:
    """Runs lexicon and detectors over passages."""

    lexicon: Lexicon
    extra: tuple[Detector, ...] = ()

    def read(self, passages: tuple[Passage, ...]) -> Reading:
        """Everything found in ``passages``."""
        sender = _sender_tokens(passages)
        look = partial(self._spans, sender)
        return Reading(passages, tuple(one.look_once((self, sender), look) for one in passages))

    def _spans(self, sender: frozenset[bytes], passage: Passage) -> tuple[Span, ...]:
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
        names = _addressed(kept, passage)
        free = (
            span
            for span in terms
            if not taken[span.start] or (span.weight >= STRONG and not names[span.start])
        )
        _keep(kept, health, free, passage)
        kept.sort(key=lambda span: (span.start, -span.end))
        known = tuple(
            roles.with_role(passage, span, sender) if span.category == "name" else span
            for span in kept
        )
        return fictitious.marked(passage, known)


@once
def shipped_reader() -> Reader:
    """The reader with the shipped lexicons alone."""
    return Reader(lexicon.load())


@once
def _prefilter() -> Prefilter:
    return Prefilter([(detector.expression, detector.case) for detector in REGISTRY])


def _addressed(found: Iterable[Span], passage: Passage) -> bytearray:
    """Ones where a name stands after a civility: Mrs Addison is no disease."""
    names = bytearray(len(passage.text) + 1)
    for span in found:
        if span.detector == "name-after-civility":
            names[span.start : span.end] = b"\1" * (span.end - span.start)
    return names


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
            return name_tokens(name) if b"@" not in name else frozenset()
    return frozenset()
