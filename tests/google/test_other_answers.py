"""Answers that Google or another server may give and that our emulator never gives."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from groupaudit.errors import (
    AccessDenied,
    AuthError,
    BadAnswer,
    CollectError,
    NotFound,
    QuotaExhausted,
)
from groupaudit.google.transport import Feature

FEATURE = Feature("the settings", "groupssettings", "v1", ("scope",), "grant it")
MAIL = Feature("the mail", "gmail", "v1", ("mail",), "grant it")


def ask(google, **options):
    return google.api(FEATURE).call(
        lambda service: service.groups().get(groupUniqueId="a@h.example"), **options
    )


def told(code, **error):
    return json.dumps({"error": {"code": code, "message": "secret prose", **error}}).encode()


def detail(kind, **values):
    return {"@type": f"type.googleapis.com/google.rpc.{kind}", **values}


REFUSALS = {
    "new-form": (403, told(403, status="PERMISSION_DENIED"), AccessDenied),
    "string-for-object": (403, b'{"error": "forbidden", "error_description": "x"}', AccessDenied),
    "list-for-object": (403, b'[{"error": {"code": 403}}]', AccessDenied),
    "page-for-people": (403, b"<html><body>Forbidden</body></html>", AccessDenied),
    "empty": (403, b"", AccessDenied),
    "details-of-no-kind": (403, told(403, details=[None, 1, {"metadata": []}]), AccessDenied),
    "scope-in-details": (
        403,
        told(403, details=[detail("ErrorInfo", reason="ACCESS_TOKEN_SCOPE_INSUFFICIENT")]),
        AuthError,
    ),
    "gone-for-good": (410, told(410, errors=[{"reason": "deleted"}]), NotFound),
    "not-built": (501, b"Not Implemented", CollectError),
    "day-of-the-new-form": (
        429,
        told(
            429,
            status="RESOURCE_EXHAUSTED",
            details=[
                detail(
                    "ErrorInfo",
                    reason="RATE_LIMIT_EXCEEDED",
                    metadata={"quota_limit": "DefaultRequestsPerDayPerProject"},
                )
            ],
        ),
        QuotaExhausted,
    ),
    "unit-of-a-day": (
        403,
        told(403, details=[detail("ErrorInfo", metadata={"quota_unit": "1/d/{project}"})]),
        QuotaExhausted,
    ),
}


@pytest.mark.parametrize(("status", "body", "error"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_understood_in_every_form(google, wire, reply, status, body, error):
    wire.always = lambda _path, _headers: reply(status, body)

    with pytest.raises(error) as caught:
        ask(google)
    assert type(caught.value) is error
    assert "secret prose" not in str(caught.value)
    assert len(wire.paths()) == 1


@pytest.mark.parametrize("status", [403, 429])
def test_a_limit_of_a_minute_is_waited_out_in_the_new_form(google, wire, reply, status):
    limit = detail(
        "ErrorInfo", reason="RATE_LIMIT_EXCEEDED", metadata={"quota_unit": "1/min/{project}"}
    )
    wire.script = [reply(status, told(status, details=[limit])), reply(body=b'{"id": "1"}')]

    assert ask(google) == {"id": "1"}


@pytest.mark.parametrize(
    ("header", "delay", "least"),
    [
        ({}, "40s", 40),
        ({}, "40.500s", 40.5),
        ({"retry-after": "50"}, "40s", 50),
        ({"retry-after": "Mon, 01 Jan 2024 00:00:00 +99999999999999999999"}, "40s", 40),
        ({"retry-after": "soon"}, "-4s", 0),
        ({}, "99999999999999s", 0),
        ({}, {"seconds": 3}, 0),
    ],
)
def test_the_wait_asked_for_is_kept(google, wire, reply, slept, header, delay, least):
    info = detail("RetryInfo", retryDelay=delay)
    wire.script = [reply(429, told(429, details=[info]), header), reply(body=b'{"id": "1"}')]

    assert ask(google) == {"id": "1"}
    assert least <= sum(slept) <= least * 2 + 2


def test_the_wait_is_kept_that_is_asked_for_as_a_date(google, wire, reply, slept):
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    wire.script = [reply(429, b"", {"retry-after": until}), reply(body=b'{"id": "1"}')]

    assert ask(google) == {"id": "1"}
    assert 60 < sum(slept) < 95


@pytest.mark.parametrize(
    "challenge", ["Bearer", "Negotiate", "Bearer realm=x, error", 'Bearer realm="x"', "=,=,", ""]
)
def test_a_token_is_renewed_whatever_the_challenge(google, wire, refuse, reply, challenge):
    wire.always = lambda _path, headers: (
        reply(body=b'{"id": "1"}')
        if headers["authorization"] == "Bearer token-2"
        else refuse(401, "authError", WWW_Authenticate=challenge)
    )

    assert ask(google) == {"id": "1"}
    assert len(wire.paths()) == 2


NO_ANSWERS = {
    "page-for-people": (200, b"<!doctype html><title>Sign in</title>"),
    "refusal-called-a-success": (200, told(403, errors=[{"reason": "forbidden"}])),
    "no-content": (204, b""),
    "nothing": (200, b""),
    "null": (200, b"null"),
    "list": (200, b"[]"),
    "cut": (200, b'{"whoCanViewGroup": "ALL_'),
    "other-encoding": (200, '{"name": "é"}'.encode("latin-1")),
    "number-too-long": (200, b'{"size": ' + b"9" * 5000 + b"}"),
}


@pytest.mark.parametrize(("status", "body"), NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_what_is_no_answer_is_never_an_empty_one(google, wire, reply, status, body):
    wire.always = lambda _path, _headers: reply(status, body)

    with pytest.raises(BadAnswer):
        ask(google)


TOKENS = {
    "text-for-number": {"access_token": "t", "expires_in": "3599", "token_type": "bearer"},
    "nothing-more": {"access_token": "t"},
    "more": {"access_token": "t", "expires_in": 3599, "scope": "a b", "refresh_token_expires": 1},
    "fraction": {"access_token": "t", "expires_in": 3599.0},
}


@pytest.mark.parametrize("answer", TOKENS.values(), ids=TOKENS)
def test_a_token_is_taken_in_every_form(google, wire, reply, answer):
    wire.token = reply(body=json.dumps(answer).encode())
    wire.script = [reply(body=b'{"id": "1"}')]

    assert ask(google) == {"id": "1"}
    assert wire.asked[-1][2]["authorization"] == "Bearer t"


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"null", b"[]", b"{}", b'{"access_token": null}', b'{"id_token": "x"}']
)
def test_no_token_is_an_error_and_nothing_is_asked_without(google, wire, reply, body):
    wire.token = reply(body=body)

    with pytest.raises((AuthError, BadAnswer)):
        ask(google)
    assert wire.paths() == []


def test_pages_are_followed_when_empty_or_counted_with_numbers(google, wire, reply):
    pages = [{"nextPageToken": 2}, {"members": [], "nextPageToken": "3"}, {"members": [{}]}]
    wire.script = [reply(body=json.dumps(page).encode()) for page in pages]

    listing = google.api(MAIL).pages(
        lambda service, token: service.users().messages().list(userId="me", pageToken=token)
    )
    assert list(listing) == pages
    assert [re.findall(r"pageToken=(\w+)", path) for path in wire.paths()] == [[], ["2"], ["3"]]


# Batches


def described(google, number=3):
    return google.api(FEATURE).batch(
        [
            lambda service, one=one: service.groups().get(groupUniqueId=f"m{one}")
            for one in range(number)
        ]
    )


def inner(wire):
    """Content-ID and group of each call in the batch that was asked last."""
    body = wire.asked[-1][3].decode()
    return list(
        zip(
            re.findall(r"Content-ID: <(.*)>", body),
            re.findall(r"groups/(m\w+)\?", body),
            strict=True,
        )
    )


def envelope(reply, parts, *, end="\r\n", kind="multipart/mixed; boundary=b"):
    body = "".join(f"--b{end}{end.join(part)}{end}" for part in parts) + f"--b--{end}"
    return reply(body=body.encode(), headers={"content-type": kind})


def part(content_id, message, status="HTTP/1.1 200 OK", body=None):
    return (
        "Content-Type: application/http",
        *((f"Content-ID: {content_id}",) if content_id else ()),
        "",
        status,
        "Content-Type: application/json",
        "",
        json.dumps({"id": message}) if body is None else body,
    )


#: How another server may wrap the answers; each takes what ``inner`` gives.
ENVELOPES = {
    "usual": lambda reply, calls: envelope(reply, [part(f"<response-{i}>", m) for i, m in calls]),
    "other-order": lambda reply, calls: envelope(
        reply, [part(f"<response-{i}>", m) for i, m in reversed(calls)]
    ),
    "same-ids": lambda reply, calls: envelope(reply, [part(f"<{i}>", m) for i, m in calls]),
    "quoted-boundary": lambda reply, calls: envelope(
        reply,
        [part(f"<response-{i}>", m) for i, m in calls],
        kind='multipart/mixed; charset=utf-8; boundary="b"',
    ),
    "http-2": lambda reply, calls: envelope(
        reply, [part(f"<response-{i}>", m, "HTTP/2 200 OK") for i, m in calls]
    ),
    "no-phrase": lambda reply, calls: envelope(
        reply, [part(f"<response-{i}>", m, "HTTP/1.1 200") for i, m in calls]
    ),
    "line-feeds": lambda reply, calls: envelope(
        reply, [part(f"<response-{i}>", m) for i, m in calls], end="\n"
    ),
    "brackets-inside": lambda reply, calls: envelope(
        reply, [part(f"response-<{i}>", m) for i, m in calls]
    ),
    "no-plus": lambda reply, calls: envelope(
        reply, [part(f"<response-{n}>", m) for n, (_i, m) in enumerate(calls)]
    ),
    "no-ids": lambda reply, calls: envelope(reply, [part("", m) for _i, m in calls]),
    "one-missing": lambda reply, calls: envelope(
        reply, [part(f"<response-{i}>", m) for i, m in calls[1:]]
    ),
    "json": lambda reply, _calls: reply(body=b'{"responses": []}'),
    "page-for-people": lambda reply, _calls: reply(
        body=b"<html>", headers={"content-type": "text/html"}
    ),
    "not-found": lambda reply, _calls: reply(404, b"Not Found"),
    "not-allowed": lambda reply, _calls: reply(405, b""),
    "not-built": lambda reply, _calls: reply(501, b""),
    "bad-request": lambda reply, _calls: reply(400, told(400, errors=[{"reason": "badRequest"}])),
}


@pytest.mark.parametrize("wrap", ENVELOPES.values(), ids=ENVELOPES)
def test_each_group_is_described_however_batches_are_answered(google, wire, reply, wrap):
    def answer(path, _headers):
        if path.startswith("/batch"):
            return wrap(reply, inner(wire))
        return reply(body=json.dumps({"id": re.findall(r"groups/(m\w+)\?", path)[0]}).encode())

    wire.always = answer

    assert described(google) == [{"id": "m0"}, {"id": "m1"}, {"id": "m2"}]
    batches = sum(path.startswith("/batch") for path in wire.paths())
    described(google.as_user("other@h.example"))
    again = sum(path.startswith("/batch") for path in wire.paths()) - batches
    assert again == (1 if len(wire.paths()) == 2 else 0)  # what was not taken is not tried again


@pytest.mark.parametrize(
    ("status", "error"),
    [("403 Forbidden", AccessDenied), ("404 Not Found", NotFound), ("410 Gone", NotFound)],
)
def test_one_refused_call_of_a_batch_leaves_the_others(google, wire, reply, status, error):
    wire.always = lambda _path, _headers: envelope(
        reply,
        [
            part(f"<response-{i}>", m, f"HTTP/1.1 {status}" if m == "m1" else "HTTP/1.1 200 OK")
            for i, m in inner(wire)
        ],
    )
    first, second, third = described(google)

    assert (first, third) == ({"id": "m0"}, {"id": "m2"})
    assert type(second) is error


@pytest.mark.parametrize("batched", [True, False])
def test_the_days_quota_ends_a_batch_whichever_call_met_it(google, wire, reply, refuse, batched):
    used_up = '{"error": {"code": 403, "errors": [{"reason": "dailyLimitExceeded"}]}}'

    def answer(path, _headers):
        if path.startswith("/batch") and batched:
            return envelope(
                reply,
                [
                    part(f"<response-{i}>", m, "HTTP/1.1 200 OK")
                    if m != "m1"
                    else part(f"<response-{i}>", m, "HTTP/1.1 403 Forbidden", used_up)
                    for i, m in inner(wire)
                ],
            )
        if path.startswith("/batch"):
            return refuse(404, "notFound")
        return refuse(403, "dailyLimitExceeded") if "/m1?" in path else reply(body=b'{"id": "x"}')

    wire.always = answer
    with pytest.raises(QuotaExhausted):
        described(google)


def test_a_call_sent_alone_may_fail_alone(google, wire, reply, refuse):
    def answer(path, _headers):
        if path.startswith("/batch") or "/m1?" in path:
            return refuse(404, "notFound")
        return reply(body=b'{"id": "x"}')

    wire.always = answer
    first, second, third = described(google)

    assert first == third == {"id": "x"}
    assert isinstance(second, NotFound)
