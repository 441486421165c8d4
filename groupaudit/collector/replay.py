"""When a group's present readers began to be able to read it: events undone, newest first.

From the present state each event is undone and the rules of ``exposure`` are asked who could read
before it. Where it is not certain who was a member then, they are asked for each of the
possibilities. The event before which fewer could read is the opening. Pure; it refuses to guess:
where an event is missing, or speaks in words not known here, the answer is the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from groupaudit.collector import exposure
from groupaudit.collector.activities import Field, circle, field, join_rule, truth
from groupaudit.collector.arrivals import EVER, NEVER, Arrivals, presence
from groupaudit.collector.audit_log import AuditLog
from groupaudit.model.group import (
    BREADTH,
    EXPOSED,
    Audience,
    Circle,
    GroupSettings,
    JoinRule,
    Membership,
    OrgPolicy,
)
from groupaudit.model.timeline import GroupEvent, Step

#: Why the beginning is unknown: the sentence of each reason. Keys of the reports' translation.
REASONS: dict[str, str] = {
    "before-the-log": (
        "the audit log shows no change of readers: it was opened before the log begins"
    ),
    "by-members": "the whole organisation is a member: when it became one is not traced",
    "joined-before-the-log": (
        "the audit log does not show when the members from outside came: one of them at least was"
        " there before the log begins"
    ),
    "joining-unclear": (
        "the audit log does not show for certain when the first of the members from outside came"
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
class Beginning:
    """What the replay ended with: the entry that opened the group, or a key of ``REASONS``."""

    opening: GroupEvent | None = None
    reason: str = ""
    held_since: datetime | None = None


def beginning(
    now: Audience,
    state: State,
    events: Iterable[GroupEvent],
    log: AuditLog,
    came: Arrivals | None = None,
) -> Beginning:
    """When ``now`` began to be the readership; ``events`` newest first, the creation last.

    ``came``: since when the members from outside are there, for a group that they read.
    """
    if now is Audience.UNKNOWN:
        return Beginning(reason="readers-unknown")
    if now not in EXPOSED:
        return Beginning(reason="not-exposed")
    if came is None and BREADTH[replace(state, membership=None).audience()] > BREADTH[now]:
        return Beginning(reason="by-members")
    found = _Replay(now, state, came).over(events)
    if found is not None:
        return found
    if log.unread:
        return Beginning(reason="log-unread")
    return Beginning(reason="before-the-log", held_since=log.begins)


@dataclass(frozen=True, slots=True)
class _Point:
    """A moment before which readers may have been fewer; ``event`` None: the log shows none."""

    when: datetime
    event: GroupEvent | None


class _Replay:
    """One replay: the ``state`` so far undone, and the question whether ``now`` held in it."""

    def __init__(self, now: Audience, state: State, came: Arrivals | None) -> None:
        self._now = now
        self._state = state
        self._came = came

    def over(self, events: Iterable[GroupEvent]) -> Beginning | None:
        """What undoing ``events`` ends with; None if all of them leave the readers as they are."""
        if not self._held(NEVER):
            return Beginning(reason=self._doubt(_Point(NEVER, None)))
        for point in self._points(events):
            found = self._before(point)
            if found is not None:
                return found
        return None

    def _before(self, point: _Point) -> Beginning | None:
        """What undoing ``point`` ends with; None if the readers are as they were."""
        event = point.event
        if event is not None and event.what is Step.CREATED:
            return self._created(event)
        if event is not None and event.what is not Step.JOINED:
            if not _leads_to(event, self._state):
                return Beginning(reason="missing-change")
            self._state = _undone(event, self._state)
        held = self._held(point.when)
        if event is not None and _untold(event):
            held = None
        if held:
            return None
        if held is False and event is not None:
            return Beginning(opening=event)
        return Beginning(reason=self._doubt(point), held_since=point.when)

    def _points(self, events: Iterable[GroupEvent]) -> list[_Point]:
        """``events`` and arrivals, newest first."""
        points = [_Point(event.when, event) for event in events]
        if self._came is not None:
            entries = self._came.entries
            points += [_Point(when, entries.get(when)) for when in self._came.moments]
        return sorted(points, key=_when, reverse=True)

    def _held(self, moment: datetime) -> bool | None:
        """Whether readers were as wide as ``now`` just before ``moment``; None if not certain."""
        told = set()
        for membership in self._possible(moment):
            before = replace(self._state, membership=membership).audience()
            if before is Audience.UNKNOWN:
                return None
            told.add(BREADTH[before] <= BREADTH[self._now])
        return told.pop() if len(told) == 1 else None

    def _possible(self, moment: datetime) -> Iterator[Membership | None]:
        """Who may have been a member; since when "all users" are one is not traced."""
        members = self._state.membership
        if members is None:
            yield None
            return
        found: Iterable[Membership] = (members,)
        if self._came is not None:
            found = presence(self._came, members, moment, self._state.settings.view)
        for each in found:
            yield each
            if each.all_users_role is not None:
                yield replace(each, all_users_role=None)

    def _created(self, event: GroupEvent) -> Beginning:
        """The beginning of a group that had its present readers from its creation on."""
        # Nobody is a member before: an arrival that the log does not show was some time later.
        if self._came is None or self._held(EVER):
            return Beginning(opening=event)
        return Beginning(reason="joining-unclear")

    def _doubt(self, point: _Point) -> str:
        """Why it is not certain who could read just before ``point``."""
        words = self._state.audience() is Audience.UNKNOWN or (point.event and _untold(point.event))
        if words:
            return "unknown-words"
        if self._came is None:
            return "by-members"
        if self._came.unread:
            return "log-unread"
        known = point.when == self._came.begins
        return "joined-before-the-log" if known else "joining-unclear"


def _untold(event: GroupEvent) -> bool:
    """Whether ``event`` changed the switch, from a value that is not known here."""
    return field(event) is Field.SWITCH and truth(event.before) is None


def _when(point: _Point) -> datetime:
    return point.when


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


def _undone(event: GroupEvent, state: State) -> State:
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
