"""What is heavy is loaded once for all threads."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from groupaudit.classifier.once import once


def test_threads_that_ask_together_get_the_same_from_one_load():
    loads = []

    @once
    def slow():
        loads.append(1)
        time.sleep(0.05)
        return object()

    with ThreadPoolExecutor(8) as pool:
        got = set(pool.map(lambda _: slow(), range(8)))

    assert (len(loads), len(got)) == (1, 1)


def test_load_is_tried_again_when_it_failed():
    answers = [OSError("gone"), "there"]

    @once
    def shaky():
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer

    with pytest.raises(OSError, match="gone"):
        shaky()
    assert (shaky(), shaky()) == ("there", "there")
