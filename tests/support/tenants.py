"""Small Workspace tenants for the emulator, of the groups that a test needs."""

from __future__ import annotations

from typing import Any

from groupaudit.emulator.state import Group, Tenant, User


def tenant_of(*groups: Group, domain: str = "h.example", **changes: Any) -> Tenant:
    """A tenant of one domain with an administrator and ``groups``; ``changes`` to anything else."""
    found = {key: each for each in groups for key in (each.email, each.id, *each.aliases)}
    values: dict[str, Any] = {
        "customer_id": "C01",
        "name": "Petit hôpital",
        "primary_domain": domain,
        "domains": (domain,),
        "domain_aliases": (),
        "users": (User("1", f"admin@{domain}", "Admin Inventé", admin=True),),
        "group_emails": tuple(sorted(group.email for group in groups)),
        "group": found.get,
    }
    return Tenant(**(values | changes))
