"""Since when somebody from outside has been a member, told by the log of arrivals. Pure.

Whoever is a member through nested groups came when the last link of the chain was made; of several
chains the earliest complete one counts, of several people the first who is still there. Each link
is known within bounds (not before, at the latest): an arrival that the log lacks was before the log
begins, one that the log contradicts or may have missed was any time. It refuses to name anybody:
what leaves is a moment, and the entry without its member.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from heapq import heappop, heappush
from itertools import product

from groupaudit.collector.entries import SAME
from groupaudit.collector.exposure import certain_roles
from groupaudit.collector.member_log import MemberLog
from groupaudit.collector.moves import Move, Turn
from groupaudit.model.group import Circle, Membership, Role, Way
from groupaudit.model.timeline import GroupEvent, Step

#: "Nobody knows how early" and "not known to be so yet".
EVER, NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """A moment known within bounds: not before ``earliest``, at the latest ``latest``."""

    earliest: datetime = EVER
    latest: datetime = NEVER

    def before(self, moment: datetime) -> frozenset[bool]:
        """Whether it may have come, and may not have come, just before ``moment``."""
        if moment > self.latest:
            return frozenset({True})
        return frozenset({False} if moment <= self.earliest else {True, False})


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Since when anybody from outside reads as a member: ``web`` of all, ``mail`` of the mailed.

    ``entries`` are the moments at which that may have begun, with the entries behind those that
    the log dates. ``roles`` are those that read today for certain, ``begins`` is since when the log
    tells everything, ``unread`` that it could not be read to its end.
    """

    web: Span
    mail: Span
    entries: Mapping[datetime, GroupEvent]
    roles: frozenset[Role]
    begins: datetime
    unread: bool = False

    @property
    def moments(self) -> tuple[datetime, ...]:
        """The moments from which on it is sure that somebody was there."""
        return tuple({self.web.latest, self.mail.latest} - {NEVER})


def arrivals(top: str, view: Circle, members: Membership, log: MemberLog) -> Arrivals:
    """When the present readers from outside came to the group at ``top``, which ``view`` may read.

    By ``mail`` an account counts from its first chain on, mailed or not: what mail it got then is
    not in the log.
    """
    roles = certain_roles(view)
    links = [way for way in members.ways if way.group != top or way.role in roles]
    spans = {way: _span(way, roles if way.group == top else frozenset(Role), log) for way in links}
    earliest = _reached(top, {way: span.earliest for way, span in spans.items()})
    latest = _reached(top, {way: span.latest for way, span in spans.items()})
    # Nobody knows when the members came of a nested group that cannot be listed.
    hidden = not roles.isdisjoint(members.unread_roles)
    outside = {_domain(each) for each in members.outsiders}
    return Arrivals(
        web=_first(earliest, latest, members.outsiders, hidden=hidden),
        mail=_first(earliest, latest, members.mailed, hidden=hidden),
        entries={
            move.when: _entry(move, outside)
            for way in links
            for move in log.moves.get((way.group, way.member), ())
            if move.turn is Turn.CAME
        },
        roles=roles,
        begins=log.begins,
        unread=bool(log.unread),
    )


def _span(way: Way, roles: Collection[Role], log: MemberLog) -> Span:
    """When ``way`` was made with a role that reads."""
    moved = sorted(log.moves.get((way.group, way.member), ()), key=_when)
    gone = max((move.when for move in moved if move.turn is Turn.WENT), default=EVER)
    came = [move.when for move in moved if move.turn is Turn.CAME and move.when > gone]
    if came:
        # Who comes twice must have gone in between, whether or not the log tells.
        span = Span(came[0], came[0] if came[-1] - came[0] <= SAME else came[-1])
    elif gone > EVER or log.doubtful(way.group):
        return Span(gone)
    else:
        span = Span(latest=log.begins)
    changed = [move.when for move in moved if move.turn is Turn.CHANGED and move.when > span.latest]
    if changed and len(roles) < len(Role):
        return Span(span.earliest, changed[-1])  # the role that reads may be as new as that
    return span


def _first(
    earliest: Mapping[str, datetime],
    latest: Mapping[str, datetime],
    people: Collection[str],
    *,
    hidden: bool,
) -> Span:
    """When the first of ``people`` was there; each came between ``earliest`` and ``latest``."""
    return Span(
        EVER if hidden else min((earliest.get(each, NEVER) for each in people), default=NEVER),
        min((latest.get(each, NEVER) for each in people), default=NEVER),
    )


def _reached(top: str, made: Mapping[Way, datetime]) -> dict[str, datetime]:
    """When each member had a complete chain to ``top``, if each link was ``made`` then."""
    below: dict[str, list[Way]] = {}
    for way in made:
        below.setdefault(way.group, []).append(way)
    reached: dict[str, datetime] = {}
    waiting = [(EVER, top)]
    while waiting:
        when, member = heappop(waiting)
        if member in reached:
            continue
        reached[member] = when
        for way in below.get(member, ()):
            heappush(waiting, (max(when, made[way]), way.member))
    return reached


def _entry(move: Move, outside: Collection[str]) -> GroupEvent:
    """``move`` without whom it is about; nor who made it, where that is somebody from outside.

    ``outside`` are the domains that somebody from outside has.
    """
    own = move.by is not None and (move.by == move.member or _domain(move.by) in outside)
    return GroupEvent(
        when=move.when,
        what=Step.JOINED,
        log=move.log,
        name=move.name,
        by=None if own else move.by,
        application=move.application,
        address=None if own else move.address,
    )


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _when(move: Move) -> datetime:
    return move.when


def presence(
    found: Arrivals, members: Membership, moment: datetime, view: Circle
) -> Iterator[Membership]:
    """Who the members from outside may have been just before ``moment``, one answer each.

    ``view`` is who might read then: of readers with other roles than today's nothing is known.
    """
    either = frozenset({True, False})
    known = certain_roles(view) == found.roles
    for web, mail in product(
        found.web.before(moment) if known else either,
        found.mail.before(moment) if known else either,
    ):
        if web or not mail:
            yield replace(
                members,
                external_by_role=members.external_by_role if web else (),
                external_mail_by_role=members.external_mail_by_role if mail else (),
            )
