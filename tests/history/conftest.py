"""A history on a fresh file, and a clock that tests can turn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import factories as make
import pytest

from groupaudit.history.store import SqliteHistory


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock(make.FINISHED)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history.sqlite3"


@pytest.fixture
def history(path: Path, clock: Clock) -> Iterator[SqliteHistory]:
    with SqliteHistory(path, clock=clock) as opened:
        yield opened
