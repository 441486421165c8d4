"""What takes long to load is loaded once, however many threads ask for it at the same time.

``functools.lru_cache`` alone lets every thread that comes before the first has finished load it
again: two dozen copies of a table of 65 MB at the start of an audit. It keeps nothing else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

T = TypeVar("T")


def once(load: Callable[[], T]) -> Callable[[], T]:
    """``load`` for the first who asks, what it gave for all others, who wait for it.

    An exception of ``load`` is raised to who called it, and the next tries again.
    """
    lock = threading.Lock()
    kept = lru_cache(maxsize=1)(load)

    @wraps(load)
    def loaded() -> T:
        with lock:
            return kept()

    return loaded
