"""The pace: never above the ceiling, adaptive, patient when asked to be."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.google.pacing import KEPT, LONGEST_PAUSE_S, SLOWEST, UNBOUND, WINDOW_S, Pace


class Time:
    """A clock that goes on only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


def paced(per_minute: int) -> tuple[Time, Pace]:
    time = Time()
    return time, Pace(per_minute, clock=time.clock, sleep=time.sleep)


@given(st.integers(1, 30), st.lists(st.floats(0, 20), max_size=100))
def test_no_window_of_a_minute_holds_more_than_the_ceiling(per_minute, gaps):
    time, pace = paced(per_minute)
    sent = []
    for gap in gaps:
        time.now += gap
        pace.wait()
        sent.append(time.now)

    for first, beyond in zip(sent, sent[per_minute:], strict=False):
        assert beyond - first >= WINDOW_S - 1e-6


def test_a_burst_passes_at_once_when_it_fits_the_window():
    time, pace = paced(100)
    for _each in range(100):
        pace.wait()
    assert time.now == 0
    pace.wait()
    assert time.now == pytest.approx(WINDOW_S)


def accept(time: Time, pace: Pace, *, per_second: int) -> None:
    for _each in range(per_second):
        pace.wait()
        pace.accepted()
        time.now += 1 / per_second


def test_the_pace_drops_to_what_was_accepted_when_refusals_last():
    time, pace = paced(10_000)
    accept(time, pace, per_second=20)
    for _each in range(3):
        pace.refused()
    sent = []
    for _each in range(5):
        pace.wait()
        sent.append(time.now)

    assert [after - before for before, after in pairwise(sent)] == pytest.approx([1 / 18] * 4, 0.1)


def test_nothing_slows_when_a_refusal_is_a_stray():
    time, pace = paced(10_000)
    for _each in range(5):
        accept(time, pace, per_second=20)
        pace.refused()

    assert pace.rate() == UNBOUND


def test_one_cut_is_made_when_many_requests_under_way_are_refused_together():
    time, pace = paced(10_000)
    accept(time, pace, per_second=20)
    for _each in range(16):
        pace.refused()

    assert pace.rate() == pytest.approx(20 * KEPT, rel=0.1)


def test_the_pace_grows_back_when_time_passes():
    time, pace = paced(10_000)
    for _each in range(3):
        pace.refused()
    assert pace.rate() == SLOWEST
    time.now += 10
    assert SLOWEST < pace.rate() < 2
    time.now += 110
    assert pace.rate() == UNBOUND


@pytest.mark.parametrize(("asked", "waited"), [(17.0, 17.0), (99_999.0, LONGEST_PAUSE_S)])
def test_everybody_pauses_when_retry_after_says_so(asked, waited):
    time, pace = paced(100)
    pace.refused(asked)
    pace.wait()
    assert time.now == pytest.approx(waited)


def test_the_rate_settles_at_the_quota_when_a_server_refuses_above_it():
    """A server that lets 25 requests a second through: 500 take little longer than 20 s."""
    time, pace = paced(100_000)
    second, let_through, done = -1, 0, 0
    while done < 500:
        pace.wait()
        if int(time.now) != second:
            second, let_through = int(time.now), 0
        let_through += 1
        time.now += 0.001
        if let_through <= 25:
            pace.accepted()
            done += 1
        else:
            pace.refused()
    assert time.now <= 20 * 1.25
