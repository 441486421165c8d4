"""The table of groups, read from ``data/groups.toml``: one row for each situation to get right.

A tenant of 40 groups has each row once; larger ones repeat the rows with other units, people and
posts, then with other settings too (``combinations``). Rows only describe; how a row becomes
settings, members and posts is decided elsewhere.
Refuses rows with fields that it does not know.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from groupaudit.emulator.hospital.draw import bank


@dataclass(frozen=True, slots=True)
class Crew:
    """Who the members are.

    Counts of accounts by kind, then the groups that are members with the role they have. ``staff``
    are active employees, ``partners`` professionals elsewhere, ``consumer`` private mailboxes;
    ``silent`` of the partners and private mailboxes get no mail.
    """

    owners: int = 1
    managers: int = 0
    staff: int = 6
    suspended: int = 0
    suspended_owners: int = 0
    partners: int = 0
    consumer: int = 0
    silent: int = 0
    all_users: bool = False
    nested: tuple[tuple[str, str], ...] = ()
    foreign_group: bool = False
    consumer_group: str = ""


@dataclass(frozen=True, slots=True, eq=False)  # a row is itself and no other
class Archetype:
    """One row: a group, what it ``shows``, and how it came about.

    ``posts`` in ``threads`` conversations over ``months``, drawn from the kinds of ``mix``.
    ``opened_days`` ago somebody opened the group to its present readers, seen in the log ``via``
    that application; None when it always was so, or nobody knows. ``overrides`` are settings that
    differ from a usual group's. ``subscribers`` are employees with mail of a consumer group.
    """

    slug: str
    name: str
    shows: str
    view: str
    mix: str
    posts: int = 24
    threads: int = 16
    months: float = 20
    join: str = "INVITED_CAN_JOIN"
    external: bool = False
    crew: Crew = Crew()
    secondary: bool = False
    aliases: tuple[str, ...] = ()
    opened_days: int | None = None
    via: str = "groups"
    description: str = ""
    subscribers: int = 0
    overrides: dict[str, str] = field(default_factory=dict)


def _rows(table: str) -> tuple[Archetype, ...]:
    return tuple(_row(dict(raw)) for raw in bank("groups")[table])


def _row(raw: dict[str, Any]) -> Archetype:
    crew = dict(raw.pop("crew", {}))
    nested = tuple((slug, role) for slug, role in crew.pop("nested", ()))
    aliases = tuple(raw.pop("aliases", ()))
    length = raw.pop("description_length", 0)
    if length:  # a short text over and over, up to the longest that Google takes
        text = raw["description"]
        raw["description"] = (text * (length // len(text) + 1))[:length]
    return Archetype(**raw, crew=Crew(**crew, nested=nested), aliases=aliases)


#: Groups of the Workspace, the most telling first.
ARCHETYPES: tuple[Archetype, ...] = _rows("group")

#: Groups outside the Workspace, seen only through their web pages; ``view`` decides what they show.
CONSUMER_GROUPS: tuple[Archetype, ...] = _rows("consumer")

#: What groups talk about: kinds of the phrase bank with their weights.
MIXES: dict[str, tuple[tuple[str, int], ...]] = {
    name: tuple(weights.items()) for name, weights in bank("groups")["mixes"].items()
}

ROW: dict[str, int] = {row.slug: number for number, row in enumerate(ARCHETYPES)}
