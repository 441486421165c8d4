"""Verdicts on posts that earlier runs gave, under keyed digests: no post can be read out of them.

Used from many threads, over a connection of its own beside the history's.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from groupaudit.history import record
from groupaudit.history.connection import connect, translated
from groupaudit.history.schema import stamp
from groupaudit.model.finding import Classification
from groupaudit.model.report import Run


class SqliteJudgements:
    """``ports.Judgements`` of ``run`` in the history's file. Methods raise StoreError.

    ``recalling`` False: every post is judged anew, and kept for the next run.
    """

    def __init__(self, path: Path, run: Run, *, recalling: bool) -> None:
        self._path = path
        self._run = run
        self._recalling = recalling
        self._today = stamp(run.started)
        self._lock = threading.Lock()
        with translated(path):
            self._connection = connect(path, threads=True)

    def recall(self, digest: bytes) -> Classification | None:
        """The verdict kept under ``digest``; ``remembered`` when another run gave it."""
        if not self._recalling:
            return None
        with self._locked():
            row = self._connection.execute(
                "SELECT run, used, body FROM judgement WHERE digest = ?", (digest,)
            ).fetchone()
            if row is None:
                return None
            run, used, body = row
            if used != self._today:
                self._connection.execute(
                    "UPDATE judgement SET used = ? WHERE digest = ?", (self._today, digest)
                )
        return replace(record.judgement(body), remembered=run != self._run.id)

    def keep(self, digest: bytes, found: Classification) -> None:
        """Keep ``found`` for later runs. It must hold no excerpt and no person."""
        with self._locked():
            self._connection.execute(
                "INSERT OR REPLACE INTO judgement (digest, run, used, body) VALUES (?, ?, ?, ?)",
                (digest, self._run.id, self._today, record.judgement_text(found)),
            )

    def close(self) -> None:
        """Close the connection; the object is of no use afterwards."""
        with self._locked():
            self._connection.close()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock, translated(self._path):
            yield
