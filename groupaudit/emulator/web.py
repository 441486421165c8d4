"""The public pages of groups.google.com: lists, conversations, attachments, access errors, robots.

Shapes follow the notes on what anonymous readers get (embedded JSON in ``AF_initDataCallback``,
DOM as a fallback). A page never asks for a login; whether a group shows is decided by its own
setting and, for groups of the account, by the organisation's switch. Beside the tenant's groups it
serves one that is famous for being public, which careful readers look at first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from groupaudit.emulator import pages
from groupaudit.emulator.conversations import Archive, Conversation
from groupaudit.emulator.messages import Request, Response
from groupaudit.emulator.state import Group, Post
from groupaudit.emulator.workspace import Workspace

_PATH = re.compile(
    r"(?:/a/(?P<domain>[^/]+))?/g(?:roup)?/(?P<name>[^/]+)"
    r"(?:/c/(?P<conversation>[^/]+)|/attach/(?P<attachment>[0-9a-f]+)/[^/]+)?(?P<about>/about)?/?"
)
_ARCHIVES_KEPT = 8
_GROUPS_SHARING = "groups_for_business.groups_sharing"

#: The Go project's announcements: public in the real world, so also in this one.
_FAMOUS = Group(
    id="golang",
    email="golang-announce@googlegroups.com",
    name="golang-announce",
    settings={"whoCanViewGroup": "ANYONE_CAN_VIEW"},
    posts_total=1,
    posts=lambda: iter((Post("release", datetime(2026, 8, 11, tzinfo=UTC), "go", _release),)),
)


@dataclass(frozen=True, slots=True)
class _Page:
    group: Group
    root: str
    french: bool


class GroupPages:
    """Answers anonymous readers. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._archives: dict[str, Archive] = {}

    def serves(self, path: str) -> bool:
        """Whether ``path`` is one of groups.google.com."""
        return path in ("/robots.txt", "/access-error") or path.startswith(
            ("/g/", "/a/", "/group/")
        )

    def answer(self, request: Request) -> Response:
        """The page behind a path."""
        french = _prefers_french(request)
        if request.path == "/robots.txt":
            robots = self._workspace.faults().robots
            return Response(200, robots.encode(), "text/plain; charset=UTF-8")
        if request.path == "/access-error":
            return _html(pages.access_error(french=french))
        match = _PATH.fullmatch(request.path)
        group = self._group(match) if match is not None else None
        if match is None or group is None:
            return _denied(request)
        root = request.path[: match.end("name")]
        return self._spoilt(request, group) or self._page(
            request, match, _Page(group, root, french)
        )

    def _group(self, match: re.Match[str]) -> Group | None:
        """The group behind the address, if anyone on the web may read it."""
        name = unquote(match["name"])
        if match["domain"] is None:
            address = f"{name}@googlegroups.com"
            groups = (*self._workspace.tenant.consumer_groups, _FAMOUS)
            group = next((g for g in groups if g.email == address), None)
        else:
            group = self._workspace.tenant.group(f"{name}@{unquote(match['domain'])}")
        if group is None or group.email in self._workspace.faults().deleted:
            return None
        if self._workspace.faults().web.get(group.email) == "shown":
            return group
        if match["domain"] is not None and not self.sharing_open():
            return None
        shown = self._workspace.settings(group).get("whoCanViewGroup") == "ANYONE_CAN_VIEW"
        return group if shown else None

    def sharing_open(self) -> bool:
        """Whether the organisation lets groups be read from outside (private if never set)."""
        values = [
            policy["setting"]["value"]
            for policy in self._workspace.tenant.policies
            if policy["setting"]["type"].removeprefix("settings/") == _GROUPS_SHARING
        ]
        return any(_capability(value) == "ANYONE_CAN_ACCESS" for value in values)

    def _page(self, request: Request, match: re.Match[str], page: _Page) -> Response:
        archive = self._archive(page.group)
        fault = self._workspace.faults().web.get(page.group.email)
        if match["conversation"] is not None and fault == "closed_conversations":
            return _html(pages.permission())
        if match["attachment"] is not None:
            return _attachment(archive, match["attachment"], request.query)
        if match["conversation"] is not None:
            conversation = archive.conversation(unquote(match["conversation"]))
            if conversation is None:
                return _denied(request)
            return _html(_conversation(archive, conversation, page))
        if fault == "other_group":
            archive = Archive(replace(page.group, email=f"other-{page.group.email}"))
        newest = archive.newest(pages.LIST_SIZE)
        return _html(pages.group_list(archive, newest, root=page.root, french=page.french))

    def _archive(self, group: Group) -> Archive:
        archive = self._archives.get(group.email)
        if archive is None:
            archive = Archive(group)
            while len(self._archives) >= _ARCHIVES_KEPT:
                self._archives.pop(next(iter(self._archives)), None)
            self._archives[group.email] = archive
        return archive

    def _spoilt(self, request: Request, group: Group) -> Response | None:
        fault = self._workspace.faults().web.get(group.email)
        if fault in _LEAVING:
            here = quote(f"https://groups.google.com{request.url}", safe="")
            return _moved(_LEAVING[fault] + here)
        match fault:
            case "permission":
                return _html(pages.permission())
            case "redesign":
                return _html(pages.redesign())
            case "sorry":
                return Response(429, pages.sorry().encode(), "text/html; charset=UTF-8")
            case "unavailable":
                return Response(503, b"", "text/html; charset=UTF-8")
        return None


#: Faults that send the reader to another site, to the page that follows.
_LEAVING = {
    "login": "https://accounts.google.com/ServiceLogin?continue=",
    "consent": "https://consent.google.com/m?gl=FR&continue=",
    "elsewhere": "https://elsewhere.example/?continue=",
}


def _release() -> bytes:
    return (
        b"From: Gopher <gopher@golang.example>\r\nSubject: A new version\r\n"
        b"Date: Tue, 11 Aug 2026 00:00:00 +0000\r\n\r\nA new version is out.\r\n"
    )


def _conversation(archive: Archive, conversation: Conversation, page: _Page) -> str:
    return pages.conversation(archive, conversation, root=page.root, french=page.french)


def _capability(value: dict[str, Any]) -> Any:
    # Google mixes both spellings.
    return value.get("collaborationCapability", value.get("collaboration_capability"))


def _attachment(archive: Archive, key: str, query: str) -> Response:
    part = re.search(r"(?:^|&)part=0\.(\d{1,3})", query)
    found = archive.attachment(key, int(part[1])) if part is not None else None
    if found is None:
        return Response(404, b"", "text/html; charset=UTF-8")
    content_type, content = found
    return Response(200, content, content_type)


def _prefers_french(request: Request) -> bool:
    asked = re.search(r"(?:^|&)hl=([a-z]{2})", request.query)
    language = asked[1] if asked else request.headers.get("accept-language", "en")[:2]
    return language.lower() == "fr"


def _html(text: str) -> Response:
    return Response(200, text.encode("utf-8", "replace"), "text/html; charset=UTF-8")


def _moved(address: str) -> Response:
    return Response(302, b"", "text/html; charset=UTF-8", (("Location", address),))


def _denied(request: Request) -> Response:
    host = request.headers.get("host", "groups.google.com")
    original = quote(f"http://{host}{request.url}", safe="")
    return _moved(f"/access-error?continue={original}")
