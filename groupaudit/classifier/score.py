"""From features to the probability of each verdict: a linear model with readable weights.

``Scorer`` is the slot that a learned model can take: it sees the whole reading and returns the same
thing. Applies no threshold; ``engine`` does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import repeat
from math import exp
from operator import mul
from typing import Protocol

from groupaudit.classifier.features import features
from groupaudit.classifier.reading import Reading
from groupaudit.model.finding import Verdict

Probabilities = Mapping[Verdict, float]


class Scorer(Protocol):
    """Judges a reading."""

    def score(self, reading: Reading) -> Probabilities:
        """The probability of each verdict; they sum to 1."""


@dataclass(frozen=True, slots=True)
class LinearScorer:
    """Multinomial logistic regression over ``features``; ``weights[verdict][feature]``."""

    weights: Mapping[Verdict, Mapping[str, float]]

    def score(self, reading: Reading) -> Probabilities:
        """The probability of each verdict; a feature without a weight counts for nothing."""
        return self.of(features(reading))

    def of(self, values: Mapping[str, float]) -> Probabilities:
        """The probability of each verdict for given features."""
        logits = {
            verdict: sum(map(mul, map(weights.get, values, repeat(0.0)), values.values()))
            for verdict, weights in self.weights.items()
        }
        highest = max(logits.values())
        raised = {verdict: exp(logit - highest) for verdict, logit in logits.items()}
        total = sum(raised.values())
        return {verdict: value / total for verdict, value in raised.items()}


@lru_cache(maxsize=1)
def shipped() -> LinearScorer:
    """The scorer with the weights that come with the package."""
    text = (
        resources.files("groupaudit.classifier.lexicons")
        .joinpath("weights.json")
        .read_text("utf-8")
    )
    table = json.loads(text)["weights"]
    return LinearScorer({Verdict(verdict): weights for verdict, weights in table.items()})
