"""The ordered map on threads."""

from __future__ import annotations

import threading
import time
from contextlib import closing

import pytest

from groupaudit.errors import Interrupted
from groupaudit.parallel import Workers


def test_results_come_in_order_whatever_finishes_first():
    def slow_first(number: int) -> int:
        time.sleep(0.02 if number == 0 else 0)
        return number

    assert list(Workers(8)(slow_first, range(100))) == list(range(100))


def test_little_is_read_ahead():
    taken = []

    def items():
        for number in range(10_000):
            taken.append(number)
            yield number

    with closing(Workers(2)(lambda number: number, items())) as results:
        next(results)

    assert len(taken) <= 2 * 4 + 1


def test_exception_of_the_function_ends_the_iteration():
    def refuse(number: int) -> int:
        if number == 3:
            raise ValueError(number)
        return number

    results = Workers(2)(refuse, range(100))

    with pytest.raises(ValueError, match="3"):
        list(results)


def test_sleepers_wake_up_when_the_consumer_leaves():
    workers = Workers(2)
    begun = threading.Event()
    ended = []

    def sleepy(number: int) -> int:
        if number == 0:
            return 0
        begun.set()
        try:
            workers.sleep(60)
        except Interrupted:
            ended.append(number)
        return number

    started = time.monotonic()
    with closing(workers(sleepy, range(9))) as results:
        next(results)
        begun.wait(5)

    assert ended
    assert time.monotonic() - started < 10
