"""Gmail API: the copies of groups' posts in members' mailboxes.

A mailbox holds what its user got by mail as a direct member of groups. Searches by list, address
and date are played, excluded terms and alternatives too; other operators answer 501 rather than a
wrong list. That ``list:`` knows a domain is not documented.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from groupaudit.emulator.apis import Answers
from groupaudit.emulator.errors import ApiError, bad_request, not_built, not_found
from groupaudit.emulator.mailboxes import Deliveries
from groupaudit.emulator.messages import Call
from groupaudit.emulator.paging import page
from groupaudit.emulator.state import Group, Post
from groupaudit.emulator.workspace import Workspace

_METADATA_SCOPE = "https://www.googleapis.com/auth/gmail.metadata"
_MAX_PAGE = 500
_MAILBOXES_KEPT = 32
_TERM = re.compile(r"(-?)(\w+):(\([^()]*\)|\"[^\"]*\"|[^\s(){}\"]+)")
_ANY_OF = re.compile(r"\{([^{}]*)\}")
_ALTERNATIVES = re.compile(r"\s+OR\s+")


@dataclass(frozen=True, slots=True)
class _Copy:
    id: str
    group: Group
    post: Post


_Test = Callable[[_Copy], bool]


class GmailApi:
    """Answers Gmail calls for the user who calls, and for nobody else's mailbox."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._deliveries = Deliveries(workspace.tenant)
        self._mailboxes: dict[str, dict[str, _Copy]] = {}

    def answers(self) -> Answers:
        """What this API answers, by method id."""
        return {
            "gmail.users.getProfile": self.get_profile,
            "gmail.users.messages.list": self.list_messages,
            "gmail.users.messages.get": self.get_message,
            "gmail.users.messages.attachments.get": self.get_attachment,
        }

    def get_profile(self, call: Call) -> dict[str, Any]:
        """Address and size of the mailbox."""
        copies = self._mailbox(call)
        threads = {copy.post.thread for copy in copies.values()}
        return {
            "emailAddress": call.principal.email,
            "messagesTotal": len(copies),
            "threadsTotal": len(threads),
            "historyId": "1",
        }

    def list_messages(self, call: Call) -> dict[str, Any]:
        """A page of ids, newest first."""
        query = call.query.get("q", "")
        if query and _only_metadata(call):
            raise ApiError(403, "forbidden", "Metadata scope does not support 'q' parameter")
        fits = _search(query, call.principal.email)
        found = [copy for copy in self._mailbox(call).values() if fits(copy)]
        found.sort(key=lambda copy: copy.post.date, reverse=True)
        part, more = page(call, found, max(1, min(call.query["maxResults"], _MAX_PAGE)))
        rows = [{"id": copy.id, "threadId": _thread(copy)} for copy in part]
        return ({"messages": rows} if rows else {}) | more | {"resultSizeEstimate": len(found)}

    def get_message(self, call: Call) -> dict[str, Any]:
        """One message in the format asked for."""
        copy, kind = self._copy(call, "id"), call.query["format"]
        if kind in ("full", "raw") and _only_metadata(call):
            raise ApiError(403, "forbidden", f"Metadata scope doesn't allow format {kind.upper()}")
        raw = copy.post.render()
        row: dict[str, Any] = {
            "id": copy.id,
            "threadId": _thread(copy),
            "labelIds": ["INBOX"],
            "internalDate": str(int(copy.post.date.timestamp() * 1000)),
            "sizeEstimate": len(raw),
            "historyId": "1",
        }
        if kind == "raw":
            return row | {"raw": base64.urlsafe_b64encode(raw).decode()}
        if kind == "minimal":
            return row
        payload = _part(_parsed(raw), "", content=kind == "full")
        if kind == "metadata":
            wanted = {name.lower() for name in call.query.get("metadataHeaders", ())}
            headers = [h for h in payload["headers"] if not wanted or h["name"].lower() in wanted]
            payload = {"mimeType": payload["mimeType"], "headers": headers}
        return row | {"payload": payload}

    def get_attachment(self, call: Call) -> dict[str, Any]:
        """The bytes of an attachment."""
        message = _parsed(self._copy(call, "messageId").post.render())
        for part_id, part in _leaves(message, ""):
            if call.path["id"] == f"att-{part_id}":
                return _content(part)
        raise not_found("attachment")

    def _copy(self, call: Call, name: str) -> _Copy:
        copy = self._mailbox(call).get(call.path[name])
        if copy is None:
            raise not_found("message")
        return copy

    def _mailbox(self, call: Call) -> dict[str, _Copy]:
        caller = call.principal
        if caller.is_service_account:
            raise bad_request("Precondition check failed.", reason="failedPrecondition")
        if call.path["userId"] not in ("me", caller.email):
            raise ApiError(403, "forbidden", f"Delegation denied for {caller.email}")
        copies = self._mailboxes.get(caller.email)
        if copies is None:
            copies = {copy.id: copy for copy in self._received(caller.email)}
            while len(self._mailboxes) >= _MAILBOXES_KEPT:
                self._mailboxes.pop(next(iter(self._mailboxes)), None)
            self._mailboxes[caller.email] = copies
        return copies

    def _received(self, email: str) -> Iterator[_Copy]:
        for one in self._deliveries.received(email):
            digest = hashlib.blake2b(f"{email} {one.post.id}".encode(), digest_size=8)
            yield _Copy(digest.hexdigest(), one.group, one.post)


def _only_metadata(call: Call) -> bool:
    return call.principal.scopes & call.method.scopes == {_METADATA_SCOPE}


def _thread(copy: _Copy) -> str:
    return hashlib.blake2b(copy.post.thread.encode(), digest_size=8).hexdigest()


def _search(query: str, email: str) -> _Test:
    """The test behind a query: alternatives joined by OR, each of terms that must all hold."""
    inner = query.strip()
    if not inner:
        return lambda _copy: True
    choices = [_all_of(part, email) for part in _ALTERNATIVES.split(inner)]
    return lambda copy: any(fits(copy) for fits in choices)


def _all_of(text: str, email: str) -> _Test:
    """All terms must hold, of those in braces one."""
    tests = [_any_of(inner, email) for inner in _ANY_OF.findall(text)]
    tests += _terms(_ANY_OF.sub("", text), email)
    return lambda copy: all(fits(copy) for fits in tests)


def _any_of(text: str, email: str) -> _Test:
    tests = _terms(text, email)
    return lambda copy: any(fits(copy) for fits in tests)


def _terms(text: str, email: str) -> list[_Test]:
    if _TERM.sub("", text).strip():
        raise not_built("this Gmail search")
    return [
        _not(fits) if minus else fits
        for minus, name, value in _TERM.findall(text)
        for fits in (_term(name, value.strip('()"').lower(), email),)
    ]


def _not(test: _Test) -> _Test:
    return lambda copy: not test(copy)


def _term(name: str, value: str, email: str) -> _Test:
    match name:
        case "list":
            # The address, the List-ID in which a dot stands for the at sign, or a domain.
            return lambda copy: (
                value
                in (
                    copy.group.email,
                    copy.group.email.replace("@", "."),
                    _domain(copy.group),
                )
            )
        case "to":
            return lambda copy: value in (copy.group.email, _domain(copy.group))
        case "deliveredto":
            return lambda copy: value in (copy.group.email, email)
        case "after":
            since = _date(value)
            return lambda copy: copy.post.date >= since
        case "before":
            until = _date(value)
            return lambda copy: copy.post.date < until
    raise not_built(f"Gmail's search operator {name}")


def _domain(group: Group) -> str:
    return group.email.rpartition("@")[2]


def _date(text: str) -> datetime:
    if text.isdecimal() and len(text) in range(9, 12):
        return datetime.fromtimestamp(int(text), UTC)
    try:
        return datetime.strptime(text.replace("-", "/"), "%Y/%m/%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise bad_request("Invalid date in query.") from error


def _parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - what policy.default makes
    return message


def _part(part: EmailMessage, part_id: str, *, content: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "partId": part_id,
        "mimeType": part.get_content_type(),
        "filename": part.get_filename() or "",
        "headers": [{"name": name, "value": str(value)} for name, value in part.items()],
    }
    if part.is_multipart():
        children = enumerate(part.iter_parts())
        row["parts"] = [
            _part(child, _below(part_id, index), content=content)
            for index, child in children
            if isinstance(child, EmailMessage)
        ]
        return row | {"body": {"size": 0}}
    body = _content(part)
    if row["filename"]:
        return row | {"body": {"attachmentId": f"att-{part_id}", "size": body["size"]}}
    return row | {"body": body if content else {"size": body["size"]}}


def _leaves(part: EmailMessage, part_id: str) -> Iterator[tuple[str, EmailMessage]]:
    if not part.is_multipart():
        yield part_id, part
        return
    for index, child in enumerate(part.iter_parts()):
        if isinstance(child, EmailMessage):
            yield from _leaves(child, _below(part_id, index))


def _below(part_id: str, index: int) -> str:
    return f"{part_id}.{index}" if part_id else str(index)


def _content(part: EmailMessage) -> dict[str, Any]:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    return {"size": len(data), "data": base64.urlsafe_b64encode(data).decode()}
