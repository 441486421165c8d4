"""What an audit log tells about one group, and what is weak about it besides its readers.

Words of Google stay verbatim here, as opaque text to be quoted. Nothing is judged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Step(StrEnum):
    """What happened to a group. ``JOINED``: somebody from outside came, directly or nested."""

    CREATED = "created"
    DELETED = "deleted"
    CHANGED = "changed"
    JOINED = "joined"


@dataclass(frozen=True, slots=True)
class GroupEvent:
    """One entry of an audit log.

    ``log`` is the application whose log it is, ``name`` Google's name of the event; ``setting``,
    ``before`` and ``after`` are Google's words, empty when the entry has none; ``unit`` is the
    organisational unit of a change to the whole organisation. ``by`` is the account that did it,
    ``application`` the program through which, ``address`` the network address from which; None when
    the log does not tell.
    """

    when: datetime
    what: Step
    log: str
    name: str
    setting: str = ""
    before: str = ""
    after: str = ""
    unit: str = ""
    by: str | None = field(default=None, repr=False)
    application: str | None = None
    address: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Weakness:
    """Something about a group that is weak, whoever reads it now.

    ``kind`` is a stable kebab-case word; ``effect`` and ``action`` are English sentences without
    variable parts, ``setting`` and ``value`` Google's, ``better`` the value that closes it (None:
    no setting does). ``who`` are accounts that could act where the group has no owner.
    """

    kind: str
    setting: str
    value: str
    effect: str
    action: str
    better: str | None = None
    who: tuple[str, ...] = ()
