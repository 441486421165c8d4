"""The one way to call Google: routing, tokens, retries, paging, downloads, over real sockets."""

import hashlib
import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from groupaudit.errors import (
    AccessDenied,
    AuthError,
    BadAnswer,
    CollectError,
    ConfigError,
    Interrupted,
    NotFound,
    QuotaExhausted,
)
from groupaudit.google.auth import Access
from groupaudit.google.transport import Feature, GoogleApis
from groupaudit.google.wire import RoutedHttp

SCOPE = "https://www.googleapis.com/auth/apps.groups.settings"
SETTINGS = Feature("the group's settings", "groupssettings", "v1", (SCOPE,), "grant the role.")
VAULT = Feature("the export", "vault", "v1", ("https://www.googleapis.com/auth/ediscovery",), "g")
STORAGE = Feature("the file", "storage", "v1", ("s",), "grant it.")
GROUPS = Feature("the list of groups", "admin", "directory_v1", ("d",), "grant the role.")


def ask(google, *, repeatable=True):
    api = google.api(SETTINGS)
    return api.call(
        lambda service: service.groups().get(groupUniqueId="soins@h.example"),
        repeatable=repeatable,
    )


@pytest.mark.parametrize(
    ("feature", "build", "path"),
    [
        (SETTINGS, lambda s: s.groups().get(groupUniqueId="a@b.c"), "/groups/v1/groups/a%40b.c"),
        (GROUPS, lambda s: s.groups().get(groupKey="a@b.c"), "/admin/directory/v1/groups/a%40b.c"),
        (VAULT, lambda s: s.matters().get(matterId="m"), "/v1/matters/m"),
        (STORAGE, lambda s: s.objects().get(bucket="b", object="o/p"), "/storage/v1/b/b/o/o%2Fp"),
    ],
)
def test_every_api_keeps_its_own_path_when_there_is_a_root(google, wire, feature, build, path):
    google.api(feature).call(build)

    assert urlsplit(wire.paths()[0]).path == path
    assert parse_qs(urlsplit(wire.paths()[0]).query)["alt"] == ["json"]
    assert [asked[1] for asked in wire.asked].count("/token") == 1


def test_nothing_leaves_for_another_host_when_there_is_a_root():
    http = RoutedHttp("http://127.0.0.1:9")

    assert http.route("https://www.googleapis.com/batch/x?a=1") == "http://127.0.0.1:9/batch/x?a=1"
    assert http.route("http://127.0.0.1:9/token") == "http://127.0.0.1:9/token"
    for foreign in ("https://evil.example/token", "https://googleapis.com.evil.example/token"):
        with pytest.raises(ConfigError, match="api_root"):
            http.route(foreign)


@pytest.mark.parametrize("uri", ["http://localhost:9/token", "http://127.0.0.1:8/oauth/token"])
def test_tokens_come_from_beside_the_root_when_the_key_says_so(uri):
    assert RoutedHttp("http://127.0.0.1:9/google/").route(uri) == uri
    with pytest.raises(ConfigError, match="api_root"):
        RoutedHttp("https://emulator.example").route(uri)


def test_redirects_are_not_followed_when_a_server_sends_one(google, wire, reply):
    wire.script = [reply(302, headers={"location": "https://evil.example/"})]

    with pytest.raises(CollectError):
        ask(google)
    assert len(wire.paths()) == 1


def test_one_token_serves_all_threads_when_they_ask_at_once(google, wire):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _n: ask(google), range(40)))

    assert [asked[1] for asked in wire.asked].count("/token") == 1
    assert {asked[2]["authorization"] for asked in wire.asked if asked[1] != "/token"} == {
        "Bearer token-1"
    }


def test_a_new_token_is_fetched_once_when_the_old_one_is_refused(google, wire, refuse, reply):
    ask(google)
    wire.always = lambda _path, headers: (
        reply() if headers["authorization"] == "Bearer token-2" else refuse(401, "authError")
    )
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _n: ask(google), range(16)))

    assert [asked[1] for asked in wire.asked].count("/token") == 2


def test_auth_error_when_the_new_token_is_refused_too(google, wire, refuse):
    wire.always = lambda _path, _headers: refuse(401, "authError")

    with pytest.raises(AuthError):
        ask(google)
    assert len(wire.paths()) == 6  # three tries, each with a new token after the refusal


def test_a_run_goes_on_when_two_tokens_in_a_row_are_refused(google, wire, refuse, reply):
    wire.script = [*[refuse(401, "authError")] * 2, reply(body=b'{"id": "1"}')]

    assert ask(google, repeatable=False) == {"id": "1"}


TRANSIENT = [
    (429, "anything"),
    (403, "rateLimitExceeded"),
    (403, "userRateLimitExceeded"),
    (403, "quotaExceeded"),
    (500, "backendError"),
    (408, ""),
    (502, ""),
    (503, "serviceNotAvailable"),
    (504, ""),
    (412, "conditionNotMet"),
    (400, "invalid"),
    (400, "systemError"),
    (400, "serviceLimit"),
]


@pytest.mark.parametrize(("status", "reason"), TRANSIENT)
def test_the_answer_comes_when_a_refusal_passes(google, wire, refuse, reply, status, reason):
    wire.script = [refuse(status, reason), refuse(status, reason), reply(body=b'{"name": "x"}')]

    assert ask(google) == {"name": "x"}
    assert len(wire.paths()) == 3


@pytest.mark.parametrize(
    "spoilt",
    [
        {"body": b'{"name": "trunc', "headers": {}},
        {"body": b'{"name": "x"}', "cut": True},
        {"reset": True},
        {"body": b"\xff\xfe{}"},
        {"body": b"[" * 100_000},
        {"body": b"<html>proxy</html>"},
        {"body": b"\x1f\x8bnot gzip", "headers": {"content-encoding": "gzip"}},
        {"body": b"[]"},
    ],
)
def test_the_answer_comes_when_one_answer_was_spoilt(google, wire, reply, spoilt):
    # httplib2 itself tries a reset connection twice.
    wire.script = [reply(**spoilt)] * (2 if spoilt.get("reset") else 1)
    wire.always = lambda _path, _headers: reply(body=b'{"name": "x"}')

    assert ask(google) == {"name": "x"}


@pytest.mark.parametrize(
    ("status", "reason", "error", "word"),
    [
        (403, "forbidden", AccessDenied, "access-denied"),
        (403, "insufficientPermissions", AccessDenied, "access-denied"),
        (404, "notFound", NotFound, "not-found"),
        (403, "dailyLimitExceeded", QuotaExhausted, "quota-exhausted"),
        (429, "dailyLimitExceeded", QuotaExhausted, "quota-exhausted"),
        (400, "badRequest", CollectError, "request-refused"),
        (501, "notImplemented", CollectError, "request-refused"),
    ],
)
def test_it_is_asked_once_when_the_refusal_is_final(
    google, wire, refuse, slept, status, reason, error, word
):
    wire.always = lambda _path, _headers: refuse(status, reason)

    with pytest.raises(error) as caught:
        ask(google)
    assert len(wire.paths()) == 1
    assert slept == []
    assert caught.value.reason == word
    assert reason in str(caught.value)
    assert "secret prose" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "reason", "tries", "word"),
    [
        (503, "backendError", 7, "server-error"),
        (403, "rateLimitExceeded", 18, "rate-limited"),
        (400, "invalid", 3, "request-refused"),
    ],
)
def test_it_gives_up_when_a_transient_refusal_lasts(
    google, wire, refuse, status, reason, tries, word
):
    wire.always = lambda _path, _headers: refuse(status, reason)

    with pytest.raises(CollectError) as caught:
        ask(google)
    assert (len(wire.paths()), caught.value.reason) == (tries, word)


def test_bad_answer_when_the_body_stays_garbled(google, wire, reply):
    wire.always = lambda _path, _headers: reply(body=b'{"name": "tr')

    with pytest.raises(BadAnswer):
        ask(google)
    assert len(wire.paths()) == 5


def test_unreachable_when_nobody_listens(key_file, slept):
    access = Access(str(key_file), api_root="http://127.0.0.1:1")
    with (
        GoogleApis(access, sleep=slept.append, draw=lambda: 1.0) as google,
        pytest.raises(CollectError) as caught,
    ):
        ask(google)
    assert caught.value.reason == "unreachable"
    assert slept == [1, 2, 4, 8, 16, 32]


def test_everybody_waits_as_long_as_google_asks_when_it_says_retry_after(
    google, wire, refuse, reply, slept
):
    wire.script = [refuse(429, "rateLimitExceeded", retry_after="17"), reply()]

    ask(google)
    assert sum(slept) == pytest.approx(17.0)


def test_everybody_waits_when_retry_after_is_a_date(google, wire, refuse, reply, slept):
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    wire.script = [refuse(429, "rateLimitExceeded", retry_after=until), reply()]

    ask(google)
    assert sum(slept) == pytest.approx(40.0, abs=3.0)


@pytest.mark.parametrize("header", ["soon", "Sun, 99 Foo 2026", "-5", "9" * 40, ""])
def test_it_is_asked_again_when_retry_after_is_odd(google, wire, refuse, reply, slept, header):
    wire.script = [refuse(503, "backendError", retry_after=header), reply()]

    ask(google)
    assert slept == [1.0]


def test_an_empty_answer_is_asked_for_again(google, wire, reply):
    """Never "no groups": what a proxy cut off to nothing says nothing."""
    wire.script = [reply(body=b""), reply(body=b'{"id": "1"}')]

    assert ask(google) == {"id": "1"}


def test_a_request_that_makes_something_is_not_resent_when_it_may_have_been_carried_out(
    google, wire, refuse, reply
):
    wire.script = [refuse(503, "backendError")]
    with pytest.raises(CollectError):
        ask(google, repeatable=False)
    wire.script = [refuse(429, "rateLimitExceeded"), reply(body=b'{"id": "1"}')]
    assert ask(google, repeatable=False) == {"id": "1"}

    assert len(wire.paths()) == 3


def test_the_new_shape_of_errors_is_understood(google, wire, reply):
    body = {
        "error": {
            "code": 403,
            "status": "PERMISSION_DENIED",
            "details": [{"@type": "x", "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}],
        }
    }
    wire.always = lambda _path, _headers: reply(403, json.dumps(body).encode())

    # The token is the same for every group: no group alone is to blame.
    with pytest.raises(AuthError, match="ACCESS_TOKEN_SCOPE_INSUFFICIENT"):
        ask(google)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"error": "x"}', b'{"error": {"errors": 3}}', b"\xff", b"[" * 99_999]
)
def test_a_refusal_is_a_refusal_when_its_body_is_odd(google, wire, reply, body):
    wire.always = lambda _path, _headers: reply(403, body)

    with pytest.raises(AccessDenied):
        ask(google)


@pytest.mark.parametrize(
    ("error", "said"),
    [("unauthorized_client", "Domain-wide delegation"), ("invalid_grant", "google.subject")],
)
def test_auth_error_says_what_to_grant_when_no_token_is_given(google, wire, reply, error, said):
    body = {"error": error, "error_description": "admin@hopital.example is nobody"}
    wire.token = reply(401, json.dumps(body).encode())

    with pytest.raises(AuthError) as caught:
        ask(google)
    message = str(caught.value)
    assert error in message
    assert said in message
    assert SCOPE in message
    assert "104729" in message  # the client id to authorise
    assert "hopital.example" not in message


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"\xff", b'{"access_token": 1, "expires_in": "x"}', b"<html>"]
)
def test_an_error_of_ours_when_the_token_answer_is_odd(google, wire, reply, body):
    wire.token = reply(body=body)

    with pytest.raises((AuthError, BadAnswer)):
        ask(google)


def test_the_other_features_work_when_one_scope_is_refused(google, wire, reply):
    ask(google)
    wire.token = reply(401, b'{"error": "unauthorized_client"}')
    with pytest.raises(AuthError):
        google.api(VAULT).call(lambda service: service.matters().get(matterId="m"))

    assert ask(google) == {}


def list_groups(google):
    pages = google.api(GROUPS).pages(
        lambda service, token: service.groups().list(customer="my_customer", pageToken=token)
    )
    return list(pages)


def test_every_page_comes_when_a_listing_is_long(google, wire, reply):
    tokens = [b'{"nextPageToken": "a"}', b'{"nextPageToken": "b"}', b'{"groups": []}']
    wire.script = [reply(body=body) for body in tokens]

    assert len(list_groups(google)) == 3
    asked = [parse_qs(urlsplit(path).query).get("pageToken") for path in wire.paths()]
    assert asked == [None, ["a"], ["b"]]


@pytest.mark.parametrize("body", [b'{"nextPageToken": "a"}', b'{"nextPageToken": 3}'])
def test_bad_answer_when_a_listing_runs_in_a_circle(google, wire, reply, body):
    wire.always = lambda _path, _headers: reply(body=body)

    with pytest.raises(BadAnswer, match="circle"):
        list_groups(google)


class Media:
    """A file that is served by ranges."""

    def __init__(self, reply, data):
        self.reply, self.data = reply, data

    def __call__(self, _path, headers):
        first, last = headers["range"].removeprefix("bytes=").split("-")
        part = self.data[int(first) : int(last) + 1]
        span = f"bytes {first}-{int(first) + len(part) - 1}/{len(self.data)}"
        return self.reply(206, part, {"content-range": span})


def download(google, size):
    sink = io.BytesIO()
    digest = google.api(STORAGE).download(
        lambda service: service.objects().get_media(bucket="b", object="o"), sink, size=size
    )
    return sink.getvalue(), digest


def test_a_file_comes_whole_when_a_chunk_was_cut(google, wire, reply, refuse, monkeypatch):
    monkeypatch.setattr("groupaudit.google.transport.DOWNLOAD_CHUNK", 1000)
    data = bytes(range(256)) * 10
    wire.always = Media(reply, data)
    wire.script = [
        reply(206, data[:1000], {"content-range": "bytes 0-999/2560"}, cut=True),
        refuse(503, "backendError"),
    ]

    got, digest = download(google, len(data))
    assert got == data
    assert digest == hashlib.md5(data, usedforsecurity=False).digest()
    assert len(wire.paths()) == 5


def test_a_file_comes_whole_when_the_server_knows_no_ranges(google, wire, reply, monkeypatch):
    monkeypatch.setattr("groupaudit.google.transport.DOWNLOAD_CHUNK", 1000)
    data = bytes(range(256)) * 10
    wire.always = lambda _path, _headers: reply(body=data)

    assert download(google, len(data))[0] == data
    assert len(wire.paths()) == 1


@pytest.mark.parametrize("size", [5, 7])
def test_bad_answer_when_a_file_has_another_size(google, wire, reply, size):
    wire.always = Media(reply, b"sixsix")

    with pytest.raises(BadAnswer) as caught:
        download(google, size)
    assert caught.value.reason == "wrong-size"


def test_waiting_requests_end_when_google_is_closed(wire, key_file, refuse):
    wire.always = lambda _path, _headers: refuse(503, "backendError")
    google = GoogleApis(Access(str(key_file), api_root=wire.url), draw=lambda: 1.0)
    ended: list[str] = []

    def wait() -> None:
        try:
            ask(google)
        except Interrupted as error:
            ended.append(error.reason)

    thread = threading.Thread(target=wait)
    thread.start()
    while not wire.paths():
        pass
    google.close()
    thread.join(timeout=5)
    google.close()

    assert ended == ["interrupted"]


def test_keyless_delegation_asks_the_root_to_sign_when_there_is_one(wire, key_file, reply):
    wire.always = lambda path, _headers: (
        reply(body=b'{"signedJwt": "a.b.c"}') if path.endswith(":signJwt") else reply()
    )
    access = Access(
        str(key_file),
        subject="admin@hopital.example",
        impersonate="reader@project.iam.gserviceaccount.com",
        api_root=wire.url,
    )
    with GoogleApis(access) as google:
        ask(google)

    signing = [asked for asked in wire.asked if asked[1].endswith(":signJwt")]
    payload = json.loads(json.loads(signing[0][3])["payload"])
    assert payload["sub"] == "admin@hopital.example"
    assert payload["scope"] == SCOPE
    assert [asked[1] for asked in wire.asked].count(
        "/token"
    ) == 2  # the signer's, then the reader's
