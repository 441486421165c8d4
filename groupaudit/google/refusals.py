"""What an unanswered request means: whether to try again, and which of our errors it becomes.

The one place that translates exceptions of google-auth, httplib2 and sockets. Of
Google's own words only the machine-readable reason goes into a message: its prose may name people.
"""

from __future__ import annotations

import http.client
import zlib
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import httplib2
from google.auth import exceptions

from groupaudit.errors import (
    AccessDenied,
    AuthError,
    BadAnswer,
    CollectError,
    GroupAuditError,
    NotFound,
    QuotaExhausted,
)
from groupaudit.google import error_body

#: Reasons by which Google refuses for the rate of requests (Directory and Groups Settings say 403).
RATE_REASONS = frozenset(
    {
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "quotaExceeded",  # concurrent requests; googleapiclient itself does not retry it
        "RATE_LIMIT_EXCEEDED",
        "RESOURCE_EXHAUSTED",
    }
)
#: Reasons by which Google refuses until tomorrow.
DAY_REASONS = frozenset({"dailyLimitExceeded", "dailyLimitExceededUnreg"})

#: Reasons that concern the whole run, not the one thing asked for: the token lacks the scope.
SCOPE_REASONS = frozenset({"ACCESS_TOKEN_SCOPE_INSUFFICIENT"})

#: The token endpoint's word for a subject that is suspended, deleted or unknown.
NO_SUCH_ACCOUNT = "invalid_grant"

#: 400s that pass by themselves; GAM retries the same three.
PASSING_400 = frozenset({"invalid", "systemError", "serviceLimit"})


class Refused(Exception):
    """An answer that is none: its status, its body, and how long Google asks to wait."""

    def __init__(self, status: int, content: bytes, retry_after: str | None) -> None:
        super().__init__(f"HTTP status {status}")
        self.status = status
        self.content = content
        self.retry_after = retry_after


class Garbled(Exception):
    """An answer of success whose body is not what was asked for (cut off, not JSON)."""


#: Everything that a request may raise besides our own errors.
FAILURES = (
    Refused,
    Garbled,
    exceptions.GoogleAuthError,
    httplib2.HttpLib2Error,
    http.client.HTTPException,
    OSError,
    EOFError,  # a cut-off gzip body
    zlib.error,
)


class Kind(Enum):
    """What sort of failure it is."""

    RATE = auto()
    DAY = auto()
    SERVER = auto()
    CONNECTION = auto()
    GARBLED = auto()
    PASSING = auto()
    DENIED = auto()
    GONE = auto()
    TOKEN = auto()
    SCOPE = auto()
    EXPIRED = auto()
    REFUSED = auto()


#: How many tries each kind is worth, the first included.
TRIES = {
    Kind.RATE: 18,  # a quota of a minute passes meanwhile
    Kind.SERVER: 7,
    Kind.CONNECTION: 7,
    Kind.GARBLED: 5,
    Kind.PASSING: 3,
    Kind.EXPIRED: 3,  # each with a token of its own: tokens also expire in mid-run
}

#: Longest wait before a try, seconds; it is drawn between 0 and 0.5 s x 2^tries ("full jitter").
LONGEST_WAIT_S = 32.0
FIRST_WAIT_S = 0.5
#: Longest waits of one request that is refused for the rate, seconds: at first, and later.
SHORT_WAIT_S = 0.5
LATER_WAIT_S = 16.0

#: Seconds of trying and waiting between tries after which a request is given up, however few tries
#: it had: a host that swallows packets takes a minute to fail.
PATIENCE_S = 300.0

#: Kinds that prove that nothing was done: even a request that makes something may be resent.
HARMLESS = frozenset({Kind.RATE, Kind.EXPIRED})


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed try. ``reason`` is Google's machine word, ``retry_after_s`` what it asks for."""

    kind: Kind
    status: int = 0
    reason: str = ""
    retry_after_s: float | None = None

    def worth_another(self, tries: int, *, repeatable: bool) -> bool:
        """Whether to try again after so many tries."""
        return tries < self.most_tries and (repeatable or self.kind in HARMLESS)

    @property
    def most_tries(self) -> int:
        """How many tries it is worth, the first included."""
        return TRIES.get(self.kind, 1)

    def wait_s(self, tries: int, drawn: float) -> float:
        """Seconds to wait before another try, after so many; ``drawn`` is from 0 to 1.

        After a refusal for the rate the pace makes everybody wait, as long as Google asked: alone,
        a request waits little, until the fifth refusal shows that the pace does not help.
        """
        jitter = drawn * float(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**tries))
        if self.kind is not Kind.RATE:
            return max(jitter, min(self.retry_after_s or 0.0, LONGEST_WAIT_S))
        most = LATER_WAIT_S if tries > 4 else min(SHORT_WAIT_S, self.retry_after_s or SHORT_WAIT_S)
        return min(jitter, most)

    def error(self, what: str, grant: str) -> GroupAuditError:
        """Our error. ``what`` was asked for; ``grant`` says how to be allowed to."""
        seen = " ".join(part for part in (str(self.status or ""), self.reason) if part)
        kind, reason, sentence = _ENDINGS[self.kind]
        if self.kind is Kind.TOKEN and self.reason == NO_SUCH_ACCOUNT:
            reason = "account-refused"
        because = f" ({seen})" if seen else ""
        return kind(sentence.format(what=what, because=because, grant=grant), reason=reason)


#: Kind -> our error, its reason when it is not the error's own, what happened and what to do.
_ENDINGS: dict[Kind, tuple[type[GroupAuditError], str | None, str]] = {
    Kind.DENIED: (AccessDenied, None, "Google refuses {what}{because}: {grant}"),
    Kind.TOKEN: (AuthError, None, "Google gives no access token for {what}{because}: {grant}"),
    Kind.SCOPE: (AuthError, None, "Google's token does not cover {what}{because}: {grant}"),
    Kind.EXPIRED: (AuthError, None, "Google keeps refusing the token for {what}{because}: {grant}"),
    Kind.GONE: (NotFound, None, "Google does not know {what}{because}: deleted meanwhile?"),
    Kind.DAY: (
        QuotaExhausted,
        None,
        "The day's quota of requests for {what} is used up{because}: run again tomorrow.",
    ),
    Kind.GARBLED: (
        BadAnswer,
        None,
        "Google's answer about {what} stays unreadable: try again later.",
    ),
    Kind.CONNECTION: (
        CollectError,
        "unreachable",
        "Google cannot be reached for {what}: check network, proxy and firewall.",
    ),
    Kind.RATE: (
        CollectError,
        "rate-limited",
        "Google keeps refusing {what} for the rate{because}: lower google.requests_per_minute.",
    ),
    Kind.SERVER: (
        CollectError,
        "server-error",
        "Google fails to answer about {what}{because}: try again later.",
    ),
    Kind.PASSING: (
        CollectError,
        "request-refused",
        "Google keeps refusing the request for {what}{because}: try again later.",
    ),
    Kind.REFUSED: (
        CollectError,
        "request-refused",
        "Google refuses the request for {what}{because}: check the configuration, or report this.",
    ),
}


def failure(error: BaseException) -> Failure:
    """What ``error``, one of ``FAILURES``, means."""
    if isinstance(error, Refused):
        return _refusal(error)
    if isinstance(error, exceptions.RefreshError):
        return _no_token(error)
    if isinstance(error, Garbled | zlib.error | EOFError):
        return Failure(Kind.GARBLED)
    if isinstance(error, http.client.IncompleteRead | httplib2.FailedToDecompressContent):
        return Failure(Kind.GARBLED)
    if isinstance(error, exceptions.GoogleAuthError) and not isinstance(
        error, exceptions.TransportError
    ):
        return Failure(Kind.TOKEN)
    return Failure(Kind.CONNECTION)


def _refusal(error: Refused) -> Failure:
    told = error_body.told(error.content)
    reasons = error_body.reasons(told)
    reason = reasons[0] if reasons else ""
    kind = _kind(error.status, reasons, of_a_day=error_body.of_a_day(told))
    asked = error_body.seconds(error.retry_after)
    return Failure(kind, error.status, reason, error_body.delay(told) if asked is None else asked)


def _kind(status: int, reasons: tuple[str, ...], *, of_a_day: bool) -> Kind:
    if status in {403, 429} and (of_a_day or DAY_REASONS.intersection(reasons)):
        return Kind.DAY
    if status == 429 or (status == 403 and RATE_REASONS.intersection(reasons)):
        return Kind.RATE
    if status == 408 or (status >= 500 and status != 501):
        return Kind.SERVER
    if status == 403 and SCOPE_REASONS.intersection(reasons):
        return Kind.SCOPE
    if status == 412 or (status == 400 and PASSING_400.intersection(reasons)):
        return Kind.PASSING
    return _BY_STATUS.get(status, Kind.REFUSED)


_BY_STATUS = {401: Kind.EXPIRED, 403: Kind.DENIED, 404: Kind.GONE, 410: Kind.GONE}


def _no_token(error: Any) -> Failure:
    """The token endpoint said no; its word for it if it gave one."""
    if getattr(error, "retryable", False):
        return Failure(Kind.SERVER)
    answer = error.args[1] if len(error.args) > 1 else None
    if isinstance(answer, str):  # the signing service's answer comes undecoded
        reasons = error_body.reasons(error_body.told(answer))
        return Failure(Kind.TOKEN, reason=reasons[0] if reasons else "")
    word = answer.get("error") if isinstance(answer, dict) else None
    known = isinstance(word, str) and error_body.WORD.fullmatch(word)
    return Failure(Kind.TOKEN, reason=str(word) if known else "")
