"""The searches of mailboxes that a run has made, so that a resumed one does not make them again.

They go with their run. No mailbox is named in them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager

from groupaudit.history import record
from groupaudit.model.report import Run
from groupaudit.model.searches import MailboxSearch


class SqliteSearches:
    """``ports.Searches`` on the history's tables, for ``run``, which has begun."""

    def __init__(
        self, transaction: Callable[[], AbstractContextManager[sqlite3.Connection]], run: Run
    ) -> None:
        self._transaction = transaction
        self._run = run

    def recall(self, through: str) -> MailboxSearch | None:
        """The search that the run made ``through`` a source, if it did. Raises StoreError."""
        with self._transaction() as connection:
            row = connection.execute(
                "SELECT body FROM search WHERE run = ? AND through = ?", (self._run.id, through)
            ).fetchone()
        return record.search(row[0]) if row else None

    def keep(self, search: MailboxSearch) -> None:
        """Keep ``search`` in place of any earlier one through the same. Raises StoreError."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO search (run, through, body) VALUES (?, ?, ?)",
                (self._run.id, search.through, record.search_text(search)),
            )
