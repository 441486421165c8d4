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
    return datetime.now(UTC).replace(microsecond=0)
