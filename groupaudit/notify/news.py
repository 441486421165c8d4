"""What there is to tell about an audit, and whether anybody is to be told. Pure.

A cron job that nobody watches must speak exactly when something changed or failed: a first report,
a change, a finding that was not looked at again, a gap in the list of groups, a failure, and a
message that had got lost are news. News hold numbers, severities and addresses of groups, and
nothing that a group holds.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from groupaudit.model.report import Change, Report
from groupaudit.model.severity import WORST_FIRST
from groupaudit.reporter.headline import headline
from groupaudit.reporter.language import mark
from groupaudit.reporter.phrases import Phrases, one_line

#: The note on a run of which somebody should have been told and was not: the next run makes up
#: for it. That a heartbeat was not heard is told by whoever waits for it.
UNDELIVERED = mark("A notification of this run could not be delivered: the log says which.")
UNHEARD = mark("The heartbeat of this run could not be delivered: the log says why.")

#: Longest name of an organisation in a message, in characters.
NAME_LIMIT = 80


class Occasion(StrEnum):
    """Why there is a message."""

    FAILED = "failed"
    INCOMPLETE = "incomplete"
    FIRST = "first"
    CHANGED = "changed"
    UNSETTLED = "unsettled"
    OVERDUE = "overdue"
    UNCHANGED = "unchanged"


#: Occasions on which the audit did not do its job.
FAILURES = frozenset({Occasion.FAILED, Occasion.INCOMPLETE})


@dataclass(frozen=True, slots=True)
class News:
    """What a message is made of.

    ``reason`` is the word of an error, only when the audit failed; then there is no ``summary``, no
    ``run`` and no number. ``severities`` counts groups, worst first, without those at zero;
    ``unsettled`` the findings of earlier audits that stand although this one shows less.
    """

    occasion: Occasion
    organisation: str
    when: datetime
    run: str = ""
    summary: str = ""
    severities: tuple[tuple[str, int], ...] = ()
    changes: tuple[Change, ...] = ()
    reason: str = ""
    unsettled: int = 0


def news_of(report: Report, phrases: Phrases, earlier: tuple[str, ...] | None) -> News:
    """The news in ``report``; ``earlier`` are the notes of the run before it, None without one."""
    run = report.run
    counts = Counter(item.severity for item in report.groups)
    return News(
        occasion=_occasion(report, earlier),
        organisation=one_line(run.organisation, NAME_LIMIT),
        when=run.ended,
        run=run.id,
        summary=headline(report, phrases),
        severities=tuple((level.value, counts[level]) for level in WORST_FIRST if counts[level]),
        changes=report.changes,
        unsettled=len(report.unsettled),
    )


def news_of_failure(organisation: str, when: datetime, reason: str) -> News:
    """The news that an audit gave no report, for ``reason``: the word of an error."""
    return News(Occasion.FAILED, one_line(organisation, NAME_LIMIT), when, reason=reason)


def _occasion(report: Report, earlier: tuple[str, ...] | None) -> Occasion:
    if not report.run.complete or report.listing_failure:
        return Occasion.INCOMPLETE
    if earlier is None:
        return Occasion.FIRST
    if report.changes:
        return Occasion.CHANGED
    if any(finding.fresh for finding in report.unsettled):
        return Occasion.UNSETTLED
    return Occasion.OVERDUE if UNDELIVERED in earlier else Occasion.UNCHANGED
