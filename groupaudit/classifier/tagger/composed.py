"""One text out of a document's passages, with what the detectors saw marked on each piece.

The model reads ``De : sender``, ``Objet : subject``, the bodies, then each attachment as ``[name]``
and its text, whatever the language: so it was trained.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import re2

from groupaudit.classifier.span import Kind, Role, Span
from groupaudit.classifier.tagger.encoder import Floats, Pieces
from groupaudit.classifier.text import Folded, Passage, fold

_HEADERS = {"from": "De : ", "subject": "Objet : "}

#: Shape of a piece, then the kind of passage it stands in.
_SHAPES = ("capital", "capitals", "digit", "initial", "line", "word", "lower", "sign", "field")
_KINDS = ("from", "subject", "quoted", "filename", "attachment", "message")

#: Patterns that the detectors do not report as spans, on folded lower-case text.
_PATTERNS = (
    rb"\b\d{1,2} ?[/.\-] ?\d{1,2}(?: ?[/.\-] ?\d{2,4})?\b",
    (
        rb"\b\d{1,2}(?:er|st|nd|rd|th)? (?:jan|fev|feb|mar|avr|apr|mai|may|jui|jun|jul|aou|aug|sep"
        rb"|oct|nov|dec)\w*"
    ),
    rb"\b\d{1,3} ?(?:ans|mois|jours|yo|y/o|years?|yrs?|months?|sa)\b",
    rb"\b(?:ch(?:ambre|b)?|lit|box|bed|room|rm|bay|porte|p)[. ]? ?\d{1,4}[a-z]?\b",
    (
        rb"\b\d+(?:[.,]\d+)? ?(?:mg|g|ug|ml|l|mmol|ui|iu|kg|cm|mm|%|bpm|mmhg|cp|gouttes|cc|g/l"
        rb"|/j|x ?/)"
    ),
    rb"(?m)^>.*$",
    rb"(?m)^(?:de|from|a|to|objet|subject|envoye|sent|date|cc) ?:.*$",
    rb"(?m)^[^\n]*(?:;[^\n]*;|\t[^\n]*\t|\|[^\n]*\|)[^\n]*$",
    rb"\b(?:m\.|mr|mme|mlle|mrs|ms|miss|monsieur|madame|mademoiselle|mm\.)",
    rb"\b(?:drs?|pr|prof|docteur|professeur|doctor)\b",
    rb"\b\d{1,2} ?[:h] ?\d{0,2}\b",
)

_IDENTITY = (
    "nir", "ins", "record_number", "dob", "phone", "email", "address", "bank", "room",
)  # fmt: skip
_HEALTH = (
    "diagnosis", "symptom", "drug", "dose", "lab", "imaging", "procedure", "allergy", "pregnancy",
    "mental_health", "addiction", "hiv_sti", "cancer", "genetics", "disability", "diet",
    "sick_leave", "death", "transport", "appointment", "care_setting", "vital_signs",
)  # fmt: skip

#: Names of the flags of a piece, in their order in the model's input.
FLAGS: tuple[str, ...] = (
    *_SHAPES,
    *(f"in-{kind}" for kind in _KINDS),
    *(f"pattern-{number}" for number in range(len(_PATTERNS))),
    *(f"name-{role.value}" for role in Role),
    *(f"id-{category}" for category in _IDENTITY),
    "professional",
    "health-strong",
    "health-weak",
    *(f"health-{category}" for category in _HEALTH),
)
_PLACE = {name: place for place, name in enumerate(FLAGS)}
_COMPILED = tuple(re2.compile(pattern) for pattern in _PATTERNS)


@dataclass(frozen=True, slots=True)
class Composed:
    """The text that the model reads; ``offsets[i]`` is where passage ``i`` starts in it."""

    text: str = field(repr=False)
    offsets: tuple[int, ...]
    kinds: tuple[str, ...]

    def passage_of(self, place: int) -> int:
        """The passage that holds the character at ``place``."""
        return max(0, int(np.searchsorted(self.offsets, place, side="right")) - 1)


def compose(passages: Sequence[Passage]) -> Composed:
    """The passages as one text, each on lines of its own."""
    parts: list[str] = []
    offsets: list[int] = []
    length = 0
    for passage in passages:
        head = _HEADERS.get(passage.kind, "")
        text = f"[{passage.text}]" if passage.kind == "filename" else passage.text
        head += "[" if passage.kind == "filename" else ""
        offsets.append(length + len(head))
        line = head.removesuffix("[") + text + "\n"
        parts.append(line)
        length += len(line)
    return Composed("".join(parts), tuple(offsets), tuple(passage.kind for passage in passages))


def flags(composed: Composed, pieces: Pieces, spans: Sequence[Sequence[Span]]) -> Floats:
    """One row for each piece, 1.0 where the flag of that column holds."""
    rows = np.zeros((len(pieces), len(FLAGS)), dtype=np.float32)
    folded = fold(composed.text)
    _mark_shapes(rows, folded, pieces)
    _mark_kinds(rows, composed, pieces)
    for number, pattern in enumerate(_COMPILED):
        found = (match.span() for match in pattern.finditer(folded.lower))
        _mark(rows, pieces, f"pattern-{number}", found)
    for offset, found_here in zip(composed.offsets, spans, strict=True):
        for span in found_here:
            place = [(offset + span.start, offset + span.end)]
            for name in _names(span):
                _mark(rows, pieces, name, place)
    return rows


def _names(span: Span) -> tuple[str, ...]:
    if span.kind is Kind.PROFESSIONAL:
        return ("professional",)
    if span.kind is Kind.HEALTH:
        strength = "health-strong" if span.weight >= 1.0 else "health-weak"
        category = f"health-{span.category}"
        return (strength, category) if category in _PLACE else (strength,)
    name = f"name-{span.role.value}" if span.category == "name" else f"id-{span.category}"
    return (name,) if name in _PLACE else ()


def _mark(rows: Floats, pieces: Pieces, name: str, ranges: Iterable[tuple[int, int]]) -> None:
    """Set the flag on every piece that shares a character with one of ``ranges``."""
    column = _PLACE[name]
    for start, end in ranges:
        first = int(np.searchsorted(pieces.ends, start, side="right"))
        last = int(np.searchsorted(pieces.starts, end, side="left"))
        rows[first:last, column] = 1.0


def _mark_kinds(rows: Floats, composed: Composed, pieces: Pieces) -> None:
    bounds = (*composed.offsets, len(composed.text))
    for kind, start, end in zip(composed.kinds, bounds, bounds[1:], strict=False):
        if f"in-{kind}" in _PLACE:
            _mark(rows, pieces, f"in-{kind}", [(start, end)])


def _mark_shapes(rows: Floats, folded: Folded, pieces: Pieces) -> None:
    plain = folded.plain
    for number, (start, end) in enumerate(zip(pieces.starts, pieces.ends, strict=True)):
        raw = plain[start:end]
        piece = raw.strip()
        before = plain[start - 1 : start]
        after = plain[end : end + 1]
        rows[number, : len(_SHAPES)] = (
            piece[:1].isupper(),
            len(piece) > 1 and piece.isupper(),
            any(code in b"0123456789" for code in piece),
            len(piece) == 1 and piece.isupper() and after in (b".", b" "),
            b"\n" in raw or before in (b"\n", b""),
            raw[:1].isspace() or before in (b"\n", b""),
            piece.isalpha() and piece.islower(),
            not piece.isalnum(),
            any(code in b"\t|;" for code in raw),
        )
