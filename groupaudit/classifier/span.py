"""A stretch of text that tells something: who a person is, or how a person is.

Internal to the classifier: offsets only, never the text itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

#: Weight from which a span tells something by itself.
TELLING = 0.6


class Kind(StrEnum):
    """What a span tells."""

    IDENTITY = "identity"
    HEALTH = "health"
    PROFESSIONAL = "professional"
    CUE = "cue"


class Role(StrEnum):
    """Who a person is in the text; ``CANDIDATE`` may be somebody whom a health fact concerns."""

    CANDIDATE = "candidate"
    PROFESSIONAL = "professional"
    CORRESPONDENT = "correspondent"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets ``start``..``end`` in one passage, and what a detector says of them.

    ``weight`` is how much the span tells by itself, 0..1. ``category`` is a name of the reports;
    ``mask`` is what stands in its place in an excerpt.
    """

    start: int
    end: int
    detector: str
    category: str
    kind: Kind
    weight: float = 1.0
    mask: str = ""
    role: Role = Role.CANDIDATE

    def placed(self, start: int, end: int, role: Role) -> Span:
        """The same of another place or role; ``dataclasses.replace`` takes four times as long."""
        return Span(
            start, end, self.detector, self.category, self.kind, self.weight, self.mask, role
        )

    @property
    def tells_health(self) -> bool:
        """Whether it tells of a health fact by itself."""
        return self.kind is Kind.HEALTH and self.weight >= TELLING

    @property
    def may_identify_a_patient(self) -> bool:
        """Whether it identifies somebody whom a health fact may concern."""
        return self.kind is Kind.IDENTITY and self.role is Role.CANDIDATE

    @property
    def may_name_a_patient(self) -> bool:
        """Whether it is a name of somebody whom a health fact may concern."""
        return self.category == "name" and self.role is Role.CANDIDATE


def beginning_within(spans: Sequence[Span], start: int, end: int) -> Sequence[Span]:
    """Those of ``spans``, which are in order, that begin between ``start`` and ``end``."""
    first = bisect_left(spans, start, key=lambda span: span.start)
    return spans[first : bisect_left(spans, end, key=lambda span: span.start)]
