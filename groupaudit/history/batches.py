"""Which runs of several tenants make one report together.

A batch that was cut short is gone on with by the next audit: what is finished in it is not run
again. One that ended is never gone on with, also when a tenant in it failed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager

from groupaudit.history import record
from groupaudit.history.schema import stamp
from groupaudit.model.report import Batch, Run


class SqliteBatches:
    """``ports.Batches`` on the history's tables. Every method raises StoreError as it does."""

    def __init__(
        self, transaction: Callable[[], AbstractContextManager[sqlite3.Connection]]
    ) -> None:
        self._transaction = transaction

    def resume_or_begin(self, run: Run, *, fresh: bool) -> Run:
        """The head of the newest batch cut short with the same ``config_digest``, else ``run``.

        ``fresh`` forgets the batches cut short of that configuration.
        """
        with self._transaction() as connection:
            if fresh:
                connection.execute(
                    "DELETE FROM batch WHERE finished IS NULL AND config_digest = ?",
                    (run.config_digest,),
                )
            row = connection.execute(
                "SELECT head FROM batch WHERE finished IS NULL AND config_digest = ?"
                " ORDER BY started DESC, id DESC LIMIT 1",
                (run.config_digest,),
            ).fetchone()
            if row:
                return record.batch_of(row[0]).run
            connection.execute(
                "INSERT INTO batch (id, started, config_digest, head) VALUES (?, ?, ?, ?)",
                (run.id, stamp(run.started), run.config_digest, record.batch_text(Batch(run))),
            )
            return run

    def finished(self, batch: Run) -> dict[str, str]:
        """Tenant to the id of its finished run in ``batch``."""
        with self._transaction() as connection:
            return dict(
                connection.execute(
                    "SELECT tenant, id FROM run WHERE batch = ? AND finished IS NOT NULL"
                    " ORDER BY started, id",
                    (batch.id,),
                )
            )

    def finish(self, batch: Batch) -> None:
        """Close ``batch`` and keep its sections."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE batch SET finished = ?, head = ? WHERE id = ?",
                (stamp(batch.run.finished), record.batch_text(batch), batch.run.id),
            )

    def kept(self) -> dict[str, Batch]:
        """Id to batch of those that ended, newest first."""
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT id, head FROM batch WHERE finished IS NOT NULL"
                " ORDER BY started DESC, id DESC"
            ).fetchall()
        return {name: record.batch_of(head) for name, head in rows}
