"""What earlier runs know of the beginning of an exposure that today's audit log no longer reaches.

Google's log ends after 180 days; the runs kept reach further. Where every run before this one saw
the group open at least as widely, or where today's log shows no change since one of them did, what
that run knew holds still. A run that could not judge the group, that did not list it, or that had
no means to see its readers weakens the chain to "was seen open then"; one that saw it closed, or
narrower, ends it. Pure; it refuses to put an earlier run's word over an entry that today's log
shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from groupaudit.model.group import BREADTH, EXPOSED, Audience, Certainty, Earlier, Exposure
from groupaudit.model.readers import still_reading
from groupaudit.model.report import Assessment, Outcome, Run


def continued(assessment: Assessment, earlier: Iterable[Outcome | None]) -> Assessment:
    """``assessment`` with the beginning that the runs before, newest first, know of.

    None among them is a finished run that did not list the group. No more of them are taken than
    are needed.
    """
    exposure = assessment.exposure
    if exposure is None or exposure.since or exposure.readership not in EXPOSED:
        return assessment
    broken = False
    for outcome in earlier:
        before = outcome.assessment.exposure if outcome else None
        if outcome is None or before is None or not _sure(before, exposure):
            broken = True
        elif _another(assessment, outcome) or _narrower(outcome, assessment):
            break
        elif BREADTH[before.readership] > BREADTH[exposure.readership]:
            broken = True
        elif _unbroken(exposure, outcome.run.started, broken=broken):
            return replace(assessment, exposure=_taken_over(exposure, before, outcome.run))
        else:
            seen = _word(outcome.run, continuous=False)
            return replace(assessment, exposure=replace(exposure, earlier=seen))
    return assessment


def _narrower(outcome: Outcome, assessment: Assessment) -> bool:
    """Whether the earlier run saw fewer readers, and not only less of them."""
    now = Outcome(outcome.run, assessment)
    return BREADTH[still_reading(now, outcome)] > BREADTH[still_reading(None, now)]


def _another(assessment: Assessment, outcome: Outcome) -> bool:
    """Whether the earlier run saw another group, which had the address before this one."""
    exposure, before = assessment.exposure, outcome.assessment.group
    made = exposure.created if exposure else None
    replaced = before.id and assessment.group.id and before.id != assessment.group.id
    return bool(replaced) or (made is not None and made > outcome.run.started)


def _sure(before: Exposure, now: Exposure) -> bool:
    """Whether the earlier run knew who could read, as surely as this one does."""
    if before.readership is Audience.UNKNOWN:
        return False
    supposed = before.certainty is Certainty.ORG_POLICY_UNKNOWN
    return not supposed or now.certainty is Certainty.ORG_POLICY_UNKNOWN


def _unbroken(exposure: Exposure, seen: datetime, *, broken: bool) -> bool:
    """Whether nothing speaks for a closure since a run saw the group open at ``seen``.

    Where today's log tells since when the readership has held, it decides; else the runs do.
    """
    return not broken if exposure.held_since is None else exposure.held_since <= seen


def _taken_over(exposure: Exposure, before: Exposure, run: Run) -> Exposure:
    """``exposure`` with what ``before``, as ``run`` saw it, tells more of the beginning."""
    known = (before.since, before.held_since, exposure.held_since, run.started)
    held_since = min(each for each in known if each is not None)
    opening = _opening(exposure, before, held_since)
    if opening is None and held_since == exposure.held_since:
        return exposure
    found = replace(
        exposure,
        held_since=held_since,
        created=exposure.created or before.created,
        created_by=exposure.created_by or before.created_by,
        earlier=_source(before) or _word(run, continuous=True),
    )
    if opening is None:
        return found
    entries = (each for each in before.timeline if each.when == opening)
    return replace(
        found,
        since=opening,
        by=before.by,
        evidence=before.evidence,
        timeline=(*exposure.timeline, *(each for each in entries if each not in exposure.timeline)),
    )


def _opening(exposure: Exposure, before: Exposure, held_since: datetime) -> datetime | None:
    """When ``before`` began, if ``exposure`` began then too.

    Wider readers may have come to a group that was as open as now long before.
    """
    same = before.readership is exposure.readership
    return before.since if same and before.since == held_since else None


def _source(before: Exposure) -> Earlier | None:
    """The run on whose word ``before`` rests itself."""
    return before.earlier if before.earlier and before.earlier.continuous else None


def _word(run: Run, *, continuous: bool) -> Earlier:
    return Earlier(run.id, run.started, continuous=continuous)
