"""How the figures that a director follows went from audit to audit.

Counted once here and quoted by every report. It compares nothing: a run that cannot be set beside
the others is a gap with its reason, never a number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from groupaudit.model.finding import Verdict
from groupaudit.model.group import EXPOSED
from groupaudit.model.report import Assessment, Figures, Gap, Point, Report, Severity


def figures(groups: Iterable[Assessment]) -> Figures:
    """The figures over ``groups``, read once."""
    exposed: Counter[Severity] = Counter()
    persons = unknown = total = 0
    for item in groups:
        total += 1
        unknown += item.severity is Severity.UNKNOWN
        if _shows_patients(item):
            exposed[item.severity] += 1
            persons += item.health.persons.low if item.health else 0
    return Figures(_ordered(exposed), persons, unknown, total)


def together(parts: Iterable[Figures]) -> Figures:
    """The figures of several Workspaces as those of one."""
    parts = tuple(parts)
    exposed: Counter[Severity] = Counter()
    for part in parts:
        exposed.update(dict(part.exposed))
    return Figures(
        _ordered(exposed),
        sum(part.persons for part in parts),
        sum(part.unknown for part in parts),
        sum(part.groups for part in parts),
    )


def gap(report: Report) -> Gap | None:
    """Why the figures of ``report`` cannot stand in a trend; ``None`` when they can."""
    if not report.run.complete:
        return Gap.CUT_SHORT
    if any(section.failure for section in report.tenants):
        return Gap.TENANT_MISSING
    return Gap.LISTING_INCOMPLETE if report.listing_failure else None


def point(report: Report) -> Point:
    """``report`` itself as a point of its trend."""
    why = gap(report)
    return Point(report.run.id, report.run.ended, None if why else figures(report.groups), why)


def _shows_patients(item: Assessment) -> bool:
    return (
        item.health is not None
        and item.health.verdict is Verdict.IDENTIFIABLE_HEALTH
        and item.exposure is not None
        and item.exposure.readership in EXPOSED
    )


def _ordered(counts: Counter[Severity]) -> tuple[tuple[Severity, int], ...]:
    return tuple((severity, counts[severity]) for severity in Severity if counts[severity])
