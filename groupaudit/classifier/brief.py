# Expressions read better unbroken.
# ruff: noqa: E501
"""Whether a post of a few words names somebody: then the slightest sign tells that it deserves reading.

"Vaillard: 4,1, rappeler" is a patient to those who know the ward, and holds no word of any list. Only for
posts of a subject and one to three lines: in longer ones names, beds and pronouns stand everywhere.
Says neither who is named nor whether of anybody's health.
"""

from __future__ import annotations

from collections.abc import Sequence

import re2

from groupaudit.classifier.lexicon import first_names
from groupaudit.classifier.text import Passage

#: Characters, those of the subject too, up to which a post is one of few words (measured: from 160 to 200 public
#: short messages open twice as often, and no more posts about patients).
FEW = 160

_CAPITALISED = re2.compile(rb"\b[A-Z][a-z]{2,}\b")
#: "F. Marsaud", "Sandrine V.".
_INITIAL = re2.compile(rb"\b[A-Z]\. ?[A-Z][a-z]{2,}|\b[A-Z][a-z]{2,} [A-Z]\.(?:\W|$)")
#: A subject that is nothing but a name, or one capitalised word that may be.
_ONLY = re2.compile(
    rb"^\W*(?:(?i:re|fwd?|tr|rep|aw|wg)\b\W*)*(?:[A-Z]\. ?)?[A-Z][A-Za-z'\-]{2,}(?: [A-Z][A-Za-z'\-]+)?\W*$"
)
#: Beside a name: the number of a bed, a value with its decimals as French writes it.
_SLIGHT = re2.compile(rb"\b(?:la|au) \d{1,3}\b|\b\d{1,3},\d{1,2}\b")


def tells_of_somebody(passages: Sequence[Passage], *, signed: bool) -> bool:
    """Whether ``passages``, ``FEW`` characters at most, name somebody beside a sign: ``signed``, a bed or a value."""
    if not signed and not any(_SLIGHT.search(passage.folded.lower) for passage in passages):
        return False
    return any(map(_names, passages))


def _names(passage: Passage) -> bool:
    """Whether it holds a known first name, an initial beside a name, or is a subject like a name."""
    plain = passage.folded.plain
    if passage.kind == "subject" and _ONLY.search(plain):
        return True
    if _INITIAL.search(plain):
        return True
    return any(word.group().lower() in first_names() for word in _CAPITALISED.finditer(plain))
