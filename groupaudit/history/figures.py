"""What each kept run comes to in numbers, so that a trend over a year reads no outcome again.

Figures are kept when a run has ended; those of a run that an older groupaudit made are counted when
they are first asked for. It compares no runs: ``wiring.trends`` decides which stand side by side.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from groupaudit.history import record
from groupaudit.history.schema import stamp
from groupaudit.model.report import Figures, Run

# A run that ended before it listed a group, such as one with a refused key, is none.
_UP_TO = """
SELECT head, figures.body, coalesce(json_type(tail, '$.listing_failure'), 'null') = 'null'
FROM run LEFT JOIN figures ON figures.run = id
WHERE tenant = ? AND (started, id) <= (?, ?)
AND (finished IS NOT NULL OR EXISTS (SELECT 1 FROM outcome WHERE outcome.run = id))
ORDER BY started DESC, id DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class KeptFigures:
    """A run of the history, whether its list of groups is whole, and its figures if counted."""

    run: Run
    listing_whole: bool
    figures: Figures | None


class SqliteFigures:
    """Figures on the history's tables. Every method raises StoreError as the history does."""

    def __init__(
        self, transaction: Callable[[], AbstractContextManager[sqlite3.Connection]]
    ) -> None:
        self._transaction = transaction

    def keep(self, run: Run, figures: Figures) -> None:
        """Keep ``figures`` of ``run``, which is in the history; earlier ones are replaced."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO figures (run, body) VALUES (?, ?)"
                " ON CONFLICT (run) DO UPDATE SET body = excluded.body",
                (run.id, record.figures_text(figures)),
            )

    def up_to(self, run: Run, most: int) -> tuple[KeptFigures, ...]:
        """``run`` and those of its tenant before it, newest first, no more than ``most``."""
        with self._transaction() as connection:
            rows = connection.execute(
                _UP_TO, (run.tenant, stamp(run.started), run.id, most)
            ).fetchall()
        return tuple(
            KeptFigures(
                record.run_of(head),
                bool(listing_whole),
                record.figures_of(body) if body else None,
            )
            for head, body, listing_whole in rows
        )
