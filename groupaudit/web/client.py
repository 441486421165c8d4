"""One polite HTTP connection to the public web: anonymous, slow, bounded, and alone.

It sends no cookie, no referrer and no credentials, says who it is, and asks for pages one after
another with a pause between. It follows no redirect and interprets no answer.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urlsplit

import httpx

from groupaudit import __version__
from groupaudit.confidential import is_loopback
from groupaudit.errors import CollectError
from groupaudit.web.robots import PRODUCT

#: Bytes of one page at most; real lists take about half a megabyte.
MOST_BYTES = 8 * 1024 * 1024

#: Seconds: for each step of a request, and for a whole page, however slowly it drips.
STEP_S, PAGE_S = 30.0, 90.0

#: Share of the pause that is added by chance, so that requests keep no beat.
_JITTER = 0.2

logging.getLogger("httpx").setLevel(logging.CRITICAL)  # it logs the address of every request
logging.getLogger("httpcore").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Politeness:
    """How the web is visited.

    ``root`` is where the group pages are, without a slash at the end; ``pause_s`` seconds at least
    lie between two requests; ``most_requests`` is the hard cap of a run; ``contact`` is an address
    by which the site can reach who runs this.
    """

    root: str
    pause_s: float = 5.0
    most_requests: int = 300
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: headers that matter in lower case, and the body as text."""

    status: int
    location: str
    media_type: str
    text: str = field(repr=False)


class PoliteClient:
    """The connection. For one thread at a time; close it. ``clock`` is monotonic seconds."""

    def __init__(
        self,
        manners: Politeness,
        *,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self.manners = manners
        self.pause_s = manners.pause_s
        self.sent = 0
        self._sleep, self._clock, self._draw = sleep, clock, draw
        self._next = float("-inf")
        self._http = httpx.Client(
            headers=_headers(manners.contact),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
            timeout=STEP_S,
            limits=httpx.Limits(max_connections=1),
            # A loopback root must not be looked for through the company's proxy.
            trust_env=not is_loopback(urlsplit(manners.root).hostname or ""),
        )

    def get(self, path: str, query: str = "") -> Answer:
        """The answer to one GET of ``path`` below the root, whatever it says, after the pause.

        Raises CollectError: ``web-budget`` when the run's requests are used up, ``web-failed`` when
        no whole answer came.
        """
        if self.sent >= self.manners.most_requests:
            raise CollectError(
                f"The run's {self.manners.most_requests} requests to the public web are used up: "
                "raise google.web_max_requests, or look at fewer groups.",
                reason="web-budget",
            )
        self._wait()
        self.sent += 1
        url = self.manners.root + path + (f"?{query}" if query else "")
        try:
            return self._fetch(url)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # The kind only: httpx quotes addresses.
            raise CollectError(
                f"The public web gave no whole answer ({type(error).__name__}): try again later.",
                reason="web-failed",
            ) from error
        finally:
            self._next = self._clock() + self.pause_s * (1 + _JITTER * self._draw())

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def _wait(self) -> None:
        pause = self._next - self._clock()
        if pause > 0:
            self._sleep(pause)

    def _fetch(self, url: str) -> Answer:
        with self._http.stream("GET", url) as response:
            if response.headers.get("content-encoding", "identity").lower() != "identity":
                raise _unusable("is compressed, which was not asked for")
            body = self._body(response)
            return Answer(
                status=response.status_code,
                location=response.headers.get("location", "")[:4096],
                media_type=response.headers.get("content-type", "").partition(";")[0].lower(),
                text=body.decode("utf-8", "replace"),
            )

    def _body(self, response: httpx.Response) -> bytes:
        deadline = self._clock() + PAGE_S
        body = bytearray()
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > MOST_BYTES:
                raise _unusable("is larger than 8 MiB")
            if self._clock() > deadline:
                raise _unusable("took longer than 90 seconds")
        return bytes(body)


def _unusable(why: str) -> CollectError:
    return CollectError(f"A page of the public web {why}: try again later.", reason="web-failed")


def _headers(contact: str) -> dict[str, str]:
    about = f" (+{contact})" if contact else ""
    return {
        "User-Agent": f"{PRODUCT}/{__version__}{about}",
        "Accept": "text/html,text/plain",
        "Accept-Language": "en",
        # Nothing compressed: a page of bounded length is then one of bounded size.
        "Accept-Encoding": "identity",
    }
