"""The health list that Presidio is given: the strong terms of groupaudit's own lexicons.

The best list at hand, so that engines differ by how they judge rather than by what they know.
Needs the standard library only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

LEXICONS = Path(__file__).parents[2] / "groupaudit" / "classifier" / "lexicons"
LONGEST_TERM = 4
SHORTEST_STEM = 3
_WORD = re.compile(r"[a-z0-9]+")


class HealthTerms:
    """A set of terms; ``tells`` says whether a text holds one."""

    def __init__(self) -> None:
        terms = {term for name in ("terms_fr.txt", "terms_en.txt") for term in _strong(name)}
        terms |= set((LEXICONS / "drugs.txt").read_text(encoding="utf-8").split())
        self._stems = {term.rstrip("*") for term in terms if term.endswith("*")}
        self._terms = {" ".join(_words(term)) for term in terms if not term.endswith("*")} - {""}

    def tells(self, text: str) -> bool:
        """Whether ``text`` holds a health term, whatever its case and accents."""
        words = _words(text)
        return any(
            " ".join(words[start : start + length]) in self._terms
            for start in range(len(words))
            for length in range(1, LONGEST_TERM + 1)
        ) or any(
            word[:length] in self._stems
            for word in words
            for length in range(SHORTEST_STEM, len(word) + 1)
        )


def _strong(name: str) -> Iterator[str]:
    strong = False
    for line in (LEXICONS / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("="):
            strong = line.split()[-1] == "strong"
        elif strong and not line.startswith("#"):
            # "ABC!" needs capitals: left out, since it would match everywhere in lower case.
            yield from (_plain(term.strip()) for term in line.split(",") if "!" not in term)


def _words(text: str) -> list[str]:
    return _WORD.findall(_plain(text))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
