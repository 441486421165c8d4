# Expressions read better unbroken.
# ruff: noqa: E501
"""Capitalised names behind a civility, or behind a word by which a patient is spoken of.

Finds names, not roles: whether a name is a patient's is decided in ``roles``. Which words a name is
made of is for ``name_words`` to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import re2

from groupaudit.classifier.detectors.name_words import (
    ARTICLES,
    CALENDAR,
    FULL,
    WORD,
    begins,
    ends,
    is_abbreviation,
    is_name,
)
from groupaudit.classifier.detectors.pattern import Detector
from groupaudit.classifier.lexicon import first_names
from groupaudit.classifier.span import Kind, Span
from groupaudit.classifier.text import Passage

#: How a patient is spoken of; how people are addressed; and in the cell before their name.
_SPOKEN_OF = rb"(patiente?|Patiente?|PATIENTE?|[Pp]te?\.?|[Rr]esidente?|[Uu]sagere?|couple|[Ff]amille|[Bb]ebe|BEBE|[Nn]ouveau[- ]nee?|NN|[Jj]umeaux|[Jj]umelles|[Ee]nfant)"
_ADDRESS = (
    rb"(?:M\.|Mr\.?|MR\.?|Mmes?\.?|MMES?\.?|M(?:l|el)le\.?|MLLE\.?|MELLE\.?|MM\.|Monsieur|MONSIEUR|Madame|MADAME|Mademoiselle|Mrs\.?|MRS\.?|Ms\.?|MS\.?|Miss|Master|mme|melle|mlle|mr|mrs|monsieur|madame|mademoiselle"
    rb"|Frau|Herrn?|Se[n?]ora?|Sra?\.|Mevrouw|Mevr\.|Dhr\.|Signora?|Sig\.ra|Sig\.|D\.|Do[n?]a|Sr\.|M)"
)
_IN_CELL = rb"(?:M\.|Mr\.?|MR\.?|Mme\.?|MME\.?|M(?:l|el)le\.?|MLLE\.?|MELLE\.?|Mrs\.?|Monsieur|MONSIEUR|Madame|MADAME)"
_CIVILITY = (
    rb"(?:^|[^A-Za-z0-9])(?:" + _SPOKEN_OF + rb"[ ]{1,2}|" + _ADDRESS + rb"[ ]+|" + _IN_CELL + rb"[ ]*(\t)[ ]*"
    rb"|((?:M|Mr|MR|Mme|MME|Mlle|Melle|MLLE|Mrs|Ms)\.))(?:[A-Z]\.[ ]?(?:-?[A-Z]\.)?[ ]?)?(" + FULL + rb")"
)  # fmt: skip
#: What the groups of ``_CIVILITY`` hold.
_SPOKEN, _CELL_BEFORE, _CLOSE, _NAME = range(1, 5)
_ADDRESSED = re2.compile(_CIVILITY)
_SPACED = re.compile(rb"[^ ]+")


@dataclass(frozen=True, slots=True)
class AddressedName:
    """What follows a civility, to the first abbreviation of a ward."""

    id: str = "name-after-civility"
    case: bool = True

    @property
    def expression(self) -> bytes:
        """A civility and a capitalised word."""
        return _CIVILITY

    def find(self, passage: Passage) -> Iterator[Span]:
        """Every such name, in order; what stands in its place when it is none is read again."""
        text, at = passage.folded.plain, 0
        while found := _ADDRESSED.search(text, at):
            start, end = found.span(_NAME)
            words = [piece.span() for piece in _SPACED.finditer(text, start, end)]
            kept = _kept(text, found, words)
            if not kept:
                # The next word may be a civility itself: "Résidente Mme Durand".
                at = words[0][0] - 1
                continue
            at = words[kept - 1][1]
            if _has(found, _CELL_BEFORE):
                at = _next_cell(text, start, at)
            yield Span(start, at, self.id, "name", Kind.IDENTITY, 1.0, "[NOM]")


def _has(found: Any, group: int) -> bool:
    """Whether ``group`` took part in the match."""
    return bool(found.span(group)[0] >= 0)


def _kept(text: bytes, found: Any, words: Sequence[tuple[int, int]]) -> int:
    """How many of ``words``, which follow a civility, are the name."""
    said = [text[start:end] for start, end in words]
    spoken = _has(found, _SPOKEN)
    if _is_degree(text, found, said[0]) or _is_of_a_place(text, found, said[0]):
        return 0
    if not begins(said, addressed=not spoken) and (
        spoken or said[0].lower() not in CALENDAR or _is_date(text, found, words[0][1])
    ):
        return 0
    digits = [text[end : end + 1].isdigit() for _, end in words]
    return _linked(said, _first_end(said, digits, 0 if spoken else 1))


#: What follows M. without a space: degrees.
_DEGREES = frozenset(b"sc ed phil eng tech com arch pharm math res div des ch ba ma pt dd".split())


def _is_degree(text: bytes, found: Any, word: bytes) -> bool:
    """Whether ``word``, close behind its civility, is of a degree or of something longer with points."""
    dotted = text[found.start() : found.start() + 1] == b"."
    return _has(found, _CLOSE) and (dotted or word.lower() in _DEGREES)


#: Civilities that are words of prose in lower case, and what leads from there to a place.
_IN_PROSE, _FROM = (b"monsieur ", b"madame ", b"mademoiselle "), frozenset(b"de du des".split())


def _is_of_a_place(text: bytes, found: Any, word: bytes) -> bool:
    """Whether ``word`` leads from "le monsieur" to where he comes from."""
    return word in _FROM and text[found.start() : found.start(_NAME)].endswith(_IN_PROSE)


#: A day or a year, where words of the calendar are of a date.
_DATED = re.compile(rb"[ ]*\d")


def _is_date(text: bytes, found: Any, end: int) -> bool:
    """Whether a word of the calendar is no surname: a figure follows, or "p.m." or a lone M leads to it."""
    address = text[found.start() : found.start(_NAME)].strip(b" ")
    return bool(_DATED.match(text, end)) or address.startswith(b".") or address.endswith(b"M")


def _first_end(said: Sequence[bytes], digits: Sequence[bool], place: int) -> int:
    """The first place from ``place`` on before which the name ends."""
    while place < len(said) and not ends(said, place, digit=digits[place]):
        place += 1
    return place


#: With these a name goes on, so that none ends with them where it was cut, nor with "and" anywhere.
_AND = frozenset(b"et ou and".split())
_LINKS = ARTICLES | _AND | frozenset(b"ep ep. epouse nee van von".split())


def _linked(said: Sequence[bytes], kept: int) -> int:
    """How many of the first ``kept`` words are left without the links at their end."""
    # Where nothing was cut, an article in the end is a surname: "Suong Le".
    links = _LINKS if kept < len(said) else _AND
    while kept > 1 and said[kept - 1].lower() in links:
        kept -= 1
    return kept


_CELL = re2.compile(rb"[ ]*\t[ ]*(" + WORD + rb")")


def _next_cell(text: bytes, start: int, end: int) -> int:
    """Where the name ends whose first name, or surname, fills the next cell."""
    cell = _CELL.match(text, end)
    if not cell or is_abbreviation(cell[1]) or not is_name(cell[1]):
        return end
    both = [*text[start:end].lower().split(), cell[1].lower()]
    return end if first_names().isdisjoint(both) else int(cell.end())


DETECTORS: tuple[Detector, ...] = (AddressedName(),)
