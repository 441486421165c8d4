"""Private temporary folders for fetched and unpacked mail: locked while in use, wiped afterwards.

The lock is the kernel's and ends with the process. So a folder without one was left by a run that
was killed, and the next run wipes it, however that run died. It never touches a folder that some
process still uses, that another account owns, or that it did not name.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from groupaudit.errors import PostsError

logger = logging.getLogger("groupaudit")

_PREFIX = "groupaudit-posts-"
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

#: The locks of the folders of this process: open descriptors.
_held: dict[Path, int] = {}


def new_folder() -> Path:
    """A new folder that only this account may enter, for the caller to ``wipe``.

    Raises PostsError(``disk``).
    """
    try:
        while True:
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
            lock = _locked(folder)
            if lock is not None:
                _held[folder] = lock
                return folder
    except OSError as error:
        raise PostsError(
            f"No temporary folder can be made ({error.strerror}): check TMPDIR", reason="disk"
        ) from error


@contextmanager
def private_folder() -> Iterator[Path]:
    """A new folder that only this account may enter; emptied and removed at the end."""
    folder = new_folder()
    try:
        yield folder
    finally:
        wipe(folder)


def wipe(folder: Path) -> None:
    """Remove ``folder`` and all that is in it; no error if it is gone already."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        logger.warning("Mail was left in %s: it could not be removed; do so by hand.", folder)
    lock = _held.pop(folder, None)
    if lock is not None:
        os.close(lock)


def wipe_abandoned() -> int:
    """Wipe what killed runs left in the system's place for temporary files; how many folders."""
    wiped = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            lock = _locked(folder, wait=False)
        except OSError:  # somebody uses it, or it is no folder that this account may open
            continue
        if lock is not None:
            _held[folder] = lock
            wipe(folder)
            wiped += 1
    return wiped


def _locked(folder: Path, *, wait: bool = True) -> int | None:
    """The lock of ``folder``; None when it is another account's, or somebody else wiped it first.

    Raises OSError, without ``wait`` also when somebody holds the lock.
    """
    try:
        handle = os.open(folder, _DIRECTORY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        ours = os.fstat(handle).st_uid == os.geteuid()
        if ours and folder.exists():
            return handle
    except BaseException:
        os.close(handle)
        raise
    os.close(handle)
    return None
