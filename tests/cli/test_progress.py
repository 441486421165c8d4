"""Long work says how far it is and how long the rest may take, to people and to machines."""

from __future__ import annotations

import io
import json
import logging

import pytest

from groupaudit.cli.output import JsonLines, PlainLines
from groupaudit.cli.progress import LOG_EVERY_S, LOG_EVERY_VERBOSE_S, Bar


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def said():
    """The lines of the log from now on; its formatter and level can be set."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger("groupaudit")
    before = logger.handlers, logger.level, logger.propagate
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.INFO)

    def _said(formatter=None, level=None):
        handler.setFormatter(formatter or handler.formatter or PlainLines())
        if level is not None:
            logger.setLevel(level)
        return stream.getvalue().splitlines()

    _said()
    yield _said
    logger.handlers, logger.level, logger.propagate = before


def _bar(clock):
    return Bar(lively=False, color=False, clock=clock)


def test_log_gets_a_line_with_counts_and_estimate(clock, said):
    bar = _bar(clock)
    bar.stage("auditing groups", total=1000, done=400)
    for _ in range(5):
        clock.now += LOG_EVERY_S / 5
        bar.advance(10, posts=20)

    assert said() == [
        "groupaudit: auditing groups: 450 of 1,000, 100 posts examined, about 55 min left"
    ]


def test_machines_get_the_numbers(clock, said):
    said(JsonLines())
    bar = _bar(clock)
    bar.stage("auditing groups", total=1000, done=400)
    clock.now += LOG_EVERY_S
    bar.advance(50, posts=100)

    (line,) = map(json.loads, said())
    assert line["level"] == "info"
    numbers = {key: line[key] for key in ("event", "stage", "done", "total", "posts")}
    assert numbers == {
        "event": "progress",
        "stage": "auditing groups",
        "done": 450,
        "total": 1000,
        "posts": 100,
    }
    assert line["remaining_s"] == 3300


@pytest.mark.parametrize(
    ("level", "every"), [(logging.INFO, LOG_EVERY_S), (logging.DEBUG, LOG_EVERY_VERBOSE_S)]
)
def test_lines_come_now_and_then_only(clock, said, level, every):
    bar = _bar(clock)
    bar.stage("listing groups")
    before = len(said(level=level))
    for _ in range(1000):
        clock.now += every / 100
        bar.advance()

    lines = said()[before:]
    assert len(lines) in {9, 10}
    assert not any("left" in line for line in lines)


def test_quiet_cron_job_gets_none(clock, said):
    said(level=logging.ERROR)
    bar = _bar(clock)
    bar.stage("auditing groups", total=10)
    clock.now += 10 * LOG_EVERY_S
    bar.advance(5)

    assert said() == []


@pytest.mark.parametrize(
    ("total", "done", "steps", "seconds", "expected"),
    [
        (100, 0, 50, 300, "about 5 min left"),
        (100, 0, 99, 600, "about a minute left"),
        (100_000, 0, 100, 600, "about 166.5 h left"),
        (100, 100, 0, 600, None),
        (100, 50, 0, 600, None),
        (100, 0, 120, 600, "about a minute left"),
        (None, 0, 50, 600, None),
    ],
)
def test_estimate_when(clock, said, total, done, steps, seconds, expected):
    bar = _bar(clock)
    bar.stage("stage", total=total, done=done)
    clock.now += seconds
    bar.advance(steps)

    (line,) = said()
    assert ("left" in line) is (expected is not None)
    assert (expected or "stage") in line


def test_terminal_gets_no_lines(clock, said):
    bar = Bar(lively=True, color=False, clock=clock)
    bar.stage("auditing groups", total=10)
    clock.now += LOG_EVERY_S
    bar.advance(5)

    assert said() == []
