"""Waiting is told: one line after the first seconds, then rarely; none when answers come."""

import logging

import pytest

from groupaudit.errors import CollectError
from groupaudit.google.auth import Access
from groupaudit.google.refusals import PATIENCE_S, TRIES, Failure, Kind
from groupaudit.google.transport import Feature, GoogleApis
from groupaudit.google.vigil import AGAIN_S, FIRST_S, Vigil

SETTINGS = Feature("the group's settings", "groupssettings", "v1", ("s",), "grant it.")
DOWN = Failure(Kind.SERVER, 503)


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time():
    return Time()


def ask(google: GoogleApis):
    api = google.api(SETTINGS)
    return api.call(lambda service: service.groups().get(groupUniqueId="a@h.example"))


def test_a_line_is_told_after_the_first_seconds_and_then_rarely(time, caplog):
    vigil = Vigil(time)
    told = []
    for second in range(int(AGAIN_S * 2)):
        time.now = float(second)
        vigil.failed("host.example", DOWN, 1, 0.5)
        told.append(len(caplog.records))

    assert told[int(FIRST_S) - 1] == 0
    assert told[int(FIRST_S)] == 1
    assert told[-1] == 2
    assert "host.example" in caplog.text
    assert f"Try 2 of {TRIES[Kind.SERVER]}" in caplog.text


def test_a_long_wait_is_told_before_it_begins(time, caplog):
    Vigil(time).failed("host.example", DOWN, 5, 16.0)

    assert "follows in 16 s" in caplog.text


def test_nothing_is_told_when_others_are_answered_meanwhile(time, caplog):
    vigil = Vigil(time)
    for second in range(60):
        time.now = float(second)
        vigil.failed("host.example", DOWN, 1, 0.5)
        vigil.answered()

    assert not caplog.records


def test_an_unreachable_google_is_told_and_given_up(key_file, slept, caplog):
    """A dead port: a line for the first seconds, one for each half minute, then the error."""
    access = Access(str(key_file), api_root="http://127.0.0.1:1")
    options = {"sleep": slept.append, "draw": lambda: 1.0, "clock": lambda: sum(slept)}
    with (
        caplog.at_level(logging.WARNING),
        GoogleApis(access, **options) as google,
        pytest.raises(CollectError) as caught,
    ):
        ask(google)

    assert caught.value.reason == "unreachable"
    assert 2 <= len(caplog.records) <= 1 + sum(slept) / AGAIN_S
    assert all("127.0.0.1" in record.getMessage() for record in caplog.records)
    assert "connection" in caplog.text


def test_a_request_is_given_up_when_each_try_takes_minutes(wire, key_file, refuse, slept):
    def refuse_late(_path, _headers):
        slept.append(100.0)  # as a host that swallows packets would take
        return refuse(503, "backendError")

    wire.always = refuse_late
    access = Access(str(key_file), api_root=wire.url)
    options = {"sleep": slept.append, "draw": lambda: 0.0, "clock": lambda: sum(slept)}
    with GoogleApis(access, **options) as google, pytest.raises(CollectError):
        ask(google)

    assert len(wire.paths()) == PATIENCE_S // 100 + 1 < TRIES[Kind.SERVER]
