"""Parts of an audit that do nothing: a progress that is silent, a mapper without threads."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Silent:
    """A ``ports.Progress`` that shows nothing."""

    def stage(self, name: str, total: int | None = None, done: int = 0) -> None:
        """Say nothing."""

    def advance(self, steps: int = 1, posts: int = 0) -> None:
        """Say nothing."""


def one_by_one(function: Callable[[T], R], items: Iterable[T], /) -> Generator[R, None, None]:
    """A ``ports.Mapper`` in the thread that asks."""
    yield from map(function, items)
