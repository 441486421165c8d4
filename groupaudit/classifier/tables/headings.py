"""What the words at the head of a column say that it holds.

Reads ``header_words.toml`` and nothing else: whether the cells agree is for ``columns`` to tell.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from groupaudit.classifier.text import fold
from groupaudit.model.finding import SENSITIVE

#: Characters and words of a cell that can be a heading; a sentence that mentions a drug is none.
_LONGEST, _MOST_WORDS = 60, 8
#: Kinds of columns that tell something of somebody's health.
HEALTH = frozenset(
    {"blood_group", "hiv_sti", "mental_health", "abortion", "genetics", "pregnancy", "lab",
     "imaging", "sick_leave", "diet", "allergy", "diagnosis", "disability", "procedure", "drug",
     "death"}
)  # fmt: skip
#: Words that link others: "date d'entrée" is "date entrée".
_LINKS = frozenset({"de", "d", "du", "des", "la", "le", "les", "l", "of", "the"})
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")


@dataclass(frozen=True, slots=True)
class Heading:
    """The kind of a column, ``""`` when its head tells nothing.

    ``weak``: the word is used elsewhere too ("result"), so that cells must agree.
    """

    kind: str = ""
    weak: bool = False


NOTHING = Heading()


@dataclass(frozen=True, slots=True)
class _Words:
    phrases: dict[str, tuple[Heading, int]]
    stems: tuple[tuple[str, Heading, int], ...]
    longest: int


def heading(cell: str) -> Heading:
    """The kind that ``cell`` gives to the column under it."""
    if len(cell) > _LONGEST:
        return NOTHING
    words = fold(_CAMEL.sub(" ", cell)).words.decode("ascii").split()
    return _chosen(tuple(words)) if len(words) <= _MOST_WORDS else NOTHING


@dataclass(frozen=True, slots=True)
class _Match:
    """A known phrase in a heading: its first word and the one past its last, and what it says."""

    start: int
    stop: int
    size: int
    found: Heading
    rank: int

    @property
    def sure_of_health(self) -> bool:
        """Whether it tells health whatever the cells hold."""
        return self.found.kind in HEALTH and not self.found.weak

    def hides(self, other: _Match) -> bool:
        """Whether ``other`` is a part of it."""
        return (
            self.start <= other.start
            and other.stop <= self.stop
            and self.stop - self.start > other.stop - other.start
        )


@lru_cache(maxsize=2048)
def _chosen(words: tuple[str, ...]) -> Heading:
    """The heading of the best phrase among ``words``, with or without those that link others."""
    found = _seen(words)
    best = max(found, key=lambda match: (match.rank, match.size), default=None)
    if best is None:
        return NOTHING
    if best.found.kind in HEALTH:
        sure = (match for match in found if match.sure_of_health and match.rank == best.rank)
        best = max(sure, key=_gravity, default=best)
    whose = best.found.kind == "name" and any(match.found.kind == "patient" for match in found)
    return Heading("patient") if whose else best.found


def _gravity(match: _Match) -> tuple[bool, int]:
    """What decides among health words: "diagnostic VIH" is of the most sensitive kind."""
    return match.found.kind in SENSITIVE, match.size


def _seen(words: tuple[str, ...]) -> list[_Match]:
    """The known phrases among ``words``, without those that stand in a longer one."""
    every = tuple(enumerate(words))
    telling = tuple(place for place in every if place[1] not in _LINKS)
    found = [*_matches(every), *(_matches(telling) if telling != every else ())]
    return [match for match in found if not any(other.hides(match) for other in found)]


def _matches(words: Sequence[tuple[int, str]]) -> Iterator[_Match]:
    """The known phrases among ``words``, each with its place in the heading."""
    known = _known()
    for start in range(len(words)):
        for stop in range(start + 1, min(len(words), start + known.longest) + 1):
            phrase = " ".join(word for _, word in words[start:stop])
            first, last = words[start][0], words[stop - 1][0] + 1
            if phrase in known.phrases:
                yield _Match(first, last, len(phrase), *known.phrases[phrase])
            for stem, found, rank in known.stems:
                # A stem ends in its last word: "date naiss*" is no "date naissance mere".
                if phrase.startswith(stem) and phrase.count(" ") == stem.count(" "):
                    yield _Match(first, last, len(stem), found, rank)


@lru_cache(maxsize=1)
def _known() -> _Words:
    phrases: dict[str, tuple[Heading, int]] = {}
    stems: list[tuple[str, Heading, int]] = []
    for kind, listed in _data().items():
        rank = listed.get("rank", 0)
        for strength in ("words", "weak"):
            found = Heading(kind, strength == "weak")
            for word in listed.get(strength, ()):
                if word.endswith("*"):
                    stems.append((word[:-1], found, rank))
                else:
                    phrases.setdefault(word, (found, rank))
    longest = max(phrase.count(" ") + 1 for phrase in phrases)
    return _Words(phrases, tuple(stems), longest)


def _data() -> dict[str, Any]:
    data = resources.files("groupaudit.classifier.tables").joinpath("header_words.toml")
    return tomllib.loads(data.read_text(encoding="utf-8"))
