"""The tables of the history database, as an ordered list of named migrations.

A migration that has been released never changes; new tables and columns are new migrations. Each
runs in one transaction together with the record of it, so that a failure leaves no half-state.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import NamedTuple

from groupaudit.errors import StoreError


class Migration(NamedTuple):
    """One step: a name that is recorded, and its statements."""

    name: str
    statements: tuple[str, ...]


_RECORDS = """
CREATE TABLE IF NOT EXISTS migration (
    name TEXT PRIMARY KEY,
    applied TEXT NOT NULL
) STRICT
"""

MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "0001-runs-and-outcomes",
        (
            # `head` is the run and `tail` what the finished report adds to its outcomes (changes,
            # notes, listing failure), both JSON; the other columns are what queries ask for.
            """
            CREATE TABLE run (
                id TEXT PRIMARY KEY,
                started TEXT NOT NULL,
                finished TEXT,
                config_digest TEXT NOT NULL,
                head TEXT NOT NULL,
                tail TEXT
            ) STRICT
            """,
            "CREATE INDEX run_by_start ON run (started, id)",
            # The key is what makes a resumed run unable to double a group. `place` is the rank in
            # the finished report.
            """
            CREATE TABLE outcome (
                run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
                email TEXT NOT NULL,
                place INTEGER,
                severity TEXT NOT NULL,
                body TEXT NOT NULL,
                PRIMARY KEY (run, email)
            ) STRICT, WITHOUT ROWID
            """,
        ),
    ),
    Migration(
        "0002-tenants",
        (
            # Each Workspace of a group of hospitals has its own runs; `batch` ties together those
            # of one report, whose head and sections are `head`, as JSON.
            "ALTER TABLE run ADD COLUMN tenant TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE run ADD COLUMN batch TEXT NOT NULL DEFAULT ''",
            """
            CREATE TABLE batch (
                id TEXT PRIMARY KEY,
                started TEXT NOT NULL,
                finished TEXT,
                config_digest TEXT NOT NULL,
                head TEXT NOT NULL
            ) STRICT
            """,
        ),
    ),
    Migration(
        "0003-judgements",
        (
            # `digest` is keyed, `run` is the one that judged, `used` when it was last asked for;
            # `body` is JSON without text, excerpts or persons.
            """
            CREATE TABLE judgement (
                digest BLOB PRIMARY KEY,
                run TEXT NOT NULL,
                used TEXT NOT NULL,
                body TEXT NOT NULL
            ) STRICT, WITHOUT ROWID
            """,
        ),
    ),
    Migration(
        "0004-mailbox-searches",
        (
            # `through` is the source by which mailboxes were searched; `body` is JSON with
            # addresses of groups and counts.
            """
            CREATE TABLE search (
                run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
                through TEXT NOT NULL,
                body TEXT NOT NULL,
                PRIMARY KEY (run, through)
            ) STRICT, WITHOUT ROWID
            """,
        ),
    ),
    Migration(
        "0005-spending",
        (
            # Requests made on a day of Google's; `account` is a digest of what Google counts on.
            """
            CREATE TABLE spending (
                account TEXT NOT NULL,
                api TEXT NOT NULL,
                day TEXT NOT NULL,
                requests INTEGER NOT NULL,
                PRIMARY KEY (account, api, day)
            ) STRICT, WITHOUT ROWID
            """,
        ),
    ),
    Migration(
        "0006-figures",
        (
            # What a finished run comes to in numbers, as JSON; counted once.
            """
            CREATE TABLE figures (
                run TEXT PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
                body TEXT NOT NULL
            ) STRICT, WITHOUT ROWID
            """,
        ),
    ),
)


def migrate(
    connection: sqlite3.Connection,
    now: datetime,
    migrations: tuple[Migration, ...] = MIGRATIONS,
) -> tuple[str, ...]:
    """Bring the database up to date; the names of the migrations that ran.

    ``connection`` must be in autocommit mode (``isolation_level=None``). Raises StoreError when the
    database was written by a newer groupaudit, ``sqlite3.Error`` when a statement fails.
    """
    connection.execute(_RECORDS)
    applied = _applied(connection)
    refuse_newer(connection, migrations)
    pending = [migration for migration in migrations if migration.name not in applied]
    for migration in pending:
        _apply(connection, migration, now)
    return tuple(migration.name for migration in pending)


def refuse_newer(
    connection: sqlite3.Connection, migrations: tuple[Migration, ...] = MIGRATIONS
) -> None:
    """Raise StoreError when a newer groupaudit wrote the database, which has its migrations."""
    unknown = _applied(connection) - {migration.name for migration in migrations}
    if unknown:
        raise StoreError(
            "the history database was written by a newer groupaudit"
            f" (it knows {', '.join(sorted(unknown))}). Upgrade groupaudit, or name another"
            " database in [state] database."
        )


def _applied(connection: sqlite3.Connection) -> set[str]:
    return {str(name) for (name,) in connection.execute("SELECT name FROM migration")}


def _apply(connection: sqlite3.Connection, migration: Migration, now: datetime) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in migration.statements:
            connection.execute(statement)
        connection.execute(
            "INSERT INTO migration (name, applied) VALUES (?, ?)",
            (migration.name, now.isoformat()),
        )
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def stamp(when: datetime | None) -> str | None:
    """``when`` as the tables hold it: text that sorts by time."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if when else None
