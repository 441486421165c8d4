"""Since when a group's present readers can read it, and through whom: the log played backwards.

From the present settings each entry is undone, newest first, and the rules of ``exposure`` are
asked who could read before it. The entry before which fewer could is the opening. Where the log
does not tell (it begins later, lacks an entry, or speaks in words not known here) the answer is the
reason, with the moment since which the readership has held at least. Pure; it refuses to guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from groupaudit.collector import exposure
from groupaudit.collector.activities import Field, circle, field, join_rule, truth
from groupaudit.collector.audit_log import AuditLog
from groupaudit.model.group import (
    BREADTH,
    Audience,
    Circle,
    Exposure,
    Group,
    GroupSettings,
    JoinRule,
    Membership,
    OrgPolicy,
)
from groupaudit.model.timeline import GroupEvent, Step

#: Entries on one group shown in a report.
SHOWN = 20

#: The same change is often in both logs, moments apart; entries farther apart are two changes.
SAME = timedelta(minutes=10)

#: Why the beginning is unknown: the sentence of each reason. Keys of the reports' translation.
REASONS: dict[str, str] = {
    "before-the-log": (
        "the audit log shows no change of readers: it was opened before the log begins"
    ),
    "by-members": (
        "these readers are members or members of nested groups: when they were added is not traced"
    ),
    "log-unread": "the audit log could not be read",
    "missing-change": (
        "the audit log lacks a change: the last one that it shows does not lead to today's settings"
    ),
    "unknown-words": "the audit log tells of a change in words that are not known here",
    "not-exposed": "only members can read it",
    "readers-unknown": "who can read it is not known",
}

_CLOSED_JOIN = frozenset({JoinRule.INVITED, JoinRule.ON_REQUEST})


@dataclass(frozen=True, slots=True)
class State:
    """What the rules of ``exposure`` go by, at one moment. ``unlisted`` as they mean it."""

    settings: GroupSettings
    policy: OrgPolicy
    membership: Membership | None
    unlisted: bool = False

    def audience(self) -> Audience:
        """The widest audience in this state."""
        return exposure.audience(
            self.settings, self.policy, self.membership, unlisted=self.unlisted
        )


@dataclass(frozen=True, slots=True)
class _Beginning:
    """What the replay ended with: the entry that opened the group, or a key of ``REASONS``."""

    opening: GroupEvent | None = None
    reason: str = ""
    held_since: datetime | None = None


def dated(judged: Exposure, group: Group, state: State, log: AuditLog) -> Exposure:
    """``judged`` with creation, beginning, author and timeline as far as ``log`` tells them."""
    events = _merged((*log.of(group), *_switch(log)))
    own = _of_present_group(events)
    created = next((event for event in own if event.what is Step.CREATED), None)
    began = _beginning(judged.readership, state, own, log)
    opening = began.opening
    return replace(
        judged,
        created=created.when if created else None,
        created_by=created.by if created else None,
        since=opening.when if opening else None,
        by=opening.by if opening else None,
        evidence=_evidence(opening) if opening else REASONS[began.reason],
        held_since=opening.when if opening else began.held_since,
        timeline=own[:SHOWN],
    )


def _beginning(
    now: Audience, state: State, events: tuple[GroupEvent, ...], log: AuditLog
) -> _Beginning:
    """When ``now`` began to be the readership; ``events`` newest first, the creation last."""
    if now is Audience.UNKNOWN:
        return _Beginning(reason="readers-unknown")
    if BREADTH[now] >= BREADTH[Audience.MEMBERS]:
        return _Beginning(reason="not-exposed")
    if BREADTH[replace(state, membership=None, unlisted=False).audience()] > BREADTH[now]:
        return _Beginning(reason="by-members")
    if (found := _replayed(now, state, events)) is not None:
        return found
    if log.unread:
        return _Beginning(reason="log-unread")
    return _Beginning(reason="before-the-log", held_since=log.begins)


def _replayed(now: Audience, state: State, events: tuple[GroupEvent, ...]) -> _Beginning | None:
    """What undoing ``events`` one by one ends with; None if all of them leave ``now`` as it is."""
    for event in events:
        if event.what is Step.CREATED:
            return _Beginning(opening=event)
        if not _leads_to(event, state):
            return _Beginning(reason="missing-change")
        state = _before(event, state)
        reached = _reached(now, state, event)
        if reached is None:
            return _Beginning(reason="unknown-words", held_since=event.when)
        if not reached:
            return _Beginning(opening=event)
    return None


def _reached(now: Audience, state: State, undone: GroupEvent) -> bool | None:
    """Whether ``state`` already had readers as wide as ``now``; None if that cannot be told."""
    if field(undone) is Field.SWITCH and truth(undone.before) is None:
        return None
    before = state.audience()
    return None if before is Audience.UNKNOWN else BREADTH[before] <= BREADTH[now]


def _leads_to(event: GroupEvent, state: State) -> bool:
    """Whether ``state`` can be what ``event`` left behind; words not known here may mean it."""
    match field(event):
        case Field.VIEW:
            return circle(event.after) in {state.settings.view, Circle.UNKNOWN}
        case Field.JOIN:
            after, now = join_rule(event.after), state.settings.join
            return after in {now, JoinRule.UNKNOWN} or {after, now} <= _CLOSED_JOIN
        case Field.EXTERNAL:
            return truth(event.after) in {state.settings.external_members_allowed, None}
        case Field.SWITCH:
            return None in {truth(event.after), state.policy.open_to_internet} or (
                truth(event.after) is state.policy.open_to_internet
            )
        case _:
            return True


def _before(event: GroupEvent, state: State) -> State:
    """``state`` with ``event`` undone; what cannot be understood becomes unknown."""
    settings, policy = state.settings, state.policy
    match field(event):
        case Field.VIEW:
            settings = replace(settings, view=circle(event.before))
        case Field.JOIN:
            settings = replace(settings, join=join_rule(event.before))
        case Field.EXTERNAL:
            settings = replace(settings, external_members_allowed=truth(event.before))
        case Field.SWITCH:
            policy = replace(policy, open_to_internet=truth(event.before))
        case _:
            settings = replace(settings, view=Circle.UNKNOWN)
    return replace(state, settings=settings, policy=policy)


def _switch(log: AuditLog) -> Iterator[GroupEvent]:
    """What happened to the switch; where several units have one, which counted is not known."""
    several = len({event.unit for event in log.switch}) > 1
    for event in log.switch:
        yield replace(event, before="", after="") if several else event


def _of_present_group(events: tuple[GroupEvent, ...]) -> tuple[GroupEvent, ...]:
    """``events`` (newest first) back to the creation of the group that has the address today."""
    own = []
    for event in events:
        if event.what is Step.DELETED:
            break
        own.append(event)
        if event.what is Step.CREATED:
            break
    return tuple(own)


def _merged(events: Iterable[GroupEvent]) -> tuple[GroupEvent, ...]:
    """``events`` newest first, what both logs tell once, with its earlier moment."""
    kept: list[GroupEvent] = []
    for event in sorted(events, key=_order):
        if not any(_same(event, other) for other in _recent(kept, event)):
            kept.append(event)
    return tuple(reversed(kept))


def _order(event: GroupEvent) -> tuple[datetime, str, str, str, str, str]:
    return (event.when, event.log, event.name, event.setting, event.before, event.after)


def _recent(kept: list[GroupEvent], event: GroupEvent) -> Iterator[GroupEvent]:
    """The latest of ``kept`` that could be ``event`` told before: about the same thing."""
    for other in reversed(kept):
        if event.when - other.when > SAME:
            return
        if other.what is event.what and field(other) is field(event):
            yield other
            return


def _same(event: GroupEvent, other: GroupEvent) -> bool:
    """Whether two entries about the same thing tell of one change."""
    if event.what is not Step.CHANGED:
        return True
    return _meaning(event) == _meaning(other)


def _meaning(event: GroupEvent) -> tuple[object, ...]:
    read = {Field.VIEW: circle, Field.JOIN: join_rule}.get(field(event), truth)
    return (read(event.before), read(event.after))


def _evidence(event: GroupEvent) -> str:
    """``event`` as the log has it, on one line."""
    told = f"{event.log} log: {event.name}"
    if event.what is Step.CREATED:
        told += ", no change of readers since"
    if event.setting:
        told += f" {event.setting}: {event.before or '?'} → {event.after or '?'}"
    if event.address:
        told += f", from {event.address}"
    if event.application:
        told += f", through {event.application}"
    return told
