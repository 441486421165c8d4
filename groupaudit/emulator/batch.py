"""Batches: many calls in one ``multipart/mixed`` request, as googleapiclient speaks it.

It takes the parts apart and puts the answers together; each call goes through the gate alone.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from email.message import Message
from email.parser import BytesParser
from http import HTTPStatus

from groupaudit.emulator.errors import ApiError, bad_request
from groupaudit.emulator.messages import Request, Response

MAX_CALLS = 1000  # Google's limit, which the client library enforces as well
_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,100})"|([^;\s]{1,100}))', re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")


def answer_batch(request: Request, answer: Callable[[Request], Response]) -> Response:
    """The answers to the calls in ``request``, in their order, as one multipart response."""
    try:
        parts = list(_parts(request))
        if len(parts) > MAX_CALLS:
            raise bad_request(f"The batch exceeds {MAX_CALLS} calls.")
        answered = [(content_id, answer(call)) for content_id, call in parts]
    except ApiError as error:
        return Response(error.status, error.body("old"))
    boundary = "batch_" + secrets.token_urlsafe(16)
    pieces = [_part(boundary, content_id, response) for content_id, response in answered]
    body = b"".join(pieces) + f"--{boundary}--\r\n".encode()
    return Response(200, body, f"multipart/mixed; boundary={boundary}")


def _parts(request: Request) -> Iterator[tuple[str, Request]]:
    match = _BOUNDARY.search(request.headers.get("content-type", ""))
    if match is None:
        raise bad_request("Failed to parse batch request, error: no boundary in Content-Type.")
    delimiter = b"--" + (match[1] or match[2]).encode()
    pieces = (b"\n" + request.body).split(b"\n" + delimiter)
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            return
        yield _call(piece.strip(b"\r\n"), request)
    raise bad_request("Failed to parse batch request, error: the final boundary is missing.")


def _call(piece: bytes, outer: Request) -> tuple[str, Request]:
    try:
        part_head, inner = _HEAD_END.split(piece, maxsplit=1)
        head, *rest = _HEAD_END.split(inner, maxsplit=1)
        line, _, raw_headers = head.partition(b"\n")
        method, target, _version = line.decode("ascii").split()
    except ValueError as error:
        raise bad_request("Failed to parse batch request, error: malformed part.") from error
    headers = {name.lower(): str(value) for name, value in _headers(raw_headers).items()}
    headers.setdefault("authorization", outer.headers.get("authorization", ""))
    path, _, query = target.partition("?")
    content_id = " ".join(str(_headers(part_head).get("Content-ID", "")).split())
    body = rest[0] if rest else b""
    return content_id, Request(method, path, query, headers, body.strip())


def _headers(raw: bytes) -> Message:
    return BytesParser().parsebytes(raw.strip() + b"\r\n\r\n", headersonly=True)


def _part(boundary: str, content_id: str, response: Response) -> bytes:
    phrase = HTTPStatus(response.status).phrase
    body = response.body[: len(response.body) // 2] if response.damage else response.body
    lines = [f"--{boundary}", "Content-Type: application/http"]
    if content_id:
        lines.append(f"Content-ID: <response-{content_id.strip('<>')}>")
    lines += ["", f"HTTP/1.1 {response.status} {phrase}", f"Content-Type: {response.content_type}"]
    lines += [f"{name}: {value}" for name, value in response.headers]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode("utf-8", "replace") + body + b"\r\n"
