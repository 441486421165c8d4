"""Names that nothing announces: NAME Firstname or Firstname Name, told by a known first name.

Finds names, not roles: whether a name is a patient's is decided in ``roles``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import re2

from groupaudit.classifier.detectors.name_words import (
    PARTICLE,
    WORD,
    is_name,
    is_only_abbreviation,
)
from groupaudit.classifier.detectors.pattern import Detector
from groupaudit.classifier.lexicon import first_names
from groupaudit.classifier.span import Kind, Span
from groupaudit.classifier.text import Passage

_LISTED = (
    WORD + rb"(?:[ \t]+" + PARTICLE + rb"?" + WORD + rb"|,[ ]" + WORD + rb"|;" + WORD + rb"){1,11}"
)
_CAPITALISED = re2.compile(_LISTED)
#: Within a match of RE2's: few words, each read once, which the standard library does faster.
_PIECE = re.compile(WORD)

#: Where a word begins and ends.
_Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ListedName:
    """Two or more capitalised words of which one is a known first name."""

    id: str = "person-name"
    case: bool = True

    @property
    def expression(self) -> bytes:
        """Adjacent capitalised words."""
        return _LISTED

    def find(self, passage: Passage) -> Iterator[Span]:
        """Every such pair, in order; words that are no names at either end are cut off."""
        text, words, given = passage.folded.plain, passage.folded.words, first_names()
        for found in _CAPITALISED.finditer(text):
            start, end = found.span()
            if given.isdisjoint(words[start:end].split()):
                continue  # most capitalised words name nobody
            for run in _runs(text, start, end):
                if weight := _believed([text[first:last] for first, last in run]):
                    yield Span(
                        run[0][0], run[-1][1], self.id, "name", Kind.IDENTITY, weight, "[NOM]"
                    )


def _runs(text: bytes, start: int, end: int) -> Iterator[list[_Place]]:
    """The words from ``start`` to ``end`` that may be one name each time."""
    pieces = (piece.span() for piece in _PIECE.finditer(text, start, end))
    for parts, between in groupby(pieces, lambda word: is_only_abbreviation(text[slice(*word)])):
        if not parts:
            names = [word for word in between if is_name(text[slice(*word)])]
            for belonging in _apart(text, names):
                yield from _adjacent(text, belonging)


#: What parts somebody from what is theirs: "Papa de", "Départ d'".
_OF = re.compile(rb"[ \t]+d(?:e|u|es)[ ]+$")


def _apart(text: bytes, words: Sequence[_Place]) -> Iterator[list[_Place]]:
    """``words``, a run each time that something of somebody's is named: "Planning de Paul Durand".

    A known first name after a word that is none tells that; "Paul de Villiers" is one name.
    """
    run: list[_Place] = []
    for start, end in words:
        own = start + 2 if text[start : start + 2] == b"d'" else start
        of = own > start or (run and _OF.match(text[run[-1][1] : start]))
        if run and of and _is_given(text[own:end]) and not _is_given(text[slice(*run[-1])]):
            yield run
            run = [(own, end)]
        else:
            run.append((start, end))
    yield run


#: Words of a name at most, and characters between two of them.
_MOST_WORDS, _BETWEEN = 4, 12


def _adjacent(text: bytes, words: Sequence[_Place]) -> Iterator[list[_Place]]:
    """Runs of two words or more with little between them, and never too many."""
    run: list[_Place] = []
    for word in words:
        far = run and word[0] - run[-1][1] > _BETWEEN
        if far or len(run) == _MOST_WORDS or _next_pair(text, run, word):
            if len(run) > 1:
                yield run
            run = []
        run.append(word)
    if len(run) > 1:
        yield run


def _next_pair(text: bytes, run: Sequence[_Place], word: _Place) -> bool:
    """Whether a comma leads from a name of two words to the next: "Anne Petit, Paul Durand"."""
    if len(run) <= 1:
        return False
    (_, first), (second, last) = run[-2:]
    return b"," in text[last : word[0]] and b"," not in text[first:second]


def _believed(words: list[bytes]) -> float:
    """How far adjacent capitalised words are a name, 0 when they are not."""
    given = [_is_given(word) for word in words]
    upper = [len(word) > 1 and word.isupper() for word in words]
    if not any(given):
        return 0.0
    if any(upper) and not all(upper):
        return 1.0  # DURAND Paul, Paul DURAND
    if len(words) == 2 or (given[0] and len(words) == 3):
        return 0.9 if given[0] or given[-1] else 0.0
    return 0.6


def _is_given(word: bytes) -> bool:
    """Whether ``word``, or a part of it, is a known first name."""
    pieces = word.lower().replace(b"'", b"-").split(b"-")
    return not first_names().isdisjoint(pieces)


DETECTORS: tuple[Detector, ...] = (ListedName(),)
