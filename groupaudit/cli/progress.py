"""Progress on long work: a bar with an estimate on a terminal, now and then a line in a log.

Lines carry their numbers apart too, for machines (``--log-format json``). An estimate supposes that
what is left takes as long as what was done in this run; without a total there is none.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

logger = logging.getLogger("groupaudit")

#: Seconds between two progress lines in a log, and with ``--verbose``.
LOG_EVERY_S = 300.0
LOG_EVERY_VERBOSE_S = 60.0

#: Seconds over which the bar's speed is averaged: groups with posts take longer than others.
_SPEED_OVER_S = 300.0


@dataclass(slots=True)
class _Stage:
    """One stage: ``at_first`` steps were done when it began, at the moment ``began``."""

    name: str
    began: float
    total: int | None = None
    at_first: int = 0
    done: int = 0
    posts: int = 0

    def remaining_s(self, now: float) -> float | None:
        """Seconds that are left, None when nobody can tell."""
        new = self.done - self.at_first
        if self.total is None or new <= 0:
            return None
        return max(0, self.total - self.done) * (now - self.began) / new

    def told(self, now: float) -> str:
        """The stage in words."""
        of = f" of {self.total:,}" if self.total is not None else ""
        posts = f", {self.posts:,} posts examined" if self.posts else ""
        left = self.remaining_s(now)
        about = f", about {_duration(left)} left" if left is not None else ""
        return f"{self.name}: {self.done:,}{of}{posts}{about}"

    def numbers(self, now: float) -> dict[str, object]:
        """The stage for machines."""
        left = self.remaining_s(now)
        return {
            "event": "progress",
            "stage": self.name,
            "done": self.done,
            "total": self.total,
            "posts": self.posts,
            "remaining_s": None if left is None else round(left),
        }


class Bar:
    """A ``ports.Progress`` drawn on stderr; nothing is drawn when ``lively`` is False."""

    def __init__(
        self, *, lively: bool, color: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True, no_color=not color),
            disable=not lively,
            transient=True,
            speed_estimate_period=_SPEED_OVER_S,
        )
        self._lively = lively
        self._clock = clock
        self._task = self._bar.add_task("", total=None, visible=False)
        self._said = clock()
        self._stage = _Stage("", self._said)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def stage(self, name: str, total: int | None = None, done: int = 0) -> None:
        """A new stage begins, with ``total`` steps if that is known, ``done`` of them already."""
        now = self._clock()
        self._stage = _Stage(name, now, total, done, done)
        self._bar.reset(self._task, description=name, total=total, completed=done, visible=True)
        self._say(logging.DEBUG, now)

    def advance(self, steps: int = 1, posts: int = 0) -> None:
        """So many steps of the stage are done, with so many posts examined."""
        self._stage.done += steps
        self._stage.posts += posts
        self._bar.advance(self._task, steps)
        if self._stage.posts:
            words = f"{self._stage.name} ({self._stage.posts:,} posts)"
            self._bar.update(self._task, description=words)
        now = self._clock()
        every = LOG_EVERY_VERBOSE_S if logger.isEnabledFor(logging.DEBUG) else LOG_EVERY_S
        if not self._lively and now - self._said >= every:
            self._said = now
            self._say(logging.INFO, now)

    def _say(self, level: int, now: float) -> None:
        logger.log(level, "%s", self._stage.told(now), extra={"numbers": self._stage.numbers(now)})


def _duration(seconds: float) -> str:
    """So many seconds as a person would say it, roughly."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "a minute"
    return f"{minutes} min" if minutes < 100 else f"{minutes / 60:.1f} h"
