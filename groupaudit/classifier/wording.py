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

    def familiar(self, words: Iterable[frozenset[str]]) -> float:
        """Share of the words that the weights know, 0..1: low for unlike texts."""
        everything = _telling(frozenset[str]().union(*words))
        return sum(word in self.documents for word in everything) / max(1, len(everything))

    def about_somebody(self, words: Iterable[frozenset[str]]) -> float:
        """Log-odds, tamed, that a document of these units is about an identifiable patient."""
        everything = frozenset[str]().union(*words)
        weight = sum(self.documents.get(word, 0.0) for word in everything)
        return weight / sqrt(1.0 + len(everything))


def _telling(words: frozenset[str]) -> list[str]:
    return [word for word in words if len(word) > 3 and word.isalpha()]


def unit_words(passage: Passage, units: Units, spans: Iterable[Span]) -> list[frozenset[str]]:
    """The words of each unit, names left out, and the kinds of the spans in it (``#drug``)."""
    words: list[set[str]] = [set() for _ in range(len(units))]
    masked = bytearray(passage.folded.words)
    for span in spans:
        unit = units.of(span.start)
        role = f":{span.role.value}" if span.kind is Kind.IDENTITY else ""
        words[unit].add(f"#{span.category}{role}")
        if span.kind in _NAMES:
            masked[span.start : span.end] = b" " * (span.end - span.start)
    for number, (start, end) in enumerate(units.bounds()):
        text = bytes(masked[start : min(end, start + _LONGEST_UNIT)])
        words[number].update(
            w.decode("ascii") for w in text.split() if 1 < len(w) <= _LONGEST_WORD and w.isalpha()
        )
    return [frozenset(found) for found in words]


def _chance(weights: Mapping[str, float], words: frozenset[str]) -> float:
    total = weights.get("", 0.0) + sum(weights.get(word, 0.0) for word in words)
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, total))))


@lru_cache(maxsize=1)
def shipped() -> Wording:
    """The word weights that come with the package."""
    text = (
        resources.files("groupaudit.classifier.lexicons").joinpath("words.json").read_text("utf-8")
    )
    table = json.loads(text)
    return Wording(table["units"], table["documents"])
