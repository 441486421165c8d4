"""Makes the tenant of a fictitious French hospital, the same for the same arguments.

Groups are made when they are asked for, so that 50,000 of them cost little more memory than their
addresses. Refuses to serve (``server`` does) and to tell the truth about the tenant
(``hospital.truth`` does, by rules of its own).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial

from groupaudit.emulator.hospital import places, register
from groupaudit.emulator.hospital.activities import activities
from groupaudit.emulator.hospital.archetypes import CONSUMER_GROUPS, Archetype
from groupaudit.emulator.hospital.archive import Planned, began, plan, size
from groupaudit.emulator.hospital.correspondence import write
from groupaudit.emulator.hospital.draw import digits
from groupaudit.emulator.hospital.members import members
from groupaudit.emulator.hospital.policies import OrgPolicy, Spelling, policies
from groupaudit.emulator.hospital.settings import consumer_settings, settings
from groupaudit.emulator.hospital.staff import accounts
from groupaudit.emulator.state import Group, Post, Tenant

DEFAULT_GROUPS = 40
DEFAULT_SEED = 20230526
MOST_GROUPS = 50_000
_KEPT = 512  # groups kept once made: a parent and its nested groups are asked for together


def generate(
    groups: int = DEFAULT_GROUPS,
    seed: int = DEFAULT_SEED,
    now: datetime | None = None,
    *,
    org_policy: OrgPolicy = "public",
    spelling: Spelling = "camelCase",
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
        policies=policies(org_policy, spelling),
        activities=partial(activities, seed, groups, end),
    )


def moment(now: datetime | None) -> datetime:
    """``now`` in UTC to the second, or last midnight UTC. Raises ValueError without a time zone."""
    if now is None:
        return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    return now.astimezone(UTC).replace(microsecond=0)


def archive_of(seed: int, place: register.Entry, end: datetime) -> tuple[Planned, ...]:
    """The planned posts of a group of the Workspace."""
    posts = size(place.row, place.number, seed, place.round)
    return plan(seed, place.email, place.row, posts, end)


def _group(seed: int, groups: int, end: datetime, number: int) -> Group:
    place = register.entry(number)
    row = place.row
    name = f"{row.name}{register.suffix(place.round)}"
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
        posts_total=size(row, number, seed, place.round),
        posts=partial(_posts, seed, place.email, row, size(row, number, seed, place.round), end),
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
        posts_total=row.posts,
        posts=partial(_posts, seed, email, row, row.posts, end),
    )


def _posts(seed: int, email: str, row: Archetype, posts: int, end: datetime) -> Iterator[Post]:
    for post in plan(seed, email, row, posts, end):
        yield Post(post.id, post.date, post.thread, partial(write, seed, email, post))
