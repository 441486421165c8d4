"""Whatever a client sends, the emulator answers: no request may end in an exception."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.emulator.discovery import Catalogue
from groupaudit.emulator.errors import ApiError
from groupaudit.emulator.messages import Request
from groupaudit.emulator.oauth import ServiceAccount
from groupaudit.emulator.projection import project
from groupaudit.emulator.server import Emulator
from groupaudit.emulator.state import Tenant
from groupaudit.emulator.validation import check_body, check_query

CATALOGUE = Catalogue()
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
PATHS = (
    "/admin/directory/v1/groups/",
    "/admin/reports/v1/activity/users/all/applications/",
    "/groups/v1/groups/",
    "/v1/matters",
    "/v1/groups",
    "/v1/policies",
    "/storage/v1/b/x/o/",
    "/token",
    "/batch",
    "/_emulator/faults",
    "/a/hopital.example/g/",
    "/g/",
    "/",
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=10,
)


def outcome(function: Any, *arguments: Any) -> Any:
    """What ``function`` returns, or the status of its refusal."""
    try:
        return function(*arguments)
    except ApiError as error:
        return error.status


@pytest.fixture(scope="module")
def emulator(account: ServiceAccount) -> Iterator[Emulator]:
    tenant = Tenant("C0", "Essai", "x.example", ("x.example",), (), (), (), lambda _key: None)
    running = Emulator(tenant, account=account)
    yield running
    running._exports.cleanup()
    running._server.server_close()


@given(
    method=st.sampled_from(METHODS),
    path=st.sampled_from(PATHS),
    tail=st.text(max_size=20),
    query=st.text(max_size=30),
    headers=st.dictionaries(
        st.sampled_from(("authorization", "content-type", "accept-language", "host", "range")),
        st.text(max_size=30) | st.just("multipart/mixed; boundary=b"),
    ),
    body=st.binary(max_size=60) | st.just(b"--b\r\n\r\nGET /v1/x HTTP/1.1\r\n\r\n--b--"),
)
def test_any_request_is_answered(emulator: Emulator, **asked: Any) -> None:
    request = Request(
        asked["method"],
        asked["path"] + asked["tail"],
        asked["query"],
        asked["headers"],
        asked["body"],
    )

    assert emulator._front.answer(request).status in range(200, 600)


@given(body=JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=50))
def test_a_body_is_taken_or_refused(body: bytes) -> None:
    method, _ = CATALOGUE.route("POST", "/v1/matters/x/exports")
    answer = outcome(check_body, method, body)

    assert answer == 400 or isinstance(answer, dict)


@given(
    query=st.text(max_size=40) | st.from_regex(r"(maxResults|filters|eventName|startTime)=.{0,20}")
)
def test_a_query_is_taken_or_refused(query: str) -> None:
    method, _ = CATALOGUE.route("GET", "/admin/reports/v1/activity/users/all/applications/admin")
    answer = outcome(check_query, method, query)

    assert answer == 400 or answer["maxResults"] in range(1, 1001)


@given(fields=st.text(alphabet="ab(),/* ", max_size=20))
def test_a_selection_is_taken_or_refused(fields: str) -> None:
    value = {"a": [{"b": 1, "a": 2}], "b": {"a": {"b": 3}}}
    method, _ = CATALOGUE.route("GET", "/v1/policies")
    answer = outcome(project, method.api, None, value, fields)

    assert answer == 400 or set(answer) <= set(value)


@pytest.mark.parametrize(
    ("path", "method_id"),
    [
        ("/v1/groups:lookup", "cloudidentity.groups.lookup"),
        ("/v1/groups/abc", "cloudidentity.groups.get"),
        (
            "/v1/groups/abc/memberships:searchTransitiveMemberships",
            "cloudidentity.groups.memberships.searchTransitiveMemberships",
        ),
        ("/v1/matters/abc", "vault.matters.get"),
        ("/v1/operations/abc", "vault.operations.get"),
        ("/v1/spaces", "chat.spaces.list"),
        ("/storage/v1/b/x/o/a%2Fb", "storage.objects.get"),
        ("/gmail/v1/users/me/messages/m1", "gmail.users.messages.get"),
        ("/admin/directory/v1/groups/a%40b/hasMember/c", "directory.members.hasMember"),
    ],
)
def test_a_path_finds_its_method(path: str, method_id: str) -> None:
    assert CATALOGUE.route("GET", path)[0].id == method_id


@pytest.mark.parametrize(
    "path",
    [
        "/v1/groups:nothing/x",
        "/v1/groups/a/b/c",
        "/admin/directory/v1/",
        "/storage/v1/b/x/o/a/b/c/d",
    ],
)
def test_a_path_that_google_lacks_finds_nothing(path: str) -> None:
    with pytest.raises(ApiError) as caught:
        CATALOGUE.route("GET", path)

    assert caught.value.status == 404


@pytest.mark.parametrize("length", ["99999999999", "9" * 5000, "-1", "x"])
def test_a_body_of_absurd_length_is_refused(start: Any, length: str) -> None:
    emulator = start()
    address = ("127.0.0.1", int(emulator.url.rpartition(":")[2]))
    with socket.create_connection(address, timeout=5) as connection:
        connection.sendall(f"POST /token HTTP/1.1\r\nContent-Length: {length}\r\n\r\n".encode())
        answer = connection.recv(1000)

    assert answer.split()[1] in (b"411", b"413")


def test_an_export_s_name_is_no_path(start: Any, service: Any) -> None:
    emulator = start()
    matters = service(emulator, "vault", "v1", "ediscovery").matters()
    matter = matters.create(body={"name": "essai"}).execute()["matterId"]
    query = {"corpus": "GROUPS", "method": "ACCOUNT", "dataScope": "ALL_DATA"}
    query |= {"accountInfo": {"emails": ["nuit@hopital.example"]}}
    body = {"name": "../../../outside", "query": query}
    matters.exports().create(matterId=matter, body=body).execute()

    assert not list(Path(emulator._exports.name).parent.glob("outside*"))


def test_serving_in_the_foreground_ends_when_it_is_stopped(account: ServiceAccount) -> None:
    tenant = Tenant("C0", "Essai", "x.example", ("x.example",), (), (), (), lambda _key: None)
    emulator = Emulator(tenant, account=account)
    stopper = threading.Timer(0.1, emulator.stop)
    stopper.start()
    emulator.serve_forever()
    stopper.join()

    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", emulator._server.server_address[1]), timeout=1)
