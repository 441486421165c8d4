"""What of an earlier finding stands, for all that a later run looked at. Pure.

A run that looked at less shows less. So posts are taken to hold what they held, except where the
later run looked at all of them in the same way, or at so many that chance is no explanation. Who
still reads is asked of ``model.readers``.
"""

from __future__ import annotations

from groupaudit.model.finding import GRAVITY, Verdict
from groupaudit.model.readers import widest
from groupaudit.model.report import Assessment, Outcome, PostsStatus, Run, Severity
from groupaudit.model.sample import SamplingKind
from groupaudit.model.severity import MATRIX


def another(before: Outcome | None, after: Assessment) -> bool:
    """Whether another group has the address now: with the one before, what it held is gone."""
    was = before.assessment.group.id if before else ""
    return bool(was and after.group.id and was != after.group.id)


def as_today(before: Outcome | None) -> Severity | None:
    """How grave the earlier finding is by the matrix of today; None where that is not known."""
    if before is None or before.assessment.exposure is None or before.assessment.health is None:
        return None
    readers = widest(before.assessment.exposure.audiences)
    return MATRIX.get((readers, before.assessment.health.verdict))


def content(before: Outcome | None, after: Assessment, run: Run) -> Verdict:
    """The gravest that the posts hold now, for all that ``run`` looked at."""
    was = before.assessment.health if before else None
    found = was.verdict if was else Verdict.IDENTIFIABLE_HEALTH
    now = after.health
    if now is None:
        return found
    if before and _looked_as_closely(before, after, run):
        return now.verdict
    return min(found, now.verdict, key=GRAVITY.__getitem__)


def _looked_as_closely(before: Outcome, after: Assessment, run: Run) -> bool:
    """Whether posts that still hold what was found in them would have shown it to ``run``."""
    was, now = before.assessment.posts, after.posts
    unread = dict(was.failed_parts)
    return (
        bool(run.scope)
        and run.scope == before.run.scope
        and now.status is PostsStatus.READ
        and now.source == was.source
        and all(count <= unread.get(reason, 0) for reason, count in now.failed_parts)
        and (now.sampling is SamplingKind.CENSUS or _no_chance(before.assessment, after))
    )


def _no_chance(before: Assessment, after: Assessment) -> bool:
    """Whether fewer posts can hold it, by the bounds of two samples, than did at least."""
    was, now = before.health, after.health
    if was is None or now is None or was.verdict is not Verdict.IDENTIFIABLE_HEALTH:
        return False
    if not before.posts.total or after.posts.total is None:
        return False
    if now.prevalence.confidence < was.prevalence.confidence:
        return False
    return now.prevalence.high * after.posts.total < was.prevalence.low * before.posts.total
