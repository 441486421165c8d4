"""Classifies local files: no Google, no history, nothing kept."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from groupaudit.config import Config
from groupaudit.errors import UsageError
from groupaudit.model.finding import Classification
from groupaudit.posts import scratch
from groupaudit.posts.files import documents
from groupaudit.wiring.audits import classifier, reading


def classify(paths: Sequence[Path], config: Config | None) -> Iterator[dict[str, Any]]:
    """One object for each document under ``paths``, in the contract's shape.

    Persons are told apart by a key that is forgotten at the end. Raises UsageError for a path that
    does not exist; what cannot be read gives an object with ``error``.
    """
    settings = config or Config()
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
    scratch.wipe_abandoned()
    engine = classifier(settings, secrets.token_bytes(32))
    for document in documents(paths, reading(settings)):
        yield _line(document.path, document.id, engine.classify(document))


def _line(path: str, given_id: str, found: Classification) -> dict[str, Any]:
    return {
        "document": path,
        "id": given_id,
        "verdict": found.verdict,
        "score": round(found.score, 4),
        "persons": found.persons,
        "categories": dict(found.categories),
        "excerpt": found.excerpt,
        "parts": [
            {"name": part.name, "verdict": part.verdict, "error": part.error}
            for part in found.parts
        ],
        "error": found.error,
    }


@contextmanager
def private_text_file(path: Path) -> Iterator[TextIO]:
    """``path`` opened for writing, readable by its owner only. Raises UsageError."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        if stat.S_ISREG(os.fstat(handle).st_mode):  # not a pipe, nor /dev/null
            os.fchmod(handle, 0o600)  # it may have been there, open to all
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
    with os.fdopen(handle, "w", encoding="utf-8") as sink:
        yield sink
