"""Talking with a process that may hang or die: pipes with a deadline, and an end to it.

Deadlines are of ``time.monotonic``. Starts nothing, and knows nothing of what is said.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import time

_BLOCK = 1024 * 1024


def write(pipe: int, data: bytes, deadline: float) -> None:
    """Write all of ``data``. Raises TimeoutError, OSError."""
    os.set_blocking(pipe, False)
    rest = memoryview(data)
    while rest:
        _await(pipe, selectors.EVENT_WRITE, deadline)
        rest = rest[os.write(pipe, rest[:_BLOCK]) :]


def read(pipe: int, size: int, deadline: float) -> bytes:
    """Exactly ``size`` bytes. Raises TimeoutError, EOFError when there are fewer, OSError."""
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


def end(process: subprocess.Popen[bytes]) -> None:
    """End ``process``, gently if it is ending anyway."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    try:
        process.wait(0.05)  # it may be ending by itself, and its own reason is worth more
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
