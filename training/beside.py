"""Tasks done beside each other, each in a process of its own: on one GPU, or on several cores.

Networks this small leave most of a GPU idle, so that several learn in the time of one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from multiprocessing import get_context
from typing import TypeVar

import torch

Result = TypeVar("Result")
#: What this process was forked to do.
_tasks: Sequence[Callable[[], object]] = ()


def beside(tasks: Sequence[Callable[[], Result]], most: int) -> list[Result]:
    """What each task returns, in order; ``most`` are done at once, one is done right here.

    What a task reads is shared with it as it is now, what it returns is copied. Before this is
    called with more than one, the process must not have computed with PyTorch: neither its threads
    nor a GPU in use survive a fork.
    """
    most = min(most, len(tasks))
    if most <= 1:
        return [task() for task in tasks]
    with get_context("fork").Pool(most, _begin, (tasks,), maxtasksperchild=1) as pool:
        return pool.map(_do, range(len(tasks)), chunksize=1)  # type: ignore[arg-type]


def _begin(tasks: Sequence[Callable[[], object]]) -> None:
    global _tasks  # noqa: PLW0603 - a pool's process has no other memory
    _tasks = tasks
    torch.set_num_threads(1)


def _do(number: int) -> object:
    return _tasks[number]()
