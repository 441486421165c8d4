"""What judges pieces in the processes of a crew under test: importable there by its name."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

from groupaudit.posts.pieces import Piece
from groupaudit.posts.reading import Reading

FATAL = "kills its reader"


def naming() -> Callable[[Piece], Iterator[dict[str, Any]]]:
    """Gives the path of each document; a document with FATAL in its subject ends the process."""
    return _named


def _named(piece: Piece) -> Iterator[dict[str, Any]]:
    for document in piece.documents(Reading(attachments=False)):
        if FATAL in document.subject:
            os._exit(9)
        yield {"document": document.path}


def sleeping() -> Callable[[Piece], Iterator[dict[str, Any]]]:
    """Takes a tenth of a second over each of a thousand lines."""
    return _asleep


def _asleep(piece: Piece) -> Iterator[dict[str, Any]]:
    for number in range(1000):
        time.sleep(0.1)
        yield {"document": f"{piece}#{number}"}


def lost(piece: Piece) -> dict[str, Any]:
    """The line of a piece that cannot be judged."""
    document = piece.lost()
    return {"document": document.path, "error": document.error}
