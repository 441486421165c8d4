"""Since when and by whom a group is exposed: the truth, for tests to hold an audit against.

Computed forwards from what happened and who came, sharing no code with the collector, which plays
the log backwards. Refuses to know more than the log still shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from groupaudit.emulator.hospital.activities import KEPT_DAYS
from groupaudit.emulator.hospital.arrivals import Arrival, arrived
from groupaudit.emulator.hospital.log import created_by
from groupaudit.emulator.hospital.readers import (
    NO_MAIL,
    documented,
    outside,
    readers,
    reading_roles,
    switch_open,
)
from groupaudit.emulator.hospital.register import find
from groupaudit.emulator.hospital.truth import stamp
from groupaudit.emulator.state import Group, Member, Tenant

_BEYOND = {"anyone_on_web", "anyone_who_joins", "whole_organisation"}
_NOTHING: dict[str, str | None] = {"since": None, "by": None, "at_least_since": None}

#: Memberships from a group down to an account: when each was made, None where the log is silent.
Chain = tuple[Arrival | None, ...]


def exposed(
    tenant: Tenant, group: Group, events: Mapping[str, dict[str, str]], seed: int, now: datetime
) -> dict[str, str | None]:
    """Since when and by whom the present readers can read, as far as the log (``events``) shows.

    Nulls where nobody reads beyond the members, or where everybody is a member. A group opened
    before the log begins has held its readership ``at_least_since`` then; so has one that somebody
    from outside reads who came before. Somebody of whose coming to a younger group the log tells
    nothing came nobody knows when. Who else read before the first of them, where the viewing value
    is not documented, nobody knows either: then their coming is a bound alone. So is the opening of
    a group in which everybody is a member too: the log does not tell when they became one.
    """
    told = readers(tenant, group).readership
    begins = stamp(now - timedelta(days=KEPT_DAYS))
    if told == "external_members":
        first = _Tracer(tenant, seed, now, mailed=not switch_open(tenant)).first(group)
        if first is None:
            return _NOTHING | {"at_least_since": None if "created" in events else begins}
        return _since_arrival(group, first, seed)
    by_settings = readers(tenant, replace(group, members=())).readership
    if told not in _BEYOND or told != by_settings:
        return _NOTHING
    event = events.get("opened", events.get("created"))
    if event is None:
        return _NOTHING | {"at_least_since": begins}
    if event is events.get("opened") and readers(tenant, _closed(group)).readership == told:
        return _NOTHING | {"at_least_since": event["time"]}
    return {"since": event["time"], "by": event["by"], "at_least_since": event["time"]}


def _since_arrival(group: Group, first: Arrival, seed: int) -> dict[str, str | None]:
    """What is known if ``first`` was the arrival of the first who reads."""
    when = stamp(first.when)
    if not documented(group):
        return _NOTHING | {"at_least_since": when}
    by = None if first.alone else created_by(seed, first.number)
    return {"since": when, "by": by, "at_least_since": when}


def _closed(group: Group) -> Group:
    """``group`` as it was before it was opened."""
    before = {"whoCanJoin": "INVITED_CAN_JOIN"}
    if group.settings["whoCanViewGroup"] in {"ANYONE_CAN_VIEW", "ALL_IN_DOMAIN_CAN_VIEW"}:
        before["whoCanViewGroup"] = "ALL_MEMBERS_CAN_VIEW"
    return replace(group, settings=group.settings | before)


@dataclass(frozen=True, slots=True)
class _Tracer:
    """Follows the chains of memberships; ``mailed``: only those by which mail passes."""

    tenant: Tenant
    seed: int
    now: datetime
    mailed: bool

    def first(self, group: Group) -> Arrival | None:
        """The arrival that completed the first chain to a reader; None: before the log."""
        roles = reading_roles(group)
        complete = []
        for member in group.members:
            for chain in (
                self._chains(group, member, (group.email,)) if member.role in roles else ()
            ):
                known = [arrival for arrival in chain if arrival is not None]
                if not known:
                    return None
                complete.append(max(known, key=_when))
        return min(complete, key=_when)

    def _chains(self, group: Group, member: Member, seen: tuple[str, ...]) -> Iterator[Chain]:
        """The arrivals from ``member`` of ``group`` down to each account from outside."""
        email = member.email or ""
        if not email or email in seen or (self.mailed and member.delivery_settings in NO_MAIL):
            return
        arrival = self._arrival(group, email)
        nested = self.tenant.group(email) if member.type == "GROUP" else None
        if nested is not None:
            for below in nested.members:
                for chain in self._chains(nested, below, (*seen, email)):
                    yield (arrival, *chain)
        elif member.status != "SUSPENDED" and outside(self.tenant, member):
            yield (arrival,)

    def _arrival(self, group: Group, member: str) -> Arrival | None:
        groups = len(self.tenant.group_emails)
        number = find(group.email, groups)
        known = () if number is None else arrived(self.seed, number, groups, self.now)
        return next((each for each in known if each.member == member), None)


def _when(arrival: Arrival) -> datetime:
    return arrival.when
