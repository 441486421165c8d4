"""Runs and their outcomes in one SQLite file: the checkpoint of a run, and the memory of all.

The file is readable by its owner only and holds no post, no person's key and no token. Used from
one thread (SQLite's own check stays on); the lock keeps a second process out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from groupaudit.errors import UsageError
from groupaudit.history import expiry, past, record
from groupaudit.history.batches import SqliteBatches
from groupaudit.history.connection import connect, make_private, transaction, translated
from groupaudit.history.figures import SqliteFigures
from groupaudit.history.judgements import SqliteJudgements
from groupaudit.history.lock import locked
from groupaudit.history.notes import SqliteNotes
from groupaudit.history.record import Tail
from groupaudit.history.schema import migrate, stamp
from groupaudit.history.searches import SqliteSearches
from groupaudit.history.sharing import Shared
from groupaudit.model.report import Assessment, Outcome, Report, Run, Severity
from groupaudit.model.standing import Standing
from groupaudit.ports import Clock

#: Outcomes fetched at a time: reading never holds a statement open while others write.
_PAGE = 500

_KEEP = """
INSERT INTO outcome (run, email, place, severity, body) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (run, email) DO UPDATE
SET place = excluded.place, severity = excluded.severity, body = excluded.body
"""


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run in the history with the number of its groups of each severity."""

    run: Run
    groups: int
    by_severity: tuple[tuple[Severity, int], ...]


class SqliteHistory:
    """``ports.History`` on the SQLite file ``path``.

    Opening creates the file (mode 0600) and brings its tables up to date. Every method raises
    StoreError when the database cannot be read or written.
    """

    def __init__(self, path: Path, *, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        with self._translated():
            make_private(path)
            self._connection = connect(path)
            try:
                migrate(self._connection, clock())
            except BaseException:
                self._connection.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the object is of no use afterwards."""
        with self._translated():
            self._connection.close()

    @property
    def batches(self) -> SqliteBatches:
        """Which runs make one report together."""
        return SqliteBatches(self._transaction)

    @property
    def notes(self) -> SqliteNotes:
        """Notes on runs that have ended."""
        return SqliteNotes(self._transaction)

    @property
    def figures(self) -> SqliteFigures:
        """What each run comes to in numbers."""
        return SqliteFigures(self._transaction)

    def searches(self, run: Run) -> SqliteSearches:
        """The searches of mailboxes that ``run`` has made."""
        return SqliteSearches(self._transaction, run)

    def judgements(self, run: Run, *, recalling: bool) -> SqliteJudgements:
        """What earlier runs judged, for ``run``; to be closed by the caller."""
        return SqliteJudgements(self._path, run, recalling=recalling)

    def lock(self) -> AbstractContextManager[None]:
        """Keep every other audit off this database; raises LockedError when one is running."""
        return locked(self._path.with_name(f"{self._path.name}.lock"))

    def resume_or_begin(self, run: Run, *, fresh: bool) -> Run:
        """The newest unfinished run with the same ``config_digest``, else ``run``, now begun.

        ``fresh`` forgets the unfinished runs of that configuration.
        """
        with self._transaction() as connection:
            if fresh:
                connection.execute(
                    "DELETE FROM run WHERE finished IS NULL AND config_digest = ?",
                    (run.config_digest,),
                )
            row = connection.execute(
                "SELECT head FROM run WHERE finished IS NULL AND config_digest = ?"
                " ORDER BY started DESC, id DESC LIMIT 1",
                (run.config_digest,),
            ).fetchone()
            begun = replace(run, finished=None, complete=False)
            if row:
                begun = _gone_on_with(record.run_of(row[0]), run)
            connection.execute(
                "INSERT INTO run (id, started, config_digest, head, tenant, batch)"
                " VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET head = excluded.head, batch = excluded.batch",
                (
                    begun.id,
                    stamp(begun.started),
                    begun.config_digest,
                    record.run_text(begun),
                    begun.tenant,
                    begun.batch,
                ),
            )
            return begun

    def record(self, run: Run, assessment: Assessment) -> None:
        """Keep one outcome of a run in progress; a second one of the same group replaces it.

        It survives the death of the process at once, a power cut after the next checkpoint: what a
        power cut takes is assessed again.
        """
        with self._transaction() as connection:
            connection.execute(_KEEP, (run.id, *_columns(assessment, None)))

    def recorded(self, run: Run) -> Iterator[Assessment]:
        """The outcomes kept for ``run``, in the order of addresses."""
        last, shared = "", Shared()
        while True:
            with self._translated():
                rows = self._connection.execute(
                    "SELECT email, body FROM outcome WHERE run = ? AND email > ?"
                    " ORDER BY email LIMIT ?",
                    (run.id, last, _PAGE),
                ).fetchall()
            yield from (shared.outcome(record.outcome(body)) for _, body in rows)
            if len(rows) < _PAGE:
                return
            last = rows[-1][0]

    def finish(self, report: Report) -> None:
        """Close the run: its outcomes become exactly the report's, in the report's order."""
        run = report.run
        finished = replace(run, finished=run.finished or self._clock())
        with self._transaction() as connection:
            connection.execute(
                "UPDATE run SET finished = ?, head = ?, tail = ? WHERE id = ?",
                (
                    stamp(finished.finished),
                    record.run_text(finished),
                    record.tail_text(report),
                    run.id,
                ),
            )
            connection.execute("UPDATE outcome SET place = NULL WHERE run = ?", (run.id,))
            connection.executemany(
                _KEEP,
                (
                    (run.id, *_columns(assessment, place))
                    for place, assessment in enumerate(report.groups)
                ),
            )
            connection.execute("DELETE FROM outcome WHERE run = ? AND place IS NULL", (run.id,))
        with self._translated():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def last(self, before: Run | None = None) -> Standing | None:
        """The newest finished run, or the newest before ``before`` and of its tenant."""
        limit = (stamp(before.started), before.id) if before else ("9999", "")
        with self._translated():
            row = self._connection.execute(
                "SELECT id FROM run WHERE finished IS NOT NULL AND (started, id) < (?, ?)"
                " AND tenant = coalesce(?, tenant) ORDER BY started DESC, id DESC LIMIT 1",
                (*limit, before.tenant if before else None),
            ).fetchone()
        return self.standing(row[0]) if row else None

    def standing(self, run_id: str) -> Standing:
        """How bad each group was in the run ``run_id``. Raises UsageError without one.

        A finding that it left unsettled stands as it was, while the run that made it is kept.
        """
        run, added = self._head(run_id)
        with self._translated():
            severities = past.severities(self._connection, run_id)
            stand = past.standing(self._connection, added.unsettled)

        def recall(email: str) -> Outcome | None:
            told_by = stand[email].run if email in stand else run_id
            with self._translated():
                return past.outcome(self._connection, told_by, email)

        unsettled = {email: each.severity for email, each in stand.items()}
        return Standing(run, severities, recall, unsettled)

    def outcomes(self, email: str) -> tuple[Outcome, ...]:
        """What each finished run, of any tenant, said of the group ``email``, oldest first."""
        with self._translated():
            return past.outcomes(self._connection, email)

    def earlier(self, run: Run, email: str) -> Iterator[Outcome | None]:
        """What each finished run of the same tenant before ``run`` said of the group ``email``.

        Newest first, one look-up each; None for a run that did not list the group.
        """
        with self._translated():
            yield from past.earlier(self._connection, run, email)

    def load(self, run_id: str) -> Report:
        """The report of the run ``run_id``, as far as it got. Raises UsageError without one."""
        run, added = self._head(run_id)
        with self._translated():
            bodies = self._connection.execute(
                "SELECT body FROM outcome WHERE run = ? ORDER BY place, email", (run_id,)
            )
            shared = Shared()
            groups = tuple(shared.outcome(record.outcome(body)) for (body,) in bodies)
        return Report(
            run=run,
            groups=groups,
            changes=added.changes,
            notes=added.notes,
            listing_failure=added.listing_failure,
            compliance=added.compliance,
            unsettled=added.unsettled,
        )

    def _head(self, run_id: str) -> tuple[Run, Tail]:
        with self._translated():
            row = self._connection.execute(
                "SELECT head, tail FROM run WHERE id = ?", (run_id,)
            ).fetchone()
        if row is None:
            raise UsageError(
                f"no run {run_id!r} in {self._path}; `groupaudit history` lists those kept"
            )
        return record.run_of(row[0]), record.tail(row[1])

    def runs(self) -> tuple[KeptRun, ...]:
        """The runs kept, newest first, unfinished ones included."""
        with self._translated():
            heads = self._connection.execute(
                "SELECT id, head FROM run ORDER BY started DESC, id DESC"
            ).fetchall()
            counts = self._connection.execute(
                "SELECT run, severity, COUNT(*) FROM outcome GROUP BY run, severity"
            ).fetchall()
        by_run: dict[str, dict[Severity, int]] = {}
        for run_id, severity, count in counts:
            by_run.setdefault(run_id, {})[Severity(severity)] = count
        return tuple(_kept(record.run_of(head), by_run.get(run_id, {})) for run_id, head in heads)

    def expire(self, retention_days: int) -> int:
        """Delete runs that started more than ``retention_days`` ago; the number deleted.

        What stays nevertheless is in ``expiry``.
        """
        with self._transaction() as connection:
            deleted = expiry.delete_before(
                connection, self._clock() - timedelta(days=retention_days)
            )
        if deleted:
            with self._translated():
                self._connection.execute("VACUUM")
        return deleted

    def _transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        return transaction(self._connection, self._path)

    def _translated(self) -> AbstractContextManager[None]:
        return translated(self._path)


def _gone_on_with(begun: Run, run: Run) -> Run:
    """``begun`` as it goes on in the place of ``run``.

    Were terms or groupaudit itself changed in between, it looked at posts in two ways: in none.
    """
    return replace(begun, batch=run.batch, scope=run.scope if run.scope == begun.scope else "")


def _columns(assessment: Assessment, place: int | None) -> tuple[str, int | None, str, str]:
    return (
        record.valid_text(assessment.group.email),
        place,
        assessment.severity.value,
        record.outcome_text(assessment),
    )


def _kept(run: Run, counts: dict[Severity, int]) -> KeptRun:
    ordered = tuple((severity, counts[severity]) for severity in Severity if severity in counts)
    return KeptRun(run, sum(counts.values()), ordered)
