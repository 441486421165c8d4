"""One text out of a document's passages, with what the detectors saw marked on each piece.

The model reads ``De : sender``, ``Objet : subject``, the bodies, then each attachment as ``[name]``
and its text, whatever the language: so it was trained.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase, digits

import numpy as np
import re2
from numpy.typing import NDArray

from groupaudit.classifier.detectors.pattern import which_of
from groupaudit.classifier.lexicon import STRONG, first_names
from groupaudit.classifier.span import Kind, Role, Span
from groupaudit.classifier.tagger.pieces import Floats, Pieces
from groupaudit.classifier.text import Folded, Passage, fold

_HEADERS = {"from": "De : ", "subject": "Objet : "}

#: Shape of a piece and of the word that it is of, then the headers that it may stand in.
_SHAPES = (
    "capital", "capitals", "digit", "initial", "line", "word", "lower", "sign", "field", "cut",
    "rare",
)  # fmt: skip
#: Pieces with letters from which a word is cut, and rare: the vocabulary has most short words
#: whole, and few names.
_CUT, _RARE = 2, 3

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
    *(f"in-{kind}" for kind in _HEADERS),
    *(f"pattern-{number}" for number in range(len(_PATTERNS))),
    "first-name",
    *(f"name-{role.value}" for role in Role),
    *(f"id-{category}" for category in _IDENTITY),
    "professional",
    "health-strong",
    "health-weak",
    *(f"health-{category}" for category in _HEALTH),
)
_PLACE = {name: place for place, name in enumerate(FLAGS)}
_COMPILED = tuple(re2.compile(pattern) for pattern in _PATTERNS)
_WHICH = which_of(_PATTERNS)
#: Short words, each read once, which the standard library does faster than RE2.
_LETTERED = re.compile(rb"[a-z]{3,}")


@dataclass(frozen=True, slots=True)
class Composed:
    """The text that the model reads; passage ``i`` stands from ``offsets[i]`` to ``ends[i]``."""

    text: str = field(repr=False)
    offsets: tuple[int, ...]
    ends: tuple[int, ...]
    kinds: tuple[str, ...]

    def passage_of(self, place: int) -> int:
        """The passage that holds the character at ``place``."""
        return max(0, bisect_right(self.offsets, place) - 1)


def compose(passages: Sequence[Passage]) -> Composed:
    """The passages as one text, each on lines of its own."""
    parts: list[str] = []
    offsets: list[int] = []
    ends: list[int] = []
    length = 0
    for passage in passages:
        head = _HEADERS.get(passage.kind, "")
        text = f"[{passage.text}]" if passage.kind == "filename" else passage.text
        head += "[" if passage.kind == "filename" else ""
        offsets.append(length + len(head))
        ends.append(offsets[-1] + len(passage.text))
        line = head.removesuffix("[") + text + "\n"
        parts.append(line)
        length += len(line)
    return Composed(
        "".join(parts), tuple(offsets), tuple(ends), tuple(passage.kind for passage in passages)
    )


def flags(composed: Composed, pieces: Pieces, spans: Sequence[Sequence[Span]]) -> Floats:
    """One row for each piece, 1.0 where the flag of that column holds."""
    rows = np.zeros((len(pieces), len(FLAGS)), dtype=np.float32)
    if not len(pieces):
        return rows
    folded = fold(composed.text)
    rows[:, : len(_SHAPES)] = _shapes(folded, pieces)
    marks = [*_kinds(composed), *_matches(folded), *_first_names(folded)]
    for offset, found in zip(composed.offsets, spans, strict=True):
        marks += [
            (column, offset + span.start, offset + span.end)
            for span in found
            for column in _columns(span.kind, span.category, span.role, span.weight)
        ]
    _mark(rows, pieces, marks)
    return rows


@lru_cache(maxsize=1024)
def _columns(kind: Kind, category: str, role: Role, weight: float) -> tuple[int, ...]:
    """The flags that a span of this kind sets."""
    if kind is Kind.PROFESSIONAL:
        return (_PLACE["professional"],)
    if kind is Kind.HEALTH:
        names = ["health-strong" if weight >= STRONG else "health-weak", f"health-{category}"]
    else:
        # A number of a test record identifies nobody: it is marked as the name beside it is.
        by_role = category == "name" or role is Role.TEST
        names = [f"name-{role.value}" if by_role else f"id-{category}"]
    return tuple(_PLACE[name] for name in names if name in _PLACE)


def _mark(rows: Floats, pieces: Pieces, marks: Sequence[tuple[int, int, int]]) -> None:
    """Set each flag on every piece that shares a character with its range."""
    if not marks:
        return
    columns, starts, ends = zip(*marks, strict=True)
    first = np.searchsorted(pieces.ends, starts, side="right").tolist()
    last = np.searchsorted(pieces.starts, ends, side="left").tolist()
    for column, one, other in zip(columns, first, last, strict=True):
        rows[one:other, column] = 1.0


def _kinds(composed: Composed) -> Iterator[tuple[int, int, int]]:
    """Where the headers stand: what is quoted or attached is read as what is written."""
    bounds = (*composed.offsets, len(composed.text))
    for kind, start, end in zip(composed.kinds, bounds, bounds[1:], strict=False):
        if kind in _HEADERS:
            yield _PLACE[f"in-{kind}"], start, end


def _matches(folded: Folded) -> Iterator[tuple[int, int, int]]:
    """Where each pattern is found."""
    for number in _WHICH.Match(folded.lower) or ():
        column = _PLACE[f"pattern-{number}"]
        for match in _COMPILED[number].finditer(folded.lower):
            yield column, *match.span()


def _first_names(folded: Folded) -> Iterator[tuple[int, int, int]]:
    """Where a word is a first name, however it is written."""
    known, column = first_names(), _PLACE["first-name"]
    for match in _LETTERED.finditer(folded.lower):
        if match[0] in known:
            yield column, *match.span()


#: Characters of one class in a piece, in bits: three counts share a number of 64.
_WIDTH = 21
_LINE_FEED = ord("\n")
_MOST = (1 << _WIDTH) - 1


def _counting(*classes: str) -> NDArray[np.int64]:
    """For each byte, 1 at the place of each of up to three ``classes`` that has it."""
    table = np.zeros(256, dtype=np.int64)
    for place, members in enumerate(classes):
        table[[ord(char) for char in members]] += 1 << place * _WIDTH
    return table


_LETTERS = _counting(ascii_uppercase, ascii_lowercase, digits)
_SPACES = _counting("".join(char for char in map(chr, range(128)) if char.isspace()), "\n", "\t|;")


def _counts(
    text: NDArray[np.uint8], table: NDArray[np.int64], pieces: Pieces
) -> tuple[NDArray[np.int64], ...]:
    """How many characters of each class of ``table`` every piece has; in one pass for all."""
    before = np.zeros(len(text) + 1, dtype=np.int64)
    np.cumsum(table[text], out=before[1:])
    counted = before[pieces.ends] - before[pieces.starts]
    return counted & _MOST, counted >> _WIDTH & _MOST, counted >> 2 * _WIDTH


def _shapes(folded: Folded, pieces: Pieces) -> Floats:
    """The shape of each piece: its letters, its digits, and what stands beside it."""
    text = np.frombuffer(folded.plain + b" ", dtype=np.uint8)
    starts, ends = pieces.starts, pieces.ends
    capitals, small, figures = _counts(text, _LETTERS, pieces)
    spaces, breaks, cells = _counts(text, _SPACES, pieces)
    length = ends - starts - spaces
    spaced = _SPACES[text[starts]] & 1 > 0
    before = np.where(starts > 0, text[starts - 1], _LINE_FEED) == _LINE_FEED
    after = (_SPACES[text[ends]] & 1 > 0) | (text[ends] == ord("."))
    head = _LETTERS[text[np.minimum(starts + spaced, ends)]] & 1 > 0
    shapes = (
        head & (length > 0),
        (capitals > 1) & (small == 0),
        figures > 0,
        (length == 1) & (capitals == 1) & after,
        (breaks > 0) | before,
        spaced | before,
        (small > 0) & (small == length),
        capitals + small + figures < np.maximum(length, 1),
        cells > 0,
    )
    parts = _parts(spaced | before, (capitals + small) > 0)
    return np.stack((*shapes, parts >= _CUT, parts >= _RARE), axis=1).astype(np.float32)


def _parts(beginning: NDArray[np.bool_], lettered: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For each piece, how many pieces with letters its word has."""
    words = np.cumsum(beginning)
    return np.bincount(words, lettered)[words].astype(np.int64)
