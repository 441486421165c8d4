"""Classifies local files: no Google, no history, nothing kept."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TextIO

from groupaudit.config import Config
from groupaudit.errors import UsageError
from groupaudit.model.finding import Classification
from groupaudit.posts import pieces, scratch
from groupaudit.posts.pieces import Piece
from groupaudit.wiring.crew import Crew, Judge, Line
from groupaudit.wiring.judging import classifier, reading

#: Bytes of input from which further processes repay their start.
SHARED_BYTES = 16 * 1024 * 1024


def classify(paths: Sequence[Path], config: Config | None, workers: int = 1) -> Iterator[Line]:
    """One object for each document under ``paths``, in the contract's shape and in order.

    Large input is shared among ``workers`` processes. Persons are told apart by a key that is
    forgotten at the end. Raises UsageError for a path that does not exist, ConfigError for a list
    of terms that cannot be read; what cannot be read of the input gives an object with ``error``.
    """
    settings = config or Config()
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
    scratch.wipe_abandoned()
    make = partial(_judge_of, settings, secrets.token_bytes(32))
    if workers > 1 and pieces.size_of(paths) >= SHARED_BYTES:
        classifier(settings, bytes(32))  # what is wrong with the configuration is told here, once
        return Crew(workers, make, _lost).lines(pieces.pieces(paths))
    return iter(make()(pieces.Files(tuple(paths))))


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _judge_of(config: Config, key: bytes) -> Judge:
    """What judges the pieces of an archive in one process."""
    engine, read = classifier(config, key), reading(config)

    def judge(piece: Piece) -> Iterator[Line]:
        for document in piece.documents(read):
            yield _line(document.path, document.id, engine.classify(document))

    return judge


def _lost(piece: Piece) -> Line:
    document = piece.lost()
    return _line(document.path, document.id, Classification(None, error=document.error))


def _line(path: str, given_id: str, found: Classification) -> Line:
    return {
        "document": path,
        "id": given_id,
        "verdict": found.verdict,
        "score": round(found.score, 4),
        "persons": found.persons,
        "categories": dict(found.categories),
        "excerpt": found.excerpt,
        "parts": [
            {
                "name": part.name,
                "verdict": part.verdict,
                "error": part.error,
                "ocr": part.recognised,
            }
            for part in found.parts
        ],
        "error": found.error,
    }


def check_writable(path: Path) -> None:
    """Raises UsageError where ``path`` can be no file to write to. Makes and changes nothing.

    For results that come at the end of long work; opening may still fail (a full disk).
    """
    there = os.access(path, os.F_OK)
    if there and path.is_dir():
        raise _unwritable(path, "it is a folder")
    if not there and not (os.access(path.parent, os.F_OK) and path.parent.is_dir()):
        raise _unwritable(path, "its folder cannot be found")
    if not os.access(path if there else path.parent, os.W_OK):
        raise _unwritable(path, "this account may not write there")


def _unwritable(path: Path, reason: str) -> UsageError:
    return UsageError(
        f"{path}: cannot be written: {reason}; name a file in a folder that exists and where you"
        " may write"
    )


@contextmanager
def private_text_file(path: Path) -> Iterator[TextIO]:
    """``path`` opened for writing, readable by its owner only. Raises UsageError."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        if stat.S_ISREG(os.fstat(handle).st_mode):  # not a pipe, nor /dev/null
            os.fchmod(handle, 0o600)  # it may have been there, open to all
    except OSError as error:
        raise _unwritable(path, str(error.strerror)) from error
    with os.fdopen(handle, "w", encoding="utf-8") as sink:
        yield sink
