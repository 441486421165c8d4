"""The public pages: what anybody on the web is shown, and how they are turned away."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import requests

from groupaudit.emulator.conversations import masked
from groupaudit.emulator.faults import Faults
from groupaudit.emulator.state import Tenant

Make = Callable[..., Any]
LIST = "/a/hopital.example/g/urgences"


def blob(page: str) -> Any:
    """The data of the page's last blob, read as a probe would: by position, not by key."""
    start = page.rindex("data:", 0, page.rindex("sideChannel"))
    return json.JSONDecoder().raw_decode(page, start + len("data:"))[0]


def get(url: str, **options: Any) -> requests.Response:
    return requests.get(url, timeout=5, allow_redirects=False, **options)


def test_an_open_group_shows_its_conversations(start: Make) -> None:
    answer = get(start().url + LIST)
    (_, address), total, conversations, more = blob(answer.text)

    assert answer.status_code == 200
    assert address == "urgences@hopital.example"
    assert total == 40
    assert len(conversations) == 30
    assert more
    newest = conversations[0][0]
    assert newest[2] == "Sujet 39 <b>"
    assert re.fullmatch(r"[A-Za-z0-9_-]{11}", newest[1])
    assert "Sujet 39 &lt;b&gt;" in answer.text
    assert "Sujet 39 <b>" not in answer.text


def test_a_conversation_shows_its_messages_with_addresses_masked(start: Make) -> None:
    url = start().url + LIST
    id_ = blob(get(url).text)[2][0][0][1]
    answer = get(f"{url}/c/{id_}")
    (_, address), summary, messages = blob(answer.text)
    meta, body, files = messages[0][0]

    assert address == "urgences@hopital.example"
    assert (summary[1], summary[6]) == (id_, 1)
    assert re.fullmatch(r"[A-Za-z0-9_-]{12}", meta[1])
    assert "message 39" in body[1][0][1][1]
    assert "a...@hopital.example" in body[1][0][1][1]
    assert "ana@hopital.example" not in answer.text
    assert (files[0][3], files[0][4]) == ("text/csv", "t.csv")


def test_an_attachment_is_downloaded_without_a_login(start: Make) -> None:
    root = start().url
    id_ = blob(get(root + LIST).text)[2][0][0][1]
    files = blob(get(f"{root}{LIST}/c/{id_}").text)[2][0][0][2]
    address = files[0][0].replace("https://groups.google.com", root)

    assert get(address).content == b"a;b\n1;2\n"
    assert get(address.replace("part=0.1", "part=0.9")).status_code == 404


def test_a_consumer_group_is_shown_by_its_own_setting(start: Make, tenant: Tenant) -> None:
    closed = dataclasses.replace(tenant, policies=())
    answer = get(start(closed).url + "/g/clinique")

    assert blob(answer.text)[0][1] == "clinique@googlegroups.com"


@pytest.mark.parametrize(
    "path", ["/a/hopital.example/g/nuit", "/a/hopital.example/g/zz", "/g/zz", f"{LIST}/c/nothing"]
)
def test_what_may_not_be_read_leads_to_the_access_error(start: Make, path: str) -> None:
    answer = get(start().url + path)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/access-error?continue=http")


def test_a_private_organisation_shows_nothing(start: Make, tenant: Tenant) -> None:
    assert get(start(dataclasses.replace(tenant, policies=())).url + LIST).status_code == 302


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, "Content unavailable"),
        ({"headers": {"Accept-Language": "fr-FR"}}, "Contenu indisponible"),
        ({"params": {"hl": "fr"}}, "Contenu indisponible"),
    ],
)
def test_the_access_error_speaks_the_reader_s_language(
    start: Make, options: dict[str, Any], text: str
) -> None:
    assert text in get(start().url + "/access-error", **options).text


@pytest.mark.parametrize(
    ("fault", "status", "trace"),
    [
        ("permission", 200, "have permission"),
        ("login", 302, "https://accounts.google.com/ServiceLogin"),
        ("consent", 302, "https://consent.google.com/"),
        ("sorry", 429, "unusual traffic"),
        ("unavailable", 503, ""),
        ("elsewhere", 302, "https://elsewhere.example/"),
        ("redesign", 200, 'id="app"'),
        ("other_group", 200, "other-urgences@hopital.example"),
    ],
)
def test_a_page_is_spoilt_when_ordered(start: Make, fault: Any, status: int, trace: str) -> None:
    answer = get(start(faults=Faults(web={"urgences@hopital.example": fault})).url + LIST)

    assert answer.status_code == status
    assert trace in answer.headers.get("Location", "") + answer.text


def test_conversations_are_closed_when_ordered(start: Make) -> None:
    url = start(faults=Faults(web={"urgences@hopital.example": "closed_conversations"})).url + LIST
    id_ = blob(get(url).text)[2][0][0][1]

    assert "have permission" in get(f"{url}/c/{id_}").text


def test_famous_public_group_is_there_as_in_the_real_world(start: Make) -> None:
    answer = get(start().url + "/g/golang-announce")

    assert blob(answer.text)[0][1] == "golang-announce@googlegroups.com"
    assert blob(answer.text)[1] == 1


def test_robots_are_told_what_they_may_fetch(start: Make) -> None:
    emulator = start(faults=Faults(robots="User-agent: *\nDisallow: /a/\n"))

    assert get(emulator.url + "/robots.txt").text == "User-agent: *\nDisallow: /a/\n"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("hongbo.wang@nxp.com", "hongb...@nxp.com"),
        ("jailhouse-dev@x.org", "jailho...@x.org"),
        ("lduncan@x.org", "ldu...@x.org"),
        ("no address", "no address"),
    ],
)
def test_addresses_are_cut_to_half_their_local_part(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_head_sends_no_body(start: Make) -> None:
    answer = requests.head(start().url + LIST, timeout=5)

    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["Content-Length"]) > 1000
