"""Servers with quotas and a crowd of workers that ask them, on a simulated clock."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from groupaudit.google.pacing import Pace
from groupaudit.google.refusals import Failure, Kind

#: Whether a request that comes at that second is granted.
Server = Callable[[float], bool]


def by_the_clock(seconds: float, most: Callable[[float], int]) -> Server:
    """Grants ``most(now)`` requests in each ``seconds`` of the clock."""
    granted: Counter[int] = Counter()

    def server(now: float) -> bool:
        period = int(now / seconds)
        fits = granted[period] < most(now)
        granted[period] += fits
        return fits

    return server


def bucket(per_second: float, most: float) -> Server:
    """Grants what is in a bucket of ``most``, full at first, refilled with ``per_second``."""
    level, before = most, 0.0

    def server(now: float) -> bool:
        nonlocal level, before
        level, before = min(most, level + (now - before) * per_second), now
        fits = level >= 1
        level -= fits
        return fits

    return server


@dataclass
class Outcome:
    """When the last request was answered, how many were refused on the way, how many given up."""

    seconds: float = 0.0
    refused: int = 0
    lost: int = 0


class _Later(Exception):
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


def crowd(
    server: Server,
    requests: int,
    *,
    workers: int = 24,
    latency_s: float = 0.05,
    refusal_latency_s: float = 0.05,
    retry_after_s: float | None = None,
) -> Outcome:
    """What becomes of ``requests``, asked by ``workers`` through one pace as transport asks."""
    drawn = random.Random(7)
    now, outcome = 0.0, Outcome()

    def later(seconds: float) -> None:
        raise _Later(seconds)

    pace = Pace(10**6, clock=lambda: now, sleep=later)
    events = [(0.0, worker, "ask", 0) for worker in range(workers)]
    sent = dict.fromkeys(range(workers), 0.0)
    answers = {True: ("granted", latency_s), False: ("refused", refusal_latency_s)}
    waiting = requests - workers
    while events:
        now, worker, what, tries = heapq.heappop(events)
        after = None  # what comes of it; if nothing, the worker takes the next request
        if what == "ask":
            try:
                pace.wait()
            except _Later as pause:
                after = (now + pause.seconds, worker, "ask", tries)
            else:
                sent[worker] = now
                answer, taken = answers[server(now)]
                after = (now + taken, worker, answer, tries + 1)
        elif what == "granted":
            pace.accepted(sent[worker])
            outcome.seconds = now
        else:
            pace.refused(retry_after_s)
            outcome.refused += 1
            failed = Failure(Kind.RATE, retry_after_s=retry_after_s)
            if failed.worth_another(tries, repeatable=True):
                after = (now + failed.wait_s(tries, drawn.random()), worker, "ask", tries)
            else:
                outcome.lost += 1
        if after is None and waiting:
            waiting -= 1
            after = (now, worker, "ask", 0)
        if after is not None:
            heapq.heappush(events, after)
    return outcome
