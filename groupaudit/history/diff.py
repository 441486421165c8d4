"""What changed between two runs. Pure; it compares severities, and judges no group anew.

Runs are compared where both looked. A group is called ``gone`` only where the later run would have
listed it: one that was cut short, whose listing broke off or whose configuration differs says
nothing about the groups it lacks. A milder finding is ``better`` or ``fixed`` only as far as the
later run looked as closely (``proof``). What else stands – not listed, not readable, or looked at
less closely – is unsettled, and the next run is compared with it. ``new`` and ``worse`` are the
opposite case on purpose: what somebody saw is told, whatever the reason why nobody saw it before.
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
READ_BY_ANOTHER = (
    "Findings that stand although this audit shows less, since another version of groupaudit, which"
    " may judge posts otherwise, made them: %(count)s"
)
NOT_LISTED = "Findings that stand in groups that this audit did not list: %(count)s"
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
    new = {item.group.email: item for item in after.groups}
    for email in sorted(before.addresses | new.keys()):
        if email not in new:
            yield from _missing(before, email, after, alike=alike)
        elif new[email].severity is Severity.UNKNOWN:
            yield from _unreadable(before, email, alike=alike)
        elif _milder(before.told(email), new[email].severity):
            yield from _lessened(before, new[email], after.run)
        elif change := _graver(before, email, new[email].severity):
            yield change, ""


def _missing(
    standing: Standing, email: str, after: Report, *, alike: bool
) -> Iterator[tuple[Change | Unsettled, str]]:
    """What is told of a group that ``after`` lacks: gone where it would have been listed."""
    told = standing.told(email)
    if told in {None, Severity.NONE}:
        return
    before = standing.recall(email)
    again = alike and email in standing.severities
    if before is not None:
        again = again or before.run.config_digest == after.run.config_digest
    if again and after.run.complete and after.listing_failure is None and _listed(before):
        yield Change(email, ChangeKind.GONE, told, None), ""
    elif told in FINDINGS:
        yield Unsettled(email, _made_by(standing, before).id, told, fresh=False), NOT_LISTED


def _listed(before: Outcome | None) -> bool:
    """Whether a listing holds the group: others are met by chance, and missed by it."""
    return before is None or before.assessment.group.kind is not GroupKind.CONSUMER


def _unreadable(
    standing: Standing, email: str, *, alike: bool
) -> Iterator[tuple[Change | Unsettled, str]]:
    """What is told of a group of which nothing can be told: a finding in it stands.

    A group that the earlier run was not to list did not become so.
    """
    told, own = standing.told(email), standing.severities.get(email)
    if Severity.UNKNOWN not in {told, own} and (alike or told is not None):
        yield Change(email, ChangeKind.UNREADABLE, told, Severity.UNKNOWN), ""
    if told in FINDINGS:
        made_by = _made_by(standing, standing.recall(email))
        yield Unsettled(email, made_by.id, told, fresh=False), NOT_ALL_SEEN


def _milder(before: Severity | None, after: Severity) -> bool:
    return before in FINDINGS and after in _RANK and _RANK[after] > _RANK[before]


def _graver(standing: Standing, email: str, after: Severity) -> Change | None:
    """The change of a group that is not milder than before; ``None`` when there is none to tell."""
    unread = standing.severities.get(email) is Severity.UNKNOWN
    before = Severity.UNKNOWN if unread else standing.told(email)
    if before is after:
        return None
    if before is None or unread:
        return Change(email, ChangeKind.NEW, before, after) if after in FINDINGS else None
    return Change(email, ChangeKind.WORSE, before, after)


def _lessened(
    standing: Standing, after: Assessment, run: Run
) -> Iterator[tuple[Change | Unsettled, str]]:
    """What is told of a group that shows less: a change as far as it is proven, and what stands."""
    email, now = after.group.email, after.severity
    told, before = standing.told(email), standing.recall(email)
    assert told is not None  # noqa: S101 - what was not told is not milder now
    own = standing.severities.get(email)
    stands = _stands(told, before, after, run)
    if _RANK[stands] >= _RANK[now]:
        kind = ChangeKind.FIXED if now is Severity.NONE else ChangeKind.BETTER
        yield Change(email, kind, told, now), ""
        return
    fresh = email not in standing.unsettled or own in {None, Severity.UNKNOWN}
    if stands is not told:
        yield Change(email, ChangeKind.BETTER, told, stands), ""
    elif after.posts.status in _NOT_READ and fresh and own is not Severity.UNKNOWN:
        yield Change(email, ChangeKind.UNREADABLE, told, now), ""
    made_by = _made_by(standing, before)
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


def _made_by(standing: Standing, before: Outcome | None) -> Run:
    """The run of the outcome that was recalled; the one before where it is not kept."""
    return before.run if before else standing.run


def _why(made_by: Run, run: Run) -> str:
    """The note on a finding of the run ``made_by`` that stands."""
    if made_by.tool_version != run.tool_version:
        return READ_BY_ANOTHER
    if not (made_by.scope and run.scope):
        return READ_UNKNOWN
    return NOT_ALL_SEEN if made_by.scope == run.scope else READ_OTHERWISE
