"""Prints how good verdicts are against labels, on stdout."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from groupaudit.classifier.evaluation import Judged, Rate, confusion, evaluate
from groupaudit.model.finding import Verdict


def print_scores(judged: Sequence[Judged], *, color: bool) -> None:
    """A table of scores by slice, then the confusion of labels (rows) and verdicts (columns)."""
    console = Console(no_color=not color, markup=False)
    scores = Table("slice", "question", "documents", "precision", "recall", "F1", box=None)
    for score in evaluate(judged):
        scores.add_row(
            score.part,
            score.question,
            str(score.documents),
            _told(score.precision),
            _told(score.recall),
            f"{score.f1:.3f}",
        )
    console.print(scores)
    counts = confusion(judged)
    told: tuple[Verdict | None, ...] = (*Verdict, None)
    table = Table("label / verdict", *(verdict or "unreadable" for verdict in told), box=None)
    for wanted in Verdict:
        table.add_row(wanted, *(str(counts.get((wanted, verdict), 0)) for verdict in told))
    console.print(table)


def _told(rate: Rate) -> str:
    if not rate.total:
        return "-"
    low, high = rate.interval
    return f"{rate.share:.3f} [{low:.2f}-{high:.2f}]"
