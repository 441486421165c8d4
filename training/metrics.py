"""Precision, recall and F1 of two questions: identifiable_health, and about one patient at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

#: Verdicts by number: identifiable_health is 0, health_person 1.
IDENTIFIABLE = frozenset({0})
OF_A_PERSON = frozenset({0, 1})


@dataclass(frozen=True)
class Figures:
    """Figures over ``texts`` texts, each 0..1; ``wide`` counts health_person as positive too."""

    texts: int
    precision: float
    recall: float
    f1: float
    wide_precision: float
    wide_recall: float
    wide_f1: float
    accuracy: float

    def __str__(self) -> str:
        return (
            f"n {self.texts} ih P {self.precision:.3f} R {self.recall:.3f} F1 {self.f1:.3f}"
            f" | wide P {self.wide_precision:.3f} R {self.wide_recall:.3f} F1 {self.wide_f1:.3f}"
            f" | accuracy {self.accuracy:.3f}"
        )

    def as_dict(self) -> dict[str, float]:
        """The figures by name, rounded."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def figures(wanted: Sequence[int], told: Sequence[int]) -> Figures:
    """Figures of verdicts ``told`` against those ``wanted``, both by number."""
    strict, wide = _prf(wanted, told, IDENTIFIABLE), _prf(wanted, told, OF_A_PERSON)
    right = sum(one == other for one, other in zip(wanted, told, strict=True))
    return Figures(len(wanted), *strict, *wide, right / max(1, len(wanted)))


def _prf(
    wanted: Sequence[int], told: Sequence[int], positive: Collection[int]
) -> tuple[float, float, float]:
    pairs = [(one in positive, other in positive) for one, other in zip(wanted, told, strict=True)]
    hits = sum(one and other for one, other in pairs)
    precision = hits / max(1, sum(other for _, other in pairs))
    recall = hits / max(1, sum(one for one, _ in pairs))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)
