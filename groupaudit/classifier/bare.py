"""A text without what only says who somebody is: one such clause, or who wrote what is quoted.

One more identifier never makes a text tell less of its patient, yet a trained network may be less
sure of the longer text. Where it is in doubt, a text is therefore also read without each clause (a
line, a sentence) that holds an identifier and nothing of anybody's health, and without them all: so
what an added clause would take away is still read. And a text must tell the same whether it is
quoted or not. Judges nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice

from groupaudit.classifier import quoted
from groupaudit.classifier.reading import Reading
from groupaudit.classifier.span import Span, beginning_within
from groupaudit.classifier.text import LABELS, Passage

#: Characters of a clause, and clauses of a text that it is read without.
LONGEST, MOST = 120, 6
#: A passage's number, and where in it the clause starts and ends.
_Clause = tuple[int, int, int]
_NAMES = LABELS - {"subject"}
#: Characters between the name of a field ("date of birth") and what it holds.
_FIELD = 3
#: Where the end of a subject may begin that was added to it.
_CAPITAL = re.compile(r"(?<=\s)[A-ZÀ-Þ]")
#: Clauses: what stands between the ends of sentences and lines; ``M.`` and ``Dr.`` end none.
_CLAUSE = re.compile(r"[^\n]+?(?:(?<!\b[A-Z])(?<!\b[A-Z][a-z])[.!?;](?=\s)|(?=\n)|\Z)")


def without_a_clause(reading: Reading) -> Iterator[tuple[Passage, ...]]:
    """The passages of ``reading`` without one such clause each, then, of several, without any.

    Nothing of a text without any such clause.
    """
    clauses = list(islice(_identifying(reading), MOST))
    chosen = [{clause} for clause in clauses]
    if len(clauses) > 1:
        chosen.append(set(clauses))
    for left_out in chosen:
        if rest := _without(reading.passages, left_out):
            yield rest


def unannounced(reading: Reading) -> tuple[Passage, ...] | None:
    """The passages of ``reading`` without lines that announce messages; None without such lines."""
    read = map(_unannounced, reading.passages)
    plain = tuple(each for each in read if each.text.strip())
    return plain if plain and plain != reading.passages else None


def _unannounced(passage: Passage) -> Passage:
    if passage.kind in LABELS:
        return passage
    told = list(quoted.messages(passage.text))
    if not any(head for head, _ in told):
        return passage
    text = "\n".join(own.strip("\n") for _, own in told if own.strip())
    return Passage(passage.kind, passage.part, text + "\n")


def _identifying(reading: Reading) -> Iterator[_Clause]:
    """The clauses that only identify, in order."""
    for number, passage in enumerate(reading.passages):
        if passage.kind in _NAMES:
            continue
        find = _ends if passage.kind == "subject" else _clauses
        for start, end in find(passage.text, reading.spans[number]):
            yield number, start, end


def _without(
    passages: Sequence[Passage], left_out: AbstractSet[_Clause]
) -> tuple[Passage, ...] | None:
    """``passages`` without these clauses; None where one of them would be left empty."""
    kept = list(passages)
    for number, start, end in sorted(left_out, reverse=True):
        text = _joined(kept[number].text[:start], kept[number].text[end:])
        if not text.strip():
            return None
        kept[number] = Passage(kept[number].kind, kept[number].part, text)
    return tuple(kept)


def _clauses(text: str, spans: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Where the clauses that only identify stand."""
    for found in _CLAUSE.finditer(text):
        start, end = found.span()
        if end - start <= LONGEST and _only_identifies(beginning_within(spans, start, end)):
            yield start, end


def _ends(text: str, spans: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Where the end of a subject, from a capital letter on, only identifies."""
    for found in _CAPITAL.finditer(text, max(0, len(text) - LONGEST)):
        if _only_identifies(beginning_within(spans, found.start(), len(text))):
            yield found.start(), len(text)


def _only_identifies(spans: Sequence[Span]) -> bool:
    """Whether ``spans`` tell who somebody is and, beside the names of fields, nothing of health."""
    who = [span for span in spans if span.may_identify_a_patient]
    return bool(who) and not any(
        span.tells_health and not any(0 <= one.start - span.end <= _FIELD for one in who)
        for span in spans
    )


def _joined(before: str, after: str) -> str:
    """What stood before and after a clause, as if it had never stood between."""
    if before and not before.endswith("\n"):
        return before.rstrip(" ") + after
    if not after.strip():
        return before.rstrip("\n") + "\n"
    return before + (after.lstrip("\n") if after.startswith("\n") else after.lstrip(" "))
