"""Opens the history that a configuration names, apart from all that an audit needs.

Google's libraries and the classifier load slowly: what reads the history alone is spared them.
"""

from __future__ import annotations

from datetime import UTC, datetime

from groupaudit.config import Config
from groupaudit.history.store import SqliteHistory


def open_history(config: Config) -> SqliteHistory:
    """The history that ``config`` names, to be used as a context. Raises StoreError."""
    return SqliteHistory(config.path(config.state.database), clock=now)


def now() -> datetime:
    """The present moment, aware UTC, to the second: what reports show and the history keeps."""
    return moment()[0]


def moment() -> tuple[datetime, int]:
    """The present second and its 65,536ths gone by: runs that begin in one second have an order."""
    present = datetime.now(UTC)
    return present.replace(microsecond=0), present.microsecond * 65_536 // 1_000_000
