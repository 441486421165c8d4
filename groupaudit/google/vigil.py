"""Tells, rarely, that Google gives no answer: who waits for minutes must not wonder why.

It counts the time since something was last answered, over all threads, and logs one line after the
first seconds and one every half minute. It neither waits nor decides for how long.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from groupaudit.google.refusals import PATIENCE_S, Failure

#: Seconds without an answer before the first line, and between two lines.
FIRST_S = 3.0
AGAIN_S = 30.0

logger = logging.getLogger("groupaudit")


class Vigil:
    """The watch over all requests of one run. Thread-safe. ``clock`` is monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._silent_since: float | None = None
        self._told = float("-inf")

    def answered(self) -> None:
        """Something was answered: the silence is over."""
        self._silent_since = None

    def failed(self, host: str, failed: Failure, tries: int, wait_s: float) -> None:
        """A request to ``host`` failed for the ``tries``-th time and is tried again in ``wait_s``.

        Logs a line when the silence, with the wait that begins, is longer than ``FIRST_S``.
        """
        with self._lock:
            now = self._clock()
            if self._silent_since is None:
                self._silent_since = now
            silent = now - self._silent_since
            if silent + wait_s < FIRST_S or now - self._told < AGAIN_S:
                return
            self._told = now
        logger.warning(
            "Waiting for Google: no answer from %s for %.0f s (%s). Try %d of %d follows in %.0f s;"
            " after %.0f s at most a request is given up.",
            host,
            silent,
            failed.kind.name.lower(),
            tries + 1,
            failed.most_tries,
            wait_s,
            PATIENCE_S,
        )
