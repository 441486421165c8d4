"""Writing a report file whole or not at all, readable by its owner only unless it says nothing.

It knows nothing of formats.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from groupaudit.errors import GroupAuditError

#: Permissions of what tells of groups, and of what holds bare numbers for another account to read.
PRIVATE, FOR_ALL = 0o600, 0o644


def write_whole(path: Path, chunks: Iterable[str], mode: int = PRIVATE) -> Path:
    """Write ``chunks`` as UTF-8 to ``path`` and return it.

    The text goes to a temporary file of mode 0600 in the same folder, which takes the place of
    ``path``, with ``mode``, only when complete: a reader sees the old report or the new one.
    Missing folders are made with mode 0700. Raises GroupAuditError when the disk refuses.
    """
    return write_bytes_whole(path, (chunk.encode("utf-8", "replace") for chunk in chunks), mode)


def write_bytes_whole(path: Path, chunks: Iterable[bytes], mode: int = PRIVATE) -> Path:
    """As ``write_whole``, for a format that is no text."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(path, chunks, mode)
    except OSError as error:
        raise GroupAuditError(
            f"cannot write the report {path}: {error.strerror or error}."
            " Make the folder writable or choose another with --out.",
            reason="report-unwritable",
        ) from error
    return path


def _replace(path: Path, chunks: Iterable[bytes], mode: int) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.writelines(chunks)
            stream.flush()
            os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
