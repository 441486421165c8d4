"""Notes on runs that have ended, such as that nobody could be told of one.

A report over several Workspaces has its notes in the sections of its batch. An unfinished run is
left alone: whoever resumes it writes its notes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

from groupaudit.history import record
from groupaudit.history.schema import stamp
from groupaudit.model.report import Report

_RUN_BEFORE = """
SELECT tail FROM run WHERE tenant = '' AND finished IS NOT NULL AND (started, id) < (?, ?)
ORDER BY started DESC, id DESC LIMIT 1
"""

_BATCH_BEFORE = """
SELECT head FROM batch WHERE finished IS NOT NULL AND (started, id) < (?, ?)
ORDER BY started DESC, id DESC LIMIT 1
"""


class SqliteNotes:
    """Notes on the history's tables. Every method raises StoreError as the history does."""

    def __init__(
        self, transaction: Callable[[], AbstractContextManager[sqlite3.Connection]]
    ) -> None:
        self._transaction = transaction

    def before(self, report: Report) -> tuple[str, ...] | None:
        """The notes of the finished report before ``report``; None when there is none."""
        limit = (stamp(report.run.started), report.run.id)
        with self._transaction() as connection:
            query = _BATCH_BEFORE if report.tenants else _RUN_BEFORE
            found = connection.execute(query, limit).fetchone()
        if found is None:
            return None
        if report.tenants:
            sections = record.batch_of(found[0]).sections
            return tuple(note for section in sections for note in section.notes)
        return record.tail(found[0]).notes

    def add(self, report: Report, note: str) -> Report:
        """``report`` with ``note``, which is kept where the report has ended."""
        if report.tenants:
            return self._add_to_batch(report, note)
        report = replace(report, notes=(*report.notes, note))
        with self._transaction() as connection:
            connection.execute(
                "UPDATE run SET tail = ? WHERE id = ? AND finished IS NOT NULL",
                (record.tail_text(report), report.run.id),
            )
        return report

    def _add_to_batch(self, report: Report, note: str) -> Report:
        sections = tuple(
            replace(section, notes=(*section.notes, note)) for section in report.tenants
        )
        with self._transaction() as connection:
            row = connection.execute(
                "SELECT head FROM batch WHERE id = ? AND finished IS NOT NULL", (report.run.id,)
            ).fetchone()
            if row:
                batch = replace(record.batch_of(row[0]), sections=sections)
                connection.execute(
                    "UPDATE batch SET head = ? WHERE id = ?",
                    (record.batch_text(batch), report.run.id),
                )
        return replace(report, notes=(*report.notes, note), tenants=sections)
