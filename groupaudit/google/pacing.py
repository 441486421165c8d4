"""How fast one API may be asked, shared by every thread.

At most so many requests in any window of 60 s, as fast as they come within it. When the API keeps
refusing for its rate, what it granted in the last second is taken for its limit, and of a burst
also what is granted after the refusals, which come sooner: the pace falls a little below, comes
near again, and probes beyond ever faster (the cubic of TCP, RFC 9438). While nothing at all is
granted, a refusal quarters the pace and a success quadruples it: so ends a quota of a minute. A
stray refusal changes nothing; ``Retry-After`` stops everybody. It sleeps; it never calls.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

WINDOW_S = 60.0

#: A slow-down goes by so much below the limit learned; after ``NEARING_S`` seconds the pace is
#: there again, after twice that as much above, and then soon free. Tried on simulated servers.
BELOW = 0.08
NEARING_S = 6.0

#: What one slow-down leaves of a pace at the least: others may have used what was not granted.
DEEPEST_CUT = 0.5

#: While nothing is granted, a refusal divides the pace by this, and a success multiplies it.
STEP = 4.0

#: So many refusals among so many last answers are no accident.
TOO_MANY, LATELY = 3, 20

#: Slowest pace in requests a second: slower than that, the retries of a request give up anyway.
SLOWEST = 0.5

#: Above this pace in requests a second the window of 60 s is the only limit again.
UNBOUND = 500.0

#: Longest pause taken over from a ``Retry-After``, seconds.
LONGEST_PAUSE_S = 300.0

#: Refusals within this many seconds of a slow-down answer requests sent before it.
_ECHO_S = 1.0


class Pace:
    """The pace of one API. Thread-safe. ``clock`` is monotonic seconds."""

    def __init__(
        self,
        per_minute: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._limit = per_minute
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._sent: deque[float] = deque()
        self._accepted: deque[float] = deque()
        self._refusals: deque[bool] = deque(maxlen=LATELY)
        self._ceiling = UNBOUND  # the limit that was learned
        self._slowed = float("-inf")
        self._from_burst = False  # slowed while many answers had yet to come
        self._stalled_at: float | None = None  # the pace while nothing is granted
        self._next = 0.0

    def wait(self) -> None:
        """Return when one more request may be sent, and count it as sent."""
        while (pause := self._take()) > 0:
            self._sleep(pause)

    def accepted(self, sent: float) -> None:
        """A request was answered that went out at ``sent``, on the pace's clock."""
        with self._lock:
            now = self._clock()
            self._refusals.append(False)
            self._accepted.append(now)
            _forget(self._accepted, now - 1.0)
            if self._from_burst and sent <= self._slowed:
                self._learn_late()
            elif self._stalled_at is not None:
                self._quicken(self._stalled_at * STEP, now)

    def refused(self, retry_after_s: float | None = None) -> None:
        """A request was refused for its rate: pause as long as was asked, slow down if it lasts."""
        with self._lock:
            now = self._clock()
            if retry_after_s is not None:
                self._next = max(self._next, now + min(retry_after_s, LONGEST_PAUSE_S))
            if now - self._slowed < _ECHO_S:
                return
            self._refusals.append(True)
            if sum(self._refusals) >= TOO_MANY:
                self._slow_down(now)

    def rate(self) -> float:
        """Requests a second at present; ``UNBOUND`` when only the window of 60 s limits."""
        return self._rate(self._clock())

    def _slow_down(self, now: float) -> None:
        rate = self._rate(now)
        _forget(self._accepted, now - 1.0)
        granted = len(self._accepted)
        self._from_burst = rate >= UNBOUND
        if granted:
            floor = rate * DEEPEST_CUT if rate < UNBOUND else 0.0
            self._ceiling = min(rate, max(granted, floor, SLOWEST))
            self._stalled_at = None
        else:
            self._stalled_at = max(SLOWEST, rate / STEP)
        self._slowed = now
        self._refusals.clear()

    def _learn_late(self) -> None:
        """One more of the burst was granted than was known when the pace fell."""
        known = 0.0 if self._stalled_at is not None else self._ceiling
        self._stalled_at = None
        self._ceiling = min(UNBOUND, known + 1)

    def _quicken(self, rate: float, now: float) -> None:
        """Something is granted again: climb back to what was learned before it stopped."""
        if rate < self._ceiling:
            self._stalled_at = rate
        else:
            self._stalled_at, self._slowed = None, now

    def _rate(self, now: float) -> float:
        if self._stalled_at is not None:
            return self._stalled_at
        if self._ceiling >= UNBOUND:
            return UNBOUND
        since = (now - self._slowed - NEARING_S) / NEARING_S
        grown = self._ceiling * (1 + BELOW * min(since, WINDOW_S) ** 3)
        return max(SLOWEST, min(UNBOUND, grown))

    def _take(self) -> float:
        """Take the next place if it is free (0), else the seconds to wait before asking again."""
        with self._lock:
            now = self._clock()
            _forget(self._sent, now - WINDOW_S)
            if now < self._next:
                return self._next - now
            if len(self._sent) >= self._limit:
                return max(self._sent[0] + WINDOW_S - now, 0.001)
            self._sent.append(now)
            if (rate := self._rate(now)) < UNBOUND:
                self._next = now + 1 / rate
            return 0.0


def _forget(moments: deque[float], before: float) -> None:
    while moments and moments[0] <= before:
        moments.popleft()
