"""Who can really read a group of a tenant: the rules told a second time, for the tests to compare.

Written from the contract's table of readership alone, over Google's own values, and sharing no code
with the collector. A viewing value that Google does not document may mean any that it does: what
these do not agree on is "unknown". Refuses to guess about nested groups whose members may not be
listed: it names them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from groupaudit.emulator.hospital.places import CONSUMER_MAIL
from groupaudit.emulator.state import Group, Member, Tenant

_RANK = {"MEMBER": 0, "MANAGER": 1, "OWNER": 2}
_READING_ROLES = {
    "ANYONE_CAN_VIEW": {"MEMBER", "MANAGER", "OWNER"},
    "ALL_IN_DOMAIN_CAN_VIEW": {"MEMBER", "MANAGER", "OWNER"},
    "ALL_MEMBERS_CAN_VIEW": {"MEMBER", "MANAGER", "OWNER"},
    "ALL_MANAGERS_CAN_VIEW": {"MANAGER", "OWNER"},
    "ALL_OWNERS_CAN_VIEW": {"OWNER"},
}
_SURELY_READING = set.intersection(*_READING_ROLES.values())
_BEYOND = ("anyone_on_web", "anyone_who_joins", "external_members", "whole_organisation")
_SMALLEST = {"ALL_MANAGERS_CAN_VIEW": "managers", "ALL_OWNERS_CAN_VIEW": "owners"}
NO_MAIL = {"NONE", "DISABLED"}
_SHARING = "settings/groups_for_business.groups_sharing"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody among the members, direct or nested, with the widest role by which they read."""

    email: str
    role: str
    external: bool
    suspended: bool
    gets_mail: bool


@dataclass(frozen=True, slots=True)
class Readers:
    """Audiences of one group, widest first, and the members behind them.

    ``latent`` is what the readership becomes when the organisation's switch opens, None if nothing
    changes. Suspended accounts are counted as members but do not read; a foreign or consumer group
    counts as one outsider; "all users" is not counted. ``unread``: nested groups not looked into.
    """

    audiences: tuple[str, ...]
    latent: str | None
    members: int
    external: int
    consumer_mail: int
    owners: tuple[str, ...]
    unread: tuple[str, ...]

    @property
    def readership(self) -> str:
        """The widest audience."""
        return self.audiences[0]


def switch_open(tenant: Tenant) -> bool:
    """Whether the organisation lets the Internet read: the root unit's policies, merged in order.

    Never set means closed (Google's default, DOMAIN_USERS_ONLY).
    """
    sharing = [policy for policy in tenant.policies if policy["setting"]["type"] == _SHARING]
    root = sharing[0]["policyQuery"]["orgUnit"] if sharing else None
    merged: dict[str, object] = {}
    for policy in sorted(sharing, key=lambda each: each["policyQuery"]["sortOrder"]):
        if policy["policyQuery"]["orgUnit"] == root:
            merged |= {
                name.replace("_", "").lower(): value
                for name, value in policy["setting"]["value"].items()
            }
    return merged.get("collaborationcapability") == "ANYONE_CAN_ACCESS"


def reading_roles(group: Group) -> set[str]:
    """Roles of members who surely read ``group``, whatever an undocumented viewing value means."""
    return _READING_ROLES.get(group.settings["whoCanViewGroup"], _SURELY_READING)


def documented(group: Group) -> bool:
    """Whether Google documents the viewing value of ``group``."""
    return group.settings["whoCanViewGroup"] in _READING_ROLES


def outside(tenant: Tenant, member: Member) -> bool:
    """Whether ``member`` has no address of the organisation's domains."""
    domain = (member.email or "").rpartition("@")[2].lower()
    return domain not in {*tenant.domains, *tenant.domain_aliases, tenant.primary_domain}


def readers(tenant: Tenant, group: Group, *, hidden: Collection[str] = ()) -> Readers:
    """Who reads ``group``; the members of nested groups in ``hidden`` cannot be listed."""
    unread: list[str] = []
    everyone: list[str] = []
    accounts = _merged(_walk(tenant, group, hidden, unread, everyone))
    now = _audiences(group, accounts, everyone, is_open=switch_open(tenant))
    opened = _audiences(group, accounts, everyone, is_open=True)
    domains = {account.email: account.email.rpartition("@")[2] for account in accounts}
    return Readers(
        audiences=now,
        latent=opened[0] if opened[0] != now[0] else None,
        members=len(accounts),
        external=sum(account.external for account in accounts),
        consumer_mail=sum(domain in CONSUMER_MAIL for domain in domains.values()),
        owners=tuple(sorted(m.email for m in group.members if m.role == "OWNER" and m.email)),
        unread=tuple(sorted(set(unread))),
    )


def _walk(
    tenant: Tenant,
    group: Group,
    hidden: Collection[str],
    unread: list[str],
    everyone: list[str],
) -> Iterator[Account]:
    """Accounts under every direct member; ``unread`` and ``everyone`` take what is no account."""
    for top in group.members:
        seen = {group.email}
        waiting = [(top, True)]
        while waiting:
            member, mailed = waiting.pop()
            mailed = mailed and member.delivery_settings not in NO_MAIL
            if member.type == "CUSTOMER":
                everyone.append(top.role)
            elif member.type == "GROUP" and not outside(tenant, member):
                waiting += [
                    (each, mailed) for each in _inside(tenant, member, hidden, seen, unread)
                ]
            else:
                yield Account(
                    email=member.email or member.id,
                    role=top.role,
                    external=outside(tenant, member),
                    suspended=member.status == "SUSPENDED",
                    gets_mail=mailed,
                )


def _inside(
    tenant: Tenant, nested: Member, hidden: Collection[str], seen: set[str], unread: list[str]
) -> tuple[Member, ...]:
    """Direct members of a nested group of the tenant; nothing the second time round a cycle."""
    email = nested.email or ""
    if email in seen:
        return ()
    seen.add(email)
    child = None if email in hidden else tenant.group(email)
    if child is None:
        unread.append(email)
        return ()
    return child.members


def _merged(found: Iterator[Account]) -> list[Account]:
    """One entry for each account: widest role, mail by any way, suspended if ever seen so."""
    merged: dict[str, Account] = {}
    for account in found:
        known = merged.setdefault(account.email.lower(), account)
        merged[account.email.lower()] = Account(
            email=account.email,
            role=max(known.role, account.role, key=_RANK.__getitem__),
            external=account.external,
            suspended=known.suspended or account.suspended,
            gets_mail=known.gets_mail or account.gets_mail,
        )
    return list(merged.values())


def _audiences(
    group: Group, accounts: list[Account], everyone: list[str], *, is_open: bool
) -> tuple[str, ...]:
    if documented(group):
        return _seen(group, group.settings["whoCanViewGroup"], accounts, everyone, is_open=is_open)
    cases = [_seen(group, view, accounts, everyone, is_open=is_open) for view in _READING_ROLES]
    if len({widest for widest, *_ in cases}) == 1:
        return cases[-1]  # the tightest: whoever reads then reads anyway
    certain = set.intersection(*map(set, cases))
    return ("unknown", *(each for each in _BEYOND if each in certain))


def _seen(
    group: Group, view: str, accounts: list[Account], everyone: list[str], *, is_open: bool
) -> tuple[str, ...]:
    """The audiences if ``view`` is who may view."""
    join, reading = group.settings["whoCanJoin"], _READING_ROLES[view]
    members_read = "MEMBER" in reading
    outsiders_join = join == "ANYONE_CAN_JOIN" and group.settings["allowExternalMembers"] == "true"
    outsiders = [
        account
        for account in accounts
        if account.external and not account.suspended and account.role in reading
    ]
    insiders_join = join in {"ANYONE_CAN_JOIN", "ALL_IN_DOMAIN_CAN_JOIN"}
    told = {
        "anyone_on_web": view == "ANYONE_CAN_VIEW" and is_open,
        "anyone_who_joins": is_open and members_read and outsiders_join,
        "external_members": any(is_open or account.gets_mail for account in outsiders),
        "whole_organisation": view in {"ANYONE_CAN_VIEW", "ALL_IN_DOMAIN_CAN_VIEW"}
        or (members_read and insiders_join)
        or any(role in reading for role in everyone),
        _SMALLEST.get(view, "members"): True,
    }
    return tuple(audience for audience, holds in told.items() if holds)
