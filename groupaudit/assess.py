"""From who can read a group and what it holds to how grave that is.

Pure: values in, values out. It never looks at text, never talks to Google and never guesses: where
an axis is unknown it answers ``unknown`` unless every possible answer would be the same or slight.
The matrix itself is data (``model.severity``, explained in ``docs/severity.md``); what to do about
it is ``advice``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from groupaudit.advice import advice
from groupaudit.model.coverage import coverage
from groupaudit.model.finding import GRAVITY, Verdict
from groupaudit.model.group import BREADTH, EXPOSED, Audience, Exposure, Group
from groupaudit.model.report import (
    Assessment,
    Health,
    PostsCoverage,
    PostsStatus,
    Report,
    Severity,
    Unassessed,
)
from groupaudit.model.severity import FINDINGS, MATRIX, WORST_FIRST

_RANK = {severity: place for place, severity in enumerate(WORST_FIRST)}
_AUDIENCES = tuple(audience for audience in Audience if audience is not Audience.UNKNOWN)


def severity(readership: Audience, verdict: Verdict | None, posts_status: PostsStatus) -> Severity:
    """How grave it is that ``readership`` can read posts judged ``verdict`` (``None``: not judged).

    An unknown axis stands for every value it may have. If all of them agree, that is the answer; if
    the worst of them is slight because of a known, narrow readership, the answer is ``none``; else
    it is ``unknown``. Posts that were read only in part can prove harm but not harmlessness: where
    more than members may read, ``none`` then becomes ``unknown``; any other answer is "at least".
    """
    possible = _possible(readership, verdict)
    worst = min(possible, key=_RANK.__getitem__)
    if len(possible) > 1:
        narrow = readership is not Audience.UNKNOWN and worst is Severity.LOW
        return Severity.NONE if narrow else Severity.UNKNOWN
    wide = readership in EXPOSED or readership is Audience.UNKNOWN
    if worst is Severity.NONE and wide and posts_status is PostsStatus.PARTLY_READ:
        return Severity.UNKNOWN
    return worst


def _possible(readership: Audience, verdict: Verdict | None) -> set[Severity]:
    audiences = _AUDIENCES if readership is Audience.UNKNOWN else (readership,)
    verdicts = tuple(Verdict) if verdict is None else (verdict,)
    return {MATRIX[audience, content] for audience in audiences for content in verdicts}


def assess(
    group: Group,
    exposure: Exposure | None,
    unassessed: Unassessed | None,
    posts: PostsCoverage,
    health: Health | None,
) -> Assessment:
    """Everything the audit can say of ``group``, with its severity and what to do.

    Raises ``ValueError`` unless exactly one of ``exposure`` and ``unassessed`` is given: that is a
    mistake of the caller, not of the data.
    """
    if (exposure is None) == (unassessed is None):
        raise ValueError("a group has either an exposure or the reason why it has none")
    judged = Assessment(
        group=group,
        exposure=exposure,
        unassessed=unassessed,
        posts=posts,
        health=health,
        severity=_at_least(exposure, health.verdict if health else None, posts.status),
    )
    return replace(judged, advice=advice(judged))


def _at_least(exposure: Exposure | None, verdict: Verdict | None, status: PostsStatus) -> Severity:
    """Severity for the readership, or for what is proven of one that may be wider still."""
    told = severity(exposure.readership if exposure else Audience.UNKNOWN, verdict, status)
    if told is not Severity.UNKNOWN or exposure is None:
        return told
    proven = (severity(audience, verdict, status) for audience in exposure.audiences)
    findings = [each for each in proven if each in FINDINGS]
    return min(findings, key=_RANK.__getitem__, default=told)


def worst_first(assessments: Iterable[Assessment]) -> tuple[Assessment, ...]:
    """``assessments`` from the gravest to the most harmless; ties by breadth, content, persons."""
    return tuple(sorted(assessments, key=_gravity))


def _gravity(assessment: Assessment) -> tuple[int, int, int, int, int, str]:
    health = assessment.health
    readership = assessment.exposure.readership if assessment.exposure else Audience.UNKNOWN
    return (
        _RANK[assessment.severity],
        BREADTH[readership],
        GRAVITY[health.verdict] if health else len(GRAVITY),
        -health.persons.low if health else 0,
        -health.posts_identifiable_health if health else 0,
        assessment.group.email,
    )


def fails_on(report: Report, level: Severity) -> bool:
    """Whether ``report`` holds a finding at or above ``level``.

    ``unknown`` is never a finding: it is a gap of the coverage. Raises ``ValueError`` for a level
    that is no finding (see ``model.severity.FINDINGS``).
    """
    if level not in FINDINGS:
        raise ValueError(f"no such level: {level.value}")
    grave = frozenset(FINDINGS[: FINDINGS.index(level) + 1])
    return any(assessment.severity in grave for assessment in report.groups)


def exit_code(report: Report, level: Severity) -> int:
    """The contract's exit code of an audit that ran to its end: 0, 4, 5 or 6."""
    found = fails_on(report, level)
    if coverage(report).everything_assessed:
        return 5 if found else 0
    return 6 if found else 4
