"""Manners on the wire: who we say we are, how far apart we ask, what we refuse to take."""

from __future__ import annotations

import pytest

from groupaudit.errors import CollectError
from groupaudit.web import client as wire
from groupaudit.web.client import PoliteClient, Politeness
from groupaudit.web.site import GroupsSite
from groupaudit.web.visitor import Visitor

HTML = {"Content-Type": "text/html"}


@pytest.fixture
def client(site):
    made = PoliteClient(Politeness(site.url, pause_s=0.0, contact="dpo@hopital.example"))
    yield made
    made.close()


class Clock:
    """Time that only passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_requests_say_who_asks_and_carry_nothing_else(site, client):
    site.pages["/g/x"] = (200, {**HTML, "Set-Cookie": "NID=1; Path=/"}, b"x")
    client.get("/g/x")
    client.get("/g/x", "hl=en")
    told = {name.lower(): value for name, value in site.asked[-1][1].items()}

    assert told["user-agent"].startswith("groupaudit/")
    assert "(+dpo@hopital.example)" in told["user-agent"]
    assert not {"cookie", "referer", "authorization"} & set(told)
    assert site.paths() == ["/g/x", "/g/x?hl=en"]


def test_requests_are_a_pause_apart_or_what_robots_ask(site):
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 20\n")
    clock = Clock()
    slow = PoliteClient(
        Politeness(site.url, pause_s=5.0), sleep=clock.sleep, clock=clock, draw=lambda: 0.0
    )
    pages = GroupsSite(slow)
    for _ in range(3):
        pages.page("/g/x")
    slow.close()

    assert clock.slept == [5.0, 20.0, 20.0]


def test_redirects_within_the_site_are_followed_and_counted(site, client):
    site.pages["/g/a"] = (302, {"Location": f"{site.url}/g/b?pli=1"}, b"")
    site.pages["/g/b"] = (200, HTML, b"there")
    page = GroupsSite(client).page("/g/a")

    assert (page.status, page.path, page.html) == (200, "/g/b", "there")
    assert client.sent == 3


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("https://elsewhere.example/x", "elsewhere.example"),
        ("//elsewhere.example/x", "elsewhere.example"),
        ("https://127.0.0.1/x", "127.0.0.1"),
        ("file:///etc/passwd", "?"),
        ("http://[broken", "?"),
    ],
)
def test_redirects_that_lead_away_are_not_followed(site, client, location, host):
    site.pages["/g/a"] = (302, {"Location": location}, b"")

    assert GroupsSite(client).page("/g/a").host == host
    assert site.paths() == ["/robots.txt", "/g/a?hl=en"]


def test_redirect_to_a_forbidden_page_is_not_followed(site, client):
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /search\n")
    site.pages["/g/a"] = (302, {"Location": "/search"}, b"")
    with pytest.raises(CollectError) as caught:
        GroupsSite(client).page("/g/a")

    assert caught.value.reason == "web-robots"
    assert "/search" not in site.paths()


def test_redirects_without_end_are_given_up(site, client):
    site.pages["/g/a"] = (302, {"Location": "/g/a"}, b"")
    with pytest.raises(CollectError) as caught:
        GroupsSite(client).page("/g/a")

    assert caught.value.reason == "web-failed"
    assert client.sent == 6


@pytest.mark.parametrize("large", ["length", "encoding"])
def test_answers_that_could_swell_are_refused(site, client, monkeypatch, large):
    monkeypatch.setattr(wire, "MOST_BYTES", 1000)
    encoding = {"Content-Encoding": "gzip"} if large == "encoding" else {}
    site.pages["/g/a"] = (200, {**HTML, **encoding}, b"x" * (2000 if large == "length" else 10))
    with pytest.raises(CollectError) as caught:
        client.get("/g/a")

    assert caught.value.reason == "web-failed"


def test_nobody_answering_is_an_error_that_quotes_no_address(site):
    lonely = PoliteClient(Politeness("http://127.0.0.1:9", pause_s=0.0))
    with pytest.raises(CollectError) as caught:
        lonely.get("/g/secret-name")
    lonely.close()

    assert caught.value.reason == "web-failed"
    assert "secret-name" not in str(caught.value)


def test_robots_that_are_a_page_for_people_forbid(site, client):
    site.pages["/robots.txt"] = (200, HTML, b"<html>Before you continue</html>")

    assert Visitor(client).look("x@hopital.example").seen == "robots"
    assert site.paths() == ["/robots.txt"]
