"""What changed between two runs. Pure; it compares severities and computes none.

A group is called ``gone`` only where the later run looked: an audit that was cut short, whose
listing broke off or whose configuration differs says nothing about the groups it lacks. Nor is it
``fixed`` where its posts were not read and its readers leave open whether they may hold what they
held. ``new`` is the opposite case on purpose: a finding seen for the first time is told, whatever
the reason why nobody saw it before.
"""

from __future__ import annotations

from groupaudit.model.group import Audience
from groupaudit.model.report import (
    Assessment,
    Change,
    ChangeKind,
    PostsStatus,
    Report,
    Severity,
    Standing,
)
from groupaudit.model.severity import FINDINGS

_RANK = {severity: place for place, severity in enumerate((*FINDINGS, Severity.NONE))}


def changes(before: Standing, after: Report) -> tuple[Change, ...]:
    """Changes of groups from ``before`` to ``after``, in the order of addresses.

    A run has none to itself. Harmless groups that come or go are no changes.
    """
    old = before.severities
    new = {item.group.email: item for item in after.groups}
    alike = before.run.config_digest == after.run.config_digest
    looked = alike and after.run.complete and after.listing_failure is None
    found = (
        _change(email, old.get(email), new[email], alike=alike)
        if email in new
        else _lost(email, old[email], looked=looked)
        for email in sorted(old.keys() | new.keys())
    )
    return tuple(change for change in found if change is not None)


def _lost(email: str, before: Severity, *, looked: bool) -> Change | None:
    """The change of a group that the later run does not list; ``looked``: it would have."""
    missed = before is Severity.NONE or not looked
    return None if missed else Change(email, ChangeKind.GONE, before, None)


def _change(
    email: str, before: Severity | None, after: Assessment, *, alike: bool
) -> Change | None:
    kind = _kind(before, after.severity)
    if kind is ChangeKind.FIXED and _may_stand(before, after):
        kind = _UNPROVEN.get(after.posts.status, kind if alike else None)
    return Change(email, kind, before, after.severity) if kind else None


#: What a repair becomes that nobody could see. Where the later run read no posts because it was not
#: to, it is one only if the earlier run had the same orders: then the readers are what changed.
_UNPROVEN = {
    PostsStatus.UNREAD: ChangeKind.UNREADABLE,
    PostsStatus.PARTLY_READ: ChangeKind.UNREADABLE,
}


def _may_stand(before: Severity | None, after: Assessment) -> bool:
    """Whether a slight finding may be what it was: posts that members read, and this run did not.

    For such a group "none" is what is said of the unknown (docs/severity.md, rule 2).
    """
    members = after.exposure is not None and after.exposure.readership is Audience.MEMBERS
    return before is Severity.LOW and members and after.posts.status is not PostsStatus.READ


def _kind(before: Severity | None, after: Severity) -> ChangeKind | None:
    """The change of a group that the later run lists; ``None`` when there is none to tell."""
    if before is after:
        return None
    if after is Severity.UNKNOWN:
        return ChangeKind.UNREADABLE
    if before is None or before is Severity.UNKNOWN:
        return ChangeKind.NEW if after in FINDINGS else None
    if _RANK[after] < _RANK[before]:
        return ChangeKind.WORSE
    return ChangeKind.FIXED if after is Severity.NONE else ChangeKind.BETTER
