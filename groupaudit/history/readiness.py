"""Whether a history could be used, told without making, changing or upgrading anything.

``SqliteHistory`` makes the file and brings its tables up to date when it opens; a mere check must
not.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from groupaudit.history.connection import translated
from groupaudit.history.schema import refuse_newer

#: Seconds to wait for an audit that is just writing.
_PATIENCE_S = 5.0


def runs_kept(path: Path) -> int:
    """The number of runs in the existing database ``path``, once it proved writable.

    Raises StoreError when it cannot be read or written, or was written by a newer groupaudit.
    """
    uri = f"{path.absolute().as_uri()}?mode=rw"
    with (
        translated(path),
        closing(sqlite3.connect(uri, uri=True, timeout=_PATIENCE_S, isolation_level=None)) as found,
    ):
        found.execute("BEGIN IMMEDIATE")  # refused where nothing can be written
        tables = {name for (name,) in found.execute("SELECT name FROM sqlite_master")}
        if "migration" in tables:
            refuse_newer(found)
        runs = found.execute("SELECT COUNT(*) FROM run").fetchone()[0] if "run" in tables else 0
        found.execute("ROLLBACK")
    return int(runs)
