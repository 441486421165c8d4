"""Text as it was typed, whatever the mail client made of it: unquoted, unwrapped, plainly signed.

The same words must be judged alike whether they are quoted, at whatever width a client broke their
lines, and whatever typography it put for what was typed. Quote marks go; a line break that only
wraps a paragraph becomes a space; those that mean something (lists, tables, verse, addresses) stay.
Judges nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from groupaudit.classifier.text import LABELS, Passage

#: Typography that programs put for what is typed, and that; nothing for what only says where words
#: may be broken. Guillemets are typed.
_TYPED = {
    "’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "‑": "-",
    "‐": "-", "…": "...", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ",
    "\u00ad": "", "\u200b": "", "\u2060": "", "\ufeff": "",
}  # fmt: skip
#: Quote marks before a line: ``>`` at any depth.
_QUOTED = re.compile(r"(?m)^[ \t]{0,3}(?:>[ \t]?)+")
#: Bars as quote marks; a line that holds another bar is the row of a table.
_BARRED = re.compile(r"(?m)^(?:\|[ \t])+(?=[^|\n]*$)")
#: Width of its longest line from which a paragraph may have been wrapped by a program.
_NARROWEST = 50
#: What starts a line of its own: a bullet, a number, a field.
_ITEM = re.compile(r"[ \t]*(?:[-*•·+]|\d{1,3}[.)]|[A-Za-zÀ-ÿ]{1,20} ?:)(?:\s|$)")
#: The end of a line that announces what somebody wrote.
_WROTE = re.compile(r"(?:crit|wrote|schrieb|escribi[óo]|scritto|escreveu) ?:\s*$")


def reflowed(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """``passages`` with their texts as typed; the same ones where nothing changes.

    What is typed on one line, a subject or a name, was neither quoted nor wrapped.
    """
    return tuple(passage.look_once(reflow, _undone) or passage for passage in passages)


def _undone(passage: Passage) -> Passage | None:
    """The passage without what a mail client made of its text; None where that is nothing."""
    text = (typed if passage.kind in LABELS else reflow)(passage.text)
    return None if text == passage.text else Passage(passage.kind, passage.part, text)


def typed(text: str) -> str:
    """``text`` with the signs of a keyboard for those of typography."""
    if text.isascii():
        return text
    for sign, key in _TYPED.items():
        text = text.replace(sign, key)
    return text


def reflow(text: str) -> str:
    """``text`` as typed, without quote marks and without the line breaks of wrapping."""
    text = typed(text)
    if ">" in text:
        text = _QUOTED.sub("", text)
    if "| " in text:
        text = _BARRED.sub("", text)
    lines = text.split("\n")
    if max(map(len, lines)) < _NARROWEST or len(lines) == 1:
        return text
    joined: list[str] = []
    for paragraph in _paragraphs(lines):
        joined += _unwrapped(paragraph)
    return "\n".join(joined)


def _paragraphs(lines: list[str]) -> list[list[str]]:
    """Runs of lines without an empty one between them; an empty line is a run of its own."""
    found: list[list[str]] = []
    inside = False
    for line in lines:
        filled = bool(line.strip())
        if filled and inside:
            found[-1].append(line)
        else:
            found.append([line])
        inside = filled
    return found


def _unwrapped(paragraph: list[str]) -> list[str]:
    """The lines of one paragraph, those joined that a program broke."""
    longest = max(len(line.rstrip()) for line in paragraph)
    if len(paragraph) == 1 or longest < _NARROWEST:
        return paragraph
    runs = [[paragraph[0]]]  # put together at the end: one growing line would be copied each time
    for before, line in pairwise(paragraph):
        if _wrapped(before, line, longest):
            runs[-1][-1] = runs[-1][-1].rstrip()
            runs[-1].append(line.lstrip())
        else:
            runs.append([line])
    return [" ".join(run) for run in runs]


def _wrapped(before: str, line: str, longest: int) -> bool:
    """Whether ``line`` goes on where ``before`` had no room left for its first word."""
    if _ITEM.match(line) or _WROTE.search(before) or _tabular(before) or _tabular(line):
        return False
    word = line.split(None, 1)[0]
    return len(before.rstrip()) + 1 + len(word) > longest


def _tabular(line: str) -> bool:
    return "\t" in line or line.count(";") > 1 or line.count("|") > 1
