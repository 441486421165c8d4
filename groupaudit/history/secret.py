"""The key of the keyed hashes, kept in a file of its own beside the database.

Without it a stored fingerprint cannot be searched exhaustively (a national health number could be).
It is never logged, never stored in the database and never shown.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from groupaudit.errors import StoreError

KEY_BYTES = 32


def load_or_create(path: Path) -> bytes:
    """The 32 bytes of the key file ``path``, made with mode 0600 when it does not exist.

    Raises StoreError when the file is no key, is readable by others or cannot be made.
    """
    try:
        return _create(path)
    except FileExistsError:
        return _load(path)
    except OSError as error:
        raise StoreError(f"cannot create the key file {path}: {error.strerror}") from error


def _create(path: Path) -> bytes:
    """Make the key under another name and link it: nobody ever sees half a key."""
    if path.exists():
        raise FileExistsError
    key = secrets.token_bytes(KEY_BYTES)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(key)
            stream.flush()
            os.fsync(stream.fileno())
        path.hardlink_to(fresh)
    finally:
        fresh.unlink(missing_ok=True)
    return key


def _load(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        with os.fdopen(handle, "rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            key = stream.read(KEY_BYTES + 1)
    except OSError as error:
        raise StoreError(f"cannot read the key file {path}: {error.strerror}") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise StoreError(f"others may read the key file {path}; run: chmod 600 {path}")
    if len(key) != KEY_BYTES:
        raise StoreError(
            f"the key file {path} does not hold {KEY_BYTES} bytes. Restore it, or remove it to"
            " start with a new key (fingerprints of earlier runs will no longer match)."
        )
    return key
