# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""The most sensitive categories: those that the data-protection officer must report by name.

HIV and other sexually transmitted infections, mental health, abortion, genetics, patients under 18
(``model.finding.SENSITIVE`` says why these). Tables and records tell them by their columns and codes;
in texts, terms, codes, ages, school classes and birth dates do. The networks are not asked: of what they take for one of
these in texts of other authors, one in six is. Only a document already judged to be about one patient
is searched, so the lists may be wide. It marks, and never changes a verdict.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain, islice, repeat, zip_longest

import re2

from groupaudit.classifier.detectors import birth
from groupaudit.classifier.lexicon import ELSEWHERE, Lexicon, listed
from groupaudit.classifier.span import Span
from groupaudit.classifier.tables.columns import (
    MOST_COLUMNS,
    WIDEST_CELL,
    Row,
    head_row,
    upright,
)
from groupaudit.classifier.tables.headings import heading
from groupaudit.classifier.tables.values import told
from groupaudit.classifier.text import Passage, fold
from groupaudit.model.finding import SENSITIVE, Classification, Verdict
from groupaudit.model.post import Document

#: The age of majority (art. 414 of the French Code civil), in years.
MAJORITY = 18
#: Rows of a table that are looked at.
ROWS = 2000
_PATIENT = frozenset({Verdict.IDENTIFIABLE_HEALTH, Verdict.HEALTH_PERSON})

_YOUNG = (
    rb"(?:enfant|garcon|garconnet|fille|fillette|fils|petite?|jeune|gosse|gars|gamine?|ado|adolescente?|eleve|lyceen(?:ne)?"
    rb"|loulou|bambin|neveu|niece|frere|seur|jum(?:eau|elle)|boy|girl|child|son|daughter|kid|lad|lass|pupil)s?"
)
_AGES = rb"(?:[1-9]|1[0-7])"
_SOME = rb"(?:months?|mths?|mo|weeks?|wks?|days?)"
#: An age under 18 said of somebody: "8 ans" alone may be how long an illness lasts, "3 days old" a sample.
_AGE = re2.compile(
    rb"(?:[,(;|:] ?|\bagee?s? (?:de )?|\baged |\b(?:"
    + _YOUNG
    + rb"|patiente?|pt) (?:de |of |aged |agee? de )?)"
    + _AGES
    + rb"(?: ?ans?(?:[,;.)|\"\n]| et demi|\s*$)| ?a(?:[,;)|\n]|\s*$))"
    rb"|\b(?:il|elle|qui) a (?:deja |presque |bientot |seulement |tout juste )?"
    + _AGES
    + rb" ans(?:[,;.)\n]| et |\s*$)"
    rb"|\b" + _YOUNG + rb" (?:de |agee?s? de )" + _AGES + rb" ans\b"
    rb"|\b" + _AGES + rb"(?: ?y/o\b| ?yo\b| ?yrs? old\b|[ -]years?[ -]old\b)"
    rb"|\bagee?s? de " + _AGES + rb" (?:ans|mois|jours|semaines)\b"
    rb"|\b(?:"
    + _YOUNG
    + rb"|baby|babies|twins?)[ ,(]+(?:de |of |aged )?\d{1,2} (?:mois|semaines|jours|months|weeks|days)\b"
    rb"|\b\d{1,2}-(?:months?|weeks?|days?)-old\b|\b\d{1,2} ?"
    + _SOME
    + rb" (?:old )?(?:baby|boy|girl|infant|child|male|female|twins?)\b"
)
#: A class of a French or British school: "2nde 4", "5e B", "Year 9 girl", "Year 5: Tom".
_CLASS = re2.compile(
    rb"\b(?:2nde|[Tt]le|[Tt]erm\.?) (?:[A-HS]|\d{1,2})\b|\b[3-6](?:eme|e) [A-H]\b|\b(?:en|eleves? de) [3-6](?:eme|e)[.,;)\n]"
    rb"|\b(?:[Yy]ear|[Yy]r) ?(?:[1-9]|1[0-3])(?: (?:girl|boy|pupil|class|residential|trip|camp|teacher|parent)s?\b| ?: ?[A-Z])"
)
#: ICD-10 blocks (WHO) of a category, with a subdivision: "F32" alone may be a room.
_CODES = {
    "mental_health": re2.compile(rb"\b(?:F[02-9]\d|X[67]\d|X8[0-4])\.\d{1,2}\b"),
    "hiv_sti": re2.compile(rb"\b(?:A5\d|A6[0-4]|B2[0-4])\.\d{1,2}\b"),
    "abortion": re2.compile(rb"\bO04\.\d{1,2}\b"),
    "genetics": re2.compile(rb"\bQ9\d\.\d{1,2}\b"),
}
_AFTER_CODE = r"(?:\.?[0-9+]{1,3})?(?:$|[ ,;:\-])"
#: The same at the start of a cell under "diagnostic" or "CIM", perhaps without a dot.
_CODED = {
    "mental_health": re.compile(r"(?:F[02-9]\d|X[67]\d|X8[0-4])" + _AFTER_CODE),
    "hiv_sti": re.compile(r"(?:A5\d|A6[0-4]|B2[0-4]|Z21)" + _AFTER_CODE),
    "abortion": re.compile(r"(?:O04|Z640)" + _AFTER_CODE),
    "genetics": re.compile(r"Q9\d" + _AFTER_CODE),
}
#: Kinds of columns that say who and where people are, and nothing of the patient's health.
_NOT_TOLD = frozenset(
    {"professional", "relative", "job", "name", "patient", "first_name", "birthplace", "insurance",
     "phone", "email", "address", "bank", "nir", "record_number", "episode", "dob", "sex_or_age"}
)  # fmt: skip
#: The year of a date, which may bear no separators: "20150312", "12032015", "120315".
_YEAR = re2.compile(
    rb"(?:^|[^0-9])((?:19|20)\d{2})(?:[^0-9]|$)|^((?:19|20)\d{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    rb"|^[0-3]\d[01]\d((?:19|20)\d{2})$"
)
_SHORT_YEAR = re2.compile(
    rb"^\d{1,2}[ ./\-]\d{1,2}[ ./\-](\d{2})$|^(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(\d{2})$"
)


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
        for span in _told(passage):
            seen[span.category] += not passage.is_silent(span.start)
        for category, codes in _CODES.items():
            seen[category] += sum(1 for _ in codes.finditer(passage.folded.plain))
        seen["minor"] += sum(1 for _ in _AGE.finditer(passage.folded.lower))
        seen["minor"] += sum(1 for _ in _CLASS.finditer(passage.folded.plain))
    year = document.date.year if document.date else None
    for table in _tables(document):
        seen += _told_in(table, year)
    if year is not None:
        seen["minor"] += sum(under_age(date, year) for date in _birth_dates(passages))
    return +seen


def _told(passage: Passage) -> Iterator[Span]:
    """The terms of the most sensitive categories in the passage."""
    for lexicon in _lexicons().values():
        yield from lexicon.find(passage.folded)


@lru_cache(maxsize=1)
def _lexicons() -> dict[str, Lexicon]:
    """The terms of each of the most sensitive categories: of two ("CAMHS"), each counts in both.

    Those of ``elsewhere`` stand in all, and are found in none.
    """
    terms = tuple(listed("sensitive.txt"))
    return {
        name: Lexicon(term for term in terms if term.category in (name, ELSEWHERE))
        for name in SENSITIVE
    }


def _birth_dates(passages: Sequence[Passage]) -> Iterator[bytes]:
    """The birth dates, folded, that texts announce."""
    for passage in passages:
        for detector in birth.DETECTORS:
            for span in detector.find(passage):
                yield passage.folded.lower[span.start : span.end]


def _tables(document: Document) -> Iterator[list[tuple[str, Row]]]:
    """The columns of each table, the kind that the head gives and the cells of the first rows."""
    for part in document.parts:
        for table in part.tables:
            rows: list[Row] = list(islice((row for row in table.rows() if any(row)), ROWS))
            rows = upright(rows) or rows
            at = head_row(rows)
            names, body = ((), rows) if at is None else (rows[at], rows[at + 1 :])
            columns = islice(zip_longest(*body, fillvalue=""), MOST_COLUMNS)
            kinds = chain((heading(cell).kind for cell in names), repeat(""))
            yield list(zip(kinds, columns, strict=False))  # the kinds are without end


def _told_in(table: Sequence[tuple[str, Row]], year: int | None) -> Counter[str]:
    """How many cells of a table tell each sensitive category, in words, in codes and by a birth."""
    seen: Counter[str] = Counter()
    staff = any(kind == "job" for kind, _ in table)  # their wards are where they work
    texts = [
        cell[:WIDEST_CELL]
        for kind, column in table
        if kind not in _NOT_TOLD and not (staff and kind == "service")
        for cell in column
        if cell and not cell.isdigit()
    ]
    coded = [cell.strip() for kind, column in table if kind == "diagnosis" for cell in column]
    for category, lexicon in _lexicons().items():
        codes = _CODED.get(category)
        by_code = sum(1 for cell in coded if codes.match(cell)) if codes else 0
        seen[category] = max(by_code, told(texts, lexicon)[1][category])
    if year is not None:
        births = (cell for kind, column in table if kind == "dob" for cell in column)
        seen["minor"] += sum(under_age(fold(cell[:40]).lower, year) for cell in births)
    return seen


def under_age(date: bytes, year: int) -> bool:
    """Whether who was born on ``date`` is surely a minor in ``year``, whatever the day.

    Years alone are compared: somebody whose 18th birthday falls in ``year`` is not marked.
    """
    date = date.strip()
    full = _YEAR.search(date)
    short = None if full else _SHORT_YEAR.search(date)
    if full:
        born = int(next(filter(None, full.groups())))
    elif short:
        two = int(next(filter(None, short.groups())))
        born = year - (year - two) % 100  # nobody is 100: the latest such year
    else:
        return False
    return 0 <= year - born < MAJORITY
