"""Builds the anonymous visitor, and runs the ``probe`` command with it. Needs no credentials."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime

from groupaudit.config import Config
from groupaudit.errors import UsageError
from groupaudit.web.addresses import is_group_address, list_path
from groupaudit.web.client import PoliteClient, Politeness
from groupaudit.web.verdict import TURNED_AWAY, Sighting
from groupaudit.web.visitor import Visitor
from groupaudit.wiring.tenants import owner


def visitor(config: Config, *, sleep: Callable[[float], object] = time.sleep) -> Visitor:
    """A visitor of the configured web root, which asks nobody yet. Close it."""
    google = config.google
    manners = Politeness(
        root=google.web_root,
        pause_s=google.web_pause_s,
        most_requests=google.web_max_requests,
        contact=google.web_contact,
    )
    return Visitor(PoliteClient(manners, sleep=sleep))


def probe(addresses: Sequence[str], config: Config) -> Iterator[tuple[dict[str, object], Sighting]]:
    """For each of ``addresses`` the line for machines, and what was seen.

    Each is looked at as the tenant that owns it is configured. Raises UsageError for what cannot be
    the address of a group, before anything is asked.
    """
    wanted = [address.strip().lower() for address in addresses]
    for address in wanted:
        if not is_group_address(address):
            raise UsageError(
                "An argument is not the address of a group: give each as name@domain, for example "
                "name@googlegroups.com"
            )
    owners = [owner(config, address) for address in wanted]
    with ExitStack() as stack:
        guests: dict[str, Visitor] = {}
        for address, own in zip(wanted, owners, strict=True):
            root = own.google.web_root
            if root not in guests:
                guests[root] = stack.enter_context(visitor(_most_careful(own, owners)))
            seen = guests[root].look(address)
            yield _line(address, seen, own), seen


def _most_careful(config: Config, others: Sequence[Config]) -> Config:
    """``config`` with the best manners of all that look at the same site: it has one visitor."""
    same = [one.google for one in others if one.google.web_root == config.google.web_root]
    manners = {
        "web_pause_s": max(google.web_pause_s for google in same),
        "web_max_requests": min(google.web_max_requests for google in same),
    }
    return config.model_copy(update={"google": config.google.model_copy(update=manners)})


def exit_code(seen: Sequence[Sighting]) -> int:
    """The contract's code: 5 and 6 when a group is public, 4 when some could not be told.

    A group from which strangers were turned away is told: it is not public today.
    """
    untold = any(not each.public and each.seen not in TURNED_AWAY for each in seen)
    if any(each.public for each in seen):
        return 6 if untold else 5
    return 4 if untold else 0


def _line(address: str, seen: Sighting, config: Config) -> dict[str, object]:
    return {
        **({"tenant": config.tenant} if config.tenant else {}),
        "group": address,
        "readership": "anyone_on_web" if seen.public else "unknown",
        "seen": seen.seen.value,
        "reason": seen.detail,
        "conversations": seen.total,
        "url": config.google.web_root + list_path(address),
        "checked": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
