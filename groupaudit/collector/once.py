"""A value made when it is first asked for, for threads that all need the same one.

It refuses to keep a failure: whoever asks next tries again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """What ``make`` gives, made by one thread while the others wait. Raises what it raises."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: list[T] = []

    @property
    def made(self) -> tuple[T, ...]:
        """The value if it was made already, without waiting for it."""
        return tuple(self._made)

    def __call__(self) -> T:
        """The value."""
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]
