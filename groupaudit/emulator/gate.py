"""The gate in front of the APIs: route, token, quota, scope, parameters, body, then the answer.

Every call passes the same checks in the same order, alone or in a batch, and every refusal leaves
in the error shape of its API.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from groupaudit.emulator.access import Access
from groupaudit.emulator.apis import Answer, Answers
from groupaudit.emulator.discovery import Catalogue, Method
from groupaudit.emulator.errors import ApiError, not_built, scope_missing
from groupaudit.emulator.faults import FaultPlan
from groupaudit.emulator.messages import Call, Request, Response, json_response
from groupaudit.emulator.oauth import TokenOffice
from groupaudit.emulator.projection import project
from groupaudit.emulator.stats import Stats
from groupaudit.emulator.validation import check_body, check_path, check_query

# What the discovery documents leave out: google-auth itself signs with this one (its module `iam`).
_ALSO_ACCEPTED = {"iamcredentials": frozenset({"https://www.googleapis.com/auth/iam"})}


@dataclass(frozen=True)
class Gate:
    """Answers API requests, or refuses them as Google would. Thread-safe."""

    access: Access
    catalogue: Catalogue
    tokens: TokenOffice
    stats: Stats
    answers: Answers
    plan: Callable[[], FaultPlan]

    def answer(self, request: Request, *, batch: str | None = None) -> Response:
        """The answer to ``request``; ``batch`` is the path of the batch that it came in, if any."""
        self.plan().wait(batched=batch is not None)
        label = "unknown"
        try:
            method, path = self.catalogue.route(request.method, request.path)
            label = method.id
            response = self._admitted(request, method, path, batch)
        except ApiError as error:
            response = Response(
                error.status,
                error.body(self.catalogue.style(request.path)),
                headers=error.headers,
            )
        self.stats.count(label, response.status)
        return response

    def _admitted(
        self, request: Request, method: Method, path: dict[str, str], batch: str | None
    ) -> Response:
        plan, token = self.plan(), request.headers.get("authorization")
        if batch is not None and not _belongs(method, batch):
            raise ApiError(400, "badRequest", "The batch path does not serve this method's API.")
        principal = self.tokens.principal(token, plan.faults.token_uses)
        strike = plan.strike_anything(f"{request.method} {request.url} {method.id}")
        if strike.expire:
            self.tokens.revoke(token)
            principal = self.tokens.principal(token)
        plan.strike_api_call(request.url)
        self._check_enabled(method)
        if _scopes(method).isdisjoint(principal.scopes):
            raise scope_missing(method.id)
        check_path(method, path)
        query = check_query(method, request.query)
        body = check_body(method, request.body)
        call = Call(method, path, query, body, principal, request.headers)
        response = _rendered(call, self._handler(method)(call))
        if strike.damage is None:
            return response
        return Response(
            response.status, response.body, response.content_type, response.headers, strike.damage
        )

    def _check_enabled(self, method: Method) -> None:
        if method.api.name in self.access.disabled_apis:
            raise ApiError(
                403,
                "accessNotConfigured",
                f"{method.api.name} API has not been used in this project before or it is "
                "disabled. Enable it by visiting the Google Cloud console, then retry.",
                detail={
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": "SERVICE_DISABLED",
                    "domain": "googleapis.com",
                },
            )

    def _handler(self, method: Method) -> Callable[[Call], Answer]:
        handler = self.answers.get(method.id)
        if handler is None:
            raise not_built(method.id)
        return handler


def _scopes(method: Method) -> frozenset[str]:
    """The scopes of which one is enough for ``method``."""
    return method.scopes | _ALSO_ACCEPTED.get(method.api.name, frozenset())


def _rendered(call: Call, answer: Answer) -> Response:
    if isinstance(answer, Response):
        return answer
    fields = call.query.get("fields")
    if fields:
        answer = project(call.method.api, call.method.response, answer, fields)
    return json_response(answer)


def _belongs(method: Method, batch: str) -> bool:
    """Whether a batch sent to the path ``batch`` may hold a call of ``method``."""
    api = method.api
    return batch.strip("/") in (api.batch_path, f"batch/{api.name}/{api.version}")
