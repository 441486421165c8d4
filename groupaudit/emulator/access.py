"""Who may do what: privileges of the service account and of users, and delegated scopes.

The defaults grant what a full audit needs and nothing that writes; a test takes away what it wants
to see refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_AUTH = "https://www.googleapis.com/auth/"

# The scopes of an audit with every source, and of the restrictions that follow it.
AUDIT_SCOPES = frozenset(
    _AUTH + name
    for name in (
        "admin.directory.customer.readonly",
        "admin.directory.domain.readonly",
        "admin.directory.group.member.readonly",
        "admin.directory.group.readonly",
        "admin.directory.orgunit.readonly",
        "admin.directory.rolemanagement.readonly",
        "admin.directory.user.readonly",
        "admin.reports.audit.readonly",
        "apps.groups.settings",
        "calendar.acls.readonly",
        "calendar.calendarlist.readonly",
        "chat.admin.spaces.readonly",
        "chat.messages.readonly",
        "cloud-identity.groups.readonly",
        "cloud-identity.policies.readonly",
        "cloud-platform",
        "devstorage.read_only",
        "drive.metadata.readonly",
        "drive.readonly",
        "ediscovery",
        "ediscovery.readonly",
        "gmail.metadata",
        "gmail.readonly",
    )
)


class Privilege(StrEnum):
    """A privilege of an admin role; a super admin has them all."""

    GROUPS_READ = "groups-read"
    GROUPS_UPDATE = "groups-update"
    DOMAINS_READ = "domains-read"
    CUSTOMER_READ = "customer-read"
    USERS_READ = "users-read"
    REPORTS_READ = "reports-read"
    VAULT = "vault"
    SUPER_ADMIN = "super-admin"


@dataclass(frozen=True, slots=True)
class Access:
    """What the tenant's administrators granted.

    ``service_account``: privileges of the service account's own role (Google's *Groups Reader* by
    default; that it may list domains too is unverified). ``users``: privileges of users
    who are not super admins, by address. ``delegated_scopes``: domain-wide delegation, and what
    users consented to.
    ``disabled_apis``: names of APIs switched off in the project. ``token_lifetime``: seconds.
    """

    service_account: frozenset[Privilege] = frozenset(
        {Privilege.GROUPS_READ, Privilege.DOMAINS_READ}
    )
    users: Mapping[str, frozenset[Privilege]] = field(default_factory=dict)
    delegated_scopes: frozenset[str] = AUDIT_SCOPES
    disabled_apis: frozenset[str] = frozenset()
    token_creator: bool = True
    transitive_memberships: bool = False
    token_lifetime: int = 3600
