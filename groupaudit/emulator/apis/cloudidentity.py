"""Cloud Identity API: organisation policies (un-reduced, super admins only) and groups.

Transitive searches answer 403 unless the account's edition has them (``Access``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import re2

from groupaudit.emulator.access import Privilege
from groupaudit.emulator.apis import Answers
from groupaudit.emulator.errors import ApiError, bad_request, forbidden, not_built
from groupaudit.emulator.messages import Call
from groupaudit.emulator.paging import page
from groupaudit.emulator.state import Group, Member
from groupaudit.emulator.workspace import Workspace

DISCUSSION_FORUM = "cloudidentity.googleapis.com/groups.discussion_forum"
_MEMBERSHIPS = "cloudidentity.groups.memberships"
_POLICY_PAGE, _POLICY_PAGE_MAX = 50, 100
_PAGES = {"BASIC": (200, 1000), "FULL": (50, 500)}
_TYPE_MATCHES = re.compile(r"setting\.type\.matches\(\s*(?:'([^']*)'|\"([^\"]*)\")\s*\)")
_EQUALS = re.compile(r"(setting\.type|customer|parent)\s*==\s*(?:'([^']*)'|\"([^\"]*)\")")
_IN_LABELS = re.compile(r"(?:'([^']*)'|\"([^\"]*)\")\s+in\s+labels")
_ROLES = {"OWNER": ("MEMBER", "OWNER"), "MANAGER": ("MEMBER", "MANAGER"), "MEMBER": ("MEMBER",)}

PolicyTest = Callable[[dict[str, Any]], bool]


class CloudIdentityApi:
    """Answers Cloud Identity calls from the tenant."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._tenant = workspace.tenant

    def answers(self) -> Answers:
        """What this API answers, by method id."""
        return {
            "cloudidentity.policies.list": self.list_policies,
            "cloudidentity.groups.list": self.list_groups,
            "cloudidentity.groups.search": self.search_groups,
            "cloudidentity.groups.lookup": self.lookup_group,
            "cloudidentity.groups.get": self.get_group,
            f"{_MEMBERSHIPS}.list": self.list_memberships,
            f"{_MEMBERSHIPS}.searchTransitiveMemberships": self.search_transitive,
            f"{_MEMBERSHIPS}.searchTransitiveGroups": self.refuse_transitive,
            f"{_MEMBERSHIPS}.checkTransitiveMembership": self.refuse_transitive,
            f"{_MEMBERSHIPS}.getMembershipGraph": self.refuse_transitive,
        }

    def list_policies(self, call: Call) -> dict[str, Any]:
        """A page of every policy that was set, none of them reduced to what is in effect."""
        self._workspace.require(call.principal, Privilege.SUPER_ADMIN)
        fits = self._policy_filter(call.query.get("filter", ""))
        policies = [policy for policy in self._tenant.policies if fits(policy)]
        # More than the maximum silently becomes the maximum (Policy API overview).
        size = min(call.query.get("pageSize") or _POLICY_PAGE, _POLICY_PAGE_MAX)
        part, more = page(call, policies, size)
        return ({"policies": list(part)} if part else {}) | more

    @staticmethod
    def _policy_filter(text: str) -> PolicyTest:
        clauses = [_policy_test(c) for part in text.split("&&") if (c := part.strip())]
        return lambda policy: all(fits(policy) for fits in clauses)

    # Groups

    def list_groups(self, call: Call) -> dict[str, Any]:
        """A page of groups under ``customers/C…`` (there is no ``my_customer`` here)."""
        self._workspace.require(call.principal, Privilege.GROUPS_READ)
        if call.query.get("parent") != f"customers/{self._tenant.customer_id}":
            raise bad_request("Invalid parent: expected customers/{customer_id}.")
        return self._groups_page(call, self._tenant.group_emails)

    def search_groups(self, call: Call) -> dict[str, Any]:
        """A page of groups that fit a query on parent and labels."""
        self._workspace.require(call.principal, Privilege.GROUPS_READ)
        addresses: Sequence[str] = self._tenant.group_emails
        for clause in filter(None, (c.strip() for c in call.query.get("query", "").split("&&"))):
            equals, label = _EQUALS.fullmatch(clause), _IN_LABELS.fullmatch(clause)
            if equals is not None and equals[1] == "parent":
                if (equals[2] or equals[3]) != f"customers/{self._tenant.customer_id}":
                    raise forbidden()
            elif label is not None:
                if (label[1] or label[2]) != DISCUSSION_FORUM:
                    addresses = ()
            else:
                raise bad_request("Invalid query expression.")
        return self._groups_page(call, addresses)

    def _groups_page(self, call: Call, addresses: Sequence[str]) -> dict[str, Any]:
        part, more = page(call, addresses, _size(call))
        groups = [group for a in part if (group := self._tenant.group(a)) is not None]
        full = call.query.get("view") == "FULL"
        return ({"groups": [self._group(g, full=full) for g in groups]} if groups else {}) | more

    def lookup_group(self, call: Call) -> dict[str, Any]:
        """The resource name behind an address."""
        self._workspace.require(call.principal, Privilege.GROUPS_READ)
        key = call.query.get("groupKey.id")
        if not key:
            raise bad_request("group_key.id is required.")
        return {"name": f"groups/{self._found(key).id}"}

    def get_group(self, call: Call) -> dict[str, Any]:
        """One group by its resource name."""
        self._workspace.require(call.principal, Privilege.GROUPS_READ)
        return self._group(self._found(call.path["name"].removeprefix("groups/")), full=True)

    def _found(self, key: str) -> Group:
        try:
            return self._workspace.group(key)
        except ApiError as error:
            if error.status != 404:
                raise
            # Google does not tell a stranger's group from a missing one here.
            message = f"Error(2028): Permission denied for resource {key} (or it may not exist)."
            raise ApiError(403, "forbidden", message) from error

    def _group(self, group: Group, *, full: bool) -> dict[str, Any]:
        row: dict[str, Any] = {
            "name": f"groups/{group.id}",
            "groupKey": {"id": group.email},
            "displayName": group.name,
            "parent": f"customers/{self._tenant.customer_id}",
            "labels": {DISCUSSION_FORUM: ""},
        }
        if full:
            row["description"] = group.description
            if group.created is not None:
                row["createTime"] = group.created.isoformat().replace("+00:00", "Z")
            if group.aliases:
                row["additionalGroupKeys"] = [{"id": alias} for alias in group.aliases]
        return row

    # Memberships

    def list_memberships(self, call: Call) -> dict[str, Any]:
        """A page of direct memberships; FULL tells their types."""
        self._workspace.require(call.principal, Privilege.GROUPS_READ)
        group = self._found(call.path["parent"].removeprefix("groups/"))
        part, more = page(call, group.members, _size(call))
        full = call.query.get("view") == "FULL"
        rows = [_membership(group, member, full=full) for member in part]
        return ({"memberships": rows} if rows else {}) | more

    def search_transitive(self, call: Call) -> dict[str, Any]:
        """A page of everything that is a member of a group, directly or through others."""
        self._check_edition(call)
        rows = list(self._relations(self._found(call.path["parent"].removeprefix("groups/"))))
        size = max(1, min(call.query.get("pageSize") or 200, 1000))
        part, more = page(call, rows, size)
        return ({"memberships": list(part)} if part else {}) | more

    def refuse_transitive(self, call: Call) -> dict[str, Any]:
        """Refuse a transitive search: by the edition, or because it is not played here."""
        self._check_edition(call)
        raise not_built(call.method.id)

    def _check_edition(self, call: Call) -> None:
        self._workspace.require(call.principal, Privilege.GROUPS_READ)
        if not self._workspace.access.transitive_memberships:
            raise ApiError(403, "forbidden", "Error(4001): Permission denied for this edition.")

    def _relations(self, group: Group) -> Iterator[dict[str, Any]]:
        """The members below ``group``, each once, with how they belong to it."""
        direct = {member.id for member in group.members}
        indirect: dict[str, Member] = {}
        entered, waiting = {group.id}, [group]
        while waiting:
            for member in waiting.pop().members:
                nested = self._tenant.group(member.email or "") if member.type == "GROUP" else None
                if nested is not None and nested.id not in entered:
                    entered.add(nested.id)
                    waiting.append(nested)
                    indirect.update((below.id, below) for below in nested.members)
        for member in {**{m.id: m for m in group.members}, **indirect}.values():
            yield _relation(member, direct=member.id in direct, indirect=member.id in indirect)


def _size(call: Call) -> int:
    default, maximum = _PAGES["FULL" if call.query.get("view") == "FULL" else "BASIC"]
    return max(1, min(call.query.get("pageSize") or default, maximum))


def _policy_test(clause: str) -> PolicyTest:
    if match := _TYPE_MATCHES.fullmatch(clause):
        # In a CEL string a backslash is written twice.
        pattern = _compiled((match[1] or match[2] or "").replace("\\\\", "\\"))
        return lambda policy: bool(pattern.search(policy["setting"]["type"]))
    if match := _EQUALS.fullmatch(clause):
        name, value = match[1], match[2] or match[3] or ""
        return lambda policy: bool(_policy_field(policy, name) == value)
    raise bad_request("Invalid filter expression.")


def _policy_field(policy: dict[str, Any], name: str) -> Any:
    return policy["setting"]["type"] if name == "setting.type" else policy.get(name)


def _compiled(pattern: str) -> Any:
    try:
        return re2.compile(pattern)
    except re2.error as error:
        raise bad_request("Invalid filter expression: bad pattern.") from error


def _relation(member: Member, *, direct: bool, indirect: bool) -> dict[str, Any]:
    both = "DIRECT_AND_INDIRECT" if direct and indirect else "INDIRECT"
    return {
        "member": f"{'groups' if member.type == 'GROUP' else 'users'}/{member.id}",
        # A list here, where a direct membership has a single key.
        "preferredMemberKey": [{"id": member.email or member.id}],
        "relationType": both if indirect else "DIRECT",
        "roles": [{"role": member.role}],
    }


def _membership(group: Group, member: Member, *, full: bool) -> dict[str, Any]:
    # "All users" has no type here, and the customer's id for a key.
    row: dict[str, Any] = {
        "name": f"groups/{group.id}/memberships/{member.id}",
        "preferredMemberKey": {"id": member.email or member.id},
        "roles": [{"name": role} for role in _ROLES.get(member.role, ("MEMBER",))],
    }
    if full and member.type != "CUSTOMER":
        row["type"] = member.type if member.type in ("USER", "GROUP") else "OTHER"
        row["deliverySetting"] = member.delivery_settings
    return row
