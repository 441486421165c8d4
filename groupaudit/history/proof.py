"""What of an earlier finding stands, for all that a later run looked at. Pure.

A run that looked at less shows less. So a finding is taken to be as it was, except where the later
run shows otherwise: readers are fewer where it saw them as surely, and posts hold less where it
looked at all of them in the same way, or at so many that chance is no explanation.
"""

from __future__ import annotations

from groupaudit.model.finding import GRAVITY, Verdict
from groupaudit.model.group import BREADTH, WEB, Audience, Certainty, Exposure
from groupaudit.model.report import Assessment, Outcome, PostsStatus, Run, Severity
from groupaudit.model.sample import SamplingKind
from groupaudit.model.severity import MATRIX

#: What the reasons of an exposure say of a look from outside that a stranger was turned away from.
TURNED_AWAY = frozenset({"login_required", "denied_or_absent"})


def another(before: Outcome | None, after: Assessment) -> bool:
    """Whether another group has the address now: with the one before, what it held is gone."""
    was = before.assessment.group.id if before else ""
    return bool(was and after.group.id and was != after.group.id)


def as_today(before: Outcome | None) -> Severity | None:
    """How grave the earlier finding is by the matrix of today; None where that is not known."""
    if before is None or before.assessment.exposure is None or before.assessment.health is None:
        return None
    widest = _widest({*before.assessment.exposure.audiences})
    return MATRIX.get((widest, before.assessment.health.verdict))


def readers(before: Outcome | None, after: Assessment, run: Run) -> Audience:
    """The widest who read now, for all that ``run`` looked at; ``UNKNOWN`` where they may be more.

    Whom the earlier run saw and this one had no means to see reads still.
    """
    now = after.exposure
    if now is None or now.readership is Audience.UNKNOWN:
        return Audience.UNKNOWN
    was = before.assessment.exposure if before else None
    unseen = _unseen(before.run, was, run, now) if before and was else set()
    return _widest({now.readership, *unseen})


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


def _widest(audiences: set[Audience]) -> Audience:
    """The widest of ``audiences`` that are known, if any is."""
    return min(audiences, key=BREADTH.__getitem__, default=Audience.UNKNOWN)


def _unseen(seen: Run, was: Exposure, run: Run, now: Exposure) -> set[Audience]:
    """Audiences that the run ``seen`` saw and ``run`` did not look for, or looked for otherwise."""
    before, unseen = {*was.audiences}, set()
    unlisted = now.members_total is None and was.members_total is not None
    if unlisted or not {*run.domains} <= {*seen.domains}:  # who came inside is a stranger no more
        unseen |= before & {Audience.EXTERNAL_MEMBERS}
    if unlisted and was.all_users:
        unseen |= before & {Audience.WHOLE_ORGANISATION}
    if was.certainty is Certainty.PROBED and was.settings == now.settings:
        answers = {reason.value for reason in now.reasons if reason.setting == WEB}
        unseen |= set() if answers & TURNED_AWAY else before & {Audience.ANYONE_ON_WEB}
    return unseen


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
    return now.prevalence.high * after.posts.total < was.prevalence.low * before.posts.total
