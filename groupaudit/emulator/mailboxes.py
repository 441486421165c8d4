"""Who holds a copy of which post: what reached an account as a direct member of a group.

Groups outside the Workspace deliver too. It knows no API: Gmail shows a mailbox to its owner, Vault
to the administrator.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

from groupaudit.emulator.state import Group, Post, Tenant

_SILENT = frozenset({"NONE", "DISABLED", "DIGEST", "DAILY"})


@dataclass(frozen=True, slots=True)
class Received:
    """A copy of ``post``, which came through ``group``."""

    group: Group
    post: Post


class Deliveries:
    """Which groups deliver to which account of ``tenant``: told by one pass over all of them."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._lock = threading.Lock()
        self._addresses: dict[str, list[str]] | None = None

    def received(self, email: str) -> Iterator[Received]:
        """The copies that the account ``email`` got by mail, group by group."""
        listed = (self._tenant.group(address) for address in self._delivering(email))
        for group in (*listed, *_outside(self._tenant, email)):
            if group is not None:
                yield from (Received(group, post) for post in group.posts())

    def _delivering(self, email: str) -> list[str]:
        with self._lock:
            if self._addresses is None:
                self._addresses = {}
                for address in self._tenant.group_emails:
                    for reached in _reached(self._tenant.group(address)):
                        self._addresses.setdefault(reached, []).append(address)
            return self._addresses.get(email, [])


@dataclass(frozen=True, slots=True)
class OutsideMail:
    """What the account ``email`` got through groups outside the Workspace."""

    tenant: Tenant
    email: str

    def posts(self) -> Iterator[Post]:
        """The posts, group by group."""
        for group in _outside(self.tenant, self.email):
            yield from group.posts()


def _outside(tenant: Tenant, email: str) -> Iterator[Group]:
    """The groups outside the Workspace that deliver to the account ``email``."""
    return (group for group in tenant.consumer_groups if email in _reached(group))


def _reached(group: Group | None) -> frozenset[str]:
    """The direct members that get the mail of ``group``."""
    return frozenset(
        member.email
        for member in (group.members if group else ())
        if member.email and member.delivery_settings not in _SILENT
    )
