"""The pace: never above the ceiling, adaptive, patient when asked to be."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from quotas import bucket, by_the_clock, crowd

from groupaudit.google.pacing import (
    BELOW,
    LONGEST_PAUSE_S,
    NEARING_S,
    SLOWEST,
    STEP,
    UNBOUND,
    WINDOW_S,
    Pace,
)
from groupaudit.google.refusals import SHORT_WAIT_S


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
        pace.accepted(time.now)
        time.now += 1 / per_second


def refuse(pace: Pace, times: int = 3) -> None:
    for _each in range(times):
        pace.refused()


def test_the_pace_drops_below_what_was_granted_when_refusals_last():
    time, pace = paced(10_000)
    accept(time, pace, per_second=20)
    refuse(pace)
    sent = []
    for _each in range(5):
        pace.wait()
        sent.append(time.now)

    apart = 1 / (20 * (1 - BELOW))
    assert [after - before for before, after in pairwise(sent)] == pytest.approx([apart] * 4, 0.1)


def test_the_pace_nears_the_limit_passes_it_gently_and_is_free_in_the_end():
    time, pace = paced(10_000)
    accept(time, pace, per_second=20)
    refuse(pace)
    rates = []
    for _each in range(3):
        rates.append(pace.rate())
        time.now += NEARING_S
    time.now += 120

    assert rates == pytest.approx([20 * (1 - BELOW), 20, 20 * (1 + BELOW)], rel=0.06)
    assert pace.rate() == UNBOUND


def test_nothing_slows_when_a_refusal_is_a_stray():
    time, pace = paced(10_000)
    for _each in range(5):
        accept(time, pace, per_second=20)
        pace.refused()

    assert pace.rate() == UNBOUND


def test_one_cut_is_made_when_many_requests_under_way_are_refused_together():
    time, pace = paced(10_000)
    accept(time, pace, per_second=20)
    refuse(pace, 16)

    assert pace.rate() == pytest.approx(20 * (1 - BELOW), rel=0.1)


def test_the_pace_falls_in_steps_while_nothing_is_granted_and_climbs_in_steps():
    time, pace = paced(10_000)
    accept(time, pace, per_second=40)
    refuse(pace)
    learned = pace.rate()
    for _each in range(5):
        time.now += 2
        refuse(pace)
    fallen = pace.rate()
    pace.accepted(time.now)
    first = pace.rate()
    for _each in range(4):
        pace.accepted(time.now)

    assert fallen == SLOWEST
    assert first == SLOWEST * STEP
    assert pace.rate() == pytest.approx(learned, rel=0.1)


@pytest.mark.parametrize(("asked", "waited"), [(17.0, 17.0), (99_999.0, LONGEST_PAUSE_S)])
def test_everybody_pauses_when_retry_after_says_so(asked, waited):
    time, pace = paced(100)
    pace.refused(asked)
    pace.wait()
    assert time.now == pytest.approx(waited)


@pytest.mark.parametrize(
    ("server", "requests", "ideal_s", "slack"),
    [
        pytest.param(by_the_clock(1, lambda _now: 25), 300, 12, 1.1, id="25-a-second"),
        pytest.param(by_the_clock(1, lambda _now: 25), 1500, 60, 1.05, id="25-a-second-for-long"),
        pytest.param(by_the_clock(1, lambda _now: 2), 60, 30, 1.1, id="2-a-second"),
        pytest.param(by_the_clock(1, lambda _now: 100), 3000, 30, 1.05, id="100-a-second"),
        pytest.param(bucket(25, 25), 500, 19, 1.1, id="bucket-of-a-second"),
        pytest.param(bucket(10, 600), 1200, 60, 1.1, id="bucket-of-a-minute"),
        pytest.param(by_the_clock(60, lambda _now: 600), 1500, 121.3, 1.15, id="600-a-minute"),
        pytest.param(lambda _now: True, 5000, 10.5, 1.05, id="no-limit"),
        pytest.param(
            by_the_clock(1, lambda now: 25 if now < 10 else 50), 1000, 25, 1.2, id="limit-rises"
        ),
        pytest.param(
            by_the_clock(1, lambda now: 50 if now < 10 else 25), 1000, 30, 1.1, id="limit-falls"
        ),
    ],
)
def test_the_limit_of_a_server_is_found(server, requests, ideal_s, slack):
    """Ideal is what the quota allows to somebody who knows it."""
    outcome = crowd(server, requests)

    assert outcome.seconds <= ideal_s * slack
    assert outcome.lost == 0
    assert outcome.refused <= 30 + requests * 0.2


@pytest.mark.parametrize("workers", [8, 24, 64])
@pytest.mark.parametrize("refused_s", [0.001, 0.05, 0.4])
def test_the_limit_is_found_when_refusals_are_quicker_or_slower_than_answers(workers, refused_s):
    server = by_the_clock(1, lambda _now: 25)

    outcome = crowd(server, 300, workers=workers, refusal_latency_s=refused_s)

    assert outcome.seconds <= 12 * 1.15
    assert outcome.lost == 0


def test_the_pace_is_free_again_when_the_limit_goes():
    outcome = crowd(by_the_clock(1, lambda now: 25 if now < 10 else 10**9), 3000)

    assert outcome.seconds < 45  # of 120 at the limit that was


@pytest.mark.parametrize("asked", [1.0, 5.0])
def test_nobody_waits_longer_than_google_asks(asked):
    """All are refused until 3 s have passed; then all are granted."""
    outcome = crowd(lambda now: now > 3, 24, retry_after_s=asked)

    assert outcome.lost == 0
    assert outcome.seconds <= 3 + asked + SHORT_WAIT_S + 1


def test_few_requests_are_wasted_while_nothing_is_granted():
    outcome = crowd(lambda now: now > 45, 24)

    assert outcome.lost == 0
    assert outcome.refused < 24 * 12
