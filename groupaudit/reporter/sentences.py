"""Sentences of other rooms that carry values: told again in the reader's language.

Collector and sources write notes and errors once, in English, and the history and ``report.json``
keep them so. Here they are known by their form (``forms``), and their values go into the translated
form. A note of no known form is never left out: it is quoted, as a technical detail, and so are
the words of Google, of libraries and of the operating system inside the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache

from groupaudit.reporter import labels
from groupaudit.reporter.forms import FORMS, ONE, ORIGIN, THROUGH, UNREADABLE, VALUES
from groupaudit.reporter.language import SOURCE, Language

#: Longer notes are quoted as they are: no writer of ours makes one.
MOST = 4000

#: Between the notes of one source, and what begins that of another source.
BETWEEN = "; "
_NEXT_SOURCE = re.compile(rf"{BETWEEN}(?=(?:{VALUES['source']}): )")

#: Parts of one note at most, and how many of them may be one sentence that has semicolons itself.
_MOST_PARTS = 60
_JOINED = 3

#: How often a sentence may hold another one: a note, its error, the grant in it, the delegation.
_DEEPEST = 4

_PLACE = re.compile(r"%\((\w+)\)s")


# Most notes stand at thousands of groups.
@lru_cache(maxsize=4096)
def told(note: str, language: Language) -> str:
    """``note`` in ``language``: whole, or else each of the notes that it is made of."""
    parts = _NEXT_SOURCE.split(note[:MOST])
    shown = [sentence for part in parts for sentence in _sentences(part, language)]
    if language.code != SOURCE:  # the writers put a semicolon after a full stop
        shown[:-1] = [sentence.removesuffix(".") for sentence in shown[:-1]]
    return language.listed(shown)


def _sentences(note: str, language: Language) -> list[str]:
    """The translated sentences of one source's notes, in their order."""
    parts = note.split(BETWEEN, _MOST_PARTS)
    shown: list[str] = []
    while parts:
        for taken in (len(parts), *range(_JOINED, 0, -1)):
            sentence = _one(BETWEEN.join(parts[:taken]), language)
            if sentence is not None:
                break
        else:
            taken, sentence = 1, _unknown(parts[0], language)
        shown.append(sentence)
        del parts[:taken]
    return shown


def _unknown(note: str, language: Language) -> str:
    if not note or language.code == SOURCE:
        return note
    return language.text("technical detail: “%(words)s”", words=note)


def _one(note: str, language: Language, depth: int = 0) -> str | None:
    """``note`` in ``language``; None when it has no known form and no translation of its own."""
    translated = language.text(note)
    if translated != note:
        return translated
    for form, pattern in _patterns() if depth < _DEEPEST else ():
        if (found := pattern.fullmatch(note)) is not None:
            return language.text(
                _in_number(form, found.groupdict(), language),
                **{
                    name: _value(name, text, language, depth)
                    for name, text in found.groupdict().items()
                },
            )
    return None


def _in_number(form: str, values: dict[str, str], language: Language) -> str:
    """``form`` in the singular where the source language needs one."""
    if language.code == SOURCE and values.get("count") == "1":
        for many, one in ONE:
            form = form.replace(many, one)
    return form


def _value(name: str, text: str, language: Language, depth: int) -> str:
    """The value of a placeholder as ``language`` writes it."""
    if name in _SENTENCES:
        return _one(text, language, depth + 1) or _quoted(text, language)
    if name in _TECHNICAL:
        return _quoted(text, language)
    shown = _SHOWN.get(name)
    if shown is not None:
        return shown(text, language)
    return language.number(int(text)) if text.isdecimal() else text


def _because(text: str, language: Language) -> str:
    return f" ({_quoted(text[2:-1], language)})" if text else ""


def _origin(text: str, language: Language) -> str:
    return language.text(ORIGIN, address=text.removeprefix(", from ")) if text else ""


def _through(text: str, language: Language) -> str:
    words = _quoted(text.removeprefix(", through "), language)
    return language.text(THROUGH, application=words) if text else ""


def _unreadable(text: str, language: Language) -> str:
    counts = text.removeprefix(" (not readable: ").removesuffix(")")
    return language.text(UNREADABLE, reasons=_reasons(counts, language)) if text else ""


def _reasons(text: str, language: Language) -> str:
    return ", ".join(_counted(part, language) for part in text.split(", "))


def _counted(part: str, language: Language) -> str:
    """One of several counts, such as "2 access-denied"."""
    count, word = part.split(" ", 1)
    return language.text(
        "%(count)s %(reason)s",
        count=language.number(int(count)),
        reason=_reason(word, language),
    )


def _reason(word: str, language: Language) -> str:
    return language.text(labels.REASON.get(word, word))


#: Placeholders that hold a sentence of their own, those that hold technical words, and the others
#: that are not shown as they are.
_SENTENCES = frozenset({"detail", "said", "what"})
_TECHNICAL = frozenset({"technical", "path", "entry"})
_SHOWN: dict[str, Callable[[str, Language], str]] = {
    "because": _because,
    "client": lambda text, language: language.text(text),
    "origin": _origin,
    "reason": _reason,
    "reasons": _reasons,
    "remark": lambda text, language: language.text(text),
    "through": _through,
    "unreadable": _unreadable,
}


def _quoted(words: str, language: Language) -> str:
    return words if language.code == SOURCE else language.text("“%(words)s”", words=words)


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
