"""Precision, recall and F1 of two questions: identifiable_health, and about one patient at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from groupaudit.classifier.evaluation import Judged, evaluate
from training.texts import VERDICTS


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
    judged = [
        Judged(VERDICTS[one], VERDICTS[other]) for one, other in zip(wanted, told, strict=True)
    ]
    strict, wide = evaluate(judged)
    right = sum(one.wanted is one.told for one in judged)
    return Figures(
        len(judged),
        strict.precision.share,
        strict.recall.share,
        strict.f1,
        wide.precision.share,
        wide.recall.share,
        wide.f1,
        right / max(1, len(judged)),
    )
