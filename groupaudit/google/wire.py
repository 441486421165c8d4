"""The HTTP objects: where requests go, and with which token.

``RoutedHttp`` is the one choke point through which API calls, token requests and keyless signing
pass: with an ``api_root`` every URL of Google is sent there, and any other place is refused, so
that a loopback run cannot reach Google. With a root on this machine, a key may also name another
address on it for its tokens. It follows no redirect: a token must not wander.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import google_auth_httplib2
import httplib2

from groupaudit.confidential import is_loopback
from groupaudit.errors import ConfigError
from groupaudit.google.refusals import Garbled, Refused

TIMEOUT_S = 60

_GOOGLE = ("googleapis.com", "accounts.google.com")


class RoutedHttp:
    """An httplib2 object whose requests go to ``root`` if there is one; for one thread at once."""

    def __init__(self, root: str = "", *, timeout_s: float = TIMEOUT_S) -> None:
        self._root = root.rstrip("/")
        # A loopback root must not be looked for through the company's proxy.
        self._direct = bool(root) and is_loopback(urlsplit(root).hostname or "")
        proxy = None if self._direct else httplib2.proxy_info_from_environment
        self._http = httplib2.Http(timeout=timeout_s, proxy_info=proxy)
        self._http.follow_redirects = False

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> tuple[Any, bytes]:
        """The response and its body. Raises what httplib2, http.client and sockets raise."""
        try:
            response, content = self._http.request(
                self.route(uri), method, body=body, headers=dict(headers or {}), **options
            )
        except httplib2.error.MalformedHeader:
            # Raised for nothing but a 401 whose challenge is none that httplib2 could take up.
            return httplib2.Response({"status": "401"}), b""
        return response, content

    def route(self, uri: str) -> str:
        """Where ``uri`` is really sent. Raises ConfigError when an ``api_root`` forbids it."""
        if not self._root or uri.startswith(self._root + "/"):
            return uri
        parts = urlsplit(uri)
        host = parts.hostname or ""
        if self._direct and is_loopback(host):
            return uri  # a token endpoint beside the root: "localhost" for 127.0.0.1, another port
        if not any(host == known or host.endswith("." + known) for known in _GOOGLE):
            raise ConfigError(
                "google.api_root is set, but google.credentials asks for tokens somewhere else: "
                "use a key made for that root, or empty api_root."
            )
        return self._root + parts.path + (f"?{parts.query}" if parts.query else "")

    def close(self) -> None:
        """Close its connections."""
        self._http.close()


class Tokens:
    """The access token of one set of scopes, shared by every thread, fetched by one at a time."""

    def __init__(self, credentials: Any) -> None:
        self._credentials = credentials
        self._lock = threading.Lock()

    def sign(self, headers: dict[str, str], http: RoutedHttp) -> str:
        """Put a valid token into ``headers``; the token. Raises google.auth's exceptions."""
        with self._lock:
            if not self._credentials.valid:
                self._refresh(http)
            self._credentials.apply(headers)
            return str(self._credentials.token)

    def renew(self, refused: str, http: RoutedHttp) -> None:
        """Fetch another token unless somebody already replaced the ``refused`` one."""
        with self._lock:
            if self._credentials.token == refused:
                self._refresh(http)

    def _refresh(self, http: RoutedHttp) -> None:
        try:
            self._credentials.refresh(google_auth_httplib2.Request(http))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            # How google-auth stumbles over a token answer that is not what it expects.
            raise Garbled from error


class Session:
    """What googleapiclient takes for an HTTP object: signs requests, and once more after a 401."""

    def __init__(self, http: RoutedHttp, tokens: Tokens) -> None:
        self._http = http
        self._tokens = tokens
        self._used = ""

    def admitted(self) -> None:
        """Return once there is a valid token. Raises google.auth's exceptions."""
        self._tokens.sign({}, self._http)

    def renew(self) -> None:
        """Fetch another token: the last was refused inside an answer. Raises as ``admitted``."""
        self._tokens.renew(self._used, self._http)

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> tuple[Any, bytes]:
        """The response and its body, as httplib2 gives them."""
        token, response, content = self._signed(uri, method, body, headers, options)
        if response.status == 401:
            self._tokens.renew(token, self._http)
            _token, response, content = self._signed(uri, method, body, headers, options)
        return response, content

    def _signed(
        self,
        uri: str,
        method: str,
        body: Any,
        headers: Mapping[str, str] | None,
        options: dict[str, Any],
    ) -> tuple[str, Any, bytes]:
        signed = dict(headers or {})
        token = self._used = self._tokens.sign(signed, self._http)
        return token, *self._http.request(uri, method, body=body, headers=signed, **options)


class HttpPool:
    """As many HTTP objects as there are requests at the same time, each used by one thread."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._idle: list[RoutedHttp] = []  # append and pop are atomic

    @contextmanager
    def http(self) -> Iterator[RoutedHttp]:
        """One HTTP object for the time of the context; thrown away if the connection broke."""
        try:
            http = self._idle.pop()
        except IndexError:
            http = RoutedHttp(self._root)
        whole = False
        try:
            yield http
            whole = True
        except Refused:
            whole = True  # a whole answer: the connection stays good
            raise
        finally:
            if whole:
                self._idle.append(http)
            else:
                http.close()  # a connection in the middle of an answer is of no more use

    def close(self) -> None:
        """Close the connections of every idle HTTP object."""
        while self._idle:
            self._idle.pop().close()
