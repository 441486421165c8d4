"""Servers reached or not, and clocks."""

import json
from datetime import UTC, datetime, timedelta
from importlib import resources
from urllib.parse import urlsplit

import pytest

from groupaudit.doctor import network
from groupaudit.doctor.outcome import State
from groupaudit.doctor.remedies import Caller
from groupaudit.google import scopes

NOBODY = "http://127.0.0.1:1"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize("need", scopes.NEEDS, ids=lambda need: need.name)
def test_hosts_are_those_of_the_discovery_documents(need):
    name = f"{need.api}.{need.version}.json"
    documents = resources.files("googleapiclient.discovery_cache.documents")
    root = json.loads((documents / name).read_text(encoding="utf-8"))["rootUrl"]

    assert network.HOSTS[need.api] == urlsplit(root).hostname


@pytest.mark.parametrize(
    ("apart", "state", "word"),
    [
        (timedelta(0), State.OK, "0 s"),
        (timedelta(seconds=59), State.OK, "59 s"),
        (timedelta(seconds=-90), State.OPTIONAL, "behind"),
        (timedelta(seconds=90), State.OPTIONAL, "ahead"),
        (timedelta(minutes=-6), State.FAILED, "behind"),
    ],
)
def test_clock_is_judged_by_how_far_it_is_off(apart, state, word):
    found = network.clocks(NOW, NOW + apart)

    assert found.state is state
    assert word in found.found


def test_failed_with_the_way_out_when_nobody_listens():
    found = list(network.reached([NOBODY], NOBODY, lambda: NOW))

    assert [one.state for one in found] == [State.FAILED, State.UNCHECKED]
    assert "proxy" in found[0].remedy


@pytest.mark.parametrize(
    ("kind", "impersonate", "hosts"),
    [
        ("service_account", "", {"oauth2"}),
        ("authorized_user", "", {"oauth2"}),
        ("external_account", "", {"sts"}),
        ("external_account", "sa@p.iam.gserviceaccount.com", {"sts", "iamcredentials", "oauth2"}),
        ("adc", "", set()),
    ],
)
def test_tokens_come_from_the_servers_of_their_kind(kind, impersonate, hosts):
    caller = Caller(kind, "", "", bool(impersonate), impersonate, "my_customer")

    found = network.token_addresses(caller, "")

    assert set(found) == {f"https://{host}.googleapis.com" for host in hosts}
    assert set(network.token_addresses(caller, NOBODY)) <= {NOBODY}


def test_the_web_is_optional_when_nobody_listens():
    found = network.web(NOBODY)

    assert found.state is State.OPTIONAL
    assert "consumer.discover" in found.remedy
