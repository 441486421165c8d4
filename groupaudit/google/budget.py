"""How many requests of a day are left, so that a run stops before Google has to stop it.

Google counts its quotas a day for each Cloud project and API, from midnight to midnight in
California. This counts likewise, in a ledger that outlives the run: what one run asked, the next
one of that day cannot ask again. It counts what was sent, refused or not, each call of a batch as
one; it neither sends nor waits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from groupaudit.errors import QuotaExhausted

#: Where Google's day begins (Admin SDK, usage limits: "reset at midnight Pacific time").
PACIFIC = ZoneInfo("America/Los_Angeles")

#: Ceilings where the configuration names none: below the quotas a day that Google documents.
#: Groups Settings: 100,000 a day and project (Admin SDK, Groups Settings limits). The project's
#: other tools keep the rest. For the other APIs Google documents quotas a minute only.
USUAL = {"groupssettings": 90_000}

#: Requests taken from the ledger at once, given back if they were not made.
BLOCK = 100


class Ledger(Protocol):
    """Where the requests of a day are counted, over runs. Thread-safe; raises StoreError."""

    def reserve(self, account: str, api: str, day: date, wanted: int, ceiling: int) -> int:
        """Count up to ``wanted`` requests while there are less than ``ceiling``; how many."""

    def give_back(self, account: str, api: str, day: date, unused: int) -> None:
        """Count ``unused`` requests less: they were not made."""


class Budget:
    """The requests that ``account`` may still make today. Thread-safe; ``close`` it at the end.

    ``per_day`` is the ceiling for each API; 0: ``USUAL``, and none for an API that it does not
    name. ``clock`` is aware time. A process that is killed leaves up to ``BLOCK`` requests for each
    API counted that were not made.
    """

    def __init__(
        self, account: str, per_day: int, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._account = account
        self._per_day = per_day
        self._ledger = ledger
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[str, tuple[date, int]] = {}

    def take(self, api: str, what: str) -> None:
        """Count one request to ``api``, for ``what``. Raises QuotaExhausted, StoreError."""
        ceiling = self._per_day or USUAL.get(api)
        if ceiling is None:
            return
        with self._lock:
            now = self._clock()
            today = google_day(now)
            day, left = self._held.get(api, (today, 0))
            if day != today or not left:
                left = self._ledger.reserve(self._account, api, today, BLOCK, ceiling)
            if not left:
                raise QuotaExhausted(_used_up(what, ceiling, now))
            self._held[api] = (today, left - 1)

    def close(self) -> None:
        """Give back what was reserved and not used. Raises StoreError."""
        with self._lock:
            for api, (day, left) in self._held.items():
                self._ledger.give_back(self._account, api, day, left)
            self._held.clear()


def google_day(now: datetime) -> date:
    """The day of Google's quotas in which ``now`` (aware) lies."""
    return now.astimezone(PACIFIC).date()


def next_day(now: datetime) -> datetime:
    """When Google's next day begins, UTC."""
    tomorrow = google_day(now) + timedelta(days=1)
    return datetime.combine(tomorrow, time(), PACIFIC).astimezone(UTC)


def _used_up(what: str, ceiling: int, now: datetime) -> str:
    return (
        f"The day's budget of requests for {what} is used up ({ceiling} for this API,"
        f" google.requests_per_day): run again after {next_day(now):%Y-%m-%d %H:%M} UTC,"
        " or raise it."
    )
