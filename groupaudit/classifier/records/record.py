"""What a health record says once its format is read: whose it is, and which facts it holds.

The readers of this package make these values, ``judgement`` alone weighs them. Nothing here knows a
format, and ``repr`` never shows what a record holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_YEAR = re.compile(r"(?:19|20)\d{2}")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")


def year_of(date: str) -> int | None:
    """The year with which a standard's date begins ("20261120083000", "2026-11-20"), or None."""
    found = _YEAR.match(date)
    return int(found.group()) if found else None


def day_of(date: str) -> str:
    """The day with which a standard's date begins ("19840512", "1984-05-12"), with separators.

    ``""`` where the day or the month is left out.
    """
    found = _DAY.match(date)
    return "-".join(found.groups()) if found else ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number under which somebody is filed, and who gave it (an OID, a system, a name or "")."""

    value: str = field(repr=False)
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """Who a dossier is about, as its identity fields say.

    ``episode`` numbers a stay or a request: another one of the same person has another number.
    ``birth`` is written as a date with separators. ``contacts`` are the categories (``phone``,
    ``email``, ``address``) of which the record has a value. ``test``: the format itself says that
    nobody real is meant.
    """

    numbers: tuple[Number, ...] = field(default=(), repr=False)
    episode: str = field(default="", repr=False)
    family: str = field(default="", repr=False)
    given: str = field(default="", repr=False)
    birth: str = field(default="", repr=False)
    contacts: frozenset[str] = frozenset()
    test: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One health fact: its category (``docs/classifier.md``) and the words that name it, if any."""

    category: str
    label: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Dossier:
    """Facts of one patient; ``patient`` None when the record ties them to nobody.

    ``year`` is that in which the record was made by its own date, None where it bears none.
    """

    patient: Patient | None
    facts: tuple[Fact, ...] = ()
    notes: str = field(default="", repr=False)
    year: int | None = None


@dataclass(slots=True)
class Draft:
    """A dossier while its lines are being read."""

    patient: Patient | None = None
    facts: list[Fact] = field(default_factory=list, repr=False)
    notes: list[str] = field(default_factory=list, repr=False)
    year: int | None = None

    def dossier(self) -> Dossier:
        """What has been read."""
        return Dossier(self.patient, tuple(self.facts), "\n".join(self.notes), self.year)


@dataclass(frozen=True, slots=True)
class Record:
    """A text that is written in a standard of health records.

    ``standard`` is a stable id, ``title`` what people call it, ``unit`` what ``size`` counts.
    ``outside`` is text around the record. ``definitions`` counts what describes formats and
    vocabularies and concerns nobody; ``unread`` what could not be read; ``replies``, of ``size``,
    only say that another message has arrived.
    """

    standard: str
    title: str
    unit: str
    size: int
    dossiers: tuple[Dossier, ...] = field(repr=False)
    outside: str = field(default="", repr=False)
    definitions: int = 0
    unread: int = 0
    replies: int = 0
