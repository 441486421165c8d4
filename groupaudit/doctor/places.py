"""Can this account read and write where the configuration says? Makes no file that stays.

A check must not make what an audit makes: a database that root's check made, the audit's own
account could not open.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from groupaudit.doctor.outcome import Outcome, State
from groupaudit.errors import GroupAuditError, StoreError
from groupaudit.history import lock, readiness, secret
from groupaudit.model.group import Group
from groupaudit.ports import PostSource


def folder(check: str, title: str, path: Path, breaks: str) -> Outcome:
    """Whether files can be made in ``path``, or it can be made where it does not exist yet."""
    nearest = next(one for one in (path, *path.absolute().parents) if one.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        return Outcome(
            check,
            title,
            State.FAILED,
            f"{nearest}: no file can be made ({error.strerror})",
            breaks,
            f"let the account that runs the audit write in {nearest}, or name another place.",
        )
    found = f"{path}: writable" if nearest == path else f"{path}: can be made"
    return Outcome(check, title, State.OK, found)


def database(path: Path) -> Outcome:
    """Whether the history can be read and written, its key included."""
    breaks = "No run can be recorded, and none can be compared."
    if not path.exists():
        return folder("database", "history", path.parent, breaks)
    try:
        runs = readiness.runs_kept(path)
        if (key := path.with_name(f"{path.name}.key")).exists():
            secret.load_or_create(key)
    except StoreError as error:
        return Outcome("database", "history", State.FAILED, "not usable", breaks, str(error))
    return Outcome("database", "history", State.OK, f"{path}: writable, {runs} runs kept")


def unlocked(path: Path) -> Outcome:
    """Whether no audit is running on the history ``path``."""
    try:
        holder = lock.holder(path.with_name(f"{path.name}.lock"))
    except StoreError as error:
        return Outcome("lock", "lock", State.FAILED, "not usable", "No audit starts.", str(error))
    if holder is None:
        return Outcome("lock", "lock", State.OK, "free")
    return Outcome(
        "lock",
        "lock",
        State.OPTIONAL,
        f"held by {holder}",
        "Another audit would end with exit code 7.",
        "wait for the audit that is running.",
    )


def archive(path: Path, source: PostSource, groups: Iterable[Group]) -> Outcome:
    """Whether the archive folder can be read, and which of ``groups`` it holds something for."""
    breaks = "Posts are not read from the archive."
    if not path.is_dir() or not os.access(path, os.R_OK | os.X_OK):
        return Outcome(
            "archive",
            "archive",
            State.CONFIG,
            f"{path}: no folder that can be read",
            breaks,
            "correct posts.archive_dir, or let the account that runs the audit read the folder.",
        )
    try:
        told = [(group.email, source.available(group).yes) for group in groups]
    except GroupAuditError as error:
        return Outcome(
            "archive", "archive", State.UNCHECKED, f"groups are not known: {error.reason}", breaks
        )
    covered = tuple(email for email, yes in told if yes)
    uncovered = tuple(email for email, yes in told if not yes)
    return Outcome(
        "archive",
        "archive",
        State.OK if covered else State.OPTIONAL,
        f"{path}: holds {len(covered)} of {len(told)} groups",
        "" if covered else breaks,
        "" if covered else "name files after groups: <group-address>.mbox.",
        covered=covered,
        uncovered=uncovered,
    )
