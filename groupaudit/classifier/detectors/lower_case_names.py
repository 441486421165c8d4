# Expressions read better unbroken.
# ruff: noqa: E501
"""Names in lower case, which are believed behind a civility alone.

Finds names, not roles (``roles``). Which words a name is made of is for ``name_words`` to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

from groupaudit.classifier.detectors.name_words import is_name, is_typed
from groupaudit.classifier.detectors.pattern import Detector, Pattern
from groupaudit.classifier.lexicon import first_names
from groupaudit.classifier.span import Kind, Span
from groupaudit.classifier.text import Passage

#: What seldom follows a civility and a word in lower case unless that word is a name.
_GOES_ON = rb"(?:[ ]+(?:a|est|n'a|n'est|s'est|va|doit|sort|sortira|sera|aura|avait|etait|ch|chambre|lit)[ ,.]|[ ]*[(,:][ ]*(?:ch|chambre|lit|\d{2,3})[ ,.;:)])"

_LOWER_CASE = rb"\b(?:mme|melle|mlle|mr|mrs)[ ]+((?:(?:le|la|de|du|de la|van|von|ben|ait|el|al|da|di|dos) )?[a-z][a-z'\-]{2,})( [a-z][a-z\-]{2,})?\b"
_LOWER_CASED = re2.compile(_LOWER_CASE)


@dataclass(frozen=True, slots=True)
class LowerCaseName:
    """A civility and a surname in lower case, with the word behind it where that is a known first name."""

    id: str = "name-lower-case"
    case: bool = True

    @property
    def expression(self) -> bytes:
        """A civility and one or two words."""
        return _LOWER_CASE

    def find(self, passage: Passage) -> Iterator[Span]:
        """Every such name, in order; what is told of its bearer is left out."""
        text, given = passage.folded.plain, first_names()
        for found in _LOWER_CASED.finditer(text):
            first, second = found[1], (found[2] or b"").strip()
            if is_name(first) or (b" " in first and is_typed(first)):
                end = found.end() if second in given else found.end(1)
                yield Span(found.start(1), end, self.id, "name", Kind.IDENTITY, 0.8, "[NOM]")


DETECTORS: tuple[Detector, ...] = (
    Pattern(
        "name-typed", "name", Kind.IDENTITY,
        rb"\b(?:[Mm]adame|[Mm]onsieur|[Mm]me|[Mm]e?lle|[Mm]rs?)[ ]+((?:(?:le|la|de|du|de la|van|von|ben|el|al)[ ]+)?[a-z][a-z'\-]{2,})"
        + _GOES_ON, "[NOM]", weight=0.8, check=is_typed, case=True,
    ),
    LowerCaseName(),
)  # fmt: skip
