"""Whether a text is about people by name: it lists some, or names several in a few words.

Lists of members, visitors, absences or telephone numbers are personal data without a word of health,
so that they show none of the signs by which the gate knows hospital mail. Only tells that such a
text deserves to be read: what it amounts to is for the networks to say. Those whom mail headers,
quoted too, and the trailers of patches name do not count.
"""
# Word lists and expressions read better unbroken.
# ruff: noqa: E501

from __future__ import annotations

import re
from itertools import islice

import re2

from groupaudit.classifier.detectors.name_words import PARTICLE, WORD, is_name
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
#: The same for texts so short that the standard library, three times as fast, cannot lose its way.
_BESIDE = re.compile(_PAIR)
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
    rb"^[ \t>*|]*(?:[a-z\-]+-(?:by|to)|from|to|cc|bcc|de|a|cci|author|organisation|organization|organisateur|participant)[ ]?:|^[ >]*(?:on|le) (?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim)[a-z.]*,? |@[^\s>]+>,$|(?:wrote|writes|a ecrit)[ ]?:?\s*$"
)

#: An address, a date or hour, a number of three digits or more, however grouped.
_DATUM = re2.compile(rb"@[a-z0-9]|\d{1,2}[/.:h]\d|\d[ .\-]?\d[ .\-]?\d")


def names_people(passage: Passage) -> bool:
    """Whether the passage lists ``LISTED`` persons, or is short and names ``NAMED``."""
    plain = passage.folded.plain
    length = _signed_at(plain)
    short = length <= SHORT
    enough = NAMED if short else LISTED + length // _MORE
    if enough > _MOST:
        return False  # a log of hundreds of pages, in which no list is told from the rest
    if not (_may_name(plain[:length]) if short else _SHAPES.Match(plain)):
        return False
    names = _names(passage, length)
    if len(names) < enough or sum(names.values()) < (1 if short else enough):
        return False
    counted = (
        known for start, known in names.items() if _counts(passage, start, known=known, short=short)
    )
    first = list(islice(counted, enough))
    return len(first) == enough and any(first)


def _signed_at(text: bytes) -> int:
    """Where the signature or the footer of the list begins: at a line of two dashes."""
    at = text.find(_SIGNATURE, 0, SHORT + 1)
    return at if at >= 0 else len(text)


def _may_name(text: bytes) -> bool:
    """Whether a short text has a known first name beside a capitalised word."""
    beside = b" ".join(_BESIDE.findall(text)).lower().replace(b",", b" ")
    return not first_names().isdisjoint(beside.split())


def _names(passage: Passage, length: int) -> dict[int, bool]:
    """Where distinct names in the first ``length`` characters stand, and whether a first name is known."""
    given, words = first_names(), passage.folded.words
    found: dict[bytes, tuple[int, bool]] = {}
    for name in islice(_NAME.finditer(passage.folded.plain[:length]), _MOST):
        start, end = name.span()
        parts = words[start:end].split()
        if is_name(words[start:end]):
            found.setdefault(words[start:end], (start, parts[0] in given or parts[-1] in given))
    return dict(found.values())


def _counts(passage: Passage, start: int, *, known: bool, short: bool) -> bool:
    """Whether the name at ``start`` stands in no header, and in a list unless the text is short.

    A name of which no first name is ``known`` counts in the list of a short text, before a datum.
    """
    lower = passage.folded.lower
    first = lower.rfind(b"\n", max(0, start - _LINE), start) + 1
    if not first and start > _LINE:
        return False
    found = lower.find(b"\n", start, first + _LINE)
    end = found if found >= 0 else first + _LINE
    if _OF_MAIL.search(lower[first:end]):
        return False
    if short and known:
        return True
    if not (known or (short and _DATUM.search(lower[start:end]))):
        return False
    return bool(_BEFORE.search(passage.folded.plain[first:start]))
