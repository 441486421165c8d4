"""Runs the readers of files in a separate process, and outlives whatever happens there.

One process serves many files; it is killed and replaced after a crash or when its time is up. What
nothing opens is refused in this process. Nothing here raises for a file: what went wrong is a
part's error.
"""

from __future__ import annotations

import json
import math
import os
import signal
import struct
import subprocess
import sys
import threading
import time
import weakref
from dataclasses import dataclass
from functools import cached_property

from groupaudit.errors import PostsError
from groupaudit.model.post import Part, PartKind
from groupaudit.posts.extract import pipes, wire
from groupaudit.posts.extract.dispatch import Dispatch
from groupaudit.posts.extract.kinds import UNOPENED, Kind, kind_of
from groupaudit.posts.extract.limits import Account
from groupaudit.posts.extract.recognition import Recognition, installed

_MAX_ANSWER_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one file may take: processor seconds, and seconds by the clock on the wall."""

    cpu_s: int = 20
    wall_s: float = 40.0


_AS_INSTALLED = Recognition()


class Sandbox:
    """Reads files; thread-safe, one file at a time. Close it to end its process."""

    def __init__(
        self, patience: Patience = Patience(), recognition: Recognition = _AS_INSTALLED
    ) -> None:
        self._patience = patience
        self._recognition = recognition
        self._recognition_left_s = float(recognition.run_seconds)
        self._lock = threading.Lock()
        self._worker: _Worker | None = None

    def parts(self, name: str, content_type: str, data: bytes) -> tuple[Part, ...]:
        """The parts of a file; ``crashed`` and ``timed-out`` are outcomes like others."""
        media_type = content_type.partition(";")[0].strip().lower()
        kind = kind_of(name, media_type, data)
        if kind in UNOPENED or (kind is Kind.IMAGE and not self._models):
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

    @cached_property
    def _models(self) -> tuple[str, ...]:
        """Where the models are that recognise words, and which; empty when none are used."""
        if not self._recognition.wanted:
            return ()
        there = installed(self._recognition.languages)
        return (there.folder, *there.languages) if there.usable else ()

    def _exchange(self, request: dict[str, object], data: bytes) -> tuple[Part, ...] | str:
        if self._worker is None or not self._worker.ours():
            self._worker = _Worker(self._models)
        extra_s = self._recognition_allowed_s()
        header = json.dumps(request | {"ocr": (self._recognition.pages, extra_s)}).encode()
        cpu_s = self._patience.cpu_s + math.ceil(extra_s)
        head = struct.pack("<IIQ", cpu_s, len(header), len(data))
        started = time.monotonic()
        answer = self._answered(self._worker, head + header, data, self._patience.wall_s + extra_s)
        if isinstance(answer, str):  # the process did not live to tell what it spent
            self._recognition_left_s -= min(time.monotonic() - started, extra_s)
            return answer
        self._recognition_left_s -= min(answer.ocr_seconds, extra_s)
        return answer.parts

    def _recognition_allowed_s(self) -> float:
        """Seconds that recognising words in the next file may take."""
        left_s = min(self._recognition.seconds, self._recognition_left_s)
        return max(0.0, left_s) if self._models else 0.0

    def _answered(
        self, worker: _Worker, head: bytes, data: bytes, seconds: float
    ) -> wire.Answer | str:
        try:
            return wire.load(worker.exchange(head, data, seconds))
        except TimeoutError:
            self._drop()
            return "timed-out"
        except (EOFError, OSError, ValueError, KeyError, TypeError, RecursionError):
            ended_by = self._drop()
            return "timed-out" if ended_by == -signal.SIGXCPU else "crashed"

    def _drop(self) -> int | None:
        """End the process; how it ended."""
        worker, self._worker = self._worker, None
        return worker.end() if worker else None


class _Worker:
    """The process and its two pipes. ``models`` are its arguments."""

    def __init__(self, models: tuple[str, ...]) -> None:
        self._owner = os.getpid()
        self._process = subprocess.Popen(  # noqa: S603 - our own module; folders that we found
            [sys.executable, "-I", "-m", "groupaudit.posts.extract.worker", *models],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"},
            close_fds=True,
        )
        # The process ends with its input; this covers a Sandbox that nobody closed.
        self._end = weakref.finalize(self, pipes.end, self._process)

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
        pipes.write(sink.fileno(), head, deadline)
        pipes.write(sink.fileno(), data, deadline)
        (size,) = struct.unpack("<Q", pipes.read(source.fileno(), 8, deadline))
        if size > _MAX_ANSWER_BYTES:
            raise ValueError("The answer is too large")
        return pipes.read(source.fileno(), size, deadline)
