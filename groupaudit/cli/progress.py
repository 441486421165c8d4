"""Progress on long work: a bar with an estimate on a terminal, now and then a line in a log."""

from __future__ import annotations

import logging
import time
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

#: Seconds between two progress lines in a log.
_LOG_EVERY = 30.0


class Bar:
    """A ``ports.Progress`` drawn on stderr; nothing is drawn when ``lively`` is False."""

    def __init__(self, *, lively: bool, color: bool) -> None:
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
        )
        self._lively = lively
        self._task = self._bar.add_task("", total=None, visible=False)
        self._name = ""
        self._done = 0
        self._said = time.monotonic()

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

    def stage(self, name: str, total: int | None = None) -> None:
        """A new stage begins, with ``total`` steps if that is known."""
        self._name, self._done = name, 0
        self._bar.reset(self._task, description=name, total=total, visible=True)
        logger.debug("%s: begins", name)

    def advance(self, steps: int = 1) -> None:
        """So many steps of the stage are done."""
        self._done += steps
        self._bar.advance(self._task, steps)
        now = time.monotonic()
        if not self._lively and now - self._said >= _LOG_EVERY:
            self._said = now
            logger.info("%s: %d done", self._name, self._done)
