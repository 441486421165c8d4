"""A crew of processes that judge pieces of an archive, with the results in order.

A piece that kills its process is judged again by itself, in halves, until the document that did it
stands alone. When the consumer leaves, processes are told to stop and do so after the document that
they are at; when this process is killed, they end by themselves.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.context import SpawnContext
from multiprocessing.synchronize import Event
from typing import Any

from groupaudit.errors import Interrupted
from groupaudit.posts.pieces import Piece

Line = dict[str, Any]
Judge = Callable[[Piece], Iterable[Line]]
#: Pieces for each process that are under way or judged and not yet asked for.
_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Crew:
    """``workers`` processes. ``make`` builds in each what judges a piece; it must survive pickling.

    ``lost`` gives the line of a piece that cannot be judged and cannot be halved.
    """

    workers: int
    make: Callable[[], Judge]
    lost: Callable[[Piece], Line]

    def lines(self, pieces: Iterable[Piece]) -> Iterator[Line]:
        """The lines of all ``pieces``, in their order; never far ahead of what was consumed."""
        # Not forked: threads and native libraries of this process would be copied half-way.
        context = multiprocessing.get_context("spawn")
        shift = _Shift(self, context, context.Event())
        try:
            yield from shift.lines(pieces)
        except BaseException:  # also GeneratorExit: the consumer left
            shift.stopping.set()
            raise


@dataclass(frozen=True, slots=True)
class _Shift:
    """A crew at work on some pieces; ``stopping`` tells its processes to leave what they do."""

    crew: Crew
    context: SpawnContext
    stopping: Event

    def lines(self, pieces: Iterable[Piece]) -> Iterator[Line]:
        """As ``Crew.lines``."""
        workers = self.crew.workers
        pool = self._pool(workers)
        pending: deque[tuple[Piece, Future[list[Line]]]] = deque()
        try:
            for piece in pieces:
                try:
                    future = pool.submit(_judged, piece)
                except BrokenProcessPool:
                    pool = self._pool(workers)
                    future = pool.submit(_judged, piece)
                pending.append((piece, future))
                if len(pending) > workers * _AHEAD:
                    yield from self._finished(*pending.popleft())
            while pending:
                yield from self._finished(*pending.popleft())
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _finished(self, piece: Piece, future: Future[list[Line]]) -> list[Line]:
        try:
            return future.result()
        except BrokenProcessPool:  # perhaps through another piece of the same pool
            return self._alone(piece)

    def _alone(self, piece: Piece) -> list[Line]:
        """The lines of ``piece``, judged where its crash harms nothing else."""
        pool = self._pool(1)
        try:
            return pool.submit(_judged, piece).result()
        except BrokenProcessPool:
            halves = piece.halves()
        finally:
            pool.shutdown(wait=False)
        if not halves:
            return [self.crew.lost(piece)]
        return [line for half in halves for line in self._alone(half)]

    def _pool(self, workers: int) -> ProcessPoolExecutor:
        ready = (self.crew.make, self.stopping)
        return ProcessPoolExecutor(workers, self.context, initializer=_begin, initargs=ready)


#: What a process of a pool was made ready with.
_judge: Judge | None = None
_stopping: Event | None = None


def _begin(make: Callable[[], Judge], stopping: Event) -> None:
    global _judge, _stopping  # a pool's process has no other place to keep them
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; the parent decides
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _judge, _stopping = make(), stopping


def _leave_with_parent() -> None:
    """End this process when its parent was killed: nobody else would."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _judged(piece: Piece) -> list[Line]:
    """The lines of ``piece``; raises Interrupted between two documents when told to stop."""
    if _judge is None or _stopping is None:
        raise RuntimeError("a process of the crew was not made ready")
    lines = []
    for line in _judge(piece):
        lines.append(line)
        if _stopping.is_set():
            raise Interrupted("the processes are being stopped")
    return lines
