"""Outlook's mailbox files (``.pst``, ``.ost``), read message by message in a process of their own.

Outlives whatever happens in that process: a message that ends it costs that message. Keeps no
folder's name. Needs the extra ``pst``; without it such a file is refused, with the remedy.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import BinaryIO

from groupaudit.errors import PostsError
from groupaudit.posts.extract import pipes
from groupaudit.posts.extract.pst import HEAD, MAX_MESSAGE_BYTES, MAX_MESSAGES, Frame

SUFFIXES = frozenset({".pst", ".ost"})
MAGIC = b"!BDN"

_LIBRARY = "pypff"
# Base64 takes a third more, unpacked RTF some five times; a file that gives more is made to.
_MAX_RATIO = 20
_ALWAYS_ALLOWED = 64 * 1024 * 1024
# What a message costs beside its bytes, so that even empty ones come to an end.
_MESSAGE_COST = 1024
_MOST_CRASHES = 20
# How long all messages together may take, waiting for them alone.
_ALWAYS_WAITED_S = 600.0
_SLOWEST_BYTES_PER_S = 1_000_000
_REASONS = frozenset({"corrupt", "too-large", "too-deep", "bomb"})


@dataclass(frozen=True, slots=True)
class PstItem:
    """A message as mail; or, with ``error``, why the next ``count`` ones cannot be read."""

    mail: bytes = field(default=b"", repr=False)
    error: str = ""
    count: int = 1


def is_pst(path: PurePath) -> bool:
    """Whether a file is one by its name."""
    return path.suffix.lower() in SUFFIXES


def items(path: Path, *, seconds: float = 40.0) -> Iterator[PstItem]:
    """All messages of the file at ``path``, in its order, each within ``seconds``.

    Raises PostsError(``needs-extra``, ``corrupt``, ``bomb``, ``crashed`` or ``timed-out``) before
    the first, when the file cannot be opened; OSError when it is not there.
    """
    if importlib.util.find_spec(_LIBRARY) is None:
        raise PostsError(
            "An Outlook mailbox needs a library: pip install 'groupaudit[pst]'",
            reason="needs-extra",
        )
    with path.open("rb") as stream:
        yield from _Reading(stream, seconds).items()


class _Reading:
    """One reading of a file, perhaps by several processes, one after the other."""

    def __init__(self, stream: BinaryIO, seconds: float) -> None:
        self._stream = stream
        self._seconds = seconds
        size = os.fstat(stream.fileno()).st_size
        self._left = max(_ALWAYS_ALLOWED, _MAX_RATIO * size)
        self._patience = _ALWAYS_WAITED_S + size / _SLOWEST_BYTES_PER_S
        self._total: int | None = None
        self._seen = 0

    def items(self) -> Iterator[PstItem]:
        for _attempt in range(_MOST_CRASHES):
            try:
                yield from self._by_one_process()
            except (EOFError, OSError, ValueError) as error:
                reason = "timed-out" if isinstance(error, TimeoutError) else "crashed"
                if self._total is None:
                    raise _unreadable(reason) from error
                if self._seen < self._total:
                    self._seen += 1
                    yield PstItem(error=reason)  # the message that ended the process
            else:
                break
        if self._total is None:
            raise _unreadable("crashed")
        if self._seen < self._total:
            reason = "crashed" if self._patience > 0 else "timed-out"
            yield PstItem(error=reason, count=self._total - self._seen)

    def _by_one_process(self) -> Iterator[PstItem]:
        process = subprocess.Popen(  # noqa: S603 - this very project, and a number
            [sys.executable, "-I", "-m", "groupaudit.posts.extract.pst", str(self._seen)],
            stdin=self._stream,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
            close_fds=True,
        )
        try:
            for kind, data in self._frames(process):
                if kind is Frame.REFUSED:
                    raise _refused(data)
                if kind is Frame.COUNT:
                    self._total = min(int.from_bytes(data[:8], "little"), MAX_MESSAGES)
                    continue
                self._seen += 1
                yield PstItem(data) if kind is Frame.MESSAGE else PstItem(error=_reason(data))
        finally:
            pipes.end(process)

    def _frames(self, process: subprocess.Popen[bytes]) -> Iterator[tuple[Frame, bytes]]:
        """What the process says, as long as that is bounded by what it was given."""
        while self._patience > 0:
            began = time.monotonic()
            kind, data = self._frame(process, began + self._seconds)
            self._patience -= time.monotonic() - began
            if kind is Frame.END:
                return
            yield kind, data

    def _frame(self, process: subprocess.Popen[bytes], deadline: float) -> tuple[Frame, bytes]:
        if process.stdout is None:
            raise EOFError
        source = process.stdout.fileno()
        number, size = HEAD.unpack(pipes.read(source, HEAD.size, deadline))
        self._left -= size + _MESSAGE_COST
        if size > MAX_MESSAGE_BYTES or self._left < 0:
            raise PostsError("An Outlook mailbox holds more than it should", reason="bomb")
        return Frame(number), pipes.read(source, size, deadline)


def _unreadable(reason: str) -> PostsError:
    return PostsError("An Outlook mailbox cannot be read", reason=reason)


def _refused(data: bytes) -> PostsError:
    return PostsError(
        "An Outlook mailbox is damaged or of an unknown kind: export it again",
        reason=_reason(data),
    )


def _reason(data: bytes) -> str:
    """A reason word; the process has opened a hostile file and is not believed further."""
    word = data[:40].decode("ascii", "replace")
    return word if word in _REASONS else "corrupt"
