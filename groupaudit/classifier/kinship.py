# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""How the words around a name relate its bearer to somebody else: couples, twins, relatives, newborns.

Looks at a few dozen characters on either side of a name, never farther, and counts nobody itself.
What these words mean was read off the labelled training texts (docs/classifier.md, Persons).
"""

from __future__ import annotations

import re2

from groupaudit.classifier.text import Passage

_MAN = rb"(?:m|mr|monsieur|mister|herr|hr|sr|sig)"
_WOMAN = rb"(?:mme|mlle|mrs|ms|miss|madame|mademoiselle|frau|fr|sra|mevr)"
_RELATIVE = (
    rb"(?:fils|fille|enfant|bebe|bb|mari|femme|epouse?|conjointe?|compagn(?:on|e)|pere|mere|papa|maman|frere|s[eo]?eur|oncle|tante|neveu|niece|cousine?"
    rb"|petit[- ]fils|petite[- ]fille|beau[- ]\w+|belle[- ]\w+|son|daughter|child|baby|husband|wife|partner|father|mother|dad|mum|mom|brother|sister|uncle|aunt|nephew|grandson|granddaughter)"
)
_CIVILITY = rb"(?:(?:" + _MAN + rb"|" + _WOMAN + rb")\b\.? ?)?"
_JOINED = rb"\.? ?(?:et|and|&|\+|/|und|y|e|en) ?"
_COUPLE = re2.compile(
    rb"(?:^|[^a-z])(?:"
    + _MAN + _JOINED + _WOMAN + rb"|" + _WOMAN + _JOINED + _MAN
    + rb")\.? ?$"
)  # fmt: skip
#: Brothers or sisters under one name, before it and after it.
_SIBLINGS = re2.compile(
    rb"(?:\b(?:les|des|aux|the|deux|two) |^)(?:deux |two )?(?:jumeaux|jumelles|s[eo]?eurs|freres|twins|sisters|brothers) $"
)
_TWINS = re2.compile(rb"^ (?:twins|sisters|brothers)\b")
_NEWBORN = re2.compile(
    rb"^(?:le |la |son |sa |her |the |un |une )?(?:bebe|bb|nouveau[- ]?nee?|newborn|baby)\b"
)
#: Of whom a couple are told to be the parents, before their name.
_THEIR_CHILD = re2.compile(_RELATIVE + rb" (?:de |d'|of )\S{1,10} ?\S{1,3} ?\S{1,10} ?$")
#: One of a couple, after their name.
_HE = re2.compile(rb"\b(?:lui|monsieur|he|him)\b")
_SHE = re2.compile(rb"\b(?:elle|madame|she|her)\b")
_CHILD = re2.compile(rb"\b(?:leur|their) (?:fils|fille|enfant|bebe|son|daughter|child|baby)")
#: Somebody named before, whose relative bears the name: "Zoé Fictive, fille de".
_OF_RELATIVE = re2.compile(
    rb"[A-Z][A-Za-z'\-]+ ?[,(] ?(?:[Ll]e |[Ll]a |[Ll]'|the )?"
    + _RELATIVE
    + rb" (?:de |d'|du |of )"
    + rb"(?:[A-Z][A-Za-z'\-]{0,15}\.? ){0,2}$"
)
#: A relative of whom the text is about: "sa fille,".
_ITS_RELATIVE = re2.compile(
    rb"\b(?:sa|son|leur|his|her|their) " + _RELATIVE + rb"[ ,:(]*" + _CIVILITY + rb"$"
)
#: Characters before and after a name that are looked at.
_BEFORE, _AFTER = 60, 300


def are_couple(passage: Passage, start: int, end: int) -> bool:
    """Whether the name at ``start``..``end`` is a couple's of whom both are told of.

    They are unless what follows tells of one alone, or of their child.
    """
    lower = passage.folded.lower
    before = lower[max(0, start - _BEFORE) : start]
    if not _COUPLE.search(before) or _THEIR_CHILD.search(before):
        return False
    after = lower[end : end + _AFTER]
    return bool(_HE.search(after)) == bool(_SHE.search(after)) and not _CHILD.search(after)


def are_siblings(passage: Passage, start: int, end: int) -> bool:
    """Whether the name is of twins, of sisters or of brothers."""
    lower = passage.folded.lower
    before, after = lower[max(0, start - _BEFORE) : start], lower[end : end + _BEFORE]
    return bool(_SIBLINGS.search(before) or _TWINS.search(after))


def is_newborn(passage: Passage, start: int, end: int) -> bool:
    """Whether what stands at ``start``..``end`` begins with a newborn without a name."""
    return bool(_NEWBORN.search(passage.folded.lower[start : min(end, start + _BEFORE)]))


def tells_whose(passage: Passage, start: int) -> bool:
    """Whether the name only tells whose relative the person is who is named right before."""
    return bool(_OF_RELATIVE.search(passage.folded.plain[max(0, start - _BEFORE) : start]))


def is_relative(passage: Passage, start: int) -> bool:
    """Whether the name is of a relative of whom the text is about."""
    return bool(_ITS_RELATIVE.search(passage.folded.lower[max(0, start - _BEFORE) : start]))
