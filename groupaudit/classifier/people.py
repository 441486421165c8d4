"""How many persons the tagged stretches of a document name, by keyed hash.

A stretch may hold a name, a birth date, a number and the beginning of what follows: the person is
told by the capitalised words before the first figure. Stretches that share such a word are one
person. Keeps no name outside the call.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

import re2

from groupaudit.classifier.persons import keyed, name_tokens
from groupaudit.classifier.span import Role, Span
from groupaudit.classifier.tagger.places import Place
from groupaudit.classifier.text import Passage

#: Between two persons in one stretch.
_BETWEEN = re2.compile(
    rb"(?i)\n|/| et | and |[,;] ?(?:m|mme|mlle|mr|mrs|ms|monsieur|madame)\b\.? |\.\s"
)
#: Where the words that name end: figures, brackets, and words that introduce something else.
_ENDS = re2.compile(
    rb"(?i)[0-9(\[:@]|\b(?:n[e]e?|born|dob|ddn|ipp|nir|nhs|mrn|aged?|chambre|ch|lit|box|bed|room"
    rb"|ward"
    rb"|sous|pour|avec|with|for|on|rue|avenue|chemin|place|boulevard|route|residence|street|road)\b"
)
#: What stands before a name in a list or a table.
_LEADING = b" \t0123456789.,;:|-*#>"
_CAPITALISED = re2.compile(rb"[A-Z][A-Za-z'\-]+")
_LOWER_CASE = re2.compile(rb"[a-z][a-z'\-]+")
#: Words that are tagged along with a person and name nobody.
_NOBODY = frozenset(
    b"mme mlle mrs miss monsieur madame mademoiselle herr frau patient patiente patients resident "
    b"residente dossier prenom nom date naissance birth name hopital hospital clinique centre chu "
    b"ehpad had ssr usld fille fils epouse mari famille bebe tel telephone bonjour www example "
    b"mail avk taz service objet subject".split()
)
#: Identifiers that lead to a person without naming one.
_NO_NAMES = frozenset({"email", "address", "phone"})
_TELL_WHOSE = _NO_NAMES | {"name"}
#: Digits that a number needs to stand for a person whom nobody names.
_SHORTEST_NUMBER = 5
#: Letters that may be missing at either end of a tagged name: no endless word is read for each tag.
_CUT = 40


def distinct(
    key: bytes,
    passages: Sequence[Passage],
    spans: Sequence[Sequence[Span]],
    places: Sequence[Place],
) -> frozenset[int]:
    """Keyed 64-bit hashes of the persons named at ``places``; of numbers where nobody is named.

    What the detectors know to be a sender, a professional or an address (``spans``) does not count
    unless nothing else is tagged.
    """
    known = [[span for span in found if span.category in _TELL_WHOSE] for found in spans]
    own = [place for place in places if not _of_others(passages, known, place)]
    names: list[set[bytes]] = []
    numbers: set[bytes] = set()
    for place in own or places:
        text = _whole_words(passages[place.passage].folded.plain, place)
        for tokens in _people(text):
            same = [group for group in names if group & tokens]
            names = [group for group in names if not group & tokens]
            names.append(set(tokens).union(*same))
        digits = bytes(code for code in text if 0x30 <= code <= 0x39)
        if len(digits) >= _SHORTEST_NUMBER:
            numbers.add(digits)
    if names:
        return frozenset(keyed(key, min(group)) for group in names)
    return frozenset(keyed(key, number) for number in numbers)


def _of_others(passages: Sequence[Passage], known: Sequence[list[Span]], place: Place) -> bool:
    if passages[place.passage].is_silent(place.start):
        return True
    touched = _touched(known[place.passage], place)
    if any(span.category == "name" and span.role is Role.CANDIDATE for span in touched):
        return False
    return any(
        span.category in _NO_NAMES or (span.category == "name" and span.role is not Role.CANDIDATE)
        for span in touched
    )


def _touched(spans: list[Span], place: Place) -> list[Span]:
    """Those of ``spans``, which are in order and apart, that share a character with ``place``."""
    first = bisect_right(spans, place.start, key=lambda span: span.end)
    return spans[first : bisect_left(spans, place.end, key=lambda span: span.start)]


def _whole_words(text: bytes, place: Place) -> bytes:
    """The stretch with the words that it cuts."""
    start, end = place.start, place.end
    first, last = max(0, start - _CUT), min(len(text), end + _CUT)
    while start > first and _joins(text[start - 1]) and start < len(text) and _joins(text[start]):
        start -= 1
    while 0 < end < last and _joins(text[end]) and _joins(text[end - 1]):
        end += 1
    return text[start:end]


def _joins(code: int) -> bool:
    return chr(code).isalnum() or code in b"-'"


def _people(text: bytes) -> Iterator[frozenset[bytes]]:
    """The telling words of each person in a stretch."""
    for piece in _BETWEEN.split(text):
        if piece is None:
            continue
        named = piece.lstrip(_LEADING)
        end = _ENDS.search(named)
        named = named[: end.start()] if end else named
        words = _CAPITALISED.findall(named) or ([] if end else _LOWER_CASE.findall(named))
        tokens = name_tokens(b" ".join(words)) - _NOBODY
        if tokens:
            yield tokens
