"""What a run could and could not look at, counted once and quoted by every report and exit code.

It counts; it never judges how grave a gap is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from groupaudit.model.group import Audience
from groupaudit.model.report import Assessment, PostsStatus, Report, Unassessed

#: Reason given for a group whose settings were read and still do not tell who can read it.
READERSHIP_UNKNOWN = "readership-unknown"

#: Reason given for posts that could not be read where the source named none.
NO_REASON = "no-reason-given"

_UNFINISHED = frozenset({PostsStatus.UNREAD, PostsStatus.PARTLY_READ})

Counts = tuple[tuple[str, int], ...]


def unassessed_reason(assessment: Assessment) -> str | None:
    """Why the readership of a group could not be told, or ``None`` when it could."""
    if assessment.exposure is None:
        failure = assessment.unassessed
        return failure.reason if failure else READERSHIP_UNKNOWN
    if assessment.exposure.readership is Audience.UNKNOWN:
        return READERSHIP_UNKNOWN
    return None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts over one report; every list of counts is sorted, most frequent first.

    ``by_reason`` counts unassessed groups, ``posts_by_reason`` the groups whose posts stayed unread
    or partly read although a source was configured, ``failed_parts`` attachments that could not be
    read. ``posts_*`` are numbers of posts, ``posts_total`` only over groups that know theirs,
    ``posts_remembered`` of those examined that an earlier run had judged.
    ``conversations_examined`` are counted group by group, None where a group did not count its own.
    """

    groups_listed: int
    groups_assessed: int
    groups_unassessed: int
    by_reason: Counts
    posts_examined: int
    posts_failed: int
    posts_total: int
    posts_remembered: int
    conversations_examined: int | None
    posts_by_status: Counts
    posts_by_reason: Counts
    failed_parts: Counts
    run_complete: bool
    listing_failure: Unassessed | None

    @property
    def everything_assessed(self) -> bool:
        """Whether nothing that was asked for stayed unjudged (else exit code 4 or 6)."""
        return not (
            self.groups_unassessed
            or self.posts_by_reason
            or self.listing_failure
            or not self.run_complete
        )


def coverage(report: Report) -> Coverage:
    """The coverage of ``report``."""
    posts = [assessment.posts for assessment in report.groups]
    reasons = Counter(filter(None, map(unassessed_reason, report.groups)))
    unfinished = [item for item in posts if item.status in _UNFINISHED]
    parts: Counter[str] = Counter()
    for item in posts:
        for reason, count in item.failed_parts:
            parts[reason] += count
    return Coverage(
        groups_listed=len(report.groups),
        groups_assessed=len(report.groups) - reasons.total(),
        groups_unassessed=reasons.total(),
        by_reason=_sorted(reasons),
        posts_examined=sum(item.examined for item in posts),
        posts_failed=sum(item.failed for item in posts),
        posts_total=sum(item.total or 0 for item in posts),
        posts_remembered=sum(item.remembered for item in posts),
        conversations_examined=together([item.conversations for item in posts if item.examined]),
        posts_by_status=_sorted(Counter(item.status.value for item in posts)),
        posts_by_reason=_sorted(Counter(item.reason or NO_REASON for item in unfinished)),
        failed_parts=_sorted(parts),
        run_complete=report.run.complete,
        listing_failure=report.listing_failure,
    )


def together(counts: Sequence[int | None]) -> int | None:
    """All of ``counts`` added up; None where one of them is not known."""
    return None if None in counts else sum(filter(None, counts))


def _sorted(counts: Counter[str]) -> Counts:
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
