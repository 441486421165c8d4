"""Pages of the one site that may be visited: robots.txt obeyed, redirects followed by hand.

A redirect is followed only within the site, a few times, and to where robots.txt lets us; one that
leads away is an answer in itself. It refuses to guess what a page means.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from groupaudit.errors import CollectError
from groupaudit.web.client import Answer, PoliteClient
from groupaudit.web.robots import Robots

#: Redirects followed for one page.
MOST_HOPS = 5

#: Where Google sends whoever may not read, or asks for what is not there: an answer by its path.
ACCESS_ERROR = "/access-error"

#: Asks for English texts; verdicts rest on paths and data, which have no language.
_QUERY = "hl=en"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Page:
    """Where a request ended, and what was there.

    ``host`` is empty within the site; else it is where a redirect led that was not followed, and
    ``path`` the path there. ``html`` is empty where nothing was fetched.
    """

    status: int
    path: str
    host: str = ""
    media_type: str = ""
    html: str = field(default="", repr=False)


class GroupsSite:
    """The site below the client's root. For one thread at a time."""

    def __init__(self, client: PoliteClient) -> None:
        self._client = client
        self._root = urlsplit(client.manners.root)
        self._robots: Robots | None = None

    def page(self, path: str) -> Page:
        """The page at ``path``, or where its redirects end.

        Raises CollectError: ``web-robots`` when robots.txt forbids it or cannot be read, and what
        the client raises.
        """
        for _hop in range(MOST_HOPS):
            self._check(path)
            answer = self._client.get(path, _QUERY)
            if answer.status not in _REDIRECTS:
                return _ended(answer, path)
            host, path = self._target(path, answer.location)
            if host or path.startswith(ACCESS_ERROR):
                return Page(answer.status, path, host)
        raise CollectError(
            f"The public web redirected more than {MOST_HOPS} times: try again later.",
            reason="web-failed",
        )

    def _target(self, path: str, location: str) -> tuple[str, str]:
        """Host (empty: this site) and path of a redirect; its query is dropped."""
        try:
            target = urlsplit(urljoin(f"{self._root.geturl()}{path}", location))
            host = target.hostname or "?"
        except ValueError:
            return "?", ""  # no address at all
        same = (target.scheme, target.netloc) == (self._root.scheme, self._root.netloc)
        return "" if same else host, target.path

    def _check(self, path: str) -> None:
        robots = self._rules()
        if not robots.readable:
            raise _forbidden("robots.txt of the site cannot be read, so nothing may be fetched")
        if not robots.allow(f"{self._root.geturl()}{path}?{_QUERY}"):
            raise _forbidden("robots.txt forbids programs to fetch this page")

    def _rules(self) -> Robots:
        """The site's rules, asked for once in a run; a failed request is a "no" for all of it."""
        if self._robots is None:
            try:
                answer = self._client.get("/robots.txt")
            except CollectError as error:
                if error.reason != "web-failed":
                    raise
                answer = Answer(500, "", "", "")
            self._robots = Robots.of(answer.status, answer.text)
            if answer.status == 429:  # not "no rules": the first sign of limiting
                self._robots = Robots.of(500, "")
            self._client.pause_s = max(self._client.pause_s, self._robots.delay_s)
        return self._robots


def _ended(answer: Answer, path: str) -> Page:
    return Page(answer.status, path, media_type=answer.media_type, html=answer.text)


def _forbidden(why: str) -> CollectError:
    return CollectError(
        f"Not verified: {why}. Open the group in a private browser window without an account.",
        reason="web-robots",
    )
