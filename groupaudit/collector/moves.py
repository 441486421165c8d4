"""Entries of Google's audit log that tell of members: who came to which group, went, or changed.

Three applications tell of them: ``admin`` (Admin console and Directory API), ``groups``
(groups.google.com) and ``groups_enterprise`` (Cloud Identity API and console too); names and
parameters are those of Google's appendix of activities. That ``group_id`` and ``member_id`` hold
addresses is not documented: an entry that names a group or a member otherwise is kept as one about
nobody known, so that a missing arrival is not taken for an old one. Refuses to say who is a member
today: the Directory does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Any

from groupaudit.collector import entries


class Turn(Enum):
    """What happened to a membership. ``CHANGED``: its role or its mail."""

    CAME = auto()
    WENT = auto()
    CHANGED = auto()


@dataclass(frozen=True, slots=True)
class Move:
    """One entry on ``member`` of ``group``, both addresses in lower case; empty when not told."""

    when: datetime
    turn: Turn
    group: str
    member: str = field(repr=False)
    log: str
    name: str
    by: str | None = field(default=None, repr=False)
    application: str | None = None
    address: str | None = field(default=None, repr=False)


_TURNS: dict[str, dict[str, Turn]] = {
    "admin": {
        "ADD_GROUP_MEMBER": Turn.CAME,
        "REMOVE_GROUP_MEMBER": Turn.WENT,
        "UPDATE_GROUP_MEMBER": Turn.CHANGED,
        "UPDATE_GROUP_MEMBER_DELIVERY_SETTINGS": Turn.CHANGED,
    },
    "groups": {
        "add_user": Turn.CAME,
        "join": Turn.CAME,
        "accept_invitation": Turn.CAME,
        "approve_join_request": Turn.CAME,
        "remove_user": Turn.WENT,
        "ban_user_with_moderation": Turn.WENT,
        "unsubscribe_via_mail": Turn.WENT,
    },
    "groups_enterprise": {
        "add_member": Turn.CAME,
        "join": Turn.CAME,
        "accept_invitation": Turn.CAME,
        "approve_join_request": Turn.CAME,
        "remove_member": Turn.WENT,
        "ban_member_with_moderation": Turn.WENT,
        "add_member_role": Turn.CHANGED,
        "remove_member_role": Turn.CHANGED,
    },
}

#: Events asked for, by application.
EVENTS: dict[str, tuple[str, ...]] = {log: tuple(turns) for log, turns in _TURNS.items()}

#: Events whose member is who did it.
_OWN = frozenset({"join", "accept_invitation", "unsubscribe_via_mail"})

_GROUP = ("GROUP_EMAIL", "group_email", "group_id")
_MEMBER = ("USER_EMAIL", "user_email", "member_id", "member_email")


def moves(activity: Mapping[str, Any], log: str) -> Iterator[Move]:
    """What ``activity`` of the application ``log`` tells of members; other events are left out."""
    turns = _TURNS[log]
    for when, raw in entries.listed(activity):
        name, told = entries.text(raw.get("name")), entries.parameters(raw)
        if name not in turns:
            continue
        author = entries.author(activity)
        member = entries.first(told, _MEMBER) or (author["by"] or "" if name in _OWN else "")
        group = entries.first(told, _GROUP)
        yield Move(when, turns[name], _address(group), _address(member), log, name, **author)


def _address(text: str) -> str:
    return text.lower() if "@" in text else ""
