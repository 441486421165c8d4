# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""The only maker of excerpts: shows why, never who.

An excerpt is built from what may be shown instead of cutting out what may not: words of the lexicons,
a few function words, and the kind of everything identifying (``[NOM]``, ``[NIR]``). Any other word
becomes an ellipsis, so that a name nobody recognised cannot survive.
"""

from __future__ import annotations

from groupaudit.classifier.span import Kind, Span
from groupaudit.classifier.text import LETTERS, Passage

LONGEST = 80
#: How far around its centre an excerpt looks, in characters of the original.
_AROUND = 130
_ELLIPSIS = "…"
#: Function words that make an excerpt readable; none is a name.
_SHOWN = frozenset(
    b"le la les l un une des du de d et ou a au aux en est sont sous pour par sur avec sans pas ne son sa ses il elle "
    b"patient patiente depuis apres avant the of and in on with for is was has his her she he no not since after to".split()
)
#: Kinds of health spans that hold free words or numbers: shown by kind only.
_MASKED_FACTS = {
    "dose": "[DOSE]", "lab": "[VALEUR]", "vital_signs": "[CONSTANTE]", "pregnancy": "[GROSSESSE]",
    "sick_leave": "[ARRET]", "symptom": "[SYMPTOME]", "care_setting": "[SOINS]", "diagnosis": "[DIAGNOSTIC]",
    "procedure": "[ACTE]",
}  # fmt: skip


def excerpt(
    passage: Passage, spans: tuple[Span, ...], centre: Span, secret: frozenset[bytes]
) -> str:
    """A masked excerpt of at most 80 characters around ``centre``.

    ``secret`` holds every folded word of an identifier found anywhere in the document: such a word
    is never shown, even where it is also a health term.
    """
    start = max(0, centre.start - _AROUND)
    end = min(len(passage.text), centre.start + _AROUND)
    pieces, middle = _pieces(passage, spans, (start, end), centre, secret)
    return _fit(pieces, middle)


def _pieces(
    passage: Passage,
    spans: tuple[Span, ...],
    window: tuple[int, int],
    centre: Span,
    secret: frozenset[bytes],
) -> tuple[list[str], int]:
    """The shown pieces of ``window`` in order, and the place of ``centre`` among them."""
    covering = sorted(
        (s for s in spans if s.start < window[1] and s.end > window[0]),
        key=lambda s: (s.start, s.kind is Kind.HEALTH, -s.end),
    )
    pieces: list[str] = []
    at, middle = window[0], 0
    for span in covering:
        if span.start < at:
            continue
        _add(pieces, _words(passage.folded.lower[at : span.start], secret))
        if span is centre:
            middle = len(pieces)
        pieces.append(_shown(passage, span, secret))
        at = span.end
    _add(pieces, _words(passage.folded.lower[at : window[1]], secret))
    return pieces, min(middle, max(0, len(pieces) - 1))


def _add(pieces: list[str], words: list[str]) -> None:
    """Add ``words``, with runs of ellipses made one."""
    for word in words:
        if word != _ELLIPSIS or not pieces or pieces[-1] != _ELLIPSIS:
            pieces.append(word)


def _words(text: bytes, secret: frozenset[bytes]) -> list[str]:
    """The words between spans: function words as they are, others as an ellipsis."""
    return [
        word.decode("ascii") if word in _SHOWN and word not in secret else _ELLIPSIS
        for word in text.translate(LETTERS).split()
    ]


def _shown(passage: Passage, span: Span, secret: frozenset[bytes]) -> str:
    """What stands in an excerpt for ``span``."""
    if span.mask:
        return span.mask
    if span.kind is not Kind.HEALTH:
        return "[IDENTIFIANT]"
    if span.detector != span.category.replace("_", "-") or span.detector == "sick-leave":
        return _MASKED_FACTS.get(span.category, "[SANTE]")
    words = passage.folded.lower[span.start : span.end].translate(LETTERS).split()
    if secret.intersection(words):
        return _MASKED_FACTS.get(span.category, "[SANTE]")
    return passage.text[span.start : span.end].replace("\n", " ")


def _fit(pieces: list[str], middle: int) -> str:
    """As many whole pieces around ``middle`` as fit."""
    if not pieces:
        return ""
    low = high = middle
    length = len(pieces[middle])
    while (more := _next(pieces, low, high)) is not None:
        length += 1 + len(pieces[more])
        if length > LONGEST:
            break
        low, high = min(low, more), max(high, more)
    return " ".join(pieces[low : high + 1])[:LONGEST]


def _next(pieces: list[str], low: int, high: int) -> int | None:
    """The piece beside a range that grows evenly to both sides; None when everything is in."""
    if low == 0 and high == len(pieces) - 1:
        return None
    if low == 0 or (high < len(pieces) - 1 and (low + high) % 2):
        return high + 1
    return low - 1
