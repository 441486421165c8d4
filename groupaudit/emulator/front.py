"""The front door: which part of the emulator a path belongs to.

API calls go to the gate; the token endpoint, batches, the public group pages and the emulator's
own controls (``/_emulator/…``) have no discovery document and are sent on from here.
"""

from __future__ import annotations

from collections.abc import Callable

from groupaudit.emulator.batch import answer_batch
from groupaudit.emulator.errors import ApiError, not_found
from groupaudit.emulator.faults import FaultPlan, Faults
from groupaudit.emulator.gate import Gate
from groupaudit.emulator.messages import Request, Response, json_response
from groupaudit.emulator.oauth import TokenOffice
from groupaudit.emulator.stats import Stats
from groupaudit.emulator.web import GroupPages


class FrontDoor:
    """Answers any request that reaches the emulator. Thread-safe."""

    def __init__(
        self, gate: Gate, tokens: TokenOffice, pages: GroupPages, stats: Stats, faults: Faults
    ) -> None:
        self._gate = gate
        self._tokens = tokens
        self._pages = pages
        self._stats = stats
        self.plan = FaultPlan(faults)

    def answer(self, request: Request) -> Response:
        """The answer to ``request``."""
        path = request.path
        if path.startswith("/_emulator/"):
            return self._control(request)
        if path == "/token" and request.method == "POST":
            return self._struck("token", request, self._tokens.answer)
        if path == "/batch" or path.startswith("/batch/"):
            return self._struck("batch", request, self._batch)
        if self._pages.serves(path) and request.method in ("GET", "HEAD"):
            self.plan.wait()
            return self._struck("web", request, self._pages.answer)
        return self._gate.answer(request)

    def _batch(self, request: Request) -> Response:
        if request.method != "POST":
            return Response(404, not_found("batch").body("old"))
        self.plan.wait()
        return answer_batch(request, lambda call: self._gate.answer(call, batch=request.path))

    def _struck(
        self, label: str, request: Request, answer: Callable[[Request], Response]
    ) -> Response:
        """The answer of a part that has no discovery document, after what the script does to it."""
        try:
            strike = self.plan.strike_anything(f"{request.method} {request.url} {label}")
            if strike.expire:
                self._tokens.revoke(request.headers.get("authorization"))
            response = answer(request)
        except ApiError as error:
            response, strike = (
                Response(error.status, error.body("old"), headers=error.headers),
                None,
            )
        self._stats.count(label, response.status)
        if strike is None or strike.damage is None:
            return response
        return Response(
            response.status, response.body, response.content_type, response.headers, strike.damage
        )

    def _control(self, request: Request) -> Response:
        """Look at the counts or change the faults of the running emulator."""
        match request.method, request.path:
            case "GET", "/_emulator/stats":
                return json_response(self._stats.as_json())
            case "DELETE", "/_emulator/stats":
                self._stats.reset()
                return json_response({})
            case "GET", "/_emulator/faults":
                return json_response(self.plan.faults.to_json())
            case "PUT", "/_emulator/faults":
                return self._order(request)
        return Response(404, not_found(request.path).body("old"))

    def _order(self, request: Request) -> Response:
        try:
            self.plan = FaultPlan(Faults.from_json(request.body))
        except ApiError as error:
            return Response(error.status, error.body("old"))
        return json_response(self.plan.faults.to_json())
