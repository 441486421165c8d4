"""How many requests were made to Google on one of its days, by account and API.

It counts for the runs of one database; what other tools asked of the same project it cannot know.
Used from many threads, over a connection of its own beside the history's.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from groupaudit.history.connection import connect, transaction, translated


class SqliteSpending:
    """``google.budget.Ledger`` in the history's file ``path``. Methods raise StoreError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        with translated(path):
            self._connection = connect(path, threads=True)

    def reserve(self, account: str, api: str, day: date, wanted: int, ceiling: int) -> int:
        """Count up to ``wanted`` requests while there are less than ``ceiling``; how many."""
        with self._transaction() as connection:
            made = self._made(connection, account, api, day)
            granted = max(0, min(wanted, ceiling - made))
            # Earlier days are of no more use to anybody.
            connection.execute("DELETE FROM spending WHERE day < ?", (day.isoformat(),))
            self._put(connection, account, api, day, made + granted)
        return granted

    def give_back(self, account: str, api: str, day: date, unused: int) -> None:
        """Count ``unused`` requests less: they were not made."""
        with self._transaction() as connection:
            made = self._made(connection, account, api, day)
            self._put(connection, account, api, day, max(0, made - unused))

    def close(self) -> None:
        """Close the connection."""
        with translated(self._path):
            self._connection.close()

    @staticmethod
    def _made(connection: sqlite3.Connection, account: str, api: str, day: date) -> int:
        row = connection.execute(
            "SELECT requests FROM spending WHERE account = ? AND api = ? AND day = ?",
            (account, api, day.isoformat()),
        ).fetchone()
        return int(row[0]) if row else 0

    @staticmethod
    def _put(
        connection: sqlite3.Connection, account: str, api: str, day: date, requests: int
    ) -> None:
        connection.execute(
            "INSERT OR REPLACE INTO spending (account, api, day, requests) VALUES (?, ?, ?, ?)",
            (account, api, day.isoformat(), requests),
        )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, transaction(self._connection, self._path) as connection:
            yield connection
