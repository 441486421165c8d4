"""Runs the readers of complex formats in a separate process, and outlives whatever happens there.

One process serves many files; it is killed and replaced after a crash or when its time is up.
Simple formats are read in this process. Nothing here raises for a file: what went wrong is a part's
error.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import struct
import subprocess
import sys
import threading
import time
import weakref
from dataclasses import dataclass

from groupaudit.errors import PostsError
from groupaudit.model.post import Part, PartKind
from groupaudit.posts.extract import wire
from groupaudit.posts.extract.dispatch import Dispatch
from groupaudit.posts.extract.kinds import COMPLEX, kind_of
from groupaudit.posts.extract.limits import Account

_MAX_ANSWER_BYTES = 512 * 1024 * 1024
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one file may take: processor seconds, and seconds by the clock on the wall."""

    cpu_s: int = 20
    wall_s: float = 40.0


class Sandbox:
    """Reads files; thread-safe, one complex file at a time. Close it to end its process."""

    def __init__(self, patience: Patience = Patience()) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._worker: _Worker | None = None

    def parts(self, name: str, content_type: str, data: bytes) -> tuple[Part, ...]:
        """The parts of a file; ``crashed`` and ``timed-out`` are outcomes like others."""
        media_type = content_type.partition(";")[0].strip().lower()
        if kind_of(name, media_type, data) not in COMPLEX:
            return Dispatch(Account()).parts(name, content_type, data)
        outcome = self._ask({"name": name, "type": content_type}, data)
        if isinstance(outcome, str):
            return (Part(PartKind.ATTACHMENT, name, media_type, error=outcome),)
        return outcome

    def mail_of(self, data: bytes) -> bytes:
        """The Outlook message ``data`` as RFC 5322 mail. Raises PostsError."""
        outcome = self._ask({"name": "", "type": "", "mail": True}, data)
        if isinstance(outcome, str):
            raise PostsError("An Outlook message cannot be read", reason=outcome)
        if len(outcome) != 1 or outcome[0].error:
            reason = outcome[0].error if outcome else None
            raise PostsError("An Outlook message cannot be read", reason=reason or "crashed")
        return outcome[0].text.encode("ascii", "replace")

    def close(self) -> None:
        """End the process, if one runs."""
        with self._lock:
            self._drop()

    def _ask(self, request: dict[str, object], data: bytes) -> tuple[Part, ...] | str:
        """What the process answers, or the reason word why it does not."""
        with self._lock:
            return self._exchange(request, data)

    def _exchange(self, request: dict[str, object], data: bytes) -> tuple[Part, ...] | str:
        if self._worker is None or not self._worker.ours():
            self._worker = _Worker()
        header = json.dumps(request).encode()
        head = struct.pack("<IIQ", self._patience.cpu_s, len(header), len(data))
        try:
            answer = self._worker.exchange(head + header, data, self._patience.wall_s)
            return wire.load(answer)
        except TimeoutError:
            self._drop()
            return "timed-out"
        except (EOFError, OSError, ValueError, KeyError, TypeError):
            ended_by = self._drop()
            return "timed-out" if ended_by == -signal.SIGXCPU else "crashed"

    def _drop(self) -> int | None:
        """End the process; how it ended."""
        worker, self._worker = self._worker, None
        return worker.end() if worker else None


class _Worker:
    """The process and its two pipes."""

    def __init__(self) -> None:
        self._owner = os.getpid()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-m", "groupaudit.posts.extract.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
            close_fds=True,
        )
        # The process ends with its input; this covers a Sandbox that nobody closed.
        self._end = weakref.finalize(self, _end, self._process)

    def ours(self) -> bool:
        """Whether this very process started it: a forked copy must not use its pipes."""
        return self._owner == os.getpid()

    def end(self) -> int | None:
        self._end()
        return self._process.returncode

    def exchange(self, head: bytes, data: bytes, seconds: float) -> bytes:
        """The answer to a request. Raises TimeoutError, EOFError, OSError."""
        deadline = time.monotonic() + seconds
        sink, source = self._process.stdin, self._process.stdout
        if sink is None or source is None:
            raise EOFError
        _write(sink.fileno(), head, deadline)
        _write(sink.fileno(), data, deadline)
        (size,) = struct.unpack("<Q", _read(source.fileno(), 8, deadline))
        if size > _MAX_ANSWER_BYTES:
            raise ValueError("The answer is too large")
        return _read(source.fileno(), size, deadline)


def _write(pipe: int, data: bytes, deadline: float) -> None:
    os.set_blocking(pipe, False)
    rest = memoryview(data)
    while rest:
        _await(pipe, selectors.EVENT_WRITE, deadline)
        rest = rest[os.write(pipe, rest[:_BLOCK]) :]


def _read(pipe: int, size: int, deadline: float) -> bytes:
    pieces: list[bytes] = []
    while size:
        _await(pipe, selectors.EVENT_READ, deadline)
        piece = os.read(pipe, min(size, _BLOCK))
        if not piece:
            raise EOFError
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _await(pipe: int, event: int, deadline: float) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, event)
        if not selector.select(max(0.0, deadline - time.monotonic())):
            raise TimeoutError


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    try:
        process.wait(0.05)  # it may be ending by itself, and its own reason is worth more
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
