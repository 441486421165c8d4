"""Webhooks and the heartbeat over HTTP. Addresses hold tokens: none is logged, quoted or shown.

It follows no redirect and reads no answer beyond its status.
"""

from __future__ import annotations

import logging
import ssl
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import urlsplit, urlunsplit

import httpx

from groupaudit import __version__
from groupaudit.confidential import is_loopback
from groupaudit.errors import NotifyError
from groupaudit.notify.cards import SHAPES
from groupaudit.notify.letter import Letter
from groupaudit.notify.news import News

logging.getLogger("httpx").setLevel(logging.CRITICAL)  # it logs the address of every request
logging.getLogger("httpcore").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Line:
    """How HTTP is spoken: seconds for each step of a request, and whose certificates count."""

    timeout_s: float
    trust: ssl.SSLContext = field(repr=False)


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook; ``kind`` is its key in ``[notify]``."""

    kind: str
    url: str = field(repr=False)
    line: Line

    def send(self, letter: Letter, news: News, *, addresses: bool) -> None:
        """Post ``letter`` in the form that this kind takes; groups are named only if ``addresses``.

        Raises NotifyError.
        """
        _post(self.url, SHAPES[self.kind](letter, news, addresses), self.line)


class Pulse(Enum):
    """What a heartbeat says, with what it adds to the path (healthchecks.io/docs/http_api)."""

    START = "/start"
    SUCCESS = ""
    FAIL = "/fail"


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """An address that waits to hear from every run, and speaks up when it does not."""

    url: str = field(repr=False)
    line: Line

    def beat(self, pulse: Pulse) -> None:
        """Say ``pulse``, with nothing about the run. Raises NotifyError."""
        parts = urlsplit(self.url)
        path = parts.path.rstrip("/") + pulse.value if pulse.value else parts.path
        _post(urlunsplit(parts._replace(path=path)), None, self.line)


def _post(url: str, body: object, line: Line) -> None:
    # A loopback server must not be looked for through the company's proxy.
    proxied = not is_loopback(urlsplit(url).hostname or "")
    headers = {"User-Agent": f"groupaudit/{__version__}"}
    try:
        with (
            httpx.Client(
                verify=line.trust, timeout=line.timeout_s, trust_env=proxied, headers=headers
            ) as client,
            client.stream("POST", url, json=body) as answer,
        ):
            status = answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # The kind only: httpx quotes addresses.
        raise NotifyError(
            f"no answer ({type(error).__name__}): check the address and the network"
        ) from error
    if not 200 <= status < 300:
        raise NotifyError(f"answered {status}: check the address, or make a new one")
