"""Sentences of other rooms that carry values: told again in the reader's language.

Collector and sources write their notes once, in English, and the history and ``report.json`` keep
them so. Here they are known by their form, and their values go into the translated form. A note of
no known form is shown as it is, never left out; what Google or a library said stays in its words.
"""

from __future__ import annotations

import re
from functools import cache

from groupaudit.reporter import labels
from groupaudit.reporter.language import Language, mark

#: Longer notes are shown as they are: no writer of ours makes one.
MOST = 4000

#: Between the notes of one source.
BETWEEN = "; "

#: Parts of one note at most, and how many of them may be one sentence that has semicolons itself.
_MOST_PARTS = 60
_JOINED = 3

#: How often a sentence may hold another one: a note, its error, the grant in it, the delegation.
_DEEPEST = 4

_PLACE = re.compile(r"%\((\w+)\)s")


def told(note: str, language: Language) -> str:
    """``note`` in ``language``: whole, or else each of the notes that it is made of."""
    whole = _one(note, language)
    if whole is not None:
        return whole
    parts = note[:MOST].split(BETWEEN) if len(note) <= MOST else [note]
    return language.listed(_one(part, language) or part for part in parts)


def _one(note: str, language: Language) -> str | None:
    """``note`` in ``language``; None when it has no known form and no translation of its own."""
    if len(note) > MOST:
        return None
    for form, pattern in _patterns():
        if (found := pattern.fullmatch(note)) is not None:
            values = {
                name: _value(name, text, language) for name, text in found.groupdict().items()
            }
            return language.text(form, **values)
    translated = language.text(note)
    return translated if translated != note else None


def _value(name: str, text: str, language: Language) -> str:
    """The value of a placeholder as ``language`` writes it."""
    if name == "reason":
        return language.text(labels.REASON.get(text, text))
    if name == "reasons":
        counted = (part.split(" ", 1) for part in text.split(", "))
        return ", ".join(f"{count} {_value('reason', word, language)}" for count, word in counted)
    if name in {"detail", "said"}:
        return _one(text, language) or text
    return language.number(int(text)) if text.isdecimal() else text


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((form, _pattern(form)) for form in FORMS)


def _pattern(form: str) -> re.Pattern[str]:
    """What fits ``form``: its words as they are, its placeholders as ``VALUES`` has them."""
    pieces = _PLACE.split(form)  # words and names of placeholders take turns
    return re.compile(
        "".join(
            f"(?P<{piece}>{VALUES[piece]})" if number % 2 else re.escape(piece)
            for number, piece in enumerate(pieces)
        ),
        re.DOTALL,
    )
