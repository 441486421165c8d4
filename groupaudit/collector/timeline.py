"""Since when a group's present readers can read it, and through whom: what the audit logs tell.

The entries on settings, on the organisation's switch and on members from outside become one
timeline, which ``replay`` plays backwards. Pure; it refuses to name a member from outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from groupaudit.collector.activities import Field, circle, field, join_rule, truth
from groupaudit.collector.arrivals import Arrivals
from groupaudit.collector.audit_log import AuditLog
from groupaudit.collector.entries import SAME
from groupaudit.collector.replay import REASONS, State, beginning
from groupaudit.model.group import Exposure, Group
from groupaudit.model.timeline import GroupEvent, Step

#: Entries on one group shown in a report.
SHOWN = 20


def dated(
    judged: Exposure, group: Group, state: State, log: AuditLog, came: Arrivals | None = None
) -> Exposure:
    """``judged`` with creation, beginning, author and timeline as far as ``log`` tells them.

    ``came``: since when the members from outside are there, for a group that they read.
    """
    own = _of_present_group(_merged((*log.of(group), *_switch(log))))
    created = next((event for event in own if event.what is Step.CREATED), None)
    began = beginning(judged.readership, state, own, log, came)
    opening = began.opening
    return replace(
        judged,
        created=created.when if created else None,
        created_by=created.by if created else None,
        since=opening.when if opening else None,
        by=opening.by if opening else None,
        evidence=_evidence(opening) if opening else REASONS[began.reason],
        held_since=opening.when if opening else began.held_since,
        timeline=_shown(own, opening),
    )


def _shown(own: tuple[GroupEvent, ...], opening: GroupEvent | None) -> tuple[GroupEvent, ...]:
    """The newest of ``own``, and ``opening`` whatever its age, newest first."""
    newest = own[:SHOWN]
    if opening is None or opening in newest:
        return newest
    return tuple(sorted((*newest[: SHOWN - 1], opening), key=_order, reverse=True))


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
    if event.what is Step.JOINED:
        told += ", the first of today's members from outside"
    if event.setting:
        told += f" {event.setting}: {event.before or '?'} → {event.after or '?'}"
    if event.address:
        told += f", from {event.address}"
    if event.application:
        told += f", through {event.application}"
    return told
