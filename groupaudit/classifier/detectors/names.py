# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""Names of persons: after a civility, as NAME Firstname, as Firstname Name, after "née".

Finds names, not roles: whether a name is a patient's is decided in ``persons``. Lower-case names are
only believed after a civility. An abbreviation of the lexicons in capitals ends a name: "Mme DURAND HTA".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, dropwhile, groupby
from typing import Any

import re2

from groupaudit.classifier.detectors.pattern import Detector, Pattern
from groupaudit.classifier.lexicon import STRONG, first_names, listed
from groupaudit.classifier.once import once
from groupaudit.classifier.span import Kind, Span
from groupaudit.classifier.text import Passage

WORD = rb"(?:[dlDLON]')?[A-Z][A-Za-z?]*[A-Za-z](?:['\-][A-Za-z]+){0,3}"
PARTICLE = rb"(?:(?:d[eu]|de la|des|le|la|van|von|der|den|van der|van den|ben|bin|el|al|da|dos|di|del|y|ep|epouse|nee|veuve|vve|Ep\.)[ ]+)"
FULL = PARTICLE + rb"?" + WORD + rb"(?:[ ]+" + PARTICLE + rb"?" + WORD + rb"){0,3}"
#: How a patient is spoken of; how people are addressed; and in the cell before their name.
_SPOKEN_OF = rb"(patiente?|Patiente?|PATIENTE?|[Rr]esidente?|couple|famille|Famille)"
_ADDRESS = (
    rb"(?:M\.|Mr\.?|MR\.?|Mmes?\.?|MMES?\.?|Mlle\.?|MLLE\.?|MM\.|Monsieur|MONSIEUR|Madame|MADAME|Mademoiselle|Mrs\.?|MRS\.?|Ms\.?|MS\.?|Miss|Master"
    rb"|Frau|Herrn?|Se[n?]ora?|Sra?\.|Mevrouw|Mevr\.|Dhr\.|Signora?|Sig\.ra|Sig\.|D\.|Do[n?]a|Sr\.|M)"
)
_IN_CELL = (
    rb"(?:M\.|Mr\.?|MR\.?|Mme\.?|MME\.?|Mlle\.?|MLLE\.?|Mrs\.?|Monsieur|MONSIEUR|Madame|MADAME)"
)
_CIVILITY = (
    rb"(?:^|[^A-Za-z0-9])(?:" + _SPOKEN_OF + rb"[ ]+|" + _ADDRESS + rb"[ ]+|" + _IN_CELL + rb"[ ]*(\t)[ ]*"
    rb"|((?:M|Mr|MR|Mme|MME|Mlle|MLLE|Mrs|Ms)\.))(?:[A-Z]\.[ ]?(?:-?[A-Z]\.)?[ ]?)?(" + FULL + rb")"
)  # fmt: skip
#: What the groups of ``_CIVILITY`` hold.
_SPOKEN, _CELL_BEFORE, _CLOSE, _NAME = range(1, 5)
#: Days and months, which are surnames too.
_CALENDAR = frozenset(
    b"lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier mars avril mai juin juillet aout septembre "
    b"octobre novembre decembre monday tuesday wednesday thursday friday saturday sunday january february march april "
    b"june july august september october november december".split()
)
#: Words that stand after a civility without being a name.
_NOT_NAMES = _CALENDAR | frozenset(
    b"la le les le/la directeur directrice maire president presidente ministre cadre vous nous il elle the de du des "
    b"bonjour merci monsieur madame mesdames messieurs chers cher chere urgent objet re fwd tr service unite pole chu ch "
    b"centre hopital clinique ehpad samu smur usld ssr notre votre cette ce sa son ses dear hello hi thanks subject "
    b"from to cc date please note dr pr prof docteur professeur prendre voir transmission transmissions dossier patient patiente ide as ash irm scanner tdm nir ipp ddn "
    b"est a en et pour par sur sous sans avec dans qui que ne pas plus au aux une un".split()
)
#: With these a surname begins, of two words.
_ARTICLES = frozenset(b"le la de du des".split())
#: What follows an article after a civility in prose, beside ``_NOT_NAMES``: how offices begin, and places.
_OFFICES = (
    b"direct", b"president", b"vice", b"sous-", b"mair", b"depute", b"senat", b"minist", b"prefe", b"juge", b"procur",
    b"doyen", b"recteur", b"rectrice", b"medecin", b"profess", b"provis", b"principal", b"chef", b"respons", b"secretai",
    b"referent", b"rapport", b"conseill", b"commissaire", b"delegue", b"tresor", b"batonn", b"greff", b"avocat",
    b"notaire", b"coordin", b"surveill", b"gouvern", b"pharmac", b"psy", b"infirm", b"inspect", b"command",
    b"capitaine", b"lieutenant", b"colonel", b"mandataire", b"tutric", b"tuteur", b"curat", b"mediat", b"administ",
    b"intend", b"gestionn", b"chancel", b"ambassad", b"bibliothec", b"technicien", b"redact", b"vaguemestre",
    b"assistant", b"adjoint", b"controleu", b"comptable", b"gardien", b"voisin", b"premier", b"stagiaire", b"interne",
)  # fmt: skip
_PLACES = frozenset(
    b"sous drh dsi dg dga dim garde bloc accueil standard secretariat direction pharmacie lingerie cuisine cure secteur etage fond bout dessus bureau".split()
)
#: A day or a year, where words of the calendar are of a date.
_DATED = re.compile(rb"[ ]*\d")
#: Other people, and other things than health, that follow a name without a comma.
_NEXT_PERSON = frozenset(
    b"mme mmes mlle mr mrs ms monsieur madame dr pr docteur professeur".split()
)
_SHORT_FOR = frozenset(b"dt did dcd ras ok ipp ddn nir tdm irm chu ch as ash ide dc rv".split())
#: Short terms that may as well be somebody's surname, and end a name only after a word in capitals; and those that never do.
_SURNAMES = frozenset(
    b"bay canne cure fall fell feu foley gale gazo globe gord gout hache im lam lata leber lisse moca nash nut rad rage "
    b"room sourd taxi".split()
)
#: Longer terms that are surnames too: after a known first name they end none.
_SURNAMES_IN_FULL = tuple(
    b"addison alaise alzheimer autissier basedow borreli cancer cliche cushing culott delir delon doppler drains escarre fievre "
    b"goitre greff hashimoto hernie huntington malaise meniere migraine parkinson pelade platre saigne selles sortant stein stent "
    b"verrue".split()
)
_OF_NAMES = frozenset(b"veuve mama test tests fr".split())
_NO_SURNAMES = _NOT_NAMES | _PLACES | _NEXT_PERSON
_AND = frozenset(b"et ou and".split())
_LINKS = _ARTICLES | _AND | frozenset(b"ep epouse nee van von".split())
#: Letters of a ward's abbreviations; of the beginning of longer terms, and so many of them that are looked at.
_FEWEST, _MOST = 2, 5
_BEGINNING = range(5, 20)


@once
def _abbreviations() -> frozenset[bytes]:
    """Short words of the lexicons that tell health in capitals and are nobody's first name."""
    terms = chain.from_iterable(map(listed, ("terms_fr.txt", "terms_en.txt")))
    known = {term.words: term.capitals for term in terms if not term.stem}
    short = {word for word in known if _FEWEST <= len(word) <= _MOST and word.isalpha()}
    # A term in capitals only is one although somebody may bear it: SEP.
    given = {word for word in first_names() if not known.get(word)}
    return frozenset(short - given - _OF_NAMES) | _SHORT_FOR


def _is_abbreviation(word: bytes) -> bool:
    """Whether ``word`` stands in capitals for a disease, an act, a place of care."""
    return _FEWEST <= len(word) <= _MOST and word.isupper() and word.lower() in _abbreviations()


@once
def _terms() -> tuple[frozenset[bytes], frozenset[bytes]]:
    """The longer words of the French lexicon that tell health surely, and how others begin."""
    strong = [term for term in listed("terms_fr.txt") if term.weight >= STRONG]
    whole = frozenset(term.words for term in strong if not term.stem)
    return whole, frozenset(term.words for term in strong if term.stem)


def _is_term(word: bytes) -> bool:
    """Whether ``word`` has more letters than an abbreviation and is a health term."""
    if len(word) <= _MOST:
        return False
    whole, stems = _terms()
    word = word.lower()
    return word in whole or any(word[:letters] in stems for letters in _BEGINNING)


def is_name(found: bytes) -> bool:
    """Whether the first word of a candidate is not one of those that follow a civility in prose."""
    return found.split()[0].lower() not in _NOT_NAMES


def _begins(words: Sequence[bytes], *, addressed: bool) -> bool:
    """Whether ``words`` may begin a name: surnames of two words too, no office or place.

    Of those who are only spoken of ("famille de Mme"), articles in capitals alone begin one.
    """
    if not words or is_name(words[0]):
        return bool(words)
    rest = list(dropwhile(lambda word: word.lower() in _ARTICLES, words))
    if not rest or len(rest) == len(words) or not (addressed or words[0][:1].isupper()):
        return False
    follows = rest[0].lower()
    if follows in _NO_SURNAMES or follows.startswith(_OFFICES):
        return False
    return follows in _SURNAMES or not _is_abbreviation(rest[0])


def _ends(words: Sequence[bytes], place: int, *, digit: bool) -> bool:
    """Whether the name ends before the word at ``place``; ``digit`` stands right after that word."""
    word, before = words[place], words[place - 1] if place else b""
    if place and word.lower() in _NEXT_PERSON:
        return True
    if _is_term(word):
        given = before.lower() in first_names()
        return not (given and word.lower().startswith(_SURNAMES_IN_FULL))
    if word.lower() in _SURNAMES and not before.isupper():
        return False
    return _is_abbreviation(word) or (
        bool(before) and digit and word.isupper() and len(word) <= _MOST
    )


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
                at = words[0][1]
                continue
            at = words[kept - 1][1]
            if found.span(_CELL_BEFORE)[0] >= 0:
                at = _next_cell(text, start, at)
            yield Span(start, at, self.id, "name", Kind.IDENTITY, 1.0, "[NOM]")


_ADDRESSED = re2.compile(_CIVILITY)
_SPACED = re.compile(rb"[^ ]+")
_CELL = re2.compile(rb"[ ]*\t[ ]*(" + WORD + rb")")
#: What follows M. without a space: degrees.
_DEGREES = frozenset(b"sc ed phil eng tech com arch pharm math res div des ch ba ma pt dd".split())


def _kept(text: bytes, found: Any, words: Sequence[tuple[int, int]]) -> int:
    """How many of ``words``, which follow a civility, are the name."""
    said = [text[start:end] for start, end in words]
    spoken = found.span(_SPOKEN)[0] >= 0
    if found.span(_CLOSE)[0] >= 0 and (
        text[found.start() : found.start() + 1] == b"." or said[0].lower() in _DEGREES
    ):
        return 0
    if not _begins(said, addressed=not spoken) and not (
        not spoken and said[0].lower() in _CALENDAR and _is_no_date(text, found, words[0][1])
    ):
        return 0
    kept = 0 if spoken else 1
    while kept < len(words) and not _ends(
        said, kept, digit=text[words[kept][1] : words[kept][1] + 1].isdigit()
    ):
        kept += 1
    cut = kept < len(words)  # elsewhere an article in the end is a surname: "Suong Le"
    while kept > 1 and said[kept - 1].lower() in (_LINKS if cut else _AND):
        kept -= 1
    return kept


def _is_no_date(text: bytes, found: Any, end: int) -> bool:
    """Whether a word of the calendar is a surname: no figure follows, no "p.m." or lone M leads to it."""
    address = text[found.start() : found.start(_NAME)].strip(b" ")
    return not (_DATED.match(text, end) or address.startswith(b".") or address.endswith(b"M"))


def _next_cell(text: bytes, start: int, end: int) -> int:
    """Where the name ends whose first name, or surname, fills the next cell."""
    cell = _CELL.match(text, end)
    if not cell:
        return end
    given = first_names()
    both = [*text[start:end].lower().split(), cell[1].lower()]
    return (
        end
        if given.isdisjoint(both) or _is_abbreviation(cell[1]) or not is_name(cell[1])
        else cell.end()
    )


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
            for short, run in groupby(words, lambda word: _is_short(text, word)):
                if not short:
                    yield from self._names(text, list(run))

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


def _is_short(text: bytes, word: tuple[int, int]) -> bool:
    """Whether an abbreviation, which is no surname, parts the names around it."""
    said = text[word[0] : word[1]]
    return _is_abbreviation(said) and said.lower() not in _SURNAMES


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


#: What goes on after a name in lower case, and after few other words behind a civility.
_GOES_ON = rb"(?:[ ]+(?:a|est|n'a|n'est|s'est|va|doit|sort|sortira|sera|aura|avait|etait|ch|chambre|lit)[ ,.]|[ ]*[(,:][ ]*(?:ch|chambre|lit|\d{2,3})[ ,.;:)])"
_PROSE = frozenset(
    b"mme mr qui dont quand cela ceci tout toute rien hier demain ensuite alors puis donc mais car comme encore toujours jamais deja "
    b"aussi bien tres trop peu moins non oui moi toi lui chose untel unetelle machin maman papa mari femme fils fille "
    b"cependant pourtant ici ailleurs votre notre leur mes tes ses nos vos leurs chaque quelque personne tel telle "
    b"celle celui ceux aujourd'hui seul seule the and has was who".split()
)


def is_typed(found: bytes) -> bool:
    """Whether words in lower case after a civility may be a surname."""
    words = found.split()
    return words[-1] not in _PROSE and _begins(words, addressed=True)


def is_born(found: bytes) -> bool:
    """Whether what follows "née" is a surname; "le" and "de" in lower case lead to a date, to parents."""
    return _begins(found.split(), addressed=False)


DETECTORS: tuple[Detector, ...] = (
    AddressedName(),
    Pattern(
        "name-typed", "name", Kind.IDENTITY,
        rb"\b(?:[Mm]adame|[Mm]onsieur|[Mm]me|[Mm]lle|[Mm]rs?)[ ]+((?:(?:le|la|de|du|de la|van|von|ben|el|al)[ ]+)?[a-z][a-z'\-]{2,})"
        + _GOES_ON, "[NOM]", weight=0.8, check=is_typed, case=True,
    ),
    Pattern(
        "name-lower-case", "name", Kind.IDENTITY,
        rb"\b(?:mme|mlle|mr|mrs)[ ]+([a-z][a-z'\-]{2,}(?: [a-z]{3,} ?[a-z]*)?)\b", "[NOM]", weight=0.8,
        check=is_name, case=True,
    ),
    Pattern(
        "name-at-birth", "name", Kind.IDENTITY,
        rb"\b(?:[Nn][e?]e|NEE|veuve|Vve|epouse|[e?]pouse|ep\.)[ ]+(" + FULL + rb")", "[NOM]", check=is_born, case=True,
    ),
    ListedName(),
)  # fmt: skip
