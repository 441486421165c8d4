"""By what to know persons whom a document identifies, or tells of, without a name.

Their number, else their initials with a room, else an address; and where there is nothing of the
kind, the line that tells of them, which every copy of a text has: one that is passed on counts
nobody twice. Keeps no word outside the call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import re2

from groupaudit.classifier.mentions import whole_words
from groupaudit.classifier.persons import keyed
from groupaudit.classifier.span import Span
from groupaudit.classifier.tables.identities import nir_body
from groupaudit.classifier.tagger.places import Place
from groupaudit.classifier.text import Passage

#: Digits that a number needs to stand for a person.
_SHORTEST_NUMBER = 5
#: Categories of numbers that detectors know to be a patient's.
_NUMBERS = frozenset({"nir", "record_number"})
#: Initials and the number of a room, on the letters and figures of a tagged stretch.
_INITIAL = re2.compile(rb"\b[A-Z]{1,2}\b")
_ROOM = re2.compile(rb"\b\d{1,4}\b")
#: A line's share of a tagged stretch that holds a date and nothing else.
_DATE = re2.compile(rb"\D*\d{1,2}[./\-]\d{1,2}[./\-](?:19|20)?\d\d\D*")
#: Characters after initials among which the room stands, and of a line that is looked at.
_BESIDE, _LINE = 24, 200

Passages = Sequence[Passage]
Spans = Sequence[Sequence[Span]]


def numbers(key: bytes, passages: Passages, places: Sequence[Place]) -> frozenset[int]:
    """Keyed hashes of the numbers at ``places``, as tables have: those on one line are of one.

    A date stands for somebody only where no number does: a form has both, on a line each.
    """
    found: dict[tuple[int, int], bytes] = {}
    dates: dict[tuple[int, int], bytes] = {}
    for place in places:
        for line, piece in _lines(passages[place.passage], place):
            digits = bytes(code for code in piece if 0x30 <= code <= 0x39)
            if len(digits) >= _SHORTEST_NUMBER:
                kind = dates if _DATE.fullmatch(piece.strip()) else found
                kind.setdefault((place.passage, line), _as_in_tables(digits))
    return frozenset(keyed(key, number) for number in (found or dates).values())


def _as_in_tables(digits: bytes) -> bytes:
    """A social security number without its key, any other number as it is."""
    return nir_body(digits.decode("ascii")).encode("ascii") or digits


def distinct(
    key: bytes, passages: Passages, spans: Spans, places: Sequence[Place], health: Sequence[Place]
) -> frozenset[int]:
    """Keyed hashes of those told of at ``places`` without a name; of one, if anything is told.

    ``spans`` are what detectors found, ``health`` the stretches tagged as health facts.
    """
    known = numbers(key, passages, _spanned(spans, _is_number))
    if known:
        return known
    here = {line for place in places for line in _initials(passages, place)}
    here = here or {word for place in places for word in _addresses(passages, spans, place)}
    facts = [*_spanned(spans, lambda span: span.tells_health), *health, *places]
    here = here or {_line(passages[fact.passage], fact) for fact in facts[:1]}
    return frozenset(keyed(key, each) for each in here)


def _is_number(span: Span) -> bool:
    """Whether ``span`` is a number of somebody who may be a patient."""
    return span.category in _NUMBERS and span.may_identify_a_patient


def _spanned(spans: Spans, wanted: Callable[[Span], bool]) -> list[Place]:
    """Where the ``wanted`` ones of ``spans`` stand."""
    return [
        Place(number, span.start, span.end)
        for number, found in enumerate(spans)
        for span in found
        if wanted(span)
    ]


def _initials(passages: Passages, place: Place) -> Iterator[bytes]:
    """The initials at ``place`` with the number of a room: neither tells anything alone."""
    plain = passages[place.passage].folded.plain
    letters = b"".join(sorted(_INITIAL.findall(plain[place.start : place.end])))
    room = _ROOM.search(plain[place.start : place.end + _BESIDE].split(b"\n")[0])
    if letters and room:
        yield letters + b" " + room[0]


def _addresses(passages: Passages, spans: Spans, place: Place) -> Iterator[bytes]:
    """The e-mail addresses that ``place`` touches."""
    lower = passages[place.passage].folded.lower
    for span in spans[place.passage]:
        if span.category == "email" and span.start < place.end and place.start < span.end:
            yield lower[span.start : span.end]


def _line(passage: Passage, fact: Place) -> bytes:
    """The words of the line, or of its beginning, that holds ``fact``."""
    start, end = passage.line(passage.line_of(fact.start))
    return b" ".join(
        passage.folded.words[max(start, fact.start - _LINE) : end][: 2 * _LINE].split()
    )


def _lines(passage: Passage, place: Place) -> Iterator[tuple[int, bytes]]:
    """The numbers of the lines that ``place`` touches, and what it holds of each."""
    start, end = whole_words(passage.folded.plain, place)
    return enumerate(passage.folded.plain[start:end].split(b"\n"), passage.line_of(start))
