"""Webhooks and the heartbeat against a real HTTP server, a dead one and slow ones."""

from __future__ import annotations

import ssl
import time
from dataclasses import replace

import pytest
from receivers import Posts, dead_port, drip, silence, tedious_server

from groupaudit.errors import NotifyError
from groupaudit.notify.cards import SHAPES
from groupaudit.notify.delivery import deliver
from groupaudit.notify.herald import Herald
from groupaudit.notify.news import Occasion, news_of_failure
from groupaudit.notify.posting import Heartbeat, Line, Pulse, Webhook

TOKEN = "T0K3N-of-the-tests"


@pytest.fixture(scope="module")
def line():
    return Line(1.0, ssl.create_default_context())


@pytest.mark.parametrize("kind", SHAPES)
def test_webhook_posts_its_card(line, letter, news, kind):
    with Posts() as server:
        Webhook(kind, f"{server.url}/hook/{TOKEN}?x=1", line).send(letter, news, addresses=True)

    ((path, body),) = server.received
    assert path == f"/hook/{TOKEN}?x=1"
    assert body == SHAPES[kind](letter, news, True)


@pytest.mark.parametrize("status", [302, 400, 404, 429, 500])
def test_refusal_is_told_without_the_address(line, letter, news, status):
    with Posts() as server:
        server.status = status
        with pytest.raises(NotifyError, match=f"answered {status}") as refusal:
            Webhook("slack", f"{server.url}/{TOKEN}", line).send(letter, news, addresses=True)

    assert TOKEN not in str(refusal.value)
    assert len(server.received) == 1  # no redirect was followed


def test_dead_server_is_told_without_the_address(line, letter, news):
    hook = Webhook("teams", f"http://127.0.0.1:{dead_port()}/{TOKEN}", line)

    with pytest.raises(NotifyError, match="no answer") as refusal:
        hook.send(letter, news, addresses=True)

    assert TOKEN not in str(refusal.value)
    assert TOKEN not in repr(hook)
    assert TOKEN not in repr(Heartbeat(hook.url, line))


@pytest.mark.parametrize("behaviour", [silence, drip])
def test_slow_server_is_left_behind(line, letter, news, behaviour):
    with tedious_server(behaviour) as port, Posts() as server:
        slow = Webhook("slack", f"http://127.0.0.1:{port}/{TOKEN}", line)
        good = Webhook("mattermost", server.url, line)
        begun = time.monotonic()
        failures = deliver(
            {
                hook.kind: lambda hook=hook: hook.send(letter, news, addresses=True)
                for hook in (slow, good)
            },
            0.4,
        )
        lasted = time.monotonic() - begun

    assert lasted < 1.5
    assert [failure.channel for failure in failures] == ["slack"]
    assert len(server.bodies) == 1  # the slow one held nobody up


@pytest.mark.parametrize(
    ("pulse", "expected"),
    [(Pulse.START, "/p/1/start?q=2"), (Pulse.SUCCESS, "/p/1?q=2"), (Pulse.FAIL, "/p/1/fail?q=2")],
)
def test_heartbeat_says(line, pulse, expected):
    with Posts() as server:
        Heartbeat(f"{server.url}/p/1?q=2", line).beat(pulse)

    assert server.received == [(expected, None)]


def test_defect_in_a_message_is_a_value():
    def broken():
        raise RuntimeError(f"https://hooks.example/{TOKEN}")

    (failure,) = deliver({"slack": broken}, 5)

    assert "internal error (RuntimeError)" in failure.why
    assert TOKEN not in failure.why


@pytest.mark.parametrize(
    ("occasion", "always", "told"),
    [
        (Occasion.FIRST, False, 1),
        (Occasion.CHANGED, False, 1),
        (Occasion.OVERDUE, False, 1),
        (Occasion.INCOMPLETE, False, 1),
        (Occasion.UNCHANGED, False, 0),
        (Occasion.UNCHANGED, True, 1),
    ],
)
def test_people_hear_of_news_and_the_heartbeat_of_all(line, phrases, news, occasion, always, told):
    with Posts() as hooks, Posts() as pulse:
        herald = Herald(
            phrases,
            5.0,
            webhooks=(Webhook("webhook", hooks.url, line),),
            heartbeat=Heartbeat(f"{pulse.url}/p", line),
            always=always,
        )
        assert not herald.tell(replace(news, occasion=occasion))

    assert len(hooks.bodies) == told
    assert pulse.paths == ["/p/fail" if occasion is Occasion.INCOMPLETE else "/p"]


def test_failure_is_told_to_all(line, phrases, news):
    with Posts() as hooks, Posts() as pulse:
        herald = Herald(
            phrases,
            5.0,
            webhooks=(Webhook("webhook", hooks.url, line),),
            heartbeat=Heartbeat(f"{pulse.url}/p", line),
        )
        assert not herald.begin()
        assert not herald.tell(news_of_failure("CH", news.when, "locked"))

    assert pulse.paths == ["/p/start", "/p/fail"]
    assert hooks.bodies[0]["occasion"] == "failed"
    assert hooks.bodies[0]["reason"] == "locked"


def test_channels_are_named_by_their_keys(line, phrases):
    hook, pulse = Webhook("slack", "https://a.example", line), Heartbeat("https://b.example", line)

    assert Herald(phrases, 5.0, webhooks=(hook,), heartbeat=pulse).channels == (
        "slack",
        "heartbeat",
    )
