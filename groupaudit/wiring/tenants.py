"""Which tables of a configuration with several tenants a command goes by. Opens nothing.

A tenant that is asked for and not there is an error that lists those that are; what belongs to no
tenant goes by the shared tables.
"""

from __future__ import annotations

from groupaudit.config import Config
from groupaudit.errors import UsageError


def named(config: Config, tenant: str | None) -> Config:
    """The configuration of ``tenant``; ``config`` itself, the shared tables, if None.

    Raises UsageError when no ``[[tenant]]`` has that name.
    """
    if tenant is None:
        return config
    for one in config.tenants:
        if one.tenant == tenant:
            return one
    if not config.tenants:
        raise UsageError("--tenant: the configuration has no [[tenant]] tables; leave it out.")
    names = ", ".join(one.tenant for one in config.tenants)
    raise UsageError(f"--tenant: no [[tenant]] has this name; use one of: {names}")


def alone(config: Config, tenant: str | None) -> Config:
    """``config`` with ``tenant`` as its only one; all of them if None. Raises UsageError."""
    if tenant is None:
        return config
    return config.model_copy(update={"tenants": (named(config, tenant),)})


def owner(config: Config, address: str) -> Config:
    """The configuration of the tenant that the group ``address`` belongs to, else ``config``.

    What is known without asking Google: a tenant owns the domain of its ``google.subject``, its
    ``organisation.extra_domains``, and the groups in its own ``consumer.addresses``.
    """
    domain = address.rpartition("@")[2]
    for one in config.tenants:
        own = {one.google.subject.rpartition("@")[2], *one.organisation.extra_domains}
        if address in one.consumer.addresses or domain in {name.lower() for name in own}:
            return one
    return config
