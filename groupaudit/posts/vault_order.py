"""What is asked of Vault: the posts of groups, or mail that outside groups delivered to mailboxes.

Queries and options follow Vault's discovery document (v1) and help page 2474474. It asks nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Order:
    """What an export shall hold: Vault's own ``query`` and ``options``.

    ``key`` is its name in the journal. ``tables`` are worth fetching where ``accounts`` are many.
    """

    key: str
    query: dict[str, Any] = field(repr=False)
    options: dict[str, Any] = field(repr=False)
    accounts: int = 1


def posts_of(groups: Sequence[str], *, region: str) -> Order:
    """The posts of ``groups`` (addresses), for an export."""
    return Order(
        " ".join(groups),
        {
            "corpus": "GROUPS",
            "dataScope": "ALL_DATA",
            "method": "ACCOUNT",
            "accountInfo": {"emails": list(groups)},
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
