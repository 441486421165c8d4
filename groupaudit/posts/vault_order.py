"""What is asked of Vault: the posts of groups, or mail that outside groups delivered to mailboxes.

Queries and options follow Vault's discovery document (v1) and help page 2474474. It asks nobody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

_WINDOW = re.compile(r"since:(\d{4}-\d\d-\d\d):(\d{1,12})(?!\S)")


@dataclass(frozen=True, slots=True)
class Order:
    """What an export shall hold: Vault's own ``query`` and ``options``.

    ``key`` is its name in the journal; ``accounts`` are how many it asks for.
    """

    key: str
    query: dict[str, Any] = field(repr=False)
    options: dict[str, Any] = field(repr=False)
    accounts: int = 1


@dataclass(frozen=True, slots=True)
class Window:
    """Only the posts since a day (in UTC), of ``total`` that Vault counts in the whole group."""

    since: date
    total: int

    def __str__(self) -> str:
        return f"since:{self.since}:{self.total}"


def key_of(groups: Sequence[str], window: Window | None = None) -> str:
    """The name in the journal of an export of ``groups``."""
    return " ".join((*([str(window)] if window else ()), *groups))


def groups_of(key: str) -> list[str]:
    """The groups in a name that ``key_of`` made."""
    return [word for word in key.split() if not _WINDOW.fullmatch(word)]


def window_of(key: str) -> Window | None:
    """The window in a name that ``key_of`` made."""
    found = _WINDOW.match(key)
    return Window(date.fromisoformat(found[1]), int(found[2])) if found else None


def posts_of(groups: Sequence[str], *, region: str, window: Window | None = None) -> Order:
    """The posts of ``groups`` (addresses), for an export; only those in ``window`` if there is one.

    Vault rounds the beginning to midnight and the time of a post to the hour.
    """
    since = {"startTime": f"{window.since}T00:00:00Z", "timeZone": "Etc/UTC"} if window else {}
    return Order(
        key_of(groups, window),
        {
            "corpus": "GROUPS",
            "dataScope": "ALL_DATA",
            "method": "ACCOUNT",
            "accountInfo": {"emails": list(groups)},
            **since,
        },
        {"region": region, "groupsOptions": {"exportFormat": "MBOX"}},
        accounts=len(groups),
    )


def outside_mail(since: date, *, region: str) -> Order:
    """Mail in all mailboxes that groups at googlegroups.com may have delivered, from ``since`` on.

    ``list:`` with a domain is not documented for Vault; ``to:`` and ``from:`` are.
    """
    return Order(
        f"mailboxes-{since}",
        {
            "corpus": "MAIL",
            "dataScope": "ALL_DATA",
            "method": "ENTIRE_ORG",
            "terms": "list:googlegroups.com OR to:googlegroups.com OR from:googlegroups.com",
            "startTime": f"{since}T00:00:00Z",
            "timeZone": "Etc/UTC",
            "mailOptions": {"excludeDrafts": True},
        },
        {"region": region, "mailOptions": {"exportFormat": "MBOX"}},
    )
