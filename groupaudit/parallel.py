"""Applies a function to many things, several at a time, with the results in order.

Reads ahead only a little, so that memory stays flat over 50,000 items. When the consumer stops
early, what has not begun is dropped and what is under way is told to stop waiting and awaited.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from groupaudit.errors import Interrupted

T = TypeVar("T")
R = TypeVar("R")


class Workers:
    """A ``ports.Mapper`` on threads, and the one clock to sleep by while it runs."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._stopping = threading.Event()

    def sleep(self, seconds: float) -> None:
        """Wait; raises Interrupted as soon as the run is being stopped."""
        if self._stopping.wait(seconds):
            raise Interrupted("the run is being stopped")

    def __call__(
        self, function: Callable[[T], R], items: Iterable[T], /
    ) -> Generator[R, None, None]:
        """Results in the order of ``items``; an exception of ``function`` ends the iteration."""
        ahead = self._count * 4
        pending: deque[Future[R]] = deque()
        with ThreadPoolExecutor(self._count, thread_name_prefix="groupaudit") as pool:
            try:
                for item in items:
                    pending.append(pool.submit(function, item))
                    if len(pending) >= ahead:
                        yield pending.popleft().result()
                while pending:
                    yield pending.popleft().result()
            except BaseException:
                # Also GeneratorExit: the consumer left. The pool's own exit then waits.
                self._stopping.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
