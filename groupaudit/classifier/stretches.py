"""Parts of a long text that tell of somebody's health by themselves.

A fact about one patient must not be cleared by what stands around it: a bulletin, ten ordinary
paragraphs, a list of a thousand others. Each stretch that holds a person and a telling health term
is therefore also judged alone, with the headers of the post.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from groupaudit.classifier.reading import Reading
from groupaudit.classifier.span import Span, beginning_within
from groupaudit.classifier.text import HEADERS, Passage

#: Characters of a stretch, and of the pieces that it is made of.
SIZE, PIECE = 600, 200
#: Identifiers that are not a person's own: everybody's signature has them.
_SHARED = frozenset({"email", "phone", "address"})
_PARAGRAPH_END = re.compile(r"\n[^\S\n]*\n\s*")
#: Up to ``PIECE`` characters: to the end of a paragraph, of a line, of a word, in this order.
_PIECES = re.compile(
    rf"(?s).{{1,{PIECE}}}(?:\n\s*\n|\Z)|.{{1,{PIECE}}}(?:\n|\Z)|.{{1,{PIECE}}}(?:\s|\Z)|.{{1,{PIECE}}}"
)


def stretches(reading: Reading) -> list[Reading]:
    """The telling stretches of ``reading``, most telling first; none of a text of one stretch."""
    headers = [n for n, passage in enumerate(reading.passages) if passage.kind in HEADERS]
    found = [
        (_weight(spans), _alone(reading, headers, passage, spans, start, end))
        for number, passage in enumerate(reading.passages)
        if number not in headers
        for start, end in _ranges(passage.text)
        if (start, end) != (0, len(passage.text)) or len(reading.passages) > len(headers) + 1
        if _telling(spans := _within(reading.spans[number], start, end))
    ]
    return [alone for _, alone in sorted(found, key=lambda pair: -pair[0])]


def _ranges(text: str) -> list[tuple[int, int]]:
    """Each paragraph of ``text``, then overlapping windows; none twice."""
    bounds = [0, *(found.end() for found in _PARAGRAPH_END.finditer(text)), len(text)]
    paragraphs = [pair for pair in pairwise(bounds) if pair[1] - pair[0] <= SIZE]
    return list(dict.fromkeys([*paragraphs, *_windows(text)]))


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Windows of ``text``, each of which starts in the middle of the one before."""
    ends = [found.end() for found in _PIECES.finditer(text)]
    start = 0
    while start < len(text):
        first = bisect_right(ends, start)
        reached = [end for end in ends[first : first + SIZE] if end <= start + SIZE]
        yield start, reached[-1]
        if reached[-1] >= len(text):
            return
        start = reached[len(reached) // 2 - 1] if len(reached) > 1 else reached[-1]


def _within(spans: tuple[Span, ...], start: int, end: int) -> list[Span]:
    """Those of ``spans``, which are in order of their start, that lie within the range."""
    return [span for span in beginning_within(spans, start, end) if span.end <= end]


def _telling(spans: list[Span]) -> bool:
    """Whether ``spans`` hold both a person and a health fact."""
    return any(map(_is_person, spans)) and any(span.tells_health for span in spans)


def _weight(spans: list[Span]) -> int:
    return sum(map(_is_person, spans)) + sum(span.tells_health for span in spans)


def _is_person(span: Span) -> bool:
    return span.may_identify_a_patient and span.category not in _SHARED


def _alone(  # noqa: PLR0913, PLR0917 - where the stretch stands, and what it holds
    reading: Reading, headers: list[int], passage: Passage, spans: list[Span], start: int, end: int
) -> Reading:
    """The stretch as a reading of its own."""
    moved = tuple(one.placed(one.start - start, one.end - start, one.role) for one in spans)
    text = Passage(passage.kind, passage.part, passage.text[start:end])
    return Reading(
        (*(reading.passages[n] for n in headers), text),
        (*(reading.spans[n] for n in headers), moved),
    )
