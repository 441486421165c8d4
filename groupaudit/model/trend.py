"""How the figures that a director follows went from audit to audit.

Counted once here and quoted by every report. It compares nothing: a run that cannot be set beside
the others is a gap with its reason, never a number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from groupaudit.model.finding import Verdict
from groupaudit.model.group import EXPOSED, Audience
from groupaudit.model.report import Assessment, Figures, Gap, Health, Point, Report, Severity


def figures(groups: Iterable[Assessment]) -> Figures:
    """The figures over ``groups``, read once."""
    exposed: Counter[Severity] = Counter()
    persons = unknown = total = 0
    for item in groups:
        total += 1
        unknown += item.severity is Severity.UNKNOWN
        shown = patients_shown(item, EXPOSED)
        if shown is not None:
            exposed[item.severity] += 1
            persons += shown.persons.low
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


def patients_shown(item: Assessment, readers: Collection[Audience]) -> Health | None:
    """What ``item`` holds if it shows ``readers`` health data of identifiable patients."""
    exposure, health = item.exposure, item.health
    if exposure is None or exposure.readership not in readers or health is None:
        return None
    return health if health.verdict is Verdict.IDENTIFIABLE_HEALTH else None


def _ordered(counts: Counter[Severity]) -> tuple[tuple[Severity, int], ...]:
    return tuple((severity, counts[severity]) for severity in Severity if counts[severity])
