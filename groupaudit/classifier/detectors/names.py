# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""Names of persons: after a civility, as NAME Firstname, as Firstname Name, after "née".

Finds names, not roles: whether a name is a patient's is decided in ``persons``. Lower-case names are
only believed after a civility.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import re2

from groupaudit.classifier.detectors.pattern import Detector, Pattern
from groupaudit.classifier.lexicon import first_names
from groupaudit.classifier.span import Kind, Span
from groupaudit.classifier.text import Passage

WORD = rb"(?:[dlDLON]')?[A-Z][A-Za-z?]*[A-Za-z](?:['\-][A-Za-z]+){0,3}"
PARTICLE = rb"(?:(?:d[eu]|de la|des|le|la|van|von|der|den|van der|van den|ben|bin|el|al|da|dos|di|del|y|ep|epouse|nee|veuve|vve|Ep\.)[ ]+)"
FULL = PARTICLE + rb"?" + WORD + rb"(?:[ ]+" + PARTICLE + rb"?" + WORD + rb"){0,3}"
_CIVILITY = (
    rb"(?:^|[^A-Za-z0-9])(?:M\.|Mr\.?|MR\.?|Mmes?\.?|MMES?|Mlle\.?|MLLE|MM\.|Monsieur|MONSIEUR|Madame|MADAME|Mademoiselle|Mrs\.?|MRS\.?|Ms\.?|MS\.?|Miss|Master"
    rb"|Frau|Herrn?|Se[n?]ora?|Sra?\.|Mevrouw|Mevr\.|Dhr\.|Signora?|Sig\.ra|Sig\.|D\.|Do[n?]a|Sr\.|patiente?|Patiente?|PATIENTE?|resident|residente|couple|famille|Famille|M)"
    rb"[ ]+(?:[A-Z]\.[ ]?(?:-?[A-Z]\.)?[ ]?)?(" + FULL + rb")"
)
#: Words that stand after a civility without being a name.
_NOT_NAMES = frozenset(
    b"la le les le/la directeur directrice maire president presidente ministre cadre vous nous il elle the de du des "
    b"bonjour merci monsieur madame mesdames messieurs chers cher chere urgent objet re fwd tr service unite pole chu ch "
    b"centre hopital clinique ehpad samu smur usld ssr lundi mardi mercredi jeudi vendredi samedi dimanche janvier "
    b"fevrier mars avril mai juin juillet aout septembre octobre novembre decembre notre votre cette ce sa son ses "
    b"monday tuesday wednesday thursday friday saturday sunday january february march april june july august "
    b"september october november december dear hello hi thanks subject from to cc date please note dr pr prof docteur "
    b"professeur prendre voir transmission transmissions dossier patient patiente ide as ash irm scanner tdm nir ipp ddn "
    b"est a en et pour par sur sous sans avec dans qui que ne pas plus au aux une un".split()
)


def is_name(found: bytes) -> bool:
    """Whether the first word of a candidate is not one of those that follow a civility in prose."""
    return found.split()[0].lower() not in _NOT_NAMES


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
        text, given = passage.folded.plain, first_names()
        for found in _CAPITALISED.finditer(text):
            start, end = found.span()
            if given.isdisjoint(text[start:end].translate(_LETTERS).split()):
                continue  # most capitalised words name nobody
            words = [piece.span() for piece in _PIECE.finditer(text, start, end)]
            yield from self._names(text, words)

    def _names(self, text: bytes, words: list[tuple[int, int]]) -> Iterator[Span]:
        """Names among adjacent capitalised words."""
        words = [w for w in words if not _is_stop(text, w)]
        at = 0
        while at < len(words) - 1:
            run = [words[at]]
            while (
                at + len(run) < len(words)
                and len(run) < 4
                and words[at + len(run)][0] - run[-1][1] <= 12
            ):
                run.append(words[at + len(run)])
            if len(run) > 1 and (weight := _believed([text[s:e] for s, e in run])):
                yield Span(run[0][0], run[-1][1], self.id, "name", Kind.IDENTITY, weight, "[NOM]")
            at += len(run)


_LISTED = WORD + rb"(?:[ \t]+" + PARTICLE + rb"?" + WORD + rb"|,[ ]" + WORD + rb"){1,4}"
_CAPITALISED = re2.compile(_LISTED)
#: Within a match that RE2 found: a few words, each read once, which the standard library does faster.
_PIECE = re.compile(WORD)
_LETTERS = bytes(
    code if chr(code).isalpha() and code < 0x80 else 0x20 for code in bytes(range(256)).lower()
)


def _is_stop(text: bytes, word: tuple[int, int]) -> bool:
    return text[word[0] : word[1]].lower() in _NOT_NAMES


def _believed(words: list[bytes]) -> float:
    """How far adjacent capitalised words are a name, 0 when they are not."""
    known = first_names()
    given = [
        any(piece in known for piece in word.lower().replace(b"'", b"-").split(b"-"))
        for word in words
    ]
    upper = [len(word) > 1 and word.isupper() for word in words]
    if not any(given):
        return 0.0
    if any(upper) and not all(upper):
        return 1.0  # DURAND Paul, Paul DURAND
    if len(words) == 2 or (given[0] and len(words) == 3):
        return 0.9 if given[0] or given[-1] else 0.0
    return 0.6


DETECTORS: tuple[Detector, ...] = (
    Pattern("name-after-civility", "name", Kind.IDENTITY, _CIVILITY, "[NOM]", check=is_name, case=True),
    Pattern(
        "name-lower-case", "name", Kind.IDENTITY,
        rb"\b(?:mme|mlle|mr|mrs)[ ]+([a-z][a-z'\-]{2,}(?: [a-z]{3,} ?[a-z]*)?)\b", "[NOM]", weight=0.8,
        check=is_name, case=True,
    ),
    Pattern(
        "name-at-birth", "name", Kind.IDENTITY,
        rb"\b(?:[Nn][e?]e|NEE|veuve|Vve|epouse|[e?]pouse|ep\.)[ ]+(" + FULL + rb")", "[NOM]", check=is_name, case=True,
    ),
    ListedName(),
)  # fmt: skip
