"""Patients who do not exist: names that are given to records made to test a program or to teach.

What stands with such a name, a number or a birth date, is nobody's. Surnames that only begin like
one of these words (Testard), and real people's names that are often used as examples (Jean Dupont),
are names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import re2

from groupaudit.classifier.span import Kind, Role, Span
from groupaudit.classifier.text import Passage

#: Words that makers of software and of guides put in the place of names.
_WORD = re.compile(
    rb"(?:[xz]*|patient)tests?\d*|test(?:patient|ing)|zz+\w*|xx+\w*|essai\d*|recette"
    rb"|dummy|exemple|example|demonstration|demo|formation"
)
#: Names that are nobody's as pairs only: Donald Hughes is somebody.
_TOGETHER = tuple(
    frozenset(name.split()) for name in (b"john doe", b"jane doe", b"mickey mouse", b"donald duck")
)
#: Marks of a test record that no detector takes for a name; ``_marks`` tells "patient testé" apart.
_MARK = re2.compile(rb"\bzz\w{2,}|\bpatiente?s?[ \-_]?tests?\b|\btests?[ \-_]?patiente?s?\b")
#: A test that somebody had, not somebody who is a test.
_EXAMINED = re2.compile(
    rb"\btests? (?:pcr|covid|antigen|vih|hiv|positi|negati|rapide|de grossesse|urin|saliv|adn|dna"
    rb"|genet)"
)
#: What is said where cases are made up: to examine, to teach, to play.
_MADE_UP = re2.compile(
    rb"\b(?:ficti|imaginaire|invente|exercice|simul|quiz|qcm|cas clinique|vignette|examen|epreuve"
    rb"|atelier|role|film|roman|theatre|scenario|ecos|mannequin|formation|entrainement|personnage"
    rb"|joue|acteur|concours|partiel|question|cas n|module|e-learning|modele|made.?up|mock|training"
    rb"|novel|play|actor|osce|teaching)"
)
#: Lines above a number, without a blank one, that may say whose it is.
_FIELDS = 12
#: Characters of a line that tell whether it is blank.
_BLANK = 100
#: Characters after a mark that may say what was tested.
_REACH = 20


def is_test_name(words: Sequence[bytes]) -> bool:
    """Whether a name of these folded lower-case words is nobody's."""
    return any(map(_WORD.fullmatch, words)) or any(map(frozenset(words).issuperset, _TOGETHER))


def may_be_made_up(passages: Iterable[Passage]) -> bool:
    """Whether what is told in ``passages``, headers aside, may be an example, a play or an exam.

    Of 57 labelled texts that tell somebody's age behind a name and beside an illness, the 19 that
    are about nobody say one of these words, and of the 38 others 5.
    """
    return any(
        _MADE_UP.search(passage.folded.lower) for passage in passages if passage.kind != "from"
    )


def marked(passage: Passage, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """``spans``, of which the identifiers that stand with a test name have ``Role.TEST``.

    Up to the next name or blank line: a form names its test patient on a line above the number.
    """
    marks = set(_marks(passage, spans))
    if not marks:
        return spans
    named = {passage.line_of(span.start) for span in spans if span.may_name_a_patient}
    return tuple(
        span.placed(span.start, span.end, Role.TEST)
        if _is_identifier(span) and _is_nobodys(passage, passage.line_of(span.start), marks, named)
        else span
        for span in spans
    )


def _marks(passage: Passage, spans: Sequence[Span]) -> Iterator[int]:
    """The lines that name a test record, or mark one: "PATIENT TEST", but no "patient testé".

    A name that was masked ("Mme XXXX") leaves the number beside it somebody's.
    """
    lower = passage.folded.lower
    named = (
        (span.start, span.end)
        for span in spans
        if span.role is Role.TEST and lower[span.start : span.end].strip(b"x. ")
    )
    marked_ = (found.span() for found in _MARK.finditer(lower) if _is_mark(passage, *found.span()))
    for start, end in (*named, *marked_):
        if not _EXAMINED.search(lower, start, end + _REACH):
            yield passage.line_of(start)


def _is_mark(passage: Passage, start: int, end: int) -> bool:
    written = passage.text[start:end]
    return written.isupper() or "TEST" in written or written.lower().startswith("zz")


def _is_identifier(span: Span) -> bool:
    return span.kind is Kind.IDENTITY and span.category != "name"


def _is_nobodys(passage: Passage, line: int, marks: set[int], named: set[int]) -> bool:
    """Whether a test name is the last one named up to the end of ``line``, in one paragraph."""
    for number in range(line, max(-1, line - _FIELDS), -1):
        start, end = passage.line(number)
        if number in named or not passage.folded.lower[start : min(end, start + _BLANK)].strip():
            return False
        if number in marks:
            return True
    return False
