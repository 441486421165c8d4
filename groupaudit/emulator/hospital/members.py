"""The direct members of a group, drawn from its row. Refuses to expand nested groups."""

from __future__ import annotations

from collections.abc import Iterator

from groupaudit.emulator.hospital import places
from groupaudit.emulator.hospital.archetypes import Archetype, Crew
from groupaudit.emulator.hospital.draw import dice, digits
from groupaudit.emulator.hospital.identities import ascii_fold, person
from groupaudit.emulator.hospital.register import Entry, group_id, nested_in
from groupaudit.emulator.hospital.staff import (
    FIRST_ACTIVE,
    FORMER_NURSE,
    SUSPENDED,
    accounts,
)
from groupaudit.emulator.state import Member, User


def members(seed: int, place: Entry, groups: int) -> tuple[Member, ...]:
    """The direct members of the group at ``place`` in a tenant of ``groups`` groups."""
    crew = place.row.crew
    return (
        *_employees(seed, place, crew),
        *_outsiders(seed, place, crew),
        *_groups(place, crew, groups),
        *_everybody(crew),
    )


def subscribers(seed: int, row: Archetype) -> tuple[Member, ...]:
    """The accounts of the hospital that are members of the consumer group of ``row``."""
    rng = dice(seed, "subscribers", row.slug)
    chosen = rng.sample(accounts(seed)[FIRST_ACTIVE:], row.subscribers)
    return tuple(_user(user, "MEMBER") for user in chosen)


def _employees(seed: int, place: Entry, crew: Crew) -> Iterator[Member]:
    rng = dice(seed, "crew", place.number)
    users = accounts(seed)
    active = rng.sample(users[FIRST_ACTIVE:], crew.owners + crew.managers + crew.staff)
    roles = ["OWNER"] * crew.owners + ["MANAGER"] * crew.managers + ["MEMBER"] * crew.staff
    for user, role in zip(active, roles, strict=True):
        yield _user(user, role)
    for number in range(crew.suspended_owners):
        yield _user(users[FORMER_NURSE + number], "OWNER")
    others = sorted(SUSPENDED - {FORMER_NURSE})
    for number in rng.sample(others, crew.suspended):
        yield _user(users[number], "MEMBER")


def _user(user: User, role: str) -> Member:
    status = "SUSPENDED" if user.suspended else "ACTIVE"
    return Member(user.id, user.email, "USER", role, status)


def _outsiders(seed: int, place: Entry, crew: Crew) -> Iterator[Member]:
    """Partners, then private mailboxes; the last ``silent`` of them get no mail."""
    total = crew.partners + crew.consumer
    for number in range(total):
        who = person(seed, f"outside/{place.number}", number)
        local = f"{ascii_fold(who.first)}.{ascii_fold(who.last)}"
        partner = f"{local}@{places.PARTNERS[(place.number + number) % len(places.PARTNERS)]}"
        yield Member(
            id=digits(21, seed, "outside", place.number, number),
            email=partner if number < crew.partners else who.mail,
            status=None,  # Google leaves the state of accounts that are not its customer's out
            delivery_settings="NONE" if number >= total - crew.silent else "ALL_MAIL",
        )


def _groups(place: Entry, crew: Crew, groups: int) -> Iterator[Member]:
    for slug, role in crew.nested:
        child = nested_in(place, slug)
        if child.number < groups:  # a small tenant lacks the rows at the end of the table
            yield Member(group_id(child.number), child.email, "GROUP", role)
    if crew.foreign_group:
        yield _foreign(places.FOREIGN_GROUP)
    if crew.consumer_group:
        yield _foreign(f"{crew.consumer_group}@{places.CONSUMER_DOMAIN}")


def _foreign(email: str) -> Member:
    return Member(f"03f{digits(12, email)}", email, "GROUP", "MEMBER", None)


def _everybody(crew: Crew) -> Iterator[Member]:
    if crew.all_users:
        yield Member(places.CUSTOMER_ID, None, "CUSTOMER", "MEMBER", None)
