"""Audit events of the last 180 days, as the Reports API returns them, newest first.

Shapes: ``admin`` (CREATE_GROUP, CHANGE_GROUP_SETTING) and ``groups`` (create_group,
change_acl_permission) of Google's appendix of activities. How Google spells the setting's name and
the public value inside these events is not documented where we could read it: ours are plausible.
Groups of later rounds vary: opened, closed and opened again; opened through a program; opened as
both logs tell. Refuses to show anything older than Google keeps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from groupaudit.emulator.hospital import arrivals
from groupaudit.emulator.hospital.archetypes import Archetype
from groupaudit.emulator.hospital.archive import began
from groupaudit.emulator.hospital.draw import dice, digits
from groupaudit.emulator.hospital.log import account, created_by, envelope
from groupaudit.emulator.hospital.register import Entry, entry

KEPT_DAYS = 180  # Reports API: at most the last 180 days (discovery document)

#: The program through which some groups were opened.
PROGRAM = "Console des groupes"

_REOPENED, _BY_PROGRAM, _IN_BOTH_LOGS = 1, 2, 3  # what is odd about a group, by round modulo 4

What = Literal["created", "opened", "closed", "posting"]


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to group ``number``: created, opened to its present readers, closed.

    ``posting``: who may post was changed, which says nothing about readers.
    """

    when: datetime
    number: int
    what: What


def happenings(groups: int, now: datetime) -> list[Happening]:
    """What the log still holds, newest first."""
    kept = now - timedelta(days=KEPT_DAYS)
    found = [
        happening
        for number in range(groups)
        for happening in _of_group(entry(number), now)
        if happening.when >= kept
    ]
    return sorted(found, key=lambda item: (item.when, item.number), reverse=True)


def opened_by(seed: int, number: int) -> str:
    """The account that opened group ``number`` to its present readers, or the program's key."""
    if _oddity(entry(number)) == _BY_PROGRAM:
        return f"{digits(21, seed, 'program')}.apps.example"
    return created_by(seed, number)


def activities(seed: int, groups: int, now: datetime, application: str) -> Iterator[dict[str, Any]]:
    """Activity resources of ``application``; those that do not tell of groups have none."""
    found = [
        _activity(seed, happening, application)
        for happening in happenings(groups, now)
        if application in _logs(happening)
    ]
    found += arrivals.activities(seed, groups, now, application)
    yield from sorted(found, key=lambda each: str(each["id"]["time"]), reverse=True)


def _logs(happening: Happening) -> set[str]:
    """The logs that tell of ``happening``."""
    place = entry(happening.number)
    if happening.what == "created":
        return {"admin", "groups"}
    if happening.what == "opened" and _oddity(place) == _IN_BOTH_LOGS:
        return {"admin", "groups"}
    return {place.row.via}


def _oddity(place: Entry) -> int:
    return place.round % 4


def _of_group(place: Entry, now: datetime) -> Iterator[Happening]:
    row, number = place.row, place.number
    # Minutes set the groups of one row apart, so that the order of the log is total.
    apart = timedelta(minutes=7 * (number % 200))
    yield Happening(began(row, now) - apart, number, "created")
    if row.opened_days is None:
        return
    opened = now - timedelta(days=row.opened_days) - apart
    yield Happening(opened, number, "opened")
    yield Happening(opened + timedelta(days=3), number, "posting")
    if _oddity(place) == _REOPENED:
        yield Happening(opened - timedelta(days=25), number, "opened")
        yield Happening(opened - timedelta(days=10), number, "closed")


def _activity(seed: int, happening: Happening, application: str) -> dict[str, Any]:
    rng = dice(seed, "event", application, happening.what, happening.when, happening.number)
    events = _events(happening, application)
    return envelope(rng, happening.when, application, _actor(seed, happening), events)


def _actor(seed: int, happening: Happening) -> dict[str, Any]:
    if happening.what == "opened" and _oddity(entry(happening.number)) == _BY_PROGRAM:
        return {
            "callerType": "KEY",
            "key": opened_by(seed, happening.number),
            "profileId": "105250506097979753968",  # Google's placeholder for nobody
            "applicationInfo": {"applicationName": PROGRAM, "impersonation": False},
        }
    return account(seed, created_by(seed, happening.number))


def _events(happening: Happening, application: str) -> list[dict[str, Any]]:
    """What one activity tells: of a change, every permission that went with it."""
    place = entry(happening.number)
    if happening.what == "created":
        return [_created(place, application)]
    changes = [_POSTING] if happening.what == "posting" else list(_opening(place.row))
    if happening.what == "closed":
        changes = [change.undone for change in changes]
    shape = _admin_change if application == "admin" else _groups_change
    return [shape(place.email, change) for change in changes]


@dataclass(frozen=True, slots=True)
class _Change:
    """One setting's change: its name in either log, and Groups Settings' values."""

    admin: str
    groups: str
    before: str
    after: str

    @property
    def undone(self) -> _Change:
        return _Change(self.admin, self.groups, self.after, self.before)


_POSTING = _Change("WHO_CAN_POST", "can_post", "ALL_MEMBERS_CAN_POST", "ALL_IN_DOMAIN_CAN_POST")


def _opening(row: Archetype) -> Iterator[_Change]:
    """The changes that opened a group of ``row`` to its present readers."""
    if row.view in {"ANYONE_CAN_VIEW", "ALL_IN_DOMAIN_CAN_VIEW"}:
        yield _Change("WHO_CAN_VIEW", "can_view_topics", "ALL_MEMBERS_CAN_VIEW", row.view)
    if row.join in {"ANYONE_CAN_JOIN", "ALL_IN_DOMAIN_CAN_JOIN"}:
        yield _Change("WHO_CAN_JOIN", "can_join", "INVITED_CAN_JOIN", row.join)


def _created(place: Entry, application: str) -> dict[str, Any]:
    if application == "admin":
        group = [{"name": "GROUP_EMAIL", "value": place.email}]
        return {"type": "GROUP_SETTINGS", "name": "CREATE_GROUP", "parameters": group}
    group = [{"name": "group_email", "value": place.email}]
    return {"type": "lifecycle", "name": "create_group", "parameters": group}


def _admin_change(email: str, change: _Change) -> dict[str, Any]:
    return {
        "type": "GROUP_SETTINGS",
        "name": "CHANGE_GROUP_SETTING",
        "parameters": [
            {"name": "GROUP_EMAIL", "value": email},
            {"name": "SETTING_NAME", "value": change.admin},
            {"name": "OLD_VALUE", "value": change.before},
            {"name": "NEW_VALUE", "value": change.after},
        ],
    }


def _groups_change(email: str, change: _Change) -> dict[str, Any]:
    return {
        "type": "acl_change",
        "name": "change_acl_permission",
        "parameters": [
            {"name": "acl_permission", "value": change.groups},
            {"name": "group_email", "value": email},
            {"name": "old_value_repeated", "multiValue": _roles(change.before)},
            {"name": "new_value_repeated", "multiValue": _roles(change.after)},
        ],
    }


def _roles(value: str) -> list[str]:
    """A value as the groups log lists it: every role that it covers."""
    inside = ["members", "managers", "owners"]
    if value == "INVITED_CAN_JOIN":
        return inside[1:]
    first = {"ANYONE": ["anyone"], "ALL_IN_DOMAIN": ["domain_users"]}
    return [*first.get(value.partition("_CAN_")[0], []), *inside]
