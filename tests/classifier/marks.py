# Marked sentences and messages read better unbroken.
# ruff: noqa: E501
"""Marked sentences: ``Mme <name>Durand</name>`` says what a detector must find and where."""

from __future__ import annotations

import re

_MARK = re.compile(r"<(/?)([a-z_]+)>")


def read_marks(sentence: str, *, none: bool = False) -> tuple[str, list[tuple[str, str]]]:
    """The plain text and the marked (category, words); refuses broken marks and silent negatives."""
    text, found, opened, at = "", [], None, 0
    for mark in _MARK.finditer(sentence):
        text += sentence[at : mark.start()]
        at = mark.end()
        if mark[1] and opened and opened[0] == mark[2]:
            found.append((mark[2], text[opened[1] :]))
            opened = None
        elif not mark[1] and opened is None:
            opened = (mark[2], len(text))
        else:
            raise ValueError(f"broken mark {mark[0]} in {sentence!r}")
    if opened:
        raise ValueError(f"mark <{opened[0]}> is not closed in {sentence!r}")
    if bool(found) is none:
        raise ValueError(f"a sentence has marks, or says none=True: {sentence!r}")
    return text + sentence[at:], found
