"""What the history forgets when its time is up, and what stays all the same."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from groupaudit.history.schema import stamp

# Without its newest finished run, a tenant's next one could not tell what changed.
_RUNS = """
DELETE FROM run WHERE started < ? AND id NOT IN (
    SELECT first_value(id) OVER (PARTITION BY tenant ORDER BY started DESC, id DESC)
    FROM run WHERE finished IS NOT NULL
)
"""

_BATCHES = "DELETE FROM batch WHERE started < ? AND id NOT IN (SELECT batch FROM run)"

# A verdict that runs still ask for is as good as new.
_JUDGEMENTS = "DELETE FROM judgement WHERE used < ?"


def delete_before(connection: sqlite3.Connection, limit: datetime) -> int:
    """Delete what began, or was last used, before ``limit``; the number of runs deleted.

    Outcomes, figures and searches go with their run. The newest finished run of each tenant stays,
    and a batch that has a run left. The caller opens the transaction; raises ``sqlite3.Error``.
    """
    moment = (stamp(limit),)
    deleted = connection.execute(_RUNS, moment).rowcount
    connection.execute(_BATCHES, moment)
    connection.execute(_JUDGEMENTS, moment)
    return deleted
