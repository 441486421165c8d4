"""What changed between two runs. Pure; it compares severities, and judges no group anew.

Runs are compared where both looked. A group is called ``gone`` only where the later run would have
listed it: one that was cut short, whose listing broke off or whose configuration differs says
nothing about the groups it lacks. A milder finding is ``better`` or ``fixed`` only as far as the
later run looked as closely (``proof``); what else stands is unsettled, and is compared again with
the next run. ``new`` and ``worse`` are the opposite case on purpose: what somebody saw is told,
whatever the reason why nobody saw it before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from groupaudit.history import proof
from groupaudit.model.group import Audience, GroupKind
from groupaudit.model.readers import still_reading
from groupaudit.model.report import (
    Assessment,
    Change,
    ChangeKind,
    Outcome,
    PostsStatus,
    Report,
    Run,
    Severity,
    Unsettled,
)
from groupaudit.model.severity import FINDINGS, MATRIX
from groupaudit.model.standing import Comparison, Standing

#: Note on a run that is compared with one of another configuration.
OTHER_SCOPE = (
    "The audit before had another configuration: only groups that both looked at are compared, and"
    " a finding in any other is told as new."
)

#: Notes on findings that stand, by why they do.
READ_OTHERWISE = (
    "Findings that stand although this audit shows less, since it did not look at posts in the same"
    " way as the audit that found them: %(count)s"
)
READ_UNKNOWN = (
    "Findings that stand although this audit shows less, since it is not kept how the audit that"
    " found them looked at posts: %(count)s"
)
NOT_ALL_SEEN = (
    "Findings that stand although this audit shows less, since not all readers and posts were"
    " looked at again: %(count)s"
)

_RANK = {severity: place for place, severity in enumerate((*FINDINGS, Severity.NONE))}
_NOT_READ = frozenset({PostsStatus.UNREAD, PostsStatus.PARTLY_READ})


def compare(before: Standing, after: Report) -> Comparison:
    """Changes of groups from ``before`` to ``after`` and what stands, in the order of addresses.

    A run has no change to itself. Harmless groups that come or go are no changes. Raises StoreError
    when ``before`` cannot recall an outcome.
    """
    alike = before.run.config_digest == after.run.config_digest
    changes: list[Change] = []
    unsettled: list[Unsettled] = []
    reasons: Counter[str] = Counter()
    for found, why in _found(before, after, alike=alike):
        if isinstance(found, Unsettled):
            unsettled.append(found)
            reasons[why] += 1
        else:
            changes.append(found)
    told = (why % {"count": reasons[why]} for why in sorted(reasons))
    notes = (*(() if alike else (OTHER_SCOPE,)), *told)
    return Comparison(tuple(changes), tuple(unsettled), notes)


def _found(
    before: Standing, after: Report, *, alike: bool
) -> Iterator[tuple[Change | Unsettled, str]]:
    """Each change, and each finding that stands with the note on why it does."""
    looked = alike and after.run.complete and after.listing_failure is None
    new = {item.group.email: item for item in after.groups}
    for email in sorted(before.severities.keys() | new.keys()):
        told = before.severities.get(email)
        if email not in new:
            if told not in {None, Severity.NONE} and looked and _listed(before.recall(email)):
                yield Change(email, ChangeKind.GONE, told, None), ""
        elif _milder(told, new[email].severity):
            yield from _lessened(before, new[email], after.run)
        elif kind := _kind(told, new[email].severity):
            yield Change(email, kind, told, new[email].severity), ""


def _listed(before: Outcome | None) -> bool:
    """Whether a listing holds the group: others are met by chance, and missed by it."""
    return before is None or before.assessment.group.kind is not GroupKind.CONSUMER


def _milder(before: Severity | None, after: Severity) -> bool:
    return before in FINDINGS and after in _RANK and _RANK[after] > _RANK[before]


def _kind(before: Severity | None, after: Severity) -> ChangeKind | None:
    """The change of a group that is not milder than before; ``None`` when there is none to tell."""
    if before is after:
        return None
    if after is Severity.UNKNOWN:
        return ChangeKind.UNREADABLE
    if before is None or before is Severity.UNKNOWN:
        return ChangeKind.NEW if after in FINDINGS else None
    return ChangeKind.WORSE


def _lessened(
    standing: Standing, after: Assessment, run: Run
) -> Iterator[tuple[Change | Unsettled, str]]:
    """What is told of a group that shows less: a change as far as it is proven, and what stands."""
    email, now = after.group.email, after.severity
    told, before = standing.severities[email], standing.recall(email)
    stands = _stands(told, before, after, run)
    if _RANK[stands] >= _RANK[now]:
        kind = ChangeKind.FIXED if now is Severity.NONE else ChangeKind.BETTER
        yield Change(email, kind, told, now), ""
        return
    if stands is not told:
        yield Change(email, ChangeKind.BETTER, told, stands), ""
    elif after.posts.status in _NOT_READ:
        yield Change(email, ChangeKind.UNREADABLE, told, now), ""
        return
    made_by = before.run if before else standing.run
    fresh = made_by.id == standing.run.id
    yield Unsettled(email, made_by.id, stands, fresh), _why(made_by, run)


def _stands(told: Severity, before: Outcome | None, after: Assessment, run: Run) -> Severity:
    """What of the finding stands; as ``told`` where nothing shows that it became milder."""
    if proof.another(before, after):
        return after.severity
    readers = still_reading(before, Outcome(run, after))
    if readers is Audience.UNKNOWN:
        return told
    stands = MATRIX[readers, proof.content(before, after, run)]
    if stands is Severity.LOW and after.severity is Severity.NONE and told is not Severity.LOW:
        # Closed to its members: what they may read is what the group is for (docs/severity.md).
        stands = Severity.NONE if readers is Audience.MEMBERS else stands
    # What became milder by the matrix alone did not become so by itself.
    was = max(told, proof.as_today(before) or told, key=_RANK.__getitem__)
    return stands if _RANK[stands] > _RANK[was] else told


def _why(made_by: Run, run: Run) -> str:
    """The note on a finding of the run ``made_by`` that stands."""
    if not (made_by.scope and run.scope):
        return READ_UNKNOWN
    return NOT_ALL_SEEN if made_by.scope == run.scope else READ_OTHERWISE
