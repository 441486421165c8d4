"""The state that the emulated Workspace serves: what a tenant is made of.

Values are spelled as Google spells them, since this is Google's side of the wire. A ``Tenant`` is
made by ``generator`` (a whole hospital) or by hand (a test); ``server`` only reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class User:
    """An account of the tenant (Directory ``users``)."""

    id: str
    email: str
    name: str
    org_unit: str = "/"
    suspended: bool = False
    admin: bool = False
    aliases: tuple[str, ...] = ()
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A direct member. ``type`` CUSTOMER has no email, only the customer's id."""

    id: str
    email: str | None
    type: str = "USER"
    role: str = "MEMBER"
    status: str | None = "ACTIVE"
    delivery_settings: str = "ALL_MAIL"


@dataclass(frozen=True, slots=True)
class Post:
    """One archived post: when it arrived, its conversation, its RFC 5322 bytes (made lazily)."""

    id: str
    date: datetime
    thread: str
    render: Callable[[], bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the tenant, or a consumer group (``name@googlegroups.com``) seen from outside.

    ``settings`` holds Groups Settings fields, booleans as the strings "true"/"false".
    ``posts`` starts a fresh pass over the archive, oldest first; ``posts_total`` is its length.
    """

    id: str
    email: str
    name: str
    description: str = ""
    aliases: tuple[str, ...] = ()
    non_editable_aliases: tuple[str, ...] = ()
    admin_created: bool = True
    created: datetime | None = None
    settings: dict[str, str] = field(default_factory=dict)
    members: tuple[Member, ...] = ()
    posts_total: int = 0
    posts: Callable[[], Iterator[Post]] = field(default=lambda: iter(()), repr=False)


@dataclass(slots=True)
class Tenant:
    """A whole Workspace account.

    ``group_emails`` are sorted; ``group`` finds one by address, alias or id, None if there is none.
    Groups may be made on demand, so that 50,000 of them cost little memory. ``policies`` and
    ``activities`` are resources as Google's Policy and Reports APIs return them.
    """

    customer_id: str
    name: str
    primary_domain: str
    domains: tuple[str, ...]
    domain_aliases: tuple[str, ...]
    users: Sequence[User]
    group_emails: Sequence[str]
    group: Callable[[str], Group | None] = field(repr=False)
    consumer_groups: tuple[Group, ...] = ()
    policies: tuple[dict[str, Any], ...] = ()
    activities: Callable[[str], Iterator[dict[str, Any]]] = field(
        default=lambda _application: iter(()), repr=False
    )
