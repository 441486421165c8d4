"""Tells the new text of a message from what it quotes or forwards.

Looks at the marks that mail programs leave, French and English first. It never drops a line: what
is not new text is quoted text, and both are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# Before a colon French puts a space, which Outlook and Gmail write as one that never breaks.
_GAP = "[ \xa0\u202f]?"

# A line from which on everything is an earlier message. Each alternative starts with a literal at
# the beginning of a line and is bounded, so that the search stays linear.
_BLOCK = re.compile(
    r"^(?:"
    r"-{3,12} ?(?:Original Message|Message d['’]origine|Message transf[ée]r[ée]"
    r"|Forwarded message|Mensaje original|Urspr[üu]ngliche Nachricht)[^\n]{0,80}$"
    r"|(?:D[ée]but du message (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])|Begin forwarded message)"
    rf"{_GAP}:"
    rf"|\*?(?:De{_GAP}|From):\*?[^\n]{{1,300}}\n(?:[^\n]{{1,300}}\n){{0,2}}?"
    rf"\*?(?:Envoy[ée](?: le)?{_GAP}:|Sent:|Date{_GAP}:)"
    r")",
    re.MULTILINE | re.IGNORECASE,
)
_BLOCK_LINE = re.compile(r"\n(?=---|[*DdBbFf])")

# "Le 3 mars 2025 à 10:12, X a écrit :" and its kin, on one line or folded over two or three.
_ATTRIBUTION = re.compile(
    r"^(?:Le|On|Am|El|Il|Em) [^\n]{4,200}(?:\n(?!>)[^\n]{0,160}){0,2}?"
    r"(?:a [ée]crit|wrote|schrieb[^\n:]{0,80}|escribi[óo]|ha scritto|escreveu)"
    rf"{_GAP}:[ \t\xa0]*$",
    re.MULTILINE,
)
_ATTRIBUTION_LINE = re.compile(r"\n(?=(?:Le|On|Am|El|Il|Em) )")


def split(text: str) -> tuple[str, str]:
    """New text and quoted text of a message body; together they hold every line of ``text``.

    The ``>`` marks before quoted lines are taken off.
    """
    own, earlier = _cut(text)
    if not own.startswith(">") and "\n>" not in own:
        return own, earlier
    lines = own.split("\n")
    kept = "\n".join([line for line in lines if line[:1] != ">"])
    quoted = "\n".join([line.lstrip("> ") for line in lines if line[:1] == ">"])
    return kept, f"{quoted}\n{earlier}" if earlier else quoted


def _cut(text: str) -> tuple[str, str]:
    """``text`` split where a whole earlier message begins without ``>`` marks."""
    ends = [place for place in (_block_start(text), _bare_attribution(text)) if place is not None]
    if not ends:
        return text, ""
    place = min(ends)
    return text[:place], text[place:]


def _block_start(text: str) -> int | None:
    for start in _starts(_BLOCK_LINE, text):
        if _BLOCK.match(text, start):
            return start
    return None


def _bare_attribution(text: str) -> int | None:
    """Where an attribution stands whose quoted text bears no ``>``: the rest is quoted."""
    end = 0
    for start in _starts(_ATTRIBUTION_LINE, text):
        found = _ATTRIBUTION.match(text, start) if start >= end else None
        if found:
            end = found.end()
            if not text[end : end + 200].lstrip("\n ").startswith(">"):
                return start
    return None


def _starts(line: re.Pattern[str], text: str) -> Iterator[int]:
    """Where lines start that ``line`` may let pass, the first in any case.

    The engine is fast to the next line feed, and slow where it must try every character.
    """
    yield 0
    for found in line.finditer(text):
        yield found.end()
