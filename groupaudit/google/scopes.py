"""The one table of what each feature needs from Google: scopes, role, and what is lost without it.

Rooms take the scopes of their ``Feature`` from here, ``doctor`` what to grant, and tests that
nothing else is ever asked for. It asks Google nothing and decides nothing: which features a
configuration needs is ``wiring``'s to say.

Scopes and roles follow Google's reference pages of each method; that the role Groups Reader on a
service account suffices for settings is how CISA's ScubaGoggles reads them.
"""

from __future__ import annotations

from dataclasses import dataclass

_AUTH = "https://www.googleapis.com/auth/"
#: Where roles are given to users and service accounts.
ROLES = "Admin console › Account › Admin roles"


@dataclass(frozen=True, slots=True)
class Need:
    """What one feature needs.

    ``what`` names it in plain words. ``api`` and ``version`` are the library's names, ``service``
    the one by which a Cloud project enables it. ``role`` is held by the service account itself or,
    where ``delegated``, only by a user in whose name it acts. ``grant`` says where to give it,
    ``lost`` what an audit cannot tell without it. Without a ``vital`` one there is no audit at all.
    """

    name: str
    what: str
    api: str
    version: str
    service: str
    scopes: tuple[str, ...]
    role: str
    grant: str
    lost: str
    delegated: bool = False
    vital: bool = False


_GROUPS_READER = (
    "give the service account the role Groups Reader (Admin console › Account › Admin roles › "
    "Groups Reader › Assign service accounts), or set google.subject to an administrator."
)
_VAULT_ROLE = "a role with the Vault privileges Manage Matters, Manage Searches and Manage Exports"
_VAULT_GRANT = (
    f"the Vault privileges Manage Matters, Manage Searches and Manage Exports for google.subject "
    f"({ROLES}), and domain-wide delegation for these scopes."
)
_VAULT_LOST = (
    "Posts are not read through Vault: what groups hold stays unknown without another source."
)

GROUPS = Need(
    name="groups",
    what="the list of groups",
    api="admin",
    version="directory_v1",
    service="admin.googleapis.com",
    scopes=(_AUTH + "admin.directory.group.readonly",),
    role="Groups Reader",
    grant=_GROUPS_READER,
    lost="There is no audit: no group is known.",
    vital=True,
)
SETTINGS = Need(
    name="settings",
    what="the group's settings",
    api="groupssettings",
    version="v1",
    service="groupssettings.googleapis.com",
    scopes=(_AUTH + "apps.groups.settings",),  # Google offers no read-only one
    role="Groups Reader",
    grant=_GROUPS_READER,
    lost="There is no audit: who can read a group rests on its settings.",
    vital=True,
)
MEMBERS = Need(
    name="members",
    what="the group's members",
    api="admin",
    version="directory_v1",
    service="admin.googleapis.com",
    scopes=GROUPS.scopes,  # the scope of the listing covers members
    role="Groups Reader",
    grant=_GROUPS_READER,
    lost="External members are not seen: groups open to members only read “unknown”.",
)
DOMAINS = Need(
    name="domains",
    what="the organisation's domains",
    api="admin",
    version="directory_v1",
    service="admin.googleapis.com",
    scopes=(_AUTH + "admin.directory.domain.readonly",),
    role="an administrator who may read domains (a super administrator may)",
    grant="set google.subject to an administrator who may read domains.",
    lost=(
        "Only the domains of the groups themselves count as inside; members of other domains of "
        "yours are taken for outsiders unless organisation.extra_domains names them."
    ),
)
POLICIES = Need(
    name="org-policy",
    what="the organisation's switches for groups",
    api="cloudidentity",
    version="v1",
    service="cloudidentity.googleapis.com",
    scopes=(_AUTH + "cloud-identity.policies.readonly",),
    role="super administrator",
    grant="set google.subject to a super administrator; the Policy API answers nobody else.",
    lost=(
        "Whether anyone on the web can really read a group that is open to everyone stays unknown "
        "(readership_certainty is org_policy_unknown)."
    ),
    delegated=True,
)
AUDIT_LOG = Need(
    name="audit-log",
    what="the audit log",
    api="admin",
    version="reports_v1",
    service="admin.googleapis.com",
    scopes=(_AUTH + "admin.reports.audit.readonly",),
    role="a role with the privilege Reports",
    grant=f"give google.subject a role with the privilege Reports ({ROLES} › Create new role).",
    lost="Since when a group is open, and who opened it, stays unknown.",
    delegated=True,
)
VAULT = Need(
    name="vault",
    what="matters and exports in Vault",
    api="vault",
    version="v1",
    service="vault.googleapis.com",
    scopes=(_AUTH + "ediscovery",),
    role=_VAULT_ROLE,
    grant=_VAULT_GRANT,
    lost=_VAULT_LOST,
    delegated=True,
)
VAULT_FILES = Need(
    name="vault-files",
    what="the files of a Vault export",
    api="storage",
    version="v1",
    service="storage.googleapis.com",
    scopes=(_AUTH + "devstorage.read_only",),
    role=_VAULT_ROLE,
    grant=_VAULT_GRANT,
    lost=_VAULT_LOST,
    delegated=True,
)
USERS = Need(
    name="users",
    what="the list of users",
    api="admin",
    version="directory_v1",
    service="admin.googleapis.com",
    scopes=(_AUTH + "admin.directory.user.readonly",),
    role="a role with the privilege Users › Read",
    grant=f"give google.subject a role with the privilege Users › Read ({ROLES}).",
    lost=(
        "No mailbox is known in which to look for copies of posts, or for groups outside the "
        "Workspace."
    ),
    delegated=True,
)
GMAIL = Need(
    name="gmail",
    what="copies of posts and list headers in mailboxes",
    api="gmail",
    version="v1",
    service="gmail.googleapis.com",
    scopes=(_AUTH + "gmail.readonly",),
    role="",  # each user is impersonated, and may read the own mailbox
    grant="domain-wide delegation for this scope, and a google.subject that has Gmail.",
    lost=(
        "Posts are not read through Gmail: what groups hold stays unknown without another source; "
        "groups outside the Workspace that only mailboxes know are not found."
    ),
    delegated=True,
)

#: Every feature, in the order in which an audit needs them.
NEEDS = (
    GROUPS,
    SETTINGS,
    MEMBERS,
    DOMAINS,
    POLICIES,
    AUDIT_LOG,
    VAULT,
    VAULT_FILES,
    USERS,
    GMAIL,
)


def delegation(client: str, scopes: tuple[str, ...]) -> str:
    """Where in the Admin console to delegate ``scopes`` to ``client``, empty if unknown."""
    return (
        "Admin console › Security › Access and data control › API controls › Domain-wide "
        f"delegation: client {client or 'of the service account'}, scope {', '.join(scopes)}."
    )
