"""Whether a text is about people by name: it lists some, or names several in a few words.

Lists of members, visitors, absences or telephone numbers are personal data without a word of health,
so that they show none of the signs by which the gate knows hospital mail. Only tells that such a
text deserves to be read: what it amounts to is for the networks to say. Those whom mail headers,
quoted too, and the trailers of patches name do not count.
"""
# Word lists and expressions read better unbroken.
# ruff: noqa: E501

from __future__ import annotations

from itertools import islice

import re2

from groupaudit.classifier.detectors.names import PARTICLE, WORD, is_name
from groupaudit.classifier.detectors.pattern import which_of
from groupaudit.classifier.lexicon import first_names
from groupaudit.classifier.text import Passage

#: Characters up to which a text is short: those whom it names in sentences count too.
SHORT = 800
#: Persons that make a list, and a short text one about people.
LISTED, NAMED = 3, 2
#: Names that are looked at, and characters of their lines: a list need not be read to its end.
_MOST, _LINE = 100, 300
#: Characters for each of which a list takes one person more: long technical mail names a few on its way.
_MORE = 1500
#: What begins a signature, and the footer of a list.
_SIGNATURE = b"\n--"

_PAIR = rb"[A-Z][A-Za-z'\-]+,?[ \t]+[A-Z][A-Za-z'\-]+"
_NEXT = rb"(?: \([^)\n]*\))?(?: ?[,;/&] ?| et | and | \d+[.)] )"
_ROW = rb"[^A-Za-z\n]*" + _PAIR + rb"[^\n]*\n"
#: Three lines that begin with a name, perhaps another line between, or three names one after the other: one
#: pass tells nearly all mail from lists.
_SHAPES = which_of(
    (
        rb"(?m)^" + _ROW + rb"(?:[^\n]*\n)?" + _ROW + rb"(?:[^\n]*\n)?[^A-Za-z\n]*" + _PAIR,
        _PAIR + _NEXT + _PAIR + _NEXT + _PAIR,
    )
)
_NAME = re2.compile(
    WORD + rb"(?:(?:[ \t]+(?:" + PARTICLE + rb")?" + WORD + rb"){1,3}|,[ ]" + WORD + rb")"
)
#: What stands before a name in a list: the beginning of the line with a bullet, a number, a day, a room; or a
#: separator.
_BEFORE = re2.compile(
    rb"(?:^(?:[a-zA-Z]+[ \t:]*)?[^a-zA-Z]*|[,;:/&|][ \t]*|[ \t](?:et|and|\d{1,2}[.)])[ \t]+|\t| {3,})$"
)
#: Lines in which mail and patches name those who wrote, received, read or reviewed.
_OF_MAIL = re2.compile(
    rb"^[ \t>*|]*(?:[a-z\-]+-(?:by|to)|from|to|cc|bcc|de|a|cci|author|organisation|organization)[ ]?:|@[^\s>]+>,$|(?:wrote|writes|a ecrit)[ ]?:?\s*$"
)


def names_people(passage: Passage) -> bool:
    """Whether the passage lists ``LISTED`` persons, or is short and names ``NAMED``."""
    plain = passage.folded.plain
    length = _signed_at(plain)
    short = length <= SHORT
    if not (short or _SHAPES.Match(plain)):
        return False
    enough = NAMED if short else LISTED + length // _MORE
    known = _known(passage, length)
    if len(known) < enough:
        return False
    counted = (start for start in known if _counts(passage, start, short=short))
    return len(list(islice(counted, enough))) == enough


def _signed_at(text: bytes) -> int:
    """Where the signature or the footer of the list begins: at a line of two dashes."""
    at = text.find(_SIGNATURE, 0, SHORT + 1)
    return at if at >= 0 else len(text)


def _known(passage: Passage, length: int) -> list[int]:
    """Where distinct names in the first ``length`` characters stand, of which a first name is known."""
    given, words = first_names(), passage.folded.words
    found: dict[bytes, int] = {}
    for name in islice(_NAME.finditer(passage.folded.plain[:length]), _MOST):
        start, end = name.span()
        parts = words[start:end].split()
        if (parts[0] in given or parts[-1] in given) and is_name(words[start:end]):
            found.setdefault(words[start:end], start)
    return list(found.values())


def _counts(passage: Passage, start: int, *, short: bool) -> bool:
    """Whether the name at ``start`` stands in a list, or in a short text, but in no header."""
    first, end = passage.line(passage.line_of(start))
    if start - first > _LINE:
        return False
    if _OF_MAIL.search(passage.folded.lower[first : min(end, first + _LINE)]):
        return False
    return short or bool(_BEFORE.search(passage.folded.plain[first:start]))
