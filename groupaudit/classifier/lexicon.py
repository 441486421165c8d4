# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""Health terms of the lexicons, found in one pass (Aho-Corasick over folded words).

Reads the data files of ``lexicons/`` and a hospital's own lists; judges nothing. A term matches whole
words, with French and English plural endings; ``stem*`` matches every word that begins so; ``ABC!``
matches in capitals only. Of two terms in one place the longer counts; where that is of ``elsewhere.txt``, none.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

import ahocorasick_rs

from groupaudit.classifier.span import Kind, Span
from groupaudit.classifier.text import Folded, Passage, fold
from groupaudit.errors import ConfigError

#: What terms may tell of somebody's health; a hospital may write some of it in codes (wards, acts).
CATEGORIES = (
    "addiction", "allergy", "appointment", "cancer", "care_setting", "death", "diagnosis", "diet",
    "disability", "drug", "genetics", "hiv_sti", "imaging", "lab", "mental_health", "pregnancy",
    "procedure", "sick_leave", "symptom", "transport", "vital_signs",
)  # fmt: skip
#: The section of phrases that tell of nobody's health: they hide the shorter terms which they hold.
ELSEWHERE = "elsewhere"
STRONG = 1.0
WEAK = 0.35
#: What makes a word plural or feminine, in French and English, with the space after it.
_PLURALS = (b"s ", b"e ", b"es ", b"x ")
#: What may follow a term within its word.
_NONE, _PLURAL, _ANY = range(3)
_SPACE = 0x20
#: Letters from which a term is no abbreviation, whose plural would be another word ("FA", "fax").
_SHORTEST_PLURAL = 6
#: Terms up to which the fastest automaton is built at once and stays small.
_SMALL = 1000


@dataclass(frozen=True, slots=True)
class Term:
    """One entry: folded words, what they tell, and how they must stand in a text."""

    words: bytes
    category: str
    weight: float
    stem: bool = False
    capitals: bool = False

    @property
    def detector(self) -> str:
        """Name under which a span of this term is known."""
        return self.category.replace("_", "-")


#: A term, the offset of its first character and past its last.
Match = tuple[Term, int, int]


class Lexicon:
    """A compiled set of terms."""

    def __init__(self, terms: Iterable[Term]) -> None:
        unique: dict[bytes, Term] = {}
        for term in terms:
            known = unique.get(term.words)
            if known is None or _strength(term) > _strength(known):
                unique[term.words] = term
        self._terms = tuple(unique.values())
        #: How each term may go on: half of what the automaton finds is the beginning of another word.
        self._endings = bytes(map(_ending, self._terms))
        self._shorter = _shorter(self._terms)
        self._automaton = ahocorasick_rs.BytesAhoCorasick(
            [b" " + term.words for term in self._terms],
            matchkind=ahocorasick_rs.MATCHKIND_LEFTMOST_LONGEST,
            implementation=ahocorasick_rs.Implementation.DFA
            if len(self._terms) <= _SMALL
            else ahocorasick_rs.Implementation.ContiguousNFA,
        )

    def find(self, folded: Folded) -> Iterator[Span]:
        """Every term in the text, as health spans in order."""
        return (_span(*match) for match in self._matches(folded))

    def spans(self, passage: Passage) -> Iterator[Span]:
        """Every term in the passage, as health spans in order."""
        return (_span(*match) for match in self.terms(passage))

    def terms(self, passage: Passage) -> list[Match]:
        """The ``matches`` of a passage. The gate and the reader both ask: the passage keeps the answer."""
        return passage.look_once(self, self._of_passage)

    def _of_passage(self, passage: Passage) -> list[Match]:
        return self._matches(passage.folded)

    def _matches(self, folded: Folded) -> list[Match]:
        """Every term in the text with the offsets of its first character and past its last, in order."""
        padded = b" " + folded.words + b" "
        terms, endings = self._terms, self._endings
        found: list[Match] = []
        for index, start, end in self._automaton.find_matches_as_indexes(padded):
            term, stop = terms[index], end
            if padded[end] != _SPACE:
                ending = endings[index]
                if ending == _NONE or (ending == _PLURAL and not padded.startswith(_PLURALS, end)):
                    shorter = self._shorter.get(index)
                    if shorter is None:
                        continue
                    term, stop = terms[shorter], start + len(terms[shorter].words) + 1
                else:
                    stop = padded.index(b" ", end)
            if term.category == ELSEWHERE:
                continue
            # The haystack has one leading space, the match another: they cancel out.
            if not term.capitals or folded.plain[start : stop - 1].isupper():
                found.append((term, start, stop - 1))
        return found


def _strength(term: Term) -> tuple[float, bool, bool]:
    """Which of two entries of the same words counts: the one that tells more, then the one that matches more."""
    return term.weight, term.stem, not term.capitals


def _span(term: Term, start: int, stop: int) -> Span:
    return Span(start, stop, term.detector, term.category, Kind.HEALTH, term.weight)


def _ending(term: Term) -> int:
    """How the last word of ``term`` may go on in a text."""
    if term.stem:
        return _ANY
    return _PLURAL if len(term.words) >= _SHORTEST_PLURAL else _NONE


def _shorter(terms: Sequence[Term]) -> dict[int, int]:
    """The place of the term that counts where the longer one found is only the beginning of other words.

    By the place of the longer: "soins paliatifs" is not "soins pal", but it is "soins" all the same.
    """
    places = {term.words: place for place, term in enumerate(terms)}
    found: dict[int, int] = {}
    for place, term in enumerate(terms):
        words = term.words
        while b" " in words and place not in found:
            words = words.rpartition(b" ")[0]
            if words in places:
                found[place] = places[words]
    return found


@lru_cache(maxsize=8)
def load(languages: tuple[str, ...] = ("fr", "en"), extra: tuple[str, ...] = ()) -> Lexicon:
    """The shipped lexicons of ``languages``, drugs, a hospital's own lists, and what hides terms.

    Raises ConfigError when a list cannot be read or a section of it is malformed.
    """
    terms: list[Term] = []
    for language in languages:
        terms += listed(f"terms_{language}.txt")
    terms += [Term(word.encode("ascii"), "drug", STRONG) for word in _data("drugs.txt").split()]
    for path in extra:
        terms += parse(_own(path), path, CATEGORIES)
    # Last: of equal strength the first entry counts, and what a hospital lists is to be seen.
    terms += listed("elsewhere.txt")
    return Lexicon(terms)


def listed(name: str) -> Iterator[Term]:
    """The terms of the shipped list ``name``."""
    return parse(_data(name), name)


def parse(text: str, name: str, categories: Sequence[str] = ()) -> Iterator[Term]:
    """The terms of a list (format: see ``terms_fr.txt``), of these categories; of any for none.

    Raises ConfigError naming the line.
    """
    category, weight = "", 0.0
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith("="):
            category, weight = _section(line, name, number)
            if categories and category not in categories:
                raise ConfigError(
                    f"{name}, line {number}: {category!r} is no category of health data;"
                    f" use one of {', '.join(categories)}"
                )
            continue
        if not category:
            raise ConfigError(
                f"{name}, line {number}: a term before any section; begin with '= diagnosis strong'"
            )
        for entry in line.split(","):
            yield from _variants(entry.strip(), category, weight)


def _section(line: str, name: str, number: int) -> tuple[str, float]:
    words = line.lstrip("= ").split()
    if len(words) != 2 or words[1] not in ("strong", "weak"):
        raise ConfigError(
            f"{name}, line {number}: a section reads '= category strong' or '= category weak'"
        )
    return words[0], STRONG if words[1] == "strong" else WEAK


def _variants(entry: str, category: str, weight: float) -> Iterator[Term]:
    """The spellings under which an entry is searched: as written, with œ, in the plural.

    Folded like the texts, in which hyphens and apostrophes are spaces.
    """
    stem, capitals = entry.endswith("*"), entry.endswith("!")
    words = b" ".join(fold(entry.rstrip("*!")).words.split())
    if not words:
        return
    spellings = {words, words.replace(b"oe", b"e")}
    if b" " in words and not stem:
        spellings.add(
            b" ".join(
                word if word.endswith((b"s", b"x")) else word + b"s" for word in words.split()
            )
        )
    for spelling in spellings:
        yield Term(spelling, category, weight, stem, capitals)


def _data(name: str) -> str:
    return (
        resources.files("groupaudit.classifier.lexicons").joinpath(name).read_text(encoding="utf-8")
    )


def _own(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"classify.lexicons: cannot read {path} as UTF-8 text; correct the path or save it so"
        ) from error


@lru_cache(maxsize=1)
def around_names() -> dict[str, tuple[bytes, ...]]:
    """The lists of ``around_names.toml``: words folded, in lower case."""
    lists: dict[str, str] = tomllib.loads(_data("around_names.toml"))
    return {name: tuple(words.encode("ascii").split()) for name, words in lists.items()}


@lru_cache(maxsize=1)
def first_names() -> frozenset[bytes]:
    """First names, folded, in lower case."""
    return frozenset(_data("first_names.txt").encode("ascii").split())
