"""What changed between two runs. Pure; it compares severities and computes none.

A group is called ``gone`` only where the later run looked: an audit that was cut short, whose
listing broke off or whose configuration differs says nothing about the groups it lacks. ``new`` is
the opposite case on purpose: a finding seen for the first time is told, whatever the reason why
nobody saw it before.
"""

from __future__ import annotations

from groupaudit.model.report import Change, ChangeKind, Report, Severity, Standing
from groupaudit.model.severity import FINDINGS

_RANK = {severity: place for place, severity in enumerate((*FINDINGS, Severity.NONE))}


def changes(before: Standing, after: Report) -> tuple[Change, ...]:
    """Changes of groups from ``before`` to ``after``, in the order of addresses.

    A run has none to itself. Harmless groups that come or go are no changes.
    """
    old = before.severities
    new = {item.group.email: item.severity for item in after.groups}
    looked = _looked_everywhere(before, after)
    found = (
        _change(email, old.get(email), new.get(email), looked=looked)
        for email in sorted(old.keys() | new.keys())
    )
    return tuple(change for change in found if change is not None)


def _looked_everywhere(before: Standing, after: Report) -> bool:
    return (
        after.run.complete
        and after.listing_failure is None
        and before.run.config_digest == after.run.config_digest
    )


def _change(
    email: str, before: Severity | None, after: Severity | None, *, looked: bool
) -> Change | None:
    if after is None:
        missed = before is Severity.NONE or not looked
        return None if missed else Change(email, ChangeKind.GONE, before, None)
    kind = _kind(before, after)
    return Change(email, kind, before, after) if kind else None


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
