"""Whom a tagged stretch names, word by word, and how far that is believed.

A stretch may hold a name, a birth date, a number and the beginning of what follows, or half a word:
a person is told by the capitalised words before the first figure, whole. Says nothing about who is
the same as whom (``people``), and keeps no word outside the call.
"""
# Word lists and expressions read better unbroken.
# ruff: noqa: E501

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import re2

from groupaudit.classifier import kinship
from groupaudit.classifier.lexicon import STRONG, first_names
from groupaudit.classifier.persons import name_tokens
from groupaudit.classifier.roles import with_role
from groupaudit.classifier.span import Kind, Role, Span
from groupaudit.classifier.tagger.places import Place
from groupaudit.classifier.text import Passage

_CIVILITY = (
    rb"(?:M|Mr|MR|Mme|MME|M(?:l|el)le|M(?:L|EL)LE|Mrs|MRS|Ms|MS|Miss|Monsieur|MONSIEUR|Madame|MADAME|Mademoiselle|mme"
    rb"|m(?:l|el)le|mr|mrs|monsieur|madame|Herr|Hr|Frau|Fr|Sra?|Don|Dona|Dhr|dhr|Mevr|[Ss]ig|[Ss]ig\.ra|Enf)"
)
#: Between two persons in one stretch: a line end, the next cell, a stop, a word that joins, the next civility.
_BETWEEN = re2.compile(
    rb"\n|\t|/|\|| et | and |\. |(?:^|[ ,;()\t]+)(?:[0-9h:]+[ \t]+)?" + _CIVILITY + rb"\b\.? "
)
_TITLED = re2.compile(rb"(?:^|[^A-Za-z])" + _CIVILITY + rb"\b\.?[ ]*$")
#: Where the words that name end: figures, brackets, and words that introduce something else.
_ENDS = re2.compile(
    rb"(?i)[0-9(\[:@]|\b(?:n[e]e?|born|dob|ddn|ipp|nir|nhs|mrn|aged?|chambre|ch|lit|box|bed|room"
    rb"|ward"
    rb"|sous|pour|avec|with|for|on|rue|avenue|chemin|place|boulevard|route|residence|street|road)\b"
)
#: What stands before a name in a list, a table or a form: bullets, hours, rooms, the name of the field.
_LEADING = re2.compile(
    rb"(?i)^(?:[^a-z]|(?:ch|chambre|lit|box|bed|bay|room|rm|h|am|pm)\b\.?"
    rb"|(?:nom|prenoms?|(?:sur|fore|(?:first|last|family|given|full) )?names?|patiente?|pt"
    rb"|summary|objet|subject) ?[:=])*"
)
_CAPITALISED = re2.compile(rb"[A-Z][A-Za-z'\-]+")
_SMALL = re2.compile(rb"\b(?:mme|m(?:l|el)le|mr|mrs|monsieur|madame)\b")
_NEXT = re2.compile(rb" [A-Z][A-Za-z'\-]+")
_PAIR_BEFORE = re2.compile(rb"[A-Z][A-Za-z'\-]+ [A-Z][A-Za-z'\-]+$")
_PAIR_AFTER = re2.compile(rb", [A-Z][A-Za-z'\-]+ [A-Z]")
_LOWER_CASE = re2.compile(rb"[a-z][a-z'\-]+")
#: Words that are tagged along with a person and name nobody.
_NOBODY = frozenset(
    b"mme mlle melle mrs miss monsieur madame mademoiselle herr frau patient patiente patients resident "
    b"residente maman papa mum mom dad dossier prenom nom date naissance birth name hopital hospital clinique centre chu "
    b"ehpad had ssr usld fille fils epouse mari famille bebe tel telephone bonjour www example "
    b"mail avk taz service objet subject surname forename forenames prenoms names she elle".split()
)
#: Letters that may be missing at either end of a tagged name: no endless word is read for each tag.
_CUT = 40
#: Characters before a name in which a civility, or a word that leads to a place, may stand.
_BEFORE = 14
#: A lone word in capitals of so few letters is an abbreviation.
_ABBREVIATED = 4
#: The share of a word's letters that must be tagged, or so many of them.
_LEAST_TAGGED, _TAGGED = 0.5, 5
#: What follows the name of a field in capitals, as calendars and records have them.
_FIELD = re2.compile(rb"[:=][^ \n]")
#: Lines that list who took part.
_ATTENDANCE = re2.compile(
    rb"^[> \-*]*(?:etaient )?(?:presente?s?|excusee?s?|absente?s?|participants?|invitee?s?|elue?s?"
    rb"|pour la direction|attendees|apologies|in attendance|attending)\b[^\n:]{0,30}:"
)
_TO_A_PLACE = re2.compile(rb"\b(?:a|au|vers|depuis|near|at|in|from|to)[ ]+$")
#: Characters of a line that are looked at.
_LINE = 200
#: Spans before an offset among which one may still reach it: a name, a term within it, a number.
_NEAR = 4
#: Identifiers that detectors know not to be a patient's name.
_NOT_PATIENTS = frozenset({"email", "address", "prescriber"})


@dataclass(frozen=True, slots=True)
class Mention:
    """``telling``: the folded words that tell the person apart; ``beside``: first names with them.

    ``sure``: a civility, a second word, capitals or a birth date mark it as a name; ``given``: it is
    a first name alone. ``others``: what stands around it makes it a sender, a professional, a
    participant, a relative or an address; ``whose``: it only tells whose relative somebody is.
    ``two``: a couple, or twins, under one name. ``place`` holds the words of the name.
    """

    telling: frozenset[bytes] = field(repr=False)
    beside: frozenset[bytes] = field(repr=False)
    sure: bool
    given: bool
    others: bool
    whose: bool
    two: bool
    place: Place

    def told_of(self) -> Mention:
        """The same, as a person whom a health fact concerns; a first name alone may be anybody's."""
        return self if self.given or self.whose else replace(self, others=False)

    def as_row(self, *, told: bool, sure: bool) -> Mention:
        """The same, as one of a list of which somebody is told of, and surely named."""
        row = self.told_of() if told else self
        return replace(row, sure=True) if sure and not self.given else row


def mentions(passage: Passage, spans: Sequence[Span], place: Place) -> Iterator[Mention]:
    """Everybody named in ``place`` of ``passage``, whose detected spans are ``spans``."""
    for start, end in _pieces(passage.folded.plain, place):
        named = _name(passage.folded.plain, start, end)
        mention = _mention(passage, spans, place, named) if named else None
        if mention:
            yield mention


def _pieces(text: bytes, place: Place) -> Iterator[tuple[int, int]]:
    """The bounds of what may name one person each."""
    start, end = whole_words(text, place)
    at = start
    cuts = (cut for cut in _BETWEEN.finditer(text[start:end]) if not _is_married(text, start, cut))
    for cut in [*cuts, None]:
        stop = start + cut.start() if cut else end
        while (comma := _between_pairs(text, at, stop)) is not None:
            yield at, comma
            at = comma + 1
        yield at, stop
        at = start + cut.end() if cut else end


def _is_married(text: bytes, start: int, cut: Any) -> bool:
    """Whether the stop at ``cut`` only shortens "épouse": "Mme DURAND ép. PETIT" is one person."""
    at = start + cut.start()
    return cut[0] == b". " and text[max(0, at - 3) : at].lower() == b" ep"


def _between_pairs(text: bytes, start: int, end: int) -> int | None:
    """Where the first comma between two names of two words each stands; None where none does."""
    comma = text.find(b", ", start, end)
    while comma >= 0:
        if _PAIR_BEFORE.search(text[max(start, comma - _CUT) : comma]) and _PAIR_AFTER.match(
            text[comma : min(end, comma + 2 * _CUT)]
        ):
            return comma
        comma = text.find(b", ", comma + 2, end)
    return None


def whole_words(text: bytes, place: Place) -> tuple[int, int]:
    """The bounds of the stretch with the words that it cuts, and the capitalised one after it."""
    start, end = place.start, place.end
    first, last = max(0, start - _CUT), min(len(text), end + _CUT)
    while start > first and _joins(text[start - 1]) and start < len(text) and _joins(text[start]):
        start -= 1
    while 0 < end < last and _joins(text[end]) and _joins(text[end - 1]):
        end += 1
    follows = _NEXT.match(text[end : end + _CUT]) if text[end - 1 : end].isalpha() else None
    return start, end + follows.end() if follows else end


def _joins(code: int) -> bool:
    return chr(code).isalnum() or code in b"-'"


def _name(text: bytes, start: int, stop: int) -> list[tuple[int, int]]:
    """The bounds of the words that name somebody between ``start`` and ``stop``."""
    start += _LEADING.match(text[start:stop]).end()
    named = text[start:stop]
    end = _ENDS.search(named)
    named = named[: end.start()] if end else named
    found = list(_CAPITALISED.finditer(named))
    if not found and _SMALL.search(text[max(0, start - _BEFORE) : start + _BEFORE]):
        found = list(_LOWER_CASE.finditer(named))
    return [(start + each.start(), start + each.end()) for each in found]


def _mention(
    passage: Passage, spans: Sequence[Span], place: Place, named: list[tuple[int, int]]
) -> Mention | None:
    """The person whose name has the words at ``named``, None when they name nobody."""
    text, lower = passage.folded.plain, passage.folded.lower
    touched = _touched(spans, named[0][0], named[-1][1])
    known = any(span.category == "name" for span in touched)
    kept = [
        (start, end)
        for start, end in named
        if lower[start:end] not in _NOBODY
        and _is_tagged(place, start, end)
        and (_is_in_name(touched, start, end) or not _is_term(touched, start, end))
    ]
    name = b" ".join(lower[start:end] for start, end in kept)
    telling = name_tokens(name) - _NOBODY
    if not telling:
        return None
    start, end = kept[0][0], kept[-1][1]
    titled = bool(_TITLED.search(text[max(0, start - _BEFORE) : start]))
    lone = len(kept) == 1 and not titled
    capitals, short = text[start:end].isupper(), end - start <= _ABBREVIATED
    if lone and capitals and not known and (short or _FIELD.match(text[end : end + 2])):
        return None
    born = any(span.category == "dob" for span in touched)
    whose = kinship.tells_whose(passage, start)
    return Mention(
        telling,
        frozenset(word for word in name.replace(b"-", b" ").split() if len(word) > 2) - telling,
        sure=titled or known or len(kept) > 1 or (capitals and not short) or born,
        given=lone and not telling - first_names(),
        others=whose
        or kinship.is_relative(passage, start)
        or _is_of_others(passage, touched, start, end, lone=lone),
        whose=whose,
        two=kinship.are_couple(passage, start, end) or kinship.are_siblings(passage, start, end),
        place=Place(place.passage, start, end),
    )


def _is_tagged(place: Place, start: int, end: int) -> bool:
    """Whether enough of a word lies in ``place``: the end of one word is tagged with the next."""
    shared = min(end, place.end) - max(start, place.start)
    return shared >= min(_LEAST_TAGGED * (end - start), _TAGGED)


def _is_in_name(spans: Sequence[Span], start: int, end: int) -> bool:
    """Whether a word belongs to a name that detectors know."""
    return any(span.category == "name" and span.start < end and start < span.end for span in spans)


def _is_term(spans: Sequence[Span], start: int, end: int) -> bool:
    """Whether a word belongs to a health term."""
    return any(
        span.kind is Kind.HEALTH and span.weight >= STRONG and span.start < end and start < span.end
        for span in spans
    )


def _is_of_others(
    passage: Passage, touched: Sequence[Span], start: int, end: int, *, lone: bool
) -> bool:
    if passage.is_silent(start) or passage.kind == "from" or _attends(passage, start):
        return True
    known = [span for span in touched if span.category == "name"]
    if known or any(span.category in _NOT_PATIENTS for span in touched):
        return all(span.role is not Role.CANDIDATE for span in known)
    if lone and _TO_A_PLACE.search(passage.folded.lower[max(0, start - _BEFORE) : start]):
        return True
    here = Span(start, end, "tagged", "name", Kind.IDENTITY)
    return with_role(passage, here, frozenset()).role is not Role.CANDIDATE


def _attends(passage: Passage, offset: int) -> bool:
    """Whether the line tells who took part in a meeting."""
    start, end = passage.line(passage.line_of(offset))
    return bool(_ATTENDANCE.search(passage.folded.lower[start : min(end, start + _LINE)]))


def _touched(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    """Those of ``spans``, in order of their starts, that share a character with the range."""
    last = bisect_left(spans, end, key=lambda span: span.start)
    first = max(0, bisect_right(spans, start, key=lambda span: span.start) - _NEAR)
    return [span for span in spans[first:last] if span.end > start]
