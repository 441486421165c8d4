"""Groups that hold more posts than are worth exporting, and since when theirs are asked for.

Vault counts first (``matters.count`` of its discovery document v1): quick beside an export, and
twenty a minute are allowed. Where it does not tell, nothing is narrowed: too much is fetched rather
than too little looked at. It begins no export and reads no post.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Any

from groupaudit.errors import CollectError
from groupaudit.google import answers
from groupaudit.posts.vault_answers import lacking, number, text
from groupaudit.posts.vault_export import Vault
from groupaudit.posts.vault_order import Window, posts_of

#: Google Groups began on this day (Wikipedia, "Google Groups"): imported posts may be older.
FIRST_DAY = date(2001, 2, 12)
#: Counts that narrowing one group may take: enough to tell a fortnight in a quarter of a century.
MOST_COUNTS = 10
#: How long a count may take, seconds.
LONGEST_COUNT_S = 900.0


class VaultCounts:
    """Counts of groups' posts, made in ``matter``."""

    def __init__(self, vault: Vault, matter: str) -> None:
        self._vault = vault
        self._matter = matter

    def of(self, groups: Sequence[str], since: date | None = None) -> dict[str, int]:
        """Posts of each of ``groups``, from ``since`` on; those that cannot be told are left out.

        Raises BadAnswer, CollectError.
        """
        window = Window(since, 0) if since else None
        order = posts_of(groups, region="ANY", window=window)  # nothing is stored anywhere
        begun = self._vault.counting.call(
            lambda vault: vault.matters().count(
                matterId=self._matter, body={"query": order.query, "view": "ALL"}
            )
        )
        found = answers.part(self._awaited(text(begun, "name")), "groupsCountResult")
        if not found:
            raise lacking("groupsCountResult")
        told = {
            _account(row): number(row, "count") for row in answers.entries(found, "accountCounts")
        }
        failed = {_account(row) for row in answers.entries(found, "accountCountErrors")}
        return {
            group: told.get(group.lower(), 0) for group in groups if group.lower() not in failed
        }

    def since(self, group: str, day: date) -> int:
        """Posts of one group from ``day`` on. Raises BadAnswer, CollectError."""
        told = self.of([group], day)
        if group not in told:
            raise lacking("the count of a group")
        return told[group]

    def _awaited(self, name: str) -> dict[str, Any]:
        """What Vault has counted; nothing when it takes too long."""
        for _look in self._vault.looks(LONGEST_COUNT_S):
            told = self._vault.matters.call(lambda vault: vault.operations().get(name=name))
            if told.get("done"):
                return answers.part(told, "response")
        return {}


def windows(
    counts: VaultCounts, groups: Sequence[str], *, most: int, today: date
) -> dict[str, Window]:
    """Those of ``groups`` that hold more than ``most`` posts, each with what to export of it.

    One whose count cannot be had is exported whole. Raises only what ends the run: QuotaExhausted,
    Interrupted.
    """
    totals: dict[str, int] = {}
    found: dict[str, Window] = {}
    with suppress(CollectError):
        totals = counts.of(groups)
    for group, total in totals.items():
        if total > most:
            with suppress(CollectError):
                since = partial(counts.since, group)
                found[group] = narrowed(since, total, most=most, today=today)
    return found


def narrowed(count: Callable[[date], int], total: int, *, most: int, today: date) -> Window:
    """The window of the newest posts that holds at most ``most`` of ``total``, and not far fewer.

    ``count`` tells how many posts there are from a day on. Where no such window is found within
    ``MOST_COUNTS`` counts, the smallest one seen that holds any.
    """
    early, late = FIRST_DAY.toordinal(), today.toordinal() + 2  # clocks differ
    fitting = exceeding = 0
    for _ in range(MOST_COUNTS):
        middle = (early + late) // 2
        found = count(date.fromordinal(middle))
        if found > most:
            early = exceeding = middle
        else:
            late, fitting = middle, middle if found else fitting
        if most // 2 <= found <= most or late - early < 2:
            break
    return Window(date.fromordinal(fitting or exceeding or early), total)


def _account(row: dict[str, Any]) -> str:
    return text(answers.part(row, "account"), "email").lower()
