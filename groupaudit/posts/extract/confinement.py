"""What a process that opens hostile files denies itself, before it opens the first.

A limited amount of memory, no file written, no core dump, and no further file or connection at all:
the number of open files is capped at those there are, which the kernel enforces for native code
too. Nothing here can be undone.
"""

from __future__ import annotations

import os
import resource

MEMORY_BYTES = 2 * 1024**3


def confine() -> None:
    """Confine this process from now on. What it loads at first use must be loaded already."""
    # The next descriptor to be given out: none beyond those that are open now.
    free = os.dup(0)
    os.close(free)
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_DATA, MEMORY_BYTES),  # py7zr asks for it; without, it looks into /proc
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, free),
    ):
        resource.setrlimit(what, (limit, limit))


def allow_seconds(seconds: int) -> None:
    """Let this process use ``seconds`` more of processor time; beyond, the kernel ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
