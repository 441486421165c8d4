"""What the words at the head of a column say that it holds.

Reads ``header_words.toml`` and nothing else: whether the cells agree is for ``columns`` to tell.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from groupaudit.classifier.text import fold

#: Characters and words of a cell that can be a heading; a sentence that mentions a drug is none.
_LONGEST, _MOST_WORDS = 60, 8
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


@lru_cache(maxsize=2048)
def _chosen(words: tuple[str, ...]) -> Heading:
    """The heading of the longest phrase; a higher rank beats any length."""
    best, highest = NOTHING, (0, 0)
    for size, found, rank in _matches(words):
        if (rank, size) > highest:
            best, highest = found, (rank, size)
    return best


def _matches(words: tuple[str, ...]) -> Iterator[tuple[int, Heading, int]]:
    known = _known()
    for start in range(len(words)):
        for stop in range(start + 1, min(len(words), start + known.longest) + 1):
            phrase = " ".join(words[start:stop])
            if phrase in known.phrases:
                yield len(phrase), *known.phrases[phrase]
            for stem, found, rank in known.stems:
                # A stem ends in its last word: "date naiss*" is no "date naissance mere".
                if phrase.startswith(stem) and phrase.count(" ") == stem.count(" "):
                    yield len(stem), found, rank


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
