"""Writing a report file whole or not at all, readable by its owner only.

It knows nothing of formats.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from groupaudit.errors import GroupAuditError


def write_whole(path: Path, chunks: Iterable[str]) -> Path:
    """Write ``chunks`` as UTF-8 to ``path`` and return it.

    The text goes to a temporary file of mode 0600 in the same folder, which takes the place of
    ``path`` only when complete: a reader sees the old report or the new one. Missing folders are
    made with mode 0700. Raises GroupAuditError when the disk refuses.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(path, chunks)
    except OSError as error:
        raise GroupAuditError(
            f"cannot write the report {path}: {error.strerror or error}."
            " Make the folder writable or choose another with --out.",
            reason="report-unwritable",
        ) from error
    return path


def _replace(path: Path, chunks: Iterable[str]) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        # newline="": line ends are the format's own affair (CSV wants CRLF everywhere).
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="") as stream:
            stream.writelines(chunks)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
