"""How good verdicts are against labels, for people (tables on stdout) and for machines (JSON).

It shows what ``classifier.evaluation`` and ``classifier.calibration`` count, and counts nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from groupaudit.classifier import evaluation
from groupaudit.classifier.calibration import Calibration, calibration
from groupaudit.classifier.evaluation import Counting, Judged, Rate, Score
from groupaudit.model.finding import Verdict

#: Verdicts in the order of the tables; None stands for documents that could not be read.
_TOLD: tuple[Verdict | None, ...] = (*Verdict, None)


def print_scores(judged: Sequence[Judged], *, color: bool) -> None:
    """Tables of every figure; the last confronts labels (rows) with verdicts (columns)."""
    console = Console(no_color=not color, markup=False, highlight=False)
    slices = list(evaluation.evaluate(judged))
    for question in evaluation.QUESTIONS:
        asked = [one for one in slices if one.question == question]
        console.print(_table(question, asked, lambda one: one.part))
    console.print(_table("verdict", evaluation.by_verdict(judged)))
    console.print(*_categories(judged), sep="\n")
    console.print(*_calibration(calibration(judged)), sep="\n")
    console.print(_persons(evaluation.counting(judged)))
    console.print(_confusion(judged))


def as_json(judged: Sequence[Judged]) -> dict[str, Any]:
    """Every figure under stable names; a rate is ``hits``, ``total``, ``share``, ``low``, ``high``.

    Intervals are at 95 %. A rate of none is null.
    """
    persons = evaluation.counting(judged)
    told = calibration(judged)
    found = evaluation.found_by_category(judged)
    return {
        "documents": len(judged),
        "slices": [_object(one) for one in evaluation.evaluate(judged)],
        "verdicts": [_object(one) for one in evaluation.by_verdict(judged)],
        "categories": [
            _object(one) | {"documents_found": _rate(found[one.question])}
            for one in evaluation.by_category(judged)
        ],
        "documents_without_categories": evaluation.without_categories(judged),
        "calibration": {
            "brier": told.brier,
            "expected_calibration_error": told.error,
            "bins": [
                {
                    "low": one.low,
                    "high": one.high,
                    "expected": one.expected,
                    "observed": _rate(one.observed),
                }
                for one in told.bins
            ],
        },
        "persons": {
            "exact": _rate(persons.exact),
            "mean_absolute_error": persons.error if persons.exact.total else None,
            "counted": persons.counted,
            "labelled": persons.labelled,
            "ratio": persons.ratio,
        },
        "confusion": {
            wanted.value: {_name(verdict): count for verdict, count in row}
            for wanted, row in _rows(judged)
        },
    }


def _object(score: Score) -> dict[str, Any]:
    return {
        "slice": score.part,
        "question": score.question,
        "documents": score.documents,
        "precision": _rate(score.precision),
        "recall": _rate(score.recall),
        "f1": score.f1,
        "f1_low": score.f1_interval[0],
        "f1_high": score.f1_interval[1],
    }


def _rate(rate: Rate) -> dict[str, float] | None:
    if not rate.total:
        return None
    low, high = rate.interval
    return {
        "hits": rate.hits,
        "total": rate.total,
        "share": rate.share,
        "low": low,
        "high": high,
    }


def _table(
    title: str, scores: Iterable[Score], name: Callable[[Score], str] = lambda one: one.question
) -> Table:
    table = Table(title, "documents", "precision", "recall", "F1", box=None)
    for score in scores:
        table.add_row(
            name(score),
            str(score.documents),
            _told(score.precision),
            _told(score.recall),
            _between(score.f1, score.f1_interval),
        )
    return table


def _categories(judged: Sequence[Judged]) -> tuple[Table | str, ...]:
    """How well each category is told, and how many positive documents with it were found.

    With the number of documents that are left out of these figures, if any.
    """
    found = evaluation.found_by_category(judged)
    table = Table("category", "told: precision", "told: recall", "documents found", box=None)
    for one in evaluation.by_category(judged):
        rates = (one.precision, one.recall, found[one.question])
        table.add_row(one.question, *map(_told, rates))
    unlabelled = evaluation.without_categories(judged)
    if not unlabelled:
        return (table,)
    if unlabelled == len(judged):
        return ("categories: not labelled ('categories')",)
    left_out = f"{unlabelled} of {len(judged)} documents"
    return table, f"categories: {left_out} without 'categories' are left out (write [] for none)"


def _calibration(told: Calibration) -> tuple[Table | str, ...]:
    if told.brier is None or told.error is None:
        return ("calibration: nothing was scored",)
    table = Table("score", "documents", "mean score", "share positive", box=None)
    for one in told.bins:
        table.add_row(
            f"{one.low:.1f}-{one.high:.1f}",
            str(one.observed.total),
            f"{one.expected:.3f}",
            _told(one.observed),
        )
    return (
        table,
        f"Brier score {told.brier:.3f}, expected calibration error {told.error:.3f}",
    )


def _persons(found: Counting) -> str:
    if not found.exact.total or found.ratio is None:
        return "persons: not labelled ('n_persons'), or no document was found rightly"
    return (
        f"persons: exact in {_told(found.exact)} of {found.exact.total} documents,"
        f" mean absolute error {found.error:.2f},"
        f" {found.counted} counted for {found.labelled} (ratio {found.ratio:.2f})"
    )


def _confusion(judged: Sequence[Judged]) -> Table:
    table = Table("label / verdict", *map(_name, _TOLD), box=None)
    for wanted, row in _rows(judged):
        table.add_row(wanted, *(str(count) for _, count in row))
    return table


def _rows(
    judged: Sequence[Judged],
) -> list[tuple[Verdict, list[tuple[Verdict | None, int]]]]:
    counts = evaluation.confusion(judged)
    return [
        (wanted, [(verdict, counts.get((wanted, verdict), 0)) for verdict in _TOLD])
        for wanted in Verdict
    ]


def _name(verdict: Verdict | None) -> str:
    return verdict.value if verdict else "unreadable"


def _told(rate: Rate) -> str:
    if not rate.total:
        return "-"
    return _between(rate.share, rate.interval)


def _between(share: float, interval: tuple[float, float]) -> str:
    low, high = interval
    return f"{share:.3f} [{low:.2f}-{high:.2f}]"
