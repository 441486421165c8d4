"""Figures against labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.classifier.calibration import BINS, calibration
from groupaudit.classifier.evaluation import (
    Counting,
    Judged,
    Rate,
    Score,
    by_category,
    by_verdict,
    confusion,
    counting,
    evaluate,
    found_by_category,
    without_categories,
)
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
    ],
)
def test_slices_are_counted(part, question, precision, recall):
    score = _score(part, question)

    assert (score.precision, score.recall) == (Rate(*precision), Rate(*recall))


def test_f1_is_the_harmonic_mean():
    score = _score("all")

    p, r = score.precision.share, score.recall.share
    assert score.f1 == pytest.approx(2 * p * r / (p + r))


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_interval_of_f1_holds_it(hits, missed, false_alarms):
    score = Score("all", "?", 0, Rate(hits, hits + false_alarms), Rate(hits, hits + missed))
    low, high = score.f1_interval

    assert 0 <= low <= high <= 1
    assert low - 1e-9 <= score.f1 <= high + 1e-9


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


def test_each_verdict_is_held_against_all_others():
    scores = {score.question: score for score in by_verdict(SEEN)}

    assert scores.keys() == set(Verdict)
    assert (scores["ordinary"].precision, scores["ordinary"].recall) == (Rate(1, 1), Rate(1, 2))
    assert (scores["health_person"].precision, scores["health_person"].recall) == (
        Rate(0, 1),
        Rate(0, 0),
    )


def test_categories_are_measured_as_told_and_by_the_documents_found():
    judged = (
        Judged(IH, IH, categories=("drug", "name"), seen=("drug",)),
        Judged(IH, HP, categories=("drug",), seen=("drug", "lab")),
        Judged(OR, OR, categories=(), seen=("drug",)),
    )
    told = {score.question: (score.precision, score.recall) for score in by_category(judged)}

    assert told == {"drug": (Rate(2, 3), Rate(2, 2)), "name": (Rate(0, 0), Rate(0, 1))}
    assert found_by_category(judged) == {"drug": Rate(1, 2), "name": Rate(1, 1)}


def test_documents_without_labelled_categories_are_no_false_alarms():
    judged = (
        Judged(IH, IH, categories=("drug",), seen=("drug",)),
        Judged(IH, IH, seen=("drug", "name")),
        Judged(IH, OR),
    )
    (drug,) = by_category(judged)

    assert (drug.documents, drug.precision, drug.recall) == (1, Rate(1, 1), Rate(1, 1))
    assert found_by_category(judged) == {"drug": Rate(1, 1)}
    assert without_categories(judged) == 2


def test_persons_are_compared_where_label_and_verdict_are_identifiable():
    judged = (
        Judged(IH, IH, persons=2, counted=2),
        Judged(IH, IH, persons=3, counted=6),
        Judged(IH, IH, persons=None, counted=9),  # not labelled
        Judged(IH, OR, persons=4, counted=0),  # missed: a matter of recall
        Judged(OR, IH, persons=0, counted=1),
    )

    assert counting(judged) == Counting(Rate(1, 2), 1.5, 8, 5)
    assert counting(judged).ratio == pytest.approx(1.6)
    assert counting(()).ratio is None


def test_calibration_bins_scores_against_labels():
    judged = (
        Judged(IH, IH, score=1.0),
        Judged(OR, IH, score=0.95),
        Judged(OR, OR, score=0.05),
        Judged(OR, None, score=None),
    )
    found = calibration(judged)

    assert [(one.low, one.observed) for one in found.bins] == [(0.0, Rate(0, 1)), (0.9, Rate(1, 2))]
    assert found.brier == pytest.approx((0 + 0.95**2 + 0.05**2) / 3)
    assert found.error == pytest.approx((0.05 * 1 + (0.975 - 0.5) * 2) / 3)


def test_calibration_of_nothing_is_unknown():
    assert calibration([Judged(OR, None)]) == calibration([])
    assert calibration([]).brier is None


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=50))
def test_calibration_holds_every_score_once_and_stays_within_bounds(pairs):
    found = calibration([Judged(IH if yes else OR, IH, score=score) for yes, score in pairs])

    assert sum(one.observed.total for one in found.bins) == len(pairs)
    assert len(found.bins) <= BINS
    assert all(one.low - 1e-9 <= one.expected <= one.high + 1e-9 for one in found.bins)
    assert found.brier is not None
    assert 0 <= found.brier <= 1
