"""Whether one can join a nested group without approval, and so become a member of those above it.

Pure. It refuses to take a setting that is not known for a closed door, and to say what new members
may read: that is for the group above.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum, auto
from typing import NamedTuple, Self

from groupaudit.model.group import GroupSettings, JoinRule, OrgPolicy


class Door(Enum):
    """Who can join without approval; ``UNKNOWN``: that could not be told, or only in part."""

    ANYONE = auto()
    ORGANISATION = auto()
    UNKNOWN = auto()
    CLOSED = auto()


class Lock(NamedTuple):
    """The settings of a group that decide about joining; ``outsiders``: whether they may."""

    join: JoinRule
    outsiders: bool | None

    @classmethod
    def of(cls, settings: GroupSettings) -> Self:
        """The lock of the group that has ``settings``."""
        return cls(settings.join, settings.external_members_allowed)


#: The lock of a group whose settings could not be read.
UNREAD = Lock(JoinRule.UNKNOWN, None)


def doors(
    nested: Iterable[str], lock: Callable[[str], Lock], policy: OrgPolicy
) -> Iterator[tuple[str, Door]]:
    """The door of each of ``nested``. Raises what ``lock`` does."""
    for email in nested:
        yield email, _door(lock(email), policy)


def _door(lock: Lock, policy: OrgPolicy) -> Door:
    """As for a group itself: outsiders need an open switch and must be allowed as members.

    An unreadable switch counts as open, as everywhere.
    """
    if lock.join in {JoinRule.INVITED, JoinRule.ON_REQUEST}:
        return Door.CLOSED
    if lock.join is JoinRule.UNKNOWN:
        return Door.UNKNOWN
    outsiders = lock.outsiders if policy.open_to_internet is not False else False
    if lock.join is JoinRule.ORGANISATION or outsiders is False:
        return Door.ORGANISATION
    return Door.ANYONE if outsiders else Door.UNKNOWN
