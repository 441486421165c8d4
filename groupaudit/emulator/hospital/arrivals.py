"""Who came to which group when, as far as the log still tells, and the events that tell it.

Shapes: ``admin`` (ADD_GROUP_MEMBER, REMOVE_GROUP_MEMBER), ``groups`` (add_user, join) and
``groups_enterprise`` (add_member) of Google's appendix of activities. Most groups got their members
before the log begins. Later rounds vary: somebody who was there before the log, somebody who went
and came again, an arrival that two logs tell. Refuses to say who reads since when: ``since`` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from groupaudit.emulator.hospital.draw import dice
from groupaudit.emulator.hospital.log import account, created_by, envelope
from groupaudit.emulator.hospital.members import members
from groupaudit.emulator.hospital.places import ALIAS, PRIMARY, SECONDARY
from groupaudit.emulator.hospital.register import Entry, entry
from groupaudit.emulator.state import Member

_BEFORE_THE_LOG, _CAME_AGAIN, _IN_TWO_LOGS = 1, 2, 3  # what is odd about a group, by round modulo 4

#: Days between one arrival and the next.
_APART_DAYS = 7


@dataclass(frozen=True, slots=True)
class _Known:
    """The first arrival that the log tells: so many ``days`` ago, told by ``via`` as ``name``."""

    days: int
    via: Literal["admin", "groups", "groups_enterprise"]
    name: str
    nested: bool = False  # of a nested group, not of somebody from outside


_KNOWN = {
    "transports-sanitaires": _Known(60, "admin", "ADD_GROUP_MEMBER"),
    "psychiatrie-liaison": _Known(33, "groups", "join"),
    "assistantes-sociales": _Known(20, "groups", "add_user"),
    "reseau-ville-hopital": _Known(100, "groups_enterprise", "add_member"),
    "commission-usagers": _Known(25, "admin", "ADD_GROUP_MEMBER", nested=True),
    "service-social": _Known(70, "admin", "ADD_GROUP_MEMBER", nested=True),
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """``member`` came to group ``number`` at ``when``; ``alone``: without anybody's doing."""

    when: datetime
    number: int
    member: str
    alone: bool = False


def arrived(seed: int, number: int, groups: int, now: datetime) -> tuple[Arrival, ...]:
    """The last arrival of each present member of group ``number`` that the log tells of."""
    place = entry(number)
    known = _KNOWN.get(place.row.slug)
    if known is None:
        return ()
    who = [each for each in members(seed, place, groups) if _meant(each, known)]
    first = now - timedelta(days=known.days, minutes=11 * (number % 200))
    alone = known.name == "join"
    found = [
        Arrival(first + timedelta(days=_APART_DAYS * late), number, each.email or "", alone)
        for late, each in enumerate(who)
    ]
    return tuple(found[1:] if _odd(place) == _BEFORE_THE_LOG else found)


def activities(seed: int, groups: int, now: datetime, application: str) -> Iterator[dict[str, Any]]:
    """Activity resources of ``application`` about members."""
    for number in range(groups):
        if entry(number).row.slug in _KNOWN:
            for arrival in arrived(seed, number, groups, now):
                yield from _told(seed, arrival, application)


def _meant(member: Member, known: _Known) -> bool:
    inside = (member.email or "").rpartition("@")[2] in {PRIMARY, SECONDARY, ALIAS}
    if known.nested:
        return inside and member.type == "GROUP"
    return member.email is not None and not inside


def _odd(place: Entry) -> int:
    return place.round % 4


def _told(seed: int, arrival: Arrival, application: str) -> Iterator[dict[str, Any]]:
    """What ``application`` tells of ``arrival``, and of an earlier stay."""
    place = entry(arrival.number)
    known, odd = _KNOWN[place.row.slug], _odd(place)
    if application == known.via:
        yield _activity(seed, arrival, application, known.name)
    elif application == "admin" and odd == _IN_TWO_LOGS:
        yield _activity(seed, _moved(arrival, seconds=40), application, "ADD_GROUP_MEMBER")
    if application == "admin" and odd == _CAME_AGAIN:
        yield _activity(seed, _moved(arrival, days=-30), application, "ADD_GROUP_MEMBER")
        yield _activity(seed, _moved(arrival, days=-12), application, "REMOVE_GROUP_MEMBER")


def _moved(arrival: Arrival, *, days: int = 0, seconds: int = 0) -> Arrival:
    when = arrival.when + timedelta(days=days, seconds=seconds)
    return Arrival(when, arrival.number, arrival.member)


def _activity(seed: int, arrival: Arrival, application: str, name: str) -> dict[str, Any]:
    rng = dice(seed, "arrival", application, name, arrival.when, arrival.number, arrival.member)
    who = arrival.member if arrival.alone else created_by(seed, arrival.number)
    event = {"name": name, "parameters": _parameters(arrival, application, name)}
    return envelope(rng, arrival.when, application, account(seed, who), [event])


def _parameters(arrival: Arrival, application: str, name: str) -> list[dict[str, str]]:
    """The group, and the member unless they came alone, under the names that the log uses."""
    names = {
        "admin": ("GROUP_EMAIL", "USER_EMAIL"),
        "groups": ("group_email", "user_email"),
        "groups_enterprise": ("group_id", "member_id"),
    }[application]
    values = (entry(arrival.number).email, arrival.member)
    return [
        {"name": each, "value": value}
        for each, value in zip(names[: 1 if name == "join" else 2], values, strict=False)
    ]
