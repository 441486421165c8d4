"""Makes the tenant of a fictitious French hospital, the same for the same arguments.

Groups are made when they are asked for, so that 50,000 of them cost little more memory than their
addresses. Refuses to serve: ``server`` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import Any

from groupaudit.emulator.hospital import places, register
from groupaudit.emulator.hospital.activities import activities
from groupaudit.emulator.hospital.archetypes import CONSUMER_GROUPS, Archetype
from groupaudit.emulator.hospital.archive import Planned, began, plan, size
from groupaudit.emulator.hospital.correspondence import write
from groupaudit.emulator.hospital.draw import digits
from groupaudit.emulator.hospital.members import members, subscribers
from groupaudit.emulator.hospital.policies import (
    OrgPolicy,
    ServiceState,
    Spelling,
    policies,
)
from groupaudit.emulator.hospital.settings import consumer_settings, settings
from groupaudit.emulator.hospital.since import exposed
from groupaudit.emulator.hospital.staff import accounts
from groupaudit.emulator.hospital.truth import (
    consumer_truth,
    group_truth,
    labels,
    logged,
)
from groupaudit.emulator.state import Group, Post, Tenant

DEFAULT_GROUPS = 40
DEFAULT_SEED = 20230526
MOST_GROUPS = 50_000
_KEPT = 512  # groups kept once made: a parent and its nested groups are asked for together


def generate(  # noqa: PLR0913 - one keyword for each way in which tenants differ
    groups: int = DEFAULT_GROUPS,
    seed: int = DEFAULT_SEED,
    now: datetime | None = None,
    *,
    org_policy: OrgPolicy = "public",
    spelling: Spelling = "camelCase",
    service_state: ServiceState = "ENABLED",
) -> Tenant:
    """The hospital's Workspace with ``groups`` groups of its own (1 to 50,000).

    ``now`` is the moment to which archives and logs reach, by default last midnight UTC, so that
    two calls on one day give the same tenant. Raises ValueError outside these bounds.
    """
    if not 1 <= groups <= MOST_GROUPS:
        raise ValueError(f"a tenant has 1 to {MOST_GROUPS} groups, not {groups}")
    end = moment(now)
    make = lru_cache(maxsize=_KEPT)(partial(_group, seed, groups, end))

    def find(key: str) -> Group | None:
        number = register.find(key, groups)
        return None if number is None else make(number)

    return Tenant(
        customer_id=places.CUSTOMER_ID,
        name=places.NAME,
        primary_domain=places.PRIMARY,
        domains=(places.PRIMARY, places.SECONDARY),
        domain_aliases=(places.ALIAS,),
        users=accounts(seed),
        group_emails=register.emails(groups),
        group=find,
        consumer_groups=tuple(_consumer_group(seed, end, row) for row in CONSUMER_GROUPS),
        policies=policies(org_policy, spelling, service_state),
        activities=partial(activities, seed, groups, end),
    )


def truth(  # noqa: PLR0913 - the arguments of generate
    groups: int = DEFAULT_GROUPS,
    seed: int = DEFAULT_SEED,
    now: datetime | None = None,
    *,
    org_policy: OrgPolicy = "public",
    service_state: ServiceState = "ENABLED",
    unassessed: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What is true of the tenant that ``generate`` makes of the same arguments. JSON-able.

    ``groups`` holds one entry a group in the order of addresses, consumer groups after them. A
    disabled service changes nobody's reading: posts are kept, and seen the moment that it is back.
    ``unassessed`` maps addresses that a test denies or deletes to the reason that an audit must
    give (``access-denied``, ``not-found``); their members are unknown wherever they are nested.
    """
    end = moment(now)
    tenant = generate(groups, seed, end, org_policy=org_policy, service_state=service_state)
    events = logged(seed, groups, end)
    hidden = dict(unassessed or {})
    return {
        "seed": seed,
        "now": end.isoformat(),
        "org_policy": org_policy,
        "service_state": service_state,
        "domains": [*tenant.domains, *tenant.domain_aliases],
        "unassessed": hidden,
        "groups": [
            {
                **group_truth(tenant, group, _planned(seed, email, groups, end), hidden=hidden),
                "opened": events.get(email, {}).get("opened"),
                "exposed": exposed(tenant, group, events.get(email, {}), seed, end),
            }
            for email in tenant.group_emails
            if (group := tenant.group(email)) is not None
        ]
        + [
            consumer_truth(tenant, group, plan(seed, group.email, row, row.posts, end))
            for row, group in zip(CONSUMER_GROUPS, tenant.consumer_groups, strict=True)
        ],
    }


def post_labels(
    email: str,
    groups: int = DEFAULT_GROUPS,
    seed: int = DEFAULT_SEED,
    now: datetime | None = None,
) -> Iterator[dict[str, Any]]:
    """The truth about each post of a group; nothing for an address that has no group."""
    return labels(email, _planned(seed, email, groups, moment(now)))


def moment(now: datetime | None) -> datetime:
    """``now`` in UTC to the second, or last midnight UTC. Raises ValueError without a time zone."""
    if now is None:
        return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    return now.astimezone(UTC).replace(microsecond=0)


def _planned(seed: int, email: str, groups: int, end: datetime) -> tuple[Planned, ...]:
    number = register.find(email, groups)
    if number is None:
        return ()
    place = register.entry(number)
    posts = size(place.row, number, seed, place.round)
    return plan(seed, place.email, place.row, posts, end)


def _group(seed: int, groups: int, end: datetime, number: int) -> Group:
    place = register.entry(number)
    row = place.row
    name = f"{row.name}{register.suffix(place.round)}"
    posts = size(row, number, seed, place.round)
    return Group(
        id=register.group_id(number),
        email=place.email,
        name=name,
        description=row.description or row.name,
        aliases=tuple(
            f"{alias}{register.suffix(place.round)}@{register.domain(row)}" for alias in row.aliases
        ),
        non_editable_aliases=() if row.secondary else (f"{place.local}@{places.ALIAS}",),
        admin_created=row.crew.suspended_owners == 0,
        created=began(row, end) - timedelta(minutes=7 * (number % 200)),
        settings=settings(place, name, row.description or row.name),
        members=members(seed, place, groups),
        posts_total=posts,
        posts=partial(_posts, seed, place.email, row, posts, end),
    )


def _consumer_group(seed: int, end: datetime, row: Archetype) -> Group:
    email = f"{row.slug}@{places.CONSUMER_DOMAIN}"
    return Group(
        id=f"03c{digits(12, seed, email)}",
        email=email,
        name=row.name,
        description=row.name,
        admin_created=False,
        created=began(row, end),
        settings=consumer_settings(row, email),
        members=subscribers(seed, row),
        posts_total=row.posts,
        posts=partial(_posts, seed, email, row, row.posts, end),
    )


def _posts(seed: int, email: str, row: Archetype, posts: int, end: datetime) -> Iterator[Post]:
    for post in plan(seed, email, row, posts, end):
        yield Post(post.id, post.date, post.thread, partial(write, seed, email, post))
