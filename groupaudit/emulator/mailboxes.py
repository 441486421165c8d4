"""Who holds a copy of which post: what reached an account as a direct member of a group.

Groups outside the Workspace deliver too. It knows no API: Gmail shows a mailbox to its owner, Vault
to the administrator.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from groupaudit.emulator.state import Group, Post, Tenant

_SILENT = frozenset({"NONE", "DISABLED", "DIGEST", "DAILY"})


@dataclass(frozen=True, slots=True)
class Received:
    """A copy of ``post``, which came through ``group``."""

    group: Group
    post: Post


def received(tenant: Tenant, email: str) -> Iterator[Received]:
    """The copies that the account ``email`` got by mail, group by group."""
    listed = (tenant.group(address) for address in tenant.group_emails)
    for group in (*listed, *tenant.consumer_groups):
        if group is not None and _gets_mail(group, email):
            yield from (Received(group, post) for post in group.posts())


@dataclass(frozen=True, slots=True)
class OutsideMail:
    """What the account ``email`` got through groups outside the Workspace."""

    tenant: Tenant
    email: str

    def posts(self) -> Iterator[Post]:
        """The posts, group by group."""
        for group in self.tenant.consumer_groups:
            if _gets_mail(group, self.email):
                yield from group.posts()


def _gets_mail(group: Group, email: str) -> bool:
    return any(
        member.email == email and member.delivery_settings not in _SILENT
        for member in group.members
    )
