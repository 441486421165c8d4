"""What the words of a sentence tell beyond the lexicons: weights learned on labelled texts.

Two numbers a word: does its sentence tell the health of one particular person, and is the document
about one. A word that is part of a name, and a number, are never looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from itertools import repeat
from math import exp, sqrt

from groupaudit.classifier.persons import Units
from groupaudit.classifier.span import Kind, Span
from groupaudit.classifier.text import Passage

_LONGEST_WORD = 24
#: A sentence is told by its first words; a hostile one is not read for ever.
_LONGEST_UNIT = 2000
_NAMES = (Kind.IDENTITY, Kind.PROFESSIONAL)


@dataclass(frozen=True, slots=True)
class Wording:
    """``units`` and ``documents`` map a word to its weight; ``""`` is the bias."""

    units: Mapping[str, float] = field(repr=False)
    documents: Mapping[str, float] = field(repr=False)

    def told(self, units: Iterable[frozenset[str]]) -> list[float]:
        """For each unit, how likely it tells the health of one person, 0..1; 0 without words."""
        return [_chance(self.units, words) if words else 0.0 for words in units]

    def familiar(self, words: frozenset[str]) -> float:
        """Share of ``words`` that the weights know, 0..1: low for unlike texts."""
        telling = {word for word in words if len(word) > 3 and word.isalpha()}
        return len(self.documents.keys() & telling) / max(1, len(telling))

    def about_somebody(self, words: frozenset[str]) -> float:
        """Log-odds, tamed, that a document of these words is about an identifiable patient."""
        return _weight(self.documents, words) / sqrt(1.0 + len(words))


def unit_words(passage: Passage, units: Units, spans: Iterable[Span]) -> list[frozenset[str]]:
    """The words of each unit, names left out, and the kinds of the spans in it (``#drug``)."""
    kinds: list[set[str]] = [set() for _ in range(len(units))]
    masked = bytearray(passage.folded.words)
    for span in spans:
        role = f":{span.role.value}" if span.kind is Kind.IDENTITY else ""
        kinds[units.of(span.start)].add(f"#{span.category}{role}")
        if span.kind in _NAMES:
            masked[span.start : span.end] = b" " * (span.end - span.start)
    text = masked.decode("ascii")
    words = [text[start : min(end, start + _LONGEST_UNIT)].split() for start, end in units.bounds()]
    every = set().union(*words)
    telling = {word for word in every if 1 < len(word) <= _LONGEST_WORD and word.isalpha()}
    return [
        frozenset(tags.union(telling.intersection(own)))
        for tags, own in zip(kinds, words, strict=True)
    ]


def _weight(weights: Mapping[str, float], words: frozenset[str]) -> float:
    """Sum over the words that have a weight."""
    return sum(map(weights.get, words, repeat(0.0)))


def _chance(weights: Mapping[str, float], words: frozenset[str]) -> float:
    total = weights.get("", 0.0) + _weight(weights, words)
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, total))))


@lru_cache(maxsize=1)
def shipped() -> Wording:
    """The word weights that come with the package."""
    text = (
        resources.files("groupaudit.classifier.lexicons").joinpath("words.json").read_text("utf-8")
    )
    table = json.loads(text)
    return Wording(table["units"], table["documents"])
