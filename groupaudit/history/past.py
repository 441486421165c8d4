"""What the kept runs said of one group. It reads; it draws no conclusion from what it read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from groupaudit.history import record
from groupaudit.history.schema import stamp
from groupaudit.model.report import Outcome, Run

# CROSS JOIN keeps SQLite at one look-up a run.
_ALL = """
SELECT head, body FROM run CROSS JOIN outcome ON run = id AND email = ?
WHERE finished IS NOT NULL ORDER BY started, id
"""

_BEFORE = """
SELECT started, id, head, body FROM run LEFT JOIN outcome ON run = id AND email = ?
WHERE finished IS NOT NULL AND tenant = ? AND (started, id) < (?, ?)
ORDER BY started DESC, id DESC LIMIT 1
"""


def outcomes(connection: sqlite3.Connection, email: str) -> tuple[Outcome, ...]:
    """What each finished run, of any tenant, said of the group ``email``, oldest first.

    Raises ``sqlite3.Error``, and StoreError for a record that cannot be understood.
    """
    rows = connection.execute(_ALL, (record.valid_text(email),))
    return tuple(Outcome(record.run_of(head), record.outcome(body)) for head, body in rows)


def earlier(connection: sqlite3.Connection, run: Run, email: str) -> Iterator[Outcome | None]:
    """What each finished run of the same tenant before ``run`` said of the group ``email``.

    Newest first, one look-up each; None for a run that did not list the group. Raises as
    ``outcomes`` does.
    """
    limit = (stamp(run.started), run.id)
    while True:
        row = connection.execute(_BEFORE, (record.valid_text(email), run.tenant, *limit)).fetchone()
        if row is None:
            return
        *limit, head, body = row
        yield Outcome(record.run_of(head), record.outcome(body)) if body else None
