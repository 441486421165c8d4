"""Invented persons: names, birth dates, NIR with a valid key, record numbers, fictional phones.

Phones lie in the ranges that the French regulator (ARCEP) keeps for fiction: 01 99 00 and
06 39 98. Refuses to draw two persons of one pool with the same first name and surname.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from groupaudit.emulator.hospital.draw import bank, dice
from groupaudit.emulator.hospital.places import CONSUMER_MAIL

_STRIDE = 83  # a prime that does not divide the number of surnames: neighbours differ
_BIRTHS_FROM = date(1926, 1, 1)
_BIRTHS_DAYS = 28_000  # up to 2002: no invented minor, whose age would change the wording
_LAST_DEPARTMENT = 95


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person; ``nir`` is 15 characters without spaces, key included."""

    first: str
    last: str
    female: bool
    birth: date
    nir: str
    ipp: str
    phone: str
    mail: str


def ascii_fold(text: str) -> str:
    """``text`` in lower case without accents, spaces as hyphens, for local parts of addresses."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", "-").replace("'", "")


def nir_key(first13: str) -> str:
    """The two-digit key of a NIR: 97 - (number mod 97), Corsica's 2A and 2B counting as 19 and 18.

    Source: INSEE, RNIPP; https://www.insee.fr (numéro de sécurité sociale, clé de contrôle).
    """
    number = int(first13.replace("2A", "19").replace("2B", "18"))
    return f"{97 - number % 97:02d}"


def person(seed: int, pool: str, number: int) -> Person:
    """Person ``number`` of ``pool``; the same arguments give the same person."""
    words, offset = bank("words"), dice(seed, pool).randrange(10_000)
    surnames, women, men = words["surnames"], words["female"], words["male"]
    last = surnames[(offset + number * _STRIDE) % len(surnames)]
    place = (offset + number * 3 + number // len(surnames)) % (len(women) + len(men))
    female = place < len(women)
    first = women[place] if female else men[place - len(women)]
    rng = dice(seed, pool, number)
    birth = _BIRTHS_FROM + timedelta(days=rng.randrange(_BIRTHS_DAYS))
    department = rng.choice(("2A", "2B")) if rng.random() < 0.03 else _department(rng.random())
    stem = f"{2 if female else 1}{birth:%y%m}{department}{rng.randint(1, 600):03d}"
    stem += f"{rng.randint(1, 899):03d}"
    return Person(
        first=first,
        last=last,
        female=female,
        birth=birth,
        nir=stem + nir_key(stem),
        ipp=f"{rng.randint(10_000_000, 89_999_999)}",
        phone=f"{rng.choice(('06 39 98', '01 99 00'))} {rng.randint(0, 99):02d} "
        f"{rng.randint(0, 99):02d}",
        mail=f"{ascii_fold(first)}.{ascii_fold(last)}.fictif@{rng.choice(CONSUMER_MAIL)}",
    )


def _department(share: float) -> str:
    """A department of mainland France other than Corsica, as two digits."""
    number = 1 + int(share * _LAST_DEPARTMENT)
    return f"{33 if number == 20 else number:02d}"  # 20 has been 2A and 2B since 1976
