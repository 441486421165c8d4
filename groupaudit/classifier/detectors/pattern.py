"""What a detector is, and the plain kind: one linear-time expression and an optional check.

Expressions run on folded bytes with RE2: no input makes them slow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import re2

from groupaudit.classifier.span import Kind, Role, Span
from groupaudit.classifier.text import Folded, Passage

Check = Callable[[bytes], bool]


class Detector(Protocol):
    """Finds one kind of thing in a passage. ``id`` is kebab-case and stable for ever."""

    @property
    def id(self) -> str:
        """Stable name, also the anchor in the documentation."""

    @property
    def expression(self) -> bytes:
        """An expression without which nothing is found: what the prefilter looks for."""

    @property
    def case(self) -> bool:
        """Whether the expression needs capitals."""

    def find(self, passage: Passage) -> Iterator[Span]:
        """Every occurrence in the passage, in order."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A detector made of one expression; its last group, or the whole match, is the span.

    With ``case`` it runs on the folded text with its capitals, else on that in lower case.
    """

    id: str
    category: str
    kind: Kind
    expression: bytes
    mask: str = ""
    weight: float = 1.0
    check: Check | None = None
    role: Role = Role.CANDIDATE
    case: bool = False
    compiled: Any = field(init=False, repr=False, compare=False)
    group: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Frozen: the compiled form is derived from the expression once.
        object.__setattr__(self, "compiled", re2.compile(self.expression))
        object.__setattr__(self, "group", self.compiled.groups)

    def find(self, passage: Passage) -> Iterator[Span]:
        """Every occurrence that passes the check, in order."""
        text = passage.folded.plain if self.case else passage.folded.lower
        group, check = self.group, self.check
        for found in self.compiled.finditer(text):
            start, end = found.span(group)
            if start >= end or (check is not None and not check(text[start:end])):
                continue
            yield Span(
                start, end, self.id, self.category, self.kind, self.weight, self.mask, self.role
            )


#: Bytes for the automaton of a set: too few and RE2 would rebuild it again and again.
_SET_MEMORY = 1 << 26


def which_of(expressions: Iterable[bytes]) -> Any:
    """A set whose ``Match`` tells in one pass which of ``expressions``, by place, match a text."""
    options = re2.Options()
    options.max_mem = _SET_MEMORY
    compiled = re2.Set.SearchSet(options)
    for expression in expressions:
        compiled.Add(expression)
    compiled.Compile()
    return compiled


class Prefilter:
    """Tells in one pass over a text which expressions can match it at all."""

    def __init__(self, expressions: Sequence[tuple[bytes, bool]]) -> None:
        self._sets = {
            case: which_of(e for e, c in expressions if c is case) for case in (False, True)
        }
        self._places = {
            case: [i for i, (_, c) in enumerate(expressions) if c is case] for case in (False, True)
        }

    def hits(self, folded: Folded) -> set[int]:
        """Places of the expressions that match somewhere in the text."""
        found: set[int] = set()
        for case, text in ((False, folded.lower), (True, folded.plain)):
            if self._places[case]:
                found.update(
                    self._places[case][place] for place in self._sets[case].Match(text) or ()
                )
        return found
