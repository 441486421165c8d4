# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""The most sensitive categories: those that the data-protection officer must report by name.

HIV and other sexually transmitted infections, mental health, abortion, genetics, patients under 18
(``model.finding.SENSITIVE`` says why these). Tables and records tell them by their columns and codes;
in texts, terms, ages and birth dates do. The networks are not asked: of what they take for one of
these in texts of other authors, one in six is. Only a document already judged to be about one patient
is searched, so the lists may be wide. It marks, and never changes a verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice

import re2

from groupaudit.classifier.detectors import birth
from groupaudit.classifier.lexicon import Lexicon, listed
from groupaudit.classifier.text import Passage, fold
from groupaudit.model.finding import SENSITIVE, Classification, Verdict
from groupaudit.model.post import Document

#: The age of majority (art. 414 of the French Code civil), in years.
MAJORITY = 18
#: Rows of a table whose birth dates are looked at.
ROWS = 2000
_PATIENT = frozenset({Verdict.IDENTIFIABLE_HEALTH, Verdict.HEALTH_PERSON})

#: An age under 18 said of somebody: "8 ans" alone may be how long an illness lasts.
_AGE = re2.compile(
    rb"(?:[,(;|:] ?|\bagee?s? (?:de )?|\baged |\b(?:enfant|garcon|fille|fils|petite?|jeune|gosse|gars|eleve|patiente?|neveu|niece|frere|seur|boy|girl|child|son|daughter|kid|lad|pt)s? (?:de |of |aged |agee? de )?)(?:[1-9]|1[0-7]) ?(?:ans?|a)(?:[,;.)|\n]| et demi|\s*$)"
    rb"|\b(?:[1-9]|1[0-7])(?: ?y/o\b| ?yo\b| ?yrs? old\b|[ -]years?[ -]old\b)"
    rb"|\bagee?s? de (?:[1-9]|1[0-7]) (?:ans|mois|jours|semaines)\b"
    rb"|\b(?:fille|fils|petite?|enfant|son|daughter|baby|child)[ ,(]+(?:de |of |aged )?\d{1,2} (?:mois|semaines|jours|months|weeks|days)\b"
    rb"|\b\d{1,2}[ -](?:months?|weeks?|days?)[ -]old\b"
)
_YEAR = re2.compile(rb"(?:19|20)\d{2}")
_SHORT_YEAR = re2.compile(rb"\d{1,2}[ ./\-]\d{1,2}[ ./\-](\d{2})$")
_BORN = re2.compile(rb" (?:ddn|dob|naiss\w*|birth\w*|ne le|nee le) ")


def marked(
    found: Classification, document: Document, passages: Sequence[Passage]
) -> Classification:
    """``found`` with its sensitive categories completed, or without any where no patient is told of.

    ``passages`` are those of ``document``. Each category counts how often it was seen.
    """
    if not found.categories and found.verdict not in _PATIENT:
        return found  # nearly all mail
    categories = {name: count for name, count in found.categories if name not in SENSITIVE}
    if found.verdict in _PATIENT:
        seen = _seen(document, passages)
        known = {name: count for name, count in found.categories if name in SENSITIVE}
        categories |= {name: max(seen[name], known.get(name, 0)) for name in seen | known.keys()}
    return replace(found, categories=tuple(sorted(categories.items())))


def _seen(document: Document, passages: Sequence[Passage]) -> Counter[str]:
    """How often each sensitive category is told in the text and in the tables."""
    seen: Counter[str] = Counter()
    for passage in passages:
        for span in _terms().find(passage.folded):
            seen[span.category] += not passage.is_silent(span.start)
        seen["minor"] += sum(1 for _ in _AGE.finditer(passage.folded.lower))
    if document.date is not None:
        year = document.date.year
        seen["minor"] += sum(under_age(date, year) for date in _birth_dates(document, passages))
    return +seen


@lru_cache(maxsize=1)
def _terms() -> Lexicon:
    """The terms of the most sensitive categories."""
    return Lexicon(listed("sensitive.txt"))


def _birth_dates(document: Document, passages: Sequence[Passage]) -> Iterator[bytes]:
    """The birth dates, folded, that texts announce and that columns of tables hold."""
    for passage in passages:
        for detector in birth.DETECTORS:
            for span in detector.find(passage):
                yield passage.folded.lower[span.start : span.end]
    for part in document.parts:
        for table in part.tables:
            rows = islice(table.rows(), ROWS)
            header = next(rows, ())
            places = [n for n, cell in enumerate(header) if _BORN.search(_padded(cell))]
            yield from (fold(row[n][:40]).lower for row in rows for n in places if n < len(row))


def _padded(cell: str) -> bytes:
    return b" " + b" ".join(fold(cell[:80]).words.split()) + b" "


def under_age(date: bytes, year: int) -> bool:
    """Whether who was born on ``date`` is surely a minor in ``year``, whatever the day.

    Years alone are compared: somebody whose 18th birthday falls in ``year`` is not marked.
    """
    full = _YEAR.search(date)
    short = None if full else _SHORT_YEAR.search(date.strip())
    if full:
        born = int(full.group())
    elif short:
        born = year - (year - int(short.group(1))) % 100  # nobody is 100: the latest such year
    else:
        return False
    return 0 <= year - born < MAJORITY
