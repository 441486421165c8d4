"""How Google says no: one exception, rendered in the two JSON shapes that its APIs use.

It decides nothing; whoever refuses a call raises ``ApiError`` and the front door renders it.
"""

from __future__ import annotations

import json
from typing import Any, Literal

Style = Literal["old", "new"]
"""``old``: ``errors[]`` with reasons (Directory, Settings, Reports, Gmail, Storage).
``new``: ``status`` and ``details[]`` (Cloud Identity, Vault, IAM)."""

_CANONICAL = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    412: "FAILED_PRECONDITION",
    413: "INVALID_ARGUMENT",
    416: "OUT_OF_RANGE",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_USAGE_LIMITS = frozenset(
    {
        "accessNotConfigured",
        "dailyLimitExceeded",
        "quotaExceeded",
        "rateLimitExceeded",
        "userRateLimitExceeded",
    }
)


class ApiError(Exception):
    """A refusal: HTTP status, Google's reason word, message and what the shapes need besides."""

    def __init__(  # noqa: PLR0913 - the fields of Google's error object, all but three optional
        self,
        status: int,
        reason: str,
        message: str,
        *,
        canonical: str | None = None,
        location: tuple[str, str] | None = None,
        detail: dict[str, Any] | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message
        self.canonical = canonical or _CANONICAL.get(status, "UNKNOWN")
        self.location = location
        self.detail = detail
        self.headers = headers

    def body(self, style: Style) -> bytes:
        """The JSON body of the answer in ``style``."""
        error: dict[str, Any] = {"code": self.status, "message": self.message}
        if style == "old":
            error["errors"] = [self._entry()]
        else:
            error["status"] = self.canonical
        if self.detail is not None:
            error["details"] = [self.detail]
        return json.dumps({"error": error}).encode()

    def _entry(self) -> dict[str, str]:
        domain = "usageLimits" if self.reason in _USAGE_LIMITS else "global"
        entry = {"message": self.message, "domain": domain, "reason": self.reason}
        if self.location is not None:
            entry["locationType"], entry["location"] = self.location
        return entry


def bad_request(message: str, *, reason: str = "badRequest") -> ApiError:
    """400: the call itself is wrong."""
    return ApiError(400, reason, message)


def invalid_parameter(name: str, message: str) -> ApiError:
    """400: the value of a query or path parameter is wrong."""
    return ApiError(400, "invalidParameter", message, location=("parameter", name))


def not_found(what: str) -> ApiError:
    """404: there is no such resource."""
    return ApiError(404, "notFound", f"Resource Not Found: {what}")


def forbidden() -> ApiError:
    """403: the caller's role does not allow it."""
    return ApiError(403, "forbidden", "Not Authorized to access this resource/API")


def unauthenticated() -> ApiError:
    """401: no token, or one that is unknown or expired."""
    return ApiError(
        401,
        "authError",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, "
        "login cookie or other valid authentication credential.",
        location=("header", "Authorization"),
        headers=(("WWW-Authenticate", 'Bearer realm="https://accounts.google.com/"'),),
    )


def scope_missing(method_id: str) -> ApiError:
    """403: the token carries none of the scopes that the method accepts."""
    return ApiError(
        403,
        "insufficientPermissions",
        "Request had insufficient authentication scopes.",
        detail={
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            "domain": "googleapis.com",
            "metadata": {"method": method_id},
        },
    )


def not_built(method_id: str) -> ApiError:
    """501: Google has the method, the emulator does not play it."""
    return ApiError(501, "notImplemented", f"The emulator does not play {method_id}.")
