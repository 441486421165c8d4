"""A server that gives the emulator's answers in another form, as somebody else's would."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from background import Background

from groupaudit.emulator.messages import Request, Response
from groupaudit.emulator.server import Emulator
from groupaudit.emulator.wire import WireServer

Ask = Callable[[Request], Response]

#: What to answer a request; the emulator can be asked for its own answer, or for another one's.
Rewrite = Callable[[Request, Ask], Response]


class OtherServer(Background):
    """Stands at ``url`` before ``emulator``, which still gives the tokens; a context manager."""

    def __init__(self, emulator: Emulator) -> None:
        self.rewrite: Rewrite = lambda asked, ask: ask(asked)
        ask = emulator._server.answer
        self._wire = WireServer(0, lambda request: self.rewrite(request, ask))
        super().__init__(self._wire)

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        self._wire.disconnect()


def told(response: Response) -> dict[str, Any] | None:
    """The object in a successful answer, None if there is none."""
    told_as_json = response.content_type.startswith("application/json") and response.body
    if response.status != 200 or not told_as_json:
        return None
    found = json.loads(response.body)
    return found if isinstance(found, dict) else None


def respelt(path: str, change: Callable[[dict[str, Any]], object]) -> Rewrite:
    """Successful answers whose path holds ``path``, as ``change`` gives them."""

    def rewrite(request: Request, ask: Ask) -> Response:
        response = ask(request)
        found = told(response) if path in request.path else None
        return response if found is None else replace(response, body=written(change(found)))

    return rewrite


def written(value: object) -> bytes:
    return json.dumps(value).encode()
