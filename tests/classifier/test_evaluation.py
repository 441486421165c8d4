"""Figures against labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.classifier.evaluation import Judged, Rate, confusion, evaluate
from groupaudit.model.finding import Verdict

IH, HP, OR = Verdict.IDENTIFIABLE_HEALTH, Verdict.HEALTH_PERSON, Verdict.ORDINARY
SEEN = (
    Judged(IH, IH, "fr", "easy", ("name", "drug")),
    Judged(IH, HP, "fr", "hard", ("name",)),
    Judged(IH, None, "en", "hard", ("lab",)),
    Judged(OR, IH, "en", "easy"),
    Judged(OR, OR, "fr", "easy"),
)


def _score(part, question="identifiable_health"):
    (found,) = [s for s in evaluate(SEEN) if (s.part, s.question) == (part, question)]
    return found


@pytest.mark.parametrize(
    ("part", "question", "precision", "recall"),
    [
        ("all", "identifiable_health", (1, 2), (1, 3)),
        ("all", "about one patient", (2, 3), (2, 3)),
        ("language fr", "identifiable_health", (1, 1), (1, 2)),
        ("difficulty hard", "identifiable_health", (0, 0), (0, 2)),
        ("category name", "identifiable_health", (1, 1), (1, 2)),
    ],
)
def test_slices_are_counted(part, question, precision, recall):
    score = _score(part, question)

    assert (score.precision, score.recall) == (Rate(*precision), Rate(*recall))


def test_f1_is_the_harmonic_mean():
    score = _score("all")

    p, r = score.precision.share, score.recall.share
    assert score.f1 == pytest.approx(2 * p * r / (p + r))


def test_confusion_counts_unreadable_documents_too():
    assert confusion(SEEN)[IH, None] == 1


@given(st.integers(0, 200), st.integers(0, 200))
def test_interval_holds_the_share(hits, misses):
    rate = Rate(hits, hits + misses)
    low, high = rate.interval

    assert 0 <= low <= rate.share + 1e-9
    assert rate.share <= high + 1e-9 or not rate.total
    assert high <= 1


def test_interval_of_wilson_is_the_published_one():
    low, high = Rate(8, 10).interval

    assert (low, high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
