"""The one way to call a Google API: paced, retried, paged, and answered with our errors.

    with GoogleApis(access) as google:
        api = google.api(Feature("the group's settings", "groupssettings", "v1", SCOPES, GRANT))
        answer = api.call(lambda service: service.groups().get(groupUniqueId=email))

Each ``Feature`` gets a token for its own scopes only, so that a refused one leaves the others
alone. Thread-safe: services and paces are shared, an HTTP object serves one thread at a time. It
refuses to interpret an answer, and to resend a request that makes something unless Google surely
did not carry it out.
"""

from __future__ import annotations

import copy
import hashlib
import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeVar
from urllib.parse import urlsplit

from groupaudit.errors import (
    AuthError,
    BadAnswer,
    CollectError,
    GroupAuditError,
    Interrupted,
    QuotaExhausted,
)
from groupaudit.google import auth, batches, exchange
from groupaudit.google.auth import Access
from groupaudit.google.budget import Budget
from groupaudit.google.exchange import Json
from groupaudit.google.pacing import Pace
from groupaudit.google.refusals import FAILURES, PATIENCE_S, Failure, Kind, Refused, failure
from groupaudit.google.scopes import Need, delegation
from groupaudit.google.services import Services
from groupaudit.google.vigil import Vigil
from groupaudit.google.wire import HttpPool, Session, Tokens

T = TypeVar("T")

DOWNLOAD_CHUNK = 8 * 1024 * 1024

# These libraries log URLs, answers' bodies and addresses of people below this level.
for _chatty in ("googleapiclient", "google.auth", "google.oauth2", "google_auth_httplib2"):
    logging.getLogger(_chatty).setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Feature:
    """One use of one API: what is asked for in plain words, its scopes, and how to grant it.

    ``per_minute`` is a ceiling below the configured one, for an API with a smaller quota.
    """

    what: str
    api: str
    version: str
    scopes: tuple[str, ...]
    grant: str
    per_minute: int | None = None

    @classmethod
    def of(cls, need: Need, *, what: str = "", per_minute: int | None = None) -> Self:
        """The feature that ``need`` describes; ``what`` names one part of it."""
        return cls(what or need.what, need.api, need.version, need.scopes, need.grant, per_minute)


class GoogleApis:
    """Google as one principal sees it. Close it to drop its connections and wake its sleepers.

    ``budget`` bounds the requests of a day; without one nobody counts them. ``most_tries`` bounds
    the tries of a request below what its failure is worth, for somebody who waits for the answer.
    ``clock`` is monotonic seconds; ``sleep`` and ``draw`` (0..1) are injected by tests.
    """

    def __init__(  # noqa: PLR0913 - keyword-only options, each with its default
        self,
        access: Access,
        *,
        budget: Budget | None = None,
        most_tries: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self.access = access
        self.budget = budget
        self.draw = draw
        self.most_tries = most_tries
        self.stopping = threading.Event()
        self.sleep: Callable[[float], object] = sleep or self.stopping.wait
        self.pool = HttpPool(access.api_root)
        self.unbatched: set[str] = set()  # APIs whose batches were refused; as_user shares it
        self.clock = clock
        self.vigil = Vigil(clock)
        self._lock = threading.Lock()
        self._tokens: dict[tuple[str, ...], Tokens] = {}
        self._paces: dict[tuple[str, int], Pace] = {}
        self._services = Services(access.api_root)

    def as_user(self, subject: str) -> GoogleApis:
        """Google as the user ``subject`` sees it, by domain-wide delegation.

        Tokens and paces are its own (Gmail's quota is each user's); connections and their end are
        shared, so that it need not be closed.
        """
        other = copy.copy(self)
        other.access = replace(self.access, subject=subject)
        other._lock = threading.Lock()  # noqa: SLF001 - one of this very class
        other._tokens, other._paces = {}, {}  # noqa: SLF001 - likewise
        return other

    def api(self, feature: Feature) -> GoogleApi:
        """The API behind ``feature``. Asks nobody yet; raises ConfigError for bad credentials."""
        key = (feature.api, min(self.access.requests_per_minute, feature.per_minute or 10**9))
        with self._lock:
            if feature.scopes not in self._tokens:
                self._tokens[feature.scopes] = Tokens(auth.credentials(self.access, feature.scopes))
            if key not in self._paces:
                self._paces[key] = Pace(key[1], clock=self.clock, sleep=self.sleep)
            service = self._services.of(feature.api, feature.version)
            return GoogleApi(self, feature, service, self._tokens[feature.scopes], self._paces[key])

    def close(self) -> None:
        """Close idle connections and let waiting requests end with Interrupted."""
        self.stopping.set()
        self.pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class GoogleApi:
    """One API, called for one ``Feature``."""

    def __init__(
        self, google: GoogleApis, feature: Feature, service: Any, tokens: Tokens, pace: Pace
    ) -> None:
        self.feature = feature
        self._google = google
        self._service = service
        self._tokens = tokens
        self._pace = pace
        self._host = urlsplit(google.access.api_root or service._baseUrl).hostname or "Google"  # noqa: SLF001 - told by no method

    def admitted(self) -> None:
        """Return if Google gives a token for the feature's scopes; nothing else is asked for.

        Raises AuthError when it gives none, CollectError when it cannot be asked.
        """
        self._answered(lambda session: session.admitted())

    def call(self, request: Callable[[Any], Any], *, repeatable: bool = True) -> Json:
        """The answer to the request that ``request`` builds from the API's service object.

        ``repeatable`` False: it makes something, and is resent only if it surely was not carried
        out. Raises AuthError, AccessDenied, NotFound, QuotaExhausted, BadAnswer or CollectError.
        """
        built = request(self._service)
        return self._answered(
            lambda session: exchange.answer(built, session), repeatable=repeatable
        )

    def batch(self, requests: Sequence[Callable[[Any], Any]]) -> list[Json | GroupAuditError]:
        """The answer to each of ``requests``, or the error in which it ended, in their order.

        At most ``batches.MOST_CALLS``, all of them readings; each is sent alone where the server
        takes no batches. Raises what ``call`` raises when the batch as a whole fails, and
        QuotaExhausted also for one of them: the others would end alike.
        """
        built = [request(self._service) for request in requests]
        if self.feature.api not in self._google.unbatched:
            try:
                return self._batched(built)
            except CollectError as error:
                if error.reason not in batches.NOT_TAKEN:
                    raise
                self._google.unbatched.add(self.feature.api)
        return [self._alone(one) for one in built]

    def _alone(self, built: Any) -> Json | GroupAuditError:
        try:
            return self._answered(lambda session: exchange.answer(built, session))
        except CollectError as error:
            return error

    def _batched(self, built: list[Any]) -> list[Json | GroupAuditError]:
        ended: dict[int, Json | GroupAuditError] = {}
        waiting, tries = list(range(len(built))), 0
        while waiting:
            tries += 1
            answers = self._sent([built[number] for number in waiting])
            again: list[tuple[int, Failure]] = []
            for number, answer in zip(waiting, answers, strict=True):
                if isinstance(answer, dict):
                    ended[number] = answer
                elif (failed := failure(answer)).worth_another(tries, repeatable=True):
                    again.append((number, failed))
                else:
                    ended[number] = self._ended(failed, answer)
            waiting = [number for number, _failed in again]
            if again:
                self._rest([failed for _number, failed in again], tries)
        return [ended[number] for number in range(len(built))]

    def _ended(self, failed: Failure, refused: Refused) -> GroupAuditError:
        error = self._error(failed)
        error.__cause__ = refused
        if isinstance(error, QuotaExhausted):
            raise error
        return error

    def _sent(self, built: list[Any]) -> list[batches.Answer]:
        return self._answered(
            lambda session: batches.send(self._service, built, session), calls=len(built)
        )

    def _rest(self, failures: list[Failure], tries: int) -> None:
        """Sleep before calls of a batch that failed are sent again."""
        limited = [failed for failed in failures if failed.kind is Kind.RATE]
        if limited:
            self._pace.refused(max(one.retry_after_s or 0.0 for one in limited) or None)
        self._google.sleep(max(failed.wait_s(tries, self._google.draw()) for failed in failures))

    def pages(self, request: Callable[[Any, str | None], Any]) -> Iterator[Json]:
        """Every page of a listing; ``request`` builds one from service and page token.

        Raises what ``call`` raises; BadAnswer also when the listing runs in a circle.
        """
        token: str | None = None
        seen: set[int] = set()
        while True:
            page = self.call(lambda service, token=token: request(service, token))  # type: ignore[misc]
            yield page
            token = page.get("nextPageToken")
            if not token:
                return
            if not isinstance(token, str | int) or hash(token) in seen:
                raise BadAnswer(f"Google's listing of {self.feature.what} runs in a circle.")
            seen.add(hash(token))
            token = str(token)

    def download(self, request: Callable[[Any], Any], sink: BinaryIO, *, size: int) -> bytes:
        """Write the media that ``request`` names into ``sink``, in chunks; its MD5 digest.

        ``size`` is how many bytes it must have. Raises what ``call`` raises; BadAnswer also when
        it is longer or shorter.
        """
        media = request(self._service)
        digest = hashlib.md5(usedforsecurity=False)  # the hash that Vault and Storage state
        written = 0
        while written < size:
            span = range(written, min(written + DOWNLOAD_CHUNK, size))
            chunk, total = self._answered(
                lambda session, span=span: exchange.chunk(media, session, span)  # type: ignore[misc]
            )
            whole = not written and len(chunk) == size  # from a server that knows no ranges
            if total not in {None, size} or (len(chunk) > len(span) and not whole):
                raise self._wrong_size()
            digest.update(chunk)
            written += sink.write(chunk)
        return digest.digest()

    def _wrong_size(self) -> BadAnswer:
        return BadAnswer(
            f"The download of {self.feature.what} does not have the size announced: try again.",
            reason="wrong-size",
        )

    def _answered(
        self, once: Callable[[Session], T], *, repeatable: bool = True, calls: int = 1
    ) -> T:
        """What ``once`` returns, tried as often as its failures are worth.

        Each try costs as much quota as so many ``calls``.
        """
        tries, spent_s = 0, 0.0
        while True:
            for _call in range(calls):
                self._await_turn()
            began = self._google.clock()
            if self._google.stopping.is_set():
                raise Interrupted("the run is being stopped")
            tries += 1
            try:
                answer = self._once(once)
            except FAILURES as error:
                failed = failure(error)
                spent_s += self._google.clock() - began
                if failed.kind is Kind.RATE:
                    self._pace.refused(failed.retry_after_s)
                if (
                    tries == self._google.most_tries
                    or spent_s > PATIENCE_S
                    or not failed.worth_another(tries, repeatable=repeatable)
                ):
                    raise self._error(failed) from error
                wait_s = failed.wait_s(tries, self._google.draw())
                self._google.vigil.failed(self._host, failed, tries, wait_s)
                self._google.sleep(wait_s)
                spent_s += wait_s
            else:
                self._pace.accepted(began)
                self._google.vigil.answered()
                return answer

    def _await_turn(self) -> None:
        """Return when one more request may be sent. Raises QuotaExhausted."""
        if self._google.budget is not None:
            self._google.budget.take(self.feature.api, self.feature.what)
        self._pace.wait()

    def _once(self, once: Callable[[Session], T]) -> T:
        with self._google.pool.http() as http:
            return once(Session(http, self._tokens))

    def _error(self, failed: Failure) -> GroupAuditError:
        error = failed.error(self.feature.what, self.feature.grant)
        if isinstance(error, AuthError):
            return AuthError(f"{error} {self._whom_to_grant()}", reason=error.reason)
        return error

    def _whom_to_grant(self) -> str:
        """Where to grant the scopes, and to whom, without naming a person."""
        if not self._google.access.subject:
            return f"Scope: {', '.join(self.feature.scopes)}. Check google.credentials."
        step = delegation(auth.client_id(self._google.access), self.feature.scopes)
        return f"{step} Check also google.subject."
