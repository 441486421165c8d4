"""The tenant as it runs: who may do what in it, what became of its groups, and what was changed.

It answers questions that several APIs ask (which group is this? may this caller do that?); it
speaks no API's language.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from groupaudit.emulator.access import Access, Privilege
from groupaudit.emulator.errors import bad_request, forbidden, not_found
from groupaudit.emulator.faults import Faults
from groupaudit.emulator.messages import Principal
from groupaudit.emulator.state import Group, Tenant, User


@dataclass
class Workspace:
    """A tenant being served. ``faults`` gives the order in force, ``now`` the time of day."""

    tenant: Tenant
    access: Access
    faults: Callable[[], Faults]
    now: Callable[[], datetime]
    _patches: dict[str, dict[str, str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def users(self) -> Mapping[str, User]:
        """Users by address, alias and id, in lower case."""
        return {
            key.lower(): user
            for user in self.tenant.users
            for key in (user.email, user.id, *user.aliases)
        }

    @cached_property
    def inside(self) -> frozenset[str]:
        """Domains and domain aliases of the account."""
        return frozenset((*self.tenant.domains, *self.tenant.domain_aliases))

    def require(self, principal: Principal, privilege: Privilege) -> None:
        """Raise ApiError 403 unless ``principal`` has ``privilege``."""
        if not self.allows(principal, privilege):
            raise forbidden()

    def allows(self, principal: Principal, privilege: Privilege) -> bool:
        """Whether a role of ``principal`` carries ``privilege``."""
        if principal.is_service_account:
            return privilege in self.access.service_account
        user = self.users.get(principal.email.lower())
        if user is not None and user.admin:
            return True
        return privilege in self.access.users.get(principal.email, frozenset())

    def group(self, key: str) -> Group:
        """The group behind an address, alias or id.

        Raises ApiError 404 when there is none or it is gone, 403 when it is to be denied.
        """
        group = self.tenant.group(key)
        faults = self.faults()
        if group is None or group.email in faults.deleted:
            raise not_found("groupKey")
        if group.email in faults.denied:
            raise forbidden()
        return group

    def check_customer(self, customer: str) -> None:
        """Raise ApiError unless ``customer`` is this account."""
        if customer in ("my_customer", self.tenant.customer_id):
            return
        raise forbidden() if customer.startswith("C") else bad_request("Invalid Input: customer")

    def settings(self, group: Group) -> dict[str, str]:
        """The settings of ``group``, with whatever was changed since the start."""
        with self._lock:
            return {**group.settings, **self._patches.get(group.email, {})}

    def change_settings(self, group: Group, changes: Mapping[str, str]) -> None:
        """Keep changed settings of ``group`` for the rest of the run."""
        with self._lock:
            self._patches.setdefault(group.email, {}).update(changes)
