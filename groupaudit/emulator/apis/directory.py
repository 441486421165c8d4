"""Directory API: groups and members. ``account`` plays the rest of it.

Read-only. Numbers, sizes of pages and the form of members follow the Directory reference; members
that stand for "all users" (CUSTOMER) carry no address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from groupaudit.emulator.access import Privilege
from groupaudit.emulator.apis import Answers
from groupaudit.emulator.errors import ApiError, bad_request, not_found
from groupaudit.emulator.etags import etag
from groupaudit.emulator.messages import Call
from groupaudit.emulator.paging import page
from groupaudit.emulator.state import Group, Member
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
        }

    def list_groups(self, call: Call) -> dict[str, Any]:
        """A page of groups of the account, of a domain or of a member, sorted by address."""
        self._workspace.require(call.principal, Privilege.GROUPS_READ)
        addresses = self._addresses(call)
        if call.query.get("sortOrder") == "DESCENDING" and "orderBy" in call.query:
            addresses = addresses[::-1]
        part, more = page(call, addresses, min(call.query["maxResults"], _MAX_PAGE))
        groups = [group for address in part if (group := self._tenant.group(address)) is not None]
        answer: dict[str, Any] = {"kind": "admin#directory#groups", "etag": etag(part)}
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
        answer: dict[str, Any] = {"kind": "admin#directory#aliases", "etag": etag(group.email)}
        return answer | ({"aliases": rows} if rows else {})

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
        answer: dict[str, Any] = {"kind": "admin#directory#members", "etag": etag(part)}
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


def _fits(value: str, operator: str, text: str) -> bool:
    return value == text if operator == "=" else value.startswith(text.removesuffix("*"))


def _group(group: Group) -> dict[str, Any]:
    row: dict[str, Any] = {
        "kind": "admin#directory#group",
        "id": group.id,
        "etag": etag((group.email, group.name, group.members)),
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
        "etag": etag(member),
        "id": member.id,
        "role": member.role,
        "type": member.type,
    }
    if member.email is not None:
        row["email"] = member.email
    if member.status is not None:
        row["status"] = member.status
    return row
