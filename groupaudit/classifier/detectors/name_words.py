# Expressions read better unbroken.
# ruff: noqa: E501
"""Of which words a name is made: how they are spelt, which may begin it and which end it.

Finds nothing. Long lists of words are in ``lexicons/around_names.toml``, those of a line beside what reads them.
An abbreviation of the lexicons in capitals ends a name ("Mme DURAND HTA"), as does a longer term of health.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, dropwhile

from groupaudit.classifier.lexicon import STRONG, around_names, first_names, listed
from groupaudit.classifier.once import once

WORD = rb"(?:[dlDLON]')?[A-Z][A-Za-z?]*[A-Za-z](?:['\-][A-Za-z]+){0,3}"
PARTICLE = rb"(?:(?:d[eu]|de la|des|le|la|van|von|der|den|van der|van den|ben|bin|el|al|da|dos|di|del|y|[Ee]p\.?|EP\.?|epouse|nee|veuve|vve)[ ]+)"
FULL = PARTICLE + rb"?" + WORD + rb"(?:[ ]+" + PARTICLE + rb"?" + WORD + rb"){0,3}"
#: With these a surname begins, of two words.
ARTICLES = frozenset(b"le la de du des".split())
#: Days and months, which are surnames too.
CALENDAR = frozenset(around_names()["calendar"])
#: Words that stand after a civility without being a name; those of prose in lower case.
_NOT_NAMES = CALENDAR | frozenset(around_names()["prose"])
_LOWER_CASE = frozenset(around_names()["lower_case"])


def is_name(found: bytes) -> bool:
    """Whether the first word of a candidate is not one of those that follow a civility in prose."""
    return found.split()[0].lower() not in _NOT_NAMES


def is_typed(found: bytes) -> bool:
    """Whether words in lower case after a civility may be a surname."""
    words = found.split()
    return words[-1] not in _LOWER_CASE and begins(words, addressed=True)


def is_born(found: bytes) -> bool:
    """Whether what follows "née" or the field of a form is a surname.

    After "née", "le" and "de" in lower case lead to a date, to parents.
    """
    return begins(found.split(), addressed=False)


#: Other people that follow a name without a comma.
_NEXT_PERSON = frozenset(
    b"mme mmes mlle melle mr mrs ms monsieur madame dr pr docteur professeur".split()
)
#: What follows an article after a civility in prose: other people and places, and how offices begin.
_NO_SURNAMES = _NOT_NAMES | _NEXT_PERSON | frozenset(around_names()["places"])
_OFFICES = around_names()["beginnings_of_offices"]


def begins(words: Sequence[bytes], *, addressed: bool) -> bool:
    """Whether ``words`` may begin a name: surnames of two words too, no office or place.

    Of those who are only spoken of ("famille de Mme"), articles in capitals alone begin one.
    """
    if not words or words[0].lower() in _NEXT_PERSON:
        return False
    if is_name(words[0]):
        return True
    rest = list(dropwhile(lambda word: word.lower() in ARTICLES, words))
    if not rest or len(rest) == len(words) or not (addressed or words[0][:1].isupper()):
        return False
    follows = rest[0].lower()
    if follows in _NO_SURNAMES or follows.startswith(_OFFICES):
        return False
    return not is_only_abbreviation(rest[0])


#: Short terms that are surnames too, and how longer ones begin.
_SURNAMES = frozenset(around_names()["surnames"])
_SURNAMES_IN_FULL = around_names()["beginnings_of_surnames"]


def ends(words: Sequence[bytes], place: int, *, digit: bool) -> bool:
    """Whether the name ends before the word at ``place``; ``digit`` stands right after that word."""
    word, before = words[place], words[place - 1] if place else b""
    if place and word.lower() in _NEXT_PERSON:
        return True
    if _is_term(word):
        given = before.lower() in first_names()
        return not (given and word.lower().startswith(_SURNAMES_IN_FULL))
    if word.lower() in _SURNAMES and not before.isupper():
        return False
    return is_abbreviation(word) or (
        bool(before) and digit and word.isupper() and len(word) <= _MOST
    )


def is_abbreviation(word: bytes) -> bool:
    """Whether ``word`` stands in capitals for a disease, an act, a place of care."""
    return _FEWEST <= len(word) <= _MOST and word.isupper() and word.lower() in _abbreviations()


def is_only_abbreviation(word: bytes) -> bool:
    """Whether ``word``, perhaps behind an article ("L'AS"), is such an abbreviation and no surname."""
    if word[1:2] == b"'":
        word = word[2:]
    return is_abbreviation(word) and word.lower() not in _SURNAMES


#: Letters of a ward's abbreviations.
_FEWEST, _MOST = 2, 5
#: Abbreviations that the lexicons lack or that are first names too, and words that they hold but that belong to names.
_SHORT_FOR = frozenset(
    b"dt did ras ok ipp nda iep nip ddn nir chu ch as ash ide idel dc rv tc bu uhtcd samu".split()
)
_OF_NAMES = frozenset(b"veuve mama test tests fr".split())


@once
def _abbreviations() -> frozenset[bytes]:
    """Short words of the lexicons that tell health in capitals and are nobody's first name."""
    terms = chain.from_iterable(map(listed, ("terms_fr.txt", "terms_en.txt")))
    known = {term.words: term.capitals for term in terms if not term.stem}
    short = {word for word in known if _FEWEST <= len(word) <= _MOST and word.isalpha()}
    # A term in capitals only is one although somebody may bear it: SEP.
    given = {word for word in first_names() if not known.get(word)}
    return frozenset(short - given - _OF_NAMES) | _SHORT_FOR


#: How many letters of a word are looked at as the beginning of a longer term.
_BEGINNING = range(5, 20)


def _is_term(word: bytes) -> bool:
    """Whether ``word`` has more letters than an abbreviation and is a health term."""
    if len(word) <= _MOST:
        return False
    whole, stems = _terms()
    word = word.lower()
    return word in whole or any(word[:letters] in stems for letters in _BEGINNING)


@once
def _terms() -> tuple[frozenset[bytes], frozenset[bytes]]:
    """The words of the French lexicon that tell health surely, and how others begin."""
    strong = [term for term in listed("terms_fr.txt") if term.weight >= STRONG]
    whole = frozenset(term.words for term in strong if not term.stem)
    return whole, frozenset(term.words for term in strong if term.stem)
