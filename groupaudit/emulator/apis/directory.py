"""Directory API: groups, members, domains, users, customer.

Read-only. Numbers, sizes of pages and the form of members follow the Directory reference; members
that stand for "all users" (CUSTOMER) carry no address.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from groupaudit.emulator.access import Privilege
from groupaudit.emulator.apis import Answers
from groupaudit.emulator.errors import ApiError, bad_request, not_found
from groupaudit.emulator.messages import Call
from groupaudit.emulator.paging import page
from groupaudit.emulator.state import Group, Member, User
from groupaudit.emulator.workspace import Workspace

_MAX_PAGE = 200  # of groups and members; users have their maximum in the document
_ROLES = frozenset({"OWNER", "MANAGER", "MEMBER"})
_CLAUSE = re.compile(r"(email|name|memberKey)\s*([=:])\s*('[^']*'|\"[^\"]*\"|\S+)")


class DirectoryApi:
    """Answers Directory calls from the tenant."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._tenant = workspace.tenant

    def answers(self) -> Answers:
        """What this API answers, by method id."""
        return {
            "directory.groups.list": self.list_groups,
            "directory.groups.get": self.get_group,
            "directory.groups.aliases.list": self.list_aliases,
            "directory.members.list": self.list_members,
            "directory.members.get": self.get_member,
            "directory.members.hasMember": self.has_member,
            "directory.domains.list": self.list_domains,
            "directory.domainAliases.list": self.list_domain_aliases,
            "directory.users.list": self.list_users,
            "directory.users.get": self.get_user,
            "directory.customers.get": self.get_customer,
        }

    # Groups

    def list_groups(self, call: Call) -> dict[str, Any]:
        """A page of groups of the account, of a domain or of a member, sorted by address."""
        self._workspace.require(call.principal, Privilege.GROUPS_READ)
        addresses = self._addresses(call)
        if call.query.get("sortOrder") == "DESCENDING" and "orderBy" in call.query:
            addresses = addresses[::-1]
        part, more = page(call, addresses, min(call.query["maxResults"], _MAX_PAGE))
        groups = [group for address in part if (group := self._tenant.group(address)) is not None]
        answer: dict[str, Any] = {"kind": "admin#directory#groups", "etag": _etag(part)}
        if groups:
            answer["groups"] = [_group(group) for group in groups]
        return answer | more

    def _addresses(self, call: Call) -> Sequence[str]:
        customer, domain, user_key = (call.query.get(k) for k in ("customer", "domain", "userKey"))
        if customer is not None and (user_key is not None or domain is not None):
            raise bad_request("Bad Request")
        if customer is not None:
            self._workspace.check_customer(customer)
        elif domain is not None and domain not in self._workspace.inside:
            raise ApiError(404, "domainNotFound", "Domain not found.")
        elif domain is None and user_key is None:
            raise bad_request("Bad Request")
        addresses: Sequence[str] = self._tenant.group_emails
        if domain is not None:
            addresses = [a for a in addresses if a.endswith("@" + domain)]
        if user_key is not None:
            addresses = self._with_member(user_key, addresses)
        query = call.query.get("query")
        return self._matching(query, addresses) if query else addresses

    def _matching(self, query: str, addresses: Sequence[str]) -> Sequence[str]:
        if _CLAUSE.sub("", query).strip():
            raise bad_request("Invalid Input: query", reason="invalid")
        for name, operator, quoted in _CLAUSE.findall(query):
            text = quoted.strip("'\"").lower()
            if operator == ":" and not text.endswith("*"):
                raise bad_request("Invalid Input: query", reason="invalid")
            if name == "memberKey":
                addresses = self._with_member(text, addresses)
            elif name == "email":
                addresses = [a for a in addresses if _fits(a.lower(), operator, text)]
            else:
                addresses = [
                    g.email
                    for g in self._groups(addresses)
                    if _fits(g.name.lower(), operator, text)
                ]
        return addresses

    def _with_member(self, key: str, addresses: Sequence[str]) -> Sequence[str]:
        user = self._workspace.users.get(key.lower())
        keys = {key.lower()} | ({user.id, user.email.lower()} if user else set())
        return [
            group.email
            for group in self._groups(addresses)
            if any(m.id in keys or (m.email or "").lower() in keys for m in group.members)
        ]

    def _groups(self, addresses: Sequence[str]) -> Iterator[Group]:
        return (group for a in addresses if (group := self._tenant.group(a)) is not None)

    def get_group(self, call: Call) -> dict[str, Any]:
        """One group by address, alias or id."""
        self._workspace.require(call.principal, Privilege.GROUPS_READ)
        return _group(self._workspace.group(call.path["groupKey"]))

    def list_aliases(self, call: Call) -> dict[str, Any]:
        """The aliases of a group."""
        group = self._readable(call)
        rows = [
            {"kind": "admin#directory#alias", "primaryEmail": group.email, "alias": alias}
            for alias in group.aliases
        ]
        answer: dict[str, Any] = {"kind": "admin#directory#aliases", "etag": _etag(group.email)}
        return answer | ({"aliases": rows} if rows else {})

    # Members

    def _readable(self, call: Call) -> Group:
        self._workspace.require(call.principal, Privilege.GROUPS_READ)
        return self._workspace.group(call.path["groupKey"])

    def list_members(self, call: Call) -> dict[str, Any]:
        """A page of members, direct ones or (``includeDerivedMembership``) everybody reached."""
        group = self._readable(call)
        members: Sequence[Member] = group.members
        if call.query.get("includeDerivedMembership"):
            members = list(self._derived(group))
        if call.query.get("roles"):
            roles = {role.strip().upper() for role in call.query["roles"].split(",")}
            if not roles <= _ROLES:
                raise bad_request("Invalid Input: roles", reason="invalid")
            members = [member for member in members if member.role in roles]
        part, more = page(call, members, min(call.query["maxResults"], _MAX_PAGE))
        answer: dict[str, Any] = {"kind": "admin#directory#members", "etag": _etag(part)}
        if part:
            answer["members"] = [_member(member) for member in part]
        return answer | more

    def _derived(self, group: Group) -> Iterator[Member]:
        """Users reached directly, through nested groups or as "all users", each once."""
        seen: set[str] = {group.id}
        waiting: list[Member] = list(reversed(group.members))
        while waiting:
            member = waiting.pop()
            if member.id in seen:
                continue
            seen.add(member.id)
            nested = self._tenant.group(member.email or "") if member.type == "GROUP" else None
            if nested is not None:
                waiting.extend(reversed(nested.members))
            elif member.type == "CUSTOMER":
                waiting.extend(Member(user.id, user.email) for user in self._tenant.users)
            else:
                yield member

    def get_member(self, call: Call) -> dict[str, Any]:
        """One direct member, with how mail reaches them."""
        group, key = self._readable(call), call.path["memberKey"].lower()
        for member in group.members:
            if key in (member.id.lower(), (member.email or "").lower()):
                return _member(member) | {"delivery_settings": member.delivery_settings}
        raise not_found("memberKey")

    def has_member(self, call: Call) -> dict[str, Any]:
        """Whether somebody is a member, directly or through nested groups."""
        group, key = self._readable(call), call.path["memberKey"].lower()
        if key.partition("@")[2] not in self._workspace.inside:
            raise bad_request("Invalid Input: memberKey", reason="invalid")
        return {"isMember": any((m.email or "").lower() == key for m in self._derived(group))}

    # Domains, users, customer

    def list_domains(self, call: Call) -> dict[str, Any]:
        """The domains of the account, the primary one with the aliases."""
        self._workspace.require(call.principal, Privilege.DOMAINS_READ)
        self._workspace.check_customer(call.path["customer"])
        rows = [self._domain(name) for name in self._tenant.domains]
        return {"kind": "admin#directory#domains", "etag": _etag(rows), "domains": rows}

    def _domain(self, name: str) -> dict[str, Any]:
        primary = name == self._tenant.primary_domain
        row = {
            "kind": "admin#directory#domain",
            "etag": _etag(name),
            "domainName": name,
            "isPrimary": primary,
            "verified": True,
        }
        aliases = [self._domain_alias(alias) for alias in self._tenant.domain_aliases]
        return row | ({"domainAliases": aliases} if primary and aliases else {})

    def _domain_alias(self, name: str) -> dict[str, Any]:
        return {
            "kind": "admin#directory#domainAlias",
            "etag": _etag(name),
            "domainAliasName": name,
            "parentDomainName": self._tenant.primary_domain,
            "verified": True,
        }

    def list_domain_aliases(self, call: Call) -> dict[str, Any]:
        """The domain aliases of the account or of one of its domains."""
        self._workspace.require(call.principal, Privilege.DOMAINS_READ)
        self._workspace.check_customer(call.path["customer"])
        parent = call.query.get("parentDomainName", self._tenant.primary_domain)
        names = self._tenant.domain_aliases if parent == self._tenant.primary_domain else ()
        answer: dict[str, Any] = {"kind": "admin#directory#domainAliases", "etag": _etag(names)}
        return answer | ({"domainAliases": [self._domain_alias(n) for n in names]} if names else {})

    def list_users(self, call: Call) -> dict[str, Any]:
        """A page of the account's users."""
        self._workspace.require(call.principal, Privilege.USERS_READ)
        customer, domain = call.query.get("customer"), call.query.get("domain")
        if (customer is None) == (domain is None):
            raise bad_request("Bad Request")
        if customer is not None:
            self._workspace.check_customer(customer)
        if "query" in call.query:
            raise ApiError(501, "notImplemented", "The emulator does not search users.")
        users: Sequence[User] = self._tenant.users
        if domain is not None:
            users = [user for user in users if user.email.endswith("@" + domain)]
        part, more = page(call, users, call.query["maxResults"])
        answer: dict[str, Any] = {"kind": "admin#directory#users", "etag": _etag(part)}
        return answer | ({"users": [self._user(user) for user in part]} if part else {}) | more

    def get_user(self, call: Call) -> dict[str, Any]:
        """One user by address, alias or id."""
        self._workspace.require(call.principal, Privilege.USERS_READ)
        user = self._workspace.users.get(call.path["userKey"].lower())
        if user is None:
            raise not_found("userKey")
        return self._user(user)

    def _user(self, user: User) -> dict[str, Any]:
        given, _, family = user.name.partition(" ")
        row = {
            "kind": "admin#directory#user",
            "id": user.id,
            "etag": _etag(user.email),
            "primaryEmail": user.email,
            "name": {"givenName": given, "familyName": family, "fullName": user.name},
            "isAdmin": user.admin,
            "isDelegatedAdmin": user.email in self._workspace.access.users,
            "suspended": user.suspended,
            "archived": False,
            "orgUnitPath": user.org_unit,
            "isMailboxSetup": True,
            "customerId": self._tenant.customer_id,
        }
        if user.created is not None:
            row["creationTime"] = user.created.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return row | ({"aliases": list(user.aliases)} if user.aliases else {})

    def get_customer(self, call: Call) -> dict[str, Any]:
        """The account itself."""
        self._workspace.require(call.principal, Privilege.CUSTOMER_READ)
        self._workspace.check_customer(call.path["customerKey"])
        return {
            "kind": "admin#directory#customer",
            "etag": _etag(self._tenant.customer_id),
            "id": self._tenant.customer_id,
            "customerDomain": self._tenant.primary_domain,
            "language": "fr",
            "postalAddress": {"organizationName": self._tenant.name, "countryCode": "FR"},
        }


def _fits(value: str, operator: str, text: str) -> bool:
    return value == text if operator == "=" else value.startswith(text.removesuffix("*"))


def _etag(value: object) -> str:
    return f'"{zlib.crc32(repr(value).encode()):08x}"'


def _group(group: Group) -> dict[str, Any]:
    row: dict[str, Any] = {
        "kind": "admin#directory#group",
        "id": group.id,
        "etag": _etag((group.email, group.name, group.members)),
        "email": group.email,
        "name": group.name,
        # Google counts direct members only, and writes the number as a string.
        "directMembersCount": str(len(group.members)),
        "description": group.description,
        "adminCreated": group.admin_created,
    }
    if group.aliases:
        row["aliases"] = list(group.aliases)
    if group.non_editable_aliases:
        row["nonEditableAliases"] = list(group.non_editable_aliases)
    return row


def _member(member: Member) -> dict[str, Any]:
    row = {
        "kind": "admin#directory#member",
        "etag": _etag(member),
        "id": member.id,
        "role": member.role,
        "type": member.type,
    }
    if member.email is not None:
        row["email"] = member.email
    if member.status is not None:
        row["status"] = member.status
    return row
