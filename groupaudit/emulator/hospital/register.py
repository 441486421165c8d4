"""Which group has which number, address and id, both ways and without a list of them all.

The first round of archetypes has plain addresses; later rounds carry their unit and round number.
Four rounds show every row with every oddity of the log; in the rounds after them the rows keep name
and posts only, and show every combination of settings and members. Refuses addresses that it would
not itself have given.
"""

from __future__ import annotations

from dataclasses import dataclass

from groupaudit.emulator.hospital.archetypes import ARCHETYPES, ROW, Archetype
from groupaudit.emulator.hospital.combinations import combined
from groupaudit.emulator.hospital.places import ALIAS, PRIMARY, SECONDARY, UNITS

#: Rounds of groups as the table has them.
ROUNDS_AS_TOLD = 4
#: The number of the first group with a combination of its own.
FIRST_COMBINED = ROUNDS_AS_TOLD * len(ARCHETYPES)

_ID_PREFIX = "01vlm"
_ALIASES: dict[str, str] = {alias: row.slug for row in ARCHETYPES for alias in row.aliases}


@dataclass(frozen=True, slots=True)
class Entry:
    """One group of the register: its number, its row, its round, its local part and address."""

    number: int
    row: Archetype
    round: int
    local: str
    email: str


def suffix(round_number: int) -> str:
    """What later rounds add to the local part."""
    unit = UNITS[round_number % len(UNITS)]
    return f"-{unit}-{round_number}" if round_number else ""


def domain(row: Archetype) -> str:
    """The domain in which the groups of ``row`` live."""
    return SECONDARY if row.secondary else PRIMARY


def entry(number: int) -> Entry:
    """Group ``number`` of any tenant large enough to have it."""
    round_number, place = divmod(number, len(ARCHETYPES))
    row = ARCHETYPES[place]
    local = row.slug + suffix(round_number)
    email = f"{local}@{domain(row)}"
    if number >= FIRST_COMBINED:
        row = combined(row, number - FIRST_COMBINED)
    return Entry(number, row, round_number, local, email)


def nested_in(place: Entry, slug: str) -> Entry:
    """The group of ``slug`` that is a member of the one at ``place``.

    Of the same round; of the first where members are drawn, so that nothing nests itself.
    """
    home = place.round if place.number < FIRST_COMBINED else 0
    return entry(home * len(ARCHETYPES) + ROW[slug])


def emails(groups: int) -> tuple[str, ...]:
    """The addresses of the first ``groups`` groups, sorted."""
    return tuple(sorted(entry(number).email for number in range(groups)))


def group_id(number: int) -> str:
    """The Directory id of group ``number``."""
    return f"{_ID_PREFIX}{number:010d}"


def find(key: str, groups: int) -> int | None:
    """The number behind an address, alias or id among the first ``groups``, or None."""
    number = _by_id(key) if key.startswith(_ID_PREFIX) else _by_address(key.lower())
    return number if number is not None and number < groups else None


def _by_id(key: str) -> int | None:
    tail = key.removeprefix(_ID_PREFIX)
    if not (tail.isascii() and tail.isdigit() and len(tail) == 10):
        return None
    return int(tail)


def _by_address(address: str) -> int | None:
    local, _, host = address.partition("@")
    tail = local.rpartition("-")[2]
    plain = tail.isascii() and tail.isdigit() and len(tail) <= 6 and tail[0] != "0"
    round_number = int(tail) if plain else 0
    slug = local.removesuffix(suffix(round_number))
    if slug == local and round_number:  # a slug that ends in a number of its own, "archives-2019"
        round_number = 0
    slug = _ALIASES.get(slug, slug)
    if slug not in ROW:
        return None
    home = domain(ARCHETYPES[ROW[slug]])
    accepted = {home, ALIAS} if home == PRIMARY else {home}
    return round_number * len(ARCHETYPES) + ROW[slug] if host in accepted else None
