"""The SQLite file behind the history: made private, opened alike, written to in transactions.

Its errors and the disk's are translated here, and only here. It knows no table.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from groupaudit.errors import StoreError


def make_private(path: Path) -> None:
    """Create the file before SQLite does, so that no other user can ever open it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.fchmod(handle, 0o600)
    finally:
        os.close(handle)


def connect(path: Path, *, threads: bool = False) -> sqlite3.Connection:
    """A connection in autocommit mode; with ``threads`` the caller sees to one use at a time."""
    connection = sqlite3.connect(
        path, isolation_level=None, timeout=10, check_same_thread=not threads
    )
    connection.execute("PRAGMA journal_mode = WAL")
    # With WAL, NORMAL loses nothing when a process is killed; see `SqliteHistory.record`.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    return connection


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Errors of SQLite and of the disk as StoreError."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            f"the history database {path} cannot be used: {error}."
            " Check its path ([state] database), its permissions and the space on its disk."
        ) from error


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[sqlite3.Connection]:
    """``connection``, to the file ``path``, in a transaction of its own, undone by any exception.

    Raises StoreError.
    """
    with translated(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            if connection.in_transaction:  # SQLite ends some by itself, as on a full disk
                connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
