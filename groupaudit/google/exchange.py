"""One request sent as the library built it, and its answer read: no more than one try.

The library's own ``execute`` would log bodies and stumble on odd ones. It refuses to take half an
answer, or none, for an empty one.
"""

from __future__ import annotations

import json
from typing import Any

from groupaudit.google.refusals import Garbled, Refused
from groupaudit.google.wire import Session

Json = dict[str, Any]


def answer(request: Any, session: Session) -> Json:
    """The object that ``request`` is answered with. Raises Refused, Garbled, and as sockets do."""
    response, content = _send(request, session, {})
    if not content and request.method == "DELETE":
        return {}
    if response.status == 204 and request.method != "GET":
        return {}
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Garbled from error
    if not isinstance(found, dict) or isinstance(found.get("error"), dict):
        raise Garbled  # "error": a refusal with the status of a success, not an empty listing
    return found


def chunk(request: Any, session: Session, span: range) -> tuple[bytes, int | None]:
    """The bytes of ``span``, and how long the whole file is if that is told.

    Raises Refused, Garbled, and as sockets do.
    """
    wanted = {"range": f"bytes={span.start}-{span.stop - 1}"}
    response, content = _send(request, session, wanted)
    if not content or (response.status != 206 and span.start):
        raise Garbled  # nothing, or the file from its beginning again
    total = response.get("content-range", "").rpartition("/")[2]
    return content, int(total) if total.isascii() and total.isdigit() else None


def _send(request: Any, session: Session, headers: dict[str, str]) -> tuple[Any, bytes]:
    response, content = session.request(
        request.uri, request.method, body=request.body, headers=request.headers | headers
    )
    if response.status >= 300:
        raise Refused(response.status, content, response.get("retry-after"))
    return response, content
