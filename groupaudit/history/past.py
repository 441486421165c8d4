"""What the kept runs said of one group. It reads; it draws no conclusion from what it read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from groupaudit.history import record
from groupaudit.history.schema import stamp
from groupaudit.model.report import Outcome, Run, Severity, Unsettled

# CROSS JOIN keeps SQLite at one look-up a run.
_ALL = """
SELECT head, body FROM run CROSS JOIN outcome ON run = id AND email = ?
WHERE finished IS NOT NULL ORDER BY started, id
"""

_OF_RUN = "SELECT head, body FROM run JOIN outcome ON run = id WHERE id = ? AND email = ?"

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


def severities(connection: sqlite3.Connection, run_id: str) -> dict[str, Severity]:
    """How bad each group of the run ``run_id`` was, by address. Raises ``sqlite3.Error``."""
    rows = connection.execute("SELECT email, severity FROM outcome WHERE run = ?", (run_id,))
    return {email: Severity(severity) for email, severity in rows}


def standing(
    connection: sqlite3.Connection, unsettled: Iterable[Unsettled]
) -> dict[str, Unsettled]:
    """Those ``unsettled`` that still stand, by address: they end with the run that made them.

    Raises ``sqlite3.Error``.
    """
    kept = {name for (name,) in connection.execute("SELECT id FROM run")}
    return {each.email: each for each in unsettled if each.run in kept}


def outcome(connection: sqlite3.Connection, run_id: str, email: str) -> Outcome | None:
    """What the run ``run_id`` said of the group ``email``; None when it is not kept, or did not.

    Raises as ``outcomes`` does.
    """
    row = connection.execute(_OF_RUN, (run_id, record.valid_text(email))).fetchone()
    return Outcome(record.run_of(row[0]), record.outcome(row[1])) if row else None


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
