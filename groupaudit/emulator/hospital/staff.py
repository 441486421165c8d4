"""The hospital's accounts. Refuses patients: they have no account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from groupaudit.emulator.hospital.draw import digits
from groupaudit.emulator.hospital.identities import Person, ascii_fold, person
from groupaudit.emulator.hospital.places import ALIAS, ORG_UNITS, PRIMARY, SECONDARY
from groupaudit.emulator.state import User

HEADCOUNT = 160
ADMIN = 0  # a super administrator: the account that an audit impersonates
FORMER_NURSE = 1  # created the story's group and left; the account is suspended
SUSPENDED = frozenset({FORMER_NURSE, 2, 3, 4, 5})
FIRST_ACTIVE = 6
_FIRST_ACCOUNT = datetime(2012, 3, 5, 8, tzinfo=UTC)
_AT_SECONDARY = 20  # the last so many work at the nursing home


def staff_person(seed: int, number: int) -> Person:
    """The person behind account ``number``."""
    return person(seed, "staff", number)


@lru_cache(maxsize=4)
def accounts(seed: int) -> tuple[User, ...]:
    """Every account of the tenant, the administrator first."""
    return tuple(_account(seed, number) for number in range(HEADCOUNT))


def _account(seed: int, number: int) -> User:
    who = staff_person(seed, number)
    local = f"{ascii_fold(who.first)}.{ascii_fold(who.last)}"
    domain = SECONDARY if number >= HEADCOUNT - _AT_SECONDARY else PRIMARY
    admin = number == ADMIN
    return User(
        id=digits(21, seed, "user", number),
        email=f"audit.groupes@{PRIMARY}" if admin else f"{local}@{domain}",
        name="Audit des groupes" if admin else f"{who.first} {who.last}",
        org_unit=ORG_UNITS[number % len(ORG_UNITS)],
        suspended=number in SUSPENDED,
        admin=admin,
        aliases=(f"{local}@{ALIAS}",) if domain == PRIMARY else (),
        created=_FIRST_ACCOUNT + timedelta(days=23 * number),
    )
