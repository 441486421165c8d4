"""Sets a report beside the runs that are kept: what went up, what went down.

Runs that set out to do other work (another configuration) or that did not see everything are gaps
with their reason: a number that fell because fewer groups were looked at is no good news.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from groupaudit.history.figures import KeptFigures
from groupaudit.history.store import SqliteHistory
from groupaudit.model import trend
from groupaudit.model.report import Batch, Figures, Gap, Point, Report, Run

#: Runs shown: a year of weekly audits.
MOST = 52


def with_trend(history: SqliteHistory, report: Report) -> Report:
    """``report`` with its trend: the newest runs kept up to it, oldest first, itself the last.

    Raises StoreError.
    """
    earlier = _batches(history, report) if report.tenants else _runs(history, report.run)
    shown = tuple(islice(earlier, MOST - 1))
    return replace(report, trend=(*reversed(shown), trend.point(report)))


def _runs(history: SqliteHistory, run: Run) -> Iterator[Point]:
    """The runs of one Workspace before ``run``, newest first."""
    for kept in history.figures.up_to(run, MOST):
        if kept.run.id != run.id:
            yield _point(history, kept, run.config_digest)


def _batches(history: SqliteHistory, report: Report) -> Iterator[Point]:
    """The reports over several Workspaces before ``report``, newest first."""
    place = (report.run.started, report.run.id)
    for batch in history.batches.kept().values():
        if (batch.run.started, batch.run.id) < place:
            yield _together(history, batch, report.run.config_digest)


def _together(history: SqliteHistory, batch: Batch, scope: str) -> Point:
    """The sum over the Workspaces of ``batch``; a gap where one of them has one."""
    point = Point(batch.run.id, batch.run.ended)
    if batch.run.config_digest != scope:
        return replace(point, gap=Gap.OTHER_SCOPE)
    parts = [
        _point(history, kept, kept.run.config_digest)
        for section in batch.sections
        if section.run
        for kept in history.figures.up_to(section.run, 1)
    ]
    if len(parts) < len(batch.sections):
        return replace(point, gap=Gap.TENANT_MISSING)
    gap = next((part.gap for part in parts if part.gap), None)
    counted = trend.together(part.figures for part in parts if part.figures)
    return replace(point, figures=None if gap else counted, gap=gap)


def _point(history: SqliteHistory, kept: KeptFigures, scope: str) -> Point:
    """One run as it stands beside those of ``scope``."""
    gap = _gap(kept, scope)
    return Point(kept.run.id, kept.run.ended, None if gap else _figures(history, kept), gap)


def _gap(kept: KeptFigures, scope: str) -> Gap | None:
    if not (kept.run.finished and kept.run.complete):
        return Gap.CUT_SHORT
    if kept.run.config_digest != scope:
        return Gap.OTHER_SCOPE
    return None if kept.listing_whole else Gap.LISTING_INCOMPLETE


def _figures(history: SqliteHistory, kept: KeptFigures) -> Figures:
    """Those that are kept, else counted now, and kept."""
    if kept.figures is not None:
        return kept.figures
    counted = trend.figures(history.recorded(kept.run))
    history.figures.keep(kept.run, counted)
    return counted
