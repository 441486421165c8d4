# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""The gate: lets mail without health words or identifiers go in microseconds.

A text that the gate stops is ordinary. It is wide on purpose: one strong health term, two weak ones, or
the trace of an identifier opens it; everything finer is left to the detectors.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import re2

from groupaudit.classifier.lexicon import Lexicon
from groupaudit.classifier.text import Folded, Passage

#: Short anchors, cheaper than the expressions they stand for.
_ANCHORS: tuple[bytes, ...] = (
    rb"\d{13}|\d \d\d \d\d \d\d \d{3} \d{3}",
    rb"\b(?:nir|ipp|nda|mrn|ddn|dob|iban|nhs|ins)\b",
    rb"\bne\(?e?\)? le\b|naissance|\bnee\b|birth",
    rb"\b(?:mme|mlle|mr|mrs|ms|monsieur|madame|m\.|miss|patient|frau|herr)\b",
    rb"\b0[1-9](?:[ .]?\d\d){4}\b|\+\d\d|\d{3}[\-.]\d{4}\b",
    rb"\b\d{1,4}(?: bis)?,? (?:rue|avenue|boulevard|impasse|chemin|allee)\b",
    rb"\b[a-z]{2}\d\d(?: ?[a-z0-9]{4}){3}",
)


def _anchors() -> Any:
    anchors = re2.Set.SearchSet()
    for anchor in _ANCHORS:
        anchors.Add(anchor)
    anchors.Compile()
    return anchors


@dataclass(frozen=True, slots=True)
class Gate:
    """Decides whether passages deserve to be read."""

    lexicon: Lexicon
    anchors: Any = field(default_factory=_anchors, repr=False)

    def opens(self, passages: tuple[Passage, ...]) -> bool:
        """Whether anything in ``passages`` may be health data or an identifier."""
        return any(
            self._health(p.folded) or bool(self.anchors.Match(p.folded.lower)) for p in passages
        )

    def _health(self, folded: Folded) -> bool:
        weight = 0.0
        for span in self.lexicon.find(folded):
            weight += span.weight
            if weight >= 0.7:
                return True
        return False
