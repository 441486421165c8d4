"""Audit events of the last 180 days, as the Reports API returns them, newest first.

Shapes: ``admin`` (CREATE_GROUP, CHANGE_GROUP_SETTING) and ``groups`` (create_group,
change_acl_permission) of Google's appendix of activities. How Google spells the setting's name and
the public value inside these events is not documented where we could read it: ours are plausible.
Refuses to show anything older than Google keeps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from groupaudit.emulator.hospital.archetypes import Archetype
from groupaudit.emulator.hospital.archive import began
from groupaudit.emulator.hospital.draw import dice, digits
from groupaudit.emulator.hospital.places import CUSTOMER_ID
from groupaudit.emulator.hospital.register import entry
from groupaudit.emulator.hospital.staff import FIRST_ACTIVE, accounts

KEPT_DAYS = 180  # Reports API: at most the last 180 days (discovery document)

_ROLES_OF_VIEW = {
    "ANYONE_CAN_VIEW": "anyone",
    "ALL_IN_DOMAIN_CAN_VIEW": "domain_users",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to group ``number``: created, or opened to its present readers."""

    when: datetime
    number: int
    what: Literal["created", "opened"]


def happenings(groups: int, now: datetime) -> list[Happening]:
    """What the log still holds, newest first."""
    kept = now - timedelta(days=KEPT_DAYS)
    found = [
        happening
        for number in range(groups)
        for happening in _of_group(number, entry(number).row, now)
        if happening.when >= kept
    ]
    return sorted(found, key=lambda item: (item.when, item.number), reverse=True)


def opened_by(seed: int, number: int) -> str:
    """Address of the account that opened group ``number``."""
    return dice(seed, "opener", number).choice(accounts(seed)[FIRST_ACTIVE:]).email


def activities(seed: int, groups: int, now: datetime, application: str) -> Iterator[dict[str, Any]]:
    """Activity resources of ``application`` (``admin`` or ``groups``; others have none)."""
    if application not in {"admin", "groups"}:
        return
    for happening in happenings(groups, now):
        row = entry(happening.number).row
        if happening.what == "opened" and row.via != application:
            continue
        yield _activity(seed, happening, application)


def _of_group(number: int, row: Archetype, now: datetime) -> Iterator[Happening]:
    # Minutes set the groups of one row apart, so that the order of the log is total.
    apart = timedelta(minutes=7 * (number % 200))
    yield Happening(began(row, now) - apart, number, "created")
    if row.opened_days is not None:
        yield Happening(now - timedelta(days=row.opened_days) - apart, number, "opened")


def _activity(seed: int, happening: Happening, application: str) -> dict[str, Any]:
    rng = dice(seed, "event", application, happening.what, happening.number)
    actor = opened_by(seed, happening.number)
    ident = {
        "time": f"{happening.when:%Y-%m-%dT%H:%M:%S}.{rng.randrange(1_000):03d}Z",
        "uniqueQualifier": f"-{rng.getrandbits(62)}",
        "applicationName": application,
        "customerId": CUSTOMER_ID,
    }
    return {
        "kind": "admin#reports#activity",
        "id": ident,
        "actor": {
            "callerType": "USER",
            "email": actor,
            "profileId": digits(21, seed, "profile", actor),
        },
        "ipAddress": f"203.0.113.{rng.randint(1, 254)}",  # RFC 5737: kept for documentation
        "events": [_event(happening, application)],
    }


def _event(happening: Happening, application: str) -> dict[str, Any]:
    place = entry(happening.number)
    if application == "admin":
        name, more = _admin_event(happening, place.row)
        group = [{"name": "GROUP_EMAIL", "value": place.email}]
        return {"type": "GROUP_SETTINGS", "name": name, "parameters": group + more}
    if happening.what == "created":
        group = [{"name": "group_email", "value": place.email}]
        return {"type": "lifecycle", "name": "create_group", "parameters": group}
    return {
        "type": "acl_change",
        "name": "change_acl_permission",
        "parameters": [
            {"name": "acl_permission", "value": "can_view_topics"},
            {"name": "group_email", "value": place.email},
            {"name": "old_value_repeated", "multiValue": ["members", "managers", "owners"]},
            {"name": "new_value_repeated", "multiValue": _opened_to(place.row)},
        ],
    }


def _opened_to(row: Archetype) -> list[str]:
    wide = _ROLES_OF_VIEW.get(row.view)
    return [wide, "members", "managers", "owners"] if wide else ["members", "managers", "owners"]


def _admin_event(happening: Happening, row: Archetype) -> tuple[str, list[dict[str, str]]]:
    if happening.what == "created":
        return "CREATE_GROUP", []
    by_joining = row.join == "ANYONE_CAN_JOIN"
    return "CHANGE_GROUP_SETTING", [
        {"name": "SETTING_NAME", "value": "WHO_CAN_JOIN" if by_joining else "WHO_CAN_VIEW"},
        {
            "name": "OLD_VALUE",
            "value": "INVITED_CAN_JOIN" if by_joining else "ALL_MEMBERS_CAN_VIEW",
        },
        {"name": "NEW_VALUE", "value": row.join if by_joining else row.view},
    ]
