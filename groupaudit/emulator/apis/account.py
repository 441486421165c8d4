"""Directory API: the account itself, its domains and its users. ``directory`` plays the groups.

Read-only. A search of users answers 501 rather than a wrong list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from groupaudit.emulator.access import Privilege
from groupaudit.emulator.apis import Answers
from groupaudit.emulator.errors import ApiError, bad_request, not_found
from groupaudit.emulator.etags import etag
from groupaudit.emulator.messages import Call
from groupaudit.emulator.paging import page
from groupaudit.emulator.state import User
from groupaudit.emulator.workspace import Workspace


class AccountApi:
    """Answers Directory calls about everything but groups from the tenant."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._tenant = workspace.tenant

    def answers(self) -> Answers:
        """What this API answers, by method id."""
        return {
            "directory.domains.list": self.list_domains,
            "directory.domainAliases.list": self.list_domain_aliases,
            "directory.users.list": self.list_users,
            "directory.users.get": self.get_user,
            "directory.customers.get": self.get_customer,
        }

    def list_domains(self, call: Call) -> dict[str, Any]:
        """The domains of the account, the primary one with the aliases."""
        self._workspace.require(call.principal, Privilege.DOMAINS_READ)
        self._workspace.check_customer(call.path["customer"])
        rows = [self._domain(name) for name in self._tenant.domains]
        return {"kind": "admin#directory#domains", "etag": etag(rows), "domains": rows}

    def _domain(self, name: str) -> dict[str, Any]:
        primary = name == self._tenant.primary_domain
        row = {
            "kind": "admin#directory#domain",
            "etag": etag(name),
            "domainName": name,
            "isPrimary": primary,
            "verified": True,
        }
        aliases = [self._domain_alias(alias) for alias in self._tenant.domain_aliases]
        return row | ({"domainAliases": aliases} if primary and aliases else {})

    def _domain_alias(self, name: str) -> dict[str, Any]:
        return {
            "kind": "admin#directory#domainAlias",
            "etag": etag(name),
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
        answer: dict[str, Any] = {"kind": "admin#directory#domainAliases", "etag": etag(names)}
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
        answer: dict[str, Any] = {"kind": "admin#directory#users", "etag": etag(part)}
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
            "etag": etag(user.email),
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
            "etag": etag(self._tenant.customer_id),
            "id": self._tenant.customer_id,
            "customerDomain": self._tenant.primary_domain,
            "language": "fr",
            "postalAddress": {"organizationName": self._tenant.name, "countryCode": "FR"},
        }
